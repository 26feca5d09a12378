"""The files of ``ci`` are what each forge reads, and what they run does what it says; so is what ``docs/ci`` shows."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from bcinfra.exits import Exit
from tests.ci.conftest import CI, ROOT, Checkout, shell

PAGES = {at.stem: at.read_text(encoding="utf-8") for at in (ROOT / "docs" / "ci").glob("*.md")}
FILES = {
    "github-actions": CI / "github" / "action.yml",
    "gitlab-ci": CI / "gitlab" / "template.yml",
    "bitbucket-pipelines": CI / "bitbucket" / "bitbucket-pipelines.yml",
    "azure-pipelines": CI / "azure" / "steps.yml",
}
"""By the name of the forge's own schema."""
SHOWN = {
    "github-workflows": "github",
    "gitlab-ci": "gitlab",
    "bitbucket-pipelines": "bitbucket",
    "azure-pipelines": "azure",
}
SETTINGS = {"project", "stack", "failon", "baseline", "requirements"}
"""What every forge lets one state."""


def plain(name: str) -> str:
    """The name of a setting, which forges write as ``fail-on`` or ``failOn``."""
    return name.replace("-", "").lower()


def documents(schema: str) -> list[Any]:
    return list(yaml.safe_load_all(FILES[schema].read_text()))


def block(page: str) -> str:
    """What a page says to paste."""
    (found,) = re.findall(r"^```yaml\n(.*?)^```$", PAGES[page], re.DOTALL | re.MULTILINE)
    return found


