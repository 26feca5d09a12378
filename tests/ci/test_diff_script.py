"""``ci/bcinfra-diff.sh``, run against repositories: what it writes, how it ends, and that no name is run."""

from __future__ import annotations

import json

import pytest

from bcinfra.exits import Exit
from tests.ci.conftest import ODD, Checkout, Runs, commit

MARKER = "<!-- bcinfra:diff project=tiny stack=* v=1 -->"


def places(sarif: str) -> set[str]:
    runs = json.loads(sarif)["runs"]
    found = [location["physicalLocation"] for run in runs for row in run["results"] for location in row["locations"]]
    return {at["artifactLocation"]["uri"] for at in found}


def test_a_regression_stops_and_is_told_all_the_same(checkout: Checkout, compare: Runs) -> None:
    ended = compare(checkout("worse"), BCINFRA_FAIL_ON="move regression destroy-stateful")
    assert ended.code == Exit.GATE
    assert "stopped by --fail-on regression: " in ended.err
    assert sorted(ended.files) == ["assessment.sarif", "comment.md"]
    first, _, headline = ended.files["comment.md"].splitlines()[:3]
    assert first == MARKER
    assert headline.startswith("### `prod`: WORSE: ")
    assert "since" not in ended.files["comment.md"], "compared with main as it is, not with where it was left"
    at = {"infra/__main__.py", "infra/Pulumi.yaml"}
    assert places(ended.files["assessment.sarif"]) == at, "in the repository, not in the project"


def test_the_comment_is_found_again_when_there_are_other_stacks(checkout: Checkout, compare: Runs) -> None:
    folder = checkout("worse")
    commit(folder, {"infra/Pulumi.staging.yaml": "config: {}\n"})
    code, _, files = compare(folder, BCINFRA_FAIL_ON="move")
    comment = files["comment.md"]
    assert code == Exit.DONE, "a gate that is not asked for stops nothing"
    assert "WORSE: " in comment
    assert comment.startswith(f"{MARKER}\n")
    assert "`staging`" in comment
    code, _, files = compare(folder, BCINFRA_STACK="staging")
    assert code == Exit.DONE, "without a gate"
    assert files["comment.md"].startswith("<!-- bcinfra:diff project=tiny stack=staging v=1 -->\n")


def test_where_nothing_changes_there_is_nothing_to_begin_a_comment_with(checkout: Checkout, compare: Runs) -> None:
    folder = checkout("unrelated")
    (folder / "bcinfra-results").mkdir()
    (folder / "bcinfra-results" / "comment.md").write_text("of an earlier run")
    ended = compare(folder, BCINFRA_FAIL_ON="regression")
    assert (ended.code, sorted(ended.files)) == (Exit.DONE, ["assessment.sarif", "unchanged.md"])
    assert ended.files["unchanged.md"] == f"{MARKER}\n\n### `prod`: no changes.\n"


def test_names_are_names(checkout: Checkout, compare: Runs) -> None:
    folder = checkout(ODD)
    azure = {"BCINFRA_FORGE": "azure", "SYSTEM_PULLREQUEST_TARGETBRANCH": f"refs/heads/{ODD}-target"}
    ended = compare(folder, GITHUB_BASE_REF="", **azure)
    assert ended.code == Exit.DONE, ended.err
    assert "`allocatedStorage`: `100` → `200`" in ended.files["comment.md"]
    assert not list(folder.rglob("taken"))


def test_a_stack_is_a_name_and_no_option(checkout: Checkout, compare: Runs) -> None:
    ended = compare(checkout("worse"), BCINFRA_STACK="--project=/$(touch taken)")
    assert (ended.code, ended.files) == (Exit.NOT_FOUND, {})
    assert "there is no stack '--project=/$(touch taken)'; there are: prod" in ended.err


def test_after_a_merge_the_shop_is_assessed_and_nothing_compared(checkout: Checkout, compare: Runs) -> None:
    ended = compare(checkout("main"), GITHUB_BASE_REF="", BCINFRA_STACK="prod")
    assert (ended.code, sorted(ended.files)) == (Exit.DONE, ["assessment.sarif"])


@pytest.mark.parametrize("history", [("--depth=1",), ("--depth=1", "--no-single-branch")])
def test_a_shallow_checkout_says_what_to_ask_for(checkout: Checkout, compare: Runs, history: tuple[str, ...]) -> None:
    ended = compare(checkout("worse", *history))
    assert (ended.code, ended.files) == (Exit.NOT_FOUND, {})
    assert "fetch-depth: 0" in ended.err
    assert "GIT_DEPTH: 0" in ended.err


def test_a_program_that_fails_is_no_pass(checkout: Checkout, compare: Runs) -> None:
    ended = compare(checkout("broken"))
    assert (ended.code, ended.files) == (Exit.PROGRAM, {})
    assert "ValueError: broken" in ended.err


def test_a_forge_that_is_not_known_is_refused(checkout: Checkout, compare: Runs) -> None:
    assert compare(checkout("worse"), BCINFRA_FORGE="sourcehut").code == Exit.USAGE
