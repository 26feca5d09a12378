"""What a diff says to people, once for every format: a sentence, what is dangerous, the changes by place and component.

:func:`page` makes a :class:`Page` of plain data; :mod:`bcinfra.report.diff.text`, :mod:`bcinfra.report.diff.markdown`
and :mod:`bcinfra.report.diff.document` only lay it out.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from bcinfra.graph.core.location import Location
from bcinfra.graph.core.model import UNKNOWN, Asset, Graph, Reference, Resource, Secret, Urn
from bcinfra.graph.core.secrets import shown
from bcinfra.graph.diff.changes import Change, Diff, Kind, Risk
from bcinfra.graph.diff.properties import ABSENT, HIDDEN, Property, Side
from bcinfra.report.preview import short_type


class Name(str):
    """A part of a phrase that comes from the program: shown as code where the format can."""

    __slots__ = ()


Phrase: TypeAlias = tuple[str, ...]
"""Prose, with the names in it as :class:`Name`."""

APART: Final = "components and providers"
"""The heading of what is in no place."""
UNDECIDED: Final = "undecided"
"""What is said of a value that is known on one side only; what it means is said once below."""
_SHORT: Final = 300
"""Characters up to which a value is shown as it is."""
_LINES: Final = 40
"""Lines of a text's difference up to which they are shown."""


class Detail(NamedTuple):
    """One property: its path, both sides as texts, what there is to say of it; ``lines`` where texts differ by line."""

    path: Name
    old: str
    new: str
    note: str = ""
    lines: tuple[str, ...] = ()


class Entry(NamedTuple):
    """One changed resource."""

    change: Change
    details: tuple[Detail, ...]

    @property
    def title(self) -> Phrase:
        """Its type and name."""
        return (Name(short_type(self.change.resource.type)), " ", Name(self.change.resource.name))

    @property
    def notes(self) -> tuple[Phrase, ...]:
        """What to know beside the properties: its former name, what forces the replacement."""
        change = self.change
        found: list[Phrase] = []
        if change.renamed and change.old:
            how = "" if change.aliased else "likely "
            found.append((f"{how}renamed from ", *_named(change.old, change.resource)))
        if change.kind is Kind.REPLACE:
            found.append(("replaced because of ", *_listed(map(Name, change.reasons))))
        if change.old_at and change.new_at and change.moved:
            found.append(_move(change.old_at, change.new_at))
        return tuple(found)


class Alarm(NamedTuple):
    """A dangerous change: the gravest risk, and every danger in words."""

    risk: Risk
    entry: Entry
    dangers: tuple[Phrase, ...]


class Group(NamedTuple):
    """Changes in one place and component."""

    place: str
    component: Phrase
    entries: tuple[Entry, ...]


class Moved(NamedTuple):
    """An objective that stands otherwise than before, in words."""

    objective: str
    before: str
    after: str
    target: str
    verdict: str
    """``MET -> MISSED``, or how it stands."""
    worse: bool


class Stands(NamedTuple):
    """How a new stack stands in one kind of disruption, in words."""

    kind: str
    mark: str
    """``ok``, ``x``, ...; empty where no objective is stated."""
    kept: str
    """In how many scenarios every objective is met."""
    again: str
    """Until service is back, typically."""
    worst: str
    """The same at the pessimistic end."""
    data: str
    objective: str
    how: str


class First(NamedTuple):
    """What a new stack survives."""

    said: str
    """The sentence, without the name of the stack."""
    kinds: tuple[Stands, ...]
    steps: tuple[str, ...]
    """What to do next, with the code of its finding."""


class Page(NamedTuple):
    """The report on one stack."""

    diff: Diff
    headline: Phrase
    because: tuple[Phrase, ...]
    objectives: tuple[Moved, ...]
    alarms: tuple[Alarm, ...]
    groups: tuple[Group, ...]
    outputs: tuple[Detail, ...]
    later: str = ""
    """What cannot be seen before a deployment, once for all."""
    first: First | None = None
    """What a new stack survives."""

    @property
    def stack(self) -> str:
        return self.diff.head.stack

    @property
    def project(self) -> str:
        return self.diff.head.project

    @property
    def summary(self) -> str:
        """The changes by number."""
        return totals(self.diff)


