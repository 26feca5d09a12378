"""Scenarios of two assessments that are the same by another name: a site was moved or renamed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

_PARTS = re.compile(r"[+:/ \-]")
_PLACE = re.compile(r"^(region|zone):([\w-]+)/([\w-]+)(?:/([\w-]+))?$")


def moved(gone: Collection[str], new: Collection[str]) -> dict[str, str]:
    """Ids of ``gone`` scenarios → those of the ``new`` ones that they are now.

    One region of a cloud that goes while one comes was moved there, its zones in their order; so was the one name that
    ids differ by, alike in several of them. What can be told in no one way stays gone and new.
    """
    words = dict([*_regions(gone, new), *_zones(gone, new)])
    words |= _name(gone, new)
    if not words:
        return {}
    listed = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    word = re.compile(rf"(?<![\w])(?:{listed})(?![\w])")
    ordered = {_ordered(id): id for id in new}
    found: dict[str, str] = {}
    for id in sorted(gone):
        if now := ordered.pop(_ordered(word.sub(lambda match: words[match.group()], id)), None):
            found[id] = now
    return found


def _ordered(id: str) -> str:
    """An id whose failures, where there are several, stand in the order of their names."""
    return "+".join(sorted(id.split("+")))


def _regions(gone: Iterable[str], new: Iterable[str]) -> Iterator[tuple[str, str]]:
    before, after = _places(gone, "region"), _places(new, "region")
    for cloud in before.keys() & after.keys():
        if len(before[cloud]) == len(after[cloud]) == 1:
            yield before[cloud][0], after[cloud][0]


def _zones(gone: Iterable[str], new: Iterable[str]) -> Iterator[tuple[str, str]]:
    before, after = _places(gone, "zone"), _places(new, "zone")
    regions = dict(_regions(gone, new))
    for region, zones in before.items():
        cloud, _, name = region.partition("/")
        yield from zip(zones, after.get(f"{cloud}/{regions.get(name)}", ()), strict=False)


def _places(ids: Iterable[str], kind: str) -> dict[str, list[str]]:
    """Names of regions by cloud, or of zones by region, in order."""
    found: dict[str, list[str]] = {}
    for id in sorted(ids):
        place = _PLACE.match(id)
        if place and place[1] == kind:
            outer, name = (place[2], place[3]) if kind == "region" else (f"{place[2]}/{place[3]}", place[4])
            found.setdefault(outer, []).append(name)
    return found


def _name(gone: Collection[str], new: Collection[str]) -> dict[str, str]:
    """The one word by which several ids differ from those that come in their place."""
    by_shape: dict[tuple[str, ...], set[str]] = {}
    for id in new:
        for shape, word in _shapes(id):
            by_shape.setdefault(shape, set()).add(word)
    votes = Counter((word, now) for id in gone for shape, word in _shapes(id) for now in by_shape.get(shape, ()))
    olds, news = Counter(old for old, _ in votes), Counter(now for _, now in votes)
    return {old: now for (old, now), n in votes.items() if n > 1 and olds[old] == news[now] == 1}


def _shapes(id: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """An id of a part without each of its words, and that word."""
    if id.startswith(("server:", "balancer:", "release:", "deletion:")):
        words = _PARTS.split(id)
        for i in range(1, len(words)):
            yield (*words[:i], "", *words[i + 1 :]), words[i]
