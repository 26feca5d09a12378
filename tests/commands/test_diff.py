"""``bcinfra diff``: what can be compared, what the exit code says, that nothing of the user's is touched."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bcinfra import cli
from bcinfra.exits import Exit
from bcinfra.graph import Graph, load, to_json
from tests.graph.test_diff import DATABASE, QUEUE, graph, row

SENTINEL = "correct-horse-battery"

PROGRAM = """
import pulumi
import pulumi_aws as aws
from sizes import DELAY

print("the password is", pulumi.Config().require("password"))
for name in {queues!r}:
    aws.sqs.Queue(name, delay_seconds=DELAY)
aws.ssm.Parameter("password", type="SecureString", value=pulumi.Config().require_secret("password"))
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command line; gives the exit code and both outputs."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bcinfra", "diff", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert SENTINEL not in said.out + said.err
        assert "Traceback" not in said.err
        return int(ended.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def files(tmp_path: Path) -> Any:
    """Writes graphs as exports."""

    def write(**graphs: Graph) -> list[Path]:
        for name, one in graphs.items():
            (tmp_path / f"{name}.json").write_text(to_json(one), encoding="utf-8")
        return [tmp_path / f"{name}.json" for name in graphs]

    return write


def git(folder: Path, *arguments: str) -> str:
    settings = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def state(folder: Path) -> tuple[Any, ...]:
    """Everything that a careless command could change in a repository."""
    kept = [path for path in (folder / ".git").rglob("*") if path.is_file()]
    return (
        {str(path): path.read_bytes() for path in kept},
        {str(path) for path in folder.rglob("*") if ".git" not in path.parts},
        git(folder, "worktree", "list"),
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in a folder of a repository: a main branch, a feature branch, and work that is not committed."""
    top = tmp_path_factory.mktemp("repository")
    folder = top / "infra"
    folder.mkdir()
    git(top, "init", "--quiet")
    (top / "README").write_text("a shop")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "-m", "before there was a project")
    git(top, "tag", "ancient")
    (folder / "Pulumi.yaml").write_text(
        "name: tiny\nruntime: python\nconfig:\n  tiny:password:\n    type: string\n    secret: true\n"
    )
    for stack in ("dev", "prod"):
        (folder / f"Pulumi.{stack}.yaml").write_text(f"config:\n  tiny:password: {SENTINEL}\n")
    (folder / "__main__.py").write_text(PROGRAM.format(queues=["orders", "mail"]))
    (top / "lib").mkdir()
    (top / "lib" / "sizes.py").write_text("DELAY = 0\n")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "-m", "one")
    git(top, "switch", "--quiet", "-c", "feature")
    (folder / "__main__.py").write_text(PROGRAM.format(queues=["orders"]))
    (folder / "Pulumi.test.yaml").write_text(f"config:\n  tiny:password: {SENTINEL}\n")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "-m", "two")
    (top / "lib" / "sizes.py").write_text("DELAY = 60\n")
    return folder


@pytest.fixture
def repository(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's folder, with the repository's own library on the module path, as an editable install puts it."""
    monkeypatch.setenv("PYTHONPATH", str(made.parent / "lib"))
    return made


# Files


def test_two_exports(run: Any, files: Any):
    code, out, _ = run(*files(a=graph(row(QUEUE, "x", {"delay": 1})), b=graph(row(QUEUE, "x", {"delay": 2}))))
    assert code == Exit.DONE
    assert "delay: 1 -> 2" in out


def test_nothing_changed_is_quiet(run: Any, files: Any):
    a, b = files(a=graph(row(QUEUE, "x")), b=graph(row(QUEUE, "x")))
    assert run(a, b, "--exit-code") == (Exit.DONE, "dev: no changes.\n", "")


def test_a_new_stack_is_summed_up_with_what_it_survives(run: Any, files: Any):
    rows = [row(DATABASE, name, {"instanceClass": "db.m7g.large", "engine": "mysql"}) for name in ("one", "two")]
    sides = files(a=graph(), b=graph(*rows))
    code, out, _ = run(*sides, "--width", "200")
    assert code == Exit.DONE
    assert out.startswith("dev: a new stack of 2 resources, ")
    assert "  x   region: " in out
    assert "  aws: 2 created\n" in out
    assert "engine" not in out
    _, out, _ = run(*sides, "--format", "json")
    stack = json.loads(out)["stacks"][0]
    assert len(stack["changes"]) == 2
    assert {kind["kind"] for kind in stack["first"]} > {"server"}
    assert "| server |" in run(*sides, "--format", "markdown")[1]
    assert "region: " not in run(*sides, "--no-continuity")[1]


def test_standard_input(run: Any, files: Any, monkeypatch: pytest.MonkeyPatch):
    a, b = files(a=graph(row(QUEUE, "x")), b=graph())
    with a.open() as opened:
        monkeypatch.setattr(sys, "stdin", opened)
        code, out, _ = run("-", b, "--exit-code")
    assert (code, out.splitlines()[0]) == (Exit.CHANGES, "dev: deletes data: x (1 deleted in all).")


def test_a_preview_alone_is_compared_with_where_it_started(run: Any, tmp_path: Path):
    old = {"urn": "urn:pulumi:dev::shop::aws:sqs/queue:Queue::x", "custom": True, "inputs": {"p": "[secret]", "d": 1}}
    step = {
        "op": "replace",
        "urn": old["urn"],
        "oldState": old,
        "newState": {**old, "inputs": {"p": "[secret]", "d": 2}},
    }
    preview = tmp_path / "preview.json"
    preview.write_text(json.dumps({"steps": [{**step, "replaceReasons": ["d"]}]}))
    code, out, _ = run(preview, "--fail-on", "destroy-stateful")
    assert code == Exit.GATE
    assert "d: 1 -> 2  (forces replacement)" in out


def test_a_preview_without_what_stays_is_not_compared_with_something_else(run: Any, files: Any, tmp_path: Path):
    (export,) = files(a=graph(row(QUEUE, "x")))
    preview = tmp_path / "preview.json"
    step = {"op": "create", "urn": f"{row(QUEUE, 'y').urn}", "newState": {"urn": row(QUEUE, "y").urn, "custom": True}}
    preview.write_text(json.dumps({"steps": [step], "changeSummary": {"create": 1, "same": 2}}))
    code, _, err = run(export, preview)
    assert (code, "--show-sames" in err) == (Exit.USAGE, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "bad.json:1: is not JSON"), ("[]", "is not a JSON object"), ('{"a": 1}', "neither a stack export")],
)
def test_files_that_hold_no_graph(run: Any, files: Any, tmp_path: Path, text: str, said: str):
    (good,) = files(good=graph(row(QUEUE, "x")))
    bad = tmp_path / "bad.json"
    bad.write_text(text)
    code, out, err = run(good, bad)
    assert (code, out) == (Exit.USAGE, "")
    assert said in err


