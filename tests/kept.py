"""What the processes of a run share because it is costly to make: graphs of samples, and what is assessed of them."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

T = TypeVar("T")
AT_HAND: Final = 16
"""How many things a process does not ask the others for again: those that it asked for last."""


class Kept:
    """What the processes of a run have made, for the others: the first that asks for a thing makes it."""

    folder: Path | None = None
    """Where it lies, from the first test on."""

    def __init__(self) -> None:
        self._at_hand = dict[str, Any]()

    def __call__(self, key: bytes, make: Callable[[], T]) -> T:
        if not self.folder:
            return make()
        name = hashlib.sha256(key).hexdigest()
        found = self._at_hand.pop(name) if name in self._at_hand else self._made(self.folder / name, make)
        self._at_hand[name] = found
        if len(self._at_hand) > AT_HAND:
            del self._at_hand[next(iter(self._at_hand))]
        return found

    def _made(self, file: Path, make: Callable[[], T]) -> T:
        if not file.exists():
            made = make()
            begun = file.with_suffix(f".{os.getpid()}")
            begun.write_bytes(to_bytes(made))
            begun.rename(file)
            return made
        return pickle.loads(file.read_bytes())


kept: Final = Kept()


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: object) -> Any:
        return (_proxy, (dict(value),)) if isinstance(value, MappingProxyType) else NotImplemented


def _proxy(value: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(value)


def to_bytes(value: object) -> bytes:
    """What is of the same bytes is the same, whatever process and run it is of."""
    file = io.BytesIO()
    _Pickler(file).dump(value)
    return file.getvalue()
