"""A site on premises that Pulumi does not create, in the graph all the same.

Every fact is a row of the graph: a component without resources, whose inputs say it. Names refer to other rows of the
same ``site``. Optional inputs that were not given are absent. All durations are seconds, unless the name says else.

====================  ================================================================================================
type                  inputs
====================  ================================================================================================
``onprem:Site``       ``site``, ``country``, ``place``, ``latitude``, ``longitude``, ``asn``, ``ranges``
``onprem:Isp``        ``site``, ``isp``, ``carrier``, ``entry``, ``address``, ``bandwidth`` (Mbit/s), ``recovery``
``onprem:PowerFeed``  ``site``, ``feed``, ``grid``, ``batteryMinutes``, ``generatorHours``
``onprem:Rack``       ``site``, ``rack``, ``room``, ``feeds`` (each carries it alone), ``hosts``
``onprem:System``     ``site``, ``system``, ``criticality``, ``hosts``, ``enough`` (hosts needed), ``racks`` (those of
                      the hosts), ``needs`` (systems), ``internet``, ``port``, ``recovery``, ``automatic``, ``standby``
``onprem:DataSet``    ``site``, ``data``, ``criticality``, ``system``, ``sizeGib``, ``copies`` (place to age in
                      seconds), ``restore``
====================  ================================================================================================

Failure domains: the geography with its country; each ``room``, ``grid``, ``carrier`` and ``entry`` by its name; each
rack and host. A fire takes a room, an excavator an entry, a blackout a grid once batteries and fuel are used up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from ipaddress import IPv4Network
from typing import Any, Final, Self

import pulumi
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, refuse
from bcinfra.onprem.place import Data, Geography, Isp, Name, PowerFeed, Rack, System

LARGEST_ASN: Final = 4_294_967_294
"""The largest AS number (RFC 6996)."""


class SiteArgs(Args):
    """Arguments of :class:`Site`: all that the shop depends on there."""

    geography: Geography
    """Where it stands."""
    asn: int = Field(default=65000, ge=1, le=LARGEST_ASN)
    """The site's AS number, for routes over its VPNs; the default is a private one."""
    ranges: frozenset[str] = frozenset()
    """Its private IPv4 ranges."""
    isps: Mapping[Name, Isp] = Field(min_length=1)
    """Its lines to the internet."""
    power: Mapping[Name, PowerFeed] = Field(min_length=1)
    """Its supplies of electricity."""
    racks: Mapping[Name, Rack] = Field(min_length=1)
    """Its racks."""
    systems: Mapping[Name, System] = {}
    """What runs here."""
    data: Mapping[Name, Data] = {}
    """What is kept here."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    @property
    def hosts(self) -> dict[str, str]:
        """The rack of each host."""
        return {host: rack for rack, at in sorted(self.racks.items()) for host in at.hosts}

    def _problems(self) -> Iterable[str]:
        for name, rack in self.racks.items():
            yield from unknown(f"racks.{name}.feeds", rack.feeds, self.power, "power feed")
            yield from (
                f"racks.{name}.hosts: {host!r} is also in rack {self.hosts[host]!r}; a host stands in one"
                for host in sorted(rack.hosts)
                if self.hosts[host] != name
            )
        for name, system in self.systems.items():
            yield from unknown(f"systems.{name}.hosts", system.hosts, self.hosts, "host")
            yield from unknown(f"systems.{name}.needs", system.needs, self.systems, "system")
            if name in system.needs:
                yield f"systems.{name}.needs: a system does not need itself"
            if system.enough > len(system.hosts):
                yield f"systems.{name}.enough: {system.enough} hosts are more than the {len(system.hosts)} it runs on"
        for name, data in self.data.items():
            yield from unknown(f"data.{name}.system", [data.system], self.systems, "system")
        for cidr in sorted(self.ranges):
            try:
                IPv4Network(cidr)
            except ValueError as error:
                yield f"ranges: {cidr!r} is not an IPv4 range such as '10.9.0.0/16': {error}"


class Site(Component):
    """A place that the shop depends on and that no cloud runs. It declares no resource: it says what is there.

    What is stated wrong is judged wrong. State lines by the network that carries them and feeds by the substation
    behind them, ask carriers and landlord for the paths, and leave ``recovery`` out where nobody rehearsed it.
    """

    package = "onprem"

    site: str
    """The site's name."""
    asn: int
    """Its AS number, for the clouds' ends of a VPN."""
    addresses: Mapping[str, str]
    """The public address of its router by line, for the clouds' ends of a VPN and for checks from outside."""
    ranges: Sequence[str]
    """Its private IPv4 ranges, for the clouds' firewalls."""

    def __init__(self, name: str, args: SiteArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        ranges, geography = sorted(args.ranges), args.geography.model_dump()
        super().__init__(name, opts, {"site": name, **geography, "asn": args.asn, "ranges": ranges})
        # After the above, which makes an output of each input, in place of an attribute of the same name.
        self.site, self.asn, self.ranges = name, args.asn, tuple(ranges)
        self.addresses = {isp: str(at.address) for isp, at in sorted(args.isps.items())}
        for kind, key, rows in (
            ("Isp", "isp", {isp: _isp(at) for isp, at in args.isps.items()}),
            ("PowerFeed", "feed", {feed: _feed(at) for feed, at in args.power.items()}),
            ("Rack", "rack", {rack: _rack(at) for rack, at in args.racks.items()}),
            ("System", "system", {system: _system(at, args.hosts) for system, at in args.systems.items()}),
            ("DataSet", "data", {data: _data(at) for data, at in args.data.items()}),
        ):
            for row in sorted(rows):
                _Fact(kind, f"{name}-{key}-{row}", {"site": name, key: row, **rows[row]}, self)
        self.register_outputs({"site": self.site, "asn": self.asn, "addresses": dict(self.addresses), "ranges": ranges})


class _Fact(pulumi.ComponentResource):
    """One row of the graph that only says something."""

    def __init__(self, kind: str, name: str, inputs: Mapping[str, Any], site: Site) -> None:
        given = {key: value for key, value in inputs.items() if value is not None}
        super().__init__(f"bcinfra:onprem:{kind}", name, given, pulumi.ResourceOptions(parent=site))
        self.register_outputs({"site": inputs["site"]})


def unknown(where: str, names: Iterable[str], known: Iterable[str], what: str) -> Iterable[str]:
    """The complaint about each of ``names`` that is none of ``known``, with the nearest one."""
    there = sorted(known)
    for name in sorted(set(names) - set(there)):
        near = get_close_matches(name, there, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(there) or 'none'}"
        yield f"{where}: {name!r} is no {what}; {hint}"


def _isp(at: Isp) -> dict[str, Any]:
    return {**at.model_dump(), "address": str(at.address)}


def _feed(at: PowerFeed) -> dict[str, Any]:
    return {"grid": at.grid, "batteryMinutes": at.battery, "generatorHours": at.generator}


def _rack(at: Rack) -> dict[str, Any]:
    return {"room": at.room, "feeds": sorted(at.feeds), "hosts": sorted(at.hosts)}


def _system(at: System, racks: Mapping[str, str]) -> dict[str, Any]:
    return {
        **at.model_dump(exclude={"hosts", "needs"}),
        "hosts": sorted(at.hosts),
        "racks": sorted({racks[host] for host in at.hosts}),
        "needs": sorted(at.needs),
    }


def _data(at: Data) -> dict[str, Any]:
    return {**at.model_dump(exclude={"size", "copies"}), "sizeGib": at.size, "copies": dict(at.copies)}