# Formats


def test_formats_and_files(run: Any, files: Any, tmp_path: Path):
    a, b = files(a=graph(row(QUEUE, "x", {"delay": 1})), b=graph(row(QUEUE, "x", {"delay": 2})))
    target = tmp_path / "out"
    assert run(a, b, "--format", "json", "-o", target) == (Exit.DONE, "", "")
    assert json.loads(target.read_text())["changed"] is True
    assert run(a, b, "--format", "markdown", "--forge", "bitbucket")[1].startswith("[//]: # ")
    assert len(run(a, b, "--format", "markdown", "--max-chars", 500)[1]) <= 500
    assert max(map(len, run(a, b, "--width", 60)[1].splitlines())) <= 60


# Exit codes


@pytest.mark.parametrize(
    ("options", "same", "harmless", "grave"),
    [
        ([], Exit.DONE, Exit.DONE, Exit.DONE),
        (["--exit-code"], Exit.DONE, Exit.CHANGES, Exit.CHANGES),
        (["--fail-on", "destroy-stateful"], Exit.DONE, Exit.DONE, Exit.GATE),
        (["--fail-on", "destroy-stateful", "--exit-code"], Exit.DONE, Exit.CHANGES, Exit.GATE),
        (["--fail-on", "delete", "--fail-on", "replace"], Exit.DONE, Exit.DONE, Exit.GATE),
        (["--fail-on", "unprotect"], Exit.DONE, Exit.DONE, Exit.DONE),
        (["--detailed-exitcode"], 0, 2, 2),
        (["--detailed-exitcode", "--fail-on", "destroy-stateful"], 0, 2, 1),
    ],
)
def test_exit_codes(run: Any, files: Any, options: list[str], same: int, harmless: int, grave: int):
    one, two, other = files(
        one=graph(row(DATABASE, "db", {"engine": "a", "size": 1})),
        two=graph(row(DATABASE, "db", {"engine": "a", "size": 2})),
        other=graph(row(DATABASE, "db", {"engine": "b", "size": 1})),
    )
    assert run(one, one, *options)[0] == same
    assert run(one, two, *options)[0] == harmless
    code, out, err = run(one, other, *options)
    assert (code, "db" in out) == (grave, True)
    if code == Exit.GATE:
        assert "stopped by --fail-on" in err


