"""What makes a front redundant whose back office stands in a building: as :mod:`tests.continuity.knockouts.properties`.

What the front shares with the mid-size shop is knocked out there.
"""

from __future__ import annotations

from typing import Any, Final

from bcinfra.graph import Graph
from bcinfra.graph.core.model import Resource
from tests.continuity.knockouts.edits import led, linked, put, rows
from tests.continuity.knockouts.properties import (
    AUDIT_CARRIES_NOTHING,
    LOGS_CARRY_NOTHING,
    SIGNING_CARRIES_NOTHING,
    Knock,
    Property,
    dropped,
    removed,
    setting,
)

ISP: Final = "bcinfra:onprem:Isp"
POWER: Final = "bcinfra:onprem:PowerFeed"
RACK: Final = "bcinfra:onprem:Rack"
SYSTEM: Final = "bcinfra:onprem:System"
DATA_SET: Final = "bcinfra:onprem:DataSet"
VPN: Final = "aws:ec2/vpnConnection:VpnConnection"
RECORD: Final = "aws:route53/record:Record"
ROOM: Final = "aws:ec2/capacityReservation:CapacityReservation"
GROUP: Final = "aws:autoscaling/group:Group"
DISTRIBUTION: Final = "aws:cloudfront/distribution:Distribution"
WALL: Final = "aws:wafv2/webAcl:WebAcl"


def _everywhere(field: str, graph: Graph, value: Any, type: str) -> Graph:
    for row in graph.of_type(type):
        graph = put(graph, row, field, value)
    return graph


def _shared(field: str) -> Knock:
    """Every resource of the type in what the first one is in."""

    def knock(graph: Graph, row: Resource) -> Graph:
        return _everywhere(field, graph, row.inputs[field], row.type)

    return knock


def _set(field: str, value: Any) -> Knock:
    return lambda graph, row: put(graph, row, field, value)


def _one_grid(graph: Graph, row: Resource) -> Graph:
    """All feeds of one substation, and nothing that carries the rest."""
    graph = _everywhere("grid", graph, row.inputs["grid"], row.type)
    return _everywhere("generatorHours", _everywhere("batteryMinutes", graph, 0, row.type), 0, row.type)


def _one_host(graph: Graph, row: Resource) -> Graph:
    return put(put(graph, row, "racks", ["rack-1"]), put(graph, row, "racks", ["rack-1"])[row.urn], "hosts", ["erp-1"])


def _over_the_other_line(graph: Graph, row: Resource) -> Graph | None:
    """A tunnel to the address that the site's other tunnel leads to."""
    (end,) = linked(graph, row, "customerGatewayId")
    site = row.name.rpartition("-")[0]
    address = next(r for r in graph.of_type(end.type) if r.name.startswith(site) and r != end).inputs["ipAddress"]
    return put(graph, end, "ipAddress", address)


def _unchecked(graph: Graph, row: Resource) -> Graph | None:
    """An answer that nobody checks."""
    if not linked(graph, row, "healthCheckId"):
        return None
    targets = linked(graph, row, "aliases")
    aliases = [{**alias, "evaluateTargetHealth": False} for alias in rows(row, "aliases")]
    changed = put(graph, row, "healthCheckId", None)
    changed = put(changed, changed[row.urn], "aliases", list(aliases))
    return led(changed, changed[row.urn], "aliases", targets)


EDGE: Final = (
    Property(
        what="direct way around the edge",
        type=RECORD,
        knock=removed,
        missed=r"certificate trade.example \(us-east-1\) alone stops it",
        only=r"names-trade.*-fallback$",
    ),
    Property(
        what="check through the edge",
        type=RECORD,
        knock=_unchecked,
        missed="a person changes trade.example",
        only=r"names-sites\.trade.*-edge$",
    ),
    Property(what="firewall at the edge", type=DISTRIBUTION, knock=dropped("webAclId"), missed="floods"),
    Property(what="firewall at a site", type=WALL, knock=removed, missed="floods"),
)
"""What makes a content delivery network in front hold that customers may be led around."""

