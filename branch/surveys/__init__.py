"""One honest question after a consult, and one open one."""
