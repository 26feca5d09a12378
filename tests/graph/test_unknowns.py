"""What a preview does not know: functions that nobody answers, assumed answers, opaque components, skipped code."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws
import pytest
from pulumi_aws.ec2 import Subnet, Vpc, get_subnets, get_vpc, get_vpc_output
from pulumi_aws.get_availability_zones import get_availability_zones
from pulumi_aws.get_caller_identity import get_caller_identity, get_caller_identity_output
from pulumi_aws.get_region import get_region
from pulumi_aws.iam import get_policy_document
from pulumi_aws.lambda_ import Function, Permission
from pulumi_aws.route53 import get_zone
from pulumi_aws.sqs import Queue
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import ConfigMap, Service
from pulumi_kubernetes.helm.v3 import Chart, ChartOpts, Release
from pulumi_kubernetes.yaml import ConfigFile, ConfigGroup
from pulumi_kubernetes.yaml.v2 import ConfigFile as ConfigFile2, ConfigGroup as ConfigGroup2

from bcinfra.graph import UNKNOWN, Call, Graph, Resource, Secret, load, record, to_json
from bcinfra.graph.record import answers as table

Program = Callable[[], object]
IDENTITY = "aws:index/getCallerIdentity:getCallerIdentity"
ZONES = "aws:index/getAvailabilityZones:getAvailabilityZones"
VPC = "aws:ec2/getVpc:getVpc"


class Maker:
    def make(self, name: str) -> None:
        Queue(name)


def kept(graph: Graph) -> Graph:
    """``graph`` after a round trip through its export, which keeps all of it."""
    back = load(json.loads(to_json(graph)))
    assert replace(back, resources={}) == replace(graph, resources={})
    assert back.opaque == graph.opaque
    assert {r.urn: r.assumed for r in back} == {r.urn: r.assumed for r in graph}
    return back


def line(program: Program, mark: str = "# here") -> int:
    """The line of this file on which ``program`` has ``mark``."""
    start = program.__code__.co_firstlineno  # pyright: ignore[reportFunctionMemberAccess]
    return next(n for n, text in enumerate(Path(__file__).read_text().splitlines(), 1) if n >= start and mark in text)


def one(graph: Graph, name: str, token: str | None = None) -> Resource:
    (found,) = [row for row in graph if row.name == name and row.type == (token or row.type)]
    return found


class TestFunctionsWithoutAnswer:
    def test_a_plain_call_goes_on_with_unknowns(self) -> None:
        def program() -> None:
            identity, vpc = get_caller_identity(), get_vpc(id="vpc-1")
            Queue("plain", name=identity.account_id)
            Queue("text", name=f"queue-{identity.account_id}")
            Queue("json", policy=json.dumps({"Resource": [identity.arn]}))
            Queue("part", name=identity.arn.split(":")[4])
            Queue("flag", fifo_queue=vpc.default)
            Queue("item", name=vpc.cidr_block_associations[0].state)
            Queue("map", tags=vpc.tags)
            pulumi.export("account", identity.account_id)

        graph = kept(record(program))
        for name, key in (("plain", "name"), ("text", "name"), ("json", "policy"), ("part", "name")):
            assert one(graph, name).inputs[key] is UNKNOWN, name
        for name, key in (("flag", "fifoQueue"), ("item", "name"), ("map", "tags")):
            assert one(graph, name).inputs[key] is UNKNOWN, name
        assert graph.outputs == {"account": UNKNOWN}
        assert {call.token for call in graph.calls if call.answer == "unknown"} >= {IDENTITY, VPC}

    def test_what_does_not_run_for_want_of_a_list_is_counted_with_its_place(self) -> None:
        def program() -> None:
            for subnet in get_subnets().ids:  # here
                Queue(subnet)

        graph = kept(record(program))
        assert not graph.of_type("aws:sqs/queue:Queue")
        (skip,) = graph.skipped
        assert (skip.what, skip.times, skip.place and skip.place.line) == ("loop", 1, line(program))

    @pytest.mark.parametrize("how", ["itself", "by a function", "by an object", "within", "in parts"])
    def test_an_apply_that_may_make_resources_is_told_of(self, how: str) -> None:
        def made(name: str, _: object = None) -> None:
            Queue(name)

        def program() -> None:
            name = Queue("first").arn
            does: dict[str, Callable[[str], object]] = {
                "itself": lambda text: Queue(text),
                "by a function": lambda text: made(text.split(":")[0]),
                "by an object": lambda text: Maker().make(text),
                "within": lambda text: [pulumi_aws.sqs.Queue(part) for part in text.split(":")],
                "in parts": partial(made, _=1),
            }
            name.apply(does[how])

        (skip,) = record(program).skipped
        assert (skip.what, skip.times) == ("apply", 1)

    def test_an_apply_that_only_computes_misses_nothing(self) -> None:
        def program() -> None:
            arn = Queue("first").arn
            arn.apply(lambda text: json.dumps({"queue": text.split(":")}))
            arn.apply(str.upper)
            arn.apply(lambda text: [part for part in text if part != "x"])

        assert record(program).skipped == ()

    def test_an_unknown_list_as_an_input_is_unknown_and_no_loop(self) -> None:
        graph = record(lambda: Queue("queue", tags=pulumi.Output.from_input(get_vpc(id="x").tags)))
        assert one(graph, "queue").inputs["tags"] is UNKNOWN
        assert graph.skipped == ()

    def test_unknown_arguments_are_named_too(self) -> None:
        def program() -> None:
            vpc = Vpc("vpc", cidr_block="10.0.0.0/16")
            Queue("queue", name=get_vpc(id=vpc.id).arn)

        graph = record(program)
        assert one(graph, "queue").inputs["name"] is UNKNOWN
        assert VPC in {call.token for call in graph.calls}


class TestAssumedAnswers:
    def test_what_rests_on_one_is_marked(self) -> None:
        def program() -> None:
            identity = get_caller_identity()
            for zone in get_availability_zones().names:
                Subnet(zone, vpc_id="vpc-1", availability_zone=zone)
            Queue("bucket", name=f"shop-{identity.account_id}", tags={"a": "b"})
            Queue("output", name=get_caller_identity_output().account_id)
            Queue("free", name="free")

        graph = kept(record(program, assume=True, config={"aws:region": "eu-west-3"}))
        assert sorted(row.name for row in graph.of_type("aws:ec2/subnet:Subnet")) == [
            "eu-west-3a",
            "eu-west-3b",
            "eu-west-3c",
        ]
        assert one(graph, "eu-west-3a").assumed == {"availabilityZone": (ZONES,), "urn": (ZONES,)}
        assert one(graph, "bucket").assumed == {"name": (IDENTITY,)}
        assert one(graph, "output").assumed == {"name": (IDENTITY,)}
        assert one(graph, "free").assumed == {}
        assert {call.answer for call in graph.calls} == {"assumed"}

    def test_what_the_configuration_says_is_not_assumed(self) -> None:
        graph = record(lambda: Queue("q", name=get_region().name), assume=True, config={"aws:region": "eu-west-3"})
        assert one(graph, "q").inputs["name"] == "eu-west-3"
        assert one(graph, "q").assumed == {}

    def test_attributes_that_the_table_lacks_are_unknown(self) -> None:
        def program() -> None:
            Queue("plain", name=get_vpc(default=True).owner_id)
            Queue("output", name=get_vpc_output(default=True).owner_id)
            Queue("known", name=get_vpc(default=True).id)

        graph = record(program, assume=True)
        assert [one(graph, name).inputs["name"] for name in ("plain", "output")] == [UNKNOWN, UNKNOWN]
        assert isinstance(one(graph, "known").inputs["name"], str)

    def test_the_caller_s_answer_goes_first_and_is_not_assumed(self) -> None:
        given = {IDENTITY: {"accountId": "111111111111"}}
        graph = record(lambda: Queue("q", name=get_caller_identity().account_id), assume=True, invokes=given)
        assert one(graph, "q").inputs["name"] == "111111111111"
        assert graph.calls == (Call(IDENTITY, (), graph.calls[0].provider, "given"),)
        assert one(graph, "q").assumed == {}

    def test_a_policy_document_is_computed_and_carries_the_marks_of_what_is_in_it(self) -> None:
        def program() -> None:
            statement = {
                "actions": ["sqs:*"],
                "resources": [f"arn:aws:sqs:eu-west-1:{get_caller_identity().account_id}:q"],
                "principals": [{"type": "Service", "identifiers": ["sns.amazonaws.com"]}],
                "conditions": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1", "2"]}],
            }
            Queue("q", policy=get_policy_document(statements=[statement]).json)

        graph = record(program, assume=True)
        policy = one(graph, "q").inputs["policy"]
        assert isinstance(policy, str)
        assert json.loads(policy) == {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sqs:*",
                    "Resource": "arn:aws:sqs:eu-west-1:123456789012:q",
                    "Principal": {"Service": "sns.amazonaws.com"},
                    "Condition": {"StringEquals": {"aws:SourceAccount": ["1", "2"]}},
                }
            ],
        }
        assert one(graph, "q").assumed == {"policy": (IDENTITY,)}
        assert "computed" in {call.answer for call in graph.calls}

    def test_without_the_table_nothing_is_assumed(self) -> None:
        graph = record(lambda: Queue("q", name=get_zone(name="shop.example").zone_id))
        assert one(graph, "q").inputs["name"] is UNKNOWN
        assert [call.answer for call in graph.calls] == ["unknown"]

    @pytest.mark.parametrize("token", sorted(table._ASSUMED))
    def test_every_answer_is_recognized_by_one_of_its_texts(self, token: str) -> None:
        answer = table._ASSUMED[token]({}, table.Context({}))
        assert any(len(text) >= 4 for text in table.texts(answer))


MANIFEST = """
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Secret, metadata: {name: key}, stringData: {password: s3ntinel}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, annotations: {since: 2026-01-31}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template: {spec: {containers: [{name: web, image: nginx}]}}
"""


class TestOpaque:
    def test_what_a_plugin_makes_is_opaque(self) -> None:
        class Network(pulumi.ComponentResource):
            zones: pulumi.Output[str]

            def __init__(self) -> None:
                super().__init__("awsx:ec2:Vpc", "net", {"zones": None}, remote=True)

        def program() -> None:
            Queue("queue", name=Network().zones)

        graph = kept(record(program))
        assert graph.opaque == {one(graph, "net").urn: "a component that the plugin of 'awsx' makes"}
        assert one(graph, "queue").inputs["name"] is UNKNOWN

    def test_charts_and_releases_are_opaque(self) -> None:
        def program() -> None:
            Chart("chart", ChartOpts(chart="nginx", namespace="web"))
            Release("release", chart="redis")

        graph = kept(record(program))
        assert sorted(graph.opaque.values()) == ["a Helm chart", "a Helm release"]
        assert "kubernetes:helm:template" in {call.token for call in graph.calls if call.answer == "unknown"}

    def test_yaml_in_the_folder_is_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "shop.yaml").write_text(MANIFEST)

        def program() -> None:
            ConfigFile("old", "shop.yaml")
            ConfigGroup("text", yaml=["{apiVersion: v1, kind: Namespace, metadata: {name: text}}"])
            ConfigFile2("new", file="shop.yaml")
            ConfigGroup2("group", yaml=MANIFEST, resource_prefix="g")

        graph = kept(record(program))
        assert graph.opaque == {}
        deployments = graph.of_type("kubernetes:apps/v1:Deployment")
        assert sorted(row.name for row in deployments) == ["g:shop/web", "new:shop/web", "shop/web"]
        assert all(isinstance(spec := row.inputs["spec"], dict) and spec["replicas"] == 3 for row in deployments)
        assert all(row.provider for row in deployments)
        assert len(graph.of_type("kubernetes:core/v1:Namespace")) == 1
        secrets = {row.name: row for row in graph.of_type("kubernetes:core/v1:Secret")}
        assert secrets["new:key"].inputs["stringData"] == Secret()

    def test_yaml_that_cannot_be_read_here_is_opaque(self) -> None:
        def program() -> None:
            ConfigFile("old", "https://shop.example/a.yaml")
            ConfigFile2("new", file="https://shop.example/a.yaml")
            ConfigFile2("gone", file="gone.yaml")

        graph = kept(record(program))
        assert sorted(graph[urn].name for urn in graph.opaque) == ["gone", "new", "old"]


def test_a_resource_that_holds_an_archive_can_be_an_input_of_another() -> None:
    def program() -> None:
        code = pulumi.AssetArchive({".": pulumi.StringAsset("x")})
        function = Function("api", code=code, role="arn:aws:iam::1:role/x", runtime="python3.13", handler="api.run")
        Permission("api", action="lambda:InvokeFunction", principal="apigateway.amazonaws.com", function=function)

    graph = record(program)
    (permission,) = graph.of_type("aws:lambda/permission:Permission")
    assert permission.dependencies == (one(graph, "api", "aws:lambda/function:Function").urn,)


class TestSkippedApplies:
    def test_those_that_did_not_run_are_counted_by_place(self) -> None:
        def program() -> None:
            vpc = Vpc("vpc", cidr_block="10.0.0.0/16")
            for _ in range(2):
                vpc.id.apply(lambda identity: Queue(identity))  # here
            vpc.cidr_block.apply(lambda block: Queue("made", name=block))
            pulumi.Output.concat("a", vpc.id)

        graph = kept(record(program))
        assert [row.name for row in graph.of_type("aws:sqs/queue:Queue")] == ["made"]
        (skip,) = graph.skipped
        assert (skip.what, skip.times, skip.place and skip.place.line) == ("apply", 2, line(program))


class TestKubernetesObjects:
    """What their provider answers to a preview is what was asked for: nothing of it is unknown."""

    def test_what_was_asked_for_is_read_back_however_it_is_read(self) -> None:
        def program() -> None:
            template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "a", "image": "a:1"}]}}
            spec: Any = {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": template}
            made = Deployment("web", metadata={"name": "web"}, spec=spec)
            readings: dict[str, Any] = {
                "lifted": made.spec.template.metadata.labels,
                "applied": made.spec.apply(lambda spec: spec.template.metadata.labels),
                "selector": made.spec.selector.apply(lambda selector: selector.match_labels),
            }
            for name, selector in readings.items():
                Service(name, metadata={"name": made.metadata.apply(lambda m: m.name)}, spec={"selector": selector})

        rows = record(program).of_type("kubernetes:core/v1:Service")
        assert [row.inputs for row in rows] == [
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"selector": {"app": "web"}}}
        ] * 3

    def test_what_the_cluster_gives_is_unknown(self) -> None:
        def program() -> None:
            made = Service("web", spec={"type": "NodePort", "ports": [{"port": 80}]})
            given: dict[str, Any] = {
                "address": made.spec.cluster_ip,
                "port": made.spec.ports[0].node_port.apply(str),
                "name": made.metadata.name,
                "status": made.status.apply(str),
            }
            ConfigMap("given", data=given)

        (row,) = record(program).of_type("kubernetes:core/v1:ConfigMap")
        assert row.inputs["data"] == dict.fromkeys(("address", "port", "name", "status"), UNKNOWN)
