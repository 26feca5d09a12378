"""The little code that runs inside deployed infrastructure. Each file is a program of its own."""
