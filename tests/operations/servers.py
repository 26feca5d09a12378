"""Servers to test against: a real MariaDB, from the system or from where ``make test-servers`` unpacks it, and moto,
which answers for AWS."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

import boto3
import pytest

from bcinfra import operations
from bcinfra.operations.archive_binlogs import Server
from tools.servers import SERVERS

LIBRARIES = ":".join(str(SERVERS / root / "x86_64-linux-gnu") for root in ("usr/lib", "lib"))
WHERE = f"{SERVERS}/usr/sbin:{SERVERS}/usr/bin:/usr/sbin:{os.environ['PATH']}"
PASSWORD = "it's-a-$secret"
REGION = "us-east-1"
MISSING = "no mariadbd here: `make test-servers` fetches Debian's, and runs this"
needs_mariadb = pytest.mark.skipif(shutil.which("mariadbd", path=WHERE) is None, reason=MISSING)


def within_reach(patch: pytest.MonkeyPatch) -> None:
    """Let the programs be found by their names."""
    patch.setenv("PATH", WHERE)
    patch.setenv("LD_LIBRARY_PATH", LIBRARIES)


@contextmanager
def mariadb(folder: Path, number: int) -> Generator[Server]:
    """A server of its own that keeps a binary log."""
    data, share = folder / "data", SERVERS / "usr/share/mysql"
    base = ["--no-defaults", f"--datadir={data}"]
    unpacked = [f"--basedir={SERVERS}/usr"] if share.exists() else []
    install = ["mariadb-install-db", *base, *unpacked, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(install, check=True, capture_output=True)
    certificate = f"{folder}/server.pem"
    run = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run([*run, "-keyout", f"{folder}/key.pem", "-out", certificate], check=True, capture_output=True)
    port = _free_port()
    run = ["mariadbd", *base, *unpacked, f"--socket={folder}/socket", f"--port={port}", "--bind-address=127.0.0.1"]
    run += [
        "--user=root",
        "--log-bin=binlog",
        "--binlog-format=ROW",
        f"--server-id={number}",
        "--innodb-fast-shutdown=0",
    ]
    run += [f"--ssl-cert={certificate}", f"--ssl-key={folder}/key.pem", f"--ssl-ca={certificate}"]
    run += ["--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M", "--max-binlog-size=64K"]
    if unpacked:
        run += [f"--lc-messages-dir={share}", f"--plugin-dir={SERVERS}/usr/lib/mysql/plugin"]
    with (folder / "log").open("w") as log, subprocess.Popen(run, stdout=log, stderr=log) as process:
        try:
            options = ("--no-defaults", "--host=127.0.0.1", f"--port={port}", f"--ssl-ca={certificate}")
            server = Server((*options, "--user=root"))
            _wait(server, process)
            yield server
        finally:
            process.kill()


def with_user(server: Server, folder: Path, name: str, rights: Iterable[str], setup: str = "") -> Server:
    """The server as a user sees it whom the job makes: Debian's client takes TLS by another option than MySQL's."""
    options, client = server.options[:-1], folder / "mysql"
    client.write_text(f"#!/bin/sh\nexec mariadb {' '.join(options)} --user=root\n")
    client.chmod(0o755)
    told = {"HOST": "", "ADMINISTRATOR": "root", "USER_NAME": name, "USER_PASSWORD": PASSWORD}
    told |= {"SETUP": setup, "RIGHTS": "\n".join(rights), "PATH": f"{folder}:{os.environ['PATH']}"}
    script = Path(operations.__path__[0]) / "database_user.sh"
    subprocess.run(["sh", script], check=True, env={**os.environ, **told})
    return Server((*options, f"--user={name}", f"--password={PASSWORD}"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            server("SELECT 1")
        except subprocess.CalledProcessError:
            assert process.poll() is None
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server does not answer")


class Login(NamedTuple):
    """Credentials, by the names that AWS's clients know them by."""

    aws_access_key_id: str
    aws_secret_access_key: str
    aws_session_token: str = ""


@dataclass(frozen=True)
class Aws:
    """AWS's API, asked by AWS's own client, which refuses what is misspelt. As at AWS, nobody may do what no policy
    allows; of a policy's conditions moto knows nothing."""

    url: str

    @cache  # noqa: B019  one takes longer to make than its calls
    def client(self, service: str, login: Login) -> Any:
        return boto3.client(service, region_name=REGION, endpoint_url=self.url, **login._asdict())

    def begin(self) -> Login:
        """Forget all that was; return the login of an administrator."""
        self._tell("reset")
        self._tell("reset-auth", "3")  # calls that need no right: those that make the administrator
        iam = self.client("iam", Login("nobody", "nothing"))
        iam.create_user(UserName="admin")
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
        iam.put_user_policy(UserName="admin", PolicyName="all", PolicyDocument=policy)
        key = iam.create_access_key(UserName="admin")["AccessKey"]
        return Login(key["AccessKeyId"], key["SecretAccessKey"])

    def _tell(self, what: str, text: str = "") -> None:
        plain = {"Content-Type": "text/plain"}
        urlopen(Request(f"{self.url}/moto-api/{what}", text.encode(), plain, method="POST")).close()


@contextmanager
def aws(folder: Path) -> Generator[Aws]:
    """moto in a process of its own: a thread of this one would keep recordings from forking."""
    port = _free_port()
    run = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", f"{port}"]
    told = {**os.environ, "MOTO_S3_DEFAULT_MAX_KEYS": "3"}  # so that pages are followed
    with (folder / "log").open("w") as log, subprocess.Popen(run, stdout=log, stderr=log, env=told) as process:
        try:
            _listens(port, process)
            yield Aws(f"http://127.0.0.1:{port}")
        finally:
            process.kill()


def _listens(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert process.poll() is None
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("moto does not answer")
