"""The archive of binary logs against a real server: what was acknowledged is restored, whatever breaks on the way."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any, ClassVar

import pytest

from bcinfra.operations.archive_binlogs import (
    RIGHTS,
    SETUP,
    Bucket,
    GapError,
    Piece,
    Position,
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
)
from bcinfra.spec import ARCHIVE_USER
from tests.operations.servers import mariadb, needs_mariadb, with_user, within_reach


class LockedS3:
    """S3 as far as the archive uses it: a bucket in which nothing is replaced."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.down = False

    def put_object(self, **asked: Any) -> None:
        if self.down:
            raise ConnectionError("S3 does not answer")
        assert asked["Key"] not in self.objects, f"{asked['Key']} is written twice"
        self.objects[asked["Key"]] = asked["Body"]

    def get_object(self, **asked: Any) -> dict[str, Any]:
        return {"Body": BytesIO(self.objects[asked["Key"]])}

    def list_objects_v2(self, **asked: Any) -> dict[str, Any]:
        """Two names a page, so that pages are followed."""
        prefix, last = asked["Prefix"], asked.get("ContinuationToken", "")
        found = sorted(key for key in self.objects if key.startswith(prefix))
        if "Delimiter" in asked:
            folders = sorted({prefix + key.removeprefix(prefix).split("/")[0] + "/" for key in found})
            return {"CommonPrefixes": [{"Prefix": one} for one in folders], "IsTruncated": False}
        found = [key for key in found if key > last]
        page: dict[str, Any] = {"Contents": [{"Key": key} for key in found[:2]], "IsTruncated": len(found) > 2}
        return page if len(found) <= 2 else {**page, "NextContinuationToken": found[1]}

    def named(self, prefix: str) -> list[str]:
        return [key for key in self.objects if key.startswith(prefix)]


@dataclass(frozen=True)
class Trial:
    """A shop's server, an empty one to restore to, a bucket between them, and two readers."""

    shop: Server
    """As its administrator."""
    archivist: Server
    """As the user who reads its log."""
    vault: Server
    s3: LockedS3
    bucket: Bucket
    readers: list[Reader]
    folder: Path

    def restore(self, key: str, until: datetime | None = None) -> list[int]:
        """The orders that are there after a restore."""
        restore(self.vault, self.bucket, self.folder, key=key, until=until)
        return [int(row[0]) for row in self.vault("SELECT id FROM shop.orders ORDER BY id")]

    def base(self) -> str:
        return manifest(self.shop, self.bucket, base=True)

    def order(self, *ids: int, text: str = "") -> None:
        """Orders whose writing the server has acknowledged."""
        self.shop("".join(f"INSERT INTO shop.orders VALUES ({id}, '{text}');\n" for id in ids))

    def catch_up(self, reader: Reader) -> None:
        """Let a reader work until a beat says that all that is acknowledged now has arrived."""
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        for _ in range(400):
            reader.round()
            if any(json.loads(self.s3.objects[key])["at"] > now for key in self.s3.named("beats/")):
                return
            time.sleep(0.05)
        raise TimeoutError(sorted(self.s3.objects))


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
def trial(servers: tuple[Server, Server, Server], tmp_path: Path) -> Iterator[Trial]:
    """Servers without orders, an empty bucket; no reader is left that a test let run."""
    shop, archivist, vault = servers
    shop("DELETE FROM shop.orders")
    vault("DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS binlog_archive")
    s3 = LockedS3()
    bucket = Bucket(s3, "archive")
    readers = [Reader(archivist, bucket, name, tmp_path / name) for name in ("a", "b")]
    for reader in readers:
        reader.folder.mkdir()
    yield Trial(shop, archivist, vault, s3, bucket, readers, tmp_path)
    for reader in readers:
        reader.stop()


@needs_mariadb
def test_every_acknowledged_row_is_restored(trial: Trial):
    trial.order(1, 2)
    key = trial.base()
    trial.readers[0].round()
    trial.order(*range(3, 200), text="x" * 900)  # some files of the log
    trial.catch_up(trial.readers[0])

    assert trial.restore(key) == [*range(1, 200)]
    assert len(list(trial.readers[0].folder.iterdir())) == 1  # uploaded files leave the disk


