"""The codes of findings, and what each breaks. Codes are stable and never reused; their words stand in the report."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Breaks(StrEnum):
    """What a finding breaks: an objective, or what else was asked for."""

    RECOVERY_TIME = "recovery time"
    DATA_LOSS = "data loss"
    AVAILABILITY = "availability"
    COST = "cost"
    STATELESS = "stateless profile"
    MANAGEMENT = "management"


BOTH: Final = (Breaks.RECOVERY_TIME, Breaks.DATA_LOSS)
EXPIRED: Final = "BC0028"
SYMPTOMS: Final = frozenset({"BC0013", "BC0015"})
"""Findings whose end alone shortens no outage and saves no data: it makes what is hoped for surer."""
RULES: Final[Mapping[str, tuple[Breaks, ...]]] = MappingProxyType(
    {
        "BC0001": (Breaks.RECOVERY_TIME,),  # single point of failure
        "BC0002": (Breaks.RECOVERY_TIME,),  # recovery needs what failed
        "BC0003": (Breaks.RECOVERY_TIME,),  # failover waits for a person
        "BC0004": (Breaks.RECOVERY_TIME,),  # servers in one zone
        "BC0005": BOTH,  # database in one zone
        "BC0006": (Breaks.RECOVERY_TIME,),  # nothing notices the failure
        "BC0007": (Breaks.RECOVERY_TIME,),  # survivors cannot hold the load
        "BC0008": (Breaks.DATA_LOSS,),  # all data of a store lost
        "BC0009": (Breaks.DATA_LOSS,),  # no copy out of an attacker's reach
        "BC0010": (Breaks.DATA_LOSS,),  # no copy safe from a mistake
        "BC0011": (Breaks.DATA_LOSS,),  # copies kept shorter than an intruder hides
        "BC0012": (Breaks.DATA_LOSS,),  # copy older than the data loss objective
        "BC0013": (Breaks.DATA_LOSS,),  # copies never restored as a test
        "BC0014": (Breaks.RECOVERY_TIME,),  # restore slower than the recovery objective
        "BC0015": (Breaks.DATA_LOSS,),  # stores come back at different moments
        "BC0016": (Breaks.DATA_LOSS,),  # two primaries possible
        "BC0017": (Breaks.RECOVERY_TIME,),  # one release everywhere
        "BC0018": BOTH,  # cannot be decided
        "BC0019": BOTH,  # resource type not understood
        "BC0020": BOTH,  # content not visible
        "BC0021": (Breaks.DATA_LOSS,),  # data without a home
        "BC0022": (Breaks.DATA_LOSS,),  # store without any copy
        "BC0023": (Breaks.COST,),  # minor data treated as critical
        "BC0024": (Breaks.COST,),  # more than the objectives need
        "BC0025": BOTH,  # no objective stated
        "BC0026": (Breaks.AVAILABILITY,),  # availability commitment at risk
        "BC0027": (Breaks.DATA_LOSS,),  # all copies in one part of the world
        "BC0028": BOTH,  # accepted risk expired
        "BC0029": (Breaks.RECOVERY_TIME,),  # not shielded from floods
        "BC0030": (Breaks.RECOVERY_TIME,),  # critical system lives only in-house
        "BC0031": (Breaks.RECOVERY_TIME,),  # names cannot be changed while their control plane is lost
        "BC0032": (Breaks.RECOVERY_TIME,),  # standby less guarded than the primary
        "BC0033": BOTH,  # refers to what is not there
        "BC0034": (Breaks.RECOVERY_TIME,),  # name leads to fewer sites than another
        "BC0035": (Breaks.RECOVERY_TIME,),  # one server may hold all replicas
        "BC0036": (Breaks.AVAILABILITY,),  # no node can be drained
        "BC0037": (Breaks.DATA_LOSS,),  # data without a volume
        "BC0038": (Breaks.RECOVERY_TIME,),  # images not copied
        "BC0039": (Breaks.RECOVERY_TIME,),  # tags of images move
        "BC0040": (Breaks.STATELESS,),  # business data in a stateless shop
        "BC0041": BOTH,  # declared and not made
        "BC0042": (Breaks.DATA_LOSS,),  # deleted by one mistake
        "BC0043": (Breaks.RECOVERY_TIME,),  # several zones leave by one
        "BC0044": (Breaks.DATA_LOSS,),  # stream of changes may stop unseen
        "BC0045": (Breaks.RECOVERY_TIME,),  # maintained at the wrong time
        "BC0046": (Breaks.RECOVERY_TIME,),  # upgrade stops it too long
        "BC0047": (Breaks.RECOVERY_TIME,),  # runbook lost with the shop, or open to all
        "BC0048": (Breaks.RECOVERY_TIME,),  # state of the infrastructure that nobody can open
        "BC0049": (Breaks.MANAGEMENT,),  # tier not managed in whole
        "BC0050": (Breaks.COST,),  # budget exceeded
        "BC0051": (Breaks.COST,),  # copies cost more than what they copy
        "BC0052": (Breaks.COST,),  # under-protected for its money
        "BC0053": (Breaks.COST,),  # over-protected for its money
    }
)
