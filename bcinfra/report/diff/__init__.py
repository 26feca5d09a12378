"""A diff for people, forges and programs."""