def works(trial: Trial, folder: Path) -> set[str]:
    """What the user who reads the log is able to do."""
    s3 = LockedS3()
    bucket, done = Bucket(s3, "archive"), set[str]()
    folder.mkdir(parents=True)
    reader = Reader(trial.archivist, bucket, "r", folder)
    try:
        for _ in range(5):
            reader.round()
            time.sleep(0.05)
            if s3.named("beats/"):
                done.add("beat")
                break
    except CalledProcessError:
        pass
    finally:
        reader.stop()
    try:
        found = json.loads(bucket.get(manifest(trial.archivist, bucket)))
    except CalledProcessError:
        return done
    text = gzip.decompress(bucket.get(found["schema"])).decode()
    return done | {word for word in ("TABLE `orders`", "VIEW `seen`", "EVENT `tidy`", "TRIGGER") if word in text}


@needs_mariadb
def test_whoever_reads_the_log_has_the_rights_that_it_takes_and_no_more(trial: Trial):
    trial.shop(
        "USE shop; CREATE VIEW seen AS SELECT id FROM orders; CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY DO SELECT 1;"
        " CREATE TRIGGER kept BEFORE INSERT ON orders FOR EACH ROW SET @seen = 1"
    )
    try:
        whole = works(trial, trial.folder / "whole")
        assert whole == {"beat", "TABLE `orders`", "VIEW `seen`", "EVENT `tidy`", "TRIGGER"}
        for number, (right, place) in enumerate(
            (right, place)
            for rights, _, place in (one.partition(" ON ") for one in RIGHTS)
            for right in rights.split(", ")
        ):
            user = f"'{ARCHIVE_USER}'@'%'"
            trial.shop(f"REVOKE {right} ON {place} FROM {user}")
            assert works(trial, trial.folder / f"{number}") < whole, f"{right} is not needed"
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

    assert beginning(trial.vault, trial.bucket, moment) == key
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
    third = Reader(
        trial.archivist, trial.bucket, "c", first.folder
    )  # takes the place of both, on a disk with old files
    trial.catch_up(third)
    third.stop()

    assert trial.restore(key) == [*range(1, 121)]


@needs_mariadb
def test_a_log_that_nobody_uploaded_is_a_gap(trial: Trial):
    key = trial.base()
    trial.catch_up(trial.readers[0])
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

    assert trial.s3.named("gaps/b/")
    with pytest.raises(GapError, match="logs are missing"):
        trial.restore(key)

    after = trial.base()  # a new base is a new beginning
    assert trial.restore(after) == [1, 2]


@needs_mariadb
def test_no_beat_while_nothing_arrives(trial: Trial):
    trial.catch_up(trial.readers[0])
    before = trial.s3.named("beats/")
    trial.s3.down = True
    trial.order(1)
    for _ in range(5):
        with pytest.raises(ConnectionError):
            trial.readers[0].round()
        time.sleep(0.1)
    assert trial.s3.named("beats/") == before
    trial.s3.down = False
    trial.catch_up(trial.readers[0])


@needs_mariadb
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk takes root")
def test_a_full_disk_delays_and_loses_nothing(trial: Trial):
    disk = trial.folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=192k", "none", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    reader = Reader(trial.archivist, trial.bucket, "a", disk, patience=0.2)
    try:
        key = trial.base()
        trial.catch_up(reader)
        trial.s3.down = True  # what arrives stays on the disk, until there is no more room
        trial.order(*range(1, 250), text="x" * 900)
        _until_full(disk)
        trial.s3.down = False
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
    pieces = sorted(key for key in trial.s3.objects if f"/{begin.file}." in key)
    del trial.s3.objects[pieces[1]]

    with pytest.raises(GapError, match=f"{begin.file} has a hole after byte"):
        chain(trial.bucket, trial.shop.id, begin, trial.folder)


