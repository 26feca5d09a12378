"""What the recorder notes for each feature of the SDK. That it equals the engine's notes is tested in tests/engine."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pulumi
import pytest
from pulumi import ResourceOptions
from pulumi_aws import Provider
from pulumi_aws.ec2 import Subnet, Vpc
from pulumi_aws.get_region import get_region_output
from pulumi_aws.rds import Instance
from pulumi_aws.ssm import Parameter

from bcinfra.graph import UNKNOWN, Graph, Reference, Resource, Secret, record, to_json
from bcinfra.graph.core.model import Asset, Timeouts
from bcinfra.graph.record import sdk

HERE = "tests/graph/test_record.py"


class Net(pulumi.ComponentResource):
    """A component with one child, and a component inside it."""

    def __init__(self, name: str, nested: bool = False, opts: ResourceOptions | None = None) -> None:
        super().__init__("test:net:Net", name, None, opts)
        self.vpc = Vpc(f"{name}-vpc", cidr_block="10.0.0.0/16", opts=ResourceOptions(parent=self))
        self.inner = Net(f"{name}-inner", opts=ResourceOptions(parent=self)) if nested else None
        self.register_outputs({"vpcId": self.vpc.id, "cidr": "10.0.0.0/16"})


def one(graph: Graph, name: str) -> Resource:
    (found,) = (row for row in graph if row.name == name)
    return found


def urn(chain: str, name: str) -> str:
    return f"urn:pulumi:stack::project::{chain}::{name}"


def test_urns_chain_the_types_of_parents_without_the_stack() -> None:
    graph = record(lambda: Net("a", nested=True))
    assert one(graph, "a").urn == urn("test:net:Net", "a")
    assert one(graph, "a-inner-vpc").urn == urn("test:net:Net$test:net:Net$aws:ec2/vpc:Vpc", "a-inner-vpc")
    assert one(graph, "a-inner").parent == one(graph, "a").urn
    assert one(graph, "a").parent == graph.root.urn == urn("pulumi:pulumi:Stack", "project-stack")


def test_a_place_is_the_program_s_own_line_even_where_a_library_made_the_resource() -> None:
    def program() -> None:
        Vpc("here", cidr_block="10.0.0.0/16")  # marked

    line = next(n for n, text in enumerate(Path(__file__).read_text().splitlines(), 1) if text.endswith("# marked"))
    assert one(record(program), "here").place == (HERE, line)


def test_edges_come_from_inputs_and_from_depends_on() -> None:
    def program() -> None:
        vpc = Vpc("vpc", cidr_block="10.0.0.0/16")
        Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24", tags={"of": vpc.arn, "is": "known"})
        Vpc("after", cidr_block="10.1.0.0/16", opts=ResourceOptions(depends_on=[vpc]))

    graph = record(program)
    vpc = one(graph, "vpc").urn
    subnet = one(graph, "subnet")
    assert subnet.dependencies == (vpc,)
    assert subnet.property_dependencies == {"cidrBlock": (), "tags": (vpc,), "vpcId": (vpc,)}
    assert subnet.inputs == {"cidrBlock": "10.0.0.0/24", "tags": {"of": UNKNOWN, "is": "known"}, "vpcId": UNKNOWN}
    assert one(graph, "after").dependencies == (vpc,)
    assert one(graph, "after").property_dependencies == {"cidrBlock": ()}


def test_depends_on_a_component_means_its_resources() -> None:
    def program() -> None:
        net = Net("net", nested=True)
        Vpc("after", cidr_block="10.1.0.0/16", opts=ResourceOptions(depends_on=[net]))

    graph = record(program)
    assert one(graph, "after").dependencies == tuple(sorted(one(graph, n).urn for n in ("net-vpc", "net-inner-vpc")))


def test_what_a_provider_computes_is_unknown_and_what_was_given_is_known() -> None:
    seen: list[object] = []

    def program() -> None:
        vpc = Vpc("vpc", cidr_block="10.0.0.0/16")
        vpc.arn.apply(seen.append)
        vpc.cidr_block.apply(seen.append)
        pulumi.export("cidr", vpc.cidr_block)
        pulumi.export("text", pulumi.Output.concat("arn is ", vpc.arn))

    graph = record(program)
    assert seen == ["10.0.0.0/16"]
    assert graph.outputs == {"cidr": "10.0.0.0/16", "text": UNKNOWN}
    assert one(graph, "vpc").id is UNKNOWN


def test_what_a_provider_may_fill_in_inside_a_given_object_is_unknown() -> None:
    def program() -> None:
        from pulumi_aws.alb import LoadBalancer

        balancer = LoadBalancer("lb", subnet_mappings=[{"subnet_id": "subnet-1"}])
        first = balancer.subnet_mappings[0]
        pulumi.export("given", first.subnet_id)
        pulumi.export("computed", first.outpost_id.apply(lambda text: text.upper()))

    assert record(program).outputs == {"given": "subnet-1", "computed": UNKNOWN}


def test_a_provider_s_id_is_the_text_that_stands_for_unknown() -> None:
    def program() -> None:
        eu = Provider("eu", region="eu-west-1")
        Vpc("vpc", cidr_block=pulumi.Output.concat(eu.id, "-z"), opts=ResourceOptions(provider=eu))

    graph = record(program)
    assert one(graph, "vpc").inputs["cidrBlock"] == "04da6b54-80e4-46f7-96ec-b56ff0331ba9-z"
    assert one(graph, "vpc").provider == one(graph, "eu").urn


def test_providers_reach_children_and_carry_their_plugin() -> None:
    def program() -> None:
        eu = Provider("eu", region="eu-west-1")
        Net("net", nested=True, opts=ResourceOptions(providers=[eu]))

    graph = record(program)
    eu = one(graph, "eu")
    assert {row.provider for row in graph.of_type("aws:ec2/vpc:Vpc")} == {eu.urn}
    assert eu.inputs["region"] == "eu-west-1"
    assert eu.inputs["__internal"] == {}
    assert str(eu.inputs["version"]).startswith("7.")
    assert eu.property_dependencies["region"] == ()
    assert "version" not in eu.property_dependencies


def test_a_resource_without_provider_gets_the_package_s_default_with_its_configuration() -> None:
    graph = record(lambda: Vpc("vpc", cidr_block="10.0.0.0/16"), config={"aws:region": "eu-west-3"})
    provider = graph.provider_of(one(graph, "vpc"))
    assert provider
    assert provider.is_default_provider
    assert provider.name.startswith("default_7_")
    assert provider.inputs["region"] == "eu-west-3"


def test_options_are_kept_as_the_engine_keeps_them() -> None:
    def program() -> None:
        other = Vpc("other", cidr_block="10.0.0.0/16")
        Instance(
            "db",
            instance_class="db.t4g.small",
            opts=ResourceOptions(
                protect=True,
                retain_on_delete=True,
                delete_before_replace=False,
                ignore_changes=["multi_az", "tags"],
                replace_on_changes=["engine"],
                additional_secret_outputs=["address"],
                hide_diffs=["tags"],
                custom_timeouts=pulumi.CustomTimeouts(create="1h30m", delete="90s"),
                import_="db-1",
                deleted_with=other,
                replace_with=[other],
                replacement_trigger="v2",
            ),
        )

    graph = record(program)
    options = one(graph, "db").options
    other = one(graph, "other").urn
    assert (options.protect, options.retain_on_delete, options.delete_before_replace) == (True, True, False)
    assert options.ignore_changes == ("multiAz", "tags")
    assert options.replace_on_changes == ("engine",)
    assert "address" in options.additional_secret_outputs
    assert options.hide_diff == ("tags",)
    assert options.timeouts == Timeouts(create=5400, delete=90)
    assert (options.import_id, one(graph, "db").id) == ("db-1", "db-1")
    assert (options.deleted_with, options.replace_with) == (other, (other,))
    assert options.replacement_trigger == "v2"


def test_protection_is_inherited() -> None:
    graph = record(lambda: Net("net", opts=ResourceOptions(protect=True)))
    assert one(graph, "net-vpc").options.protect


def test_aliases_are_former_urns_also_by_the_parent_s() -> None:
    def program() -> None:
        Net("net", opts=ResourceOptions(aliases=[pulumi.Alias(name="old"), pulumi.Alias(type_="test:net:Was")]))
        Vpc("vpc", cidr_block="10.0.0.0/16", opts=ResourceOptions(aliases=[urn("aws:ec2/vpc:Vpc", "before")]))

    graph = record(program)
    assert one(graph, "net").options.aliases == (urn("test:net:Net", "old"), urn("test:net:Was", "net"))
    assert set(one(graph, "net-vpc").options.aliases) == {
        urn("test:net:Net$aws:ec2/vpc:Vpc", "old-vpc"),
        urn("test:net:Was$aws:ec2/vpc:Vpc", "net-vpc"),
    }
    assert one(graph, "vpc").options.aliases == (urn("aws:ec2/vpc:Vpc", "before"),)


def test_a_read_resource_is_external_and_its_id_unknown_to_others() -> None:
    def program() -> None:
        got = Vpc.get("got", "vpc-1")
        Subnet("subnet", vpc_id=got.id, cidr_block="10.0.0.0/24")

    graph = record(program)
    assert (one(graph, "got").external, one(graph, "got").id) == (True, "vpc-1")
    assert one(graph, "subnet").inputs["vpcId"] is UNKNOWN
    assert one(graph, "subnet").dependencies == (one(graph, "got").urn,)


def test_a_component_s_outputs_and_a_resource_passed_as_a_value() -> None:
    def program() -> None:
        net = Net("net")
        pulumi.ComponentResource("test:net:User", "user", {"net": net, "vpc": net.vpc})

    graph = record(program)
    assert one(graph, "net").outputs == {"cidr": "10.0.0.0/16", "vpcId": UNKNOWN}
    assert one(graph, "user").inputs == {
        "net": Reference(one(graph, "net").urn),
        "vpc": Reference(one(graph, "net-vpc").urn, UNKNOWN),
    }


def test_assets_are_kept_without_their_content() -> None:
    def program() -> None:
        files = pulumi.AssetArchive({"a.txt": pulumi.StringAsset("content")})
        values = {"file": pulumi.FileAsset("./page.html"), "text": pulumi.StringAsset("content"), "all": files}
        pulumi.ComponentResource("test:net:User", "user", values)

    inputs = one(record(program), "user").inputs
    assert inputs["file"] == Asset("path", "./page.html")
    assert isinstance(inputs["text"], Asset)
    assert inputs["text"].kind == "hash"
    assert isinstance(inputs["all"], Asset)
    assert inputs["all"].archive
    assert "content" not in str(inputs)


def test_what_is_made_cheaper_in_the_sdk_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def program() -> None:
        net = Net("a", nested=True)
        password = pulumi.Output.secret("hidden")
        shop = Instance("shop", instance_class="db.t4g.small", engine="mysql", password=password, username="shop")
        text = pulumi.Output.all(net.vpc.cidr_block, shop.username, shop.address).apply(
            lambda found: "-".join(found[:2])
        )
        Parameter("known", type="String", value=pulumi.Output.concat(net.vpc.cidr_block, " of ", shop.username))
        Parameter("unknown", type="String", value=text, opts=ResourceOptions(depends_on=net))
        Parameter("sealed", type="String", value=shop.password.apply(lambda given: given or ""), tags={"id": shop.id})
        pulumi.export("subnet", Subnet("s", vpc_id=net.vpc.id, cidr_block=net.vpc.cidr_block).arn)

    ours = record(program)
    assert isinstance(one(ours, "sealed").inputs["value"], Secret)
    monkeypatch.setattr(sdk, "_made_cheaper", contextlib.nullcontext)
    assert to_json(record(program)) == to_json(ours)


class TestTransforms:
    def test_one_of_the_resource_itself(self) -> None:
        def retag(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult:
            options = ResourceOptions.merge(args.opts, ResourceOptions(protect=True))
            return pulumi.ResourceTransformResult(props={**args.props, "tags": {"by": "transform"}}, opts=options)

        graph = record(lambda: Vpc("vpc", cidr_block="10.0.0.0/16", opts=ResourceOptions(transforms=[retag])))
        assert one(graph, "vpc").inputs == {"cidrBlock": "10.0.0.0/16", "tags": {"by": "transform"}}
        assert one(graph, "vpc").options.protect

    def test_the_threads_that_call_them_end(self) -> None:
        def keep(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult:
            return pulumi.ResourceTransformResult(args.props, args.opts)

        before = set(threading.enumerate())
        record(lambda: Vpc("a", cidr_block="10.0.0.0/16", opts=ResourceOptions(transforms=[keep])))
        gc.collect()
        end = time.monotonic() + 10
        while started := set(threading.enumerate()) - before:
            assert time.monotonic() < end, started
            time.sleep(0.01)

    def test_its_own_runs_before_its_parent_s_and_the_stack_s(self) -> None:
        order: list[str] = []

        def note(who: str) -> Callable[[pulumi.ResourceTransformArgs], None]:
            return lambda args: order.append(who) if args.custom else None

        def program() -> None:
            pulumi.runtime.register_resource_transform(note("stack"))
            net = pulumi.ComponentResource("test:net:Net", "net", None, ResourceOptions(transforms=[note("parent")]))
            Vpc("vpc", cidr_block="10.0.0.0/16", opts=ResourceOptions(parent=net, transforms=[note("own")]))

        record(program)
        assert order == ["own", "parent", "stack"]

    def test_edges_survive_one_that_changes_nothing(self) -> None:
        def program() -> None:
            pulumi.runtime.register_resource_transform(lambda _args: None)
            vpc = Vpc("vpc", cidr_block="10.0.0.0/16")
            Subnet("subnet", vpc_id=vpc.id, opts=ResourceOptions(transforms=[lambda _args: None]))

        graph = record(program)
        assert one(graph, "subnet").property_dependencies == {"vpcId": (one(graph, "vpc").urn,)}

    def test_old_style_transformations(self) -> None:
        def rename(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
            return pulumi.ResourceTransformationResult({**args.props, "cidr_block": "10.9.0.0/16"}, args.opts)

        options = ResourceOptions(transformations=[rename])
        graph = record(lambda: Vpc("vpc", cidr_block="10.0.0.0/16", opts=options))
        assert one(graph, "vpc").inputs == {"cidrBlock": "10.9.0.0/16"}

    def test_one_of_an_invoke(self) -> None:
        asked: list[object] = []

        def rewrite(args: pulumi.InvokeTransformArgs) -> pulumi.InvokeTransformResult:
            return pulumi.InvokeTransformResult({"region": "eu-west-3"}, args.opts)

        def answer(args: object) -> dict[str, str]:
            asked.append(args)
            return {"region": "eu-west-3", "description": "Paris"}

        def program() -> None:
            pulumi.runtime.register_invoke_transform(rewrite)
            pulumi.export("where", get_region_output(region="eu-west-1").description)

        graph = record(program, invokes={"aws:index/getRegion:getRegion": answer})
        assert asked == [{"region": "eu-west-3"}]
        assert graph.outputs == {"where": "Paris"}


class TestCalls:
    def test_an_invoke_that_is_answered(self) -> None:
        program = lambda: pulumi.export("where", get_region_output().description)  # noqa: E731
        graph = record(program, invokes={"aws:index/getRegion:getRegion": {"description": "Paris"}})
        assert graph.outputs == {"where": "Paris"}
        assert [(call.token, call.answer) for call in graph.calls] == [("aws:index/getRegion:getRegion", "given")]

    def test_an_invoke_that_is_not_answered_is_unknown_and_named(self) -> None:
        graph = record(lambda: pulumi.export("where", get_region_output(region="eu-west-3").description))
        assert graph.outputs == {"where": UNKNOWN}
        (call,) = graph.calls
        assert (call.token, call.args, call.answer) == ("aws:index/getRegion:getRegion", ("region",), "unknown")

    def test_an_invoke_that_depends_on_what_is_not_there_is_unknown(self) -> None:
        def program() -> None:
            vpc = Vpc("vpc", cidr_block="10.0.0.0/16")
            options = pulumi.InvokeOutputOptions(depends_on=[vpc])
            pulumi.export("where", get_region_output(opts=options).description)

        graph = record(program, invokes={"aws:index/getRegion:getRegion": {"description": "Paris"}})
        assert graph.outputs == {"where": UNKNOWN}

    @pytest.mark.parametrize(("answers", "expected"), [({}, UNKNOWN), ({"test:net:Net/size": {"size": 3}}, 3)])
    def test_a_method_of_a_resource(self, answers: dict[str, dict[str, object]], expected: object) -> None:
        def program() -> None:
            net = Net("net")
            result = pulumi.runtime.call("test:net:Net/size", {"__self__": net}, net)
            pulumi.export("size", result.apply(lambda answer: answer["size"]))

        assert record(program, invokes=answers).outputs == {"size": expected}

    def test_whether_a_resource_exists_is_unknown(self) -> None:
        def program() -> None:
            found = pulumi.runtime.resource.exists_resource(None, "aws:ec2/vpc:Vpc", "vpc-1", {}, ResourceOptions())
            pulumi.export("there", found)

        assert record(program).outputs == {"there": UNKNOWN}


class TestStackReferences:
    NAME = "organization/base/dev"

    def program(self) -> None:
        base = pulumi.StackReference(self.NAME)
        Vpc("vpc", cidr_block=base.get_output("cidr"), tags={"token": base.get_output("token")})

    def test_given(self) -> None:
        outputs = {"cidr": "10.0.0.0/16", "token": Secret()}
        graph = record(self.program, stack_references={self.NAME: outputs})
        assert one(graph, "vpc").inputs == {"cidrBlock": "10.0.0.0/16", "tags": {"token": Secret()}}
        reference = one(graph, self.NAME)
        assert (reference.external, reference.outputs["outputs"]) == (True, outputs)

    def test_not_given(self) -> None:
        graph = record(self.program)
        assert one(graph, "vpc").inputs == {"cidrBlock": UNKNOWN, "tags": {"token": UNKNOWN}}
        assert [(call.args, call.answer) for call in graph.calls] == [((self.NAME,), "unknown")]


def test_a_remote_component_is_one_row_with_unknown_outputs() -> None:
    class Remote(pulumi.ComponentResource):
        size: pulumi.Output[int]

        def __init__(self, name: str, vpc: Vpc) -> None:
            super().__init__("remote:index:Net", name, {"vpcId": vpc.id, "size": None}, None, remote=True)

    def program() -> None:
        remote = Remote("remote", Vpc("vpc", cidr_block="10.0.0.0/16"))
        Vpc("after", cidr_block="10.1.0.0/16", tags={"size": remote.size.apply(str)})

    graph = record(program)
    remote = one(graph, "remote")
    assert (remote.remote, remote.custom) == (True, False)
    assert remote.inputs == {"vpcId": UNKNOWN}
    assert remote.dependencies == (one(graph, "vpc").urn,)
    assert one(graph, "after").inputs["tags"] == {"size": UNKNOWN}
    assert one(graph, "after").dependencies == (remote.urn,)


def test_hooks_are_named_and_not_run() -> None:
    def run(_args: pulumi.ResourceHookArgs) -> None:
        raise AssertionError("ran")

    def program() -> None:
        hooks = pulumi.ResourceHookBinding(
            before_create=[pulumi.ResourceHook("check", run)], after_update=[pulumi.ResourceHook("tell", run)]
        )
        Vpc("vpc", cidr_block="10.0.0.0/16", opts=ResourceOptions(hooks=hooks))

    hooks = one(record(program), "vpc").options.hooks
    assert hooks == {"before_create": ("check",), "after_update": ("tell",)}


def test_a_parameterized_package_is_its_provider_s_version() -> None:
    from pulumi.runtime.proto import resource_pb2

    async def register() -> str:
        parameters = resource_pb2.Parameterization(name="hashicorp", version="2.0.0", value=b"")
        request = resource_pb2.RegisterPackageRequest(name="terraform", version="1.2.3", parameterization=parameters)
        return pulumi.runtime.settings.get_monitor().RegisterPackage(request).ref

    def program() -> None:
        pulumi.CustomResource("hashicorp:index:Thing", "thing", {}, None, None, register())

    graph = record(program)
    provider = graph.provider_of(one(graph, "thing"))
    assert provider
    assert provider.name == "default_2_0_0"
    assert provider.inputs["version"] == "2.0.0"


def test_an_async_program_and_pulumi_run() -> None:
    async def program() -> None:
        await asyncio.sleep(0.01)
        Vpc("vpc", cidr_block="10.0.0.0/16")

        async def entry() -> dict[str, str]:
            return {"late": "yes"}

        pulumi.run(entry)

    graph = record(program)
    assert one(graph, "vpc")
    assert graph.outputs == {"late": "yes"}


class TestSecrets:
    SENTINEL = "s3ntinel-value"

    def graph(self) -> Graph:
        def program() -> None:
            config = pulumi.Config()
            token = config.require_secret("token")
            Instance("db", instance_class="db.t4g.small", password=self.SENTINEL, tags={"t": token, "plain": "x"})
            Parameter("p", type="String", value=pulumi.Output.concat("a", token))
            vpc = Vpc("vpc", cidr_block="10.0.0.0/16")
            get_region_output(region=token)
            pulumi.export("both", pulumi.Output.secret(vpc.arn))
            pulumi.export("nested", {"deep": [token]})

        values = {"project:token": self.SENTINEL}
        return record(program, config=values, secret_config={"project:token"})

    def test_they_are_marked_where_they_are(self) -> None:
        graph = self.graph()
        assert one(graph, "db").inputs["password"] == Secret()
        assert one(graph, "db").inputs["tags"] == {"t": Secret(), "plain": "x"}
        assert one(graph, "p").inputs["value"] == Secret()
        assert graph.outputs["both"] == Secret(known=False)
        assert graph.outputs["nested"] == {"deep": [Secret()]}

    def test_the_graph_does_not_hold_them(self) -> None:
        graph = self.graph()
        for text in (to_json(graph), str(graph), repr(list(graph)), str(graph.calls)):
            assert self.SENTINEL not in text

    def test_one_without_a_value_reads_as_a_placeholder(self) -> None:
        seen: list[object] = []

        def program() -> None:
            pulumi.Config().require_secret("token").apply(seen.append)
            pulumi.export("token", pulumi.Config().require_secret("token"))

        graph = record(program, secret_config={"project:token"})
        assert seen == ["[secret]"]
        assert graph.outputs == {"token": Secret()}


def test_two_runs_give_the_same_bytes() -> None:
    def program() -> None:
        eu = Provider("eu", region="eu-west-1")
        for name in ("b", "a", "c"):
            Net(name, nested=True, opts=ResourceOptions(providers=[eu]))
        get_region_output()

    assert to_json(record(program)) == to_json(record(program))


def test_stacks_do_not_mix() -> None:
    graphs = [record(lambda name=name: Vpc(name, cidr_block="10.0.0.0/16"), stack=name) for name in ("one", "two")]
    for graph, name in zip(graphs, ("one", "two"), strict=True):
        assert [row.name for row in graph.of_type("aws:ec2/vpc:Vpc")] == [name]
        assert all(row.urn.startswith(f"urn:pulumi:{name}::") for row in graph)


def test_outputs_can_be_made_after_a_recording() -> None:
    record(lambda: None)
    assert asyncio.get_event_loop().run_until_complete(pulumi.Output.from_input("x").future()) == "x"


def test_the_caller_s_credentials_and_defaults_are_out_of_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3ntinel")
    seen: list[str] = []

    def program() -> None:
        seen.extend(name for name in os.environ if name.startswith("AWS_"))
        Provider("eu")

    assert "region" not in one(record(program), "eu").inputs
    assert seen == []
    assert os.environ["AWS_REGION"] == "us-west-2"


def test_what_a_program_prints_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    def program() -> None:
        print("printed")
        pulumi.log.warn("logged")

    record(program)
    out, err = capsys.readouterr()
    assert out == ""
    assert "printed" in err
    assert "logged" in err


def test_a_file_is_known_by_what_it_holds(tmp_path: Path) -> None:
    """So a changed file shows in a diff, and one that only lies elsewhere does not."""

    def inputs(folder: Path) -> Mapping[str, object]:
        def program() -> None:
            file = pulumi.FileAsset(str(folder / "a"))
            archive = pulumi.AssetArchive({"a": file, "all": pulumi.FileArchive(str(folder))})
            pulumi.ComponentResource("test:net:User", "user", {"file": file, "archive": archive})

        return one(record(program), "user").inputs

    here, there, other = (tmp_path / name for name in ("here", "there", "other"))
    for folder, content in ((here, "one"), (there, "one"), (other, "two")):
        folder.mkdir()
        (folder / "a").write_text(content)
    assert inputs(here) == inputs(there)
    assert inputs(here)["file"] != inputs(other)["file"]
    assert inputs(here)["archive"] != inputs(other)["archive"]


def test_the_hash_of_an_archive_is_the_engines_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So what is deployed is compared with the program. The hashes were asked of Pulumi's own package ``archive``."""
    deep = Path("app", "d" * 60, "f" * 60)
    files = {"app/a.txt": "one\n", "app/sub/b.txt": "two\n", "app/sub.txt": "three\n", "app/.pulumi/x": "no\n"}
    for name, content in {**files, str(deep): "deep\n"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)

    def program() -> None:
        folder = pulumi.FileArchive("app")
        members = {"x": pulumi.StringAsset("text"), "n/y": pulumi.FileAsset("app/a.txt"), "z": folder}
        made = {"all": folder, "members": pulumi.AssetArchive(members), "same": pulumi.AssetArchive({".": folder})}
        pulumi.ComponentResource("test:net:User", "user", made)

    whole = "0aa835651b1abf545b0fd71a63dca0bd7f62f2e2856aa7a4b7593a48ab5adb34"
    members = "8eec5abb208e87fa60e8b65872359d239e74cbc0e364a49819815087006b6b6e"
    expected = {"all": whole, "members": members, "same": whole}
    assert one(record(program), "user").inputs == {k: Asset("hash", v, archive=True) for k, v in expected.items()}
