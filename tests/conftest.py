"""What all tests share: the report of which Pulumi CLI the engine tests run (it must be loaded from here)."""

pytest_plugins = ["tests.engine.plugin"]
