"""What Cloudflare's types cost a month. The prices, with date and source, stand in ``data/prices.csv``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bcinfra.continuity.model.costs import Area, Line, Purpose, times
from bcinfra.continuity.readings.base.metering import Costs, Meter, always, each, free
from bcinfra.continuity.readings.base.view import View, as_row, as_text
from bcinfra.continuity.readings.cloudflare import dns, edge, modes
from bcinfra.graph.core.model import Resource

_LOGS: Final = "cloudflare:index/logpushJob:LogpushJob"
_SUBSCRIPTION: Final = "cloudflare:index/zoneSubscription:ZoneSubscription"
_PLANS: Final = ("pro", "business", "enterprise")


def _zone(meter: Meter, resource: Resource) -> Iterator[Line]:
    """The plan of a zone: as its subscription says, else the least that has what the program uses."""
    plan = _plan(meter.view, resource)
    if plan in _PLANS:
        yield Line(f"cloudflare.plan.{plan}", each(1), "zoneSubscription")


def _plan(view: View, zone: Resource) -> str | None:
    for row in view.users(zone, _SUBSCRIPTION, "zoneId"):
        return as_text(as_row(view.value(row, "ratePlan")).get("id"))
    if view.users(zone, _LOGS, "zoneId"):  # Logpush is of Enterprise alone
        return "enterprise"
    if any(zone in edge.mapped_zones(view, row) for row in view.graph.of_type(edge.ADDRESS_MAP)):  # so are those
        return "enterprise"
    if view.text(zone, "type") == "partial":
        return "business"
    managed = (
        view.text(row, "phase") == "http_request_firewall_managed" for row in view.users(zone, edge.RULESET, "zoneId")
    )
    return "pro" if any(managed) else None


def _script(meter: Meter, _resource: Resource) -> Iterator[Line]:
    """Runs of a script before the proxy, one a request, each of which reads a store."""
    runs = times(meter.a_visit(None, "requests_per_visit"), 1e-6)
    yield Line("cloudflare.workers.plan", each(1), "scriptName")
    yield Line("cloudflare.workers.request.million", runs, "", "requests_per_visit")
    yield Line("cloudflare.workers.kv.read.million", runs, "bindings", "requests_per_visit")


PRICED: Final[Mapping[str, Costs]] = {
    dns.ZONE: Costs("its plan, by what it uses where no subscription says it", _zone, Area.EDGE, Purpose.EDGE),
    edge.LOAD_BALANCER: Costs(
        "a load balancer with two origins",
        always(Line("cloudflare.load_balancing.base", each(1), "defaultPools")),
        Area.EDGE,
        Purpose.EDGE,
    ),
    modes.SCRIPT: Costs("runs, one a request, and reads of a store", _script, Area.EDGE, Purpose.EDGE),
}


def costs(tokens: Mapping[str, object]) -> dict[str, Costs]:
    """What each type costs, of all that have a row: all but these come with the plan."""
    return {**dict.fromkeys(tokens, free("it comes with the plan of its zone")), **PRICED}
