"""``bcinfra assess``: what it takes, what it prints, when it stops a pipeline."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bcinfra.continuity.judgement import assessment
from bcinfra.continuity.readings import fcaps, read
from bcinfra.exits import Exit
from bcinfra.graph import to_json
from bcinfra.graph.files import load
from tests.commands.conftest import ROOT, Run
from tests.samples import sample


def accepted(path: Path, expires: str, scenario: str = "*") -> Path:
    rows = "".join(
        f'  - {{scenario: "{scenario}", objective: {objective}, owner: Ada, reason: dear, expires: {expires}}}\n'
        for objective in ("recovery time", "data loss", "availability")
    )
    path.write_text(f"accepted:\n{rows}", encoding="utf-8")
    return path


def test_an_export_a_stack_and_standard_input_say_the_same(
    bcinfra: Run, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, by_file, _ = bcinfra("assess", export)
    assert code == 0
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(export.read_bytes())))
    _, by_pipe, _ = bcinfra("assess", "-")
    _, by_name, _ = bcinfra("assess", "midsize-prod", "--project", ROOT)

    def told(text: str) -> str:
        return text.partition(" Details: ")[0]

    assert told(by_file) == told(by_pipe) == told(by_name)
    assert by_file.startswith("bcinfra/midsize-prod keeps its word in ")


def test_the_file_holds_what_the_screen_shows(bcinfra: Run, export: Path, tmp_path: Path) -> None:
    _, shown, _ = bcinfra("assess", export)
    assert bcinfra("assess", export, "-o", tmp_path / "a.txt")[1] == ""
    assert (tmp_path / "a.txt").read_text() == shown


@pytest.mark.parametrize("format", ["markdown", "json", "sarif"])
def test_two_runs_print_the_same_bytes(
    bcinfra: Run, export: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bcinfra("assess", export, "--format", format)[1]
    for module, name in ((load, "load"), (read, "read"), (fcaps, "cells"), (assessment, "assess")):
        monkeypatch.setattr(module, name, vars(vars(module)[name])["__wrapped__"])
    assert first
    assert first == bcinfra("assess", export, "--format", format)[1]


def test_an_export_needs_no_sdk_and_help_no_continuity(tmp_path: Path) -> None:
    export = tmp_path / "shop.json"
    export.write_text(to_json(sample("php-aws")))
    code = (
        "import sys\nfrom bcinfra import cli\nsys.argv = ['bcinfra', *{arguments!r}]\n"
        "try: cli.main()\nexcept SystemExit: pass\n"
        "print([m for m in sys.modules if m in {modules!r}], file=sys.stderr)"
    )
    for arguments, modules in (
        (["assess", str(export)], {"pulumi", "pulumi_aws", "grpc"}),
        (["assess", "--help"], {"pulumi", "bcinfra.continuity.recovery", "rich.table", "yaml"}),
        (["explain", "RTO"], {"pulumi", "pulumi_aws", "grpc"}),
    ):
        program = code.format(arguments=arguments, modules=modules)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
        assert done.stderr.splitlines()[-1] == "[]", (arguments, done.stderr)


def test_gates_stop_with_their_own_exit_code(bcinfra: Run, export: Path, tmp_path: Path) -> None:
    code, _, said = bcinfra("assess", export, "--fail-on", "missed")
    assert code == Exit.GATE
    assert "stopped by --fail-on missed:\n  ransomware: recovery time of account" in said
    code, _, said = bcinfra("assess", export, "--fail-on", "unknown")
    assert code == Exit.DONE
    unsaid = tmp_path / "unsaid.json"  # how reliable its supplier is
    unsaid.write_text(export.read_text().replace('"suppliers":', '"of others":'))
    code, _, said = bcinfra("assess", unsaid, "--fail-on", "unknown")
    assert code == Exit.GATE
    assert "supplier:payment-provider: recovery time of checkout" in said
    code, _, _ = bcinfra("assess", export, "--fail-on", "missed", "--domain", "control plane aws/eu-west-1")
    assert code == Exit.DONE


def test_a_gate_and_a_filter_are_of_one_kind_of_disruption(bcinfra: Run, export: Path) -> None:
    code, _, said = bcinfra("assess", export, "--fail-on", "missed:people")
    assert code == Exit.GATE
    assert said.startswith("stopped by --fail-on missed:people:\n  deletion:")
    assert "ransomware" not in said
    for kind in ("server", "region"):
        gate = ("--recovery-time", "5h", "--fail-on", f"missed:{kind}")
        assert bcinfra("assess", export, *gate)[0] == Exit.DONE, kind
    both = ("--kind", "server", "--kind", "region", "--recovery-time", "5h")
    code, said, _ = bcinfra("assess", export, *both, "--fail-on", "missed")
    assert code == Exit.DONE
    assert "ransomware" not in said
    code, _, said = bcinfra("assess", export, "--fail-on", "mised:zon")
    assert code == Exit.USAGE
    assert "did you mean missed:zone?" in said
    code, _, said = bcinfra("assess", export, "--fail-on", "regression:zone")
    assert code == Exit.USAGE
    code, _, said = bcinfra("assess", export, "--kind", "zone", "--domain", "dns-provider")
    assert code == Exit.USAGE
    assert "--kind zone: no scenario is of it; there are: supplier" in said


def test_accepted_risks_do_not_stop_until_they_expire(bcinfra: Run, export: Path, tmp_path: Path) -> None:
    risks = accepted(tmp_path / "accepted.yaml", "2027-06-30")
    gates = ("--fail-on", "missed", "--fail-on", "unknown", "--baseline", risks)
    code, said, _ = bcinfra("assess", export, *gates, "--today", "2027-06-30")
    assert code == Exit.DONE
    flat = " ".join(said.split())
    assert (
        "keeps its word in 2 of 8 kinds of disruption and 130 of 144 scenarios, 6 more kinds at accepted risk" in flat
    )
    assert "miss an objective" not in flat
    assert "14 are accepted" in flat
    code, said, _ = bcinfra("assess", export, *gates, "--today", "2027-07-01")
    assert code == Exit.GATE
    assert "Expired on 2027-06-30: Ada accepted recovery time of * in * [BC0028]" in said
    _, said, _ = bcinfra("assess", export, "--baseline", accepted(tmp_path / "other.yaml", "2027-06-30", "provider:aw"))
    assert "Accepted by Ada for nothing: recovery time of * in provider:aw; near: provider:aws" in " ".join(
        said.split()
    )


def test_a_regression_is_what_an_earlier_assessment_did_not_have(
    bcinfra: Run, export: Path, weaker: Path, tmp_path: Path
) -> None:
    before = tmp_path / "before.json"
    assert bcinfra("assess", export, "--format", "json", "-o", before)[0] == 0
    gate = ("--baseline", before, "--fail-on", "regression")
    code, said, _ = bcinfra("assess", export, *gate)
    assert code == Exit.DONE
    assert said.startswith("midsize-prod: continuity stays as it is.")
    code, said, errors = bcinfra("assess", weaker, *gate)
    assert code == Exit.GATE
    assert said.startswith("midsize-prod: WORSE: zone aws/eu-west-1/euw1-az1 lost: ")
    assert "MET -> MISSED" in said
    assert "zone:aws/eu-west-1/euw1-az1: recovery time of checkout: " in errors
    code, _, _ = bcinfra("assess", weaker, *gate, "--domain", "region aws/eu-west-1")
    assert code == Exit.DONE


def test_wrong_usage_names_what_is_wrong_and_what_there_is(bcinfra: Run, export: Path, tmp_path: Path) -> None:
    code, _, said = bcinfra("assess", export, "--domain", "zone-x", "--capability", "chekout")
    assert code == Exit.USAGE
    assert "--capability 'chekout': there are: account, browse, cart, checkout, invoices, support" in said
    assert "--domain 'zone-x': no scenario is about it; near: " in said
    code, _, said = bcinfra("assess", export, "--fail-on", "regression")
    assert code == Exit.USAGE
    assert "give an earlier assessment with --baseline FILE.json" in said


def test_all_that_is_wrong_with_files_is_said_at_once(bcinfra: Run, export: Path, tmp_path: Path) -> None:
    (tmp_path / "risks.yaml").write_text("accepted:\n  - {scenario: x, objective: speed, owner: '', expires: soon}\n")
    (tmp_path / "old.json").write_text("{}")
    (tmp_path / "own.yaml").write_text("facts: {aws.rds.pitrr: {why: measured}}")
    code, _, said = bcinfra(
        "assess",
        export,
        *("--baseline", tmp_path / "risks.yaml", "--baseline", tmp_path / "old.json"),
        *("--baseline", tmp_path / "none.yaml", "--figures", tmp_path / "own.yaml"),
    )
    assert code == Exit.USAGE
    for words in (
        "accepted[0].objective = 'speed': is no objective",
        "accepted[0].owner = '': must not be empty",
        "old.json: is not an assessment",
        "accepted risks: cannot be read: no such file or directory",
        "none.yaml:1",
        "did you mean 'aws.rds.pitr'?",
    ):
        assert words in said


def test_own_figures_are_used_and_said(bcinfra: Run, export: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "facts:\n  aws.rds.snapshot_restore:\n    failover_seconds: {typical: 600, upper: 800}\n"
        "    why: rehearsal of 2026-10-02\n"
    )
    _, said, _ = bcinfra("assess", export, "--figures", own, "--full")
    assert "1 of them your own" in said
    _, made, _ = bcinfra("assess", export, "--figures", own, "--format", "json")
    assert json.loads(made)["own_figures"] == {"aws.rds.snapshot_restore": "rehearsal of 2026-10-02"}


@pytest.mark.parametrize(
    ("content", "message"),
    [("", "is not JSON"), ("[]", "is not a JSON object"), ("{}", "neither a stack export nor a preview")],
)
def test_a_file_that_holds_no_graph_is_refused(bcinfra: Run, tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "x.json").write_text(content)
    code, _, said = bcinfra("assess", tmp_path / "x.json")
    assert code == Exit.USAGE
    assert message in said


def test_a_stack_without_specification_is_assessed_and_its_defaults_are_said(bcinfra: Run, tmp_path: Path) -> None:
    from bcinfra.graph import record, to_json
    from tests.continuity.readings.programs import IRELAND, Database, Region, Tier

    def program() -> None:
        ireland = Region("eu-west-1", IRELAND)
        Database(ireland, Tier(ireland))

    (tmp_path / "export.json").write_text(to_json(record(program)))
    code, said, _ = bcinfra("assess", tmp_path / "export.json")
    assert code == 0
    assert "No specification: what the stack is there for was inferred" in said
    assert "Rests on: default objectives (recovery 15 min, data loss 15 min, availability 99.5 %)" in said
    assert " miss an objective" in said.splitlines()[0]


def test_objectives_can_be_given(bcinfra: Run, export: Path) -> None:
    zone = ("--domain", "zone:aws/eu-west-1/euw1-az1")
    assert bcinfra("assess", export, *zone, "--fail-on", "missed", "--recovery-time", "5h")[0] == Exit.DONE
    code, _, stopped = bcinfra("assess", export, *zone, "--fail-on", "missed", "--recovery-time", "20m")
    assert (code, "impaired:aws/eu-west-1/euw1-az1: recovery time" in stopped) == (Exit.GATE, True)
    assert " zone:aws/eu-west-1/euw1-az1: recovery time" not in stopped
    code, said, stopped = bcinfra("assess", export, *zone, "--fail-on", "missed", "--recovery-time", "1m30s")
    assert (code, " zone:aws/eu-west-1/euw1-az1: recovery time" in stopped) == (Exit.GATE, True)
    assert "90 s" in said
    code, _, said = bcinfra("assess", export, "--recovery-time", "1x", "--data-loss", "soon")
    assert code == Exit.USAGE
    assert "--recovery-time '1x': is not a duration; write such as 15m" in said
