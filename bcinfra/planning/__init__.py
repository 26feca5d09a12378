"""Pure planning that no vendor owns: names, addresses, windows, capacity. It makes no resource and reads nothing."""