SERVING: Final = (
    *EDGE,
    Property(
        what="line into the building", type=ISP, knock=removed, missed="alone stops it", relieves="isp:|cable-entry:"
    ),
    Property(
        what="lines of different carriers",
        type=ISP,
        knock=_shared("carrier"),
        missed="ISP (northnet|skylink) alone stops it",
        relieves="isp:",
    ),
    Property(
        what="lines that enter apart",
        type=ISP,
        knock=_shared("entry"),
        missed="cable entry .* alone stops it",
        relieves="cable-entry:|isp:",
    ),
    Property(what="tunnel over a line", type=VPN, knock=removed, missed="find no way without ISP"),
    Property(
        what="tunnels over different lines", type=VPN, knock=_over_the_other_line, missed="find no way without ISP"
    ),
    Property(
        what="way that changes when a line fails",
        type=VPN,
        knock=_set("staticRoutesOnly", True),
        missed="not taken to another line",
    ),
    Property(
        what="second feed of a rack",
        type=RACK,
        knock=_set("feeds", ["a"]),
        missed="lose[st] .*power",
        relieves="power:",
    ),
    Property(
        what="racks in different rooms",
        type=RACK,
        knock=_shared("room"),
        missed="room .* alone stops it",
        relieves="room:|rack:|host:",
    ),
    Property(
        what="racks of two feeds",
        type=RACK,
        knock=_set("feeds", ["a"]),
        missed="power .* alone stops it",
        together=True,
        relieves="power:",
    ),
    Property(
        what="what bridges a grid that fails",
        type=POWER,
        knock=_one_grid,
        missed="power .* alone stops it",
        relieves="power:",
    ),
    Property(
        what="second host of the system",
        type=SYSTEM,
        knock=_one_host,
        missed="(host|rack) .* alone stops it",
        relieves="host:|rack:|room:|power:",
    ),
)

RECOVERY: Final = (
    Property(
        what="system moves to its other host by itself",
        type=SYSTEM,
        knock=_set("automatic", False),
        missed="host .* alone stops it",
    ),
    Property(
        what="system is back in a stated time",
        type=SYSTEM,
        knock=_set("recovery", 48 * 3600),
        missed="start back-office in .* again: 172800",
    ),
    Property(what="line is back in a stated time", type=ISP, knock=_set("recovery", 7 * 86400), missed="isp:"),
    Property(
        what="check of an answer",
        type=RECORD,
        knock=_unchecked,
        missed="nothing withdraws the answer",
        only=r"sites\.origin",
    ),
    Property(
        what="answer of a site",
        type=RECORD,
        knock=removed,
        missed="alone stops it",
        only=r"sites\.origin.*-(ireland|paris)$",
        relieves="eu-west-[13]|^(host|server|balancer|cable-entry|cdn|certificate|isp):",
    ),
    Property(
        what="health check",
        type="aws:route53/healthCheck:HealthCheck",
        knock=removed,
        missed="trade.example",
        only="-origin-(ireland|paris)$",
    ),
)

CAPACITY: Final = (
    Property(
        what="room that is kept for servers",
        type=ROOM,
        knock=removed,
        missed="must launch more at a peak than room is kept for",
        together=True,
    ),
    Property(
        what="servers that are ready before a peak comes",
        type="aws:autoscaling/schedule:Schedule",
        knock=removed,
        missed="^load:spring-order: .*scaling of .* sees the load|nothing grows it before a peak",
        only="-start$",
    ),
    Property(
        what="servers that stand by prepared",
        type=GROUP,
        knock=setting("warmPool", None),
        missed="launch .*",
    ),
)
"""What holds a peak where a tier is servers, and a zone or a region is lost."""

