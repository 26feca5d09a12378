"""A machine room in Ghent: its lines, power, racks, systems and data, for the assessment to judge."""

from ipaddress import IPv4Address

import pulumi

from bcinfra.onprem import Site, SiteArgs
from bcinfra.spec import DataSet, Geography, Isp, PowerFeed, Premises, Rack, System

ghent = Site(
    "ghent",
    SiteArgs(
        premises=Premises(
            geography=Geography(country="BE", place="Ghent", latitude=51.05, longitude=3.73),
            asn=65010,
            ranges=frozenset({"10.9.0.0/16"}),
            isps={
                "north": Isp(carrier="telecom", entry="duct-north", address=IPv4Address("203.0.113.1"), bandwidth=1000),
                "south": Isp(carrier="cable", entry="duct-south", address=IPv4Address("198.51.100.1"), bandwidth=500),
            },
            power={
                "a": PowerFeed(grid="west", battery=15, generator=24),
                "b": PowerFeed(grid="east", battery=15),
            },
            racks={
                "rack-1": Rack(feeds=frozenset({"a", "b"}), hosts=frozenset({"host-1"})),
                "rack-2": Rack(feeds=frozenset({"b"}), room="annex", hosts=frozenset({"host-2"})),
            },
            systems={"erp": System(criticality="critical", hosts=frozenset({"host-1", "host-2"}), port=8443)},
            data={
                "stock": DataSet(
                    criticality="critical",
                    system="erp",
                    size=40,
                    copies={"dublin": 60},
                    kept_days={"dublin": 14},
                    isolated=frozenset({"dublin"}),
                )
            },
        )
    ),
)
pulumi.export("addresses", ghent.addresses)
