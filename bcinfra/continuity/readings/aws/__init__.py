"""Readings of AWS, one file a service."""
