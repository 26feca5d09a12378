"""What scenarios do to a design: what is hit, every way back, how long it takes, what is lost."""
