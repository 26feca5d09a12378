"""What a diff finds, and the laws it keeps whatever the graphs hold."""

from __future__ import annotations

import importlib
import inspect
import json
import subprocess
import sys
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bcinfra.continuity.readings.table import REPLACEMENTS
from bcinfra.graph import UNKNOWN, Graph, Kind, Reference, Resource, Risk, Secret, diff as diff_of
from bcinfra.graph.core.model import Asset, Options
from bcinfra.graph.core.values import UNKNOWN_TEXT
from bcinfra.graph.diff.changes import Change, Step
from bcinfra.graph.diff.plan import read_plan
from bcinfra.graph.diff.properties import ABSENT, HIDDEN, pattern, within

diff = partial(diff_of, replacements=REPLACEMENTS)
STORES = sorted(token for token, row in REPLACEMENTS.rows.items() if row.loses)
GUARDS = sorted(token for token, row in REPLACEMENTS.rows.items() if row.guards)

ROOT = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
QUEUE = "aws:sqs/queue:Queue"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
DATABASE = "aws:rds/instance:Instance"
PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:aws::ireland"


def urn(kind: str, name: str, stack: str = "dev") -> str:
    return f"urn:pulumi:{stack}::shop::{kind}::{name}"


def row(kind: str, name: str, inputs: dict[str, Any] | None = None, **fields: Any) -> Resource:
    return Resource(urn=urn(kind, name), inputs=inputs or {}, **{"parent": ROOT, **fields})


def graph(*rows: Resource, preview: bool = True, stack: str = "dev", outputs: dict[str, Any] | None = None) -> Graph:
    every = (Resource(urn=ROOT, custom=False, outputs=outputs or {}), *rows)
    return Graph(
        project="shop", stack=stack, resources={r.urn: r for r in sorted(every, key=lambda r: r.urn)}, preview=preview
    )


def region(name: str) -> Resource:
    return Resource(urn=PROVIDER, parent=ROOT, inputs={"region": name})


def only(base: Graph, head: Graph, **options: Any) -> Change:
    changes = diff(base, head, **options).changes
    assert len(changes) == 1, [(c.kind, c.resource.urn) for c in changes]
    return changes[0]


def updated(old: dict[str, Any], new: dict[str, Any], kind: str = TASK) -> dict[str, tuple[Any, Any]]:
    found = diff(graph(row(kind, "x", old)), graph(row(kind, "x", new)))
    return {str(p): (p.old, p.new) for change in found.changes for p in change.properties}


# Laws

leaves = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=True)
    | st.sampled_from(["", "a", "b", '{"a": 1}', '{"a":1}', '[{"name": "x", "v": 1}]', '[{"name": "x", "v": 2}]', "{"])
    | st.sampled_from([UNKNOWN, Secret(), Secret(known=False), Asset("path", "a"), Reference(urn(QUEUE, "a"), "1")])
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "a", "0", "__defaults", "x y"]), inner, max_size=3)
    ),
    max_leaves=6,
)
inputs = st.dictionaries(st.sampled_from(["a", "b", "engine", "deletionProtection", "tags"]), values, max_size=3)
options = st.builds(
    Options,
    protect=st.booleans(),
    retain_on_delete=st.booleans(),
    ignore_changes=st.sampled_from([(), ("a",), ("*",), ("b.name", "a")]),
    replace_on_changes=st.sampled_from([(), ("b",), ("*",)]),
    aliases=st.sampled_from([(), (urn(QUEUE, "a"),), (urn(DATABASE, "b"), urn(QUEUE, "c"))]),
)
names = st.sampled_from("abcd")
kinds = st.sampled_from([QUEUE, DATABASE, "shop:index:Site"])
rows = st.builds(
    lambda kind, name, given_inputs, given_options, depends: row(
        kind,
        name,
        given_inputs,
        options=given_options,
        custom=":index:" not in kind,
        property_dependencies={"a": depends},
        provider=PROVIDER if kind == DATABASE else None,
    ),
    kinds,
    names,
    inputs,
    options,
    st.sampled_from([(), (urn(QUEUE, "a"),), (urn(QUEUE, "b"),)]),
)
graphs = st.builds(
    lambda found, place, preview, outputs: graph(*found, region(place), preview=preview, outputs=outputs),
    st.lists(rows, max_size=5),
    st.sampled_from(["eu-west-1", "eu-central-1"]),
    st.booleans(),
    inputs,
)


