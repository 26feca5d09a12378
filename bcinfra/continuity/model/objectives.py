"""What is promised, and how a promise can be judged."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Objective(StrEnum):
    """What is promised."""

    RECOVERY_TIME = "recovery time"
    DATA_LOSS = "data loss"
    AVAILABILITY = "availability"


class DisruptionKind(StrEnum):
    """Kinds that objectives are stated and judged by: every scenario is of one."""

    SERVER = "server"
    ZONE = "zone"
    REGION = "region"
    CHANGE = "change"
    PEOPLE = "people"
    SUPPLIER = "supplier"
    ATTACK = "attack"
    TOGETHER = "together"


class Judgement(StrEnum):
    """Verdicts, worst first."""

    MISSED = "MISSED"
    UNKNOWN = "UNKNOWN"
    ACCEPTED = "ACCEPTED"
    MET = "MET"


def worst_judgement(found: Iterable[Judgement | None]) -> Judgement | None:
    """The worst of some verdicts; ``None`` where there is none."""
    return min(filter(None, found), key=list(Judgement).index, default=None)
