"""The archive of binary logs against a real server: what was acknowledged is restored, whatever breaks on the way."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bcinfra import operations
from bcinfra.aws.binlog_archive import PROGRAM
from bcinfra.operations.archive_binlogs import (
    RIGHTS,
    SETUP,
    GapError,
    Piece,
    Proof,
    Reader,
    Server,
    Throwaway,
    UnprovedError,
    beginning,
    chain,
    connected,
    covers,
    gtid_set,
    manifest,
    prove,
    prove_each,
    publish,
    restore,
    stamp,
)
from bcinfra.spec import ARCHIVE_USER
from tests.operations.servers import PASSWORD, Aws, Login, mariadb, needs_mariadb, with_user, within_reach
from tests.operations.vault import Vault


@dataclass(frozen=True)
class Trial:
    """A shop's server, an empty one to restore to, a vault between them, and two readers."""

    shop: Server
    """As its administrator."""
    archivist: Server
    """As the user who reads its log."""
    empty: Server
    vault: Vault
    readers: list[Reader]
    folder: Path
    acknowledged: dict[int, str] = field(default_factory=dict[int, str])
    """When the server had acknowledged each order."""
    spoiled: set[str] = field(default_factory=set[str])
    """Objects that a test writes over."""

    def restore(self, key: str, until: datetime | None = None) -> list[int]:
        """The orders that are there after a restore: whatever became of the readers, at least those from before the
        moment that the newest beat tells of."""
        restore(self.empty, self.vault.bucket, self.folder, key=key, until=until)
        found = [int(row[0]) for row in self.empty("SELECT id FROM shop.orders ORDER BY id")]
        if until is None:
            assert self.before(self.newest_beat) <= {*found}
        return found

    def before(self, moment: str) -> set[int]:
        """The orders that were acknowledged before a moment."""
        return {id for id, at in self.acknowledged.items() if at < moment}

    def base(self) -> str:
        return manifest(self.shop, self.vault.archive, base=True)

    def order(self, *ids: int, text: str = "") -> None:
        """Orders whose writing the server has acknowledged."""
        self.shop("".join(f"INSERT INTO shop.orders VALUES ({id}, '{text}');\n" for id in ids))
        self.acknowledged.update(dict.fromkeys(ids, stamp()))

    def beats(self, reader: str = "") -> list[str]:
        """The moments of which a reader, or any, said that all from before has arrived."""
        keys = sorted(self.vault.named(f"beats/{reader}"), key=lambda key: key.rsplit("/", 1)[1])
        return [json.loads(self.vault.bucket.get(key))["at"] for key in keys]

    @property
    def newest_beat(self) -> str:
        return max(self.beats(), default="")

    def catch_up(self, reader: Reader) -> None:
        """Let a reader work until a beat says that all that is acknowledged now has arrived."""
        now = stamp()
        for _ in range(400):
            reader.round()
            if any(at > now for at in self.beats(reader.name)):
                return
            time.sleep(0.05)
        raise TimeoutError(self.vault.named(""))

    @contextmanager
    def runs(self, name: str) -> Generator[subprocess.Popen[bytes]]:
        """A reader as its container runs it; killed in the end, with what it started."""
        at = dict(option.removeprefix("--").split("=", 1) for option in self.archivist.options if "=" in option)
        told = {"MYSQL_HOST": at["host"], "MYSQL_PORT": at["port"], "MYSQL_USER": at["user"], "MYSQL_PWD": PASSWORD}
        told |= {"MYSQL_OPTIONS": f"--ssl-ca={at['ssl-ca']}", "FOLDER": str(self.folder / f"{name}-runs")}
        told |= {"READER": name, "INTERVAL_SECONDS": "0.5", **self.vault.environment}
        run = [sys.executable, *PROGRAM[1:], "read"]
        folder = Path(operations.__path__[0])
        process = subprocess.Popen(run, cwd=folder, env={**os.environ, **told}, start_new_session=True)
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server, Server]]:
    """The shop's server, the same as who reads its log, and an empty one to restore to."""
    with pytest.MonkeyPatch.context() as patch:
        within_reach(patch)
        one, two = (mariadb(tmp_path_factory.mktemp(name), number) for number, name in enumerate(("shop", "vault"), 1))
        with one as shop, two as vault:
            shop("CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY, text VARCHAR(900))")
            archivist = with_user(shop, tmp_path_factory.mktemp("user"), ARCHIVE_USER, RIGHTS, SETUP)
            yield shop, archivist, vault


