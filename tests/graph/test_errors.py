"""What is said about a program that is wrong: all of it at once, each at its line, without a stack of ours."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi import ResourceOptions
from pulumi_aws import Provider
from pulumi_aws.ec2 import SecurityGroup, Vpc
from pulumi_aws.get_region import get_region
from pulumi_aws.iam import Role
from pulumi_aws.kms import Key
from pulumi_aws.lambda_ import Permission, get_function
from pulumi_aws.rds import Instance, InstanceType
from pulumi_aws.s3 import BucketVersioning
from pulumi_kubernetes.apiextensions.v1 import CustomResourceDefinition
from pydantic import BaseModel, Field

from bcinfra.graph import Place, Problem, RecordError, record
from bcinfra.graph.core.model import UNKNOWN

HERE = "tests/graph/test_errors.py"


def problems(program: Callable[[], object], **options: object) -> tuple[Problem, ...]:
    with pytest.raises(RecordError) as caught:
        record(program, **options)  # pyright: ignore[reportArgumentType]
    return caught.value.problems


def marked(program: Callable[[], object], mark: str = "here") -> Place:
    """The line of ``program`` that ends in the comment ``# <mark>``."""
    lines, start = inspect.getsourcelines(program)
    return Place(HERE, start + next(n for n, line in enumerate(lines) if line.rstrip().endswith(f"# {mark}")))


class TestNames:
    def test_two_resources_of_one_name(self) -> None:
        def program() -> None:
            Vpc("vpc", cidr_block="10.0.0.0/16")  # first
            Vpc("vpc", cidr_block="10.1.0.0/16")  # second

        (problem,) = problems(program)
        assert problem.place == marked(program, "second")
        assert str(marked(program, "first")) in problem.message
        assert problem.resource == "aws:ec2/vpc:Vpc 'vpc'"

    def test_default_providers_that_are_ruled_out(self) -> None:
        def program() -> None:
            eu = Provider("eu", region="eu-west-1")
            Vpc("left", cidr_block="10.0.0.0/16")  # here
            Vpc("right", cidr_block="10.0.0.0/16", opts=ResourceOptions(provider=eu))
            Vpc.get("read", "vpc-1")  # read

        found = problems(program, config={"pulumi:disable-default-providers": '["aws"]'})
        assert [problem.place for problem in found] == [marked(program), marked(program, "read")]
        assert "pulumi:disable-default-providers" in found[0].message
        assert not any("right" in str(problem) for problem in found)

    def test_another_package_s_default_provider_is_allowed(self) -> None:
        config = {"pulumi:disable-default-providers": '["gcp"]'}
        assert record(lambda: Vpc("vpc", cidr_block="10.0.0.0/16"), config=config)


class TestInputs:
    def test_names_that_the_sdk_does_not_know(self) -> None:
        def program() -> None:
            rule = {"protocol": "tcp", "from_prt": 443, "to_port": 443, "from_port": 443}
            SecurityGroup("group", ingress=[rule])  # here

        (problem,) = problems(program)
        assert problem.message == "ingress[0].from_prt: SecurityGroupIngressArgs has no such input"
        assert problem.hint == "did you mean 'from_port'?"
        assert problem.place == marked(program)

    def test_names_that_are_missing(self) -> None:
        (problem,) = problems(lambda: SecurityGroup("group", ingress=[{"protocol": "tcp", "to_port": 443}]))
        assert problem.message == "ingress[0].fromPort: SecurityGroupIngressArgs needs this input"

    def test_values_of_plainly_another_type(self) -> None:
        def program() -> None:
            Instance("a", instance_class="db.t4g.small", multi_az="perhaps")
            Instance("b", instance_class="db.t4g.small", allocated_storage="big", tags={"k": {}})
            Instance("c", instance_class="db.t4g.small", enabled_cloudwatch_logs_exports="error")
            SecurityGroup("d", ingress="all")
            Instance("e", instance_class=["db.t4g.small"])

        assert {problem.message for problem in problems(program)} == {
            "multiAz: must be true or false, not 'perhaps'",
            "allocatedStorage: must be a whole number, not 'big'",
            "tags.k: must be text, not an object",
            "enabledCloudwatchLogsExports: must be a list, not 'error'",
            "ingress: must be a list, not 'all'",
            "instance_class: must not be a list",
        }

    def test_a_list_that_the_sdk_itself_cannot_send(self) -> None:
        def program() -> None:
            Vpc("vpc", cidr_block="10.0.0.0/16", tags=["a"])  # here

        (problem,) = problems(program)
        assert (problem.message, problem.place) == ("tags: must be a map, not a list", marked(program))
        assert problem.resource == "aws:ec2/vpc:Vpc 'vpc'"

    def test_what_is_right_passes(self) -> None:
        def program() -> None:
            Instance("enum", instance_class=InstanceType.T3_MICRO, allocated_storage="20", multi_az="true")
            BucketVersioning("args", bucket="b", versioning_configuration={"status": "Enabled"})
            Instance("text", instance_class="db.t4g.small", tags={"port": 3306}, password=pulumi.Output.secret("x"))

        assert len(record(program)) == 5

    def test_secrets_are_not_shown(self) -> None:
        def program() -> None:
            secret = pulumi.Output.secret("s3ntinel")
            SecurityGroup("group", ingress=[{"protocol": secret, "from_port": secret, "to_prt": secret}])

        assert "s3ntinel" not in "\n".join(map(str, problems(program)))


