"""Writes every change of a MySQL database to a bucket within seconds, and restores it from there to any moment.

Runs in a container that holds MySQL's client programs and boto3. Four commands:

- ``read`` follows the server's binary log as a replica does and uploads what arrives. Two readers work side by side;
  each may die at any time, and goes on from what the bucket holds.
- ``manifest`` writes the schema, and the position and GTIDs at that moment; with ``base`` a dump of all data too.
- ``restore`` loads a base, and replays the logs after it up to a moment. Where the server was restored from a snapshot
  before, that is the base. What is missing after that moment is not asked for.
- ``prove`` does this for each database, one after the other: it restores the newest snapshot that the account which it
  runs in holds of it to a database of its own, replays the log on that, reads the marker, says how long that took and
  how much would be lost, and deletes it. One that fails keeps none of the others from being proved.

What lies in the bucket::

    logs/<server>/<file>.<created>/<from>-<to>.<reader>  bytes of a binary log, as the server wrote them
    beats/<reader>/<time>.json                           all that was acknowledged before "at" has arrived
    gaps/<reader>/<time>.json                            the server had dropped logs that nobody had uploaded
    manifests/<time>.json, schemas/, bases/              where a restore begins

A beat is written only when the position that the server told at its "at" has been uploaded, so an alarm on missing
beats notices whatever breaks on the way: the reader, the network, the permission, the server's log. The reader never
reads, replaces or deletes an object; it lists names. The disk must hold the largest binary log.

At the server it is a user of its own, with :data:`RIGHTS` and no more. Where the server takes writes, a reader sets the
time in a marker row before each beat: how old that is in what was restored is how much was lost.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

NAMESPACE = "bcinfra/restore"
"""Of the metrics of ``prove``."""
LONG = {"Delay": 30, "MaxAttempts": 720}
"""How a database is waited for: six hours, where boto3 would give up after half of one."""
LARGEST_PIECE = 64 * 1024 * 1024
HEADER = 19
"""Bytes of the header of an event in a binary log: time, type, server, length, next position, flags."""
MAGIC = 4
"""Bytes before the first event of a file."""
STOP, ROTATE = 3, 4
"""Types of the events that end a file in good order."""
SYSTEM = frozenset({"information_schema", "performance_schema", "mysql", "sys"})
SETUP = (
    "CREATE DATABASE IF NOT EXISTS binlog_archive;"
    " CREATE TABLE IF NOT EXISTS binlog_archive.marker (id TINYINT PRIMARY KEY, at DATETIME(6) NOT NULL);"
)
"""What the administrator makes before the user: the marker's table of one row."""
MARK = "INSERT INTO binlog_archive.marker VALUES (1, UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE at = UTC_TIMESTAMP(6)"
"""Says when a reader was there last, by the server's own clock."""
RIGHTS = (
    "REPLICATION SLAVE, REPLICATION CLIENT, SELECT, SHOW VIEW, TRIGGER, EVENT ON *.*",
    "INSERT, UPDATE ON binlog_archive.marker",
)
"""All that ``read`` and ``manifest`` need. A dump of all data (``manifest base``) takes ``RELOAD`` besides, which names
the position that it begins at; what is restored from a snapshot needs no dump."""
_PIECE = re.compile(r"logs/(?P<server>[^/]+)/(?P<file>[^/]+)\.(?P<created>\d+)/(?P<begin>\d+)-(?P<end>\d+)\.(?P<by>.+)")


class GapError(Exception):
    """A part of the log is missing: what comes after it cannot be replayed."""


class UnprovedError(Exception):
    """A restore that was to prove a copy failed."""


class Position(NamedTuple):
    """A place in the log."""

    file: str
    offset: int


def stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def say(text: str) -> None:
    print(f"{stamp()} {text}", file=sys.stderr, flush=True)  # the container's log