@pytest.fixture
def trial(servers: tuple[Server, Server, Server], vault: Vault, tmp_path: Path) -> Iterator[Trial]:
    """Servers without orders, an empty bucket; no reader is left that a test let run, and nothing was written twice."""
    shop, archivist, empty = servers
    shop("DELETE FROM shop.orders")
    empty("DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS binlog_archive")
    readers = [Reader(archivist, vault.archive, name, tmp_path / name) for name in ("a", "b")]
    for reader in readers:
        reader.folder.mkdir()
    yield (trial := Trial(shop, archivist, empty, vault, readers, tmp_path))
    for reader in readers:
        reader.stop()
    written = [key for key, _ in vault.versions if key not in trial.spoiled]
    assert len(written) == len({*written})


@needs_mariadb
def test_every_acknowledged_row_is_restored(trial: Trial):
    trial.order(1, 2)
    key = trial.base()
    trial.readers[0].round()
    trial.order(*range(3, 200), text="x" * 900)  # some files of the log
    trial.catch_up(trial.readers[0])

    assert trial.restore(key) == [*range(1, 200)]
    assert len(list(trial.readers[0].folder.iterdir())) == 1  # uploaded files leave the disk


def works(trial: Trial, name: str) -> set[str]:
    """What the user who reads the log is able to do."""
    folder, done = trial.folder / name, set[str]()
    folder.mkdir()
    reader = Reader(trial.archivist, trial.vault.archive, name, folder)
    try:
        for _ in range(5):
            reader.round()
            time.sleep(0.05)
            if trial.vault.named(f"beats/{name}/"):
                done.add("beat")
                break
    except CalledProcessError:
        pass
    finally:
        reader.stop()
    try:
        found = json.loads(trial.vault.bucket.get(manifest(trial.archivist, trial.vault.archive)))
    except CalledProcessError:
        return done
    text = gzip.decompress(trial.vault.bucket.get(found["schema"])).decode()
    return done | {word for word in ("TABLE `orders`", "VIEW `seen`", "EVENT `tidy`", "TRIGGER") if word in text}


@needs_mariadb
def test_whoever_reads_the_log_has_the_rights_that_it_takes_and_no_more(trial: Trial):
    trial.shop(
        "USE shop; CREATE VIEW seen AS SELECT id FROM orders; CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY DO SELECT 1;"
        " CREATE TRIGGER kept BEFORE INSERT ON orders FOR EACH ROW SET @seen = 1"
    )
    try:
        whole = works(trial, "whole")
        assert whole == {"beat", "TABLE `orders`", "VIEW `seen`", "EVENT `tidy`", "TRIGGER"}
        for number, (right, place) in enumerate(
            (right, place)
            for rights, _, place in (one.partition(" ON ") for one in RIGHTS)
            for right in rights.split(", ")
        ):
            user = f"'{ARCHIVE_USER}'@'%'"
            trial.shop(f"REVOKE {right} ON {place} FROM {user}")
            assert works(trial, f"without-{number}") < whole, f"{right} is not needed"
            trial.shop(f"GRANT {right} ON {place} TO {user}")
        for refused in ("DELETE FROM shop.orders", "CREATE DATABASE other", "SET GLOBAL max_connections = 9"):
            with pytest.raises(CalledProcessError):
                trial.archivist(refused)
        plain = tuple(option for option in trial.archivist.options if not option.startswith("--ssl"))
        with pytest.raises(CalledProcessError):
            Server((*plain, "--skip-ssl"))("SELECT 1")
    finally:
        trial.shop("USE shop; DROP VIEW seen; DROP EVENT tidy; DROP TRIGGER kept")


@needs_mariadb
def test_a_restore_stops_before_the_damage(trial: Trial):
    key = trial.base()
    trial.order(1, 2, 3)
    time.sleep(1.1)  # the log tells time in seconds
    moment = datetime.now(UTC)
    time.sleep(1.1)
    trial.shop("DELETE FROM shop.orders WHERE id < 3")
    trial.catch_up(trial.readers[0])

    assert beginning(trial.empty, trial.vault.bucket, moment) == key
    assert trial.restore(key, moment) == [1, 2, 3]


