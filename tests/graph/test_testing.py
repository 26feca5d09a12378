"""The helpers for customers' own tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from pulumi import ResourceOptions
from pulumi_aws.ec2 import Subnet, Vpc

from bcinfra.testing import assert_counts, assert_resource, preview

VPC = "aws:ec2/vpc:Vpc"


def program() -> None:
    vpc = Vpc("vpc", cidr_block="10.0.0.0/16", opts=ResourceOptions(protect=True))
    Subnet("subnet", vpc_id=vpc.id)


def test_a_resource_is_found_and_returned() -> None:
    assert assert_resource(preview(program), VPC, "vpc", cidrBlock="10.0.0.0/16").options.protect


def test_what_differs_is_named_with_its_place() -> None:
    with pytest.raises(AssertionError, match=r"test_testing\.py:\d+: cidrBlock is '10.0.0.0/16', not 'x'"):
        assert_resource(preview(program), VPC, "vpc", cidrBlock="x")
    with pytest.raises(AssertionError, match="of this type there are: vpc"):
        assert_resource(preview(program), VPC, "vcp")
    with pytest.raises(AssertionError, match="types nearest to it are: aws:ec2/vpc:Vpc"):
        assert_resource(preview(program), "aws:ec2/vpc:VPC", "vpc")


def test_counts_are_sealed() -> None:
    assert_counts(preview(program), {VPC: 1, "aws:ec2/subnet:Subnet": 1})
    with pytest.raises(AssertionError, match="aws:ec2/subnet:Subnet: 1, not 0"):
        assert_counts(preview(program), {VPC: 1})
    with pytest.raises(AssertionError, match="a:b:C: 0, not 2"):
        assert_counts(preview(program), {VPC: 1, "aws:ec2/subnet:Subnet": 1, "a:b:C": 2})


def test_a_project_s_folder(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("import pulumi\npulumi.export('stack', pulumi.get_stack())\n")
    assert preview(tmp_path, stack="dev").outputs == {"stack": "dev"}
