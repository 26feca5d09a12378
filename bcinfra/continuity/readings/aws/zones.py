"""Zones that are ill though their checks stay green: what takes traffic, and a database, out of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, total
from bcinfra.continuity.readings.aws import places
from bcinfra.continuity.readings.aws.alarms import ALARM, COMPOSITE, fires, setting_off, turns_red
from bcinfra.continuity.readings.aws.automation import RULE, STATE_MACHINE, TARGET
from bcinfra.continuity.readings.aws.permissions import presumably_allowed
from bcinfra.continuity.readings.base.checks import slowest
from bcinfra.continuity.readings.base.view import View, as_json, as_row, as_rows, as_text, once_per_view, same, strings
from bcinfra.graph.core.model import Resource, Value

AUTOSHIFT: Final = "aws:arczonalshift/zonalAutoshiftConfiguration:ZonalAutoshiftConfiguration"
BALANCERS: Final = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
SENDER: Final = "aws.arc-zonal-shift"
"""What sends events of zones that traffic is taken out of."""
SHIFT: Final = "Autoshift In Progress"
"""The event of a zone that AWS takes traffic out of. It is sent where something of the account is shifted by itself
(https://docs.aws.amazon.com/r53recovery/latest/dg/eventbridge-zonal-autoshift.html; read 2026-11)."""
_RED: Final = "CloudWatch Alarm State Change"
_SHIFTS: Final = ("startZonalShift", "arc-zonal-shift:StartZonalShift")
"""The call that takes traffic out of a zone, and the action that it needs."""
_FELT: Final = frozenset({"HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count", "TargetResponseTime"})
"""Metrics of a balancer that an ill zone shows in: errors, and how long answers take (ELB, CloudWatch metrics for your
Application Load Balancer: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/
load-balancer-cloudwatch-metrics.html; read 2026-11)."""
_KEPT: Final = 3600.0
"""Seconds for which a client may keep its connection to a zone's node, where none are stated (Elastic Load Balancing,
edit attributes for your Application Load Balancer, client_keep_alive.seconds; read 2026-11)."""
_MOVES: Final = {
    "aws:rds/instance:Instance": ("rebootDBInstance", "DbInstanceIdentifier", "identifier"),
    "aws:rds/cluster:Cluster": ("failoverDBCluster", "DbClusterIdentifier", "clusterIdentifier"),
}
"""Type → the call that makes it fail over, the call's parameter that names it, and the property that it is named by."""


def left_by_aws(view: View, row: Resource) -> Figure | None:
    """Time until AWS takes traffic of a balancer out of an ill zone; ``None`` where it does not."""
    if _takes_part(view, row) and any(_enabled(view, shift) for shift in view.users(row, AUTOSHIFT, "resourceArn")):
        return view.time("aws.arc.zonal_autoshift")
    return None


def left_by_alarms(view: View, lb: Resource, zones: Sequence[Domain], groups: Iterable[Resource]) -> Figure | None:
    """Time until alarms of a balancer's zones have traffic taken out of the one that is ill; ``None`` where any of its
    zones has no such alarm, or none that can tell.

    A zone's metrics are those of the balancer's node there. Where nodes send requests to other zones too, all of them
    show an ill one alike, and none tells which it is.
    """
    groups = tuple(groups)
    apart = groups and all(_apart(view, lb, group) for group in groups)
    if not apart or not _takes_part(view, lb) or not _is_application(view, lb):
        return None
    soonest = dict(_left(view, lb))
    last = slowest(soonest[zone] for zone in zones) if zones and all(zone in soonest for zone in zones) else None
    shifts = view.time("aws.arc.zonal_shift")
    return total("alarms take traffic out of a zone", last, shifts, _stays(view, lb, shifts)) if last else None


def left_when_empty(view: View, lb: Resource, groups: Iterable[Resource], detects: Figure | None) -> Figure | None:
    """Time until clients leave a zone that has nobody left to answer, where its node asks no other: its address is
    taken out of the balancer's name, and who holds a connection keeps it for a while
    (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html, and that of network
    balancers, whose nodes ask their own zone alone where nothing is stated; read 2026-11). ``None`` where every node
    asks all zones, or nothing notices."""
    if detects is None or not any(_apart(view, lb, group) for group in groups):
        return None
    application = _is_application(view, lb)
    followed = view.parameter("aws.alb" if application else "aws.nlb", "dns_ttl_s")
    kept = (_stays(view, lb, followed),) if application else ()
    return total("clients leave a zone where nothing serves", detects, followed, *kept)


def _is_application(view: View, lb: Resource) -> bool:
    return view.text(lb, "loadBalancerType") in (None, "application")


def _apart(view: View, lb: Resource, group: Resource) -> bool:
    """Whether each node of a balancer sends a group's requests to its own zone alone."""
    stated = view.text(group, "loadBalancingCrossZoneEnabled")
    usual = _is_application(view, lb) or view.flag(lb, "enableCrossZoneLoadBalancing")
    return not usual if stated in (None, "use_load_balancer_configuration") else stated == "false"


def _stays(view: View, lb: Resource, meanwhile: Figure) -> Figure:
    """How long clients stay with a zone that they are led away from."""
    over = (view.number(lb, "clientKeepAlive") or _KEPT) - (meanwhile.value.worst if meanwhile.value else 0.0)
    return assumed(
        "connections to the zone end",
        Unit.SECONDS,
        Range(0, max(over, 0.0)),
        "clients that keep theirs busy for all of `clientKeepAlive`, beyond the time that others take to leave",
    )


def told(view: View, database: Resource) -> Figure | None:
    """Time until what makes a database fail over is told of an ill zone; ``None`` where nothing is.

    AWS tells it. Alarms of a balancer's zones do not: the writer answers all zones, which are then all slow.
    """
    call, _, named = _MOVES[database.type]
    movers = _movers(view).get((call, view.text(database, named) or ""), ())
    if _is_shifted(view, places.region_of(view, database)) and any(_moves(view, one, database) for one in movers):
        return view.time("aws.arc.zonal_autoshift")
    return None


@once_per_view
def _is_shifted(view: View, region: str | None) -> bool:
    """Whether AWS tells of an ill zone of a region."""
    return any(
        _enabled(view, one) and same(places.region_of(view, one), region) and _of_none_that_stays(view, one)
        for one in view.graph.of_type(AUTOSHIFT)
    )


def _enabled(view: View, shift: Resource) -> bool:
    return view.text(shift, "zonalAutoshiftStatus") == "ENABLED"


def _takes_part(view: View, lb: Resource) -> bool:
    """Whether traffic of a balancer may be taken out of a zone: by default not."""
    return view.flag(lb, "enableZonalShift")


def _of_none_that_stays(view: View, shift: Resource) -> bool:
    return all(_takes_part(view, lb) for lb in view.refs(shift, "resourceArn", *BALANCERS))


def _left(view: View, lb: Resource) -> Iterator[tuple[Domain, Figure]]:
    """The zones that alarms have traffic of a balancer taken out of, and how soon."""
    region = places.region_of(view, lb)
    for machine, alarm, away in _leaving(view).get(lb.urn, ()):
        zone = places.zone(region, away)
        here = same(places.region_of(view, machine), region)
        if not here or not presumably_allowed(view, machine, "roleArn", _SHIFTS[1], lb):
            continue
        if zone and _watches(view, alarm, lb, zone) and (soon := fires(view, alarm)):
            yield zone, soon


@once_per_view
def _leaving(view: View) -> Mapping[str, Sequence[tuple[Resource, Resource, str | None]]]:
    """URN of a balancer → the state machines that take its traffic out of a zone, each with the alarm that starts it
    and the zone."""
    found: dict[str, list[tuple[Resource, Resource, str | None]]] = {}
    for machine in view.graph.of_type(STATE_MACHINE):
        states = _states(view, machine)
        for target, pattern in _starting(view, machine, "aws.cloudwatch", _RED):
            for name, state in _by_alarm(states):
                asked = as_row(state.get("Parameters"))
                alarm = next(iter(view.named(name, (ALARM, COMPOSITE), near=machine)), None)
                if alarm is not None and _listens(pattern, name):
                    for urn in dict.fromkeys(lb.urn for lb in _about(view, machine, target, asked)):
                        found.setdefault(urn, []).append((machine, alarm, as_text(asked.get("AwayFrom"))))
    return found


def _by_alarm(states: Mapping[str, Mapping[str, Value]]) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """The names of alarms by which a state machine chooses a call that leaves a zone, each with the call."""
    for state in states.values():
        for row in as_rows(state.get("Choices")):
            name, then = as_text(row.get("StringEquals")), states.get(as_text(row.get("Next")) or "", {})
            if name and _is(then, "arczonalshift", _SHIFTS[0]):
                yield name, then


def _listens(pattern: Mapping[str, Value], name: str) -> bool:
    """Whether a rule passes on that an alarm is red."""
    detail = as_row(pattern.get("detail"))
    red = as_row(detail.get("state")).get("value")
    names = detail.get("alarmName")
    arns = list(strings(pattern.get("resources")))
    return (
        (red is None or "ALARM" in strings(red))
        and (names is None or name in strings(names))
        and (not arns or any(arn.endswith(f":{name}") for arn in arns))
    )


def _about(view: View, machine: Resource, target: Resource, asked: Mapping[str, Value]) -> Iterator[Resource]:
    """The balancers that a call is about: by what it states, or by what the rule gives to it."""
    stated = as_text(asked.get("ResourceIdentifier"))
    if stated is not None:
        yield from view.named(stated, BALANCERS)
        return
    given = (target, ("inputTransformer", "input")) if "ResourceIdentifier.$" in asked else (machine, ("definition",))
    for name in given[1]:
        linked = [row for row in view.linked(given[0], name) if row.type in BALANCERS]
        yield from linked if len(linked) == 1 else ()
        for text in strings(view.value(given[0], name)):
            for word in re.findall(r"arn:[\w:/.-]+", text):
                yield from view.named(word, BALANCERS)


def _watches(view: View, alarm: Resource, lb: Resource, zone: Domain) -> bool:
    """Whether an alarm turns red for what customers feel of one zone of a balancer, and of no other."""
    if alarm.type == COMPOSITE:
        own = setting_off(view, alarm)
        return turns_red(view, alarm, own) and all(_watches(view, one, lb, zone) for one in own)
    metrics = [as_row(row.get("metric")) for row in view.rows(alarm, "metricQueries") if row.get("metric")]
    metrics = metrics or [{name: view.value(alarm, name) for name in ("metricName", "dimensions")}]
    if not all({"AvailabilityZone", "LoadBalancer"} <= as_row(row.get("dimensions")).keys() for row in metrics):
        return False
    if not any(as_text(row.get("metricName")) in _FELT for row in metrics):
        return False
    linked = [row for name in ("metricQueries", "dimensions") for row in view.linked(alarm, name)]
    subnets = [row for row in linked if row.type in places.SUBNETS]
    balancers = [row for row in linked if row.type in BALANCERS]
    return balancers == [lb] and bool(subnets) and {places.subnet_zone(view, row) for row in subnets} == {zone}


@once_per_view
def _movers(view: View) -> Mapping[tuple[str, str], Sequence[Resource]]:
    """Call and name of a database → the state machines that look where it is, and make it fail over."""
    found: dict[tuple[str, str], list[Resource]] = {}
    for machine in view.graph.of_type(STATE_MACHINE):
        states = _states(view, machine).values()
        if not any(one.get("Type") == "Choice" for one in states):
            continue
        for call, parameter, _ in _MOVES.values():
            asked = [as_row(one.get("Parameters")) for one in states if _is(one, "rds", call)]
            moving = (one for one in asked if call != "rebootDBInstance" or one.get("ForceFailover") is True)
            for name in dict.fromkeys(filter(None, (as_text(one.get(parameter)) for one in moving))):
                found.setdefault((call, name), []).append(machine)
    return found


def _moves(view: View, machine: Resource, database: Resource) -> bool:
    """Whether a state machine that makes a database fail over is told of the zone, and may."""
    call, _, _ = _MOVES[database.type]
    return (
        same(places.region_of(view, machine), places.region_of(view, database))
        and any(True for _ in _starting(view, machine, SENDER, SHIFT))
        and presumably_allowed(view, machine, "roleArn", f"rds:{call[0].upper()}{call[1:]}", database)
    )


def _states(view: View, machine: Resource) -> Mapping[str, Mapping[str, Value]]:
    return {
        name: as_row(one)
        for name, one in as_row(as_row(as_json(view.value(machine, "definition"))).get("States")).items()
    }


def _is(state: Mapping[str, Value], service: str, call: str) -> bool:
    return (as_text(state.get("Resource")) or "").endswith(f":aws-sdk:{service}:{call}")


def _starting(view: View, machine: Resource, sender: str, kind: str) -> Iterator[tuple[Resource, Mapping[str, Value]]]:
    """What an enabled rule starts a state machine by on one kind of events of a sender, and the rule's pattern."""
    for target in view.users(machine, TARGET, "arn"):
        for rule in view.refs(target, "rule", RULE):
            pattern = as_row(as_json(view.value(rule, "eventPattern")))
            told = "detail-type" not in pattern or kind in strings(pattern["detail-type"])
            if told and view.text(rule, "state") != "DISABLED" and sender in strings(pattern.get("source")):
                yield target, pattern
