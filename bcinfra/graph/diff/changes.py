"""What changes between two graphs: created, updated property by property, replaced, renamed, deleted, and how risky.

Resources are the same when type, parents and name are: the names of stack and project do not count, so that staging
can be compared with production. What stands in a :class:`Change` was seen in the graphs; what it means (``kind``,
``reasons``, ``risks``) is derived from that, so that ``diff(a, b).mirrored() == diff(b, a)``.

A graph keeps no secret's value, so a sealed secret that only changed its value is no difference here. Of those that
stood in the clear it keeps whether they are the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple

from bcinfra.graph.core.location import Location, location
from bcinfra.graph.core.model import Graph, Resource, Secret
from bcinfra.graph.core.secrets import masked
from bcinfra.graph.diff.pairs import pairs
from bcinfra.graph.diff.properties import (
    ABSENT,
    HIDDEN,
    Comparison,
    Key,
    Property,
    aliases,
    key_of,
    pattern,
    stated,
    within,
)
from bcinfra.graph.diff.replacement import Replacement, Replacements


class Kind(StrEnum):
    """What happens to a resource, the gravest first."""

    REPLACE = "replaced"
    DELETE = "deleted"
    UPDATE = "updated"
    RENAME = "renamed"
    CREATE = "created"
    UNDECIDED = "undecided"
    """All that differs is known on one side and unknown on the other."""


class Risk(StrEnum):
    """Why a change is dangerous, the gravest first."""

    DELETES_DATA = "deletes data"
    REPLACES_DATA = "replaces data"
    ABANDONS_DATA = "abandons data"
    """Kept in the cloud by ``retainOnDelete``, but managed no more."""
    UNPROTECTED = "removes protection"
    MOVED = "moves"
    EXPOSED = "exposes a secret"
    UNALIASED = "renames without alias"


class Step(NamedTuple):
    """What a preview by a provider says of one resource: the operation, and the properties that force a replacement."""

    op: str
    reasons: tuple[str, ...] = ()
    former: str | None = None
    """The URN of the old state, where the resource was renamed."""


_PULUMIS_OWN: Final = Replacement(guarded_while=frozenset({"protect", "retainOnDelete"}))
"""The options of any resource that guard it."""

_EMPTY: Final = (ABSENT, None, "")
"""What a property is where it has no value."""
REPLACING: Final = frozenset({"replace", "create-replacement", "delete-replaced"})


@dataclass(frozen=True, kw_only=True)
class Change:
    """One resource that differs. ``old`` or ``new`` is ``None`` where it is in one graph only."""

    old: Resource | None
    new: Resource | None
    old_at: Location | None = None
    new_at: Location | None = None
    properties: tuple[Property, ...] = ()
    options: tuple[Property, ...] = ()
    """Differences of Pulumi's own options: ``protect``, ``ignoreChanges``, ..."""
    later: tuple[Property, ...] = ()
    """What a preview cannot know, and what comes from the same resources on both sides: no difference that is seen."""
    step: Step | None = None
    replacements: Replacements = field(repr=False)
    """What is known of every type, its own among them."""

    @property
    def resource(self) -> Resource:
        """The new row, or the old one of what is deleted."""
        row = self.new or self.old
        assert row is not None
        return row

    @property
    def at(self) -> Location | None:
        """Where it will be, or was."""
        return self.new_at if self.new else self.old_at

    @property
    def renamed(self) -> bool:
        """Whether name, type or parents differ."""
        return bool(self.old and self.new and key_of(self.old) != key_of(self.new))

    @property
    def aliased(self) -> bool:
        """Whether the new row says by an alias what it was called."""
        if not (self.old and self.new):
            return False
        return self.step is not None or key_of(self.old) in aliases(self.new)

    @property
    def moved(self) -> bool:
        """Whether it is in another cloud, region or account than before."""
        return bool(self._moves)

    @property
    def _moves(self) -> set[str]:
        if self.old_at is None or self.new_at is None or self.resource.is_provider:
            return set()
        sides = zip(Location._fields, self.old_at, self.new_at, strict=True)
        return {part for part, old, new in sides if None not in (old, new) and old != new}

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """What forces a replacement; empty where it is changed in place."""
        if not (self.old and self.new):
            return ()
        if self.step:
            return (self.step.reasons or (self.step.op,)) if self.step.op in REPLACING else ()
        row = self.replacements[self.new.type]
        forcing = [(pattern(text), text in row.kept_without) for text in row.replaced_by]
        forcing += [(pattern(text), False) for text in self.new.options.replace_on_changes]
        changed = {p.path[0] for p in self.properties}
        found = {
            str(p)
            for p in self.properties
            if not p.undecided
            and any(within(p.path, at) and not (kept and _in_place(p, row, changed)) for at, kept in forcing)
        }
        found |= {str(p) for p in self.options if p.path[0] == "replacementTrigger"}
        found |= self._moves
        if self.renamed and not self.aliased:
            found.add("name")
        return tuple(sorted(found))

    @cached_property
    def restarts(self) -> tuple[str, ...]:
        """Properties whose change stops it for a while; empty where it is replaced, or goes on."""
        if not (self.old and self.new) or self.reasons or self.resource.external:
            return ()
        stopping = [pattern(text) for text in self.replacements[self.new.type].restarted_by]
        return tuple(str(p) for p in self.properties if not p.undecided and any(within(p.path, at) for at in stopping))

    @property
    def waits(self) -> bool:
        """Whether a restart waits for the maintenance window."""
        row = self.replacements[self.resource.type]
        return bool(row.at_once) and self.resource.inputs.get(row.at_once) is not True

    @cached_property
    def kind(self) -> Kind:
        if self.old is None:
            return Kind.CREATE
        if self.new is None:
            return Kind.DELETE
        if self.reasons:
            return Kind.REPLACE
        if self.options or any(not p.undecided for p in self.properties) or (self.step and self.step.op == "update"):
            return Kind.UPDATE
        return Kind.RENAME if self.renamed else Kind.UNDECIDED

    @property
    def counted(self) -> bool:
        """Whether a cloud holds it: not a component, not a provider."""
        return self.resource.custom and not self.resource.is_provider

    @property
    def data(self) -> str | None:
        """What data the resource holds, in a word; ``None`` where it holds none or is only read."""
        row = self.old or self.resource
        return None if row.external else self.replacements[row.type].loses or None

    @property
    def unprotected(self) -> tuple[Property, ...]:
        """The settings that guard no more."""
        row = self.replacements[self.resource.type]
        options = (p for p in self.options if not p.undecided and _unguards(p, _PULUMIS_OWN))
        return (*options, *(p for p in self.properties if not p.undecided and _unguards(p, row)))

    @property
    def exposed(self) -> tuple[Property, ...]:
        """Properties that were secret and are plain."""
        return tuple(p for p in self.properties if isinstance(p.old, Secret) and p.new is HIDDEN)

    @cached_property
    def risks(self) -> tuple[Risk, ...]:
        """Why the change is dangerous, the gravest first."""
        kept = self.old is not None and self.old.options.retain_on_delete
        kind, guards = self.kind, self.replacements[self.resource.type].guards
        found = {
            Risk.DELETES_DATA: self.data and kind is Kind.DELETE and not kept,
            Risk.REPLACES_DATA: self.data and kind is Kind.REPLACE and not kept,
            Risk.ABANDONS_DATA: self.data and kind in (Kind.DELETE, Kind.REPLACE) and kept,
            Risk.UNPROTECTED: self.unprotected or (kind is Kind.DELETE and guards),
            Risk.MOVED: self.moved,
            Risk.EXPOSED: self.exposed,
            Risk.UNALIASED: self.renamed and not self.aliased,
        }
        return tuple(risk for risk, holds in found.items() if holds)

    def mirrored(self) -> Change:
        return Change(
            old=self.new,
            new=self.old,
            old_at=self.new_at,
            new_at=self.old_at,
            properties=tuple(p.mirrored() for p in self.properties),
            options=tuple(p.mirrored() for p in self.options),
            later=tuple(p.mirrored() for p in self.later),
            replacements=self.replacements,
        )