def refused(schema: str, texts: list[str], folder: Path) -> str:
    """What the forge's own schema has against them, one document a text."""
    files = [folder / f"{i}.yml" for i in range(len(texts))]
    for at, text in zip(files, texts, strict=True):
        at.write_text(text)
    transform = ["--data-transform", schema] if schema in {"gitlab-ci", "azure-pipelines"} else []
    checker = Path(sys.executable).with_name("check-jsonschema")
    ended = subprocess.run(
        [checker, "--builtin-schema", f"vendor.{schema}", *transform, *files],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if ended.returncode == 0 else ended.stdout + ended.stderr


@pytest.mark.parametrize("schema", FILES)
def test_a_file_is_what_its_forge_reads(schema: str, tmp_path: Path) -> None:
    assert refused(schema, FILES[schema].read_text().split("\n---\n"), tmp_path) == ""


@pytest.mark.parametrize("schema", SHOWN)
def test_what_a_page_shows_is_what_its_forge_reads(schema: str, tmp_path: Path) -> None:
    assert refused(schema, [block(SHOWN[schema])], tmp_path) == ""


def test_what_a_forge_does_not_read_is_refused(tmp_path: Path) -> None:
    action = FILES["github-actions"].read_text()
    assert "composit" in refused("github-actions", [action.replace("using: composite", "using: composit")], tmp_path)


def test_the_step_to_paste_is_the_file() -> None:
    assert block("bitbucket") == FILES["bitbucket-pipelines"].read_text()


def test_each_page_names_what_can_be_stated() -> None:
    inputs = {
        "github": documents("github-actions")[0]["inputs"],
        "gitlab": documents("gitlab-ci")[0]["spec"]["inputs"],
        "azure": {row["name"]: row for row in documents("azure-pipelines")[0]["parameters"]},
    }
    for page, stated in inputs.items():
        assert {plain(name) for name in stated} >= SETTINGS
        assert [name for name in stated if not re.search(rf"\b{name}\b", PAGES[page])] == []
        assert all("default" in row for row in stated.values())


def test_what_is_pasted_states_only_what_can_be_stated() -> None:
    (job,) = yaml.safe_load(block("github"))["jobs"].values()
    assert job["steps"][-1]["with"].keys() <= documents("github-actions")[0]["inputs"].keys()
    (included,) = yaml.safe_load(block("gitlab"))["include"]
    assert included["inputs"].keys() <= documents("gitlab-ci")[0]["spec"]["inputs"].keys()
    (step,) = yaml.safe_load(block("azure"))["steps"]
    assert step["parameters"].keys() <= {row["name"] for row in documents("azure-pipelines")[0]["parameters"]}


def test_no_text_of_others_is_part_of_a_command() -> None:
    """What a forge fills in stands in variables: a branch or a stack may be called after a command."""
    texts = [step.run for forge in FORGES for step in steps(forge)]
    assert len(texts) >= 3 * len(FORGES)
    assert [text for text in texts if re.search(r"\$\{\{|\$\[\[|\$\(", text)] == []


# What they run


class Step(NamedTuple):
    run: str
    variables: dict[str, str]


def steps(forge: str) -> list[Step]:
    """What is run of a file, in turn: something that installs, then the comparison, then the comment."""
    match forge:
        case "github":
            rows = documents("github-actions")[0]["runs"]["steps"]
            return [Step(row["run"], row["env"]) for row in rows if "run" in row]
        case "gitlab":
            job = documents("gitlab-ci")[1]["bcinfra"]
            return [Step(line, job["variables"]) for line in (*job["script"], *job["after_script"])]
        case "bitbucket":
            (row,) = documents("bitbucket-pipelines")[0]["pipelines"]["pull-requests"]["**"]
            export, *script = row["step"]["script"]
            export = export.replace("BCINFRA_PROJECT=.", "BCINFRA_PROJECT=infra")  # what one edits there
            return [Step(f"{export}\n{line}", {}) for line in (*script, *row["step"]["after-script"])]
        case _:
            rows = documents("azure-pipelines")[0]["steps"]
            return [Step(row["bash"], row.get("env", {})) for row in rows if "bash" in row]


FORGES = {
    "github": {"GITHUB_BASE_REF": "main"},
    "gitlab": {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"},
    "bitbucket": {"BITBUCKET_PR_DESTINATION_BRANCH": "main"},
    "azure": {"SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"},
}
"""What a runner says of the branch that is asked to pull."""
STATED = {"project": "infra", "failon": "regression", "requirements": "a file $(touch taken).txt"}
STAND_IN = '#!/bin/sh\nIFS="|"; echo "${0##*/}|$*" >> "$ASKED"\n'
"""Writes down what it was asked."""
COMPARES = f"""{STAND_IN}
for word; do case $word in --output=*) echo told > "${{word#*=}}" ;; esac; done
[ "$1" = assess ] || exit {Exit.GATE}
"""
"""The same in place of bcinfra, which ``test_diff_script.py`` runs: a gate stops the comparison."""


@pytest.mark.parametrize("forge", FORGES)
def test_a_forge_installs_compares_tells_and_stops(forge: str, checkout: Checkout, tmp_path: Path) -> None:
    folder, bin, asked = checkout("worse"), tmp_path / "bcinfra" / "bin", tmp_path / "asked"
    bin.mkdir(parents=True)
    (bin / "bcinfra-diff.sh").symlink_to(CI / "bcinfra-diff.sh")
    for name in ("python", "pip", "bcinfra-comment.py", "bcinfra"):
        (bin / name).write_text(COMPARES if name == "bcinfra" else STAND_IN)
        (bin / name).chmod(0o755)
    out = (tmp_path if forge == "github" else folder) / "bcinfra-results"
    told = out if forge == "github" else out.name
    runner = {
        **FORGES[forge],
        "ASKED": str(asked),
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_ACTION_PATH": str(CI / "github"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }

    given = {**STATED, "temp": str(tmp_path)}

    def filled(value: str) -> str:
        return re.sub(r"\$(\{\{|\[\[) \w+\.([\w-]+) (\}\}|\]\])", lambda at: given.get(plain(at[2]), ""), value)

    codes = [
        shell(f'PATH="{bin}:$PATH"\n{step.run}', folder, **runner, **{k: filled(v) for k, v in step.variables.items()})[
            0
        ]
        for step in steps(forge)
    ]
    assert codes == [*([Exit.DONE] * (len(codes) - 2)), Exit.GATE, Exit.DONE]
    requirements = "requirements.txt" if forge == "bitbucket" else STATED["requirements"]
    lines = asked.read_text().splitlines()
    assert f"pip|install|--quiet|--requirement|{requirements}" in lines
    assert [line for line in lines if line.startswith("bcinfra|")] == [
        "bcinfra|diff|origin/main...|HEAD|--project=infra|--fail-on=regression|--exit-code|--format=markdown"
        f"|--forge={forge}|--output={told}/comment.md",
        f"bcinfra|assess|--project=infra|--all|--format=sarif|--output={told}/assessment.sarif",
    ]
    assert re.search(rf"bcinfra-comment.py\|{forge}\|{told}$", lines[-1])
    assert sorted(at.name for at in out.iterdir()) == ["assessment.sarif", "comment.md"]
    assert not list(tmp_path.rglob("taken"))
    if forge == "github":
        assert (tmp_path / "summary").read_text() == (out / "comment.md").read_text()
        assert (tmp_path / "output").read_text() == f"sarif={out / 'assessment.sarif'}\n"


def test_shell_is_as_shellcheck_wants_it(tmp_path: Path) -> None:
    files = [CI / "bcinfra-diff.sh"]
    for forge in FORGES:
        for i, step in enumerate(steps(forge)):
            files.append(tmp_path / f"{forge}-{i}.sh")
            files[-1].write_text(f"#!/bin/bash\n{step.run}\n")
    checker = Path(sys.executable).with_name("shellcheck")
    ended = subprocess.run([checker, *files], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "")


def test_what_is_installed_brings_the_scripts(tmp_path: Path) -> None:
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    ended = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    with zipfile.ZipFile(tmp_path / ended.stdout.split()[-1]) as wheel:
        scripts = {at.rpartition("/")[2]: at for at in wheel.namelist() if ".data/scripts/" in at}
        assert scripts.keys() == {"bcinfra-diff.sh", "bcinfra-comment.py"}
        assert wheel.read(scripts["bcinfra-diff.sh"]).startswith(b"#!/bin/sh\n")
        assert wheel.read(scripts["bcinfra-comment.py"]).startswith(b"#!python\n")
