"""What a site on premises is made of, as its people state it: where it stands, what feeds it, what runs in it.

Nothing here is deployed. These are facts that only people know; Pulumi records them, and what the shop survives is
judged by them as by everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, IPvAnyAddress

from bcinfra.component import Args

Name = Annotated[str, Field(pattern=r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")]
"""A name: lower-case letters, digits and hyphens, from a letter, at most 63 characters."""
Criticality = Literal["critical", "important", "minor"]
"""``critical``: without it the shop cannot sell; ``important``: it can for a while; ``minor``: it can be lost."""


class Geography(Args):
    """Where the building stands: what else a fire, a flood or a storm takes with it."""

    country: str = Field(pattern=r"^[A-Z]{2}$", examples=["BE"])
    """ISO 3166 code."""
    place: str = Field(min_length=1, examples=["Ghent"])
    """Town, for people."""
    latitude: float = Field(ge=-90, le=90)
    """Degrees north: distances to copies are computed from it."""
    longitude: float = Field(ge=-180, le=180)
    """Degrees east."""


class Isp(Args):
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


class PowerFeed(Args):
    """One supply of electricity."""

    grid: str = Field(min_length=1, examples=["substation-west"])
    """The substation or supplier behind it. Two feeds from one substation are one failure."""
    battery: int = Field(default=0, ge=0)
    """Minutes on batteries."""
    generator: int = Field(default=0, ge=0)
    """Hours on a generator with the fuel that is kept."""


class Rack(Args):
    """Hosts that share power, a switch and a room."""

    feeds: frozenset[Name] = Field(min_length=1)
    """The power feeds that each carry it alone."""
    room: str = Field(default="room", min_length=1)
    """The fire compartment that it stands in."""
    hosts: frozenset[Name] = Field(min_length=1)
    """Its hosts."""


class System(Args):
    """Something that runs here and that the shop depends on: the back office, a warehouse system, a payment gateway."""

    criticality: Criticality
    """How much it matters. There is no default: a system left out of this decision is the mistake this list is for."""
    hosts: frozenset[Name] = Field(min_length=1)
    """The hosts that it runs on."""
    enough: int = Field(default=1, ge=1)
    """How many of them it needs to serve."""
    needs: frozenset[Name] = frozenset()
    """Other systems of this site without which it does not serve."""
    internet: bool = False
    """Whether it needs the internet, to be reached or to reach."""
    port: int | None = Field(default=None, ge=1, le=65535)
    """The TCP port that is looked at from outside; ``None`` where it shows none."""
    recovery: int | None = Field(default=None, ge=0)
    """Seconds to bring it back after a failure of all its hosts; ``None``: nobody knows, nothing is promised."""
    automatic: bool = False
    """Whether it moves to another host by itself."""
    standby: str | None = None
    """Where else it runs ready to take over, as the place is named elsewhere: another site, a region. ``None``: it
    lives only here."""


class Data(Args):
    """One kind of data that is kept here."""

    criticality: Criticality
    """How much it matters."""
    system: Name
    """The system that keeps it."""
    size: float | None = Field(default=None, gt=0)
    """GiB; ``None``: unknown."""
    copies: Mapping[str, int] = {}
    """Where copies are, and how many seconds old each may be: of a backup its interval, of a replica its lag."""
    restore: int | None = Field(default=None, ge=0)
    """Seconds that a restore took in the last rehearsal; ``None``: there was none."""
