from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from bcinfra.graph.core.model import Graph, Resource
from bcinfra.graph.record.recorder import record
from bcinfra.onprem import Site, SiteArgs, site as site_module
from bcinfra.spec import DataSet, Geography, Isp, PowerFeed, Premises, Rack, SpecError, System
from tests.helpers import refusals

GHENT = Geography(country="BE", place="Ghent", latitude=51.05, longitude=3.73)


def isp(number: int = 1, **more: Any) -> Isp:
    fields = {"carrier": f"carrier-{number}", "entry": f"duct-{number}", "address": f"203.0.113.{number}"}
    return Isp(**{**fields, "bandwidth": 1000, **more})


def args(**more: Any) -> SiteArgs:
    fields: dict[str, Any] = {
        "geography": GHENT,
        "asn": 65010,
        "ranges": {"10.9.0.0/16"},
        "isps": {"north": isp(1), "south": isp(2)},
        "power": {"a": PowerFeed(grid="west", battery=15, generator=24), "b": PowerFeed(grid="east", battery=15)},
        "racks": {
            "rack-1": Rack(feeds={"a", "b"}, hosts={"host-1", "host-2"}),
            "rack-2": Rack(feeds={"b"}, room="annex", hosts={"host-3"}),
        },
        "systems": {
            "erp": System(criticality="critical", hosts={"host-1", "host-3"}, needs={"directory"}, port=8443),
            "directory": System(criticality="important", hosts={"host-2"}, recovery=3600, standby="dublin"),
        },
        "data": {
            "stock": DataSet(
                criticality="critical",
                system="erp",
                size=40,
                copies={"dublin": 60},
                kept_days={"dublin": 14},
                isolated={"dublin"},
            )
        },
    }
    return SiteArgs(premises=Premises(**{**fields, **more}))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return record(lambda: Site("ghent", args()))


def fact(graph: Graph, kind: str, name: str) -> dict[str, Any]:
    (found,) = [r for r in graph.of_type(f"bcinfra:onprem:{kind}") if r.name == name]
    return dict(found.inputs)


def facts(graph: Graph) -> list[Resource]:
    return [r for r in graph if r.package == "bcinfra"]


def test_all_that_is_there_is_in_the_graph_and_nothing_is_deployed(graph: Graph) -> None:
    assert Counter(r.type.rsplit(":", 1)[-1] for r in facts(graph)) == {
        "Site": 1,
        "Isp": 2,
        "PowerFeed": 2,
        "Rack": 2,
        "System": 2,
        "DataSet": 1,
    }
    assert not [r for r in graph if r.custom and r.package not in {"pulumi"}]


def test_what_fails_together_has_the_same_name(graph: Graph) -> None:
    assert fact(graph, "Isp", "ghent-isp-north") == {
        "site": "ghent",
        "isp": "north",
        "carrier": "carrier-1",
        "entry": "duct-1",
        "address": "203.0.113.1",
        "bandwidth": 1000,
        "recovery": 14400,
    }
    assert fact(graph, "PowerFeed", "ghent-feed-a") == {
        "site": "ghent",
        "feed": "a",
        "grid": "west",
        "batteryMinutes": 15,
        "generatorHours": 24,
    }
    assert fact(graph, "Rack", "ghent-rack-rack-1") == {
        "site": "ghent",
        "rack": "rack-1",
        "room": "room",
        "feeds": ["a", "b"],
        "hosts": ["host-1", "host-2"],
    }


def test_a_system_says_what_it_stands_on_and_where_else_it_runs(graph: Graph) -> None:
    assert fact(graph, "System", "ghent-system-erp") == {
        "site": "ghent",
        "system": "erp",
        "criticality": "critical",
        "hosts": ["host-1", "host-3"],
        "racks": ["rack-1", "rack-2"],
        "enough": 1,
        "needs": ["directory"],
        "internet": False,
        "port": 8443,
        "automatic": False,
    }
    directory = fact(graph, "System", "ghent-system-directory")
    assert (directory["standby"], directory["recovery"]) == ("dublin", 3600)


