"""How two values of a property differ: taken apart as far as they have parts, with what could tell a secret hidden."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from functools import cached_property
from itertools import chain
from typing import Final, TypeAlias, cast

from bcinfra.graph.core.model import (
    UNKNOWN,
    Asset,
    Options,
    Reference,
    Resource,
    Secret,
    Timeouts,
    Unknown,
    Urn,
    Value,
)


class Missing(Enum):
    """What a property is on a side where it has no value that can be shown."""

    ABSENT = "absent"
    HIDDEN = "hidden"
    """Plain here, secret on the other side: showing it would tell the secret."""

    def __repr__(self) -> str:
        return self.name


ABSENT: Final = Missing.ABSENT
HIDDEN: Final = Missing.HIDDEN
Side: TypeAlias = "Value | Missing"


class Item(str):
    """A step of a path into a list: an index, or ``name=web`` where the items are told apart by a name."""

    __slots__ = ()


Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Property:
    """One value that differs. Objects, lists of objects and JSON texts are taken apart: this is the innermost part."""

    path: Path
    old: Side
    new: Side
    old_from: tuple[str, ...] = ()
    """URNs that an unknown value comes from, where that is all that differs."""
    new_from: tuple[str, ...] = ()
    undecided: bool = False
    """Known in a live stack and unknown in a preview: whether it changes cannot be said."""

    def mirrored(self) -> Property:
        return Property(self.path, self.new, self.old, self.new_from, self.old_from, self.undecided)

    def __str__(self) -> str:
        return show_path(self.path)


def show_path(path: Path) -> str:
    """A path as a person writes it: ``containerDefinitions[name=web].image``."""
    text = ""
    for step in path:
        if isinstance(step, Item):
            text += f"[{step}]"
        elif re.fullmatch(r"[\w$/:-]+", step):
            text += f".{step}" if text else step
        else:
            text += f"[{json.dumps(step, ensure_ascii=False)}]"
    return text


Key: TypeAlias = tuple[str, str]


def key_of(resource: Resource) -> Key:
    return urn_key(resource.urn)


def urn_key(urn: str) -> Key:
    parts = Urn.parse(urn)
    return parts.qualified_type, parts.name


def aliases(resource: Resource) -> set[Key]:
    return {urn_key(urn) for urn in resource.options.aliases}


DEFAULTS: Final = "__defaults"
"""Where an object of an export names the properties that a provider filled in (``pulumi-terraform-bridge``)."""
_UNCOMPARED: Final = frozenset({"aliases", "import_id", "delete_before_replace"})
"""Options that say how to change, not what is."""
_NAMES: Final = ("name", "key", "id", "sid", "Sid", "Name", "ruleName", "containerName", "path")
"""Properties that tell the items of a list apart."""


@dataclass(frozen=True)
class Comparison:
    """Compares values, given which resources are the same. ``blind``: one side is live, the other a preview."""

    same: Mapping[Key, Key]
    blind: bool

    def inputs(self, old: Resource, new: Resource) -> tuple[tuple[Property, ...], tuple[Property, ...]]:
        """What differs, and what no preview can know but comes from the same resources on both sides."""
        ignored = [pattern(text) for text in old.options.ignore_changes if text in new.options.ignore_changes]
        found = [p for p in self.maps(old.inputs, new.inputs) if not any(within(p.path, at) for at in ignored)]
        differing = {p.path[0] for p in found}
        for key in sorted(old.inputs.keys() & new.inputs.keys() - differing):
            before, after = (row.property_dependencies.get(key, ()) for row in (old, new))
            elsewhere = {*map(self._before, before)} != {*map(self._after, after)}
            if elsewhere and _unknown_in(new.inputs[key]) and not any(within((key,), at) for at in ignored):
                found.append(Property((key,), UNKNOWN, UNKNOWN, before, after))
        found.sort(key=_natural)
        later = [p for p in found if p.undecided and self._alike(p, old, new)]
        return tuple(p for p in found if p not in later), tuple(later)

    def _alike(self, found: Property, old: Resource, new: Resource) -> bool:
        """Whether a value that one side does not know comes from the same resources there."""
        before, after = (row.property_dependencies.get(found.path[0], ()) for row in (old, new))
        return bool(before) and {*map(self._before, before)} == {*map(self._after, after)}

    def maps(self, old: Mapping[str, Value], new: Mapping[str, Value]) -> tuple[Property, ...]:
        """The differing properties by path, with what could tell a secret hidden."""
        found = [replaced for p in self._values((), dict(old), dict(new)) if (replaced := self._decided(p))]
        return tuple(sorted(_masked(found), key=_natural))

    def _decided(self, found: Property) -> Property | None:
        if not self.blind:
            return found
        if _is_sealed(found.old) and _is_sealed(found.new):
            return None
        one_sided = _is_unknown(found.old) is not _is_unknown(found.new)
        return replace(found, undecided=one_sided and ABSENT not in (found.old, found.new))

    def _values(self, path: Path, old: Side, new: Side) -> Iterator[Property]:
        opened = _opened(old, new)
        if opened is None:
            if not self._equal(old, new):
                yield Property(path, old, new)
            return
        before, after = opened
        inner = False
        for step in {**before, **after}:
            for found in self._values((*path, step), before.get(step, ABSENT), after.get(step, ABSENT)):
                inner = True
                yield found
        # Texts of the same JSON that are written differently, or one side is empty and the other not there.
        if not inner and (isinstance(old, str) or ABSENT in (old, new)):
            yield Property(path, old, new)

    def _before(self, urn: str) -> tuple[Key, bool]:
        """What a URN of the old side means on the new one, and whether that is there: another may have its old name."""
        key = urn_key(urn)
        return self.same.get(key, key), key in self.same

    def _after(self, urn: str) -> tuple[Key, bool]:
        key = urn_key(urn)
        return key, key in self._paired

    @cached_property
    def _paired(self) -> frozenset[Key]:
        return frozenset(self.same.values())

    def _equal(self, old: Side, new: Side) -> bool:
        if isinstance(old, Reference) and isinstance(new, Reference):
            return self._before(old.urn) == self._after(new.urn) and old.id == new.id
        if isinstance(old, list) and isinstance(new, list):
            return len(old) == len(new) and all(map(self._equal, old, new))
        if isinstance(old, float) and isinstance(new, float) and math.isnan(old):
            return math.isnan(new)
        return old == new and isinstance(old, bool) is isinstance(new, bool)


def _opened(old: Side, new: Side) -> tuple[dict[str, Value], dict[str, Value]] | None:
    """Both sides taken apart, where they can be compared part by part."""
    if isinstance(old, str) and isinstance(new, str) and old != new:
        parsed = (_parsed(old), _parsed(new))
        return None if None in parsed else _opened(*parsed)
    sides = (old, new)
    if all(isinstance(side, dict) or side is ABSENT for side in sides) and any(
        side for side in sides if side is not ABSENT
    ):
        return _entries(old), _entries(new)
    if all(isinstance(side, list) or side is ABSENT for side in sides):
        items = [side if isinstance(side, list) else [] for side in sides]
        if any(not _is_scalar(item) for item in chain(*items)):
            name = next((name for name in _NAMES if all(_told_apart(part, name) for part in items)), None)
            before, after = (_named(part, name) for part in items)
            return before, after
    return None


def _entries(side: Side) -> dict[str, Value]:
    """An object's own properties: not those that a provider filled in, and none that is null."""
    if not isinstance(side, dict):
        return {}
    filled = side.get(DEFAULTS)
    skipped = [DEFAULTS, *filled] if isinstance(filled, list) else []
    return {key: value for key, value in side.items() if value is not None and key not in skipped}


