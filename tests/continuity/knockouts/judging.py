"""Knock-outs judged: what gets worse, what gets better, and what is said of it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.judgement.compare import compare
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Capability, Model
from bcinfra.continuity.readings.read import read
from bcinfra.graph import Graph, Resource
from bcinfra.report.assess.reading import standings
from bcinfra.report.assess.writing import to_document
from tests.continuity.knockouts.properties import Property
from tests.continuity.knockouts.samples import Sample

SEEN = ("checkout", "order", "browse")
"""What a knock-out is seen by; another capability where it alone needs a store. Leaving the rest out halves the
time."""


def focused(model: Model) -> Model:
    """What a knock-out can be seen by. Losses in money follow from times and rates, and take as long to work out."""
    seen = list[Capability]()
    for one in sorted(model.capabilities, key=lambda c: c.name not in SEEN):
        if one.name in SEEN or not set(one.stores) <= {store for c in seen for store in c.stores}:
            seen.append(one)
    return replace(model, capabilities=tuple(seen), business=replace(model.business, revenue_per_hour=None))


def narrowed(model: Model) -> Model:
    """What most knock-outs are seen by: the one capability that needs most."""
    found = focused(model)
    return replace(found, capabilities=(min(found.capabilities, key=lambda c: (*SEEN, c.name).index(c.name)),))


class Judged(NamedTuple):
    """An assessment, and what is written of it."""

    found: Assessment
    document: dict[str, Any]


Look: TypeAlias = Callable[[Model], Model]


@cache
def untouched(sample: Sample, look: Look) -> Judged:
    model = look(read(sample.graph))
    found = assess(model)
    return Judged(found, to_document(found, model))


def judged(case: Case, model: Model, look: Look) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is written of a sample and of its knock-out, without the scenarios that fare the same: writing those would
    take a quarter of the time."""
    before, document = untouched(case.sample, look)
    model = look(model)
    found = assess(model)
    known = {one.scenario.id: one for one in before.scenarios}
    moved = [one for one in found.scenarios if known.pop(one.scenario.id, None) != one]
    ids = {one.scenario.id for one in moved} | known.keys()
    kept = [one for one in document["scenarios"] if one["id"] in ids]
    return {**document, "scenarios": kept}, to_document(replace(found, scenarios=tuple(moved)), model)


class Case(NamedTuple):
    """A sample's graph without one property."""

    sample: Sample
    property: Property
    names: tuple[str, ...]
    graph: Graph

    @property
    def silent(self) -> str | None:
        """Why it may change nothing."""
        return next(
            (
                why
                for what, who, why in self.sample.silent
                if re.fullmatch(what, self.property.what) and re.search(who, self.names[0])
            ),
            None,
        )


def having(graph: Graph, wanted: Property) -> list[Resource]:
    """The resources that may have a property."""
    return [r for r in graph if re.fullmatch(wanted.type, r.type) and re.search(wanted.only, r.name)]


def cases(sample: Sample, wanted: Property) -> list[Case]:
    """The knock-outs of one property, one a resource; one for all where any of them is enough."""
    found: list[Case] = []
    graph = sample.graph
    changed, names = graph, list[str]()
    for row in having(graph, wanted):
        before = changed if wanted.together else graph
        after = wanted.knock(before, before[row.urn])
        if after is not None:
            changed = after
            names.append(row.name)
            found.append(Case(sample, wanted, (row.name,), after))
    return [Case(sample, wanted, tuple(names), changed)] if wanted.together and names else found


def problems(case: Case) -> list[str]:
    """What is wrong with the judgement of a knock-out: one that is noticed at a narrow look is not looked at again."""
    model = read(case.graph)
    found = list[str]()
    for look in (focused,) if case.silent else (narrowed, focused):
        if not (found := list(_problems(case, *judged(case, model, look)))):
            break
    return found