@dataclass(frozen=True, kw_only=True)
class Diff:
    """Every change between two graphs. Falsy when there is none."""

    base: Graph
    head: Graph
    changes: tuple[Change, ...] = ()
    """In an order that depends on names alone."""
    outputs: tuple[Property, ...] = ()
    """Differences of what the stack exports."""
    later: int = 0
    """Values that a preview cannot know, and that come from the same resources on both sides."""

    def __bool__(self) -> bool:
        return bool(self.changes or self.outputs)

    @cached_property
    def counts(self) -> Counter[Kind]:
        """Resources of clouds by what happens to them."""
        return Counter(change.kind for change in self.changes if change.counted)

    @cached_property
    def renamed_components(self) -> frozenset[str]:
        """URNs in ``head`` of the components that were renamed, with all that is in them."""
        return frozenset(c.new.urn for c in self.changes if c.new and c.renamed and not c.counted)

    def with_risk(self, *risks: Risk) -> tuple[Change, ...]:
        """The changes that bear one of ``risks``."""
        return tuple(change for change in self.changes if not set(risks).isdisjoint(change.risks))

    def mirrored(self) -> Diff:
        """The way back: what leads from ``head`` to ``base``. What a provider said of the way there is dropped."""
        return Diff(
            base=self.head,
            head=self.base,
            changes=tuple(change.mirrored() for change in self.changes),
            outputs=tuple(p.mirrored() for p in self.outputs),
            later=self.later,
        )


