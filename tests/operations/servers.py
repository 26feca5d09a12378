"""A real server to test against: MariaDB, from the system or from where ``make test-servers`` unpacks it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

import pytest

from bcinfra import operations
from bcinfra.operations.archive_binlogs import Server
from tools.servers import SERVERS

LIBRARIES = ":".join(str(SERVERS / root / "x86_64-linux-gnu") for root in ("usr/lib", "lib"))
WHERE = f"{SERVERS}/usr/sbin:{SERVERS}/usr/bin:/usr/sbin:{os.environ['PATH']}"
PASSWORD = "it's-a-$secret"
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
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
