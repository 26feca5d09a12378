"""How much runs at each site: pure planning from the strategy, before any resource is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from bcinfra.planning.sizes import Size, smallest
from bcinfra.spec import Peak, Shop, Strategy, Tier

STANDBY_SHARE: Final = 0.5
"""Part of the normal load that a warm standby carries before it grows. An assumption: half halves the cost of the
standby's servers and leaves one doubling to do, which is one step of autoscaling."""

SMALLEST: Final = 2
"""Nothing that runs at all runs once (R23)."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """Replicas of one tier at one site."""

    desired: int
    minimum: int
    maximum: int
    reserved: int = 0
    """Those that room is kept for."""


def spared(replicas: int, zones: int) -> int:
    """``replicas`` and enough more that as many are left when one of ``zones`` zones fails.

    Starting replacements needs a control plane that may fail with the zone, so the spare ones run already. Two zones
    need 200 %, three 150 % (*static stability*; Google Cloud and AWS state the same rule).
    """
    return ceil(replicas * zones / (zones - 1)) if zones > 1 else replicas


def capacity(shop: Shop, site: str, tier: Tier, zones: int) -> Capacity:
    """What ``tier`` runs at ``site``: one that serves carries the load, a standby what the strategy says.

    It goes by the sites' roles, not by which one writes now: after a failover autoscaling has done the rest.
    """
    scaling = tier.scaling
    most = spared(max(scaling.maximum or tier.peak, SMALLEST), zones)
    kept = min(spared(scaling.reserved, zones), most)
    full = min(spared(max(tier.replicas, SMALLEST), zones), most)
    quiet = min(spared(max(scaling.minimum or tier.replicas, SMALLEST), zones), full)
    if site in shop.live_sites:
        return Capacity(full, quiet, most, kept)
    if shop.strategy is Strategy.PILOT_LIGHT:
        return Capacity(0, 0, most, kept)
    warm = max(SMALLEST, ceil(full * STANDBY_SHARE))
    return Capacity(warm, warm, most, kept)


def growth(shop: Shop, count: Capacity) -> Mapping[str, Peak]:
    """The peaks that a tier grows ahead of: one that runs nothing grows when it takes over."""
    return shop.business.peaks if shop.business and count.desired else {}


def server(tier: Tier) -> Size:
    """What the servers of a tier are at AWS. A class that is stated and in no table is taken for what the tier asks."""
    from bcinfra.aws import sizes  # what plans a shop elsewhere needs nothing of AWS

    fit = sizes.EC2_X86 if tier.architecture == "x86_64" else sizes.EC2
    name = tier.instance_class.get("aws") or smallest(fit, tier.cpu, tier.memory)
    known = {size.name: size for size in (*sizes.EC2, *sizes.EC2_X86)}
    return known.get(name, Size(tier.cpu, tier.memory, name))


def vcpu(tier: Tier) -> float:
    """vCPU that a replica of a tier takes of a quota at AWS: a server takes all that it has."""
    return tier.cpu if tier.compute == "containers" else server(tier).vcpu