def test_pieces_of_two_readers_make_one_file():
    parts = [(0, 10), (0, 7), (7, 30), (12, 40), (50, 60)]
    pieces = [Piece(str(n), "binlog.000001", "1", *part) for n, part in enumerate(parts)]
    assert [piece.key for piece in connected(pieces)] == ["0", "2", "3"]
    assert connected(pieces[2:]) == []


def test_a_base_whose_log_is_gone_is_refused(tmp_path: Path):
    bucket = Bucket(LockedS3(), "archive")
    bucket.put("logs/s/binlog.000004.1/000000000000-000000000100.a", b"x" * 100)
    with pytest.raises(GapError, match=r"binlog.000002, in which the base ends, .*; the oldest is binlog.000004"):
        chain(bucket, "s", Position("binlog.000002", 4), tmp_path)


class Rds:
    """The API of RDS, as far as a proof uses it: a snapshot is a dump, and what it makes is a server of ours."""

    class exceptions:  # noqa: N801  as boto3 has it
        class ClientError(Exception):
            response: ClassVar[Any] = {"Error": {"Code": "DBInstanceNotFound"}}

    def __init__(self, server: Server) -> None:
        self.server = server
        self.snapshots: dict[str, tuple[str, str]] = {}
        """Name → dump, and the position in MariaDB's form."""
        self.made: set[str] = set()

    def take(self, shop: Server, name: str = "copyjob-1") -> None:
        dump = ["mysqldump", *shop.options, "--single-transaction", "--databases", "shop", "binlog_archive"]
        text = subprocess.run(dump, check=True, capture_output=True, text=True).stdout
        self.snapshots[name] = text, shop.gtids

    def get_paginator(self, call: str) -> Rds:
        assert call == "describe_db_snapshots"
        return self

    def paginate(self, **asked: str) -> list[dict[str, Any]]:
        assert asked == {"SnapshotType": "awsbackup"}
        row = {"Status": "available", "DBInstanceIdentifier": "shop", "SnapshotCreateTime": None}
        rows = [
            {**row, "DBSnapshotIdentifier": name, "OriginalSnapshotCreateTime": name} for name in sorted(self.snapshots)
        ]
        return [{"DBSnapshots": [row]} for row in rows]

    def restore_db_instance_from_db_snapshot(self, **asked: Any) -> None:
        assert asked["PubliclyAccessible"] is False
        assert asked["DBSubnetGroupName"] == "vault"
        self.made.add(asked["DBInstanceIdentifier"])
        text, gtids = self.snapshots[asked["DBSnapshotIdentifier"]]
        self.server(f"RESET MASTER; SET GLOBAL gtid_slave_pos = '{gtids}'; SET sql_log_bin = 0;\n{text}")

    def modify_db_instance(self, **asked: Any) -> None:
        self.server(f"CREATE OR REPLACE USER admin IDENTIFIED BY '{asked['MasterUserPassword']}'")
        self.server("GRANT ALL ON *.* TO admin")

    def describe_db_instances(self, DBInstanceIdentifier: str) -> dict[str, Any]:  # noqa: N803
        assert DBInstanceIdentifier in self.made
        port = next(one for one in self.server.options if one.startswith("--port="))[7:]
        return {"DBInstances": [{"Endpoint": {"Address": "127.0.0.1", "Port": port}}]}

    def delete_db_instance(self, **asked: Any) -> None:
        if asked["DBInstanceIdentifier"] not in self.made:
            raise self.exceptions.ClientError
        assert asked["SkipFinalSnapshot"]
        self.made.remove(asked["DBInstanceIdentifier"])
        self.server("DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS binlog_archive; DROP USER IF EXISTS admin")

    def get_waiter(self, _: str) -> Rds:
        return self

    def wait(self, WaiterConfig: dict[str, int], **asked: str) -> None:  # noqa: N803
        assert list(asked) == ["DBInstanceIdentifier"]
        assert WaiterConfig["Delay"] * WaiterConfig["MaxAttempts"] > 3600, "large databases take hours"