def _told_apart(items: list[Value], name: str) -> bool:
    names = [item.get(name) if isinstance(item, dict) else None for item in items]
    return all(isinstance(text, str) for text in names) and len(set(map(str, names))) == len(names)


def _named(items: list[Value], name: str | None) -> dict[str, Value]:
    if name is None:
        return {Item(i): item for i, item in enumerate(items)}
    return {Item(f"{name}={item[name]}"): item for item in items if isinstance(item, dict)}


def _parsed(text: str) -> Value | None:
    """The object or list that ``text`` is JSON of."""
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_scalar(value: Value) -> bool:
    return not isinstance(value, (dict, list, Secret, Unknown, Reference, Asset))


def _is_unknown(side: Side) -> bool:
    return side is UNKNOWN or (isinstance(side, Secret) and not side.known)


def _is_sealed(side: Side) -> bool:
    """Whether it is a secret of which nothing is known: not one that stands in the clear."""
    return isinstance(side, Secret) and side.mark is None


def _unknown_in(value: Value) -> bool:
    if isinstance(value, dict):
        return any(map(_unknown_in, value.values()))
    return any(map(_unknown_in, value)) if isinstance(value, list) else _is_unknown(value)


def _masked(found: list[Property]) -> list[Property]:
    """``found`` with plain values hidden where the other side's secret may be the same value: at the same path, in a
    list or object that holds the secret elsewhere, or under another name."""
    lost = {p.path[0] for p in found if _is_sealed(p.old) and not _is_sealed(p.new)}
    gained = {p.path[0] for p in found if _is_sealed(p.new) and not _is_sealed(p.old)}
    return [
        replace(
            p,
            old=_hidden(p.old, p.new, bool(gained), p.path[0] in gained),
            new=_hidden(p.new, p.old, bool(lost), p.path[0] in lost),
        )
        for p in found
    ]