def test_errors_under_terraforms_codes_are_no_changes(run: Any, tmp_path: Path):
    assert run("nowhere.json", "other.json", "--project", tmp_path, "--detailed-exitcode")[0] == 1


# Git


def test_refs_are_evaluated_with_their_own_libraries_and_nothing_is_touched(run: Any, repository: Path):
    before = state(repository.parent)
    code, out, _ = run("main", "HEAD", "--project", repository, "--stack", "prod", "--exit-code")
    assert code == Exit.CHANGES
    assert out.splitlines()[0] == "prod: deletes data: mail (1 deleted in all)."
    assert "orders" not in out
    assert state(repository.parent) == before


def test_by_default_the_working_tree_is_compared_with_where_main_was_left(run: Any, repository: Path):
    code, out, _ = run("--project", repository, "--format", "json")
    assert code == Exit.DONE
    stacks = {one["stack"]: one for one in json.loads(out)["stacks"]}
    assert sorted(stacks) == ["dev", "prod", "test"]
    names = {(change["kind"], change["name"]) for change in stacks["dev"]["changes"]}
    assert names == {("updated", "orders"), ("deleted", "mail")}
    assert stacks["test"]["counts"] == {"created": 2}


def test_three_dots_are_where_a_branch_was_left_as_in_git(run: Any, repository: Path):
    git(repository, "branch", "on", "main")
    git(repository, "worktree", "add", "--quiet", "../main", "on")
    try:
        (repository.parent / "main" / "infra" / "Pulumi.later.yaml").write_text(
            f"config:\n  tiny:password: {SENTINEL}\n"
        )
        git(repository.parent / "main", "add", ".")
        git(repository.parent / "main", "commit", "--quiet", "-m", "main went on")
        asked = ("HEAD", "--project", repository, "--format", "json", "--stack", "later")
        code, _, said = run("on...", *asked)
        assert (code, "there are: dev, prod, test" in said) == (Exit.NOT_FOUND, True)
        assert [stack["stack"] for stack in json.loads(run("on", *asked)[1])["stacks"]] == ["later"]
    finally:
        git(repository, "worktree", "remove", "--force", "../main")
        git(repository, "branch", "-D", "on")


@pytest.mark.parametrize("base", [(), ("main", "HEAD"), ("origin/main...", "HEAD")], ids=["default", "ref", "dots"])
def test_a_shallow_clone_says_how_to_get_the_rest(run: Any, repository: Path, tmp_path: Path, base: tuple[str, ...]):
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=feature", repository.parent.as_uri(), "shallow")
    git(tmp_path / "shallow", "remote", "set-head", "origin", "--delete")  # a forge's is main, which is not fetched
    code, out, err = run(*base, "--project", tmp_path / "shallow" / "infra")
    assert (code, out) == (Exit.NOT_FOUND, "")
    assert "git fetch --unshallow" in err
    assert "fetch-depth: 0" in err


def test_what_a_whole_clone_lacks_is_not_blamed_on_its_depth(run: Any, repository: Path):
    orphan = git(repository, "commit-tree", "HEAD^{tree}", "-m", "begins anew").strip()
    code, _, err = run(f"{orphan}...", "HEAD", "--project", repository)
    assert (code, "shallow" in err) == (Exit.NOT_FOUND, False)
    assert f"HEAD and '{orphan}' have no commit in common" in err