@dataclass(frozen=True)
class Server:
    """A MySQL server, by its client programs. The password is in ``MYSQL_PWD``, or its own."""

    options: tuple[str, ...]
    """Of every program: host, port, user, TLS."""
    password: str = field(default="", repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """Of every program: a password on its command line would be in the log where it fails."""
        return {**os.environ, **({"MYSQL_PWD": self.password} if self.password else {})}

    def __call__(self, statement: str) -> list[list[str]]:
        """The rows of a statement."""
        run = ["mysql", *self.options, "--batch", "--skip-column-names"]
        done = subprocess.run(
            run, check=True, input=statement, capture_output=True, text=True, timeout=60, env=self.environment
        )
        text = done.stdout
        return [line.split("\t") for line in text.splitlines()]

    @property
    def is_mariadb(self) -> bool:
        return "MariaDB" in self("SELECT VERSION()")[0][0]

    @property
    def id(self) -> str:
        """What tells it from the server that takes its place."""
        name = "server_uid" if self.is_mariadb else "server_uuid"
        return re.sub(r"[^\w-]", "_", self(f"SELECT @@{name}")[0][0])

    @property
    def logs(self) -> list[str]:
        """The binary logs that it still has, oldest first."""
        return [row[0] for row in self("SHOW BINARY LOGS")]

    @property
    def position(self) -> Position:
        """Where its log ends: every transaction acknowledged by now lies before."""
        (row,) = self("SHOW MASTER STATUS" if self.is_mariadb or self._is_old else "SHOW BINARY LOG STATUS")
        return Position(row[0], int(row[1]))

    @property
    def _is_old(self) -> bool:
        return tuple(map(int, self("SELECT VERSION()")[0][0].split(".")[:2])) < (8, 4)

    @property
    def gtids(self) -> str:
        """What it has executed, whoever wrote it first."""
        name = "gtid_current_pos" if self.is_mariadb else "gtid_executed"
        return self(f"SELECT @@global.{name}")[0][0].replace("\\n", "")

    @property
    def takes_writes(self) -> bool:
        """Whether it is the one that is written to: a replica, or a reader of Aurora, is not."""
        return self("SELECT @@global.read_only, @@global.innodb_read_only") == [["0", "0"]]

    @property
    def databases(self) -> list[str]:
        return [row[0] for row in self("SHOW DATABASES") if row[0] not in SYSTEM]


class Piece(NamedTuple):
    """An object that holds a part of a binary log."""

    key: str
    file: str
    created: str
    """When the server began the file: a file that is made anew under an old name is another."""
    begin: int
    end: int


@dataclass(frozen=True)
class Bucket:
    """A bucket by S3's API, of which five calls are used. Who restores reads of each object the version that was
    written first: neither what is written over it nor a marker of its deletion hides what arrived."""

    s3: Any
    name: str

    def put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.name, Key=key, Body=body, ChecksumAlgorithm="SHA256")

    def put_json(self, key: str, value: Mapping[str, Any]) -> None:
        self.put(key, json.dumps(value, sort_keys=True).encode())

    def get(self, key: str) -> bytes:
        """What an object held at first. Raises ``KeyError`` where there never was one."""
        return self.s3.get_object(Bucket=self.name, Key=key, VersionId=self.first(key)[key])["Body"].read()

    def first(self, prefix: str) -> dict[str, str]:
        """Key → the version that was written first, of all under a prefix, be it deleted since."""
        found: dict[str, Any] = {}
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=prefix)
        for row in (row for page in pages for row in page.get("Versions", ())):
            known = found.setdefault(row["Key"], row)
            if row["LastModified"] <= known["LastModified"]:  # of one second the later in the list is the older
                found[row["Key"]] = row
        return {key: row["VersionId"] for key, row in found.items()}

    def keys(self, prefix: str) -> Iterator[str]:
        for page in self._pages(Prefix=prefix):
            yield from (row["Key"] for row in page.get("Contents", ()))

    def folders(self, prefix: str) -> list[str]:
        pages = self._pages(Prefix=prefix, Delimiter="/")
        return [row["Prefix"].removeprefix(prefix).rstrip("/") for page in pages for row in page["CommonPrefixes"]]

    def _pages(self, **asked: str) -> Iterator[dict[str, Any]]:
        page: dict[str, Any] = {"IsTruncated": True}
        while page.get("IsTruncated"):
            more = {"ContinuationToken": page["NextContinuationToken"]} if "NextContinuationToken" in page else {}
            page = {"CommonPrefixes": [], **self.s3.list_objects_v2(Bucket=self.name, **asked, **more)}
            yield page