def _problems(case: Case, before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    what = f"{case.property.what} of {', '.join(case.names)}"
    grown = sorted(_grown(before, after))
    new = sorted(_findings(after) - _findings(before))
    if case.silent:
        if grown or new:
            yield f"{what}: is noticed ({[*grown, *new][0]}), so that it need not be called silent: {case.silent}"
        return
    if not grown and not new:
        yield f"{what}: no verdict, figure or finding changes"
    if better := _better(case.property, before, after):
        yield f"{what}: makes better: {better[0]}"
    said = _texts(after) - _texts(before)
    pattern = case.property.missed.replace("{name}", re.escape(case.names[0]))
    if not any(re.search(pattern, text) for text in said):
        yield f"{what}: nothing says {pattern!r}, only: {sorted(said)[:5]}"


def _grown(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Figures that are worse, however little."""
    old, new = _figures(before), _figures(after)
    yield from (key for key, bad in new.items() if bad > old.get(key, 0.0) and not math.isclose(bad, old.get(key, 0.0)))


def _figures(document: Mapping[str, Any]) -> dict[str, float]:
    """Every figure by what it is about; larger is worse, and unknown worst."""

    def bad(index: int | None, end: str = "upper") -> float:
        value = None if index is None else document["figures"][index].get(end)
        return math.inf if value is None else value

    found = {
        f"{s['id']}: {v['objective']} of {o['capability']}": bad(v["value"])
        for s in document["scenarios"]
        for o in s["outcomes"]
        for v in o["verdicts"]
    }
    for one in document["capabilities"]:
        found[f"{one['name']}: time down by design"] = bad(one["down_by_design"], "typical")
        found[f"{one['name']}: time not available"] = 1 - bad(one["availability"], "low")
    return found


def _findings(document: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Findings, but for the one whose words are the availability."""
    return {(f["code"], f["message"]) for f in document["findings"] if f["code"] != "BC0026"}


def _better(wanted: Property, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What improves although nothing of the same scenario pays for it: who waits longer may lose less, where both then
    take more together, as a person weighs them."""
    moved = compare(standings(before), standings(after))
    paid = {(change.scenario, change.capability) for change in moved.worse}
    old, new = _figures(before), _figures(after)

    def takes(figures: Mapping[str, float], scenario: str, capability: str) -> float:
        both = (Objective.RECOVERY_TIME, Objective.DATA_LOSS)
        return sum(figures.get(f"{scenario}: {one.value} of {capability}", 0.0) for one in both)

    return [
        f"{c.objective} of {c.capability} in {c.scenario}"
        for c in moved.better
        if c.before
        and c.after
        and c.after.judgement is not Judgement.UNKNOWN  # what is no longer known is no better
        and (c.scenario, c.capability) not in paid
        and takes(new, c.scenario, c.capability) <= takes(old, c.scenario, c.capability)
        and not re.search(wanted.relieves, c.scenario)
    ]


def _texts(document: Mapping[str, Any]) -> set[str]:
    """All that is said of how often scenarios come, of outcomes and ways back, and of findings."""
    found: set[str] = set()
    for scenario in document["scenarios"]:
        found.add(f"{scenario['id']}: comes {document['figures'][scenario['rate']].get('upper')} times a year")
        for outcome in scenario["outcomes"]:
            said = [*outcome["reasons"], *outcome["unknown"]]
            for way in (outcome["way"], *outcome["others"]):
                said += _of_way(document, way) if way else ()
            found |= {f"{scenario['id']}: {text}" for text in said}
    return found | {f"{f['message']} {f['resource']}" for f in document["findings"]}


def _of_way(document: Mapping[str, Any], way: Mapping[str, Any]) -> Iterator[str]:
    yield from way["unknown"]
    for step in way["steps"]:
        figure = document["figures"][step["duration"]]
        yield f"{way['kind']}: {step['name']}: {figure.get('upper')} s, needs {', '.join(step['needs'])}"
    for loss in way["data"]:
        old = "" if loss["age"] is None else f", {document['figures'][loss['age']].get('upper')} s old"
        yield f"{loss['store']} goes on from {loss['copy']}{old}"
        yield from (f"{one['copy']}: {one['reason']}" for one in loss["rejected"])
