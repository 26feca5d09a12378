"""What people read: terminal, Markdown and other forms of what a graph says."""