def pieces(keys: Iterable[str]) -> Iterator[Piece]:
    """What of a binary log objects hold, by their keys."""
    for key in keys:
        if found := _PIECE.fullmatch(key):
            yield Piece(key, found["file"], found["created"], int(found["begin"]), int(found["end"]))


def connected(pieces: Iterable[Piece]) -> list[Piece]:
    """The fewest pieces that hold a file from its beginning without a hole, whoever uploaded them."""
    found: list[Piece] = []
    rest, end = sorted(pieces, key=lambda piece: (piece.begin, -piece.end)), 0
    while fitting := [piece for piece in rest if piece.begin <= end < piece.end]:
        found.append(max(fitting, key=lambda piece: piece.end))
        end = found[-1].end
    return found


def number(file: str) -> int:
    """The number of a binary log, by which they follow one another."""
    return int(file.rsplit(".", 1)[1])


# -- reading ----------------------------------------------------------------------------------------------------------


@dataclass
class Reader:
    """Follows a server's log, and uploads it."""

    server: Server
    bucket: Bucket
    name: str
    folder: Path
    """Where the log arrives; its own, and emptied when it starts."""
    patience: float = 120.0
    """Seconds that something acknowledged may take to arrive, before the connection is made anew: one that hangs, or a
    client that waits for room on a full disk, says nothing."""
    _child: subprocess.Popen[bytes] | None = None
    _server: str = ""
    _done: dict[str, int] = field(default_factory=dict[str, int])
    """File → how much of it the bucket holds."""
    _awaited: tuple[str, Position] | None = None
    """A moment, and where the log ended then: once that has arrived, a beat says so."""
    _since: float = 0.0
    """When that was, by a clock that nobody sets."""

    def round(self) -> None:
        """Start what does not run, upload what arrived, and say how far it came."""
        self.upload()
        if self._child is None or self._child.poll() is not None or self._hangs:
            if self._child is not None:
                say(f"mysqlbinlog ended with {self._child.poll()}, or waits for room or for the server")
            self.start()
        if self._awaited and self._holds(self._awaited[1]):
            at, position = self._awaited
            beat = {"at": at, "server": self._server, "file": position.file, "offset": position.offset}
            self.bucket.put_json(f"beats/{self.name}/{stamp()}.json", beat)
            self._awaited = None
        if self._awaited is None:
            if self.server.takes_writes:
                self.server(MARK)
            self._awaited, self._since = (stamp(), self.server.position), time.monotonic()

    @property
    def _hangs(self) -> bool:
        return self._awaited is not None and time.monotonic() - self._since > self.patience

    def start(self) -> None:
        """Go on after what the bucket holds; from the oldest log that the server has, where that has gone."""
        self.stop()
        self._server, self._awaited = self.server.id, None
        first = self._first()
        for old in self.folder.iterdir():
            old.unlink()
        option = "--stop-never-slave-server-id" if self.server.is_mariadb else "--connection-server-id"
        unique = 2**31 + int.from_bytes(os.urandom(3), "big")  # two readers must not be one replica
        run = ["mysqlbinlog", *self.server.options, "--read-from-remote-server", "--raw", "--stop-never"]
        run += [f"{option}={unique}", f"--result-file={self.folder}/", first]
        say(f"{self.name} follows {self._server} from {first}")
        self._child = subprocess.Popen(run, env=self.server.environment)

    def stop(self) -> None:
        if self._child is not None and self._child.poll() is None:
            self._child.kill()
            self._child.wait()
        self._child = None

    def _first(self) -> str:
        """The log to begin with."""
        there = self.server.logs
        held = sorted({name.rsplit(".", 1)[0] for name in self.bucket.folders(f"logs/{self._server}/")}, key=number)
        if not held or held[-1] in there:
            return held[-1] if held else there[0]
        if number(there[0]) > number(held[-1]) + 1:
            lost = {"after": held[-1], "until": there[0], "server": self._server}
            self.bucket.put_json(f"gaps/{self.name}/{stamp()}.json", lost)
            say(f"gap: the server has dropped what came after {held[-1]}; its oldest log is {there[0]}")
        return there[0]

    def upload(self) -> None:
        """Upload what is new, in order; leave only the newest file on the disk."""
        files = sorted((path for path in self.folder.iterdir() if "." in path.name), key=lambda path: number(path.name))
        for path in files:
            size = path.stat().st_size
            if size < MAGIC + HEADER:
                continue
            with path.open("rb") as log:
                created = int.from_bytes(log.read(MAGIC + HEADER)[MAGIC : MAGIC + 4], "little")
                name = f"{path.name}.{created}"
                prefix = f"logs/{self._server}/{name}/"
                if name not in self._done:
                    held = connected(pieces(self.bucket.keys(prefix)))
                    self._done[name] = held[-1].end if held else 0
                while (begin := self._done[name]) < size:
                    log.seek(begin)
                    part = log.read(min(size - begin, LARGEST_PIECE))
                    self.bucket.put(f"{prefix}{begin:012}-{begin + len(part):012}.{self.name}", part)
                    self._done[name] = begin + len(part)
            if path != files[-1]:
                path.unlink()

    def _holds(self, position: Position) -> bool:
        files = {name.rsplit(".", 1)[0]: end for name, end in self._done.items()}
        return files.get(position.file, 0) >= position.offset or any(
            number(file) > number(position.file) for file in files
        )


