"""Tries an image against its contract, before a cloud does. Of the standard library alone.

::

    bcinfra explain contract --stack shop.yaml --json -o contract.json
    python examples/image/contract_test.py contract.json --tier web --image registry.example/web:1.4.2
    python examples/image/contract_test.py contract.json --tier web -- python examples/image/server.py

With ``--image`` Docker runs it as the site does: the user, a file system that cannot be written, no capabilities.
After ``--`` it is a plain process, which shows all but that. Ends with 0 when everything holds, else with 1.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

SECRET: Final = "secret-of-the-contract-test"
"""What stands in for every secret: it must show in no output."""
START_SECONDS: Final = 60
"""How long a replica may take to be ready, as the sites wait (``warmup``)."""


def environment(agreed: Mapping[str, Any], port: int) -> dict[str, str]:
    """What a replica is told; no store is there, which it must survive."""
    told = {row["name"]: SECRET if row["secret"] else row["example"] for row in agreed["variables"]}
    nowhere = {name: "127.0.0.1" for name in told if name.endswith("_HOST")}
    return {**told, **nowhere, "PORT": str(port)}


def command(image: str, agreed: Mapping[str, Any], told: Mapping[str, str], port: int, name: str) -> list[str]:
    """How Docker runs the image as the site does."""
    user = agreed["user"] if str(agreed["user"]).isdecimal() else None
    platform = {"arm64": "linux/arm64", "x86_64": "linux/amd64"}.get(agreed["architecture"])
    limits = ["--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
    if agreed["writable"]:
        limits += [
            "--read-only",
            *(part for path in agreed["writable"] for part in ("--tmpfs", f"{path}:size=64m,mode=1777")),
        ]
    return [
        *("docker", "run", "--rm", "--name", name, "--publish", f"{port}:{agreed['port']}"),
        *(("--user", f"{user}:{user}") if user else ()),
        *(("--platform", platform) if platform else ()),
        *limits,
        *(part for key in told for part in ("--env", key)),
        image,
        *agreed["command"],
    ]


class Replica:
    """A running replica, with what it wrote to its output."""

    def __init__(self, words: list[str], told: Mapping[str, str], port: int) -> None:
        self.port, self.output = port, ""
        self.process = subprocess.Popen(  # noqa: S603  the caller's own image
            words,
            env={**{key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}, **told},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.output += line

    def status(self, path: str, timeout: float = 5) -> int | None:
        """What ``path`` answers; ``None`` where nothing does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=timeout) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def answers(self, path: str, seconds: float) -> bool:
        """Whether ``path`` answers 200 within ``seconds``."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if self.status(path) == 200:
                return True
            time.sleep(0.1)
        return False

    def end(self) -> None:
        """Leave nothing running."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(5)


def begin(replica: Replica, path: str) -> socket.socket:
    """The first half of a request, which a replica that is told to stop must still answer."""
    connection = socket.create_connection(("127.0.0.1", replica.port), timeout=10)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: shop.example\r\n".encode())
    time.sleep(0.3)
    return connection


def finish(connection: socket.socket) -> bool:
    """Whether the second half is answered."""
    with connection:
        try:
            connection.sendall(b"Connection: close\r\n\r\n")
            return connection.recv(64).startswith(b"HTTP/1.")
        except OSError:
            return False


def broken(agreed: Mapping[str, Any], start: Callable[[], Replica]) -> Iterator[str]:
    """Every clause of the contract that does not hold."""
    replica = start()
    try:
        if not replica.answers(agreed["ready_path"], START_SECONDS):
            code = replica.process.poll()
            how = f"it ended with {code}" if code is not None else f"it answered {replica.status(agreed['ready_path'])}"
            yield f"ready: {agreed['ready_path']} did not answer 200 within {START_SECONDS} s without stores: {how}"
            return
        live = agreed["live_path"] or agreed["ready_path"]
        if agreed["live_path"] and replica.status(live) != 200:
            yield f"live: {live} answers {replica.status(live)}, and must answer 200"
        half = begin(replica, live)
        replica.process.send_signal(signal.SIGTERM)
        if not finish(half):
            yield "signals: a request that had begun was not answered after SIGTERM"
        try:
            replica.process.wait(agreed["stop_seconds"])
        except subprocess.TimeoutExpired:
            yield f"signals: still runs {agreed['stop_seconds']} s after SIGTERM"
        else:
            if code := replica.process.returncode:
                yield f"signals: ended with {code} after SIGTERM; 0 says that nothing was lost"
    finally:
        replica.end()
    if SECRET in replica.output:
        yield "secrets: one shows in the output, which logs keep"


def contract(document: Mapping[str, Any], shop: str | None, tier: str, at: str | None) -> Mapping[str, Any]:
    """The contract of one tier at one kind of site; ``SystemExit`` where it is not clear which."""
    shops = {one["shop"]: one["tiers"] for one in document["shops"]}
    tiers = _one("shop", shops, shop)
    return _one("at", _one("tier", tiers, tier), at)


def _one(option: str, found: Mapping[str, Any], given: str | None) -> Any:
    if given is None and len(found) == 1:
        return next(iter(found.values()))
    if given is None or given not in found:
        raise SystemExit(f"--{option} {given or ''}: choose one of {', '.join(found)}")
    return found[given]


def main() -> int:
    """Try, and say what does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("contract", type=Path, help="what `bcinfra explain contract --json` wrote")
    parser.add_argument("--shop", help="which shop, where there are several")
    parser.add_argument("--tier", default="web", help="whose image it is (default: web)")
    parser.add_argument("--at", help="at which kind of site: aws, gcp, kubernetes")
    parser.add_argument("--image", help="run this image with Docker")
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    given, process = parser.parse_args(words[:cut]), words[cut + 1 :]
    if bool(given.image) == bool(process):
        parser.error("give --image IMAGE, or a process after --")
    agreed = contract(json.loads(given.contract.read_text(encoding="utf-8")), given.shop, given.tier, given.at)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    told = environment(agreed, agreed["port"] if given.image else port)
    name = f"contract-test-{os.getpid()}"
    words = command(given.image, agreed, told, port, name) if given.image else process
    found = list(broken(agreed, lambda: Replica(words, told, port)))
    sys.stdout.write("".join(f"broken  {one}\n" for one in found) or "the contract holds\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
