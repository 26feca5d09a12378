"""How fast previews and the recorder are: ``make bench``.

Fifty stacks of one project are each recorded in a process of their own, on one core and on two.

Times of a machine mean little elsewhere, so the recorder is measured as a ratio to Pulumi's own mocks in the same run,
and as the exponent by which time grows with the number of resources (1 is linear). Beside it stands the floor: what the
SDK itself takes with a monitor that answers with constants. What is left between the two is the recorder's own. Each
measurement is a process of its own, which imports the SDK before its clock starts.
"""

from __future__ import annotations

import inspect
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from tests import bench_assess, bench_fleet

ROOT: Final = Path(__file__).resolve().parents[1]
SAMPLE: Final = "midsize-prod"
SIZES: Final = (1_000, 3_000, 10_000)
RATIO: Final = 2.5
"""Goal: how many times cheaper the recorder is than Pulumi's mocks."""
PER_CELL: Final = 10
STACKS: Final = 50
PER_STACK: Final = 300


class Cost(NamedTuple):
    """What one process took. ``cpu`` and ``wall`` are seconds, ``memory`` is the peak in MB."""

    cpu: float
    wall: float
    memory: float
    resources: int


def cells(count: int) -> None:
    """``count`` resources in components of ten, as shops have them: network, key, database with replica."""
    import pulumi
    from pulumi_aws import Provider
    from pulumi_aws.ec2 import SecurityGroup, Subnet, Vpc
    from pulumi_aws.kms import Key
    from pulumi_aws.rds import Instance, ParameterGroup, SubnetGroup

    class Cell(pulumi.ComponentResource):
        def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
            super().__init__("bench:index:Cell", name, None, opts)
            child = pulumi.ResourceOptions(parent=self)
            tags = {"cell": name}
            vpc = Vpc(f"{name}-vpc", cidr_block="10.0.0.0/16", tags=tags, opts=child)
            subnets = [
                Subnet(f"{name}-{zone}", vpc_id=vpc.id, cidr_block=f"10.0.{zone}.0/24", tags=tags, opts=child)
                for zone in range(3)
            ]
            rule = {"protocol": "tcp", "from_port": 3306, "to_port": 3306, "cidr_blocks": ["10.0.0.0/8"]}
            group = SecurityGroup(f"{name}-db", vpc_id=vpc.id, ingress=[rule], tags=tags, opts=child)
            key = Key(f"{name}-key", enable_key_rotation=True, tags=tags, opts=child)
            places = SubnetGroup(f"{name}-db", subnet_ids=[subnet.id for subnet in subnets], tags=tags, opts=child)
            settings = ParameterGroup(f"{name}-db", family="mysql8.4", tags=tags, opts=child)
            primary = Instance(
                f"{name}-db",
                instance_class="db.r7g.large",
                engine="mysql",
                kms_key_id=key.arn,
                password=pulumi.Output.secret("bench"),
                db_subnet_group_name=places.name,
                parameter_group_name=settings.name,
                vpc_security_group_ids=[group.id],
                tags=tags,
                opts=pulumi.ResourceOptions(parent=self, protect=True, ignore_changes=["password"]),
            )
            after = pulumi.ResourceOptions(parent=self, depends_on=[primary])
            Instance(f"{name}-replica", instance_class="db.r7g.large", replicate_source_db=primary.arn, opts=after)
            self.register_outputs({"endpoint": primary.endpoint})

    provider = Provider("eu", region="eu-west-1")
    for index in range(count // PER_CELL):
        Cell(f"cell{index}", pulumi.ResourceOptions(providers=[provider]))


def with_recorder(count: int) -> int:
    """Record the cells; the number of resources."""
    from bcinfra.graph.record.recorder import record

    return len(record(lambda: cells(count)))


def with_mocks(count: int) -> int:
    """Run the cells on Pulumi's own mocks, in a preview; the number of resources."""
    import asyncio

    import pulumi

    seen: list[str] = []

    class Noting(pulumi.runtime.Mocks):
        def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, object]]:
            seen.append(args.name)
            return f"{args.name}-id", args.inputs

        def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, object]:
            raise AssertionError(f"{args.token}: the cells call nothing")

    asyncio.set_event_loop(asyncio.new_event_loop())
    pulumi.runtime.set_mocks(Noting(), preview=True)
    pulumi.runtime.test(lambda: cells(count))()
    return len(seen)


def with_floor(count: int) -> int:
    """Run the cells with a monitor that keeps nothing and answers with what it was sent; the number of resources."""
    from google.protobuf import empty_pb2
    from pulumi.runtime.proto import resource_pb2 as pb

    from bcinfra.graph.record import sdk
    from bcinfra.graph.record.monitor import Monitor

    seen: list[str] = []

    class Constant(Monitor):
        def RegisterResource(self, request: pb.RegisterResourceRequest) -> pb.RegisterResourceResponse:  # noqa: N802
            self.requests += 1
            seen.append(request.name)
            urn = f"urn:pulumi:stack::project::{request.type}::{request.name}"
            return pb.RegisterResourceResponse(urn=urn, object=request.object)

        def RegisterResourceOutputs(self, _request: pb.RegisterResourceOutputsRequest) -> empty_pb2.Empty:  # noqa: N802
            self.requests += 1
            return empty_pb2.Empty()

    classes = sdk.ResourceClasses()
    monitor = Constant(
        project="project",
        stack="stack",
        root=ROOT,
        config={},
        secret_config=(),
        invokes={},
        stack_references={},
        assume=False,
        complete=classes.complete,
        check=lambda _row: (),
    )
    sdk.run(lambda: cells(count), monitor, classes, organization="bench", config={}, secret_config=(), timeout=None)
    return len(seen)