def page(
    diff: Diff,
    *,
    headline: Phrase | None = None,
    because: Sequence[Phrase] = (),
    objectives: Sequence[Moved] = (),
    first: First | None = None,
) -> Page:
    """The report on ``diff``. A caller who knows more than the graphs say gives the ``headline``, what it rests on
    (``because``) and the ``objectives`` that moved; otherwise the headline says what changes for the stack and whether
    data is in danger."""
    entries = {id(change): Entry(change, tuple(_details(change))) for change in diff.changes}
    shown = [entries[id(change)] for change in diff.changes if not _is_heading(diff, change)]
    return Page(
        diff=diff,
        headline=(*headline, *interruptions(diff)) if headline else _arrival(diff, first) or _headline(diff),
        because=tuple(because),
        objectives=tuple(objectives),
        alarms=tuple(_alarms(diff, entries.values())),
        groups=tuple(_groups(diff, shown)),
        outputs=tuple(_detail(p) for p in diff.outputs),
        later=" ".join(_later(diff)),
        first=first,
    )


def _later(diff: Diff) -> Iterator[str]:
    """What between a deployment and a program cannot be compared."""
    if diff.later:
        said = (
            "value is known once deployed only, and comes"
            if diff.later == 1
            else "values are known once deployed only, and come"
        )
        yield f"{diff.later} {said} from the same resources in both: taken as unchanged."
    sides = [p for change in diff.changes for p in change.properties if p.undecided]
    if sides:
        yield f"{_count(len(sides), 'value')} undecided: known in one only, and not of the same resources in both."


def _arrival(diff: Diff, first: First | None) -> Phrase:
    """The sentence on a new stack; empty where it is none, or nothing can be said of what it survives."""
    if first is None:
        return ()
    size = _count(diff.counts[Kind.CREATE], "resource")
    return (Name(diff.head.stack), f": a new stack of {size}, {first.said}")


def interruptions(diff: Diff, *, dangers_told: bool = False) -> Phrase:
    """``Restarts orders and carts in the maintenance window; replaces web.`` Empty where nothing is interrupted."""
    stopped = [change for change in diff.changes if change.restarts]
    parts: list[Phrase] = []
    for waits, when in ((False, ""), (True, " in the maintenance window")):
        names = [Name(change.resource.name) for change in stopped if change.waits is waits]
        parts += [("restarts ", *_listed(names), when)] if names else []
    replaced = [c for c in diff.changes if c.counted and c.kind is Kind.REPLACE and not (c.risks and dangers_told)]
    parts += [("replaces ", *_listed(Name(c.resource.name) for c in replaced))] if replaced else []
    if not parts:
        return ()
    joined = tuple(part for i, phrase in enumerate(parts) for part in (*(["; "] if i else []), *phrase))
    return (" ", joined[0].capitalize(), *joined[1:], ".")


def totals(diff: Diff) -> str:
    """``2 updated, 1 deleted``; ``no changes``."""
    counts = [f"{diff.counts[kind]} {kind}" for kind in Kind if diff.counts[kind]]
    apart = sum(1 for change in diff.changes if not change.counted)
    counts += [_count(apart, "component or provider", "components and providers") + " changed"] if apart else []
    counts += [_count(len(diff.outputs), "output") + " changed"] if diff.outputs else []
    return ", ".join(counts) or "no changes"


def plain(phrase: Phrase) -> str:
    """A phrase without marks; names that could confuse a terminal are written out."""
    return "".join(visible(part) for part in phrase)


