"""One site of a data store: where its copy lives, which key encrypts it, when it is maintained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from bcinfra.component import Str, unknown_site
from bcinfra.gcp.region import KeyedRegion
from bcinfra.planning.windows import BackupWindow, MaintenanceWindow, problems
from bcinfra.spec.opening import DAYS

WINDOW_MINUTES: Final = 60
"""Google Cloud maintains within one hour from the hour it is told."""

DAY_NAMES: Final = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


class DataSite(KeyedRegion):
    """Where one copy of the data lives, encrypted by the site's own key."""

    network_id: Str
    """The network it is reached in: ``Network(...).services_network_id``."""
    maintenance_window: MaintenanceWindow = "tue:03:00-tue:04:00"
    """The hour in which the service may maintain this site, weekly in UTC. Never at the same time as another site."""
    backup_window: BackupWindow = "01:00-02:00"
    """When the daily backup starts, in UTC."""


def check_sites(sites: Mapping[str, DataSite], primary: str) -> Iterable[str]:
    """What is wrong with the sites of one data store."""
    if primary not in sites:
        yield f"primary: {unknown_site(primary, sites)}"
    owners: dict[str, str] = {}
    for name, site in sites.items():
        if (owner := owners.setdefault(site.region.name, name)) != name:
            yield f"sites: {owner!r} and {name!r} are both in {site.region.name}; a copy is elsewhere"
        for field, window in (("maintenance_window", site.maintenance_window), ("backup_window", site.backup_window)):
            if not window.split("-")[0].endswith(":00"):
                yield f"sites.{name}.{field}: {window} does not start on the hour, as the service asks"
    yield from problems(sites, WINDOW_MINUTES)


def start(window: str) -> tuple[int, int]:
    """The day (0 is Monday) and the hour at which a weekly window starts."""
    day, hour, _ = window.split("-")[0].split(":")
    return DAYS.index(day), int(hour)


def start_hour(window: str) -> int:
    """The hour at which a daily window starts."""
    return int(window.split(":")[0])