def with_sample(_count: int) -> int:
    """Record the sample customer's stack, in a process of its own; the number of resources."""
    from bcinfra.graph import record_stack

    return len(record_stack(ROOT, SAMPLE))


def with_stacks(cores: int) -> int:
    """Record fifty stacks, ``cores`` at a time; the number of resources."""
    from bcinfra.graph import Graph, record_stacks

    with tempfile.TemporaryDirectory() as temporary:
        folder, stacks = Path(temporary), [f"shop-{number}" for number in range(STACKS)]
        (folder / "Pulumi.yaml").write_text("{name: many, runtime: python}")
        (folder / "__main__.py").write_text(f"PER_CELL = {PER_CELL}\n{inspect.getsource(cells)}\ncells({PER_STACK})\n")
        results = record_stacks(folder, stacks, cores=cores)
        failures = [result for result in results.values() if not isinstance(result, Graph)]
        if failures:
            raise failures[0]
        return sum(len(result) for result in results.values() if isinstance(result, Graph))


WAYS: Final[dict[str, Callable[[int], int]]] = {
    "mocks": with_mocks,
    "recorder": with_recorder,
    "floor": with_floor,
    "sample": with_sample,
    "stacks": with_stacks,
}
WHOLE: Final = ("sample", "stacks")
"""Ways whose imports are part of what a user waits for."""


def measure(way: str, count: int) -> Cost:
    """The cost of ``way`` in a fresh process."""
    command = [sys.executable, "-m", "tests.bench", way, str(count)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{way} with {count} resources failed:\n{done.stderr}")
    return Cost(*json.loads(done.stdout.splitlines()[-1]))


def run_here(way: str, count: int) -> Cost:
    """The cost of ``way`` in this process and those that it starts, imports apart where they are not :data:`WHOLE`."""
    if way not in WHOLE:
        WAYS[way](PER_CELL)
    cpu, wall = time.process_time(), time.perf_counter()
    resources = WAYS[way](count)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu += children.ru_utime + children.ru_stime
    return Cost(cpu, wall, max(own.ru_maxrss, children.ru_maxrss) / 1024, resources)


def growth(small: Cost, large: Cost) -> float:
    """The exponent of time over the number of resources."""
    return math.log(large.cpu / small.cpu) / math.log(large.resources / small.resources)


def compare() -> None:
    """Print what a resource costs with the mocks, the recorder and the SDK alone, and how that grows."""
    ways = ("mocks", "recorder", "floor")
    head = "".join(f"  {way:>18}" for way in ways)
    print(f"\n{'resources':>9}{head}  mocks/recorder  mocks/floor  recorder/floor", flush=True)
    costs = {way: list[Cost]() for way in ways}
    for count in SIZES:
        for way, found in costs.items():
            found.append(measure(way, count))
        each = {way: 1000 * found[-1].cpu / found[-1].resources for way, found in costs.items()}
        shown = "".join(f"  {each[way]:7.2f} ms, {found[-1].memory:4.0f} MB" for way, found in costs.items())
        ratios = (each["mocks"] / each["recorder"], each["mocks"] / each["floor"], each["recorder"] / each["floor"])
        print(f"{count:9}{shown}  {ratios[0]:13.1f}x  {ratios[1]:10.1f}x  {ratios[2]:13.1f}x", flush=True)
    exponents = ", ".join(f"{way} {growth(found[0], found[-1]):.2f}" for way, found in costs.items())
    print(f"\nCPU per resource. Goal: mocks/recorder {RATIO} or more; mocks/floor is the most that it could be.")
    print(f"Growth exponents from {SIZES[0]:,} to {SIZES[-1]:,}: {exponents} (1 is linear).\n", flush=True)


def main() -> None:
    """Print all measurements."""
    from bcinfra.graph.core.problem import GraphError
    from bcinfra.graph.process.project import read_project

    try:
        known = read_project(ROOT).stacks()
    except GraphError:
        known = ()
    if SAMPLE in known:
        cost = measure("sample", 0)
        print(
            f"preview of {SAMPLE}: {cost.resources} resources, {cost.wall:.2f} s, {cost.memory:.0f} MB at most",
            flush=True,
        )
    else:
        print(f"preview of {SAMPLE}: there is no such stack yet", flush=True)
    compare()
    for cores in (1, 2):
        cost = measure("stacks", cores)
        each = f"{1000 * cost.wall / STACKS:.0f} ms a stack, {cost.memory:.0f} MB at most in one process"
        print(f"{STACKS} stacks of {PER_STACK} resources, {cores} at a time: {cost.wall:.1f} s, {each}", flush=True)
    print(flush=True)
    bench_assess.main()
    bench_fleet.main()
    bench_assess.show_report()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(run_here(sys.argv[1], int(sys.argv[2]))))
    else:
        main()
