"""Every claim that clients are served, by brute force: all that stands in what failed is taken out of the model, and a
way from a name over what is left to the data is looked for. It knows nothing of how outcomes are found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.judgement.defaults import with_defaults
from bcinfra.continuity.model.domains import INSIDE, Domain
from bcinfra.continuity.model.parts import (
    Balancer,
    Capability,
    Entry,
    Link,
    Member,
    Model,
    Part,
    Pool,
    Store,
    StoreKind,
)
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.continuity.recovery.scenarios import Kind as ScenarioKind, Scenario
from tests.continuity import designs
from tests.continuity.designs import DUBLIN, with_part

SERVED = (Kind.UNAFFECTED, Kind.RECOVERS, Kind.DEGRADED)


class Left:
    """What is left of a model."""

    def __init__(self, model: Model, scenario: Scenario) -> None:
        self.model = model
        self.scenario = scenario
        self.failed = {(d.kind, d.name) for d in scenario.failed}
        self.spoiled = set(scenario.spoiled)
        self.suppliers = {name for capability in model.capabilities for name in capability.suppliers}
        self.parts: dict[str, Part] = {part.urn: part for part in (*model.balancers, *model.pools)}
        self.stores = {store.name: store for store in model.stores}
        self.stores |= {member.urn: store for store in model.stores for member in store.members}

    def up(self, domain: Domain) -> bool:
        if (domain.kind, domain.name) in self.failed or not all(map(self.up, domain.within)):
            return False
        return not domain.spares or sum(map(self.up, domain.spares)) >= domain.enough

    def all_up(self, domains: Iterable[Domain]) -> bool:
        return all(map(self.up, domains))

    def may_hit(self, domain: Domain, part: Part) -> bool:
        """Whether a domain lies in a home of a part, whose zones are not known."""
        return any(outer == home for outer in domain.chain() if outer != domain for home in part.homes)

    def linked(self, link: Link | None) -> bool:
        return link is None or (self.all_up(link.needs) and (not link.lines or any(map(self.up, link.lines))))

    def stands(self, part: Pool | Balancer | Member) -> bool:
        if (part.regional and not (isinstance(part, Pool) and part.zones)) or (
            isinstance(part, Member) and not part.writer and part.zones == ()
        ):
            somewhere = True  # the vendor's own; a replica that keeps data and runs nothing yet
        elif part.zones is None:
            inside = (domain for domain in self.scenario.failed if domain.kind in INSIDE)
            somewhere = not any(self.may_hit(domain, part) for domain in inside)
        else:
            somewhere = any(map(self.up, part.zones))
        return somewhere and not part.missing and self.all_up((*part.homes, *part.needs_to_run))

    def holds(self, store: Store) -> bool:
        """Whether a member of a store is left that could serve, now or promoted."""
        left = sum(map(self.stands, store.members))
        enough = left * 2 > len(store.members) if store.majority else left > 0
        return not store.members or (enough and store.name not in self.spoiled)

    def leads(self, urn: str, seen: frozenset[str] = frozenset()) -> bool:
        """Whether requests for a part come to something that answers."""
        if urn in self.stores:
            return self.holds(self.stores[urn])
        part = self.parts.get(urn)
        if urn in seen or part is None or not isinstance(part, Pool | Balancer) or not self.stands(part):
            return False
        if isinstance(part, Pool):
            return True
        behind = (*part.pools, *self.model.calls.get(urn, ()))
        answers = any(self.leads(name, seen | {urn}) for name in behind)
        return answers and not set(part.beyond) - self.suppliers and self.linked(part.entrance)

    def serves(self, entry: Entry) -> bool:
        named = self.all_up((*entry.homes, *entry.needs_to_run)) and not entry.missing
        return named and any(route.target and self.leads(route.target) for route in entry.routes)

    def does(self, capability: Capability) -> bool:
        """Whether some way from each of its names, or from any where one will do, and all its data, are left."""
        names = [entry for entry in self.model.entries if entry.urn in capability.entries]
        stores = [self.stores.get(name) for name in capability.stores]
        caches = [store for store in stores if store and store.kind is StoreKind.CACHE]  # one a site: its own will do
        held = all(store and self.holds(store) for store in stores if store not in caches)
        held = held and (not caches or any(map(self.holds, caches)))
        enough = any if capability.any_name else all
        return held and bool(names or not capability.entries) and enough(map(self.serves, names))


def claimed(model: Model) -> tuple[int, list[str]]:
    """:func:`claims` of a model that is assessed for it."""
    return claims(model, assess(with_defaults(model)))


def claims(model: Model, found: Assessment) -> tuple[int, list[str]]:
    """How many outcomes say that clients are served, and those of which brute force finds no way."""
    wrong: list[str] = []
    count = 0
    for result in found.scenarios:
        scenario = result.scenario
        # What is impaired still answers; a bad release is taken back; bad writes are a matter of copies.
        if scenario.gray or scenario.dwell or scenario.played:
            continue
        left = Left(model, scenario)
        for outcome in result.outcomes:
            if outcome.kind in SERVED:
                count += 1
                capability = next(c for c in model.capabilities if c.name == outcome.capability)
                if not left.does(capability):
                    wrong.append(f"{scenario.id}: {capability.name} {outcome.kind}")
    return count, wrong


@pytest.mark.parametrize("name", designs.DESIGNS)
def test_what_is_said_of_a_design_has_a_way(name: str) -> None:
    assert claimed(designs.DESIGNS[name]())[1] == []


@pytest.mark.parametrize("seed", range(40))
def test_what_is_said_of_a_random_design_has_a_way(seed: int) -> None:
    assert claimed(designs.drawn(seed))[1] == []


def test_brute_force_sees_what_is_not_followed_to_its_end() -> None:
    model = designs.sturdy()
    nothing = Scenario(id="nothing", kind=ScenarioKind.DOMAIN, rate=designs.seconds("rate", 1), lasts=None)
    checkout = model.capabilities[1]
    assert Left(model, nothing).does(checkout)
    one = replace(model.entries[0], routes=model.entries[0].routes[:1])
    alone = replace(model, entries=(one,))
    assert Left(alone, nothing).does(checkout)
    assert not Left(with_part(alone, f"lb-{DUBLIN}", beyond=("partner.example",)), nothing).does(checkout)
    assert not Left(with_part(alone, f"lb-{DUBLIN}", pools=()), nothing).does(checkout)
    assert not Left(alone, replace(nothing, failed=(designs.REGION[DUBLIN],))).does(checkout)
