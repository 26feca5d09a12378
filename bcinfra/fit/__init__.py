"""The right size: which designs of a shop there are, and which of them is worth its money."""