def test_a_ref_and_a_file(run: Any, repository: Path, tmp_path: Path):
    export = tmp_path / "export.json"
    ran = [
        sys.executable,
        "-m",
        "bcinfra",
        "preview",
        "prod",
        "--project",
        str(repository),
        "--json",
        "-o",
        str(export),
    ]
    subprocess.run(ran, check=True, capture_output=True)
    assert load(export).stack == "prod"
    assert run(export, repository, "--project", repository) == (Exit.DONE, "prod: no changes.\n", "")


def test_each_side_has_its_own_bcinfra_of_any_version_and_our_recorder(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A bcinfra of long ago has neither a recorder nor exit codes."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    git(tmp_path, "init", "--quiet")
    (tmp_path / "bcinfra").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("{name: tiny, runtime: python, main: shop/}")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__main__.py").write_text(
        "import pulumi_aws as aws\nfrom bcinfra import DELAY\naws.sqs.Queue('orders', delay_seconds=DELAY)\n"
    )
    for delay in (10, 20):
        (tmp_path / "bcinfra" / "__init__.py").write_text(f"DELAY = {delay}\n")
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "--quiet", "-m", "a version")
    (tmp_path / "bcinfra" / "__init__.py").write_text("DELAY = 30\n")
    assert "10 -> 20" in run("HEAD~", "HEAD", "--project", tmp_path, "--stack", "dev")[1]
    assert "20 -> 30" in run("HEAD", "--project", tmp_path, "--stack", "dev")[1]
    assert not list(tmp_path.rglob("__pycache__"))


def test_a_program_has_no_network_and_only_the_variables_that_it_is_given(
    run: Any, repository: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SHOP_ZONE", "a")
    program = (repository / "__main__.py").read_text()
    arguments = ("main", "--project", repository, "--stack", "dev")
    try:
        (repository / "__main__.py").write_text(f"import os\nos.environ['SHOP_ZONE']\n{program}")
        code, _, err = run(*arguments)
        assert (code, f"dev of {repository}: __main__.py:2:" in err) == (Exit.PROGRAM, True)
        assert run(*arguments, "--env", "SHOP_ZONE")[0] == Exit.DONE
        (repository / "__main__.py").write_text("import socket\nsocket.create_connection(('192.0.2.1', 80), 5)\n")
        code, _, err = run(*arguments)
        assert (code, "has no network" in err) == (Exit.PROGRAM, True)
    finally:
        (repository / "__main__.py").write_text(program)


def test_a_ref_older_than_the_project_has_nothing(run: Any, repository: Path):
    code, out, _ = run("ancient", "main", "--project", repository, "--stack", "dev", "--format", "json")
    assert (code, json.loads(out)["stacks"][0]["counts"]) == (Exit.DONE, {"created": 3})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mian", "HEAD"], "'mian' is neither a file, a project's folder nor a git ref"),
        (["--upload-pack=x", "HEAD"], "No such option"),
        (["main", "HEAD", "--stack", "prd"], "there is no stack 'prd'; there are: dev, prod, test"),
    ],
)
def test_what_is_not_found(run: Any, repository: Path, arguments: list[str], said: str):
    code, out, err = run(*arguments, "--project", repository)
    assert (code, out) == (Exit.USAGE if "option" in said else Exit.NOT_FOUND, "")
    assert said in err


def test_a_program_that_fails_or_hangs_says_so_without_what_it_printed(run: Any, repository: Path):
    folder = repository
    program = (folder / "__main__.py").read_text()
    try:
        (folder / "__main__.py").write_text(program + "\nraise ValueError(pulumi.Config().require('password'))\n")
        code, _, err = run("main", "--project", folder, "--stack", "dev")
        assert (code, "__main__.py:" in err) == (Exit.PROGRAM, True)
        (folder / "__main__.py").write_text("import time\ntime.sleep(60)\n")
        assert run("main", "--project", folder, "--stack", "dev", "--timeout", "2")[0] == Exit.TIMEOUT
        (folder / "__main__.py").write_text("import os\nos._exit(3)\n")
        code, _, err = run("main", "--project", folder, "--stack", "dev")
        assert (code, "exit status 3" in err) == (Exit.PROGRAM, True)
    finally:
        (folder / "__main__.py").write_text(program)