@given(graphs)
def test_a_graph_does_not_differ_from_itself(one: Graph):
    assert not diff(one, one)


@settings(max_examples=200)
@given(graphs, graphs)
def test_the_way_back_is_the_way_mirrored(base: Graph, head: Graph):
    there, back = diff(base, head), diff(head, base)
    assert repr(there.mirrored().changes) == repr(back.changes)
    assert repr(there.mirrored().outputs) == repr(back.outputs)


def test_what_bears_a_name_that_another_had_is_not_that_other() -> None:
    """Both queues say ``a``: before the renaming it was the queue itself, after it nobody."""
    says = {"tags": [None, Reference(urn(QUEUE, "a"), "1")], "a": 1, "b": 2}
    base, head = graph(row(QUEUE, "a", says)), graph(row(QUEUE, "b", says))
    there, back = diff(base, head), diff(head, base)
    for found in (there, back):
        (change,) = found.changes
        assert change.renamed
        assert [str(p) for p in change.properties] == ["tags[1]"]
    assert repr(there.mirrored().changes) == repr(back.changes)


@given(graphs, graphs)
def test_every_resource_is_paired_once(base: Graph, head: Graph):
    changes = diff(base, head).changes
    for side, every in (("old", base), ("new", head)):
        seen = [getattr(c, side).urn for c in changes if getattr(c, side)]
        assert len(seen) == len(set(seen))
        assert set(seen) <= set(every.resources)
    created = {c.new.urn for c in changes if c.old is None and c.new}
    assert not {u for u in created if u in base}


@given(graphs, graphs)
def test_an_alias_of_everything_renamed_leaves_no_unaliased_rename(base: Graph, head: Graph):
    first = diff(base, head)
    former = {c.new.urn: c.old.urn for c in first.changes if c.renamed and c.old and c.new}
    mended = {
        u: replace(r, options=replace(r.options, aliases=(former[u],))) if u in former else r
        for u, r in head.resources.items()
    }
    second = diff(base, replace(head, resources=mended))
    assert not [c for c in second.with_risk(Risk.UNALIASED) if c.new and c.new.urn in former]


@given(st.text(min_size=8).filter(lambda t: t.isprintable()), inputs)
def test_what_is_secret_on_one_side_is_shown_on_neither(sentinel: str, rest: dict[str, Any]):
    hidden = f"\u2603{sentinel}\u2603"
    for old, new in (
        ({"p": Secret()}, {"p": hidden}),
        ({"p": {"q": Secret()}}, {"p": {"r": hidden}}),
        ({"p": [Secret(), "a"]}, {"p": ["a", hidden]}),
        ({"p": Secret()}, {"moved": hidden}),
        ({"p": Secret()}, {"p": {"q": [hidden]}}),
    ):
        before, after = (graph(row(TASK, "x", {**rest, **side}), outputs=side) for side in (old, new))
        for found in (diff(before, after), diff(after, before)):
            shown = [(p.old, p.new) for c in found.changes for p in c.properties] + [
                (p.old, p.new) for p in found.outputs
            ]
            assert found
            assert hidden not in repr(shown)


# Properties


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 2}, {"a": (1, 2)}),
        ({"a": 1}, {"a": 1.0}, {}),
        ({"a": 1}, {"a": True}, {"a": (1, True)}),
        ({"a": None}, {}, {}),
        ({}, {"tags": {"a": "1", "b": "2"}}, {"tags.a": (ABSENT, "1"), "tags.b": (ABSENT, "2")}),
        ({"tags": {"x.y": "1"}}, {"tags": {"x.y": "2"}}, {'tags["x.y"]': ("1", "2")}),
        ({"l": ["a", "b"]}, {"l": ["b", "a"]}, {"l": (["a", "b"], ["b", "a"])}),
        ({"l": [{"p": 1}]}, {"l": [{"p": 2}, {"p": 3}]}, {"l[0].p": (1, 2), "l[1].p": (ABSENT, 3)}),
        ({"a": UNKNOWN}, {"a": "x"}, {"a": (UNKNOWN, "x")}),
        ({"a": Secret()}, {"a": "x"}, {"a": (Secret(), HIDDEN)}),
        ({"a": Secret()}, {"a": Secret()}, {}),
        ({"a": "1", "__defaults": ["a"]}, {}, {}),
        ({"a": {"b": 1, "c": 2, "__defaults": ["c"]}}, {"a": {"b": 1}}, {}),
    ],
)
def test_properties_are_compared_part_by_part(old: dict[str, Any], new: dict[str, Any], expected: dict[str, Any]):
    assert updated(old, new) == expected