def visible(text: str) -> str:
    """``text`` with what does not print, or steers a terminal, written as escapes; no secret is in it."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown(text))


def value(side: Side) -> str:
    """One side of a property in one line. No secret is in it."""
    match side:
        case str():
            return _text(side)
        case list():
            text = "[" + ", ".join(value(item) for item in side) + "]"
        case dict():
            text = "{" + ", ".join(f"{visible(key)}: {value(item)}" for key, item in sorted(side.items())) + "}"
        case Secret():
            return "[secret]" if side.known else "[secret, unknown]"
        case Reference():
            return f"[{short_type(Urn.parse(side.urn).type)} {visible(Urn.parse(side.urn).name)}]"
        case Asset():
            return f"[{'archive' if side.archive else 'file'} {_text(side.value)}]"
        case _:
            special = {UNKNOWN: "[unknown]", ABSENT: "(none)", HIDDEN: "[hidden: secret on the other side]"}
            return special[side] if side in (UNKNOWN, ABSENT, HIDDEN) else json.dumps(side)
    return text if len(text) <= _SHORT else f"[{_count(len(side), 'item')}, sha256 {_digest(text)}]"


def _text(text: str) -> str:
    text = shown(text)
    if len(text) > _SHORT:
        return f"[text of {len(text):,} characters, sha256 {_digest(text)}]"
    simple = re.fullmatch(r"[A-Za-z0-9/_][\w./:@+*{}-]*", text) and not _is_json(text)
    return text if simple else visible(json.dumps(text, ensure_ascii=False))


def _is_json(text: str) -> bool:
    """Whether ``text`` without quotes would look like something else: a number, ``true``, ``null``."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:12]


def _count(n: int, noun: str, several: str | None = None) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {several or noun + 's'}"


def _listed(names: Iterable[str], most: int = 3) -> Phrase:
    """``a, b and 4 more``."""
    every = list(names)
    shown = every[:most] if len(every) > most + 1 else every
    parts: list[Phrase] = [(name,) for name in shown]
    if len(every) > len(shown):
        parts.append((f"{len(every) - len(shown)} more",))
    joined: list[str] = []
    for i, part in enumerate(parts):
        joined += ["" if i == 0 else " and " if i == len(parts) - 1 else ", ", *part]
    return tuple(part for part in joined if part)


def _details(change: Change) -> Iterator[Detail]:
    notes = dict.fromkeys(change.restarts, f"restarts it{' in its maintenance window' if change.waits else ''}")
    notes |= dict.fromkeys(change.reasons, "forces replacement")
    for found in (*change.properties, *change.options):
        note = notes.get(str(found), "")
        yield _detail(found, note)


def _detail(found: Property, note: str = "") -> Detail:
    if found.undecided:
        note = UNDECIDED
    if found.old_from or found.new_from:
        old, new = (f"{value(UNKNOWN)} of {_sources(urns)}" for urns in (found.old_from, found.new_from))
        return Detail(Name(found), old, new, note)
    old, new = found.old, found.new
    if value(old) == value(new) and not note and ABSENT not in (old, new) and old is not UNKNOWN:
        note = "a secret changed"
    if isinstance(old, str) and isinstance(new, str) and "\n" in old + new:
        drawn = list(difflib.unified_diff(old.splitlines(), new.splitlines(), n=1, lineterm=""))[2:]
        if drawn and len(drawn) <= _LINES and all(len(line) <= _SHORT for line in drawn):
            return Detail(Name(found), "", "", note, tuple(map(visible, drawn)))
    return Detail(Name(found), value(old), value(new), note)


def _sources(urns: Iterable[str]) -> str:
    return ", ".join(f"{short_type(urn.type)} {visible(urn.name)}" for urn in map(Urn.parse, urns)) or "nothing"


def _named(row: Resource, beside: Resource) -> Phrase:
    """What is particular to ``row`` beside its new self: its name, its type, its parent."""
    if row.name != beside.name:
        return (Name(row.name),)
    if row.type != beside.type:
        return (Name(short_type(row.type)), " ", Name(row.name))
    return ("below ", Name(Urn.parse(row.parent).name)) if row.parent else (Name(row.name),)


