"""How often and how long: cut sets, availability, expected loss, the seeded simulation."""
