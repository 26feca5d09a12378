"""What a site on premises is made of, as its people state it: where it stands, what feeds it, what runs in it.

Nothing here is deployed. These are facts that only people know; what the shop survives is judged by them as by
everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias

from pydantic import Field, IPvAnyAddress, PlainSerializer

from bcinfra.spec.base import Model
from bcinfra.spec.problems import Problem, did_you_mean
from bcinfra.spec.values import Country, Criticality, Name

LARGEST_ASN: Final = 4_294_967_294
"""The largest AS number (RFC 6996)."""

if TYPE_CHECKING:
    Names: TypeAlias = frozenset[str]
    Places: TypeAlias = frozenset[str]
else:
    _SORTED = PlainSerializer(sorted, return_type=list[str], when_used="json")
    Names = Annotated[frozenset[Name], _SORTED]
    Places = Annotated[frozenset[str], _SORTED]

Line: TypeAlias = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\r\n]+$")]
"""A command, on one line. It is shown, and never run; what it logs in with does not belong in it."""


class Geography(Model):
    """Where the building stands: what else a fire, a flood or a storm takes with it."""

    country: Country
    """ISO 3166 code."""
    place: str = Field(min_length=1, examples=["Ghent"])
    """Town, for people."""
    latitude: float = Field(ge=-90, le=90)
    """Degrees north. It is recorded; what fails together is judged by country and by name, not by distance."""
    longitude: float = Field(ge=-180, le=180)
    """Degrees east."""


class Isp(Model):
    """One line to the internet. What is named alike at two lines fails for both at once."""

    carrier: str = Field(min_length=1)
    """Who runs the network, not who sends the bill: two resellers of one network are one carrier."""
    entry: str = Field(min_length=1, examples=["north-duct"])
    """Where the cable enters the building. Two carriers in one duct are cut by one excavator."""
    address: IPvAnyAddress
    """Public address of the site's router on this line."""
    bandwidth: int = Field(ge=1)
    """Mbit/s."""
    recovery: int = Field(default=14_400, ge=0)
    """Seconds within which the carrier repairs it: by contract, or by experience. The default is an assumption."""


class PowerFeed(Model):
    """One supply of electricity."""

    grid: str = Field(min_length=1, examples=["substation-west"])
    """The substation or supplier behind it. Two feeds from one substation are one failure."""
    battery: int = Field(default=0, ge=0)
    """Minutes on batteries."""
    generator: int = Field(default=0, ge=0)
    """Hours on a generator with the fuel that is kept."""


class Rack(Model):
    """Hosts that share power, a switch and a room."""

    feeds: Names = Field(min_length=1)
    """The power feeds that each carry it alone."""
    room: str = Field(default="room", min_length=1)
    """The fire compartment that it stands in."""
    hosts: Names = Field(min_length=1)
    """Its hosts."""


class System(Model):
    """Something that runs here and that the shop depends on: the back office, a warehouse system, a payment gateway."""

    criticality: Criticality
    """How much it matters. There is no default: a system left out of this decision is the mistake this list is for."""
    hosts: Names = Field(min_length=1)
    """The hosts that it runs on."""
    enough: int = Field(default=1, ge=1)
    """How many of them it needs to serve."""
    needs: Names = frozenset()
    """Other systems of this site without which it does not serve."""
    internet: bool = False
    """Whether it needs the internet, to be reached or to reach."""
    address: IPv4Address | None = None
    """Its private address, which the shop's tiers call over the VPN; ``None`` where they do not."""
    port: int | None = Field(default=None, ge=1, le=65535)
    """The TCP port that answers; ``None`` where it shows none."""
    recovery: int | None = Field(default=None, ge=0)
    """Seconds to bring it back after a failure of all its hosts; ``None``: nobody knows, nothing is promised."""
    start: Line | None = None
    """The command with which it is started, as the runbook shows it to the person on call; ``None``: its people know.
    """
    automatic: bool = False
    """Whether it moves to another host by itself."""
    standby: str | None = None
    """Where else it runs ready to take over, as the place is named elsewhere: another site, a region. ``None``: it
    lives only here."""


