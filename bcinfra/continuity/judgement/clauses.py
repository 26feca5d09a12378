"""Clauses that shops are held to, and what each can be shown with.

Sources, read 2026-11: Commission Implementing Regulation (EU) 2024/2690, annex, point 4
(eur-lex.europa.eu/eli/reg_impl/2024/2690/oj); Regulation (EU) 2022/2554, articles 11 and 12
(eur-lex.europa.eu/eli/reg/2022/2554/oj); PCI DSS v4.0.1, requirement 12.10 (pcisecuritystandards.org); Regulation (EU)
2016/679, article 32 (eur-lex.europa.eu/eli/reg/2016/679/oj).
NIS2 covers online marketplaces, DORA financial entities: other shops meet them as suppliers, by contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Regime(StrEnum):
    NIS2 = "NIS2 2024/2690, annex"
    DORA = "DORA"
    PCI = "PCI DSS 4.0.1"
    GDPR = "GDPR"


class Shows(StrEnum):
    """What a clause can be shown with."""

    # By the design
    SCENARIOS = "scenarios"
    PROCEDURES = "procedures"
    READABLE = "readable"
    ROLES = "roles"
    CHANNELS = "channels"
    ACTIVATION = "activation"
    ORDER = "order"
    OBJECTIVES = "objectives"
    RESOURCES = "resources"
    IMPACT = "impact"
    BACKUPS = "backups"
    RESTORE_TIMES = "restore times"
    COMPLETE = "complete"
    APART = "apart"
    ACCESS = "access"
    RETENTION = "retention"
    INTEGRITY = "integrity"
    KEYS = "keys"
    REDUNDANT = "redundant"
    RESILIENT = "resilient"
    FACILITIES = "facilities"
    STAFF = "staff"
    INTAKE = "intake"
    WATCHED = "watched"
    SWITCHOVER = "switchover"
    RECONCILED = "reconciled"
    COSTS = "costs"
    # By records
    RESTORED = "restored"
    DRILLED = "drilled"
    REVIEWED = "reviewed"
    TRAINED = "trained"


@dataclass(frozen=True, slots=True)
class Clause:
    regime: Regime
    number: str
    shows: tuple[Shows, ...]


_ROWS: Final[dict[Regime, dict[str, tuple[Shows, ...]]]] = {
    Regime.NIS2: {
        "4.1.1": (Shows.SCENARIOS, Shows.PROCEDURES, Shows.READABLE, Shows.REVIEWED),
        "4.1.2 (a)": (Shows.SCENARIOS,),
        "4.1.2 (b)": (Shows.ROLES,),
        "4.1.2 (c)": (Shows.CHANNELS,),
        "4.1.2 (d)": (Shows.ACTIVATION, Shows.PROCEDURES),
        "4.1.2 (e)": (Shows.ORDER,),
        "4.1.2 (f)": (Shows.OBJECTIVES, Shows.PROCEDURES),
        "4.1.2 (g)": (Shows.RESOURCES, Shows.BACKUPS),
        "4.1.2 (h)": (Shows.PROCEDURES,),
        "4.1.3": (Shows.IMPACT, Shows.OBJECTIVES),
        "4.1.4": (Shows.DRILLED, Shows.REVIEWED),
        "4.2.1": (Shows.BACKUPS, Shows.RESOURCES, Shows.STAFF),
        "4.2.2 (a)": (Shows.RESTORE_TIMES, Shows.RESTORED),
        "4.2.2 (b)": (Shows.COMPLETE, Shows.INTEGRITY),
        "4.2.2 (c)": (Shows.APART,),
        "4.2.2 (d)": (Shows.ACCESS, Shows.KEYS),
        "4.2.2 (e)": (Shows.PROCEDURES, Shows.ROLES),
        "4.2.2 (f)": (Shows.RETENTION,),
        "4.2.3": (Shows.INTEGRITY, Shows.RESTORED),
        "4.2.4 (a)": (Shows.REDUNDANT,),
        "4.2.4 (b)": (Shows.FACILITIES,),
        "4.2.4 (c)": (Shows.STAFF,),
        "4.2.4 (d)": (Shows.CHANNELS,),
        "4.2.5": (Shows.WATCHED,),
        "4.2.6": (Shows.INTEGRITY, Shows.RESTORED, Shows.DRILLED),
        "4.3.1": (Shows.PROCEDURES, Shows.READABLE, Shows.ROLES),
        "4.3.2 (a)": (Shows.ROLES,),
        "4.3.2 (b)": (Shows.CHANNELS,),
        "4.3.2 (c)": (Shows.ACCESS, Shows.RESILIENT),
        "4.3.3": (Shows.INTAKE,),
        "4.3.4": (Shows.DRILLED, Shows.REVIEWED),
    },
    Regime.DORA: {
        "11(1)": (Shows.SCENARIOS, Shows.PROCEDURES, Shows.REVIEWED),
        "11(2)": (Shows.RESILIENT, Shows.PROCEDURES),
        "11(3)": (Shows.PROCEDURES, Shows.READABLE, Shows.REVIEWED),
        "11(4)": (Shows.SCENARIOS, Shows.DRILLED),
        "11(5)": (Shows.IMPACT, Shows.OBJECTIVES, Shows.REDUNDANT),
        "11(6)": (Shows.DRILLED, Shows.SWITCHOVER),
        "11(7)": (Shows.ROLES, Shows.CHANNELS),
        "11(8)": (Shows.DRILLED, Shows.RESTORED),
        "11(10)": (Shows.COSTS,),
        "12(1)": (Shows.BACKUPS, Shows.RETENTION, Shows.PROCEDURES),
        "12(2)": (Shows.ACCESS, Shows.INTEGRITY, Shows.RESTORED),
        "12(3)": (Shows.APART, Shows.KEYS),
        "12(4)": (Shows.RESOURCES, Shows.REDUNDANT),
        "12(6)": (Shows.OBJECTIVES, Shows.RESTORE_TIMES),
        "12(7)": (Shows.RECONCILED, Shows.RESTORED),
    },
    Regime.PCI: {
        "12.10.1": (Shows.ROLES, Shows.CHANNELS, Shows.PROCEDURES, Shows.READABLE, Shows.BACKUPS, Shows.SCENARIOS),
        "12.10.2": (Shows.REVIEWED, Shows.DRILLED),
        "12.10.3": (Shows.STAFF,),
        "12.10.4": (Shows.TRAINED,),
        "12.10.5": (Shows.WATCHED,),
        "12.10.6": (Shows.REVIEWED,),
    },
    Regime.GDPR: {
        "32(1)(b)": (Shows.RESILIENT, Shows.KEYS),
        "32(1)(c)": (Shows.RESTORE_TIMES, Shows.APART, Shows.RESTORED),
        "32(1)(d)": (Shows.INTEGRITY, Shows.RESTORED, Shows.DRILLED),
    },
}
CLAUSES: Final = tuple(
    Clause(regime, number, shows) for regime, rows in _ROWS.items() for number, shows in rows.items()
)
"""All clauses, in the order of the rules."""
