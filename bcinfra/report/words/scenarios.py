"""Scenarios, precedents and premises in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from bcinfra.continuity.judgement.assessment import Premise
from bcinfra.continuity.judgement.precedents import Missing, Precedent
from bcinfra.continuity.model.assumptions import Assumption
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.parts import Guard
from bcinfra.continuity.model.ranges import Assumed, Figure
from bcinfra.continuity.recovery.capacity import HEADROOM
from bcinfra.continuity.recovery.scenarios import Kind, Scenario
from bcinfra.report.words.names import shortened
from bcinfra.report.words.quantities import share
from bcinfra.report.words.statements import say

DOMAINS: Final[Mapping[DomainKind, str]] = dict.fromkeys(DomainKind, "{failed} lost") | {
    DomainKind.ACCOUNT: "{failed} suspended",
    DomainKind.KEY: "{failed} scheduled for deletion",
    DomainKind.CERTIFICATE: "{failed} expired",
    DomainKind.RELEASE: "bad {failed}, on every host at once",
    DomainKind.CONTROL_PLANE: "{failed} down, what runs goes on",
    DomainKind.GLOBAL_CONTROL_PLANE: "{failed} down, what runs goes on",
    DomainKind.SUPPLIER: "{failed} gone",
    DomainKind.SYSTEM: "{failed} fails, its hosts run",
}
"""How the failure of a domain reads."""
SCENARIOS: Final[Mapping[Kind, str]] = {
    Kind.IMPAIRED: "{failed} ill, its checks stay green",
    Kind.HOST: "a server of {subject} lost",
    Kind.BALANCER: "{subject} fails by itself",
    Kind.PAIR: "{failed} lost together",
    Kind.LOAD: "{subject}: {load:g} times the usual load, nothing lost",
    Kind.PEAK: "{subject} lost at peak ({load:g} times the usual load)",
    Kind.UPGRADE: "planned upgrade of {subject}",
    Kind.MAINTENANCE: "{subject} lost while {busy} is in maintenance",
    Kind.QUOTA: "more load than the quota of {subject} may hold, nothing lost",
    Kind.QUOTA_AFTER: "{failed} lost, and the quota of {subject} may hold the standby small",
    Kind.PARTITION: "sites cannot see each other",
    Kind.DELETION: "operator deletes {subject}{past}",
    Kind.BAD_DATA: "bad data written to {subject}, found hours later",
    Kind.PURGE: "insider deletes all that nothing retains",
    Kind.COMPROMISE: "account{s} {names} taken over",
    Kind.RANSOMWARE: "ransomware, days after the break-in",
    Kind.FLOOD: "denial of service",
    Kind.FLOOD_AFTER: "{subject} lost, and denial of service where clients go then",
}
"""All kinds but :attr:`Kind.DOMAIN`, which :data:`DOMAINS` words."""
PAST: Final[Mapping[Guard, str]] = {
    Guard.SERVICE: ", past its deletion protection",
    Guard.IN_USE: ", though it is in use",
    Guard.NOT_EMPTY: ", though it is not empty",
    Guard.PROGRAM: ", past Pulumi's protection",
}
"""How a deletion reads that had to get past something."""
MISSING: Final[Mapping[Missing, str]] = {
    Missing.ZONE: "no zone that serves is declared",
    Missing.CONTROL_PLANE: "nothing here needs a control plane",
    Missing.REGIONAL_CONTROL_PLANE: "nothing here needs a regional control plane",
    Missing.REGION: "no region that serves is declared",
    Missing.GEOGRAPHY: "no part of the world is known of the place that serves",
    Missing.RELEASE: "no software version is declared",
    Missing.DATABASE_SERVER: "no server of a database is declared",
    Missing.STORE: "no store is declared",
    Missing.ACCOUNT: "no account is known of what serves",
    Missing.PREY: "there is nothing to encrypt",
    Missing.CERTIFICATE: "no certificate is declared",
    Missing.NAME: "no name that clients ask for is declared",
    Missing.DNS_PROVIDER: "no DNS provider is declared",
    Missing.CDN: "no CDN is declared",
    Missing.LINE_OR_DNS_PROVIDER: "neither a carrier's line nor a DNS provider is declared",
    Missing.LINE: "no line of a carrier is declared",
    Missing.COUNTERPART: "nothing here corresponds to '{domain}'",
}
PREMISES: Final[Mapping[Premise, str]] = {
    Premise.HEADROOM: f"running replicas carry the usual load at {share(HEADROOM)} of their capacity (scaling"
    " usually aims at 50 to 70 %)",
    Premise.CHECKS_SEE_ALL: "health checks see the whole chain, so that a dead store withdraws its site",
    Premise.EVEN_SPREAD: "replicas are spread evenly; a lost zone takes the fuller part",
    Premise.EARNING: "revenue stops while browsing, cart or checkout is out",
    Premise.INDEPENDENCE: "rates and durations are independent except through shared failure domains",
    Premise.AT_RISK: "while a place is lost, what would be lost for good if it did not come back counts as data loss",
}


def title(scenario: Scenario) -> str:
    """What happens in a scenario."""
    if scenario.played:
        return f"{scenario.subject.name if scenario.subject else ''}: {_together(scenario.played)}"
    kind = scenario.kind
    template = DOMAINS[scenario.failed[0].kind] if kind is Kind.DOMAIN else SCENARIOS[kind]
    return template.format(
        subject=scenario.subject.name if scenario.subject else "",
        failed=" and ".join(map(str, scenario.failed)),
        names=" and ".join(domain.name for domain in scenario.failed),
        s="s" * (len(scenario.failed) > 1),
        busy=scenario.busy,
        load=scenario.load,
        past=PAST[scenario.past[0]] if scenario.past else "",
    )


def _together(played: tuple[Scenario, ...]) -> str:
    listed = " and ".join(map(title, played[:3]))
    return listed + (f" and {len(played) - 3} more" if len(played) > 3 else "")


def by_name(every: Iterable[Scenario], stack: str) -> dict[str, Scenario]:
    """Scenarios by all that they are called, without case: by id and title, with and without the prefix of ``stack``
    (``project/stack``).
    """
    short = shortened(stack)
    return {
        written.casefold(): one for one in every for name in (one.id, title(one)) for written in (name, short(name))
    }


def note(precedent: Precedent) -> str:
    """What an incident is played as, or why it cannot be shown."""
    if precedent.scenario:
        return f"played as: {_together(precedent.scenario.played)}"
    return MISSING[precedent.missing].format(domain=precedent.incident.domain) if precedent.missing else ""


def assumption(one: Premise | Assumption | Figure) -> str:
    """What is taken to be so."""
    match one:
        case Premise():
            return PREMISES[one]
        case Figure(why=Assumed(text)):
            return f"{one.name}: {text}"
        case Figure():
            return one.name
        case Assumption():
            return say(one)