def read(reader: Reader, interval: float) -> None:
    """Upload every ``interval`` seconds, for ever. What fails is tried again; the missing beats tell of it."""
    while True:
        began = time.monotonic()
        try:
            reader.round()
        except Exception as error:  # whatever it is, the next round tries again
            say(f"{type(error).__name__}: {error}")
        time.sleep(max(0.0, interval - (time.monotonic() - began)))


# -- where a restore begins -------------------------------------------------------------------------------------------


def manifest(server: Server, bucket: Bucket, *, base: bool = False) -> str:
    """Write the schema, and with ``base`` all data; return the manifest's key.

    The position is that of the base, or else one before the schema was read.
    """
    at, position = stamp(), server.position
    what = ["--databases", *server.databases, "--routines", "--events", "--triggers"]
    found: dict[str, Any] = {"at": at, "server": server.id, "gtids": server.gtids, "base": None}
    found["schema"] = f"schemas/{at}.sql.gz"
    # Nothing is locked, and no tablespaces are listed: the user may do neither. GTIDs that are purged stand above.
    gtids = () if server.is_mariadb else ("--set-gtid-purged=OFF",)
    bucket.put(found["schema"], _dump(server, "--no-data", "--skip-lock-tables", "--no-tablespaces", *gtids, *what))
    if base:
        option = "--master-data=2" if server.is_mariadb else "--source-data=2"
        dump = _dump(server, "--single-transaction", "--quick", option, *what)
        head = gzip.decompress(dump)[:65536].decode(errors="replace")
        told = re.search(r"LOG_FILE='([^']+)',\s*(?:MASTER|SOURCE)_LOG_POS=(\d+)", head)
        if told is None:
            raise ValueError("the dump does not tell its position in the binary log")
        position, found["base"] = Position(told[1], int(told[2])), f"bases/{at}.sql.gz"
        bucket.put(found["base"], dump)
    key = f"manifests/{at}.json"
    bucket.put_json(key, {**found, "file": position.file, "offset": position.offset})
    return key


def _dump(server: Server, *options: str) -> bytes:
    run = ["mysqldump", *server.options, *options]
    return gzip.compress(subprocess.run(run, check=True, capture_output=True, env=server.environment).stdout)


# -- restoring --------------------------------------------------------------------------------------------------------