class TestOwnErrors:
    def test_an_exception_is_the_program_s(self) -> None:
        def helper() -> None:
            raise KeyError("gone")  # here

        (problem,) = problems(lambda: helper())
        assert (problem.message, problem.place) == ("KeyError: 'gone'", marked(helper))

    def test_an_exception_in_apply(self) -> None:
        def program() -> None:
            def fail(_value: str) -> None:
                raise KeyError("gone")  # here

            pulumi.export("x", Vpc("vpc", cidr_block="10.0.0.0/16").cidr_block.apply(fail))

        (problem,) = problems(program)
        assert (problem.message, problem.place) == ("KeyError: 'gone'", marked(program))

    def test_an_exception_in_a_transform(self) -> None:
        def program() -> None:
            def fail(_args: pulumi.ResourceTransformArgs) -> None:
                raise KeyError("gone")  # here

            Vpc("vpc", cidr_block="10.0.0.0/16", opts=ResourceOptions(transforms=[fail]))

        (problem,) = problems(program)
        assert (problem.message, problem.place) == ("a transform failed: 'gone'", marked(program))

    def test_a_missing_setting(self) -> None:
        def program() -> None:
            pulumi.Config().require("size")  # here

        (problem,) = problems(program)
        assert problem.place == marked(program)
        assert "project:size" in problem.message

    def test_a_program_that_ends_itself(self) -> None:
        def program() -> None:
            raise SystemExit(3)

        (problem,) = problems(program)
        assert problem.message == "the program ended itself with exit status 3"

    def test_a_function_without_answer_is_named_where_the_program_cannot_go_on(self) -> None:
        def program() -> None:
            int(get_region().name)  # here

        (problem,) = problems(program)
        assert problem.place == marked(program)
        assert problem.hint
        assert "aws:index/getRegion:getRegion" in problem.hint

    def test_every_problem_is_told_at_once(self) -> None:
        def program() -> None:
            Vpc("vpc", cidr_block="10.0.0.0/16")
            Vpc("vpc", cidr_block="10.0.0.0/16")
            Instance("db", instance_class="db.t4g.small", multi_az="perhaps")
            raise KeyError("gone")

        assert len(problems(program)) == 3

    def test_the_text_has_no_stack_of_ours(self) -> None:
        with pytest.raises(RecordError) as caught:
            record(lambda: {}["gone"])
        assert "bcinfra/" not in str(caught.value)
        assert caught.value.__cause__ is None

    def test_a_secret_setting_is_not_repeated(self) -> None:
        def program() -> None:
            raise ValueError(f"bad {pulumi.Config().require('token')}")

        (problem,) = problems(program, config={"project:token": "s3ntinel"}, secret_config={"project:token"})
        assert problem.message == "ValueError: bad [secret]"


class Limits(BaseModel):
    """Arguments of a component."""

    size: int = Field(ge=1)
    engine: str = Field(pattern="^mysql|postgres$")
    password: str = Field(min_length=12)


def test_arguments_that_pydantic_refuses_are_listed() -> None:
    def program() -> None:
        Limits(size=0, engine="oracle", password="s3ntinel", extra=1)  # here  # pyright: ignore

    found = problems(program)
    assert [problem.message for problem in found] == [
        "Limits.size: Input should be greater than or equal to 1, not 0",
        "Limits.engine: String should match pattern '^mysql|postgres$', not 'oracle'",
        "Limits.password: String should have at least 12 characters",
    ]
    assert len({problem.place for problem in found}) == 1
    assert found[0].place
    assert found[0].place.file == HERE