class DataSet(Model):
    """One kind of data that is kept here."""

    criticality: Criticality
    """How much it matters."""
    system: Name
    """The system that keeps it."""
    size: float | None = Field(default=None, gt=0)
    """GiB; ``None``: unknown."""
    copies: Mapping[str, int] = {}
    """Where copies are, and how many seconds old each may be: of a backup its interval, of a replica its lag."""
    kept_days: Mapping[str, int] = {}
    """For how many days a copy keeps what was there before, by place; one that is not named keeps the newest alone."""
    isolated: Places = frozenset()
    """Copies, by place, that nobody can delete who works at the site or holds its passwords."""
    restore: int | None = Field(default=None, ge=0)
    """Seconds that a restore took in the last rehearsal; ``None``: there was none."""
    restore_with: Mapping[str, Line] = {}
    """The command that brings a copy back, by the place of the copy, as the runbook shows it."""


class Premises(Model):
    """A building that the shop depends on and that no cloud runs.

    What is stated wrong is judged wrong. State lines by the network that carries them and feeds by the substation
    behind them, ask carriers and landlord for the paths, and leave ``recovery`` out where nobody rehearsed it.
    """

    kind: Literal["on-premises"] = "on-premises"
    """That it is no cloud."""
    geography: Geography
    """Where it stands."""
    asn: int = Field(default=65000, ge=1, le=LARGEST_ASN)
    """The site's AS number, for routes over its VPNs; the default is a private one."""
    ranges: Places = frozenset()
    """Its private IPv4 ranges."""
    isps: Mapping[Name, Isp] = Field(min_length=1)
    """Its lines to the internet."""
    power: Mapping[Name, PowerFeed] = Field(min_length=1)
    """Its supplies of electricity."""
    racks: Mapping[Name, Rack] = Field(min_length=1)
    """Its racks."""
    systems: Mapping[Name, System] = {}
    """What runs here."""
    data: Mapping[Name, DataSet] = {}
    """What is kept here."""

    @property
    def hosts(self) -> dict[str, str]:
        """The rack of each host."""
        return {host: rack for rack, at in sorted(self.racks.items()) for host in at.hosts}

    def problems(self) -> Iterator[Problem]:
        """What does not fit together, with paths from here."""
        for name, rack in self.racks.items():
            yield from _unknown(("racks", name, "feeds"), rack.feeds, self.power, "power feed")
            for host in sorted(rack.hosts):
                if self.hosts[host] != name:
                    message = f"is also in rack {self.hosts[host]!r}; a host stands in one"
                    yield Problem(path=("racks", name, "hosts"), value=host, message=message)
        for name, system in self.systems.items():
            yield from _unknown(("systems", name, "hosts"), system.hosts, self.hosts, "host")
            yield from _unknown(("systems", name, "needs"), system.needs, self.systems, "system")
            if name in system.needs:
                yield Problem(path=("systems", name, "needs"), value=name, message="is the system itself")
            if system.enough > len(system.hosts):
                message = f"is more than the {len(system.hosts)} hosts it runs on"
                yield Problem(path=("systems", name, "enough"), value=system.enough, message=message)
        for name, data in self.data.items():
            yield from _unknown(("data", name, "system"), [data.system], self.systems, "system")
            yield from _unknown(("data", name, "kept_days"), data.kept_days, data.copies, "copy")
            yield from _unknown(("data", name, "isolated"), data.isolated, data.copies, "copy")
            yield from _unknown(("data", name, "restore_with"), data.restore_with, data.copies, "copy")
        for cidr in sorted(self.ranges):
            try:
                IPv4Network(cidr)
            except ValueError:
                message = "is not an IPv4 range"
                yield Problem(path=("ranges",), value=cidr, message=message, allowed=("such as 10.9.0.0/16",))


def _unknown(path: tuple[str, ...], names: Iterable[str], known: Iterable[str], what: str) -> Iterator[Problem]:
    there = tuple(sorted(known))
    for name in sorted(set(names) - set(there)):
        hint = did_you_mean(name, there)
        yield Problem(path=path, value=name, message=f"is no {what} of this site", allowed=there, hint=hint)