def chain(bucket: Bucket, server: str, begin: Position, folder: Path, until: datetime | None = None) -> list[Path]:
    """Fetch the logs from ``begin`` on, each put together from its pieces; ``until``: no further than to the first
    event of that moment or later, at which a replay stops.

    Raises :class:`GapError` where before that a file is missing, has a hole, or ends before the next one begins. The
    last one ends with the last whole event that arrived.
    """
    by_file: dict[str, dict[str, list[Piece]]] = {}
    for piece in pieces(bucket.first(f"logs/{server}/")):
        if number(piece.file) >= number(begin.file):
            by_file.setdefault(piece.file, {}).setdefault(piece.created, []).append(piece)
    files = sorted(by_file, key=number)
    if not files or files[0] != begin.file:
        raise GapError(
            f"{begin.file}, in which the base ends, is not in the bucket; the oldest is {(files or ['none'])[0]}"
        )
    paths: list[Path] = []
    newest = 0

    def gap(text: str) -> GapError:
        told = datetime.fromtimestamp(newest, UTC).isoformat()
        return GapError(f"{text}; a restore to {told} or before needs none of it" if newest else text)

    for file, after in zip(files, [*files[1:], None], strict=True):
        if len(by_file[file]) > 1:
            raise gap(f"{file} was begun {len(by_file[file])} times: the server's log was reset")
        (found,) = by_file[file].values()
        whole = connected(found)
        held, known = (whole[-1].end if whole else 0), max(piece.end for piece in found)
        path = folder / file
        with path.open("wb") as log:
            for piece in whole:
                log.seek(piece.begin)
                log.write(bucket.get(piece.key))
        read = list(_events(path))
        end = read[-1].end if read else MAGIC
        newest = max([newest, *(event.at for event in read if file != begin.file or event.end > begin.offset)])
        os.truncate(path, min(end, held))
        paths.append(path)
        if until and newest >= int(until.timestamp()):
            return paths
        if held < known:
            raise gap(f"{file} has a hole after byte {held}")
        if after and number(after) != number(file) + 1:
            raise gap(f"between {file} and {after} logs are missing")
        if after and (end < held or read[-1].kind not in (STOP, ROTATE)):
            raise gap(f"{file} ends at byte {end} before {after} begins")
    return paths


class _Event(NamedTuple):
    """A whole event of a binary log."""

    at: int
    """Seconds since 1970; 0 of one that tells no time."""
    kind: int
    end: int


def _events(path: Path) -> Iterator[_Event]:
    """The whole events of a log, to the first that is not."""
    offset, size = MAGIC, path.stat().st_size
    with path.open("rb") as log:
        while offset + HEADER <= size:
            log.seek(offset)
            header = log.read(HEADER)
            length = int.from_bytes(header[9:13], "little")
            if length < HEADER or offset + length > size:
                return
            offset += length
            yield _Event(int.from_bytes(header[:4], "little"), header[4], offset)


def restore(server: Server, bucket: Bucket, folder: Path, *, key: str, until: datetime | None = None) -> Position:
    """Load the base of the manifest ``key``, where it has one, and replay the logs after it; ``until``: to that moment,
    before which the damage was not done. Return where the logs end.

    Without a base of its own, the server was restored from a snapshot before: with GTIDs it leaves out what it has.
    """
    found = json.loads(bucket.get(key))
    begin = Position(found["file"], found["offset"])
    logs = chain(bucket, found["server"], begin, folder, until)
    client = ["mysql", *server.options]
    if found["base"]:
        subprocess.run(client, check=True, input=gzip.decompress(bucket.get(found["base"])), env=server.environment)
    stop = [f"--stop-datetime={until.astimezone(UTC):%Y-%m-%d %H:%M:%S}"] if until else []
    run = ["mysqlbinlog", "--verify-binlog-checksum", f"--start-position={begin.offset}", *stop, *map(str, logs)]
    # Hours become minutes where commits need not reach the disk one by one; who interrupts it begins anew.
    relaxed = "SET GLOBAL sync_binlog = 0, GLOBAL innodb_flush_log_at_trx_commit = 2"
    try:
        server(relaxed)
    except subprocess.CalledProcessError:  # a managed server takes it from its parameter group
        say("the server commits durably while it replays: set it in its parameter group")
    with subprocess.Popen(run, stdout=subprocess.PIPE, env={**os.environ, "TZ": "UTC"}) as events:
        subprocess.run(client, check=True, stdin=events.stdout, env=server.environment)
    if events.returncode:
        raise subprocess.CalledProcessError(events.returncode, run)
    return Position(logs[-1].name, logs[-1].stat().st_size)