def test_lists_of_named_items_have_no_order():
    one, two = {"name": "web", "image": "a"}, {"name": "log", "image": "b"}
    assert updated({"c": [one, two]}, {"c": [two, one]}) == {}
    assert updated({"c": [one, two]}, {"c": [{**two, "image": "x"}, one]}) == {"c[name=log].image": ("b", "x")}


def test_json_texts_are_compared_as_what_they_hold():
    old = json.dumps([{"name": "web", "image": "a:1", "env": [{"name": "A", "value": "1"}]}])
    new = json.dumps([{"name": "web", "image": "a:2", "env": [{"name": "A", "value": "1"}]}])
    assert updated({"containerDefinitions": old}, {"containerDefinitions": new}) == {
        "containerDefinitions[name=web].image": ("a:1", "a:2")
    }
    assert updated({"p": '{"a":1}'}, {"p": '{"a": 1}'}) == {"p": ('{"a":1}', '{"a": 1}')}


def test_an_unknown_value_that_comes_from_elsewhere_differs():
    def task(source: str) -> Graph:
        return graph(row(TASK, "x", {"role": UNKNOWN}, property_dependencies={"role": (urn(QUEUE, source),)}))

    found = only(task("a"), task("b")).properties[0]
    assert (found.old_from, found.new_from) == ((urn(QUEUE, "a"),), (urn(QUEUE, "b"),))


def test_between_a_live_stack_and_a_preview_the_unknown_is_undecided():
    change = only(graph(row(TASK, "x", {"role": "arn:1"}), preview=False), graph(row(TASK, "x", {"role": UNKNOWN})))
    assert (change.kind, change.properties[0].undecided) == (Kind.UNDECIDED, True)
    both = only(graph(row(TASK, "x", {"role": "arn:1"})), graph(row(TASK, "x", {"role": UNKNOWN})))
    assert both.kind is Kind.UPDATE


@pytest.mark.parametrize(("now", "later"), [("a", 1), ("b", 0)])
def test_what_only_a_deployment_knows_is_unchanged_where_it_comes_from_the_same_resources(now: str, later: int):
    def task(role: Any, source: str, **fields: Any) -> Graph:
        made = {"role": (urn(QUEUE, source),)}
        rows = [row(QUEUE, "a", {}), row(QUEUE, "b", {}), row(TASK, "x", {"role": role}, property_dependencies=made)]
        return graph(*rows, outputs={"role": role}, **fields)

    found = diff(task("arn:1", "a", preview=False), task(UNKNOWN, now))
    assert (found.later, bool(found)) == (later + 1, not later)  # what is exported is made of what is compared
    assert [change.kind for change in found.changes] == [Kind.UNDECIDED] * (not later)


@pytest.mark.parametrize(
    ("kind", "inputs", "restarts", "waits"),
    [
        (DATABASE, {"instanceClass": "db.m7g.large"}, ("instanceClass",), True),
        (DATABASE, {"instanceClass": "db.m7g.large", "applyImmediately": True}, ("instanceClass",), False),
        (DATABASE, {"allocatedStorage": 200}, (), True),
        ("gcp:sql/databaseInstance:DatabaseInstance", {"settings": {"tier": "b"}}, ("settings.tier",), False),
        (DATABASE, {"instanceClass": "db.m7g.large", "storageEncrypted": True}, (), True),  # replaced
    ],
)
def test_what_restarts_by_a_change(kind: str, inputs: dict[str, Any], restarts: tuple[str, ...], waits: bool):
    before = {"instanceClass": "db.t4g.micro", "allocatedStorage": 100, "settings": {"tier": "a"}}
    if "applyImmediately" in inputs:
        before["applyImmediately"] = True
    change = only(graph(row(kind, "x", before)), graph(row(kind, "x", before | inputs)))
    assert (change.restarts, change.waits) == (restarts, waits)


def test_what_is_ignored_on_both_sides_is_left_out():
    def queue(value: str, *ignored: str) -> Graph:
        return graph(
            row(QUEUE, "x", {"tags": {"a": value}, "b": [{"c": value}]}, options=Options(ignore_changes=ignored))
        )

    assert not diff(queue("1", "tags.a", "b[*].c"), queue("2", "tags.a", "b[*].c"))
    change = only(queue("1"), queue("2", "tags"))
    assert [str(p) for p in (*change.properties, *change.options)] == ["b[0].c", "tags.a", "ignoreChanges"]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (("tags", "a"), "tags", True),
        (("tags",), "tags.a", False),
        (("tags", "a.b"), 'tags["a.b"]', True),
        (("rules", "0", "port"), "rules[*].port", True),
        (("anything",), "*", True),
    ],
)
def test_paths_as_options_write_them(path: tuple[str, ...], text: str, expected: bool):
    assert within(path, pattern(text)) is expected


