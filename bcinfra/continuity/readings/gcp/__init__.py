"""Readings of Google Cloud, one file a service."""