def _move(old: Location, new: Location) -> Phrase:
    before, after = ([str(place), place.account] for place in (old, new))
    if before[0] == after[0]:
        return ("moves from account ", Name(old.account or "?"), " to ", Name(new.account or "?"))
    return ("moves from ", Name(before[0]), " to ", Name(after[0]))


# Dangers


def _alarms(diff: Diff, entries: Iterable[Entry]) -> Iterator[Alarm]:
    """The dangerous changes, the gravest first."""
    found = [(entry.change.risks, entry) for entry in entries]
    order = list(Risk)
    graves = sorted(
        ((risks, entry) for risks, entry in found if risks),
        key=lambda row: (order.index(row[0][0]), _light(row[1].change), row[1].change.resource.urn),
    )
    for risks, entry in graves:
        dangers = [said for risk in risks if (said := _danger(diff, entry.change, risk))]
        if dangers:
            yield Alarm(risks[0], entry, tuple(dangers))


def _light(change: Change) -> bool:
    """Whether what it holds is the least that a shop can lose."""
    return change.data in ("logs", "cache")


def _danger(diff: Diff, change: Change, risk: Risk) -> Phrase | None:
    match risk:
        case Risk.DELETES_DATA:
            refused = change.old is not None and change.old.options.protect
            return (f"deletes the {change.data}", "; it is protected, so Pulumi will refuse" if refused else "")
        case Risk.REPLACES_DATA:
            return (
                f"replaces the {change.data} by a new one without its data, because of ",
                *_listed(map(Name, change.reasons)),
            )
        case Risk.ABANDONS_DATA:
            return (f"leaves the {change.data} in the cloud, managed no more (", Name("retainOnDelete"), ")")
        case Risk.UNPROTECTED:
            settings = [Name(f"{p}: {value(p.old)} -> {value(p.new)}") for p in change.unprotected]
            return (
                ("removes protection: ", *_listed(settings))
                if settings
                else ("removes what protects another resource",)
            )
        case Risk.MOVED if change.old_at and change.new_at:
            return _move(change.old_at, change.new_at)
        case Risk.EXPOSED:
            return ("keeps in plain what was secret: ", *_listed(Name(p) for p in change.exposed))
        case Risk.UNALIASED if change.old and not _renamed_above(diff, change):
            return (
                *("is likely ", *_named(change.old, change.resource), " renamed; without "),
                *(Name(f"aliases=[{_alias(diff, change.old, change.resource)}]"), " it is deleted and created anew"),
            )
        case _:
            return None


def _alias(diff: Diff, old: Resource, new: Resource) -> str:
    parts = [f"name={json.dumps(old.name)}"] if old.name != new.name else []
    parts += [f"type_={json.dumps(old.type)}"] if old.type != new.type else []
    parents = [graph.resources.get(row.parent or "") for graph, row in ((diff.base, old), (diff.head, new))]
    above = [row.name if row and row.is_component else None for row in parents]
    if above[0] != above[1]:
        parts.append("parent=pulumi.ROOT_STACK_RESOURCE" if above[0] is None else f"parent={json.dumps(above[0])}")
    return f"pulumi.Alias({', '.join(parts)})"


def _renamed_above(diff: Diff, change: Change) -> bool:
    """Whether a component above was renamed as well, so that its alias mends this one too."""
    return change.new is not None and any(row.urn in diff.renamed_components for row in diff.head.ancestors(change.new))


# The headline

_VERBS: Final[dict[Risk, tuple[str, str]]] = {
    Risk.DELETES_DATA: ("deletes data: ", ""),
    Risk.REPLACES_DATA: ("replaces what holds data: ", ""),
    Risk.ABANDONS_DATA: ("manages no more ", ", which holds data"),
    Risk.UNPROTECTED: ("takes protection from ", ""),
    Risk.MOVED: ("moves ", " elsewhere"),
    Risk.EXPOSED: ("keeps a secret of ", " in plain"),
    Risk.UNALIASED: ("renames ", " without an alias"),
}


