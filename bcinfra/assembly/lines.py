"""Which line of a shop's page asks for each of its components."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os.path import abspath
from typing import Final

from bcinfra import spec
from bcinfra.spec.base import lines
from bcinfra.spec.problems import Path, Place

_STATED: Final = ("web", "app", "mysql", "redis", "media", "files", "backups", "search", "queues", "edge")
"""Parts that components are called after."""
_PARTS: Final = {
    "certificate": "domain",
    "dns": "domain",
    "names": "domain",
    "changes": "mysql",
    "archive": "backups",
    "images": "repositories",
    "queue": "queues",
    "rabbitmq": "queues",
    "opensearch": "search",
    "runbook": "runbooks",
}
"""Components that the page states under another name."""


class Lines:
    """The places of what a shop's page asks for, by the names of components."""

    def __init__(self, shop: spec.Shop) -> None:
        self._shop = shop
        self._known: Mapping[Path, Place] = lines(shop)

    def __call__(self, name: str) -> tuple[str, int] | None:
        """Where the page states what the component ``name`` belongs to: a tier or a store, data, a site; else where
        the page begins. ``None``: the shop is on no page.

        Names are made of the shop's prefix, the site where there is one, and the part: ``corner-prod-ireland-web``.
        """
        steps = [step for step in name.removeprefix(f"{self._shop.prefix}-").split("-") if step]
        site = _first(steps, self._shop.sites)
        within = steps[site.count("-") + 1 :] if site else steps
        part = _first(within, [*(key for key in _STATED if (key,) in self._known), *_PARTS])
        behind = _first(within, [*self._shop.workers, *self._shop.jobs])
        data = _first(within, self._shop.data)
        asked: Iterable[Path] = (
            (_PARTS.get(part or "", part or ""),),
            ("workers", behind or ""),
            ("jobs", behind or ""),
            ("data", data or ""),
            ("sites", site or ""),
            (),
        )
        place = next((self._known[path] for path in asked if path in self._known), None)
        return (abspath(place.file), place.line) if place else None


def _first(steps: list[str], names: Iterable[str]) -> str | None:
    """The longest of ``names`` that the ``steps`` of a name begin with."""
    begins = [name for name in map(str, names) if steps[: name.count("-") + 1] == name.split("-")]
    return max(begins, key=len, default=None)
