"""Python's cyclic collector, out of the way of work on a graph."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Generator


@contextlib.contextmanager
def without_collector() -> Generator[None]:
    """The collector walks a growing graph again and again and finds next to nothing: half of the time of recording
    or assessing a large one. What is in no circle is let go of all the same."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
