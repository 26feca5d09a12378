"""Sites on premises, whose facts stand in the graph beside what the clouds run.

Its names stand in ``__init__.pyi``; one is imported from its module when it is first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
