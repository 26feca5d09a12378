"""What a stack costs a month: the lines of its resources' types and of what flows, each with its price.

:func:`cost_of` is a pure function of a graph, its model, how much it is used, and the prices.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bcinfra.continuity.model.costs import Area, Cost, Gap, Line, Priced, Purpose, Usage, Why
from bcinfra.continuity.model.parts import Business, Model
from bcinfra.continuity.model.prices import OwnPrice, Prices, Rate, prices, rate, scaled
from bcinfra.continuity.model.ranges import Range
from bcinfra.continuity.model.usage import usage_of
from bcinfra.continuity.readings.base.metering import Meter
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.joins.transfers import transfers
from bcinfra.continuity.readings.kubernetes.costs import NODE, Asked, asked, nodes
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.readings.remote import expanded
from bcinfra.continuity.readings.table import READINGS, TRAITS, VENDORS
from bcinfra.graph.core.collector import without_collector
from bcinfra.graph.core.model import Graph, Resource

COSTS: Final = {token: row.cost for token, row in READINGS.items() if row.cost}
"""What each type costs, by its token."""
EVERYWHERE: Final = "everywhere"
"""The site of what is worldwide."""
_ON_NODES: Final = "kubernetes:"
_AT_TIMES: Final = "kubernetes:batch/"
"""How types begin that run now and then, where others leave room."""
_NODES: Final = (
    "aws:eks/nodeGroup:NodeGroup",
    "aws:autoscaling/group:Group",
    "aws:ec2/instance:Instance",
    "gcp:container/cluster:Cluster",
    "gcp:container/nodePool:NodePool",
    "gcp:compute/instance:Instance",
)
"""Types whose servers pods may run on."""
_CLUSTER: Final = "kubernetes/"
"""How the places begin of what stands in a cluster that nothing tells the site of."""
_TOOLS: Final = frozenset(
    {"archive", "command", "docker", "docker-build", "local", "null", "pulumi", "random", "time", "tls"}
)
"""Packages whose resources are made on the machine that deploys, and cost nothing."""
_UNTOLD: Final = ("None", "unknown")
"""How a price ends whose size or class nothing tells."""
_HOME: Final = "bcinfra:assembly:"
"""How the types of components begin that are sites or the whole shop, and no tier."""
_PEOPLE: Final = {
    "staff_hours_per_month": ("staff.engineer.hour.internal", 1.0),
    "people_on_call": ("staff.oncall.week", 52 / 12),
}
"""By usage: the price of people's time, and how many of its unit one is."""


def cost_of(
    graph: Graph, model: Model | None = None, usage: Usage | None = None, table: Prices | None = None,
    exchange: Rate | None = None,
) -> Cost:  # fmt: skip
    """What ``graph`` costs a month. Left out: its model is read, its usage is what its page states, prices are the
    product's, and the rate is that of the page's currency; US dollars where no page states one."""
    with without_collector():
        model = read(graph) if model is None else model
        usage = usage_of(model.business) if usage is None else usage
        table = prices() if table is None else table
        exchange = exchange or exchange_of(model)
        return _Bill(graph, model, usage, _with_nodes(table, model.business, exchange), exchange).cost()


def _with_nodes(table: Prices, business: Business, exchange: Rate) -> Prices:
    """Prices with that of a node as the page states it; one of a file comes before it."""
    if business.node_per_month is None:
        return table
    usd = business.node_per_month / exchange.value
    stated = OwnPrice(id=NODE, region=None, usd=usd, date="", why="business.node_per_month")
    return table.with_own(replace(table.own, prices=(*table.own.prices, stated)))


def exchange_of(model: Model) -> Rate:
    """The rate of the currency that the page states; prices are in US dollars."""
    business = model.business
    stated = business.revenue_per_hour is not None or business.budget_per_month is not None
    return rate(business.currency if stated else "USD", business.exchange_rate if stated else None)


