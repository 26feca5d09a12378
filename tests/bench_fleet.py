"""How a fleet grows with its workers, and what 10,000 customers take: part of ``make bench``.

Two hundred small stacks go to one Dask worker and to two on this machine; the answers must be the same bytes. What one
stack of a sample costs, warm, is then counted up: time, what goes over the wire, what whoever asks must hold.
"""

from __future__ import annotations

import math
import os
import pickle
import resource
import tempfile
import time
import tracemalloc
import zlib
from datetime import date
from pathlib import Path
from typing import Final

from bcinfra.commands.fleet import Stack, assess_one
from bcinfra.commands.judging import Inputs, Judged, Settings
from bcinfra.fleet.cluster import Cluster
from bcinfra.fleet.local import Local
from bcinfra.graph.process.stacks import RecordOptions

ROOT: Final = Path(__file__).resolve().parents[1]
SAMPLE: Final = "midsize-prod"
STACKS: Final = 200
GOAL: Final = 1.8
"""How many times faster two workers are than one, where two processors are free."""
SAMPLED: Final = 10
"""Every so manieth answer is compared: to write them all out takes longer than to make them."""
CUSTOMERS: Final = 10_000
WITHIN: Final = (15, 60)
"""Minutes in which all of them shall be judged."""
PROGRAM: Final = """\
import pulumi
import pulumi_aws as aws

on = pulumi.ResourceOptions(provider=aws.Provider("dublin", region="eu-west-1"))
for number in range(12):
    aws.rds.Instance(f"orders-{number}", instance_class="db.t4g.small", allocated_storage=20, engine="mysql",
        username="shop", password=pulumi.Output.secret("bench"), multi_az=number % 2 == 0, opts=on)
"""


def stack(root: Path, name: str) -> Stack:
    """A stack of the project in ``root``, judged as ``assess --all`` does."""
    return Stack(
        root=str(root),
        name=name,
        words=(name,),
        options=RecordOptions(),
        environment=(),
        inputs=Inputs((), (), None),
        settings=Settings.usual(date(2026, 11, 29)),
    )


def fleet(workers: int, root: Path, names: list[str]) -> tuple[float, bytes]:
    """Seconds that the workers take, once they are there and warm, and what they answer."""
    given = {name: stack(root, name) for name in names}
    with Cluster(f"local:{workers}") as cluster:
        cluster.each(assess_one, dict(list(given.items())[: 2 * workers]), lambda *_: None)
        start = time.perf_counter()
        found = cluster.each(assess_one, given, lambda *_: None)
        seconds = time.perf_counter() - start
    judged = [one for one in found.values() if isinstance(one, Judged)]
    if len(judged) < len(names):
        raise SystemExit(f"{len(names) - len(judged)} stacks failed")
    return seconds, repr([one.document for one in judged[::SAMPLED]]).encode()


def one_stack() -> tuple[float, int, int]:
    """CPU seconds of a sample where all is loaded, bytes of the answer, and bytes that hold it."""

    def spent(times: int) -> tuple[float, Judged]:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with Local(1) as local:
            found = local.each(assess_one, {str(n): stack(ROOT, SAMPLE) for n in range(times)}, lambda *_: None)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = found["0"]
        if not isinstance(result, Judged):
            raise SystemExit(str(result))
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, result

    (few, _), (many, result) = spent(1), spent(4)
    answer = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
    tracemalloc.start()
    held = pickle.loads(answer)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held.subject.graph.stack == result.subject.graph.stack
    return (many - few) / 3, len(zlib.compress(answer, 1)), size


def main() -> None:
    """Print all measurements."""
    with tempfile.TemporaryDirectory() as temporary:
        root, names = Path(temporary), [f"shop-{number:03}" for number in range(STACKS)]
        (root / "Pulumi.yaml").write_text("{name: fleet, runtime: python}")
        (root / "__main__.py").write_text(PROGRAM)
        for name in names:
            (root / f"Pulumi.{name}.yaml").write_text("config: {}\n")
        (one, said), (two, too) = (fleet(workers, root, names) for workers in (1, 2))
    same = "the same bytes" if said == too else "OTHER BYTES"
    load = os.getloadavg()[0]
    print(
        f"{STACKS} stacks: {one:.1f} s with one Dask worker, {two:.1f} s with two: {one / two:.2f} times (goal {GOAL}"
    )
    print(f"where both processors are free; load here {load:.1f}), {same}\n", flush=True)
    seconds, wire, held = one_stack()
    hours = CUSTOMERS * seconds / 3600
    print(f"One {SAMPLE}: {seconds:.2f} CPU s warm, {wire / 1e6:.2f} MB of answer, {held / 1e6:.1f} MB held.")
    print(
        f"{CUSTOMERS:,} customers like it: {hours:.1f} processor hours, {CUSTOMERS * wire / 1e9:.1f} GB over the wire;"
    )
    for minutes in WITHIN:
        print(f"  within {minutes} minutes: {math.ceil(hours * 60 / minutes / 0.8)} processors at 80 % of use,")
    print(f"  in parts of at most {math.floor(16e9 / held):,} where whoever asks has 16 GB.\n")


if __name__ == "__main__":
    main()