def test_the_stack_has_no_part_in_what_a_resource_is():
    there = {
        r.urn.replace("dev::", "prod::"): replace(r, urn=r.urn.replace("dev::", "prod::"))
        for r in graph(row(QUEUE, "x"))
    }
    assert not diff(graph(row(QUEUE, "x")), Graph(project="shop", stack="prod", resources=there))


def test_what_the_stack_exports_is_compared():
    found = diff(graph(outputs={"url": "a"}), graph(outputs={"url": "b"}))
    assert [(str(p), p.old, p.new) for p in found.outputs] == [("url", "a", "b")]
    assert found


# Kinds


def test_created_and_deleted():
    assert only(graph(), graph(row(QUEUE, "x"))).kind is Kind.CREATE
    assert only(graph(row(QUEUE, "x")), graph()).kind is Kind.DELETE


def test_a_table_says_what_replaces_the_types_that_hold_data():
    before = graph(row(DATABASE, "db", {"engine": "mysql", "instanceClass": "a"}))
    assert only(before, graph(row(DATABASE, "db", {"engine": "mysql", "instanceClass": "b"}))).kind is Kind.UPDATE
    change = only(before, graph(row(DATABASE, "db", {"engine": "postgres", "instanceClass": "a"})))
    assert (change.kind, change.reasons, change.risks) == (Kind.REPLACE, ("engine",), (Risk.REPLACES_DATA,))


def test_options_can_replace():
    def queue(value: str, trigger: Any = None) -> Graph:
        chosen = Options(replace_on_changes=("a",), replacement_trigger=trigger)
        return graph(row(QUEUE, "x", {"a": value}, options=chosen))

    assert only(queue("1"), queue("2")).reasons == ("a",)
    assert only(queue("1", 1), queue("1", 2)).reasons == ("replacementTrigger",)


def test_what_moves_to_another_region_is_replaced():
    def at(place: str) -> Graph:
        return graph(region(place), row(DATABASE, "db", {"engine": "mysql"}, provider=PROVIDER))

    provider, database = sorted(diff(at("eu-west-1"), at("eu-west-3")).changes, key=lambda c: c.counted)
    assert provider.kind is Kind.UPDATE
    assert (database.kind, database.reasons) == (Kind.REPLACE, ("region",))
    assert database.risks == (Risk.REPLACES_DATA, Risk.MOVED)


CLOUD_SQL = "gcp:sql/databaseInstance:DatabaseInstance"
REPLICA = {"instanceType": "READ_REPLICA_INSTANCE", "masterInstanceName": "orders"}
ALONE = {"instanceType": "CLOUD_SQL_INSTANCE"}
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (CLOUD_SQL, REPLICA, ALONE),
        (CLOUD_SQL, REPLICA, {**ALONE, "masterInstanceName": ""}),
        (CLOUD_SQL, REPLICA, {"instanceType": "READ_REPLICA_INSTANCE"}),
        (CLOUD_SQL, ALONE, REPLICA),
        (DATABASE, {"replicateSourceDb": "orders"}, {}),
        (DATABASE, {"snapshotIdentifier": "last-year"}, {}),
        ("aws:rds/cluster:Cluster", {"replicationSourceIdentifier": "orders"}, {}),
        ("aws:rds/cluster:Cluster", {"snapshotIdentifier": "last-year"}, {}),
        (CACHE, {"globalReplicationGroupId": "carts"}, {}),
    ],
    ids=[
        "Cloud SQL promoted",
        "... by an empty name",
        "... left out alone",
        "Cloud SQL, the old primary of a switchover",
        "RDS promoted",
        "RDS restored once",
        "Aurora promoted",
        "Aurora restored once",
        "cache on its own again",
    ],
)
def test_what_is_left_out_or_switched_is_changed_in_place(kind: str, old: dict[str, Any], new: dict[str, Any]):
    change = only(graph(row(kind, "x", old)), graph(row(kind, "x", new)))
    assert (change.kind, change.risks) == (Kind.UPDATE, ())


