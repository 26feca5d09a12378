"""What is written can be read back to the same graph, and is what Pulumi itself would read."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import assume, given, strategies as st

from bcinfra.graph import UNKNOWN, Call, Graph, Place, Reference, Resource, Secret, load, to_deployment, to_json
from bcinfra.graph.core.model import Asset, Options, Skip, Timeouts, Value
from bcinfra.graph.core.secrets import masked
from bcinfra.graph.core.values import SIGNATURE, UNKNOWN_TEXT

ROOT = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"

names = st.text("abcdefg-_$é", min_size=1, max_size=6)
texts = st.text(max_size=8)
urns = st.builds("urn:pulumi:dev::shop::a:b/{}:C::{}".format, st.text("xyz", min_size=1, max_size=2), names)
seconds = st.none() | st.floats(min_value=1, max_value=1e6)
keys = st.text("abcXYZ.", min_size=1, max_size=4)
values: st.SearchStrategy[Value] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
    | st.just(UNKNOWN)
    | st.builds(Secret, st.booleans())
    | st.builds(Reference, urns, st.none() | st.just(UNKNOWN) | names)
    | st.builds(Asset, st.sampled_from(["path", "uri", "hash"]), names, st.booleans()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)
several = st.lists(names, max_size=3).map(tuple)
options = st.builds(
    Options,
    protect=st.booleans(),
    retain_on_delete=st.booleans(),
    delete_before_replace=st.none() | st.booleans(),
    ignore_changes=several,
    replace_on_changes=several,
    additional_secret_outputs=several,
    hide_diff=several,
    aliases=st.lists(urns, max_size=2).map(tuple),
    timeouts=st.builds(Timeouts, seconds, seconds, seconds, seconds),
    import_id=st.none() | names,
    deleted_with=st.none() | urns,
    replace_with=st.lists(urns, max_size=2).map(tuple),
    replacement_trigger=values,
    hooks=st.dictionaries(st.sampled_from(["before_create", "after_update", "on_error"]), several, max_size=2),
)
places = st.none() | st.builds(Place, st.from_regex(r"\A(\.\./)?[a-zé #%]+\.py\Z"), st.integers(1, 999))
edges = st.lists(urns, max_size=3, unique=True).map(lambda found: tuple(sorted(found)))


@st.composite
def resources(draw: st.DrawFn) -> Resource:
    custom = draw(st.booleans())
    return Resource(
        urn=draw(urns),
        custom=custom,
        id=draw(st.just(UNKNOWN) | names) if custom else None,
        parent=draw(st.none() | urns),
        provider=draw(st.none() | urns),
        inputs=draw(st.dictionaries(keys, values, max_size=3)),
        outputs=draw(st.dictionaries(keys, values, max_size=2)),
        dependencies=draw(edges),
        property_dependencies=draw(st.dictionaries(keys, edges, max_size=2)),
        external=draw(st.booleans()),
        remote=draw(st.booleans()),
        options=draw(options),
        place=draw(places),
        assumed=draw(st.dictionaries(keys, several.filter(bool), max_size=1)),
    )


def without_cycles(row: Resource) -> Resource:
    """``row``, pointing only to rows before it."""
    before = tuple(urn for urn in row.dependencies if urn < row.urn)
    return replace(row, parent=row.parent if row.parent and row.parent < row.urn else None, dependencies=before)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    rows = [Resource(urn=ROOT, custom=False), *map(without_cycles, draw(st.lists(resources(), max_size=4)))]
    calls = st.builds(Call, names, several, st.none() | urns, st.sampled_from(["given", "assumed", "unknown"]))
    skips = st.builds(Skip, places, st.sampled_from(["apply", "loop"]), st.integers(1, 9))
    found = {row.urn: row for row in sorted(rows, key=lambda row: row.urn)}
    assume(masked(found) == found)  # what is read never holds a secret in the clear
    return Graph(
        project="shop",
        stack="dev",
        resources=found,
        calls=tuple(draw(st.lists(calls, max_size=2))),
        skipped=tuple(draw(st.lists(skips, max_size=2))),
        preview=draw(st.booleans()),
    )


@given(graphs())
def test_what_is_written_is_read_back(graph: Graph) -> None:
    assert load(json.loads(to_json(graph))) == graph


@given(graphs())
def test_what_is_read_back_is_written_to_the_same_bytes(graph: Graph) -> None:
    assert to_json(load(json.loads(to_json(graph)))) == to_json(graph)


def row(**fields: object) -> dict[str, object]:
    resource = Resource(urn="urn:pulumi:dev::shop::a:b:C::x", **fields)  # pyright: ignore[reportArgumentType]
    graph = Graph(project="shop", stack="dev", resources={resource.urn: resource})
    (written,) = to_deployment(graph)["deployment"]["resources"]
    return written


def test_the_shape_is_pulumi_s() -> None:
    document = to_deployment(Graph(project="shop", stack="dev", resources={}))
    assert document["version"] == 3
    assert document["deployment"]["manifest"] == {"time": "0001-01-01T00:00:00Z", "magic": "", "version": ""}
    assert document.keys() == {"version", "deployment"}
    assert document["deployment"].keys() == {"manifest", "metadata", "resources"}


def test_a_row_states_only_what_is_not_the_default() -> None:
    assert row(id="x-1") == {"urn": "urn:pulumi:dev::shop::a:b:C::x", "custom": True, "type": "a:b:C", "id": "x-1"}


def test_what_is_unknown_and_what_is_secret() -> None:
    written = row(id=UNKNOWN, inputs={"a": UNKNOWN, "b": Secret(), "c": [Secret(known=False)]})
    secret = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270"}
    assert written["id"] == UNKNOWN_TEXT
    assert written["inputs"] == {
        "a": UNKNOWN_TEXT,
        "b": {**secret, "ciphertext": ""},
        "c": [{**secret, "ciphertext": UNKNOWN_TEXT}],
    }


def test_places_timeouts_and_hooks_are_written_as_the_engine_does() -> None:
    hooks = {"before_create": ("check",)}
    written = row(place=Place("stacks/a b.py", 7), options=Options(timeouts=Timeouts(create=60), hooks=hooks))
    assert written["sourcePosition"] == "project:///stacks/a%20b.py#7"
    assert written["customTimeouts"] == {"create": 60}
    assert written["resourceHooks"] == {"BeforeCreate": ["check"]}
