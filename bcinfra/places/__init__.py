"""Where things stand: regions, their zones, countries and parts of the world; how much an account may run there. Knows
nobody."""