@pytest.mark.parametrize(
    ("kind", "old", "new", "why"),
    [
        (CLOUD_SQL, REPLICA, {**REPLICA, "masterInstanceName": "others"}, "masterInstanceName"),
        (CLOUD_SQL, {"tier": "a"}, {"tier": "a", "masterInstanceName": "orders"}, "masterInstanceName"),
        (DATABASE, {"snapshotIdentifier": "last-year"}, {"snapshotIdentifier": "this-year"}, "snapshotIdentifier"),
        (DATABASE, {"storageEncrypted": True}, {}, "storageEncrypted"),
        (CACHE, {"globalReplicationGroupId": "carts"}, {"globalReplicationGroupId": "x"}, "globalReplicationGroupId"),
        (CACHE, {"snapshotName": "last-year"}, {}, "snapshotName"),
    ],
    ids=["another source", "a source alone", "another snapshot", "no encryption", "another group", "no snapshot"],
)
def test_another_value_replaces(kind: str, old: dict[str, Any], new: dict[str, Any], why: str):
    change = only(graph(row(kind, "x", old)), graph(row(kind, "x", new)))
    assert (change.kind, change.reasons) == (Kind.REPLACE, (why,))
    assert change.risks == (Risk.REPLACES_DATA,)


def test_an_alias_renames_and_keeps():
    new = row(DATABASE, "orders", {"engine": "mysql"}, options=Options(aliases=(urn(DATABASE, "db"),)))
    change = only(graph(row(DATABASE, "db", {"engine": "mysql"})), graph(new))
    assert (change.kind, change.aliased, change.risks) == (Kind.RENAME, True, ())


def test_a_likely_rename_without_alias_is_deleted_and_created():
    shared = {"engine": "mysql", "instanceClass": "db.r7g.large"}
    before = graph(row(DATABASE, "db", {**shared, "identifier": "shop-db"}))
    change = only(before, graph(row(DATABASE, "orders", {**shared, "identifier": "shop-orders"})))
    assert (change.kind, change.aliased) == (Kind.REPLACE, False)
    assert change.risks == (Risk.REPLACES_DATA, Risk.UNALIASED)


def test_resources_that_are_not_alike_are_no_rename():
    before, after = {"engine": "mysql", "instanceClass": "a"}, {"engine": "postgres", "instanceClass": "b"}
    changes = diff(graph(row(DATABASE, "db", before)), graph(row(DATABASE, "orders", after))).changes
    assert {c.kind for c in changes} == {Kind.CREATE, Kind.DELETE}


def test_a_resource_that_only_changed_its_parent_is_a_rename():
    site = "shop:index:Site"
    moved = Resource(urn=urn(f"{site}${QUEUE}", "x"), parent=urn(site, "s"))
    changes = diff(graph(row(QUEUE, "x")), graph(row(site, "s", custom=False), moved)).changes
    assert {(c.resource.type, c.kind) for c in changes} == {(site, Kind.CREATE), (QUEUE, Kind.REPLACE)}


def test_a_renamed_component_is_one_rename_with_its_children():
    def site(name: str) -> list[Resource]:
        parent = row("shop:index:Site", name, custom=False)
        kind = f"shop:index:Site${QUEUE}"
        child = Resource(urn=urn(kind, f"{name}-q"), parent=parent.urn, inputs={"a": "1", "b": "2"})
        return [parent, child]

    changes = diff(graph(*site("old")), graph(*site("new"))).changes
    assert {(c.resource.type, c.renamed) for c in changes} == {("shop:index:Site", True), (QUEUE, True)}


# Risks


@pytest.mark.parametrize(
    ("kind", "old", "new", "safe"),
    [
        (DATABASE, {"deletionProtection": True}, {"deletionProtection": False}, False),
        (DATABASE, {"deletionProtection": True}, {}, False),
        (DATABASE, {}, {"deletionProtection": True}, True),
        (DATABASE, {"skipFinalSnapshot": False}, {"skipFinalSnapshot": True}, False),
        (DATABASE, {"backupRetentionPeriod": 35}, {"backupRetentionPeriod": 7}, False),
        (DATABASE, {"backupRetentionPeriod": 7}, {"backupRetentionPeriod": 35}, True),
        (
            "gcp:sql/databaseInstance:DatabaseInstance",
            {"settings": {"deletionProtectionEnabled": True}},
            {"settings": {}},
            False,
        ),
    ],
)
def test_settings_that_guard(kind: str, old: dict[str, Any], new: dict[str, Any], safe: bool):
    assert (Risk.UNPROTECTED not in only(graph(row(kind, "x", old)), graph(row(kind, "x", new))).risks) is safe