def serving(model: Model) -> tuple[frozenset[str], frozenset[str]]:
    """Sites and URNs that requests of customers reach while all is well: where names lead to, else all that have pools.
    Of a shop whose sites are not all active, the one that takes writes."""
    pools = {pool.urn: pool for pool in model.pools}
    balancers = {balancer.urn: balancer for balancer in model.balancers}
    found: set[str] = set()
    seen: set[str] = set()
    asked = [
        route.target
        for entry in model.leading
        if entry.public
        for route in entry.routes
        if route.target and not route.standby and route.weight != 0
    ]
    while asked:
        urn = asked.pop()
        if urn in seen:
            continue
        seen.add(urn)
        balancer = balancers.get(urn)
        if balancer and balancer.serving is not None:  # what else it may go on to is asked when that fails
            asked += balancer.serving
            continue
        asked += balancer.pools if balancer else ()
        part = pools.get(urn)
        if part and part.site:
            found.add(part.site)
        asked += (callee for callee in model.calls.get(urn, ()) if callee in pools or callee in balancers)
    known = found or {pool.site for pool in model.pools if pool.site}
    if model.active_site and model.strategy not in (None, "active-active") and len(known) > 1:
        known = {model.active_site} & known or known
    return frozenset(known), frozenset(seen)


class _Bill:
    """One stack's lines and gaps, while they are gathered."""

    def __init__(self, graph: Graph, model: Model, usage: Usage, table: Prices, exchange: Rate) -> None:
        self.graph, _ = expanded(graph)
        self.model = model
        self.table = table
        self.exchange = exchange
        self.view = View(self.graph, TRAITS, VENDORS)
        self.view.active_site = model.active_site
        self.meter = Meter(self.view, model, usage, *serving(model))
        self.lines: list[Priced] = []
        self.gaps: dict[tuple[Why, str, str], list[str]] = {}
        self.free = 0
        self.pods: dict[str, dict[str, Asked]] = {}
        """By site what asks for a part of nodes that exist."""
        self.homes = {pool.urn: pool.site for pool in model.pools} | {
            member.urn: member.site for store in model.stores for member in store.members
        }
        self.homes |= {balancer.urn: balancer.site for balancer in model.balancers if balancer.site}

    def cost(self) -> Cost:
        for resource in self.graph:
            if resource.custom and not resource.is_provider and not resource.external:
                self._resource(resource)
        for flow in transfers(self.meter, COSTS):
            owner = self.graph.resources.get(flow.urn.split("#")[0])
            self._line(flow.line, owner, flow.site, flow.line.purpose or flow.purpose, flow.urn, flow.name)
        self._nodes()
        self._others()
        self._people()
        ordered = sorted(self.lines, key=lambda one: (-one.usd.typical, one.urn, one.line.price, one.name))
        gaps = (Gap(why, what, tuple(names), usage) for (why, what, usage), names in self.gaps.items())
        return Cost(
            lines=tuple(ordered),
            gaps=tuple(sorted(gaps, key=lambda gap: (list(Why).index(gap.why), -len(gap.names), gap.what))),
            rate=self.exchange,
            usage=self.meter.usage,
            free=self.free,
            budget=self._budget(),
        )

    def _budget(self) -> float | None:
        """What a month may cost, in the currency to show: as the page states, else as the program declares one budget
        for the whole of each account, in US dollars."""
        stated = self.model.business.budget_per_month
        if stated is not None:
            return stated
        declared = [
            (self.view.account(row), amount)
            for row in self.graph.of_type("aws:budgets/budget:Budget")
            if self.view.text(row, "budgetType") == "COST"
            and self.view.text(row, "timeUnit") == "MONTHLY"
            and (self.view.text(row, "limitUnit") or "USD") == "USD"
            and not self.view.rows(row, "costFilters")
            and (amount := self.view.number(row, "limitAmount"))
        ]
        one_each = declared and len(dict(declared)) == len(declared)
        return sum(amount for _, amount in declared) * self.exchange.value if one_each else None

    def _resource(self, resource: Resource) -> None:
        cost = COSTS.get(resource.type)
        if resource.urn in self.graph.opaque:
            self._gap(Why.OPAQUE, self.graph.opaque[resource.urn], resource.name)
        elif cost is None and resource.type.startswith(_ON_NODES):
            if self.graph.of_type(*_NODES):
                self.free += 1
            else:
                self._on_nodes(resource)
        elif cost is None and resource.package in _TOOLS:
            self.free += 1
        elif cost is None:
            self._gap(Why.TYPE, resource.type, resource.name)
        elif cost.lines is None:
            self.free += 1
        else:
            site = self.homes.get(resource.urn) or self.meter.site(resource) or EVERYWHERE
            purpose = cost.purpose or self._purpose(site)
            rows = tuple(cost.lines(self.meter, resource))
            self.free += not rows
            for line in rows:
                self._line(line._replace(area=line.area or cost.area), resource, site, line.purpose or purpose)

    def _purpose(self, site: str) -> Purpose:
        """Serving where customers are served; standby where servers or data wait; else it keeps copies."""
        if site == EVERYWHERE or site.startswith(_CLUSTER) or self.meter.serves(site):
            return Purpose.SERVING
        waits = site in {place for place in self.homes.values() if place}
        return Purpose.STANDBY if waits else Purpose.COPIES

    def _line(
        self, line: Line, owner: Resource | None, site: str, purpose: Purpose, urn: str = "", name: str = ""
    ) -> None:
        site = line.site or site
        region = line.region or site.partition("/")[2] or (self.view.region(owner) if owner else None)
        shown = name or (owner.name if owner else urn.rpartition("::")[2])
        price = self.table.find(line.price, region)
        kind, _, size = line.price.rpartition(".")
        if line.quantity is None and size in _UNTOLD:
            self._gap(Why.AMOUNT, kind, shown, line.of)
        elif price is None:
            self._gap(Why.PRICE, line.price, shown)
        elif line.quantity is None:
            self._gap(Why.AMOUNT, line.price, shown, line.usage)
        else:
            self.lines.append(
                Priced(
                    urn=urn or (owner.urn if owner else ""),
                    name=shown,
                    type=owner.type if owner else "",
                    site=site,
                    tier=self._tier(line, owner),
                    purpose=purpose,
                    line=line,
                    price=price,
                    usd=scaled(line.quantity, price.usd),
                )
            )

    def _tier(self, line: Line, owner: Resource | None) -> str:
        """The program's own name of the tier for what runs and what is stored; else what kind of thing it is."""
        area = line.area or Area.NETWORK
        if owner is None or area is not Area.COMPUTE:
            return area.value
        chain = [row for row in self.graph.ancestors(owner) if row.is_component]
        for n, row in enumerate(chain):
            if not row.type.startswith(_HOME):
                outer = next((one.name for one in chain[n + 1 :]), "")
                return row.name.removeprefix(f"{outer}-") or row.name
        return area.value

    def _gap(self, why: Why, what: str, name: str, usage: str = "") -> None:
        self.gaps.setdefault((why, what, usage), []).append(name)

    def _on_nodes(self, resource: Resource) -> None:
        """What runs on servers that exist: by what it asks for, in the site that it stands in."""
        needs, site = asked(self.meter, resource), self.homes.get(resource.urn)
        if site and needs.vcpu + needs.gib > 0:
            self.pods.setdefault(site, {})[resource.urn] = needs
        elif not resource.type.startswith(_AT_TIMES):
            self._gap(Why.NODES, "", resource.name)
        else:
            self.free += 1

    def _nodes(self) -> None:
        """The servers that exist and carry a site's pods."""
        zones = {pool.urn: pool.zones for pool in self.model.pools} | {
            member.urn: member.zones for store in self.model.stores for member in store.members
        }
        for site, pods in self.pods.items():
            spread = {zone for urn in pods for zone in zones.get(urn) or ()}
            line = Line(
                NODE, nodes(pods.values(), len(spread) or 1), "requests of pods, one a zone at least", area=Area.COMPUTE
            )
            self._line(line, None, site, self._purpose(site), f"nodes of {site}", f"nodes of {site}")

    def _others(self) -> None:
        """What stands on premises."""
        for resource in self.graph:
            if resource.type == "bcinfra:onprem:Site":
                self._gap(Why.OWN, resource.type, resource.name)

    def _people(self) -> None:
        for key, (price, each) in _PEOPLE.items():
            amount = self.meter.usage.range(key)
            if amount is None:
                self._gap(Why.PEOPLE, price, key, key)
            elif amount.worst > 0:
                line = Line(price, scaled(amount, Range.exactly(each)), "", key, area=Area.PEOPLE)
                self._line(line, None, EVERYWHERE, Purpose.PEOPLE, key, key)