def _hidden(side: Side, other: Side, anywhere: bool, near: bool) -> Side:
    if isinstance(side, Secret):
        return HIDDEN if side.mark and _is_sealed(other) else side
    if isinstance(side, (Missing, Unknown)):
        return side
    tells = isinstance(other, Secret) or (not isinstance(side, bool) and (near or (anywhere and other is ABSENT)))
    return HIDDEN if tells else side


def stated(options: Options) -> dict[str, Value]:
    """Options that are not at their default, by the names that exports use; URNs in them without stack and project."""
    found: dict[str, Value] = {}
    for option in fields(options):
        value = cast("object", getattr(options, option.name))
        if option.name not in _UNCOMPARED and value:
            found[_camel(option.name)] = _plain(value)
    return found


def _plain(value: object) -> Value:
    match value:
        case Timeouts():
            return {part.name: getattr(value, part.name) for part in fields(value)}
        case Mapping():
            return {kind: list(names) for kind, names in cast("Mapping[str, tuple[str, ...]]", value).items()}
        case tuple():
            return [_unstacked(text) for text in cast("tuple[str, ...]", value)]
        case str():
            return _unstacked(value)
        case _:
            return cast("Value", value)


def _unstacked(text: str) -> str:
    return "::".join(urn_key(text)) if text.startswith("urn:pulumi:") else text


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


_STEP: Final = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.\[\]]+)')


def pattern(text: str) -> Path:
    """A property path as options write it: ``tags.owner``, ``rules[0].port``, ``*``."""
    return tuple(quoted or index or name for quoted, index, name in _STEP.findall(text))


def within(path: Path, pattern: Path) -> bool:
    """Whether ``path`` is at or below ``pattern``."""
    return len(path) >= len(pattern) and all(step in ("*", part) for step, part in zip(pattern, path, strict=False))


def _natural(found: Property) -> list[tuple[bool, int, str]]:
    """Sorts by path, indices of lists as numbers."""
    return [(step.isdecimal(), int(step) if step.isdecimal() else 0, step) for step in found.path]
