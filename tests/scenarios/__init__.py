"""The same stories on the small and on the scaled set of processes."""