@needs_mariadb
def test_a_killed_reader_leaves_no_hole(trial: Trial):
    first, second = trial.readers
    key = trial.base()
    for reader in trial.readers:
        trial.catch_up(reader)
    trial.order(*range(1, 100), text="x" * 900)
    first.round()
    first.stop()  # killed amid of it, and never to be seen again
    trial.order(*range(100, 120))
    trial.catch_up(second)
    second.stop()
    trial.order(120)
    # It takes the place of both, on a disk with old files.
    third = Reader(trial.archivist, trial.vault.archive, "c", first.folder)
    trial.catch_up(third)
    third.stop()

    assert trial.restore(key) == [*range(1, 121)]


@needs_mariadb
def test_sites_that_are_lost_amid_of_it_lose_nothing_from_before_the_newest_beat(trial: Trial):
    key, ids = trial.base(), itertools.count()

    def orders_until(done: Callable[[], bool]) -> None:
        for id in itertools.islice(ids, 400):
            trial.order(id)
            if done():
                return
        raise TimeoutError(trial.vault.named(""))

    with trial.runs("a") as first, trial.runs("b") as second:
        orders_until(lambda: bool(trial.beats("a") and trial.beats("b")))
        os.killpg(first.pid, signal.SIGKILL)
        killed, held = stamp(), len(trial.beats("b"))
        orders_until(lambda: len(trial.beats("b")) > held + 2)
        os.killpg(second.pid, signal.SIGKILL)
    trial.order(last := next(ids))

    found = trial.restore(key)  # nobody catches up
    assert trial.before(killed) < trial.before(trial.newest_beat) <= {*found}
    assert found == [*range(len(found))], "what is there has no holes"
    assert last not in found
    ((marked,),) = trial.empty("SELECT at FROM binlog_archive.marker")
    marker = f"{datetime.fromisoformat(marked):%Y%m%dT%H%M%S.%fZ}"
    assert trial.before(marker) <= {*found}, "the loss that it tells of is not less than what is lost"
    assert trial.beats("b")[-2] < marker, "nor more than from one beat to the next"


@needs_mariadb
def test_a_log_that_nobody_uploaded_is_a_gap(trial: Trial):
    key = trial.base()
    trial.order(0)
    time.sleep(1.1)  # the log tells time in seconds
    moment = datetime.now(UTC)
    time.sleep(1.1)
    trial.catch_up(trial.readers[0])  # its marker is younger than the moment
    trial.readers[0].stop()
    trial.order(1)
    while read := [row[0] for row in trial.shop("SHOW PROCESSLIST") if row[4] == "Binlog Dump"]:
        trial.shop("".join(f"KILL {id};" for id in read))  # the server keeps what it believes to be read
        time.sleep(0.1)
    trial.shop("FLUSH BINARY LOGS; FLUSH BINARY LOGS; FLUSH BINARY LOGS")
    while trial.shop.logs[0] != (newest_log := trial.shop.position.file):  # it also keeps what a crash would need
        trial.shop(f"PURGE BINARY LOGS TO '{newest_log}'")
        time.sleep(0.1)
    trial.order(2)
    trial.catch_up(trial.readers[1])

    assert trial.vault.named("gaps/b/")
    with pytest.raises(GapError, match=r"logs are missing; a restore to .* or before needs none of it"):
        trial.restore(key)
    with pytest.raises(GapError, match="logs are missing"):
        trial.restore(key, datetime.now(UTC))
    assert beginning(trial.empty, trial.vault.bucket, moment) == key
    assert trial.restore(key, moment) == [0], "nothing of before the gap is missing"

    trial.empty("DROP DATABASE shop; DROP DATABASE binlog_archive")
    after = trial.base()  # a new base is a new beginning
    assert trial.restore(after) == [0, 1, 2]


@needs_mariadb
def test_no_beat_while_nothing_arrives(trial: Trial):
    trial.catch_up(trial.readers[0])
    before = trial.beats()
    with trial.vault.closed():
        trial.order(1)
        for _ in range(5):
            time.sleep(0.1)
            with pytest.raises(ClientError, match="AccessDenied"):
                trial.readers[0].round()
        assert trial.beats() == before
    trial.catch_up(trial.readers[0])


