"""What a resource graph survives: failure domains, cut sets, recovery, data loss, availability, expected loss."""
