"""What the shop states: a module beside the program, as customers' specs are."""

REGIONS = {"dublin": "eu-west-1", "frankfurt": "eu-central-1"}
UNGUARDED: set[str] = set()
INSTANCE_CLASS = "db.m7g.large"