def test_pulumis_own_guards():
    guarded, bare = (graph(row(QUEUE, "x", options=Options(protect=on))) for on in (True, False))
    assert only(guarded, bare).risks == (Risk.UNPROTECTED,)
    assert only(bare, guarded).risks == ()


@pytest.mark.parametrize("kind", GUARDS)
def test_deleting_what_guards_another_removes_protection(kind: str):
    assert only(graph(row(kind, "x")), graph()).risks == (Risk.UNPROTECTED,)


@pytest.mark.parametrize("kind", STORES)
def test_deleting_data_is_a_danger_and_keeping_it_a_lesser_one(kind: str):
    assert only(graph(row(kind, "x")), graph()).risks[0] is Risk.DELETES_DATA
    kept = row(kind, "x", options=Options(retain_on_delete=True))
    assert only(graph(kept), graph()).risks[0] is Risk.ABANDONS_DATA
    assert only(graph(row(kind, "x", external=True)), graph()).risks == ()


def test_a_secret_that_becomes_plain_is_a_danger():
    change = only(graph(row(TASK, "x", {"p": Secret()})), graph(row(TASK, "x", {"p": "hello"})))
    assert (change.risks, [str(p) for p in change.exposed]) == ((Risk.EXPOSED,), ["p"])


@pytest.mark.parametrize("kind", [t for t in REPLACEMENTS.rows if t.startswith("aws:")])
def test_the_table_names_types_and_inputs_that_the_sdk_has(kind: str):
    module, name = kind.split(":")[1].split("/")[0].replace("lambda", "lambda_"), kind.split(":")[2]
    made = getattr(importlib.import_module(f"pulumi_aws.{module}"), name)
    assert made.pulumi_type == kind if hasattr(made, "pulumi_type") else True
    known = {
        "".join(p.title() for p in parts.split("_")) for parts in inspect.signature(made._internal_init).parameters
    }
    row = REPLACEMENTS.rows[kind]
    stated = row.replaced_by | row.guarded_while | row.bare_while | row.guarded_longer
    assert {f[0].upper() + f[1:] for f in stated} <= known


# Packaging


@pytest.mark.parametrize(
    "statement",
    [
        "import bcinfra.report.diff.text, bcinfra.report.diff.markdown",
        "import bcinfra.graph.diff, bcinfra.graph.diff.plan",
    ],
)
def test_comparing_json_needs_no_sdk_and_diff_stays_a_function(statement: str):
    check = (
        f"{statement}\nfrom bcinfra.graph import diff\ndiff.__call__\nimport sys\nassert 'pulumi' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


# Previews


def test_a_preview_says_what_is_replaced_and_what_it_was_called():
    old = {"urn": urn(QUEUE, "old"), "type": QUEUE, "custom": True, "id": "1", "inputs": {"a": "1"}}
    new = {**old, "urn": urn(QUEUE, "new"), "inputs": {"a": UNKNOWN_TEXT}}
    detail = {"a": {"kind": "update-replace"}}
    steps = [
        {
            "op": "create-replacement",
            "urn": urn(QUEUE, "new"),
            "oldState": old,
            "newState": new,
            "detailedDiff": detail,
        },
        {"op": "replace", "urn": urn(QUEUE, "new"), "oldState": old, "newState": new, "detailedDiff": detail},
        {"op": "delete-replaced", "urn": urn(QUEUE, "new"), "oldState": old},
    ]
    (change,) = read_plan({"steps": steps}).diff(REPLACEMENTS).changes
    assert (change.kind, change.reasons, change.aliased) == (Kind.REPLACE, ("a",), True)


def test_a_preview_that_leaves_out_what_stays_says_so():
    step = {"op": "create", "urn": urn(QUEUE, "x"), "newState": {"urn": urn(QUEUE, "x"), "custom": True}}
    assert read_plan({"steps": [step], "changeSummary": {"create": 1}}).complete
    assert not read_plan({"steps": [step], "changeSummary": {"create": 1, "same": 3}}).complete


def test_steps_outweigh_the_table():
    before, after = (graph(row(DATABASE, "db", {"engine": e})) for e in ("mysql", "postgres"))
    assert only(before, after, steps={urn(DATABASE, "db"): Step("update")}).kind is Kind.UPDATE
    assert not diff(before, after, steps={urn(DATABASE, "db"): Step("same")})
