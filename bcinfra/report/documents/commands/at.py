"""One step of one page, as who makes its commands asks of it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from bcinfra.continuity.judgement.runbooks import Runbook
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import RecoveryPoint
from bcinfra.continuity.model.statements import Noun, Subject
from bcinfra.continuity.recovery.steps import Step
from bcinfra.graph.core.model import Resource
from bcinfra.places.place import Place
from bcinfra.report.documents.commands.calls import AwsCall, Command, HttpCall, Value, lost_to, plain
from bcinfra.report.documents.commands.program import Program, mapping


@dataclass(frozen=True)
class At:
    """One step of one page."""

    program: Program
    step: Step
    page: Runbook
    site: str | None
    returned: frozenset[Domain]
    subject: Subject | None

    @property
    def urn(self) -> str:
        return self.subject.urn if self.subject else ""

    @cached_property
    def resource(self) -> Resource | None:
        return self.program.resource(self.urn)

    @property
    def name(self) -> str:
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

    def text(self, name: str, default: str = "") -> str:
        value = self.resource.inputs.get(name) if self.resource else None
        return value if isinstance(value, str) else default

    @property
    def anew(self) -> bool:
        """Whether it is a copy that is made anew by who issued it."""
        part = self.program.parts.get(self.urn)
        return isinstance(part, RecoveryPoint) and part.anew

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
        return At(self.program, self.step, self.page, self.site, self.returned, Subject(Noun.PART, urn, urn))

    def aws(
        self, service: str, api: str, answer: str, back: str = "", /, *, query: str | None = None, **inputs: Value
    ) -> Command:
        call = AwsCall(service=service, api=api, inputs=inputs, region=self.region, query=query)
        looks = api.startswith(("Describe", "List", "Get"))
        return Command(line=call.line, answer=answer, back=back, aws=call, needs=self.needs, looks=looks)

    def gcloud(self, words: str, answer: str, back: str = "", http: HttpCall | None = None) -> Command:
        project = f" --project {shlex.quote(self.project)}" if self.project else ""
        return Command(line=f"gcloud {words}{project}", answer=answer, back=back, http=http, needs=self.needs)

    def kubectl(self, words: str, answer: str, back: str = "") -> Command:
        clusters = (d.name for d in self.needs if d.kind in (DomainKind.REGION, DomainKind.CONTROL_PLANE))
        context = next(
            (n.removeprefix("Kubernetes cluster ") for n in clusters if n.startswith("Kubernetes")), self.region
        )
        namespace = self._metadata.get("namespace")
        of = f" --namespace {shlex.quote(namespace)}" if isinstance(namespace, str) else ""
        return Command(
            line=f"kubectl --context {shlex.quote(context)}{of} {words}", answer=answer, back=back, needs=self.needs
        )

    @property
    def _metadata(self) -> Mapping[str, object]:
        return mapping(self.resource.inputs.get("metadata") if self.resource else None)

    def kubernetes_name(self) -> str:
        name = self._metadata.get("name")
        return shlex.quote(name if isinstance(name, str) else self.name)

    def pulumi(self, words: str, answer: str, back: str = "") -> Iterator[Command]:
        """A run of the program, with the state where it is, or anew where that is lost."""
        where, homes = self.program.state
        stack = shlex.quote(self.program.stack)
        probe = Command(line="", answer="", needs=homes)
        if lost_to(probe, self.page.scenario.failed, self.returned):
            yield Command(
                line=f"pulumi login file://$PWD/state && pulumi stack init {stack}",
                answer=f"an empty state on this machine: {where} is lost with the scenario",
                back="remove the folder state",
            )
        else:
            yield Command(
                line=f"pulumi stack export --stack {stack} --file before.json",
                answer=f"before.json holds the state of now{f' (it is kept at {where})' if where else ''}",
                needs=homes,
                looks=True,
            )
        yield Command(line=f"pulumi {words} --stack {stack}", answer=answer, back=back, needs=homes)


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
