"""What an edge of CloudFront shows instead of the shop: a mode that a function reads before each request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Switch
from bcinfra.continuity.readings.aws import places
from bcinfra.continuity.readings.aws.balancers import DISTRIBUTION, EDGE
from bcinfra.continuity.readings.base.modes import KEYS, pages, readings, states
from bcinfra.continuity.readings.base.reading import Found
from bcinfra.continuity.readings.base.view import View, as_row, as_rows, as_text
from bcinfra.graph.core.model import Resource

STORE: Final = "aws:cloudfront/keyValueStore:KeyValueStore"
VALUE: Final = "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey"
FUNCTION: Final = "aws:cloudfront/function:Function"


def switch(view: View, store: Resource) -> Iterator[Found]:
    """A store whose value a function of an edge reads before it answers whatever may write. Which pages the function
    knows stands in its text, and so does where they are; a function that names none is no switch."""
    keys = [row for row in view.users(store, VALUE, "keyValueStoreArn") if view.text(row, "key") in KEYS]
    for function in view.users(store, FUNCTION, "keyValueStoreAssociations") if keys else ():
        code = view.text(function, "code") or ""
        known = states(code)
        for cdn in view.users(function, DISTRIBUTION, "defaultCacheBehavior") if known else ():
            if _asks(view, cdn) and view.value(cdn, "enabled") is not False:
                yield Switch(
                    urn=keys[0].urn,
                    front=cdn.urn,
                    label=f"CDN {cdn.name}",
                    homes=_homes(view, cdn),
                    states=known,
                    pages=pages(code),
                )


def _asks(view: View, cdn: Resource) -> bool:
    """Whether a function runs before what answers first."""
    rows = as_rows(as_row(view.value(cdn, "defaultCacheBehavior")).get("functionAssociations"))
    return any(as_text(row.get("eventType")) == "viewer-request" for row in rows)


def _homes(view: View, cdn: Resource) -> tuple[Domain, ...]:
    """The store is worldwide, and so is what changes its values: no region is needed
    (CloudFront Developer Guide, work with key value data, read 2026-11-30)."""
    return EDGE, places.account(view, cdn)


READINGS: Final = readings(STORE, "name", VALUE, (FUNCTION, "function"), switch)
