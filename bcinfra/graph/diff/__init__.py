"""Two graphs compared: which resource is which, what changes, how risky that is."""
