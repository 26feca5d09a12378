"""Readings of Cloudflare's resources."""
