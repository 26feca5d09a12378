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
import zlib
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

import psutil

from bcinfra.commands.assess import Said, say
from bcinfra.commands.fleet import Stack, Told, assess_one
from bcinfra.commands.judging import Inputs, Settings
from bcinfra.commands.options import Format
from bcinfra.fleet.cluster import Cluster
from bcinfra.fleet.local import Local
from bcinfra.graph.process.stacks import RecordOptions

ROOT: Final = Path(__file__).resolve().parents[1]
SAMPLE: Final = "midsize-prod"
STACKS: Final = 200
GOAL: Final = 1.8
"""How many times faster two workers are than one, where two processors are free."""
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


def stack(root: Path, name: str) -> Stack[Said]:
    """A stack of the project in ``root``, judged as ``assess --all --json`` does."""
    return Stack(
        root=str(root),
        name=name,
        words=(name,),
        options=RecordOptions(),
        environment=(),
        inputs=Inputs((), (), None),
        settings=Settings.usual(date(2026, 11, 29)),
        say=partial(say, form=Format.JSON, tree=False, folder=Path(), gates=()),
    )


class Run(NamedTuple):
    """What a fleet took, once its workers were there and warm."""

    seconds: float
    here: float
    """CPU seconds of whoever asks, scheduler and all."""
    there: float
    """CPU seconds of the workers."""
    said: str
    """A hash of all answers."""


def spent() -> tuple[float, float]:
    """CPU seconds of this process, and of those below it."""
    me = psutil.Process()
    below: list[psutil.Process] = me.children(recursive=True)
    return sum(me.cpu_times()[:2]), sum(sum(one.cpu_times()[:2]) for one in below)


def fleet(workers: int, root: Path, names: list[str]) -> Run:
    """Judge the stacks."""
    given = {name: stack(root, name) for name in names}
    with Cluster(f"local:{workers}") as cluster:
        cluster.each(assess_one, dict(list(given.items())[: 2 * workers]), lambda *_: None)
        start, (here, there) = time.perf_counter(), spent()
        found = cluster.each(assess_one, given, lambda *_: None)
        seconds, (here_too, there_too) = time.perf_counter() - start, spent()
    told = {name: one.said.said for name, one in found.items() if isinstance(one, Told)}
    if len(told) < len(names):
        raise SystemExit(f"{len(names) - len(told)} stacks failed")
    return Run(seconds, here_too - here, there_too - there, sha256(repr(told).encode()).hexdigest())


def one_stack() -> tuple[float, int, int]:
    """CPU seconds of a sample where all is loaded, bytes of the answer on the wire, and bytes that hold it."""

    def cost(times: int) -> tuple[float, Told[Said]]:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with Local(1) as local:
            found = local.each(assess_one, {str(n): stack(ROOT, SAMPLE) for n in range(times)}, lambda *_: None)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = found["0"]
        if not isinstance(result, Told):
            raise SystemExit(str(result))
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, result

    (few, _), (many, result) = cost(1), cost(4)
    held = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
    return (many - few) / 3, len(zlib.compress(held, 1)), len(held)


def main() -> None:
    """Print all measurements."""
    with tempfile.TemporaryDirectory() as temporary:
        root, names = Path(temporary), [f"shop-{number:03}" for number in range(STACKS)]
        (root / "Pulumi.yaml").write_text("{name: fleet, runtime: python}")
        (root / "__main__.py").write_text(PROGRAM)
        for name in names:
            (root / f"Pulumi.{name}.yaml").write_text("config: {}\n")
        one, two = (fleet(workers, root, names) for workers in (1, 2))
    same = "the same bytes" if one.said == two.said else "OTHER BYTES"
    print(
        f"{STACKS} stacks: {one.seconds:.1f} s with one Dask worker, {two.seconds:.1f} s with two:"
        f" {one.seconds / two.seconds:.2f} times (goal {GOAL} where both processors are free;"
        f" load here {os.getloadavg()[0]:.1f}), {same}."
    )
    work, rest = one.there / STACKS, two.here / STACKS
    print(
        f"By CPU, which other work hardly moves: {work:.3f} s a stack at one worker, {two.there / STACKS:.3f} s at two,"
        f" {rest:.3f} s where it is asked:\ntwo processors allow {2 * one.there / (two.there + two.here):.2f} times,"
        f" and {math.floor(work / rest)} workers are kept at work by one that asks.\n",
        flush=True,
    )
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