@needs_mariadb
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk takes root")
def test_a_full_disk_delays_and_loses_nothing(trial: Trial):
    disk = trial.folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=192k", "none", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    reader = Reader(trial.archivist, trial.vault.archive, "a", disk, patience=0.2)
    try:
        key = trial.base()
        trial.catch_up(reader)
        with trial.vault.closed():  # what arrives stays on the disk, until there is no more room
            trial.order(*range(1, 250), text="x" * 900)
            _until_full(disk)
            with pytest.raises(ClientError, match="AccessDenied"):
                reader.round()
            assert not trial.before(trial.newest_beat), "nothing says that they have arrived"
        trial.catch_up(reader)
    finally:
        reader.stop()
        subprocess.run(["umount", str(disk)], check=True)

    assert trial.restore(key) == [*range(1, 250)]


def _until_full(disk: Path) -> None:
    for _ in range(100):
        if os.statvfs(disk).f_bavail == 0:
            return
        time.sleep(0.05)
    raise TimeoutError("the disk does not fill")


@needs_mariadb
def test_a_hole_is_named(trial: Trial):
    begin = trial.shop.position
    for id in range(3):
        trial.order(id)
        trial.catch_up(trial.readers[0])
    names = sorted(key for key in trial.vault.named("logs/") if f"/{begin.file}." in key)
    trial.vault.lost.add(names[1])

    with pytest.raises(GapError, match=f"{begin.file} has a hole after byte"):
        chain(trial.vault.bucket, trial.shop.id, begin, trial.folder)


@needs_mariadb
def test_what_is_written_over_the_archive_or_deleted_from_it_is_restored_as_it_arrived(trial: Trial):
    key, begin = trial.base(), trial.shop.position
    for id in (1, 2):
        trial.order(id)
        trial.catch_up(trial.readers[0])
    trial.readers[0].stop()
    first, second, *_ = sorted(key for key in trial.vault.named("logs/") if f"/{begin.file}." in key)
    for name in (key, first):
        trial.vault.archive.put(name, b"not what arrived")
        trial.spoiled.add(name)
    trial.vault.hide(second)

    assert trial.restore(beginning(trial.empty, trial.vault.bucket)) == [1, 2]


def test_pieces_of_two_readers_make_one_file():
    parts = [(0, 10), (0, 7), (7, 30), (12, 40), (50, 60)]
    pieces = [Piece(str(n), "binlog.000001", "1", *part) for n, part in enumerate(parts)]
    assert [piece.key for piece in connected(pieces)] == ["0", "2", "3"]
    assert connected(pieces[2:]) == []


