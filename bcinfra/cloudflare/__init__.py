"""Components for Cloudflare, each usable alone.

Its names stand in ``__init__.pyi``; one is imported from its module when it is first used: the SDK is large, and a
program pays for what it declares.
"""

import lazy_loader

from bcinfra.extras import need

need("cloudflare", what="bcinfra.cloudflare")

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
