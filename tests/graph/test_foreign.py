"""Projects in the style of public examples, and what Pulumi wrote of others, through the command line."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bcinfra.exits import Exit
from bcinfra.graph import UNKNOWN, Graph, LoadError, RecordOptions, Resource, Secret, load, record_stack
from bcinfra.graph.core.values import SECRET, SIGNATURE, UNKNOWN_TEXT
from bcinfra.graph.files.given import read_given
from bcinfra.graph.files.saved_plan import load_saved_plan
from tests import commandline

ROOT = Path(__file__).parents[2]
FOREIGN = Path(__file__).parent / "foreign"
SENTINEL = "s3ntinel-of-a-secret"


bcinfra = partial(commandline.bcinfra, COLUMNS="200")  # lines of commands are not broken


def preview(name: str, stack: str = "dev", **options: Any) -> Graph:
    return record_stack(FOREIGN / name, stack, RecordOptions(**options))


def one(graph: Graph, token: str, name: str) -> Resource:
    (found,) = [row for row in graph.of_type(token) if row.name == name]
    return found


class TestPrograms:
    def test_a_web_server_on_aws(self) -> None:
        graph = preview("aws-webserver")
        servers = graph.of_type("aws:ec2/instance:Instance")
        assert [server.inputs["availabilityZone"] for server in servers] == ["us-east-1a", "us-east-1b", "us-east-1c"]
        assert set(servers[0].assumed) == {"ami", "availabilityZone", "subnetId"}
        assert servers[0].inputs["userData"] is UNKNOWN
        assert {call.token for call in graph.calls if call.answer == "unknown"} == {"aws:ssm/getParameter:getParameter"}
        assert graph.skipped == (), "no resource can be missing: what did not run only makes the text of the user data"

    def test_answers_of_the_user_go_before_assumptions(self, tmp_path: Path) -> None:
        (tmp_path / "answers.yaml").write_text(
            "calls:\n"
            "  aws:index/getAvailabilityZones:getAvailabilityZones: {names: [eu-west-1b]}\n"
            "  aws:ssm/getParameter:getParameter:\n"
            "  - {args: {name: /other}, result: {value: no}}\n"
            "  - {args: {name: /shop/licence}, result: {value: L-1}}\n"
        )
        graph = preview("aws-webserver", invokes=read_given(tmp_path / "answers.yaml").calls)
        (server,) = graph.of_type("aws:ec2/instance:Instance")
        assert server.inputs["userData"] == "#!/bin/sh\necho L-1 > /etc/licence\n"
        assert set(server.assumed) == {"ami", "subnetId"}

    def test_a_cluster_from_remote_components(self) -> None:
        graph = preview("aws-eks")
        assert {graph[urn].type for urn in graph.opaque} == {"awsx:ec2:Vpc", "eks:index:Cluster"}
        assert one(graph, "kubernetes:core/v1:Namespace", "shop").provider
        assert not graph.of_type("kubernetes:core/v1:ConfigMap")
        assert [str(skip.place) for skip in graph.skipped] == ["__main__.py:11"]

    def test_a_cluster_on_google_cloud(self) -> None:
        graph = preview("gcp-gke")
        cluster = one(graph, "gcp:container/cluster:Cluster", "shop")
        assert cluster.inputs["nodeLocations"] == ["europe-west1-a", "europe-west1-b", "europe-west1-c"]
        assert set(cluster.assumed) == {"minMasterVersion", "nodeLocations"}
        assert graph.outputs["project"] == "shop-12345"

    def test_variables_are_given(self) -> None:
        graph = preview("gcp-functions", environment={"SHOP_LOCATION": "EU"})
        assert one(graph, "gcp:storage/bucket:Bucket", "code").inputs["location"] == "EU"

    def test_manifests(self) -> None:
        graph = preview("kubernetes-guestbook")
        assert len(graph.of_type("kubernetes:apps/v1:Deployment")) == 2
        assert [graph[urn].name for urn in graph.opaque] == ["ingress"]

    def test_charts_and_kustomizations(self) -> None:
        graph = preview("kubernetes-helm")
        assert {graph[urn].name for urn in graph.opaque} == {"redis", "mysql", "web", "monitoring"}

    def test_stacks_with_files_references_and_secrets(self, tmp_path: Path) -> None:
        dev, prod = (preview("stacks", stack) for stack in ("dev", "prod"))
        assert [len(graph.of_type("aws:rds/instance:Instance")) for graph in (dev, prod)] == [2, 3]
        database = one(prod, "aws:rds/instance:Instance", "database-2")
        assert (database.inputs["instanceClass"], database.inputs["password"]) == ("db.r7g.large", Secret())
        assert [call.args for call in dev.calls if call.answer == "unknown"] == [("organization/network/dev",)]
        (tmp_path / "network.json").write_text('{"subnetIds": ["subnet-1"], "token": "[secret]"}')
        (tmp_path / "answers.yaml").write_text("stacks: {organization/network/dev: network.json}")
        known = preview("stacks", stacks=read_given(tmp_path / "answers.yaml").stacks)
        assert one(known, "aws:rds/subnetGroup:SubnetGroup", "places").inputs["subnetIds"] == ["subnet-1"]
        assert {call.answer for call in known.calls} == {"given"}


class TestCommandLine:
    def test_a_folder_is_shown_with_what_is_assumed_and_unseen(self) -> None:
        done = bcinfra("preview", str(FOREIGN / "aws-webserver"))
        assert done.returncode == 0, done.stderr
        _, assumed, unseen = done.stdout.replace("Not seen", "Assumed\n").split("\nAssumed")
        assert "aws ec2.getAmi" in assumed
        assert "ec2.Instance web-0, ec2.Instance web-1, ec2.Instance web-2" in assumed
        assert "aws ssm.getParameter" in unseen
        assert "resources made there are missing" not in unseen, "what did not run makes none"

    def test_opaque_is_said_and_what_is_printed_goes_to_standard_error(self) -> None:
        assert "a component that the plugin of 'eks' makes" in bcinfra("preview", str(FOREIGN / "aws-eks")).stdout
        done = bcinfra("preview", str(FOREIGN / "gcp-functions"), "--env", "SHOP_LOCATION=EU")
        said = [line for line in done.stderr.splitlines() if not line.startswith("recording ")]  # where it takes long
        assert (done.returncode, said) == (0, ["declared 3"])

    def test_all_stacks_end_with_their_own_results(self) -> None:
        done = bcinfra("preview", str(FOREIGN / "stacks"), "--all", "--json")
        assert done.returncode == Exit.PROGRAM
        found = json.loads(done.stdout)
        assert sorted(found["stacks"]) == ["dev", "prod"]
        assert found["failed"]["broken"][0].startswith("infra/__main__.py:13: stacks:database has no value (JSON)")
        assert "[3/3]" in done.stderr
        assert "Traceback" not in done.stderr

    def test_what_it_prints_can_be_read_again(self) -> None:
        printed = bcinfra("preview", str(FOREIGN / "aws-eks"), "--json").stdout
        again = bcinfra("preview", "-", "--json", given=printed)
        assert again.stdout == printed
        assert "a component that the plugin of 'awsx' makes" in bcinfra("preview", "-", given=printed).stdout

    @pytest.mark.parametrize(
        ("args", "exit", "message"),
        [
            (["gcp-functions"], Exit.PROGRAM, "give the variable a value: --env SHOP_LOCATION=VALUE"),
            (["gcp-functions", "--env", "NO_SUCH_THING"], Exit.USAGE, "there is no such variable"),
            (["stacks"], Exit.USAGE, "name a stack; there are: broken, dev, prod"),
            (["stacks", "--stack", "pord"], Exit.NOT_FOUND, "did you mean 'prod'?"),
            (["aws-eks", "--all"], Exit.NOT_FOUND, "no stack files"),
            (["aws-eks", "--answers", "nowhere.yaml"], Exit.USAGE, "nowhere.yaml:1: cannot be read"),
        ],
    )
    def test_mistakes(self, args: list[str], exit: Exit, message: str) -> None:
        done = bcinfra("preview", str(FOREIGN / args[0]), *args[1:])
        assert (done.returncode, done.stdout) == (exit, "")
        assert message in done.stderr
        assert "Traceback" not in done.stderr


def test_every_mistake_in_an_answers_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("{invokes: {}, calls: {a: 1}, stacks: {b: 2, c: gone.json}}")
    with pytest.raises(LoadError) as caught:
        read_given(file)
    text = str(caught.value)
    for part in ("no place for 'invokes'", "calls[a] must be", "stacks[b] must be", "gone.json:1: cannot be read"):
        assert part in text


# What Pulumi wrote --------------------------------------------------------------------------------------------------

STACK = {"urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev", "type": "pulumi:pulumi:Stack"}
URN = "urn:pulumi:dev::shop::aws:sqs/queue:Queue::{}"
SEALED = {SIGNATURE: SECRET, "plaintext": json.dumps(SENTINEL)}


def queue(name: str, **fields: Any) -> dict[str, Any]:
    return {"urn": URN.format(name), "custom": True, "type": "aws:sqs/queue:Queue", "parent": STACK["urn"], **fields}


def export(*rows: object, **fields: Any) -> dict[str, Any]:
    return {"version": 3, "deployment": {"manifest": {}, "resources": [STACK, *rows], **fields}}


def plan(**plans: dict[str, Any]) -> dict[str, Any]:
    stack = {STACK["urn"]: {"goal": {"type": STACK["type"], "name": "shop-dev", "custom": False}, "steps": ["same"]}}
    return {"resourcePlans": {**stack, **{URN.format(name): found for name, found in plans.items()}}}


def goal(**diff: Any) -> dict[str, Any]:
    return {"type": "aws:sqs/queue:Queue", "custom": True, "parent": STACK["urn"], "inputDiff": diff}


class TestSavedPlans:
    def test_a_plan_is_differences_to_an_export(self) -> None:
        state = export(
            queue("kept", id="q-1", inputs={"name": "a", "delaySeconds": 1, "fifoQueue": True}),
            queue("gone", id="q-2"),
        )
        changed = goal(adds={"tags": {"a": UNKNOWN_TEXT}}, updates={"delaySeconds": 2}, deletes=["fifoQueue"])
        made = goal(adds={"name": "b", "policy": SEALED}) | {"protect": True, "dependencies": [URN.format("kept")]}
        graph = load_saved_plan(
            plan(
                kept={"goal": changed, "steps": ["update"]},
                new={"goal": made, "steps": ["create"]},
                gone={"steps": ["delete"]},
            ),
            state,
        )
        assert {row.name for row in graph} == {"shop-dev", "kept", "new"}
        kept, new = (graph[URN.format(name)] for name in ("kept", "new"))
        assert (kept.id, kept.inputs) == ("q-1", {"name": "a", "delaySeconds": 2, "tags": {"a": UNKNOWN}})
        assert (new.id, new.inputs) == (UNKNOWN, {"name": "b", "policy": Secret()})
        assert (new.options.protect, new.dependencies) == (True, (URN.format("kept"),))
        assert graph.preview

    def test_a_plan_of_another_stack_is_refused(self) -> None:
        other = json.loads(json.dumps(export(queue("q"))).replace("::shop::", "::blog::"))
        with pytest.raises(LoadError, match="the plan is of shop/dev, the state of blog/dev"):
            load_saved_plan(plan(), other)

    def test_the_command_line_asks_for_the_export(self, tmp_path: Path) -> None:
        (tmp_path / "plan.json").write_text(json.dumps(plan(q={"goal": goal(adds={"name": "b"}), "steps": ["create"]})))
        (tmp_path / "export.json").write_text(json.dumps(export()))
        alone = bcinfra("preview", str(tmp_path / "plan.json"))
        assert alone.returncode == Exit.USAGE
        assert "--base" in alone.stderr
        done = bcinfra("preview", str(tmp_path / "plan.json"), "--base", str(tmp_path / "export.json"))
        assert "sqs.Queue q" in done.stdout


DEEP = "[" * 200_000
HOSTILE = {
    "truncated": json.dumps(export(queue("q")))[:-9],
    "a list": "[1]",
    "deep": DEEP,
    "a deep value": json.dumps(export(queue("q", inputs={"a": None}))).replace("null", DEEP + "]" * len(DEEP)),
    "another version": json.dumps(export() | {"version": 5}),
    "no version": json.dumps({"deployment": {}}),
    "wrong rows": json.dumps(export(1, queue("q", dependencies=7), {"urn": "x" * 1_000_000})),
    "own ancestor": json.dumps(
        export(queue("a") | {"parent": URN.format("b")}, queue("b") | {"parent": URN.format("a")})
    ),
    "own dependency": json.dumps(export(queue("a", dependencies=[URN.format("a")]))),
    "not ours": json.dumps(export(metadata={"bcinfra": {"calls": [1], "skipped": 3}})),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_get_a_short_message(text: str, tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text(text)
    with pytest.raises(LoadError) as caught:
        load(tmp_path / "file.json")
    assert len(str(caught.value)) < 1000


def test_a_very_long_name_is_shown_in_time() -> None:
    done = bcinfra("preview", "-", given=json.dumps(export(queue("q" * 1_000_000))))
    assert done.returncode == 0, done.stderr[-500:]


@pytest.mark.parametrize("flags", [[], ["--json"], ["--resources"]])
@pytest.mark.parametrize(
    "document",
    [
        export(queue("q", id="q", inputs={"policy": SEALED}, outputs={"policy": SEALED})),
        {
            "steps": [
                {"op": "create", "urn": r["urn"], "newState": r} for r in (STACK, queue("q", inputs={"p": SEALED}))
            ]
        },
        export({**queue("q"), "urn": SEALED}),
    ],
    ids=["export", "preview", "broken"],
)
def test_no_secret_of_a_file_is_in_any_output(document: dict[str, Any], flags: list[str]) -> None:
    done = bcinfra("preview", "-", *flags, given=json.dumps(document))
    assert SENTINEL not in done.stdout + done.stderr
