"""Fault trees: when a service is down, as a coherent function of the failure domains that failed.

Basic events are named, so that one domain under many parts is one event: that sharing is what makes failures
dependent. Analysis is exact, on a binary decision diagram. This is the only module that knows the diagram library.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol, TypeAlias, cast

import relibmss  # pyright: ignore[reportMissingTypeStubs]  it ships no types

from bcinfra.continuity.model.ranges import Range


@dataclass(frozen=True, slots=True)
class Event:
    """Something that fails by itself."""

    name: str


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Fails when ``failures`` of ``of`` or more have failed. Zero: it has always failed; more than there are: never."""

    failures: int
    of: tuple[Tree, ...]


Tree: TypeAlias = Event | AtLeast


def any_of(*parts: Tree) -> Tree:
    """Fails when any part fails: parts that are all needed. Nothing needed never fails."""
    return parts[0] if len(parts) == 1 else AtLeast(1, parts)


def all_of(*parts: Tree) -> Tree:
    """Fails when every part fails: redundant parts. With no part at all it has always failed."""
    return parts[0] if len(parts) == 1 else AtLeast(len(parts), parts)


NEVER: Final[Tree] = any_of()
ALWAYS: Final[Tree] = all_of()


def events(tree: Tree) -> tuple[str, ...]:
    """The names of the basic events, in order of first appearance."""
    names: dict[str, None] = {}
    seen: set[int] = set()  # by identity: a subtree that many parts share is walked once

    def visit(node: Tree) -> None:
        if isinstance(node, Event):
            names[node.name] = None
        elif id(node) not in seen:
            seen.add(id(node))
            for part in node.of:
                visit(part)

    visit(tree)
    return tuple(names)


def fails(tree: Tree, failed: Iterable[str]) -> bool:
    """Whether the tree has failed once the ``failed`` events happened."""
    down = frozenset(failed)

    def holds(node: Tree) -> bool:
        return node.name in down if isinstance(node, Event) else sum(map(holds, node.of)) >= node.failures

    return holds(tree)


@dataclass(frozen=True, slots=True)
class CutSets:
    """Minimal sets of events that together bring the service down, smallest first, then by name."""

    sets: tuple[tuple[str, ...], ...]
    total: int
    """How many there are, of any order."""
    cut_off: int | None
    """The largest order that is listed; ``None``: all are."""

    @property
    def omitted(self) -> int:
        """Sets of a higher order than ``cut_off``."""
        return self.total - len(self.sets)

    def of_order(self, order: int) -> tuple[tuple[str, ...], ...]:
        return tuple(cut for cut in self.sets if len(cut) == order)


@dataclass(frozen=True, slots=True)
class Importance:
    """How much an event matters."""

    birnbaum: float
    """Probability that the service is up or down with this event alone: dP(top)/dP(event)."""
    criticality: float
    """Share of the unavailability that would go if the event never happened (Birnbaum x P(event) / P(top))."""


class _Node(Protocol):
    """What is used of the library's nodes, of both of its diagrams."""

    def prob(self, probability: Mapping[str, float]) -> float: ...
    def bmeas(self, probability: Mapping[str, float]) -> dict[str, float]: ...
    def minpath(self) -> _Node: ...
    def get_id(self) -> int: ...
    def get_label(self) -> str | None: ...
    def get_children(self) -> list[_Node] | None: ...
    def count(self) -> int: ...


class _Diagram(Protocol):
    """What is used of the library's decision diagrams."""

    def defvar(self, name: str) -> _Node: ...
    def const(self, value: bool) -> _Node: ...
    def kofn(self, k: int, values: list[_Node]) -> _Node: ...


def _compiled(tree: Tree, diagram: _Diagram, variables: Mapping[str, _Node], done: dict[int, _Node]) -> _Node:
    """``tree`` as a node. ``done`` is by identity: a subtree that many parts share is compiled once.

    Not a closure: one that calls itself would keep the diagram until the garbage collector runs, maybe in another
    thread, where the library cannot let go of it.
    """
    if isinstance(tree, Event):
        return variables[tree.name]
    if id(tree) not in done:
        parts = [_compiled(part, diagram, variables, done) for part in tree.of]
        decided = not 0 < tree.failures <= len(parts)
        done[id(tree)] = diagram.const(tree.failures <= 0) if decided else diagram.kofn(tree.failures, parts)
    return done[id(tree)]


