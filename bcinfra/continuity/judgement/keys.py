"""Which key of a shop's page a finding is about that no resource holds: a page's line shows it there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from bcinfra.continuity.judgement.findings import Finding, Finds
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.statements import Noun, Subject
from bcinfra.continuity.recovery.reasons import Because

_DOMAINS: Final[Mapping[DomainKind, tuple[str, ...]]] = {
    DomainKind.ZONE: ("sites",),
    DomainKind.REGION: ("sites",),
    DomainKind.GEOGRAPHY: ("sites",),
    DomainKind.PROVIDER: ("sites",),
    DomainKind.ACCOUNT: ("accounts",),
    DomainKind.DNS_PROVIDER: ("dns", "domain"),
    DomainKind.REGISTRATION: ("domain",),
    DomainKind.CERTIFICATE: ("domain",),
    DomainKind.RELEASE: ("web.image", "web"),
}
_KINDS: Final[Mapping[Finds, tuple[str, ...]]] = {
    Finds.OVER_BUDGET: ("business.budget_per_month", "business"),
    Finds.RUNS_EVERYWHERE: ("web.image", "web"),
    Finds.SPARE: ("sites",),
    Finds.OVERPROTECTED: ("sites",),
    Finds.UNDERPROTECTED: ("sites",),
    Finds.SHARE_CARRIED: ("web.peak", "web"),
    Finds.PEAK_HELD: ("web.peak", "web"),
    Finds.MUST_ACT: ("sites",),
    Finds.MUST_MOVE: ("domain",),
}


def placed(finding: Finding, places: Mapping[str, str]) -> Finding:
    """``finding`` with the line of the page, where no resource has one."""
    return (
        finding if finding.place else replace(finding, place=next(filter(None, map(places.get, _keys(finding))), None))
    )


def _keys(finding: Finding) -> Iterator[str]:
    """Paths on the page, the best first."""
    said = finding.says
    match said.subject:
        case Subject(noun=Noun.DATA, name=name):
            yield from (f"data.{name}", "data")
        case Subject(noun=Noun.STORE, name="infrastructure state"):
            yield "state"
        case Subject(noun=Noun.CAPABILITY, name=name):
            yield from (f"capabilities.{name}.objectives", f"capabilities.{name}", "objectives")
        case Domain(kind=DomainKind.SUPPLIER, name=name):
            yield from (f"suppliers.{name}", "suppliers", "capabilities")
        case Domain(kind=kind):
            yield from _DOMAINS.get(kind, ())
        case _:
            pass
    if said.kind is Because.UNTESTED:
        yield from ("business.load_tests", "business.peaks", "business")
    if said.kind is Because.NOT_TOLD:
        yield from ("suppliers", "capabilities")
    if isinstance(said.kind, Finds):
        yield from _KINDS.get(said.kind, ())
    yield ""
