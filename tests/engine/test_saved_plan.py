"""Plans that the real engine saved, of a stack that is not there yet and of a change to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bcinfra.graph import UNKNOWN
from bcinfra.graph.files.saved_plan import load_saved_plan
from tests.engine.answers import PROJECT, STACK, project_of
from tests.engine.cli import Cli
from tests.engine.engine import Engine

PROGRAM = """
import pulumi
import pulumi_aws as aws
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", tags={"a": "b"})
subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
opts = pulumi.ResourceOptions(protect=True)
aws.s3.Bucket("bucket", tags={"subnet": subnet.id}, policy=pulumi.Output.secret("s3ntinel"), opts=opts)
"""


@pytest.mark.engine
def test_a_saved_plan(pulumi_cli: Cli, tmp_path: Path):
    source = project_of("values", tmp_path)
    (source / "program" / "__main__.py").write_text(PROGRAM)
    with Engine(pulumi_cli, tmp_path, source, STACK) as engine:
        _, plan = engine.preview_with_plan()
        made = load_saved_plan(plan, engine.export())
        assert {row.name for row in made} >= {"vpc", "subnet", "bucket", f"{PROJECT}-{STACK}"}
        assert "s3ntinel" not in repr(made)
        engine.up()
        engine.edit("program/__main__.py", '{"a": "b"}', '{"c": "d"}')
        engine.edit("program/__main__.py", "10.0.0.0/24", "10.0.1.0/24")
        _, plan = engine.preview_with_plan()
        changed = load_saved_plan(plan, engine.export())
    assert made.resources.keys() == changed.resources.keys()
    vpc, subnet, bucket = (
        next(urn for urn in made.resources if urn.endswith(f"::{name}")) for name in ("vpc", "subnet", "bucket")
    )
    assert changed[vpc].inputs["tags"] == {"c": "d"}
    assert (changed[subnet].inputs["cidrBlock"], changed[subnet].dependencies) == ("10.0.1.0/24", (vpc,))
    assert changed[subnet].id is UNKNOWN
    assert changed[bucket].options.protect
    assert isinstance(changed[vpc].id, str)
