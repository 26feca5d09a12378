"""What is typed in a step of a recovery."""
