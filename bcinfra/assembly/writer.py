"""Which of one vendor's sites write: pure planning, that holds wherever the shop went."""

from __future__ import annotations

from collections.abc import Iterable

from bcinfra import spec


def usual_writer(shop: spec.Shop, sites: Iterable[str]) -> str:
    """The site of ``sites`` that writes when all is well: the primary, or the first where that is another vendor's."""
    first, *others = sites
    return shop.primary if shop.primary in (first, *others) else first


def writer(shop: spec.Shop, sites: Iterable[str]) -> str:
    """The site of ``sites`` that writes now.

    Where the shop has left the vendor it is the one that wrote before: nothing of what was left behind is changed, so
    that it stands as it was when its vendor is back.
    """
    known = tuple(sites)
    return shop.active if shop.active in known else usual_writer(shop, known)
