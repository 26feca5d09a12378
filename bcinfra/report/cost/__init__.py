"""What a stack costs, as text, Markdown and JSON."""
