"""The scripts of scheduled jobs, run as they are, with stand-ins for ``kubectl`` and ``restic``."""

from __future__ import annotations

import os
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bcinfra.kubernetes.backups import BACKUP, RESTORE
from bcinfra.kubernetes.mysql_restore import SCRIPT
from bcinfra.kubernetes.workload import ON_ITS_DAY, PATCH

KUBECTL = r"""#!/bin/sh
echo "$1 $2" >>"$LOG"
case "$*" in
  "get pxc-backup"*) cat "$BACKUPS" ;;
  "wait $FAILING"*) exit 1 ;;
  "create --filename -") { cat; echo; } >>"$LOG" ;;
  exec*) cat >"$ASKED"; echo "$ANSWER" ;;
esac
"""

RESTIC = r"""#!/bin/sh
echo "$1" >>"$LOG"
case "$1" in
  cat) [ -d "$STORE" ] ;;
  init) mkdir "$STORE" ;;
  backup) shift 3; for path; do mkdir -p "$STORE$path"; cp -r "$path/." "$STORE$path/"; done ;;
  restore) cp -r "$STORE/." "$RESTORED/" ;;
esac
"""


class Run:
    """A script in a folder of its own, with a stand-in of the tool that it drives."""

    def __init__(self, folder: Path, script: Path, tool: str, text: str, **environment: str) -> None:
        self.script, self.log = script, folder / "log"
        (folder / "bin").mkdir()
        (folder / "bin" / tool).write_text(text)
        (folder / "bin" / tool).chmod(0o755)
        path = f"{folder / 'bin'}:{os.environ['PATH']}"
        self.environment = {"PATH": path, "LOG": str(self.log), **environment}

    def __call__(self, **environment: str) -> subprocess.CompletedProcess[str]:
        self.log.write_text("")
        return subprocess.run(
            ["sh", "-c", self.script.read_text()],
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    @property
    def calls(self) -> list[str]:
        return self.log.read_text().splitlines()


def ended(ago: int) -> str:
    return datetime.fromtimestamp(time.time() - ago, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def restore(tmp_path: Path) -> Run:
    backups = tmp_path / "backups"
    backups.write_text(
        f"Succeeded {ended(90_000)} older \nFailed {ended(60)} broken \nSucceeded {ended(3600)} newest \n"
    )
    manifest = tmp_path / "restore.json"
    manifest.write_text('{"backupName": "BACKUP"}')
    script = tmp_path / "script.sh"
    script.write_text(SCRIPT.read_text().replace("/manifests", str(tmp_path)))
    return Run(
        tmp_path,
        script,
        "kubectl",
        KUBECTL,
        BACKUPS=str(backups),
        ASKED=str(tmp_path / "asked"),
        SOURCE="orders",
        SCRATCH="orders-rt",
        OLDEST="93600",
        TIMEOUT="600",
        QUERY="SELECT 1",
        ANSWER="42",
        FAILING="nothing",
        root="correct horse",
    )


def test_the_newest_backup_that_succeeded_is_restored_and_asked(restore: Run, tmp_path: Path) -> None:
    done = restore()
    assert done.returncode == 0, done.stderr
    assert "test restore of orders succeeded: newest" in done.stdout
    assert restore.calls == [
        "delete pxc-restore/orders-rt",
        "get pxc-backup",
        "create --filename",
        "wait pxc/orders-rt",
        "create --filename",
        '{"backupName": "newest"}',
        "wait pxc-restore/orders-rt",
        "exec --stdin",
        "delete pxc-restore/orders-rt",
    ]
    assert (tmp_path / "asked").read_text() == "correct horse\nSELECT 1\n"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"OLDEST": "600"}, "the newest backup, newest, ended 36"),
        ({"BACKUPS": "/dev/null"}, "there is no backup"),
        ({"FAILING": "pxc/orders-rt"}, "no cluster to restore into"),
        ({"FAILING": "pxc-restore/orders-rt"}, "newest was not restored within 600s"),
        ({"ANSWER": "0"}, "the query answers '0', not a number above 0"),
        ({"ANSWER": ""}, "the query answers '', not a number above 0"),
    ],
)
def test_a_restore_that_proves_nothing_fails_and_is_cleaned_up(restore: Run, change: dict[str, str], why: str) -> None:
    done = restore(**change)
    assert done.returncode == 1
    assert why in done.stderr
    assert restore.calls[-1] == "delete pxc-restore/orders-rt"
    assert "correct horse" not in done.stdout + done.stderr


@pytest.fixture
def copies(tmp_path: Path) -> tuple[Run, Run]:
    for folder in ("files", "restored", "run"):
        (tmp_path / folder).mkdir()
    (tmp_path / "files" / "logo.png").write_text("logo")
    environment = {
        "FILES": str(tmp_path / "files"),
        "MARK": str(tmp_path / "mark"),
        "RESTORED": str(tmp_path / "restored"),
        "STORE": str(tmp_path / "store"),
        "HOST": "media",
        "OLDEST": "2700",
        "TIMEOUT": "60",
    }
    backup = Run(tmp_path, BACKUP, "restic", RESTIC, **environment)
    return backup, Run(tmp_path / "run", RESTORE, "restic", RESTIC, **environment)


def test_files_are_copied_and_restored(copies: tuple[Run, Run]) -> None:
    backup, restore = copies
    assert backup().returncode == 0
    assert backup.calls == ["cat", "init", "backup"]
    assert backup().returncode == 0
    assert backup.calls == ["cat", "backup"]
    done = restore()
    assert done.returncode == 0, done.stderr
    assert "test restore of media succeeded: 1 files" in done.stdout


def test_old_copies_are_dropped_only_when_told(copies: tuple[Run, Run]) -> None:
    backup, _ = copies
    backup(KEEP_HOURS="48", KEEP_DAYS="30")
    assert backup.calls[-1] == "forget"


def test_a_copy_that_is_old_missing_or_empty_fails(copies: tuple[Run, Run], tmp_path: Path) -> None:
    backup, restore = copies
    assert "not restored whole" in restore().stderr
    backup()
    assert "at most -1s are allowed" in restore(OLDEST="-1").stderr
    (tmp_path / "store" / str(tmp_path / "files").lstrip("/") / "logo.png").unlink()
    (tmp_path / "restored" / str(tmp_path / "files").lstrip("/") / "logo.png").unlink()
    assert "the newest copy is empty" in restore().stderr


# -- the calendar -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "runs"),
    [
        ("1125 4", True),  # 25 November 2027, a Thursday: the day before Black Friday
        ("1126 5", False),  # 2027: a year before, this was the day
        ("1126 4", True),  # 2026
        ("1103 4", False),  # a crontab with two months names days of both
    ],
)
def test_a_peak_that_moves_is_prepared_on_its_day_alone(tmp_path: Path, today: str, runs: bool) -> None:
    days, weekday = today.split()
    clock = f'#!/bin/sh\ncase "$*" in *%m%d*) echo {days} ;; *) echo {weekday} ;; esac\n'
    (tmp_path / "script").write_text(f"{ON_ITS_DAY}{PATCH}")
    run = Run(tmp_path, tmp_path / "script", "kubectl", KUBECTL, AUTOSCALER="web", PATCH="{}", WEEKDAY="4")
    (tmp_path / "bin" / "date").write_text(clock)
    (tmp_path / "bin" / "date").chmod(0o755)
    assert run(DAYS="1122 1123 1124 1125 1126 1127 1128").returncode == 0
    assert run.calls == (["patch hpa"] if runs else [])
