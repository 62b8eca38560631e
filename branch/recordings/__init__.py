"""The recording of a consult: whether it runs, who paused it, and what proves later that it is the one."""
