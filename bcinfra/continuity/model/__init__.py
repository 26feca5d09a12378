"""What the judgement is made of: figures with provenance, failure domains, parts, facts."""