class Rds:
    """RDS at moto, which has no databases behind its API: a snapshot is a dump, and what is made of it is a server of
    ours. Nor has moto snapshots of AWS Backup: those here are taken by hand."""

    def __init__(self, aws: Aws, login: Login, server: Server) -> None:
        self.api, self.server = aws.client("rds", login), server
        self.dumps: dict[str, tuple[str, str]] = {}
        """Of each snapshot, with the position in MariaDB's form."""
        subnets = [row["SubnetId"] for row in aws.client("ec2", login).describe_subnets()["Subnets"]]
        self.api.create_db_subnet_group(
            DBSubnetGroupName="vault", DBSubnetGroupDescription="pilot light", SubnetIds=subnets
        )
        self._create("shop")

    def _create(self, name: str) -> None:
        self.api.create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.t4g.medium",
            Engine="mysql",
            AllocatedStorage=20,
            MasterUsername="admin",
            MasterUserPassword="of-the-site",
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self.api, name)

    def take(self, shop: Server, name: str = "copyjob-1") -> None:
        dump = ["mysqldump", *shop.options, "--single-transaction", "--databases", "shop", "binlog_archive"]
        text = subprocess.run(dump, check=True, capture_output=True, text=True).stdout
        self.add(name, text, shop.gtids)

    def add(self, name: str, text: str, gtids: str = "") -> None:
        self.api.create_db_snapshot(DBSnapshotIdentifier=name, DBInstanceIdentifier="shop")
        self.dumps[name] = text, gtids

    @property
    def made(self) -> set[str]:
        return {row["DBInstanceIdentifier"] for row in self.api.describe_db_instances()["DBInstances"]} - {"shop"}

    def leave(self, name: str) -> None:
        """What a run left that was killed."""
        self._create(name)
        self.server("CREATE DATABASE shop; CREATE TABLE shop.orders (id INT)")

    def get_paginator(self, call: str) -> Any:
        pages = self.api.get_paginator(call)

        class ByHand:
            def paginate(self, **asked: Any) -> Any:
                assert asked == {"SnapshotType": "awsbackup"}
                return pages.paginate(SnapshotType="manual")

        return ByHand()

    def restore_db_instance_from_db_snapshot(self, **asked: Any) -> None:
        assert asked["PubliclyAccessible"] is False
        self.api.restore_db_instance_from_db_snapshot(**asked)
        text, gtids = self.dumps[asked["DBSnapshotIdentifier"]]
        self.server(f"RESET MASTER; SET GLOBAL gtid_slave_pos = '{gtids}'; SET sql_log_bin = 0;\n{text}")

    def modify_db_instance(self, **asked: Any) -> None:
        self.api.modify_db_instance(**asked)
        self.server(f"CREATE OR REPLACE USER admin IDENTIFIED BY '{asked['MasterUserPassword']}'")
        self.server("GRANT ALL ON *.* TO admin")

    def describe_db_instances(self, **asked: Any) -> dict[str, Any]:
        (row,) = self.api.describe_db_instances(**asked)["DBInstances"]
        port = next(one for one in self.server.options if one.startswith("--port="))[7:]
        return {"DBInstances": [{**row, "Endpoint": {"Address": "127.0.0.1", "Port": port}}]}

    def delete_db_instance(self, **asked: Any) -> None:
        assert asked["SkipFinalSnapshot"]
        self.api.delete_db_instance(**asked)
        self.server("DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS binlog_archive; DROP USER IF EXISTS admin")

    def get_waiter(self, until: str) -> Any:
        waiter = self.api.get_waiter(until)

        class Long:
            def wait(self, WaiterConfig: dict[str, int], **asked: str) -> None:  # noqa: N803
                assert WaiterConfig["Delay"] * WaiterConfig["MaxAttempts"] > 3600, "large databases take hours"
                waiter.wait(WaiterConfig=WaiterConfig, **asked)

        return Long()


@dataclass(frozen=True)
class Proving:
    """A trial whose sites are lost but for the snapshots and the log."""

    trial: Trial
    rds: Rds
    metrics: Any

    def prove(self, source: str = "shop") -> Proof:
        return self.show(self.throwaway(source))

    def throwaway(self, source: str) -> Throwaway:
        return Throwaway(self.rds, "proof", source, {"DBSubnetGroupName": "vault"}, "db.t4g.medium", patience=1.0)

    def show(self, one: Throwaway) -> Proof:
        return prove(one, self.trial.vault.bucket, self.folder, options=self.trial.empty.options[:1])

    def told(self) -> dict[str, float]:
        """Archive, database and name of each metric → its value."""
        now, found = datetime.now(UTC), dict[str, float]()
        for row in self.metrics.list_metrics(Namespace="bcinfra/restore")["Metrics"]:
            (point,) = self.metrics.get_metric_statistics(
                Namespace=row["Namespace"],
                MetricName=row["MetricName"],
                Dimensions=row["Dimensions"],
                StartTime=now - timedelta(hours=1),
                EndTime=now + timedelta(hours=1),
                Period=86400,
                Statistics=["Sum"],
            )["Datapoints"]
            assert point["Unit"] == "Seconds"
            of = {one["Name"]: one["Value"] for one in row["Dimensions"]}
            found[f"{of['Archive']} {of['Database']} {row['MetricName']}"] = point["Sum"]
        return found

    @property
    def folder(self) -> Path:
        return self.trial.folder / "proof"


