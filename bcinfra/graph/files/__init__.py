"""The graph from and to what Pulumi prints."""
