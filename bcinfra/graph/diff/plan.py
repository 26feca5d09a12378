"""Both sides of a ``pulumi preview --json``: what there is, what there would be, and what the providers say of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from bcinfra.graph.core.model import Graph, Urn
from bcinfra.graph.core.values import Plain, is_list, is_object
from bcinfra.graph.diff.changes import REPLACING, Diff, Step, diff
from bcinfra.graph.diff.replacement import Replacements
from bcinfra.graph.files.load import load, shows_all


class Plan(NamedTuple):
    """A preview: the stack before it and after it, and its steps by URN."""

    base: Graph
    head: Graph
    steps: Mapping[str, Step]
    complete: bool
    """Whether what stays the same is there too. Without ``--show-sames`` a preview leaves it out, and with it the
    providers and components that say where a change is."""

    def diff(self, replacements: Replacements) -> Diff:
        """What the preview would change, with replacements as the providers see them."""
        return diff(self.base, self.head, replacements=replacements, steps=self.steps)


def is_preview(document: Mapping[str, Plain]) -> bool:
    """Whether ``document`` is what ``pulumi preview --json`` prints."""
    return is_list(document.get("steps"))


def read_plan(document: Mapping[str, Plain]) -> Plan:
    """The plan in the output of ``pulumi preview --json``; raises :class:`~bcinfra.graph.core.problem.LoadError`."""
    rows = list(_steps(document))
    found: dict[str, Step] = {}
    for row in rows:
        urn, op = str(row.get("urn")), str(row.get("op"))
        reasons = row.get("replaceReasons") or _replacing(row.get("detailedDiff"))
        old = row.get("oldState")
        former = old.get("urn") if is_object(old) else None
        # A replacement comes as several steps, of which one only deletes and says no reasons.
        if urn not in found or (op in REPLACING and (reasons or found[urn].op not in REPLACING)):
            found[urn] = Step(op, tuple(sorted(map(str, reasons))), former if former != urn else None)
    complete = shows_all(document)
    base, head = (replace(_side(rows, side), complete=complete) for side in ("oldState", "newState"))
    return Plan(base, head, found, complete)


def _steps(document: Mapping[str, Plain]) -> Iterator[Mapping[str, Plain]]:
    return (row for row in document.get("steps") or () if is_object(row))


def _replacing(detailed: Plain) -> list[str]:
    """The paths of a detailed diff whose kind is ``add-replace``, ``update-replace`` or ``delete-replace``."""
    entries = detailed.items() if is_object(detailed) else ()
    return [path for path, how in entries if is_object(how) and str(how.get("kind")).endswith("-replace")]


def _side(rows: list[Mapping[str, Plain]], state: str) -> Graph:
    """The graph of one side. It is empty where no step has that side: before a first deployment, after a last one."""
    present = [{"newState": row[state]} for row in rows if row.get(state)]
    if present or not rows:
        return load({"steps": present})
    some = Urn.parse(str(rows[0].get("urn")))
    return Graph(project=some.project, stack=some.stack, resources={})