def diff(base: Graph, head: Graph, *, replacements: Replacements, steps: Mapping[str, Step] | None = None) -> Diff:
    """What leads from ``base`` to ``head``.

    ``replacements`` is what is known of each type: which hold data, what replaces and what guards them
    (:data:`bcinfra.continuity.readings.table.REPLACEMENTS`). ``steps`` is what a preview by a provider says, by URN of
    ``head`` (of ``base`` for what is deleted); without it the former say what a change replaces, and for other types a
    change counts as an update.

    Properties named in ``ignoreChanges`` on both sides are left out. So are the order of items that have names, and
    values that a provider filled in by default. Where one graph is live and the other a preview, values that only the
    provider knows are no difference where they come from the same resources on both sides (:attr:`Diff.later`), and
    otherwise :attr:`Property.undecided`.
    """
    base, head = (replace(graph, resources=masked(graph.resources)) for graph in (base, head))
    known = steps or {}
    former = {urn: step.former for urn, step in known.items() if step.former}
    paired = pairs(base, head, former)
    same = {key_of(old): key_of(new) for old, new in paired if old and new}
    comparison = Comparison(same, blind=base.preview is not head.preview)
    every = [_change(base, head, old, new, comparison, replacements, known) for old, new in paired]
    # A preview's step for the stack itself is from before the program exports anything.
    exported = comparison.maps(base.outputs, head.outputs) if head.outputs or steps is None else ()
    outputs = tuple(p for p in exported if not p.undecided)  # what they are made of is compared above
    return Diff(
        base=base,
        head=head,
        changes=tuple(sorted(filter(_differs, every), key=_order)),
        outputs=outputs,
        later=sum(len(change.later) for change in every) + len(exported) - len(outputs),
    )


def _differs(change: Change) -> bool:
    if change.step:
        return change.step.op != "same" or change.moved
    one_sided = change.old is None or change.new is None
    return bool(one_sided or change.properties or change.options or change.renamed or change.reasons)


def _order(change: Change) -> tuple[Key, ...]:
    """The same for both directions."""
    return tuple(sorted({key_of(row) for row in (change.old, change.new) if row}))


def _change(
    base: Graph,
    head: Graph,
    old: Resource | None,
    new: Resource | None,
    comparison: Comparison,
    replacements: Replacements,
    steps: Mapping[str, Step],
) -> Change:
    """What leads from ``old`` to ``new``, if anything."""
    if not (old and new):
        old_at, new_at = (location(graph, row) if row else None for graph, row in ((base, old), (head, new)))
        return Change(old=old, new=new, old_at=old_at, new_at=new_at, replacements=replacements)
    properties, later = comparison.inputs(old, new)
    return Change(
        old=old,
        new=new,
        old_at=location(base, old),
        new_at=location(head, new),
        properties=properties,
        options=comparison.maps(stated(old.options), stated(new.options)),
        later=later,
        step=steps.get(new.urn),
        replacements=replacements,
    )


def _in_place(found: Property, known: Replacement, changed: Collection[str]) -> bool:
    """Whether the provider takes a value away, or gives the first, without a replacement."""
    return found.new in _EMPTY or (found.old in _EMPTY and known.switched_by in changed)


def _unguards(found: Property, known: Replacement) -> bool:
    name = found.path[-1]
    if name in known.guarded_while:
        return found.old is True and found.new is not True
    if name in known.bare_while:
        return found.new is True and found.old is not True
    if name in known.guarded_longer and isinstance(found.old, (int, float)):
        return found.new is ABSENT or (isinstance(found.new, (int, float)) and found.new < found.old)
    return False