DATA: Final = (
    Property(what="copy elsewhere", type=DATA_SET, knock=dropped("copies"), missed="orders"),
    Property(
        what="copy as new as promised",
        type=DATA_SET,
        knock=_set("copies", {"us-east-1": 86_400}),
        missed="^deletion:.* goes on from copy of orders in us-east-1, 86400",
    ),
    Property(
        what="copy that production cannot delete",
        type=DATA_SET,
        knock=_set("isolated", []),
        missed="^(ransomware|purge): copy of orders|orders.* can be deleted",
    ),
    Property(
        what="copies kept longer than an intruder hides",
        type=DATA_SET,
        knock=_set("keptDays", {"us-east-1": 7}),
        missed="keeps versions|kept for less",
    ),
    Property(
        what="restore in a stated time",
        type=DATA_SET,
        knock=_set("restore", 7 * 86400),
        missed="restore orders in .*: 604800",
    ),
    Property(
        what="secret in the other region",
        type="aws:secretsmanager/secret:Secret",
        knock=setting("replicas", []),
        missed="region aws/eu-west-1 alone stops it",
    ),
)

SILENT: Final[tuple[tuple[str, str, str], ...]] = (
    ("health check", "", "the alias of the answer asks the load balancer itself"),
)
"""Knock-outs that change no verdict and no figure: what, which resources (regular expressions), and why."""

CARRIES_NOTHING: Final[tuple[tuple[str, str, str], ...]] = (
    ("aws:budgets/budget:Budget", "-alarms-budget$", "it tells people what is spent"),
    (
        "aws:cloudfront/.*",
        "-edge-modes",
        "what customers are shown meanwhile; tests/continuity/readings/test_modes.py takes it away",
    ),
    ("aws:(acm|arcregionswitch|arczonalshift|cloudwatch|lb|wafv2)/.*", "", "as the mid-size shop's"),
    ("aws:autoscaling/schedule:Schedule", "-end$|-over$", "it takes away again what a peak needed"),
    (
        "aws:autoscaling/policy:Policy",
        "-forecast$",
        "it knows the hours of a usual week, and no peak that was never seen",
    ),
    ("aws:autoscaling/policy:Policy", "-(cpu|requests)$", "each stands for the other: either grows the group"),
    ("aws:ec2/launchTemplate:LaunchTemplate", "", "a need, not a spare: what servers are started from"),
    AUDIT_CARRIES_NOTHING,
    ("aws:ec2/(natGateway|subnet):.*", "", "as the mid-size shop's"),
    ("aws:ec2/(defaultSecurityGroup|securityGroup|eip|route|routeTable|routeTableAssociation):.*", "", "a connection"),
    ("aws:vpc/securityGroup(Ingress|Egress)Rule:.*", "", "a connection"),
    ("aws:ec2/(customerGateway|vpnGateway|vpnGatewayRoutePropagation):.*", "", "an end of the tunnels, or its routes"),
    ("aws:iam/.*", "", "a permission"),
    LOGS_CARRY_NOTHING,
    SIGNING_CARRIES_NOTHING[0],
    ("aws:kms/(key|alias):.*", "", "a need, not a spare: which key is used is a property of what it encrypts"),
    ("aws:ssm/parameter:Parameter", "", "the program sets it; where it is read is a property of the task"),
    ("aws:route53/healthCheck:HealthCheck", "-endpoint$|-shop$", "what a check asks, or what tells people"),
    (RECORD, r"-(validation|caa|sites)$|www\.", "a name, an answer for an authority, or a second name"),
    (RECORD, "-mail-(dmarc|spf|bounces|dkim-[0-9])$", "what receivers of mail ask of its sender"),
    ("aws:route53/zone:Zone", "", "a need, not a spare: what hosts all names"),
    ("aws:route53/healthCheck:HealthCheck", "-names-edge$", "what an answer asks for; taken away with it"),
)
"""Resources without a knock-out: type and name (regular expressions), and why."""
