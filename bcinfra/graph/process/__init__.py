"""Projects, git refs and stacks: each stack is recorded in a process of its own."""