def newest(bucket: Bucket, fits: Callable[[Mapping[str, Any]], bool], before: datetime | None = None) -> str:
    """The key of the newest manifest that fits, of those made ``before`` a moment.

    Raises :class:`GapError` where there is none.
    """
    limit = f"manifests/{before.astimezone(UTC):%Y%m%dT%H%M%S}" if before else "manifests/~"
    for key in sorted((key for key in bucket.first("manifests/") if key < limit), reverse=True):
        if fits(json.loads(bucket.get(key))):
            return key
    raise GapError("no manifest in the bucket is one that this can begin at")


def beginning(server: Server, bucket: Bucket, before: datetime | None = None) -> str:
    """The key of the manifest to begin at: one with a base for an empty server, or else the newest of which the server
    has all. One that is younger than the snapshot that it was restored from would leave a hole."""
    if not server.databases:
        return newest(bucket, lambda found: bool(found["base"]), before)
    held = gtid_set(server.gtids)
    return newest(bucket, lambda found: not found["base"] and covers(held, gtid_set(found["gtids"])), before)


def gtid_set(text: str) -> dict[str, list[tuple[int, int]]]:
    """Source (and tag), or MariaDB's domain → the transactions of it, as ranges."""
    found: dict[str, list[tuple[int, int]]] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        source, *rest = part.split(":")
        if not rest:  # MariaDB's 0-1-42: all of the domain 0 up to 42
            domain, _, last = source.split("-")
            found.setdefault(domain, []).append((1, int(last)))
        at = source
        for piece in rest:
            if not piece[0].isdigit():  # a tag, of MySQL 8.3 and later
                at = f"{source}:{piece}"
                continue
            first, _, last = piece.partition("-")
            found.setdefault(at, []).append((int(first), int(last or first)))
    return found


def covers(held: Mapping[str, list[tuple[int, int]]], wanted: Mapping[str, list[tuple[int, int]]]) -> bool:
    """Whether all that is wanted was executed."""
    return all(
        any(low <= first and last <= high for low, high in held.get(source, ()))
        for source, ranges in wanted.items()
        for first, last in ranges
    )


# -- proving that it can be restored ----------------------------------------------------------------------------------


class Proof(NamedTuple):
    """What a restore showed."""

    seconds: float
    """How long it took, from the snapshot to the newest row."""
    replay: float
    """How much of that the log took."""
    lost: float
    """Age of the newest row in it, in seconds, when the log was fetched: what the loss of the sites would have cost."""


