"""Readings of what stands on premises."""
