"""Components for Google Cloud, each usable alone.

A name is imported from its module when it is first used: the SDK is large, and a program pays for what it declares.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # for type checkers and editors; a test holds it equal to the table below
    from bcinfra.gcp.agents import Agent as Agent
    from bcinfra.gcp.capacity import Schedule as Schedule
    from bcinfra.gcp.keys import Key as Key
    from bcinfra.gcp.keys import KeyArgs as KeyArgs
    from bcinfra.gcp.network import Network as Network
    from bcinfra.gcp.network import NetworkArgs as NetworkArgs
    from bcinfra.gcp.network import NetworkSite as NetworkSite
    from bcinfra.gcp.network import SiteNetwork as SiteNetwork
    from bcinfra.gcp.region import KeyedRegion as KeyedRegion
    from bcinfra.gcp.region import Project as Project
    from bcinfra.gcp.region import Region as Region
    from bcinfra.gcp.secrets import ReplicatedSecret as ReplicatedSecret
    from bcinfra.gcp.secrets import ReplicatedSecretArgs as ReplicatedSecretArgs

_HOMES = {
    "agents": ("Agent",),
    "capacity": ("Schedule",),
    "keys": (
        "Key",
        "KeyArgs",
    ),
    "network": (
        "Network",
        "NetworkArgs",
        "NetworkSite",
        "SiteNetwork",
    ),
    "region": (
        "KeyedRegion",
        "Project",
        "Region",
    ),
    "secrets": (
        "ReplicatedSecret",
        "ReplicatedSecretArgs",
    ),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
