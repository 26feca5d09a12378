"""What one component of a recorded program survives by itself: its own stores or servers, judged by the product.

A probe stands in for the rest of the shop: a name, and clients at every site where the component has a member, that
nothing takes down and that notice a failure at once. What the assessment says of the probe holds for the component.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from bcinfra.continuity.judgement.verdicts import worst_loss
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.facts import base_rates, facts
from bcinfra.continuity.model.parts import Capability, Entry, Model, Part, Pool, Route, Routing, Store
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.evaluate import Evaluator
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, WayKind
from bcinfra.continuity.recovery.scenarios import Kind as Happening, Scenario, scenarios
from bcinfra.graph.core.model import Graph, Resource
from bcinfra.report.words.quantities import pair

DOMAINS: Final = {
    DomainKind.ZONE: "a zone",
    DomainKind.KEY: "an encryption key",
    DomainKind.REGION: "a region",
    DomainKind.ACCOUNT: "an account, suspended",
    DomainKind.PROVIDER: "the provider",
    DomainKind.ISP: "an internet line",
    DomainKind.POWER: "the power of a building",
}
HAPPENINGS: Final = {
    Happening.HOST: "a server",
    Happening.DELETION: "an operator's deletion",
    Happening.COMPROMISE: "an account, taken over",
    Happening.RANSOMWARE: "ransomware, found late",
}
ORDER: Final = (
    *(HAPPENINGS[Happening.HOST], DOMAINS[DomainKind.ZONE], DOMAINS[DomainKind.KEY], DOMAINS[DomainKind.REGION]),
    *(DOMAINS[DomainKind.ISP], DOMAINS[DomainKind.POWER], DOMAINS[DomainKind.ACCOUNT], DOMAINS[DomainKind.PROVIDER]),
    *(HAPPENINGS[kind] for kind in (Happening.DELETION, Happening.COMPROMISE, Happening.RANSOMWARE)),
)
"""What may be lost, the likeliest first."""


class Row(NamedTuple):
    """The worst that one kind of loss does to a component."""

    lost: str
    outcome: str
    back: str
    data: str


def below(graph: Graph, component: Resource) -> list[Resource]:
    """Everything that a component made, at any depth."""
    found: list[Resource] = []
    for child in graph.children(component.urn):
        found += [child, *below(graph, child)]
    return found


def survives(model: Model, own: Collection[str]) -> list[Row]:
    """What the resources ``own`` (URNs) survive, by what is lost; empty where they neither serve nor keep data."""
    probe = _probe(model, own)
    if probe is None:
        return []
    design = Design(probe)
    evaluator = Evaluator(design, facts())
    found: dict[str, list[Outcome]] = {}
    for scenario in scenarios(design, Rates(base_rates(), facts())):
        if lost := _lost(scenario):
            found.setdefault(lost, []).extend(evaluator.outcomes(scenario))
    return [_row(lost, max(found[lost], key=_gravity)) for lost in ORDER if lost in found]


def _lost(scenario: Scenario) -> str | None:
    if scenario.kind in HAPPENINGS:
        several = scenario.kind is Happening.COMPROMISE and "+" in scenario.id
        return None if several else HAPPENINGS[scenario.kind]
    one = scenario.failed[0].kind if scenario.kind is Happening.DOMAIN and len(scenario.failed) == 1 else None
    return DOMAINS.get(one) if one else None


def _probe(model: Model, own: Collection[str]) -> Model | None:
    def ours(parts: Iterable[Part]) -> Iterator[Part]:
        return (part for part in parts if part.urn.split("#")[0] in own)

    stores = tuple(
        replace(store, copies=tuple(ours(store.copies)))
        for store in model.stores
        if any(True for _ in ours(store.members))
    )
    balancers, pools, plans = (tuple(ours(parts)) for parts in (model.balancers, model.pools, model.plans))
    if pools:  # a balancer alone passes on to what others run
        routes = [_route(part.urn, standby=False) for part in balancers or pools]
        clients: list[Pool] = []
    elif stores:
        clients = [_clients(site) for site in _sites(stores)]
        routes = [_route(pool.urn, standby=i > 0) for i, pool in enumerate(clients)]
    else:
        return None
    entry = Entry(
        urn="probe",
        label="probe",
        name="probe",
        routing=Routing.FAILOVER,
        routes=tuple(routes),
        propagates=_nothing("clients follow"),
    )
    needed = tuple(store.name for store in stores)
    return replace(
        model,
        entries=(entry,),
        balancers=balancers,
        pools=(*pools, *clients),
        stores=stores,
        plans=plans,
        calls={},
        capabilities=(Capability(name="it", entries=("probe",), stores=needed),),
    )


def _sites(stores: Iterable[Store]) -> list[str | None]:
    """Sites of the members, that of the writer first."""
    members = sorted((member for store in stores for member in store.members), key=lambda member: not member.writer)
    return list(dict.fromkeys(member.site for member in members)) or [None]


def _clients(site: str | None) -> Pool:
    return Pool(
        urn=f"clients of {site}",
        label=f"clients in {site}",
        site=site,
        zones=(),
        regional=True,
        minimum=1,
        desired=1,
        maximum=1,
        replaced=True,
        start=_nothing("start"),
    )


def _route(urn: str, *, standby: bool) -> Route:
    return Route(urn=f"to {urn}", target=urn, standby=standby, health_check="probe", detects=_nothing("noticed"))


def _nothing(name: str) -> Figure:
    return assumed(name, Unit.SECONDS, Range(0, 0), "a probe that fails by nothing and notices at once")


def _gravity(outcome: Outcome) -> tuple[int, float, bool, float]:
    worst = worst_loss(outcome.losses)
    return (
        list(Kind).index(outcome.kind),
        _upper(outcome.time),
        bool(worst and worst.total_loss),
        _upper(worst.age) if worst and worst.age else 0.0,
    )


def _upper(figure: Figure | None) -> float:
    return figure.value.upper if figure and figure.value and figure.value.upper is not None else float("inf")


def _row(lost: str, outcome: Outcome) -> Row:
    if outcome.kind is Kind.UNAFFECTED:
        return Row(lost, "no outage", "", "none")
    worst = worst_loss(outcome.losses)
    data = "none" if worst is None else "all of it" if worst.total_loss or worst.age is None else pair(worst.age.value)
    waits = outcome.way is not None and outcome.way.kind is WayKind.WAIT
    if outcome.kind is Kind.UNDECIDED and not waits:
        return Row(lost, outcome.kind.value, "unknown", "unknown")
    back = "never" if outcome.time is None else pair(outcome.time.value)
    said = "waits until it is back" if waits and outcome.time else outcome.kind.value
    return Row(lost, said, back, "none" if data == "0" else data)
