"""One step of one page, as who makes its commands asks of it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, TypeAlias

from bcinfra.continuity.judgement.runbooks import Runbook
from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Member, RecoveryPoint, Store
from bcinfra.continuity.model.statements import Noun, Subject
from bcinfra.continuity.recovery.scenarios import Kind
from bcinfra.continuity.recovery.steps import Act, Step
from bcinfra.graph.core.model import Resource
from bcinfra.places import regions
from bcinfra.places.place import Place
from bcinfra.report.documents.commands.calls import AwsCall, Command, Filled, HttpCall, Value, kept_in, lost_to, plain
from bcinfra.report.documents.commands.program import Program, mapping, text


@dataclass(frozen=True)
class At:
    """One step of one page."""

    program: Program
    step: Step
    page: Runbook
    site: str | None
    returned: frozenset[Domain]
    subject: Subject | None
    called: str = ""
    """What it is called, where that is not the resource's own name."""
    moved: bool = False
    """Whether its Kubernetes cluster is lost, and built anew elsewhere."""

    @property
    def urn(self) -> str:
        return self.subject.urn if self.subject else ""

    @cached_property
    def resource(self) -> Resource | None:
        return self.program.resource(self.urn)

    @property
    def name(self) -> str:
        if self.called:
            return self.called
        return self.program.called(self.resource) if self.resource else self.subject.name if self.subject else ""

    @property
    def place(self) -> Place | None:
        return self.program.place(self.urn)

    @property
    def region(self) -> str:
        return plain(self.place.region if self.place else "")

    @property
    def needs(self) -> tuple[Domain, ...]:
        return (*self.step.needs, *self.program.domains(self.urn))

    def lost(self, *needed: Domain) -> bool:
        """Whether one of them is lost to the scenario, and not back by then."""
        return bool(lost_to(Command(line="", answer="", needs=needed), self.page.scenario.failed, self.returned))

    # Where service is given from afterwards

    @cached_property
    def there(self) -> Place | None:
        """The site; where the scenario takes its region, the next one that is left."""
        place = Place.parse(self.site) if self.site else self.place
        if place is None and self.member:
            place = self.program.place(self.member.urn)
        if place is None or place.on_premises or not self.lost(domains.region(place.cloud, place.region)):
            return place
        near = regions.free("aws" if place.cloud == "aws" else "gcp", place.region, ())
        left = (name for name in near if name and not self.lost(domains.region(place.cloud, name)))
        return next((Place(place.cloud, name) for name in left), None)

    def owner(self, cloud: str) -> str:
        """The account or project that serves there; a new one, as whoever is signed in has it, where that is lost."""
        place = self.there
        parts = (part for part in self.program.parts.values() if part.site == self.site)
        held = (d for part in parts for d in part.homes if d.kind is DomainKind.ACCOUNT)
        found = next((d for d in held if d.name.startswith(f"{cloud}/")), None)
        if found and not self.lost(found):
            return plain(found.short)
        if cloud == "gcp":
            return Filled("$(gcloud config get-value project)")
        region = f" --region {place.region}" if place and place.cloud == "aws" else ""
        return Filled(f"$(aws sts get-caller-identity --query Account --output text{region})")

    @cached_property
    def store(self) -> Store | None:
        """The store that this is a copy or a member of."""
        stores = self.program.model.stores
        return next((s for s in stores if self.urn in {p.urn for p in (*s.members, *s.copies, *s.final)}), None)

    @cached_property
    def member(self) -> Member | None:
        """The member of the store that serves afterwards: that of the site, else one that is left, else the writer."""
        if self.store is None:
            return None
        members = sorted(self.store.members, key=lambda m: (m.site != self.site, self.lost(*m.homes), not m.writer))
        return next(iter(members), None)

    @property
    def stale(self) -> bool:
        """Whether the newest data is what must not be restored."""
        return self.page.scenario.kind in _BAD

    def moment(self) -> Iterator[Command]:
        """Up to when data is believed, where the newest is not to be had back."""
        if self.stale:
            yield kept_in("MOMENT", "date --utc --date '1 hour ago' +%Y-%m-%dT%H:%M:%SZ", _MOMENT)

    def text(self, name: str, default: str = "") -> str:
        return (text(self.resource.inputs.get(name)) if self.resource else "") or default

    def stated(self, *path: str) -> Mapping[str, object]:
        """The mapping that stands under a path of its inputs."""
        found = mapping(self.resource.inputs if self.resource else None)
        for name in path:
            found = mapping(found.get(name))
        return found

    @property
    def anew(self) -> bool:
        """Whether it is a copy that is made anew by who issued it."""
        part = self.program.parts.get(self.urn)
        return isinstance(part, RecoveryPoint) and part.anew

    @property
    def mechanism(self) -> str:
        part = self.program.parts.get(self.urn)
        return part.mechanism if isinstance(part, RecoveryPoint) else ""

    @property
    def final(self) -> bool:
        """Whether it is a copy that was taken when its store was deleted."""
        return any(self.urn == one.urn for store in self.program.model.stores for one in store.final)

    @property
    def project(self) -> str:
        """The Google Cloud project that it is in."""
        part = self.program.parts.get(self.urn)
        own, other = part.homes if part else (), self.needs
        named = [d.name.partition("/")[2] for d in (*own, *other) if d.kind is DomainKind.ACCOUNT]
        return plain(next(iter(named), self.text("project")))

    @property
    def account(self) -> str:
        """The AWS account that it is in."""
        return plain(next((d.name.partition("/")[2] for d in self.needs if d.kind is DomainKind.ACCOUNT), ""))

    def on(self, urn: str) -> At:
        """The same step, of another part."""
        return replace(self, subject=Subject(Noun.PART, urn, urn), called="")

    @property
    def into(self) -> At:
        """What a copy is restored into; its cluster is another one where that is lost."""
        if self.member is None:
            return self
        there = self.on(self.member.urn)
        return replace(there, moved=there.lost(*self.program.domains(there.urn)))

    # Commands

    def aws(
        self,
        service: str,
        api: str,
        answer: str,
        back: str = "",
        /,
        given: Mapping[str, Value] | None = None,
        *,
        query: str | None = None,
        **inputs: Value,
    ) -> Command:
        """A call in the region that it is in. ``given``: further inputs, whose names are not known here."""
        call = AwsCall(service=service, api=api, inputs={**inputs, **(given or {})}, region=self.region, query=query)
        looks = api.startswith(("Describe", "List", "Get"))
        return Command(line=call.line, answer=answer, back=back, aws=call, needs=self.needs, looks=looks)

    def gcloud(self, words: str, answer: str, back: str = "", http: HttpCall | None = None) -> Command:
        project = f" --project {shlex.quote(self.project)}" if self.project else ""
        return Command(line=f"gcloud {words}{project}", answer=answer, back=back, http=http, needs=self.needs)

    def kubectl(self, words: str, answer: str, back: str = "", *, looks: bool = False) -> Command:
        return Command(line=self.kubectl_line(words), answer=answer, back=back, needs=self.cluster_needs, looks=looks)

    def kubectl_line(self, words: str, namespace: object = None) -> str:
        """Of a cluster that was built anew elsewhere the context is the one of now; ``namespace``: another than its
        own."""
        namespace = namespace or self._metadata.get("namespace")
        of = f" --namespace {shlex.quote(namespace)}" if isinstance(namespace, str) else ""
        return f"kubectl{'' if self.moved else f' --context {shlex.quote(self.context)}'}{of} {words}"

    @property
    def context(self) -> str:
        """The Kubernetes cluster that it is in."""
        clusters = (d.name for d in self.needs if d.kind in (DomainKind.REGION, DomainKind.CONTROL_PLANE))
        return next(
            (n.removeprefix("Kubernetes cluster ") for n in clusters if n.startswith("Kubernetes")), self.region
        )

    @property
    def cluster_needs(self) -> tuple[Domain, ...]:
        return () if self.moved else self.needs

    @property
    def _metadata(self) -> Mapping[str, object]:
        return self.stated("metadata")

    @property
    def object_name(self) -> str:
        """What its Kubernetes object is called."""
        return text(self._metadata.get("name")) or self.name

    def kubernetes_name(self) -> str:
        """The same, as a word of the shell."""
        return shlex.quote(self.object_name)

    def pulumi(self, words: str, answer: str, back: str = "") -> Command:
        """A run of the program: with the state where it is, or on this machine where that is lost or begun anew."""
        stack = shlex.quote(self.program.stack)
        _, homes = self.program.state
        beside = any(deed.kind is Act.REBUILD_OUTSIDE for deed in (self.step.deed, *self.step.after))
        needs = () if beside or self.lost(*homes) else homes
        return Command(line=f"pulumi {words} --stack {stack}", answer=answer, back=back, needs=needs)

    def begun(self, *, anew: bool) -> Made:
        """What is done before the program is run: the state is saved, fetched from its copy where it is lost, or begun
        ``anew`` beside what is lost."""
        where, homes = self.program.state
        lost = self.lost(*homes)
        fetched = self._fetched() if lost else None
        if fetched:
            yield fetched
        if anew or (lost and not fetched):
            why = f"{where} is lost with the scenario" if lost else "that of before holds what is lost"
            yield Command(
                line=f"pulumi login file://$PWD/state && pulumi stack init {shlex.quote(self.program.stack)}",
                answer=f"an empty state in this folder: {why}",
                back="pulumi logout; pulumi login with the address of before; remove the folder state",
            )
        elif not lost:
            kept = f" (it is kept at {where})" if where else ""
            saved = self.pulumi("stack export --file before.json", f"before.json holds the state of now{kept}")
            yield replace(saved, looks=True)

    def _fetched(self) -> Command | None:
        """The state out of a copy that is left. Marks of updates that were running when it was lost stay behind."""
        for bucket, copy in self.program.state_copies:
            needs = (*copy.homes, *copy.needs_to_recover)
            if not self.lost(*needs):
                return Command(
                    line=f"aws s3 sync s3://{shlex.quote(bucket)}/.pulumi before/.pulumi --exclude 'locks/*'"
                    " && pulumi login file://$PWD/before"
                    f" && pulumi stack export --stack {shlex.quote(self.program.stack)} --file before.json",
                    answer="before.json holds the state as it was copied last: of what is left in other accounts too,"
                    " which pulumi stack import takes over once what is lost is out of it",
                    back="pulumi logout; pulumi login with the address of before; remove the folder before",
                    needs=needs,
                    first="have the passphrase at hand that seals its secrets, or access to their key",
                )
        return None


BUILT: Final = frozenset({Act.REBUILD, Act.REBUILD_OUTSIDE, Act.RECREATE})
"""Acts by which the program makes anew what runs."""
_BAD: Final = frozenset({Kind.BAD_DATA, Kind.RANSOMWARE, Kind.COMPROMISE})
_MOMENT: Final = (
    "the last moment whose data is believed; give the time before the damage in place of '1 hour ago', as the audit log"
    " or the first wrong row tells it"
)
Made: TypeAlias = Iterator[Command]
Maker: TypeAlias = Callable[[At], Made]


def nothing(_: At) -> Made:
    yield from ()


def by_type(**makers: Maker) -> Maker:
    """One of several, by the type of the resource; the keys are its token with underscores."""

    def made(at: At) -> Made:
        key = re.sub(r"\W", "_", at.resource.type) if at.resource else ""
        yield from makers.get(key, nothing)(at)

    return made
