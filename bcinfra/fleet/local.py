"""The processes of this machine."""

from __future__ import annotations

import contextlib
import importlib
import os
import selectors
import sys
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self, TypeVar

from bcinfra.fleet.hand import TRIES, Fault, Hand, Lost, ended, heard, packed

T = TypeVar("T")
R = TypeVar("R")


def available() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(slots=True)
class Local:
    """``size`` processes at a time; default as many as this one may use.

    They end with the ``with`` that it is used in.
    """

    size: int | None = None
    _idle: list[Hand] = field(default_factory=list[Hand], init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while self._idle:
            self._idle.pop().end()

    def each(
        self, work: Callable[[T], R], given: Mapping[str, T], done: Callable[[str, R | Fault], object]
    ) -> dict[str, R | Fault]:
        """What ``work`` makes of each of ``given``, by name, in that order; ``done`` is told of each as it ends.

        The first one goes ahead: what it loads, the others find loaded.
        """
        waiting = deque((name, packed(work, one), TRIES) for name, one in given.items())
        results: dict[str, R | Fault] = {}
        warm, size = len(waiting) < 2 or bool(self._idle), min(self.size or available(), len(waiting))
        hands: dict[Hand, tuple[str, bytes, int]] = {}
        with selectors.DefaultSelector() as selector:

            def end(name: str, result: R | Fault) -> None:
                results[name] = result
                done(name, result)

            def lost(hand: Hand, status: int | None) -> None:
                name, request, tries = hands.pop(hand)
                if tries > 1:
                    waiting.append((name, request, tries - 1))
                else:
                    end(name, ended(status))

            try:
                while waiting or hands:
                    while waiting and len(hands) < (size if warm else 1):
                        hand = self._idle.pop() if self._idle else Hand()
                        hands[hand] = waiting.popleft()
                        try:
                            hand.give(hands[hand][1])
                        except Lost as why:
                            lost(hand, why.status)
                        else:
                            selector.register(hand.answers, selectors.EVENT_READ, hand)
                    for key, _ in selector.select() if hands else ():
                        hand: Hand = key.data
                        try:
                            answer = hand.hear()
                        except Lost as why:
                            selector.unregister(key.fd)
                            lost(hand, why.status)
                            continue
                        if answer is None:
                            continue
                        selector.unregister(key.fd)
                        name, _, _ = hands.pop(hand)
                        self._idle.append(hand)
                        found = heard(answer)
                        sys.stderr.write(found.said)
                        end(name, found.result)
                        if not warm:
                            warm = True
                            _load(found.modules)
            finally:
                for hand in hands:
                    hand.end()
        return {name: results[name] for name in given}


def _load(modules: tuple[str, ...]) -> None:
    """Load what the first one loaded, for those that are forked after it."""
    for name in modules:
        if name.startswith(("pulumi_", "bcinfra.")):
            with contextlib.suppress(Exception):  # the one that needs it will say so
                importlib.import_module(name)