@dataclass(frozen=True)
class Throwaway:
    """A database of RDS or Aurora, by the API of RDS: restored from a snapshot, and deleted."""

    rds: Any
    name: str
    """Its name, which nothing else has: the role that does this may touch no other."""
    source: str
    """Name of the database whose snapshots are taken."""
    place: Mapping[str, Any]
    """Subnet group, security groups and parameter group, by the API's names."""
    instance_class: str
    aurora: bool = False
    patience: float = 900.0
    """Seconds that the new password may take to be the one that is asked for."""

    def delete(self) -> None:
        """Delete it, where it is; wait until it is gone."""
        # An instance of Aurora has no snapshot of its own, and the call refuses to be told so.
        last = {} if self.aurora else {"SkipFinalSnapshot": True, "DeleteAutomatedBackups": True}
        self._gone("db_instance_deleted", "delete_db_instance", DBInstanceIdentifier=self.name, **last)
        if self.aurora:
            self._gone("db_cluster_deleted", "delete_db_cluster", DBClusterIdentifier=self.name, SkipFinalSnapshot=True)

    def _gone(self, until: str, call: str, **asked: Any) -> None:
        try:
            getattr(self.rds, call)(**asked)
        except self.rds.exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
            if code in ("DBInstanceNotFound", "DBClusterNotFoundFault"):
                return
            if code not in ("InvalidDBInstanceState", "InvalidDBClusterStateFault"):  # it is being deleted
                raise
        self.rds.get_waiter(until).wait(
            **{name: value for name, value in asked.items() if "Identifier" in name}, WaiterConfig=LONG
        )

    def make(self, user: str, options: tuple[str, ...]) -> Server:
        """Restore the newest snapshot, and log in as the administrator under a password of this run: that of the sites
        is not needed."""
        snapshot = self._newest()
        say(f"{self.name} is restored from {snapshot}")
        if self.aurora:
            self.rds.restore_db_cluster_from_snapshot(
                DBClusterIdentifier=self.name, SnapshotIdentifier=snapshot, Engine="aurora-mysql", **self.place
            )
            self.rds.create_db_instance(
                DBInstanceIdentifier=self.name,
                DBClusterIdentifier=self.name,
                DBInstanceClass=self.instance_class,
                Engine="aurora-mysql",
            )
        else:
            self.rds.restore_db_instance_from_db_snapshot(
                DBInstanceIdentifier=self.name,
                DBSnapshotIdentifier=snapshot,
                DBInstanceClass=self.instance_class,
                MultiAZ=False,
                PubliclyAccessible=False,
                DeletionProtection=False,
                **self.place,
            )
        self.rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=self.name, WaiterConfig=LONG)
        password = os.urandom(16).hex()
        if self.aurora:
            self.rds.modify_db_cluster(
                DBClusterIdentifier=self.name, MasterUserPassword=password, ApplyImmediately=True
            )
        else:
            self.rds.modify_db_instance(
                DBInstanceIdentifier=self.name, MasterUserPassword=password, ApplyImmediately=True
            )
        (made,) = self.rds.describe_db_instances(DBInstanceIdentifier=self.name)["DBInstances"]
        at = made["Endpoint"]
        server = Server((*options, f"--host={at['Address']}", f"--port={at['Port']}", f"--user={user}"), password)
        return self._answering(server)

    def _newest(self) -> str:
        """The newest snapshot that AWS Backup keeps of the source."""
        what, of = ("Cluster", "DBClusterIdentifier") if self.aurora else ("", "DBInstanceIdentifier")
        pages = self.rds.get_paginator(f"describe_db_{what.lower()}{'_' if what else ''}snapshots")
        found = [
            row
            for page in pages.paginate(SnapshotType="awsbackup")
            for row in page[f"DB{what}Snapshots"]
            if row["Status"] == "available" and row[of] == self.source
        ]
        if not found:
            raise GapError(f"this account holds no snapshot of {self.source}")
        newest = max(found, key=lambda row: row.get("OriginalSnapshotCreateTime") or row["SnapshotCreateTime"])
        return newest[f"DB{what}SnapshotIdentifier"]

    def _answering(self, server: Server) -> Server:
        """Wait until the new password is in force: the API says that it is asked for, not that it is done."""
        end = time.monotonic() + self.patience
        while True:
            try:
                server("SELECT 1")
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
                if time.monotonic() > end:
                    raise
                time.sleep(min(10.0, self.patience / 10))
            else:
                return server


def prove(
    throwaway: Throwaway, bucket: Bucket, folder: Path, user: str = "admin", options: tuple[str, ...] = ()
) -> Proof:
    """Restore from what the vault holds alone; whatever comes of it, leave nothing behind.

    Raises :class:`GapError` where the newest snapshot and the log do not meet, or the marker is not there.
    """
    throwaway.delete()  # what a run left that was killed
    began = time.monotonic()
    try:
        server = throwaway.make(user, options)
        asked, restored = datetime.now(UTC), time.monotonic()
        restore(server, bucket, folder, key=beginning(server, bucket))
        rows = server("SELECT at FROM binlog_archive.marker WHERE id = 1")
        if not rows:
            raise GapError("the marker is not in what was restored")
        marked = datetime.fromisoformat(rows[0][0]).replace(tzinfo=UTC)
        ended = time.monotonic()
        return Proof(ended - began, ended - restored, (asked - marked).total_seconds())
    finally:
        throwaway.delete()
        for log in folder.iterdir():
            log.unlink()  # the disk has room for those of one database