class Metrics:
    def __init__(self) -> None:
        self.told: dict[str, float] = {}

    def put_metric_data(self, **asked: Any) -> None:
        assert asked["Namespace"] == "bcinfra/restore"
        for row in asked["MetricData"]:
            archive, database = (one["Value"] for one in row["Dimensions"])
            self.told[f"{archive} {database} {row['MetricName']}"] = row["Value"]


@dataclass(frozen=True)
class Vault:
    """A trial whose sites are lost but for the snapshots and the log."""

    trial: Trial
    rds: Rds

    def prove(self, source: str = "shop") -> Proof:
        return self.show(self.throwaway(source))

    def throwaway(self, source: str) -> Throwaway:
        return Throwaway(self.rds, "proof", source, {"DBSubnetGroupName": "vault"}, "db.t4g.medium", patience=1.0)

    def show(self, one: Throwaway) -> Proof:
        return prove(one, self.trial.bucket, self.folder, options=self.trial.vault.options[:1])

    @property
    def folder(self) -> Path:
        return self.trial.folder / "proof"


@pytest.fixture
def proved(trial: Trial) -> Iterator[Vault]:
    """A shop with two orders, a nightly manifest, and a snapshot that was taken after it; then a third order."""
    trial.order(1, 2)
    manifest(trial.archivist, trial.bucket)
    rds = Rds(trial.vault)
    rds.take(trial.shop)
    vault = Vault(trial, rds)
    vault.folder.mkdir()
    yield vault
    trial.vault("DROP USER IF EXISTS admin")


@needs_mariadb
def test_a_proof_restores_from_the_vault_alone_and_tells_how_much_would_be_lost(proved: Vault):
    seen: list[list[int]] = []
    drop = proved.rds.delete_db_instance

    def look(**asked: Any) -> None:
        seen.append([int(row[0]) for row in proved.rds.server("SELECT id FROM shop.orders")] if proved.rds.made else [])
        drop(**asked)

    proved.rds.delete_db_instance = look  # type: ignore[method-assign]
    proved.rds.made.add("proof")  # of a run that was killed
    proved.rds.server("CREATE DATABASE shop; CREATE TABLE shop.orders (id INT)")
    proved.trial.order(3)
    proved.trial.catch_up(proved.trial.readers[0])
    manifest(
        proved.trial.archivist, proved.trial.bucket
    )  # younger than the snapshot: what lies between is not left out
    time.sleep(1.5)
    proof, metrics = proved.prove(), Metrics()
    publish(metrics, "log", "shop", proof)

    assert seen == [[], [1, 2, 3]]
    assert not proved.rds.made
    assert metrics.told == {
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
        (lambda v: v.rds.snapshots.clear(), GapError, "holds no snapshot of shop"),
        (lambda v: v.trial.s3.objects.clear(), GapError, "no manifest in the bucket"),
        (
            lambda v: [v.trial.s3.objects.pop(key) for key in v.trial.s3.named("logs/")],
            GapError,
            "is not in the bucket",
        ),
        (
            lambda v: v.rds.snapshots.update({"copyjob-2": ("SELECT no", "")}),
            CalledProcessError,
            "mysql",
        ),
        (lambda v: setattr(v.rds, "modify_db_instance", lambda **_: None), CalledProcessError, "mysql"),
    ],
)
def test_a_proof_that_fails_says_so_and_leaves_nothing_behind(
    proved: Vault, breaks: Callable[[Vault], object], error: type[Exception], said: str
):
    proved.trial.catch_up(proved.trial.readers[0])
    breaks(proved)
    with pytest.raises(error, match=said):
        proved.prove()
    assert not proved.rds.made


@needs_mariadb
def test_each_database_is_proved_and_one_that_fails_is_told_of_in_the_end(proved: Vault):
    proved.trial.catch_up(proved.trial.readers[0])
    metrics = Metrics()
    each = [proved.throwaway(source) for source in ("stock", "shop")]  # of stock there is no snapshot
    with pytest.raises(UnprovedError, match=r"not proved: stock$"):
        prove_each(each, proved.show, metrics, "log")
    assert {name.split()[1] for name in metrics.told} == {"shop"}
    prove_each(each[1:], proved.show, metrics, "log")


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
