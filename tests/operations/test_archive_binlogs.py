"""The archive of binary logs against a real server: what was acknowledged is restored, whatever breaks on the way."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from bcinfra.operations.archive_binlogs import (
    Bucket,
    GapError,
    Piece,
    Position,
    Reader,
    Server,
    chain,
    connected,
    manifest,
    newest,
    restore,
)
from tests.operations.servers import mariadb, needs_mariadb, within_reach


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
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """The shop's server, and an empty one to restore to."""
    with pytest.MonkeyPatch.context() as patch:
        within_reach(patch)
        one, two = (mariadb(tmp_path_factory.mktemp(name), number) for number, name in enumerate(("shop", "vault"), 1))
        with one as shop, two as vault:
            shop("CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY, text VARCHAR(900))")
            yield shop, vault


@pytest.fixture
def trial(servers: tuple[Server, Server], tmp_path: Path) -> Iterator[Trial]:
    """Servers without orders, an empty bucket; no reader is left that a test let run."""
    shop, vault = servers
    shop("DELETE FROM shop.orders")
    vault("DROP DATABASE IF EXISTS shop")
    s3 = LockedS3()
    bucket = Bucket(s3, "archive")
    readers = [Reader(shop, bucket, name, tmp_path / name) for name in ("a", "b")]
    for reader in readers:
        reader.folder.mkdir()
    yield Trial(shop, vault, s3, bucket, readers, tmp_path)
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


@needs_mariadb
def test_a_restore_stops_before_the_damage(trial: Trial):
    key = trial.base()
    trial.order(1, 2, 3)
    time.sleep(1.1)  # the log tells time in seconds
    moment = datetime.now(UTC)
    time.sleep(1.1)
    trial.shop("DELETE FROM shop.orders WHERE id < 3")
    trial.catch_up(trial.readers[0])

    assert trial.restore(key, moment) == [1, 2, 3]
    assert newest(trial.bucket, moment) == key


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
    third = Reader(trial.shop, trial.bucket, "c", first.folder)  # takes the place of both, on a disk with old files
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
    reader = Reader(trial.shop, trial.bucket, "a", disk, patience=0.2)
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
