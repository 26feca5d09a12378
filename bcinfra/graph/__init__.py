"""The resource graph of a Pulumi program: record it offline, load it, write it, compare two.

Its names stand in ``__init__.pyi``; one is imported from its module when it is first used: reading JSON needs no Pulumi
SDK. ``record`` and ``diff`` are the functions, not the packages of those names, whichever is loaded first.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