def prove_each(throwaways: Iterable[Throwaway], show: Callable[[Throwaway], Proof], metrics: Any, archive: str) -> None:
    """Prove one source after the other, and publish what that showed.

    Raises :class:`UnprovedError` in the end where any failed.
    """
    failed: list[str] = []
    for one in throwaways:
        try:
            proof = show(one)
        except Exception as error:  # whatever it is, the next one may be good
            say(f"{one.source} is not proved: {type(error).__name__}: {error}")
            failed.append(one.source)
        else:
            said = f"restored in {proof.seconds:.0f} s, of which the log took {proof.replay:.0f} s"
            say(f"{one.source}: {said}; the newest row was {proof.lost:.0f} s old")
            publish(metrics, archive, one.source, proof)
    if failed:
        raise UnprovedError(f"not proved: {', '.join(failed)}")


def publish(metrics: Any, archive: str, database: str, proof: Proof) -> None:
    """Metrics of a database, which are missing where its restore failed: alarms take that for a failure."""
    values = {
        "RestoreSeconds": proof.seconds,
        "SnapshotSeconds": proof.seconds - proof.replay,
        "ReplaySeconds": proof.replay,
        "LostSeconds": proof.lost,
    }
    of = [{"Name": "Archive", "Value": archive}, {"Name": "Database", "Value": database}]
    metrics.put_metric_data(
        Namespace=NAMESPACE,
        MetricData=[
            {
                "MetricName": name,
                "Value": value,
                "Unit": "Seconds",
                "Dimensions": of,
            }
            for name, value in values.items()
        ],
    )


def main(arguments: list[str], environment: Mapping[str, str]) -> None:
    """Entry point of the container."""
    import boto3  # pyright: ignore[reportMissingTypeStubs]  the image brings it

    client: Any = boto3.client  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    bucket = Bucket(client("s3", region_name=environment["BUCKET_REGION"]), environment["BINLOG_BUCKET"])
    options = tuple(environment.get("MYSQL_OPTIONS", "").split())
    folder = Path(environment.get("FOLDER", "/tmp/binlogs"))  # noqa: S108  a path in the container
    folder.mkdir(parents=True, exist_ok=True)
    command, *more = arguments
    if command == "prove":
        region = environment["BUCKET_REGION"]
        throwaways = (
            Throwaway(
                client("rds", region_name=region),
                environment["THROWAWAY"],
                source,
                json.loads(environment["PLACE"]),
                environment["INSTANCE_CLASS"],
                aurora=environment["ENGINE"] == "aurora",
            )
            for source in environment["SOURCES"].split()
        )
        prove_each(
            throwaways,
            lambda one: prove(one, bucket, folder, environment["MYSQL_USER"], options),
            client("cloudwatch", region_name=region),
            environment["ARCHIVE"],
        )
        return
    login = (f"--host={environment['MYSQL_HOST']}", f"--port={environment['MYSQL_PORT']}")
    server = Server((*login, f"--user={environment['MYSQL_USER']}", *options))
    if command == "read":
        name = f"{environment['READER']}-{os.urandom(3).hex()}"
        read(Reader(server, bucket, name, folder), float(environment.get("INTERVAL_SECONDS", "30")))
    elif command == "manifest":
        say(manifest(server, bucket, base="base" in more))
    elif command == "restore":
        until = datetime.fromisoformat(more[0]).astimezone(UTC) if more else None
        key = beginning(server, bucket, until)
        say(f"restored up to {restore(server, bucket, folder, key=key, until=until)}")
    else:
        raise SystemExit(f"{command!r} is no command; allowed: read, manifest, restore, prove")


if __name__ == "__main__":
    main(sys.argv[1:], os.environ)
