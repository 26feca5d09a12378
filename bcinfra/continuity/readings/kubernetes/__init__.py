"""Readings of Kubernetes, one file a service."""