@pytest.fixture
def proved(trial: Trial) -> Iterator[Proving]:
    """A shop with two orders, a nightly manifest, and a snapshot that was taken after it; then a third order."""
    trial.order(1, 2)
    manifest(trial.archivist, trial.vault.archive)
    cloud, login = trial.vault.aws, trial.vault.admin
    rds = Rds(cloud, login, trial.empty)
    rds.take(trial.shop)
    proving = Proving(trial, rds, cloud.client("cloudwatch", login))
    proving.folder.mkdir()
    yield proving
    trial.empty("DROP USER IF EXISTS admin")


@needs_mariadb
def test_a_proof_restores_from_the_vault_alone_and_tells_how_much_would_be_lost(proved: Proving):
    seen: list[list[int]] = []
    drop = proved.rds.delete_db_instance

    def look(**asked: Any) -> None:
        seen.append([int(row[0]) for row in proved.rds.server("SELECT id FROM shop.orders")] if proved.rds.made else [])
        drop(**asked)

    proved.rds.delete_db_instance = look  # type: ignore[method-assign]
    proved.rds.leave("proof")
    proved.trial.order(3)
    proved.trial.catch_up(proved.trial.readers[0])
    # Younger than the snapshot: what lies between is not left out.
    manifest(proved.trial.archivist, proved.trial.vault.archive)
    time.sleep(1.5)
    proof = proved.prove()
    publish(proved.metrics, "log", "shop", proof)

    assert seen == [[], [1, 2, 3]]
    assert not proved.rds.made
    assert proved.told() == {
        "log shop RestoreSeconds": proof.seconds,
        "log shop SnapshotSeconds": proof.seconds - proof.replay,
        "log shop ReplaySeconds": proof.replay,
        "log shop LostSeconds": proof.lost,
    }
    assert 0 < proof.replay < proof.seconds
    assert not list(proved.folder.iterdir()), "the disk has room for the next one's log"
    assert 1.5 <= proof.lost < 60
    assert 0 < proof.seconds < 60


@needs_mariadb
@pytest.mark.parametrize(
    ("breaks", "error", "said"),
    [
        (
            lambda v: v.rds.api.delete_db_snapshot(DBSnapshotIdentifier="copyjob-1"),
            GapError,
            "holds no snapshot of shop",
        ),
        (lambda v: v.trial.vault.lost.add("manifests/"), GapError, "no manifest in the bucket"),
        (lambda v: v.trial.vault.lost.add("logs/"), GapError, "is not in the bucket"),
        (lambda v: v.rds.add("copyjob-2", "SELECT no"), CalledProcessError, "mysql"),
        (lambda v: setattr(v.rds, "modify_db_instance", lambda **_: None), CalledProcessError, "mysql"),
    ],
)
def test_a_proof_that_fails_says_so_and_leaves_nothing_behind(
    proved: Proving, breaks: Callable[[Proving], object], error: type[Exception], said: str
):
    proved.trial.catch_up(proved.trial.readers[0])
    breaks(proved)
    with pytest.raises(error, match=said):
        proved.prove()
    assert not proved.rds.made


@needs_mariadb
def test_each_database_is_proved_and_one_that_fails_is_told_of_in_the_end(proved: Proving):
    proved.trial.catch_up(proved.trial.readers[0])
    each = [proved.throwaway(source) for source in ("stock", "shop")]  # of stock there is no snapshot
    with pytest.raises(UnprovedError, match=r"not proved: stock$"):
        prove_each(each, proved.show, proved.metrics, "log")
    assert {name.split()[1] for name in proved.told()} == {"shop"}
    prove_each(each[1:], proved.show, proved.metrics, "log")


@pytest.mark.parametrize(
    ("held", "wanted", "is_held"),
    [
        ("a:1-9", "a:1-9", True),
        ("a:1-9", "a:1-10", False),
        ("a:1-9,b:1-3", "b:3", True),
        ("a:1-4:6-9", "a:1-9", False),
        ("a:1-9", "", True),
        ("", "a:1", False),
        ("a:1-9:tag:1-2", "a:tag:2", True),
        ("a:1-9:tag:1-2", "a:tag:3", False),
        ("0-1-42", "0-2-42", True),
        ("0-1-42,1-1-3", "1-1-4", False),
    ],
)
def test_what_a_server_has_executed(held: str, wanted: str, is_held: bool):
    assert covers(gtid_set(held), gtid_set(wanted)) is is_held
