"""What a scaling group launches: which types of machine, paid how, and billed as what."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Final

from bcinfra.continuity.readings.aws.compute import CONFIGURATION, template
from bcinfra.continuity.readings.base.view import View, as_number, as_row, as_text
from bcinfra.graph.core.model import UNKNOWN, Resource, Value

_PLATFORMS: Final = {
    "Windows": re.compile(r"resolve:ssm:/aws/service/(?!.*sql).*windows"),
    "SUSE Linux": re.compile(r"resolve:ssm:/aws/service/suse/"),
    "Linux/UNIX": re.compile(r"resolve:ssm:/aws/service/(.*amazon-linux|bottlerocket/|debian/|canonical/.*/server/)"),
}
"""Platforms by the public parameters that hold their images (AWS Systems Manager User Guide, calling AMI public
parameters; EC2 User Guide, AMI billing information fields; read 2026-11)."""
_WINDOWS: Final = re.compile(r"\s*<(powershell|script)>", re.IGNORECASE)


def types(view: View, group: Resource) -> tuple[str | None, ...]:
    """Its types of machine: what overrides its template's, or that; ``None`` stands for what is not told, or for any
    that fits."""
    launch, policy = template(view, group), view.value(group, "mixedInstancesPolicy")
    usual = view.text(launch, "instanceType") if launch else None
    mixed = as_row(policy).get("launchTemplate")
    overrides = as_row(mixed).get("overrides")
    if UNKNOWN in (group.inputs.get("mixedInstancesPolicy"), mixed, overrides):
        return (None,)
    rows = overrides if isinstance(overrides, list) else []
    return tuple(dict.fromkeys(_type(one, usual) for one in rows)) or (usual,)


def _type(override: Value, usual: str | None) -> str | None:
    row = as_row(override)
    if (stated := row.get("instanceType")) is not None:
        return as_text(stated)
    other = ("instanceRequirements", "launchTemplateSpecification")
    return usual if row and all(row.get(name) is None for name in other) else None


def on_demand(view: View, group: Resource) -> bool:
    """Whether all that it launches is known to be neither spare capacity nor of a block that was bought for some
    days."""
    launch = template(view, group)
    shares = as_row(view.value(group, "mixedInstancesPolicy")).get("instancesDistribution")
    share = as_row(shares).get("onDemandPercentageAboveBaseCapacity")
    if launch is None or shares is UNKNOWN or (share is not None and as_number(share) != 100):
        return False
    return view.absent(launch, "instanceMarketOptions") and view.absent(launch, "spotPrice")


def platform(view: View, group: Resource) -> str | None:
    """What its image is billed as, where a public parameter or what its servers run first tells it; ``None``: nothing
    does."""
    launch = template(view, group)
    if launch is None:
        return None
    image = (view.text(launch, "imageId") or "").lower()
    told = next((name for name, holds in _PLATFORMS.items() if holds.match(image)), None)
    return told or ("Windows" if _WINDOWS.match(_first_run(view, launch)) else None)


def _first_run(view: View, launch: Resource) -> str:
    if launch.type == CONFIGURATION and (plain := view.text(launch, "userData")):
        return plain
    try:
        coded = view.text(launch, "userDataBase64" if launch.type == CONFIGURATION else "userData") or ""
        return b64decode(coded, validate=True).decode()
    except ValueError:
        return ""
