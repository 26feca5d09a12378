"""What all tests share: which Pulumi CLI the engine tests run (its report must be loaded from here), and no race."""

from hypothesis import settings

pytest_plugins = ["tests.engine.plugin"]

# By default an example that takes 200 ms fails, and on a busy machine that is any.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")
