"""``bcinfra accept``: a row for what is missed now, once, in a file that stays as it was otherwise."""

from __future__ import annotations

import io
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml

from bcinfra.commands.accept import appended, literal
from bcinfra.continuity.judgement.accepted import read_accepted
from bcinfra.continuity.recovery.outcomes import matches
from bcinfra.exits import Exit, UserError
from tests.commands.conftest import Run

WHO = ("--owner", "Ada", "--reason", "dear", "--expires", "2027-05-31", "--today", "2026-11-28")
ROW = {"scenario": ["a", "b:*"], "owner": "Ada", "reason": "x: y", "expires": date(2027, 5, 31)}


def test_a_risk_is_written_once_and_counts(bcinfra: Run, export: Path, tmp_path: Path) -> None:
    file = tmp_path / "accepted.yaml"
    given = (*WHO, "--stack", export, "-o", file)
    code, said, _ = bcinfra("accept", "provider:aws", *given)
    assert code == Exit.DONE
    assert said == f"{file}: Ada accepts recovery time, data loss of * in provider:aws until 2027-05-31\n"
    before = file.read_bytes()
    code, said, _ = bcinfra("accept", "provider:aws", *given)
    assert (code, file.read_bytes()) == (Exit.DONE, before)
    assert f"{file}:3: " in said
    assert "is accepted already; nothing is changed" in said
    code, _, errors = bcinfra("accept", "provider:aws", *given, "--owner", "Grace")
    assert (code, file.read_bytes()) == (Exit.USAGE, before)
    assert "is accepted already, by Ada until 2027-05-31: dear\n    change that row" in errors
    code, said, _ = bcinfra("accept", "provider:aws", "--objective", "recovery time", *given)
    assert (code, file.read_bytes()) == (Exit.DONE, before)
    assert "all of it is accepted already, by Ada until 2027-05-31; nothing is changed" in said
    code, said, _ = bcinfra("accept", "--kind", "attack", *given)
    assert code == Exit.DONE
    code, said, _ = bcinfra("accept", "bc0013", *given)
    assert code == Exit.DONE
    assert len(read_accepted(file)) == 3
    assert file.read_bytes().startswith(before)
    _, said, errors = bcinfra("assess", export, "--baseline", file, "--today", "2026-11-28", "--full")
    assert not errors
    assert "for nothing" not in said


def test_what_is_not_run_now_is_not_accepted(bcinfra: Run, export: Path, tmp_path: Path) -> None:
    file = tmp_path / "accepted.yaml"
    given = (*WHO, "--stack", export, "-o", file)
    for what, told in {
        ("provider:aws", "provider:aw", "--capability", "sell"): (
            "provider:aw: there is no such scenario; near: provider:aws",
            "sell: there is no such capability; near: ",
        ),
        ("server:*",): ("recovery time, data loss of * in server:*: is neither missed nor undecided",),
        ("BC0001",): ("BC0001: is accepted with the scenarios that it shows in: ",),
        ("BC0013", "--resource", "midsize-prod-medias"): ("there is no such resource; near: midsize-prod-media",),
        ("BC0028",): ("what has expired is accepted anew by a later date",),
        ("provider:aws", "--objective", "speed"): ("objective = 'speed': is no objective",),
        ("provider:aws", "BC0013"): ("provider:aws: is no code of a finding",),
    }.items():
        code, _, errors = bcinfra("accept", *what, *given)
        assert code == Exit.USAGE
        assert all(words in errors for words in told), errors
    assert not file.exists()


def test_all_that_lacks_is_said_at_once(bcinfra: Run) -> None:
    code, _, errors = bcinfra("accept", "--expires", "2026-02-30", "--reason", " ")
    assert code == Exit.USAGE
    assert errors.splitlines() == [
        "error: say what is accepted: SCENARIO, --kind KIND or FINDING",
        "--owner lacks: who takes the risk",
        "--reason ' ': must not be empty",
        "--expires '2026-02-30': must be a date such as 2027-06-30",
    ]
    code, _, errors = bcinfra("accept", "x", *WHO, "--expires", "2026-11-27")
    assert code == Exit.USAGE
    assert "--expires '2026-11-27': is past: today is 2026-11-28" in errors


def test_a_terminal_is_asked_for_what_lacks(bcinfra: Run, export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = io.StringIO("Ada\nsoon\n2027-05-31\n")
    monkeypatch.setattr(answers, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", answers)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    code, said, errors = bcinfra("accept", "provider:aws", "--reason", "dear", "--stack", export)
    assert code == Exit.DONE
    assert yaml.safe_load(said) == [
        {"scenario": "provider:aws", "owner": "Ada", "reason": "dear", "expires": date(2027, 5, 31)}
    ]
    assert "must be a date such as 2027-06-30" in errors


def test_a_scenario_is_known_by_its_title(bcinfra: Run, export: Path) -> None:
    code, said, _ = bcinfra("accept", "Provider AWS lost", *WHO, "--stack", export)
    assert code == Exit.DONE
    assert yaml.safe_load(said)[0]["scenario"] == "provider:aws"


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# none yet\n",
        "accepted:\n",
        "accepted: # none\n",
        "accepted: []  # none\n# end\n",
        "{}\n",
        "accepted: [{a: 1}]\n# end\n",
        "accepted: [{a: 1},\n ] # end\n",
        "accepted:\n- a: 1\n  b: >-\n    text\n\n# end\n",
        "# x\naccepted:\n\n    # y\n    - a: 1\n      b: [1,\n       2] # c\n",
        "accepted:\r\n  - a: 1 # c",
        "---\naccepted:\n  - a: 'x'\n    b:\n...\n",
    ],
)
def test_a_row_is_added_and_all_else_stays(before: str) -> None:
    after = appended(before, ROW)
    kept = (yaml.safe_load(before) or {}).get("accepted") or []
    assert yaml.safe_load(after) == {"accepted": [*kept, ROW]}
    for comment in ("none", "none yet", "x", "y", "c", "end"):
        assert after.count(f"# {comment}") == before.count(f"# {comment}")
    assert after.endswith("\r\n") == ("\r\n" in before)


def test_a_form_that_takes_no_row_is_refused_with_the_row() -> None:
    with pytest.raises(UserError, match=r"write accepted: as a list .*\n- scenario:\n"):
        appended("accepted:\n  - a: |+\n      x\n\n\n", ROW)


def test_a_name_that_holds_letters_of_patterns_is_written_as_itself() -> None:
    for name in ("deletion:DNS zone *.shop.example", "what?", "[*]"):
        assert matches(literal(name), name)
        assert not matches(literal(name), name.replace("*", "x").replace("?", "x"))
    assert literal("files[0]") == "files[0]"
