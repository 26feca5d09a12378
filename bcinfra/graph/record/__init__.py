"""Record a program in this process: the real SDK against a monitor without an engine behind it."""
