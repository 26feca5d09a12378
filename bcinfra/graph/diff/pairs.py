"""Which resource of one graph is which of another: by name, by alias, or likely renamed without one.

The same pairs come out whichever graph is given first.
"""

from __future__ import annotations

import json
import operator
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Final, TypeAlias

from bcinfra.graph.core.location import Location, location
from bcinfra.graph.core.model import STACK_TYPE, Graph, Resource
from bcinfra.graph.core.values import encode
from bcinfra.graph.diff.properties import DEFAULTS, Key, aliases, key_of, urn_key

Pair: TypeAlias = tuple[Resource | None, Resource | None]
_MANY: Final = 10_000
"""Pairs of one type and place up to which every old resource is held against every new one."""
_ALIKE: Final = 0.8
"""Share of equal inputs from which two resources are likely one."""


def pairs(base: Graph, head: Graph, former: Mapping[str, str]) -> list[Pair]:
    """Every resource of both graphs once, with its counterpart or ``None``.

    ``former`` are renames that are known, from the new URN to the old one.
    """
    olds, news = _rows(base), _rows(head)
    found: list[Pair] = []

    def pair(keys: Iterable[tuple[Key, Key]]) -> None:
        found.extend((olds.pop(old), news.pop(new)) for old, new in keys if old in olds and new in news)

    pair((urn_key(old), urn_key(new)) for new, old in former.items())
    pair((key, key) for key in olds.keys() & news.keys())
    forward = ((old, key) for key, row in news.items() for old in aliases(row))
    backward = ((key, new) for key, row in olds.items() for new in aliases(row))
    pair(sorted({*forward, *backward}, key=sorted))
    placed_olds = {key: (row, location(base, row)) for key, row in olds.items()}
    pair(_likely(placed_olds, {key: (row, location(head, row)) for key, row in news.items()}))
    pair(_parents(base, head, tuple(found)))
    return [*found, *((row, None) for row in olds.values()), *((None, row) for row in news.values())]


def _rows(graph: Graph) -> dict[Key, Resource]:
    return {key_of(row): row for row in graph if row.type != STACK_TYPE and not row.is_default_provider}


_Placed: TypeAlias = tuple[Resource, Location | None]


def _likely(olds: Mapping[Key, _Placed], news: Mapping[Key, _Placed]) -> list[tuple[Key, Key]]:
    """Pairs of resources that no alias joins and that are likely one: same type and place, and alike inputs."""
    found: list[tuple[float, float, list[Key], Key, Key]] = []
    new_buckets = _buckets(news)
    for bucket, old_keys in _buckets(olds).items():
        new_keys = new_buckets.get(bucket, [])
        every = len(old_keys) * len(new_keys) <= _MANY
        new_skeletons = {key: _skeleton(news[key][0]) for key in new_keys}
        by_name: dict[str, list[Key]] = {}
        for key in new_keys:
            by_name.setdefault(key[1], []).append(key)
        for old in old_keys:
            skeleton = _skeleton(olds[old][0])
            for new in new_keys if every else by_name.get(old[1], []):
                alike = _share(skeleton, new_skeletons[new])
                enough = len(skeleton.keys() | new_skeletons[new].keys()) > 1 and alike >= _ALIKE
                if enough or old[1] == new[1]:
                    found.append((-alike, -_likeness(old[1], new[1]), sorted((old, new)), old, new))
    return [(old, new) for *_, old, new in sorted(found, key=lambda row: row[:3])]


def _buckets(rows: Mapping[Key, _Placed]) -> dict[tuple[str, str], list[Key]]:
    found: dict[tuple[str, str], list[Key]] = {}
    for key, (row, place) in rows.items():
        if row.custom:
            found.setdefault((row.type, repr(place)), []).append(key)
    return found


def _skeleton(resource: Resource) -> dict[str, tuple[str, str]]:
    """Each input as text, and as text in which the resource's own name does not count."""
    texts = {
        key: json.dumps(encode(value, sealed=True), sort_keys=True)
        for key, value in resource.inputs.items()
        if key not in ("tags", "tagsAll", "labels", DEFAULTS)
    }
    return {key: (text, text.replace(resource.name, "\0")) for key, text in texts.items()}


def _share(old: Mapping[str, tuple[str, str]], new: Mapping[str, tuple[str, str]]) -> float:
    """The share of inputs that are equal, as they are or but for the names."""
    keys = old.keys() | new.keys()
    equal = sum(any(map(operator.eq, old[key], new[key])) for key in old.keys() & new.keys())
    return equal / len(keys) if keys else 0.0


def _likeness(old: str, new: str) -> float:
    """How alike two names are. The matcher depends on the order of its arguments, a likeness must not."""
    return SequenceMatcher(None, *sorted((old, new)), autojunk=False).ratio()


def _parents(base: Graph, head: Graph, found: Iterable[Pair]) -> Iterator[tuple[Key, Key]]:
    """The components above paired resources, so that a renamed component is one rename."""
    votes: Counter[tuple[Key, Key]] = Counter()
    for old, new in found:
        if old and new and key_of(old) != key_of(new):
            for above, there in zip(base.ancestors(old), head.ancestors(new), strict=False):
                if above.is_component and above.type == there.type:
                    votes[key_of(above), key_of(there)] += 1
    for pair, _ in sorted(votes.items(), key=lambda vote: (-vote[1], sorted(vote[0]))):
        yield pair
