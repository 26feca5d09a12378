"""What spans vendors: flows, fronts, DNS at two providers, links, capabilities."""
