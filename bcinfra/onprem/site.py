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
                      the hosts), ``needs`` (systems), ``internet``, ``address``, ``port``, ``recovery``,
                      ``start`` (command), ``automatic``, ``standby``
``onprem:DataSet``    ``site``, ``data``, ``criticality``, ``system``, ``sizeGib``, ``copies`` (place to age in
                      seconds), ``keptDays`` (place to days), ``isolated`` (places), ``restore``,
                      ``restoreWith`` (place to command)
====================  ================================================================================================

Failure domains: the geography with its country; each ``room``, ``grid``, ``carrier`` and ``entry`` by its name; each
rack and host. A fire takes a room, an excavator an entry, a blackout a grid once batteries and fuel are used up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import pulumi
from pydantic import model_validator

from bcinfra.component import Args, Component, refuse
from bcinfra.spec import DataSet, Isp, PowerFeed, Premises, Rack, System


class SiteArgs(Args):
    """Arguments of :class:`Site`."""

    premises: Premises
    """All that the shop depends on there."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(str(problem).removeprefix("error: ") for problem in self.premises.problems())
        return self


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
        stated = args.premises
        ranges, geography = sorted(stated.ranges), stated.geography.model_dump()
        super().__init__(name, opts, {"site": name, **geography, "asn": stated.asn, "ranges": ranges})
        # After the above, which makes an output of each input, in place of an attribute of the same name.
        self.site, self.asn, self.ranges = name, stated.asn, tuple(ranges)
        self.addresses = {isp: str(at.address) for isp, at in sorted(stated.isps.items())}
        for kind, key, rows in (
            ("Isp", "isp", {isp: _isp(at) for isp, at in stated.isps.items()}),
            ("PowerFeed", "feed", {feed: _feed(at) for feed, at in stated.power.items()}),
            ("Rack", "rack", {rack: _rack(at) for rack, at in stated.racks.items()}),
            ("System", "system", {system: _system(at, stated.hosts) for system, at in stated.systems.items()}),
            ("DataSet", "data", {data: _data(at) for data, at in stated.data.items()}),
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


def _isp(at: Isp) -> dict[str, Any]:
    return {**at.model_dump(), "address": str(at.address)}


def _feed(at: PowerFeed) -> dict[str, Any]:
    return {"grid": at.grid, "batteryMinutes": at.battery, "generatorHours": at.generator}


def _rack(at: Rack) -> dict[str, Any]:
    return {"room": at.room, "feeds": sorted(at.feeds), "hosts": sorted(at.hosts)}


def _system(at: System, racks: Mapping[str, str]) -> dict[str, Any]:
    return {
        **at.model_dump(mode="json", exclude={"hosts", "needs"}),
        "hosts": sorted(at.hosts),
        "racks": sorted({racks[host] for host in at.hosts}),
        "needs": sorted(at.needs),
    }


def _data(at: DataSet) -> dict[str, Any]:
    return {
        **at.model_dump(exclude={"size", "copies", "kept_days", "isolated", "restore_with"}),
        "sizeGib": at.size,
        "copies": dict(at.copies),
        "keptDays": dict(at.kept_days),
        "isolated": sorted(at.isolated),
        "restoreWith": dict(at.restore_with) or None,
    }
