"""The smallest image that fulfils the contract (``docs/contract.md``), of the standard library alone.

It listens on every address at ``PORT``, says on ``/healthz`` whether it can serve and on ``/livez`` that it runs,
writes to ``/tmp`` alone, finishes what it has begun after SIGTERM, and tells nobody its secrets.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, NamedTuple

NEEDED: Final = ("SITE", "SHOP_DOMAIN")
"""What every replica is told; without it something is wrong, and it says so instead of serving."""


class Settings(NamedTuple):
    """What the image makes of its environment."""

    port: int
    site: str
    domain: str
    stores: tuple[str, ...]
    """The stores that it is told of."""


def settings(environment: Mapping[str, str]) -> Settings:
    """What is told, or ``SystemExit`` with all that is missing. A message names variables, never their values."""
    missing = [name for name in NEEDED if not environment.get(name)]
    for store in ("MYSQL", "REDIS"):
        told = {name for name in environment if name.startswith(f"{store}_")}
        if told and f"{store}_HOST" not in told:
            missing.append(f"{store}_HOST")
    if missing:
        raise SystemExit(f"missing in the environment: {', '.join(missing)}")
    stores = tuple(store.lower() for store in ("MYSQL", "REDIS", "MEDIA", "FILES") if _told(store, environment))
    port = int(environment.get("PORT", "8080"))
    return Settings(port, environment["SITE"], environment["SHOP_DOMAIN"], stores)


def _told(store: str, environment: Mapping[str, str]) -> bool:
    return any(name.startswith(f"{store}_") for name in environment)


class Server(ThreadingHTTPServer):
    """Finishes every request that it has begun before it ends."""

    daemon_threads = False
    block_on_close = True

    def __init__(self, told: Settings) -> None:
        super().__init__(("0.0.0.0", told.port), Handler)  # noqa: S104  a balancer is elsewhere
        self.told, self.leaving = told, False

    def leave(self, *_: object) -> None:
        """Be not ready any more, finish, and end."""
        self.leaving = True
        threading.Thread(target=self.shutdown).start()


class Handler(BaseHTTPRequestHandler):
    """Pages of the shop."""

    server: Server  # type: ignore[assignment]
    timeout = 60

    def do_GET(self) -> None:
        """Answer."""
        match self.path:
            case "/livez":
                self._answer(200, "live")
            case "/healthz":
                # Whether a database answers is not asked: one that is away would take every replica along.
                self._answer(503, "leaving") if self.server.leaving else self._answer(200, "ready")
            case _:
                told = self.server.told
                with tempfile.TemporaryFile() as scratch:
                    scratch.write(self.path.encode())
                self._answer(200, json.dumps({"site": told.site, "domain": told.domain, "stores": told.stores}))

    def _answer(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """One line a request, to standard output: the platform keeps it."""
        sys.stdout.write(f"{self.address_string()} {format % args}\n")
        sys.stdout.flush()


def main() -> None:
    """Serve until SIGTERM."""
    server = Server(settings(os.environ))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.leave)
    server.serve_forever(poll_interval=0.1)
    server.server_close()


if __name__ == "__main__":
    main()
