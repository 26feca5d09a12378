"""What Cloudflare's proxy shows instead of the shop: a mode that a script reads before each request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Final

from bcinfra.continuity.model.parts import Switch
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.modes import KEYS, pages, readings, states
from bcinfra.continuity.readings.base.reading import Found, setting
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.cloudflare import places
from bcinfra.continuity.readings.cloudflare.edge import LOAD_BALANCER, edge_urn, is_proxied
from bcinfra.graph.core.model import Resource

STORE: Final = "cloudflare:index/workersKvNamespace:WorkersKvNamespace"
VALUE: Final = "cloudflare:index/workersKv:WorkersKv"
SCRIPT: Final = "cloudflare:index/workersScript:WorkersScript"
ROUTE: Final = "cloudflare:index/workersRoute:WorkersRoute"


def switch(view: View, store: Resource) -> Iterator[Found]:
    """A store whose value a script reads before whatever a zone answers. A name that no route leads to the script
    would go on selling, so that there is a switch of all names or none. So would a path that another route, the more
    exact one, leads past it. Its value is changed by the API."""
    keys = [row for row in view.users(store, VALUE, "namespaceId") if view.text(row, "keyName") in KEYS]
    for script in view.users(store, SCRIPT, "bindings") if keys else ():
        code = view.text(script, "content") or ""
        routes = view.users(script, ROUTE, "script") if (known := states(code)) else ()
        zones = {zone.urn: zone for route in routes if (zone := view.ref(route, "zoneId", places.ZONE))}
        for zone in zones.values():
            fronts = [row for row in view.users(zone, LOAD_BALANCER, "zoneId") if is_proxied(view, row)]
            past = any(route not in routes for route in view.users(zone, ROUTE, "zoneId"))
            if fronts and not past and all(_led(view, front, routes) for front in fronts):
                yield Switch(
                    urn=keys[0].urn,
                    front=edge_urn(fronts[0]),
                    label=f"CDN for {zone.name}",
                    homes=(places.PROXY, places.account(view, fronts[0]), places.CONTROL),
                    states=known,
                    pages=pages(code),
                )


def _led(view: View, front: Resource, routes: Iterable[Resource]) -> bool:
    """Whether every request of a name runs the script
    (https://developers.cloudflare.com/workers/configuration/routing/routes/; read 2026-11)."""
    name = view.text(front, "name") or ""
    patterns = ((view.text(route, "pattern") or "").removeprefix("https://") for route in routes)
    return any(pattern.endswith("/*") and fnmatchcase(name, pattern.removesuffix("/*")) for pattern in patterns)


READINGS: Final = {
    **readings(STORE, "title", VALUE, (SCRIPT, "script"), switch),
    ROUTE: setting("route of a script", "which names an edge can show pages for", reasons.SETTINGS),
}
