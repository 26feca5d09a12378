"""Redundant e-commerce deployments on Pulumi: declare a shop that survives, prove what it survives."""

__version__ = "0.1.0"
