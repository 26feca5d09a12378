"""Work that processes are given: they find it by its name."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path


def half(number: int) -> float:
    """Half of ``number``; 13 kills who does it, 14 is a mistake."""
    if number == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 14:
        raise ValueError("cannot be halved")
    print("halved", number, file=sys.stderr)
    return number / 2


def once(mark: str) -> int:
    """Kill who does it, where nobody has left the ``mark`` yet."""
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def slow(mark: str) -> str:
    """Leave the ``mark``, with who did it, and take a while."""
    with Path(mark).open("a") as file:
        file.write(f"{os.getppid()}\n")
    time.sleep(0.6)
    return Path(mark).name


def here() -> dict[str, str]:
    """What is another in each process."""
    return {"process": str(os.getpid())}