def test_data_says_who_keeps_it_and_how_old_each_copy_may_be(graph: Graph) -> None:
    assert fact(graph, "DataSet", "ghent-data-stock") == {
        "site": "ghent",
        "data": "stock",
        "criticality": "critical",
        "system": "erp",
        "sizeGib": 40,
        "copies": {"dublin": 60},
        "keptDays": {"dublin": 14},
        "isolated": ["dublin"],
    }


def test_a_site_says_where_it_stands_and_how_it_is_reached(graph: Graph) -> None:
    assert fact(graph, "Site", "ghent") == {
        "site": "ghent",
        "country": "BE",
        "place": "Ghent",
        "latitude": 51.05,
        "longitude": 3.73,
        "asn": 65010,
        "ranges": ["10.9.0.0/16"],
    }
    (site,) = graph.of_type("bcinfra:onprem:Site")
    assert site.outputs["addresses"] == {"north": "203.0.113.1", "south": "203.0.113.2"}
    assert all(r.parent == site.urn for r in facts(graph) if r is not site)


def test_the_table_of_inputs_is_true(graph: Graph) -> None:
    """A reading is written from the table in the module's docstring."""
    table = re.findall(r"^``onprem:(\w+)``(.*?)(?=^``onprem|^====)", str(site_module.__doc__), re.DOTALL | re.MULTILINE)
    said = {kind: set(re.findall(r"``(\w+)``", text)) for kind, text in table}
    assert said.keys() == {r.type.rsplit(":", 1)[-1] for r in facts(graph)}
    seen: dict[str, set[str]] = {}
    for row in facts(record(lambda: Site("ghent", args(data={"stock": full_data()}, systems={"erp": full_system()})))):
        seen.setdefault(row.type.rsplit(":", 1)[-1], set()).update(row.inputs)
    assert seen == said


def full_system() -> System:
    return System(
        criticality="critical",
        hosts={"host-1"},
        address="10.9.0.20",
        port=8443,
        recovery=60,
        start="ssh host-1 sudo systemctl start erp",
        standby="dublin",
    )


def full_data() -> DataSet:
    with_command = {"dublin": "ssh host-1 sudo restic restore latest --target /srv/stock"}
    return DataSet(
        criticality="critical",
        system="erp",
        size=40,
        copies={"dublin": 300},
        restore=3600,
        restore_with=with_command,
    )


def test_wrong_facts_are_all_named_at_once() -> None:
    lines = refusals(
        lambda: args(
            ranges={"10.9.0.1/16"},
            racks={
                "rack-1": Rack(feeds={"c"}, hosts={"host-1"}),
                "rack-2": Rack(feeds={"b"}, hosts={"host-1", "host-3"}),
            },
            systems={"erp": System(criticality="critical", hosts={"host-4"}, enough=2, needs={"erp", "directry"})},
            data={"stock": DataSet(criticality="critical", system="epr", restore_with={"dublin": "restore"})},
        )
    )
    assert [line for line in lines if not line.startswith("  ")] == [
        "racks.rack-1.feeds = 'c': is no power feed of this site",
        "racks.rack-1.hosts = 'host-1': is also in rack 'rack-2'; a host stands in one",
        "systems.erp.hosts = 'host-4': is no host of this site",
        "systems.erp.needs = 'directry': is no system of this site",
        "systems.erp.needs = 'erp': is the system itself",
        "systems.erp.enough = 2: is more than the 1 hosts it runs on",
        "data.stock.system = 'epr': is no system of this site",
        "data.stock.restore_with = 'dublin': is no copy of this site",
        "ranges = '10.9.0.1/16': is not an IPv4 range",
    ]


def test_what_matters_must_be_decided() -> None:
    with pytest.raises(SpecError, match=r"systems\.erp\.criticality: is required|criticality: is required"):
        args(systems={"erp": System(hosts={"host-1"})})  # type: ignore[call-arg]
    with pytest.raises(SpecError, match="criticality: is required"):
        args(data={"stock": DataSet(system="erp")})  # type: ignore[call-arg]