def _headline(diff: Diff) -> Phrase:
    """One sentence: the dangers, or what changes and that data is safe."""
    stack = (Name(diff.head.stack), ": ")
    if not diff:
        return (*stack, "no changes.")
    clauses: list[Phrase] = []
    dangerous = [c for c in diff.changes if c.risks and not (c.risks == (Risk.UNALIASED,) and _renamed_above(diff, c))]
    for risk, (before, after) in _VERBS.items():
        named = sorted((_light(change), change.resource.name) for change in dangerous if change.risks[0] is risk)
        if named:
            clauses.append((before, *_listed(dict.fromkeys(Name(name) for _, name in named), most=2), after))
    where = _where(diff)
    if not clauses:
        safe = "; nothing known to hold data is deleted, replaced, moved or left unprotected."
        return (*stack, *where, f" ({totals(diff)})", safe, *interruptions(diff))
    joined = tuple(part for i, clause in enumerate(clauses) for part in (*(["; "] if i else []), *clause))
    return (*stack, *joined, f" ({totals(diff)} in all).", *interruptions(diff, dangers_told=True))


def _where(diff: Diff) -> Phrase:
    """``web and media change in aws/eu-central-1``."""
    parts = sorted({*_parts(diff.head, diff.changes), *_parts(diff.base, diff.changes)})
    places = sorted({str(c.at) for c in diff.changes if c.at and c.at.region and c.counted})
    if not parts:
        return ("only the description of a component changes" if diff.changes else "only what it exports changes",)
    verb = " changes" if len(parts) == 1 else " change"
    return (*_listed(map(Name, parts)), verb, *((" in ", *_listed(map(Name, places))) if places else ()))


def _parts(graph: Graph, changes: Iterable[Change]) -> Iterator[str]:
    """The parts of the program that change: the outermost components, or those inside where one component holds all;
    resources and providers that stand alone by their own names."""
    outer = [row for row in graph if row.is_component and row.parent == (graph.root.urn if graph.root else None)]
    for change in changes:
        row = change.resource
        if row.is_component or row.urn not in graph:
            continue
        above = [around for around in graph.ancestors(row) if around.is_component]
        if len(outer) == 1 and len(above) > 1:
            yield above[-2].name.removeprefix(f"{outer[0].name}-")
        else:
            yield (above[-1] if above else row).name


# The changes by place


def _is_heading(diff: Diff, change: Change) -> bool:
    """Whether a component is only created, renamed or deleted with what is in it, and so needs no line of its own."""
    if change.counted or change.resource.is_provider or change.properties or change.options:
        return False
    graph: Graph = diff.head if change.new else diff.base
    return bool(graph.children(change.resource.urn))


def _groups(diff: Diff, entries: Iterable[Entry]) -> Iterator[Group]:
    """Places in order, after what their components were asked for; in each the components, the gravest change first."""
    found: dict[tuple[str, Phrase], list[Entry]] = {}
    for entry in entries:
        change = entry.change
        graph = diff.head if change.new else diff.base
        place = str(change.at) if change.counted and change.at else APART if not change.counted else "elsewhere"
        component = next((row for row in graph.ancestors(change.resource) if row.is_component), None)
        title = (Name(component.name), " (", Name(short_type(component.type)), ")") if component else ()
        found.setdefault((place, title), []).append(entry)
    kinds = list(Kind)
    for (place, title), rows in sorted(found.items(), key=lambda item: (item[0][0] != APART, item[0])):
        rows.sort(key=lambda e: (kinds.index(e.change.kind), e.change.resource.type, e.change.resource.name))
        yield Group(place, title, tuple(rows))


def summary_of(entries: Iterable[Entry]) -> str:
    """``2 updated, 1 deleted`` of some entries."""
    counts = Counter(entry.change.kind for entry in entries)
    return ", ".join(f"{counts[kind]} {kind}" for kind in Kind if counts[kind])
