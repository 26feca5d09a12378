"""Where things stand: regions, their zones, countries and parts of the world. Knows nobody."""