class TestWaiting:
    """A program that waits for itself ends, and says who waits for whom. Pulumi's engine hangs."""

    def test_a_component_whose_child_needs_what_waits_for_the_component(self) -> None:
        def program() -> None:
            net = pulumi.ComponentResource("test:net:Net", "net")
            after = Instance("db", instance_class="x", opts=ResourceOptions(depends_on=[net]))  # db
            Vpc("vpc", cidr_block=after.endpoint, opts=ResourceOptions(parent=net))  # vpc

        found = {problem.resource: problem for problem in problems(program)}
        database = found["aws:rds/instance:Instance 'db'"]
        vpc = found["aws:ec2/vpc:Vpc 'vpc'"]
        assert "waits for aws:ec2/vpc:Vpc 'vpc'" in database.message
        assert "waits for aws:rds/instance:Instance 'db'" in vpc.message
        assert (database.place, vpc.place) == (marked(program, "db"), marked(program, "vpc"))

    def test_a_value_that_never_comes(self) -> None:
        def program() -> None:
            pulumi.export("never", pulumi.Output.from_input(asyncio.get_event_loop().create_future()))

        (problem,) = problems(program)
        assert problem.message == "the program waits for a value that never comes"

    def test_one_that_only_takes_its_time_does_not_count(self) -> None:
        async def program() -> None:
            await asyncio.sleep(0.8)
            process = await asyncio.create_subprocess_exec("sleep", "0.8")
            await process.wait()

        assert len(record(program)) == 1

    def test_the_time_is_limited(self) -> None:
        async def program() -> None:
            await asyncio.sleep(60)

        (problem,) = problems(program, timeout=0.2)
        assert problem.message == "the program was not done after 0.2 seconds"


def test_what_engine_and_provider_take_is_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    def program() -> None:
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "x"}}]}
        Key("key", policy=policy, enable_key_rotation="True")  # pyright: ignore[reportArgumentType]
        role = Role("role", assume_role_policy=policy)  # pyright: ignore[reportArgumentType]
        pulumi.export("document", role.assume_role_policy)

    graph = record(program)
    said = capsys.readouterr().err
    assert "warning: " in said
    assert "enableKeyRotation: must be true or false, not 'True'; the provider takes it" in said
    assert "policy: must be text, not an object; the provider takes it" in said
    (key,) = graph.of_type("aws:kms/key:Key")
    assert key.inputs["enableKeyRotation"] == "True"
    assert str(graph.outputs["document"]).startswith('{"Statement":[{"Effect":"Allow"'), "as the provider writes it"


def test_a_manifest_s_own_spelling_is_known() -> None:
    schema: Any = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}

    def program() -> None:
        CustomResourceDefinition(
            "doors",
            spec={
                "group": "shop.example",
                "names": {"kind": "Door", "plural": "doors"},
                "scope": "Cluster",
                "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}],
            },
        )

    assert record(program)


def test_an_output_in_a_text_is_not_known_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    def program() -> None:
        key = Key("key")
        Role("role", assume_role_policy="{}", description=f"uses {key.arn}")  # here

    (role,) = record(program).of_type("aws:iam/role:Role")
    assert role.inputs["description"] is UNKNOWN
    assert "an output stands in a text" in capsys.readouterr().err
    (problem,) = problems(program, environment={"PULUMI_ERROR_OUTPUT_STRING": "1"})
    assert "Calling __str__" in problem.message
    assert problem.place == marked(program)


def test_names_that_hold_what_is_not_known_are_told_apart() -> None:
    def program() -> None:
        for name in ("users", "orders"):
            function = get_function(name)
            Permission(f"{function.arn}-calls", action="lambda:InvokeFunction", function=name, principal="x")

    rows = record(program).of_type("aws:lambda/permission:Permission")
    assert [row.name for row in rows] == ["unknown-calls", "unknown-calls-2"]


def test_a_module_in_a_folder_above_is_the_program_s_own(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "__main__.py").write_text("import parts.network")
    with pytest.raises(RecordError) as raised:
        record(tmp_path / "infra", root=tmp_path / "infra")
    (problem,) = raised.value.problems
    assert problem.hint == f"it is the program's own, in a folder above it: set PYTHONPATH={tmp_path} for bcinfra"


def test_what_no_provider_takes_stays_an_error() -> None:
    def program() -> None:
        Key("key", enable_key_rotation="yes", tags={"k": {"a": "b"}})  # pyright: ignore[reportArgumentType]

    assert [problem.message for problem in problems(program)] == [
        "enableKeyRotation: must be true or false, not 'yes'",
        "tags.k: must be text, not an object",
    ]
