"""What is promised, and how a promise can be judged."""

from __future__ import annotations

from enum import StrEnum


class Objective(StrEnum):
    """What is promised."""

    RECOVERY_TIME = "recovery time"
    DATA_LOSS = "data loss"
    AVAILABILITY = "availability"


class Judgement(StrEnum):
    """Verdicts, worst first."""

    MISSED = "MISSED"
    UNKNOWN = "UNKNOWN"
    ACCEPTED = "ACCEPTED"
    MET = "MET"
