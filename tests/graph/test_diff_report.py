"""What a diff says to people and programs: golden pages, limits of forges, nothing that breaks out, no secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from jsonschema import Draft202012Validator

from bcinfra.continuity.readings.table import REPLACEMENTS
from bcinfra.graph import UNKNOWN, Graph, Resource, Secret, diff as diff_of
from bcinfra.graph.core.model import Options, Place
from bcinfra.report.console import console
from bcinfra.report.diff.document import schema_text, to_json
from bcinfra.report.diff.markdown import FORGES, TooSmallError, to_markdown
from bcinfra.report.diff.page import Name, Page, page
from bcinfra.report.diff.text import show_diff
from tests.graph.test_diff import DATABASE, PROVIDER, QUEUE, TASK, graph, region, row, urn

diff = partial(diff_of, replacements=REPLACEMENTS)

GOLDEN = Path(__file__).with_name("golden")
SCHEMA = Path(__file__).parents[2] / "schemas" / "diff.schema.json"
SENTINEL = "correct-horse-battery"
SITE = urn("shop:index:Site", "web")


def text_of(*pages: Page, width: int = 100) -> str:
    out = StringIO()
    show_diff(console(out, width=width, color=False), pages)
    return out.getvalue()


def shop(*, after: bool) -> Graph:
    """A shop before and after a change that does a bit of everything."""

    def child(kind: str, name: str, inputs: dict[str, Any], line: int, **fields: Any) -> Resource:
        at = urn(f"shop:index:Site${kind}", name)
        place = Place("shop.py", line)
        return Resource(urn=at, parent=SITE, provider=PROVIDER, inputs=inputs, place=place, **fields)

    containers = [{"name": "web", "image": f"shop:{2 if after else 1}", "secret": "x"}]
    task = {"containerDefinitions": json.dumps(containers), "role": UNKNOWN if after else "arn:1", "key": Secret()}
    database = {"engine": "postgres" if after else "mysql", "password": Secret(), "userData": "a\nb\nc\nd\n"}
    guarded = Options(protect=not after)
    rows = [
        Resource(
            urn=SITE, parent=urn("pulumi:pulumi:Stack", "shop-dev"), custom=False, inputs={"size": 2 if after else 1}
        ),
        child(TASK, "web-task", task, 3),
        child(DATABASE, "web-db", database | ({"userData": "a\nB\nc\nd\n"} if after else {}), 4, options=guarded),
        child(QUEUE, "web-new" if after else "web-old", {"fifoQueue": True, "delay": 3}, 5),
        child("aws:s3/bucket:Bucket", "web-media", {}, 6) if not after else child(TASK, "web-cron", {}, 7),
    ]
    if not after:
        rows[-1] = replace(rows[-1], options=Options(protect=True))
    return graph(region("eu-west-1"), *rows, outputs={"url": "https://shop.example", **({"new": 1} if after else {})})


@pytest.fixture(scope="module")
def changed() -> Page:
    return page(diff(shop(after=False), shop(after=True)))


@pytest.mark.parametrize("name", ["diff.txt", "diff.md", "diff.json"])
def test_every_format_reads_as_agreed(changed: Page, name: str):
    """Run with the file removed to write it anew; read it before committing."""
    got = {"diff.txt": text_of, "diff.md": lambda p: to_markdown([p]), "diff.json": lambda p: to_json([p])}[name](
        changed
    )
    golden = GOLDEN / name
    if not golden.exists():
        golden.write_text(got, encoding="utf-8")
        pytest.fail(f"{golden} was written: read it")
    assert got == golden.read_text(encoding="utf-8")


def test_every_format_names_the_same_resources_and_properties(changed: Page):
    document = json.loads(to_json([changed]))
    changes = document["stacks"][0]["changes"]
    assert changes
    for told in (re.sub(r"\s+", " ", text_of(changed, width=400)), to_markdown([changed])):
        for change in changes:
            assert change["name"] in told
            assert all(p["path"] in told for p in (*change.get("properties", ()), *change.get("options", ())))
            assert all(told.count(r) for r in change.get("reasons", ()))


def test_the_published_schema_is_current_and_describes_the_document(changed: Page):
    assert SCHEMA.read_text(encoding="utf-8") == schema_text()
    schema = json.loads(schema_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(to_json([changed])))


def test_dangers_come_first(changed: Page):
    told = text_of(changed)
    assert "web-media" in told.splitlines()[0]
    first = {name: told.index(name) for name in ("deletes the bucket", "replaces the database", "containerDefinitions")}
    assert sorted(first, key=lambda name: first[name]) == list(first)
    assert "it is protected, so Pulumi will refuse" in told


def test_nothing_changed_is_said_in_a_line():
    same = page(diff(shop(after=True), shop(after=True)))
    assert text_of(same) == "dev: no changes.\n"
    assert text_of(same, same) == "dev: no changes.\ndev: no changes.\n"
    assert to_markdown([same, same]).endswith("\n\nNo changes: `dev`, `dev`\n")
    markdown = to_markdown([same])
    assert markdown == "<!-- bcinfra:diff project=shop stack=dev v=1 -->\n\n### `dev`: no changes.\n"


def test_a_caller_can_put_a_verdict_first():
    said = page(
        diff(shop(after=False), shop(after=True)),
        headline=(Name("shop/dev"), ": WORSE."),
        because=[(Name("web.desired"), ": 6 -> 1")],
    )
    assert text_of(said).startswith("shop/dev: WORSE. Replaces web-db and web-new.\nbecause  web.desired: 6 -> 1\n")
    start = "### `shop/dev`: WORSE. Replaces `web-db` and `web-new`.\n\n**Because** `web.desired`: 6 -\\> 1\n"
    assert start in to_markdown([said])
    assert json.loads(to_json([said]))["stacks"][0]["because"] == ["web.desired: 6 -> 1"]


def test_an_alias_is_suggested_once_for_a_component_and_what_is_in_it():
    def site(name: str) -> list[Resource]:
        kind = f"shop:index:Site${QUEUE}"
        parent = row("shop:index:Site", name, custom=False)
        return [parent, Resource(urn=urn(kind, f"{name}-q"), parent=parent.urn, inputs={"a": "1", "b": "2"})]

    told = text_of(page(diff(graph(*site("old")), graph(*site("new")))))
    assert told.count('aliases=[pulumi.Alias(name="old")]') == 1
    assert "renames new without an alias" in told.replace("\n", " ")


# Limits


def many(n: int, kind: str) -> Page:
    before = graph(*(row(kind, f"r{i:04}", {"engine": "a", "note": "x" * 50}) for i in range(n)))
    after = graph(*(row(kind, f"r{i:04}", {"engine": "b", "note": "y" * 50}) for i in range(n)))
    return page(diff(before, after))


@pytest.mark.parametrize("kind", [TASK, DATABASE])
@pytest.mark.parametrize("forge", sorted(FORGES))
def test_two_thousand_changes_fit_every_forge(forge: str, kind: str):
    markdown = to_markdown([many(2000, kind)], forge=forge)
    assert len(markdown) <= FORGES[forge].limit
    assert "2000 " in markdown.splitlines()[-3] + markdown.splitlines()[-1]
    assert markdown.count("`") % 2 == 0
    assert markdown.count("<details") == markdown.count("</details>")
    if FORGES[forge].limit < 500_000:
        assert "parts left out, the least important" in markdown
        assert len(markdown) > 0.9 * FORGES[forge].limit


def test_what_is_left_out_is_the_least_important():
    before = graph(*(row(TASK, f"t{i:03}", {"a": 1}) for i in range(200)), row(DATABASE, "orders", {"engine": "a"}))
    after = graph(*(row(TASK, f"t{i:03}", {"a": 2}) for i in range(200)), row(DATABASE, "orders", {"engine": "b"}))
    markdown = to_markdown([page(diff(before, after))], max_chars=2_000)
    assert len(markdown) <= 2_000
    assert "`engine`: `a` → `b` (forces replacement)" in markdown
    assert "and 1" in markdown


def test_bitbucket_has_no_folds_and_no_html(changed: Page):
    markdown = to_markdown([changed], forge="bitbucket")
    assert not re.search(r"<\w|<!--", re.sub(r"`[^`]*`", "", markdown))
    assert markdown.startswith('[//]: # "bcinfra:diff project=shop stack=dev v=1"\n')


def test_a_limit_that_nothing_fits_is_refused(changed: Page):
    with pytest.raises(TooSmallError, match=r"headlines alone take \d+"):
        to_markdown([changed], max_chars=100)


# What names contain

HOSTILE = [
    "```\n# x",
    "`` ` ``",
    "</details><script>alert(1)</script>",
    "a | b\n| c",
    "[x](https://evil.example)",
    "@everyone #1",
    "\x1b[31mred\x1b[0m",
    "\u202eabc",
    "--> <b>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_names_and_values_cannot_break_out(text: str):
    kind = f"x:index:{text.replace(':', '')}"
    before = graph(row(kind, text, {text: "1", "v": "a", "m": "a\nb\n"}))
    after = graph(row(kind, text, {text: "2", "v": text, "m": f"a\n{text}\n"}))
    found = page(diff(before, after))
    markdown = to_markdown([found])
    assert "\x1b" not in markdown + text_of(found)
    assert "\u202e" not in markdown + text_of(found)
    outside = "".join(prose(markdown))
    for piece in ("<script", "evil.example", "@everyone", "# x", "<b>"):
        assert piece not in outside


def prose(markdown: str) -> Iterator[str]:
    """What is neither a code span nor a fenced block."""
    fence = ""
    for line in markdown.splitlines():
        ticks = re.match(r"\s*(`{3,})", line)
        if fence:
            fence = "" if ticks and line.strip() == fence else fence
        elif ticks and "`" not in line.strip().lstrip("`"):
            fence = ticks[1]
        else:
            yield re.sub(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)", "", line)


@given(st.text(min_size=1), st.text())
def test_every_report_can_be_made_of_any_text(name: str, value: str):
    name = name.replace("::", ":")
    found = page(diff(graph(row(QUEUE, name, {name: value})), graph(row(QUEUE, name, {name: value + "x", value: 1}))))
    assert all(line.isprintable() for line in (to_markdown([found]) + text_of(found)).split("\n"))
    json.loads(to_json([found]))


# Secrets


def test_no_secret_is_in_any_report():
    inputs = [{"password": Secret(), "env": [Secret(), "a"]}, {"password": SENTINEL, "env": ["a", SENTINEL]}]
    before, after = (graph(row(TASK, "x", given), outputs={"p": given["password"]}) for given in inputs)
    for found in (page(diff(before, after)), page(diff(after, before))):
        for told in (text_of(found), to_markdown([found]), to_json([found])):
            assert SENTINEL not in told
            assert "password" in told


def test_a_report_is_the_same_each_time(changed: Page):
    again = page(diff(shop(after=False), shop(after=True)))
    for write in (text_of, lambda p: to_markdown([p]), lambda p: to_json([p])):
        assert write(changed) == write(again)