class FaultTree:
    """A compiled tree. Compiling costs most; questions after it are cheap."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.events = events(tree)
        self._root = self._compile()

    def _compile(self) -> _Node:
        diagram = cast("_Diagram", relibmss.BDD(list(self.events)))
        return _compiled(self.tree, diagram, {name: diagram.defvar(name) for name in self.events}, {})

    @cached_property
    def _family(self) -> _Node:
        # Events are failures here, so the library's minimal paths (smallest sets that make the function true) are cuts.
        return self._root.minpath()

    def cut_sets(self, max_order: int | None = None) -> CutSets:
        """The minimal cut sets of up to ``max_order`` events (all when ``None``, which may be very many)."""
        limit = len(self.events) if max_order is None else max_order
        smallest: dict[int, float] = {}

        def fewest(node: _Node) -> float:
            """Events that the smallest set below ``node`` still needs; infinite for the empty family."""
            children = node.get_children()
            if children is None:
                return 0 if node.count() else float("inf")
            if (key := node.get_id()) not in smallest:
                smallest[key] = min(fewest(children[0]), 1 + fewest(children[1]))
            return smallest[key]

        def sets(node: _Node, left: int) -> Iterator[tuple[str, ...]]:
            if fewest(node) > left:
                return
            if (children := node.get_children()) is None:
                yield ()
                return
            yield from sets(children[0], left)
            for rest in sets(children[1], left - 1):
                yield (str(node.get_label()), *rest)

        found = sorted((tuple(sorted(cut)) for cut in sets(self._family, limit)), key=lambda cut: (len(cut), cut))
        return CutSets(tuple(found), self._family.count(), max_order)

    def probability(self, of: Mapping[str, Range | None]) -> Range | None:
        """The exact probability of the tree, for independent events; ``None`` when that of any event is unknown.

        The tree is coherent, so all low ends and all upper ends give exact bounds. Raises ``ValueError`` for events
        that ``of`` leaves out and for values outside [0, 1].
        """
        self._check(of)
        known = {name: value for name in self.events if (value := of[name]) is not None}
        if len(known) < len(self.events):
            return None
        bounded = {name: value.upper for name, value in known.items() if value.upper is not None}
        typical = self._at({name: value.typical for name, value in known.items()})
        low = self._at({name: value.lower for name, value in known.items()})
        upper = self._at(bounded) if len(bounded) == len(known) else None
        # Rounding may put equal ends in the wrong order by a last digit.
        return Range(typical, upper if upper is None else max(upper, typical), min(low, typical))

    def importance(self, of: Mapping[str, Range]) -> dict[str, Importance]:
        """The importance of each event at its typical probability, most critical first."""
        self._check(of)
        values = {name: of[name].typical for name in self.events}
        top = self._at(values)
        # Every path of a constant tree misses the events; the library then leaves them out.
        slopes = {**dict.fromkeys(self.events, 0.0), **self._root.bmeas(values)}
        found = {n: Importance(slopes[n], slopes[n] * values[n] / top if top else 0.0) for n in self.events}
        return dict(sorted(found.items(), key=lambda item: (-item[1].criticality, item[0])))

    def _at(self, values: Mapping[str, float]) -> float:
        return min(1.0, max(0.0, self._root.prob(values)))

    def _check(self, of: Mapping[str, Range | None]) -> None:
        """The library takes a missing probability for zero and accepts values above one; neither may pass."""
        missing = [f"no probability for {name!r}" for name in self.events if name not in of]
        given = ((name, of[name]) for name in self.events if name in of)
        outside = [
            f"probability of {name!r} is {value}, not within 0 and 1"
            for name, value in given
            if value and not 0 <= value.lower <= (value.typical if value.upper is None else value.upper) <= 1
        ]
        if missing or outside:
            raise ValueError("; ".join(missing + outside))
