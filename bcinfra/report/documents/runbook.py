"""Runbooks as documents: a page for each scenario that needs a person or may, and one for the routine of any outage."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bcinfra.continuity.judgement.meanwhile import meanwhile
from bcinfra.continuity.judgement.runbooks import BY_PERSON, Automatic, Procedure, Runbook
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.objectives import Objective
from bcinfra.continuity.model.parts import Entry, Model, Shelf
from bcinfra.continuity.model.ranges import Figure
from bcinfra.continuity.recovery.dataloss import StoreLoss
from bcinfra.continuity.recovery.outcomes import WayKind
from bcinfra.continuity.recovery.reasons import Reason
from bcinfra.continuity.recovery.scenarios import Kind, Scenario
from bcinfra.continuity.recovery.steps import Act, Deed, Step
from bcinfra.graph.core.model import Graph
from bcinfra.report.documents.blocks import Block, Code, Document, Heading, Items, Quote, Step as Do, Table, Text
from bcinfra.report.documents.commands.calls import Command
from bcinfra.report.documents.commands.modes import show
from bcinfra.report.documents.commands.program import Program
from bcinfra.report.documents.commands.switch import STATUS
from bcinfra.report.documents.commands.table import commands_of
from bcinfra.report.words import runbook as words
from bcinfra.report.words.names import shortened
from bcinfra.report.words.quantities import duration, pair
from bcinfra.report.words.scenarios import title
from bcinfra.report.words.statements import say, say_all, worded
from bcinfra.seconds import HOUR

ROUTINE: Final = "routine"
"""How the page of the routine is called."""
RETURNING: Final = frozenset({Act.WAIT_FOR, Act.GIVE_BACK})
"""Acts after which failure domains, their subject, are back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One step with everything that belongs to it: what every form is made of."""

    step: Step
    text: str
    owner: str
    time: str
    by_person: bool
    commands: tuple[Command, ...]


class Book:
    """All pages of one stack."""

    def __init__(
        self, pages: Sequence[Runbook], model: Model, graph: Graph, languages: Sequence[str] = (), basis: str = ""
    ) -> None:
        self.pages = {page.scenario.id: page for page in pages}
        self.model = model
        self.basis = basis
        self.program = Program(graph, model)
        stated = [one for one in self.program.languages if one in words.CUSTOMERS]
        self.languages = tuple(languages) or tuple(stated) or ("en",)
        self._short = shortened(model.title)

    # Pages

    def named(self, page: Runbook) -> str:
        return self._short(title(page.scenario))

    def file(self, page: Runbook) -> str:
        """A name of its file, without what file systems and URLs dislike."""
        return re.sub(r"[^a-z0-9]+", "-", self._short(page.scenario.id).casefold()).strip("-")

    def index(self) -> Document:
        """What there is, the costliest first."""
        rows = tuple(
            (
                self.named(page),
                str(page.scenario.disruption),
                "always" if page.surely else "if it does not recover by itself",
                ", ".join(page.stops),
                page.scenario.id,
            )
            for page in self.pages.values()
        )
        heading = ("Scenario", "Kind", "A person is needed", "What stops", "Page")
        said = Text("When something is down, begin with the routine: it leads to the page.")
        blocks = (said, Table("pages", heading, rows))
        return Document(title=f"Runbook of {self.model.title}", blocks=blocks, basis=self.basis)

    def whole(self) -> Document:
        """Index, routine and every page in one."""
        index = self.index()
        blocks: list[Block] = [*index.blocks]
        for one in (self.routine(), *map(self.page, self.pages.values())):
            blocks.append(Heading(1, one.title))
            blocks += (Heading(2, b.text) if isinstance(b, Heading) else b for b in one.blocks)
        return Document(title=index.title, blocks=tuple(blocks), basis=self.basis)

    def routine(self) -> Document:
        """What is done in any outage, before it is known what failed."""
        return Document(title="The routine of any outage", blocks=tuple(self._routine()), basis=self.basis)

    def page(self, page: Runbook) -> Document:
        name = self.named(page)
        return Document(title=name[:1].upper() + name[1:], blocks=tuple(self._page(page)), basis=self.basis)

    def tasks(self, page: Runbook, procedure: Procedure) -> tuple[Task, ...]:
        """The steps of a procedure, with their commands."""
        found: list[Task] = []
        before: dict[Deed, frozenset[Domain]] = {}
        for step in procedure.steps:
            act = step.deed.kind
            returned = frozenset[Domain]().union(*(before.get(deed, frozenset()) for deed in step.after))
            before[step.deed] = returned | brought_back(step)
            found.append(
                Task(
                    step=step,
                    text=self._short(worded(_does(step), step.deed)),
                    owner=words.OWNERS.get(act, words.ON_CALL),
                    time=pair(step.duration.value),
                    by_person=act in BY_PERSON,
                    commands=commands_of(self.program, step, page, procedure.site, returned),
                )
            )
        return tuple(found)

    # One scenario

    def _page(self, page: Runbook) -> Iterator[Block]:
        yield Heading(1, "When to use this page")
        yield Items(tuple(self._when(page)))
        yield Heading(1, "Who decides")
        yield Items(tuple(self._decides(page)))
        yield from self._needs(page)
        for automatic in page.automatic:
            yield Heading(1, f"What happens by itself: {', '.join(automatic.capabilities)}")
            yield from self._automatic(page, automatic)
        for procedure in page.procedures:
            site = procedure.site or "another site"
            way = words.WAYS[procedure.kind].format(site=site)
            if procedure.kind is WayKind.WAIT and not procedure.waits:
                way = words.AFTERWARDS
            yield Heading(1, f"{way}: {', '.join(procedure.capabilities)}")
            yield from self._procedure(page, procedure)
        for capability, reasons in page.undecided:
            yield Heading(1, f"Cannot be decided: {capability}")
            yield Text(
                f"What becomes of it nobody can say from what is declared. To be known first: {self._said(reasons)}."
            )
        if page.lost:
            yield Heading(1, f"Nothing brings back: {', '.join(page.lost)}")
            yield Text(
                "No copy and no other place is left for it in this scenario. Tell customers, and plan for weeks."
            )
        yield Heading(1, "Verify")
        yield from self._verify(page)
        yield Heading(1, "Tell customers")
        yield from self._customers(page)
        yield Heading(1, "Afterwards")
        yield Items(tuple(self._afterwards(page)))

    def _needs(self, page: Runbook) -> Iterator[Block]:
        """What the steps and their commands need, who one must be for them, and how that is seen."""
        commands = [c for one in page.procedures for task in self.tasks(page, one) for c in task.commands]
        commands += [command for _, command in self._shown(page)]
        every = (*page.needs, *(d for c in commands for d in c.needs if d.kind in _NEEDED))
        needs = [d for d in dict.fromkeys(every) if not d.hit_by(page.scenario.failed)]
        if not needs:
            return
        yield Heading(1, "What must still work")
        yield Text("None of these is lost in this scenario. If one is, this is another outage: go back to the routine.")
        yield Items(tuple(self._short(str(domain)) for domain in needs))
        if found := [*signed_in(commands, page.scenario)]:
            yield Text(words.SIGN_IN)
            yield from (block for command in found for block in _command(command))
        if gone := [str(d) for d in page.scenario.failed if d.kind is DomainKind.ACCOUNT]:
            yield Text(words.NEW_ACCOUNT.format(lost=self._short(", ".join(gone))))

    def _when(self, page: Runbook) -> Iterator[str]:
        scenario = page.scenario
        yield f"{self.named(page)}."
        for text in _told(scenario):
            yield f"You see: {text}."
        yield f"What stops: {', '.join(page.stops)}."
        if scenario.disruption in words.NOT_FOR and scenario.kind is not Kind.PARTITION:
            yield f"{words.NOT_FOR[scenario.disruption][:1].upper()}{words.NOT_FOR[scenario.disruption][1:]}."
        if not page.surely:
            times = [one.time.value.upper for one in page.automatic if one.time and one.time.value]
            known = [time for time in times if time is not None]
            after = f" after {duration(max(known))}" if known else ""
            yield f"All of it should come back by itself. Use the steps only where it has not{after}."
        yield from (
            words.HERE_TOO.format(address=shelf.address)
            for shelf in self.model.shelves
            if shelf.pages and not shelf.lost_to(scenario.failed)
        )
        yield f"Its name in every report: {scenario.id}"

    def _decides(self, page: Runbook) -> Iterator[str]:
        yield "The person on call decides, alone; who owns the shop is told, not asked."
        if page.decide:
            times = "; ".join(f"{say(step.deed)} within {pair(step.duration.value)}" for step in page.decide)
            yield f"The times below count on this: {times}."
        for procedure in page.procedures:
            lost = [self._loss(one) for one in procedure.losses if _loses(one)]
            if procedure.waits:
                yield f"Nothing is to be decided for {', '.join(procedure.capabilities)}: it can only be waited for."
            else:
                way = words.WAYS[procedure.kind].format(site=procedure.site or "another site")
                way = words.AFTERWARDS if procedure.kind is WayKind.WAIT else way
                stays = " Waiting costs none of it, if what failed comes back." if page.scenario.lasts else ""
                yield f"{way} costs: {'; '.join(lost) or 'no data'}.{stays}"
        lasts = page.scenario.lasts
        if lasts and lasts.value:
            yield f"What failed is usually back after {pair(lasts.value)}, by itself."

    def _loss(self, loss: StoreLoss) -> str:
        if loss.age is None:
            return f"all of {self._short(loss.store)}" + (" (which the shop can go on without)" if loss.spare else "")
        return f"{pair(loss.age.value)} of {self._short(loss.store)}"

    def _automatic(self, page: Runbook, one: Automatic) -> Iterator[Block]:
        time = pair(one.time.value) if one.time else "unknown"
        where = f", from {one.site}" if one.site else ""
        yield Text(f"Back within {time}{where}. Watch; do not begin the steps further down before that.")
        yield Items(tuple(f"{self._short(say(step.deed))}: {pair(step.duration.value)}" for step in one.steps))
        for step in one.steps:
            if step.deed.kind is Act.START_PLAN and (commands := commands_of(self.program, step, page, one.site)):
                yield Text(f"{self._short(worded(words.DO[Act.START_PLAN], step.deed))}:")
                yield from (block for command in commands for block in _command(command))

    def _procedure(self, page: Runbook, procedure: Procedure) -> Iterator[Block]:
        time = pair(procedure.time.value) if procedure.time else "not known"
        yield Text(
            f"All steps together, from the failure to service: {time}. Steps that do not wait for each other go at "
            "once."
        )
        if procedure.unknown:
            yield Text(f"To be known before you rely on it: {self._said(procedure.unknown)}.")
        tasks = self.tasks(page, procedure)
        numbers = {task.step.deed: i for i, task in enumerate(tasks, 1)}
        for number, task in enumerate(tasks, 1):
            after = [str(numbers[deed]) for deed in task.step.after if deed in numbers]
            facts = [f"Owner: {task.owner}" if task.by_person else "Owner: nobody; watch", f"Time: {task.time}"]
            facts += [f"After step {', '.join(after)}"] if after else []
            facts += [f"In {self._short(', '.join(where))}"] if (where := accounts_of(task.commands)) else []
            blocks: list[Block] = [Items(tuple(facts))]
            blocks += (block for command in task.commands for block in _command(command))
            if task.by_person and all(command.looks for command in task.commands):
                blocks.append(Text(words.UNCOMMANDED.get(task.step.deed.kind, words.BY_HAND)))
            yield Do(number, task.text, tuple(blocks))

    def _verify(self, page: Runbook) -> Iterator[Block]:
        if page.verify:
            yield Text(f"Allow {pair(page.verify.duration.value)} for it. It is over when all of this holds:")
        for entry in self._names():
            yield Code(_ask(entry.name))
            yield Text(
                "Answers 200 (or a redirect 301, 302), ten times in a row, from outside of every place of the shop."
            )
        capabilities = ", ".join(page.stops)
        yield Items(
            (
                f"A person has tried each of: {capabilities}.",
                "A test order was placed and cancelled, and its e-mail came.",
                "No alarm of the place that serves now is raised.",
            )
        )

    def _names(self) -> list[Entry]:
        named = {urn for c in self.model.capabilities for urn in c.entries}
        found = {e.name: e for e in self.model.entries if e.urn in named and e.public and "*" not in e.name}
        return [*found.values()][:2]

    def _shown(self, page: Runbook) -> Iterator[tuple[str, Command]]:
        """What customers are shown meanwhile, where a switch is left."""
        found = meanwhile(self.model, page.result)
        command = found and show(self.program, found.switch, found.state)
        if found and command:
            yield words.SHOW[found.state].format(front=self._short(found.switch.label)), command

    def _customers(self, page: Runbook) -> Iterator[Block]:
        for said, command in self._shown(page):
            yield Text(said)
            yield from _command(command)
        losses = [loss for one in page.procedures for loss in one.losses if _loses(loss) and not loss.spare]
        longest = max((_upper(one.time) for one in page.procedures), default=None)
        for language in self.languages:
            said = words.CUSTOMERS[language]
            lines = [said.down]
            if not losses and not page.scenario.hostile:
                lines.append(said.safe)
            if longest is not None and longest > HOUR and longest != _ENDLESS:
                lines.append(said.waiting.format(time=_foreign(longest, language)))
            if reached := self.program.reached(page.scenario.failed):
                lines.append(f"{said.reach} {', '.join(reached)}")
            yield Quote("\n".join(lines), language)
            after = [said.back]
            ages = [_upper(loss.age) for loss in losses if loss.age]
            if ages and max(ages) != _ENDLESS:
                after.append(said.lost.format(lost=_foreign(max(ages), language)))
            yield Quote("\n".join(after), language)

    def _afterwards(self, page: Runbook) -> Iterator[str]:
        gaps = {gap for one in page.procedures for gap in one.inconsistencies}
        for gap in sorted(gaps, key=lambda one: (one.newer, one.older)):
            apart = "an unknown time" if gap.seconds is None else f"up to {duration(gap.seconds)}"
            yield (
                f"Reconcile: {self._short(gap.newer)} is newer than {self._short(gap.older)} by {apart}. Compare "
                "orders with payments and stock over that time."
            )
        moved = [one.site for one in page.procedures if one.site and not one.waits]
        if moved:
            yield (
                f"Tell the program which site writes now ({moved[0]}), before anybody deploys: one that does not know "
                f"undoes the failover. {self.program.active(moved[0])}"
            ).rstrip()
        if any(one.kind in (WayKind.FAILOVER, WayKind.MANUAL) for one in page.procedures):
            yield "Make replicas of what writes now, in the place that was lost, once that is back; let them catch up."
            yield "Go back in a quiet hour, by the same steps the other way round, or stay: the sites are alike."
        if page.scenario.hostile:
            yield from words.AFTER_ATTACK
        missed = {
            v.objective for o in page.result.affected for v in o.verdicts if v.judgement.name in ("MISSED", "UNKNOWN")
        }
        if missed:
            which = " and ".join(sorted(str(one) for one in missed & {Objective.RECOVERY_TIME, Objective.DATA_LOSS}))
            yield f"By the design it misses its objective for {which}: bcinfra explain {page.scenario.id} says why."
        yield f"Record it, in the file of records: what: drill, of: {page.scenario.id}, on, passed, took, lost, by."
        yield "Within a week: what was slow, what was wrong on this page, who changes what until when. No blame."

    def _said(self, reasons: Iterable[Reason]) -> str:
        return self._short(say_all(reasons))

    # The routine

    def _routine(self) -> Iterator[Block]:
        shelves = [shelf for shelf in self.model.shelves if not shelf.public]
        yield Heading(1, "When to use this page")
        yield Text(
            "Whenever an alarm or a customer says that the shop is down, slow or wrong, and you do not know why."
        )
        yield Heading(1, "Steps")
        names = [entry.name for entry in self._names()]
        shown: Mapping[words.Look, tuple[Block, ...]] = {
            words.Look.OUTSIDE: tuple(Code(_ask(name)) for name in names),
            words.Look.NAME: tuple(Code(f"dig +short {n} @1.1.1.1; dig +short {n} @9.9.9.9") for n in names),
            words.Look.VENDOR: tuple(Code(f"curl --silent --max-time 10 {url}") for url in self._status()),
            words.Look.CUSTOMERS: tuple(Quote(words.CUSTOMERS[one].down, one) for one in self.languages),
        }
        for number, (text, look, answer) in enumerate(words.ROUTINE, 1):
            blocks = (Items((f"Owner: {words.ON_CALL}",)), *(shown[look] if look else ()))
            yield Do(number, text, (*blocks, Text(answer)) if answer else blocks)
        yield Heading(1, "Which page")
        yield Table("signs", ("You see", "Page"), tuple(self._signs()))
        yield Heading(1, "Before it ever happens")
        yield Items(
            (words.KEPT.format(where=" or".join(map(self._where, shelves)) or words.UNPUBLISHED), *words.BEFORE)
        )
        yield from (Code(fetched(shelf)) for shelf in shelves if shelf.pages)

    def _where(self, shelf: Shelf) -> str:
        said = words.PUBLISHED if shelf.pages else words.EMPTY
        place = ", ".join(str(home) for home in shelf.homes)
        readers = ", ".join(shelf.readers) or "administrators"
        return said.format(address=shelf.address, place=place, readers=readers, stack=self.program.stack)

    def _status(self) -> list[str]:
        clouds = {d.name for part in (*self.model.pools, *self.model.balancers) for h in part.homes for d in h.chain()}
        return [url for cloud, url in STATUS.items() if cloud in clouds]

    def _signs(self) -> Iterator[tuple[str, str]]:
        found: dict[str, list[str]] = {}
        for page in self.pages.values():
            if page.scenario.kind is not Kind.PAIR:
                for text in _told(page.scenario):
                    found.setdefault(text, []).append(self.named(page))
        yield from ((text, "; ".join(names)) for text, names in found.items())


_ENDLESS: Final = float("inf")


def _does(step: Step) -> str:
    """What a step is, said to who does it."""
    said = words.DO[step.deed.kind]
    subject = step.deed.subject if step.deed.kind is Act.WAIT_FOR else None
    down = [one for one in subject if isinstance(one, Domain)] if isinstance(subject, tuple) else []
    return words.BRING_BACK.get(down[0].kind, said) if len({one.kind for one in down}) == 1 else said


def accounts_of(commands: Iterable[Command]) -> tuple[str, ...]:
    """Accounts and projects that commands are given in."""
    return tuple(dict.fromkeys(str(d) for c in commands for d in c.needs if d.kind is DomainKind.ACCOUNT))


_NEEDED: Final = frozenset({DomainKind.ACCOUNT, DomainKind.REGION, DomainKind.CONTROL_PLANE})


def signed_in(commands: Sequence[Command], scenario: Scenario) -> Iterator[Command]:
    """One look for each account, project and cluster: whether one is who one must be."""
    seen: set[str] = set()
    for command in commands:
        for domain in command.needs:
            region = next((d.place.region for d in command.needs if d.kind is DomainKind.REGION and d.place), "")
            cluster = domain.name.removeprefix("Kubernetes cluster ")
            looks = {
                "aws": f"aws sts get-caller-identity --query Account --output text --region {region}",
                "gcp": f"gcloud projects describe {shlex.quote(domain.short)} --format 'value(projectId)'",
            }
            line, answer = "", domain.short
            if domain.kind is DomainKind.ACCOUNT:
                line = looks.get(domain.name.partition("/")[0], "")
            elif domain.kind is DomainKind.CONTROL_PLANE and cluster != domain.name and "kubectl" in command.line:
                line, answer = f"kubectl --context {shlex.quote(cluster)} get nodes", "each node is Ready"
            if line and str(domain) not in seen and not domain.hit_by(scenario.failed):
                seen.add(str(domain))
                yield Command(line=line, answer=answer, needs=command.needs, looks=True)


def brought_back(step: Step) -> frozenset[Domain]:
    """The failure domains that are up again after a step."""
    subject = step.deed.subject if step.deed.kind in RETURNING else None
    several = subject if isinstance(subject, tuple) else (subject,)
    return frozenset(one for one in several if isinstance(one, Domain))


def _told(scenario: Scenario) -> Iterator[str]:
    """How a scenario is told from others."""
    if scenario.kind in words.TELLS:
        yield words.TELLS[scenario.kind]
    if scenario.kind in (Kind.DOMAIN, Kind.PAIR):
        yield from dict.fromkeys(
            words.SEEN.get(d.kind, f"what depends on the {d.kind} is down, and nothing else") for d in scenario.failed
        )


def _command(command: Command) -> Iterator[Block]:
    if command.first:
        yield Text(f"Before it: {command.first}.")
    yield Code(command.line)
    yield Items(tuple(filter(None, (f"Answer: {command.answer}", command.back and f"Way back: {command.back}"))))


def _ask(name: str) -> str:
    """How a name is asked from outside: the answer's code and how long it took."""
    shown = "--output /dev/null --write-out '%{http_code} %{time_total} s\\n'"
    return f"curl --silent --show-error --max-time 10 {shown} https://{name}/"


def fetched(shelf: Shelf) -> str:
    """How a reader takes a copy of all pages."""
    address = shlex.quote(shelf.address)
    if shelf.address.startswith("gs:"):
        return f"gcloud storage cp --recursive {address} ."
    region = next((d.name.rpartition("/")[2] for d in shelf.homes if d.kind is DomainKind.REGION), "")
    return f"aws s3 cp --recursive {address} runbook" + (f" --region {shlex.quote(region)}" if region else "")


def _loses(loss: StoreLoss) -> bool:
    return loss.age is None or loss.age.value is None or loss.age.value.worst > 0


def _upper(figure: Figure | None) -> float:
    return figure.value.worst if figure and figure.value else _ENDLESS


def _foreign(seconds: float, language: str) -> str:
    """A length of time for customers, rounded up to one unit."""
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds > 2 * size:
            return f"{-int(-seconds // size)} {words.UNITS[language][unit]}"
    return f"{-int(-seconds // 1)} {words.UNITS[language]['s']}"
