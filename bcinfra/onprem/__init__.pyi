# The names that bcinfra.onprem offers, each from its module: for type checkers and for the loader.
from .site import Site as Site, SiteArgs as SiteArgs
