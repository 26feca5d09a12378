"""The right size of a shop, for people and for programs."""
