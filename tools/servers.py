"""A MySQL-compatible server out of the system's packages, unpacked and not installed: ``python -m tools.servers``.

Debian has no MySQL; MariaDB stands in for it. Its packages are fetched with apt and unpacked into ``.servers``,
where the tests of tests/operations look for them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

SERVERS: Final = Path(__file__).parents[1] / ".servers"
PACKAGES: Final = (
    *("mariadb-server", "mariadb-server-core", "mariadb-client", "mariadb-client-core", "mariadb-common"),
    *("libmariadb3", "libaio1", "liburing2", "libpmem1", "libndctl6", "libdaxctl6", "libsnappy1v5", "libfmt9"),
)


def main() -> None:
    SERVERS.mkdir(parents=True, exist_ok=True)
    # One by one: which libraries there are, and which the system has already, differs by release.
    for package in PACKAGES:
        done = subprocess.run(["apt-get", "download", package], cwd=SERVERS, capture_output=True, text=True)
        if done.returncode and package.startswith("mariadb"):
            sys.exit(f"{package} cannot be fetched: {done.stderr.strip()}")
    for file in SERVERS.glob("*.deb"):
        subprocess.run(["dpkg", "-x", file, SERVERS], check=True)


if __name__ == "__main__":
    main()
