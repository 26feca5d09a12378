"""How fast a graph is assessed, from a shop to a platform of hundreds: part of ``make bench``.

Nobody has one shop of 100,000 resources. What grows is the number of shops that a platform team keeps in one program:
copies of the sample, each with names, networks, databases and standby of its own, in the same regions and accounts.
Each size is measured in a process of its own.
"""

from __future__ import annotations

import gc
import json
import math
import resource
import subprocess
import sys
import time
from dataclasses import fields, replace
from functools import reduce
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from bcinfra.graph.core.collector import without_collector
from bcinfra.graph.core.model import Graph, Options, Reference, Resource
from bcinfra.graph.process.project import record_project

ROOT: Final = Path(__file__).resolve().parents[1]
SAMPLE: Final = "midsize-prod"
NAMES: Final = {
    SAMPLE: "shop{}",
    SAMPLE.replace("-", "_"): "shop{}",
    "midsize-help": "help{}",
    "midsize-infrastructure": "shop{}-infrastructure",
    "shop.example": "shop{}.example",
}
"""What is a shop's own in its resources' names and values, and what its copies have in its place, by their number."""
SIZES: Final = (1_000, 10_000, 100_000)
GOALS: Final = {10_000: (1.5, 1.0), 100_000: (16.0, 12.0)}
"""CPU seconds on two ordinary cores by size: reading and assessing together, and assessing alone."""


REPORT: Final = (2.0, 500)
"""CPU seconds of the sample's page beyond the assessment, and its kB."""


class Cost(NamedTuple):
    """What one process took: CPU seconds, cold and once more, and the peak of its memory in MB."""

    resources: int
    read: float
    assess: float
    again: float
    memory: float


def platform(sample: Graph, count: int) -> Graph:
    """About ``count`` resources: as many copies of a recorded shop as fit, at least two.

    The specification is left out, since a graph tells of one shop: each name is then a capability, as it is in programs
    that were not made with this library.
    """
    rows = [row for row in sample if row.parent or row.is_provider]
    shared = [row for row in sample if row not in rows]
    copies = [_copy(row, n) for n in range(max(2, round(count / len(rows)))) for row in rows]
    return replace(sample, resources={row.urn: row for row in sorted((*shared, *copies), key=lambda row: row.urn)})


def _copy(row: Resource, number: int) -> Resource:
    def named(value: Any) -> Any:
        match value:
            case str():
                text = reduce(lambda text, name: text.replace(name, NAMES[name].format(number)), NAMES, value)
                return text.replace(f"urn:pulumi:{NAMES[SAMPLE].format(number)}::", f"urn:pulumi:{SAMPLE}::")
            case Reference():
                return Reference(named(value.urn), named(value.id))
            case Options():
                return replace(value, **{f.name: named(getattr(value, f.name)) for f in fields(value)})
            case list() | tuple() if not hasattr(value, "_fields"):
                return type(value)(map(named, value))
            case dict():
                return {named(key): named(part) for key, part in value.items()}
            case _:
                return value

    inputs = {key: value for key, value in row.inputs.items() if key not in ("spec", "offers")}
    parts = {f.name: named(getattr(row, f.name)) for f in fields(row) if f.init and f.name != "inputs"}
    return replace(row, **parts, inputs=named(inputs))


def run_here(count: int) -> Cost:
    """Read and assess a platform of ``count`` resources in this process, once cold and once more, without the cyclic
    collector, as the command line does."""
    from bcinfra.continuity.judgement.assessment import assess
    from bcinfra.continuity.readings.read import read

    graph = platform(record_project(ROOT, SAMPLE), count)
    gc.collect()
    times = [time.process_time()]
    with without_collector():
        model = read(graph)
        times.append(time.process_time())
        for _ in range(2):
            assess(model)
            times.append(time.process_time())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(len(graph), *(later - earlier for earlier, later in pairwise(times)), memory)


def measure(count: int) -> Cost:
    """The cost of ``count`` resources in a fresh process."""
    command = [sys.executable, "-m", "tests.bench_assess", str(count)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"assessing {count} resources failed:\n{done.stderr}")
    return Cost(*json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Print all measurements, with the goal beside each figure that has one."""
    heads = ("read", "assess", "again", "both")
    print(f"{'resources':>9}" + "".join(f"  {head:>20}" for head in heads) + f"  {'memory':>22}", flush=True)
    costs: list[Cost] = []
    for count in SIZES:
        cost = measure(count)
        costs.append(cost)
        both, alone = GOALS.get(count, (None, None))
        figures = ((cost.read, None), (cost.assess, alone), (cost.again, None), (cost.read + cost.assess, both))
        times = "".join(f"  {_beside(seconds, goal):>20}" for seconds, goal in figures)
        memory = f"{cost.memory:.0f} MB, {1024 * cost.memory / cost.resources:.1f} kB each"
        print(f"{cost.resources:9}{times}  {memory:>22}", flush=True)
    print("\nCPU seconds, and the goal in brackets. Growth exponents from size to size (1 is linear):")
    for what in ("read", "assess"):
        steps = (
            math.log(getattr(b, what) / getattr(a, what)) / math.log(b.resources / a.resources)
            for a, b in pairwise(costs)
        )
        print(f"  {what:<6} {', '.join(f'{step:.2f}' for step in steps)}")


def show_report() -> None:
    """How long the page of the sample takes beyond the assessment, and how large it is."""
    from datetime import date

    from bcinfra.continuity.judgement.assessment import assess
    from bcinfra.continuity.readings.costing import cost_of
    from bcinfra.continuity.readings.read import read
    from bcinfra.report.html.render import render
    from bcinfra.report.html.report import report

    graph = record_project(ROOT, SAMPLE)
    model = read(graph)
    found, cost = assess(model), cost_of(graph, model)
    start = time.process_time()
    made = report(found, model, (SAMPLE,), today=date.today(), cost=cost)
    page = render("report.html.j2", report=made, change=None)
    took = _beside(time.process_time() - start, REPORT[0])
    print(f"\nreport of {SAMPLE}: {took}, {len(page.encode()) / 1000:.0f} kB (<= {REPORT[1]} kB)", flush=True)


def _beside(seconds: float, goal: float | None) -> str:
    return f"{seconds:.2f} s" + (f" (<= {goal:g} s)" if goal else "")


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print(json.dumps(run_here(int(sys.argv[1]))))
    else:
        main()
