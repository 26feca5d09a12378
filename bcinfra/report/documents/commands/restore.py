"""How a site is built anew by the program, and data is restored from a copy."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import Final

from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.statements import Subject
from bcinfra.continuity.recovery.steps import Act
from bcinfra.places.place import Place
from bcinfra.report.documents.commands import aws_copies, gcp_copies, kubernetes_copies, premises
from bcinfra.report.documents.commands.at import BUILT, At, Made, by_type
from bcinfra.report.documents.commands.calls import Command

_UP: Final = "a preview to read first: nothing in it may be of what is lost; then every resource created or updated"
_BACK: Final = "pulumi stack import --file before.json, before anything else is done"


def _named(at: At) -> str:
    """What the program calls the site."""
    place = Place.parse(at.site) if at.site else None
    return at.program.sites.get((place.cloud, place.region), "") if place else ""


def _active(at: At) -> Made:
    """The program is told which site writes, where it asks."""
    if _named(at):
        needs = at.pulumi("", "").needs
        yield Command(
            line=at.program.active(at.site or ""),
            answer="no output: the program now takes this site for the one that writes",
            back="pulumi config set activeSite with the site of before",
            needs=needs,
        )


def rebuild(at: At) -> Made:
    """What runs is replaced where it stands."""
    yield from at.begun(anew=False)
    yield from _active(at)
    urns = [pool.urn for pool in at.program.model.pools if pool.site == at.site and at.program.resource(pool.urn)]
    which = "".join(f"--target-replace {shlex.quote(urn.partition('#')[0])} " for urn in dict.fromkeys(urns))
    yield at.pulumi(f"up --refresh {which}--target-dependents" if which else "up --refresh", _UP, _BACK)


def recreate(at: At) -> Made:
    """What runs is made again: a refresh sees that it is gone."""
    yield from at.begun(anew=False)
    urns = [pool.urn for pool in at.program.model.pools if pool.site == at.site and at.program.resource(pool.urn)]
    which = "".join(f"--target {shlex.quote(urn.partition('#')[0])} " for urn in dict.fromkeys(urns))
    yield at.pulumi(f"up --refresh {which}--target-dependents" if which else "up --refresh", _UP, _BACK)


def rebuild_outside(at: At) -> Made:
    """Everything is made once more, elsewhere, from an empty state: nothing of what is lost is touched."""
    yield from at.begun(anew=True)
    taken = [d for d in at.page.scenario.failed if d.kind is DomainKind.ACCOUNT and d not in at.returned]
    new = [f"a new account in place of {', '.join(d.short for d in taken)}"] if taken else []
    site = Place.parse(at.site) if at.site else None
    if at.there != site or (site and site.on_premises):
        new.append(f"{at.there or 'another place'} in place of {site}")
    yield Command(
        line=f"bcinfra preview {shlex.quote(at.program.stack)}",
        answer="what will be made; no line of it names what is lost",
        looks=True,
        first=f"state {' and '.join(new)} on the page, or in the program" if new else "",
    )
    yield from _active(at)
    made = at.pulumi("up", "every resource created; certificates wait for the names, which come next", "pulumi destroy")
    yield replace(made, needs=())  # its state is in this folder


def restore(at: At) -> Made:
    copy = at.step.deed.object
    if isinstance(copy, Subject):
        yield from _RESTORE(at.on(copy.urn))


def started(at: At) -> Made:
    """A store that begins empty: where it was deleted, the program makes it again."""
    name = at.subject.name if at.subject else ""
    store = next((s for s in at.program.model.stores if s.name == name), None)
    member = next((m for m in store.members if m.site == at.site or not at.site), None) if store else None
    if any(deed.kind in BUILT for deed in at.step.after):
        return  # with everything else
    if member and at.program.resource(member.urn):
        yield from made_anew(at.on(member.urn))


def used(at: At) -> Made:
    """A member that is left: the program is told which, so that what calls it is."""
    yield from _active(at)
    yield at.pulumi(
        "up", f"what calls it is told of {at.name}; where the program does not choose, state it first", _BACK
    )


def made_anew(at: At) -> Made:
    """The program makes it again: it is not there, or nothing of it is trusted."""
    if at.anew and at.resource and at.resource.type.endswith(":Secret"):
        keys = at.pulumi(
            "config", "the keys of what it holds; each that was issued again: pulumi config set --secret KEY"
        )
        yield replace(keys, looks=True)
    if row := at.into.resource or at.resource:
        yield _made(at, row.urn)


def _made(at: At, *urns: str) -> Command:
    which = "".join(f"--target {shlex.quote(urn)} " for urn in urns)
    built = any(deed.kind is Act.REBUILD_OUTSIDE for deed in at.step.after)
    answer, back = ("no change, where the build has made it", "") if built else (_UP, _BACK)
    return at.pulumi(f"up --refresh {which}--target-dependents", answer, back)


def zones_anew(at: At) -> Made:
    """The program makes a zone again, at every provider that answers for its domain."""
    yield _made(at, *(member.urn for member in at.store.members) if at.store else (at.urn,))


_RESTORE: Final = by_type(
    **aws_copies.RESTORE,
    **gcp_copies.RESTORE,
    **kubernetes_copies.RESTORE,
    **premises.RESTORE,
    aws_acm_certificate_Certificate=made_anew,
    aws_route53_zone_Zone=zones_anew,
    cloudflare_index_zone_Zone=zones_anew,
    gcp_certificatemanager_certificate_Certificate=made_anew,
    gcp_compute_managedSslCertificate_ManagedSslCertificate=made_anew,
    gcp_dns_managedZone_ManagedZone=zones_anew,
    kubernetes_core_v1_Secret=made_anew,
    kubernetes_networking_k8s_io_v1_Ingress=made_anew,
)
