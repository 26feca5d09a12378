"""The shop's own user at the database: made by a job, and no administrator."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from bcinfra import operations
from bcinfra.assembly import secrets
from bcinfra.graph import Graph
from bcinfra.operations import archive_binlogs
from bcinfra.spec import SpecError
from tests.assembly.conftest import hybrid, large, midsize, recorded
from tests.helpers import row, rows

SCRIPT = Path(operations.__path__[0]) / "database_user.sh"
SHOP = midsize.PROD.revised(mysql=midsize.PROD.mysql and midsize.PROD.mysql.revised(user="shop_app"))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return recorded(SHOP)


def container(graph: Graph, task: str) -> dict[str, object]:
    (found,) = json.loads(str(row(graph, "TaskDefinition", task).inputs["containerDefinitions"]))
    return found


def test_tiers_log_in_as_the_shop_s_own_user(graph: Graph) -> None:
    told = {
        r.name.rpartition("-")[2]: r.inputs
        for r in rows(graph, "Parameter").values()
        if "-ireland-parameters-" in r.name
    }
    assert told["MYSQL_USER"]["insecureValue"] == "shop_app"
    text = str(container(graph, "midsize-prod-ireland-app-task")["secrets"])
    assert "/operators/" not in text, "the administrator's password is read by the job alone"


def test_a_job_makes_the_user_at_the_writer_and_reads_the_administrator_s_password(graph: Graph) -> None:
    job = container(graph, "midsize-prod-ireland-database-user-task")
    assert {one["name"] for one in job["secrets"]} == {"HOST", "MYSQL_PWD", "USER_PASSWORD"}  # type: ignore[union-attr,index]
    assert all("/midsize-prod/operators/" in one["valueFrom"] for one in job["secrets"])  # type: ignore[union-attr,index]
    assert job["command"] == ["sh", "-c", SCRIPT.read_text()]
    schedules = {r.name: r.inputs["state"] for r in rows(graph, "Schedule").values() if "database-user" in r.name}
    assert schedules == {"midsize-prod-ireland-database-user-schedule": "ENABLED"}
    rules = [r for r in rows(graph, "SecurityGroupIngressRule").values() if "database-user" in r.name]
    assert [r.inputs["fromPort"] for r in rules] == [3306]


def test_without_one_nothing_is_made() -> None:
    assert "mysqlUserPassword" not in secrets(midsize.PROD)
    assert secrets(SHOP)["mysqlUserPassword"] == "password of the database's user shop_app, as whom the shop logs in"


def test_on_kubernetes_the_operator_makes_it() -> None:
    shop = hybrid.PROD.revised(mysql=hybrid.PROD.mysql and hybrid.PROD.mysql.revised(user="shop_app"))
    graph = recorded(shop)
    users = [
        r.inputs["spec"]["users"] for r in rows(graph, "PerconaXtraDBCluster").values() if "users" in r.inputs["spec"]
    ]  # type: ignore[index,operator]
    assert [user["name"] for (user,) in users] == ["shop_app"]


@pytest.mark.parametrize(
    ("shop", "user", "says"),
    [
        (large.PROD, "shop_app", "cannot be made on Google Cloud, whose users are administrators"),
        (midsize.PROD, "shop", "is the administrator"),
        (midsize.PROD, "binlog_archive", "is who reads the binary log"),
    ],
)
def test_what_nobody_can_make_is_refused(shop: midsize.Shop, user: str, says: str) -> None:
    with pytest.raises(SpecError, match=says):
        shop.revised(mysql=shop.mysql and shop.mysql.revised(user=user))


def test_the_script_ends_with_the_password_that_is_stated_whatever_it_holds(tmp_path: Path) -> None:
    (tmp_path / "mysql").write_text('#!/bin/sh\necho "$@" >"$LOG"; env >>"$LOG"; cat >"$ASKED"\n')
    (tmp_path / "mysql").chmod(0o755)
    asked, log = tmp_path / "asked", tmp_path / "log"
    done = subprocess.run(
        ["sh", "-c", SCRIPT.read_text()],
        env={
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "ASKED": str(asked),
            "LOG": str(log),
            "HOST": "db.internal",
            "RIGHTS": "ALL PRIVILEGES ON `shop`.*\nSELECT ON `log`.*",
            "SETUP": "CREATE DATABASE log;",
            "USER_NAME": "shop_app",
            "ADMINISTRATOR": "shop",
            "MYSQL_PWD": "administrator's",
            "USER_PASSWORD": "it's a \\ and a $HOME",
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    assert asked.read_text().splitlines() == [
        "CREATE DATABASE log;",
        r"CREATE USER IF NOT EXISTS 'shop_app'@'%' IDENTIFIED BY 'it\'s a \\ and a $HOME' REQUIRE SSL;",
        r"ALTER USER 'shop_app'@'%' IDENTIFIED BY 'it\'s a \\ and a $HOME' REQUIRE SSL;",
        "GRANT ALL PRIVILEGES ON `shop`.* TO 'shop_app'@'%';",
        "GRANT SELECT ON `log`.* TO 'shop_app'@'%';",
    ]
    assert "--ssl-mode=REQUIRED" in log.read_text()
    assert "it's a" not in log.read_text(), "neither on the command line nor in the client's environment"


def test_whoever_reads_the_log_is_a_user_of_its_own(graph: Graph) -> None:
    job = container(graph, "midsize-prod-ireland-archive-user-task")
    told = {one["name"]: one["value"] for one in job["environment"]}  # type: ignore[union-attr,index]
    assert (told["USER_NAME"], told["RIGHTS"].splitlines()) == ("binlog_archive", list(archive_binlogs.RIGHTS))
    assert told["SETUP"].startswith(archive_binlogs.SETUP)
    assert "binlog retention hours" in told["SETUP"]
    for site in ("ireland", "frankfurt"):
        reader = container(graph, f"midsize-prod-mysql-log-{site}")
        assert {"name": "MYSQL_USER", "value": "binlog_archive"} in reader["environment"]  # type: ignore[operator]
    assert "mysqlArchivePassword" in secrets(SHOP)
    assert "mysqlArchivePassword" not in secrets(SHOP.revised(backups=SHOP.backups.revised(archive=False)))
