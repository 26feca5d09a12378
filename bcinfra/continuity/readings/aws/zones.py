"""Zones that are ill though their checks stay green: what moves a database out of one when AWS says that it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bcinfra.continuity.model.ranges import Figure
from bcinfra.continuity.readings.aws import custom_actions, places
from bcinfra.continuity.readings.aws.automation import RULE, STATE_MACHINE, TARGET
from bcinfra.continuity.readings.aws.balancers import AUTOSHIFT
from bcinfra.continuity.readings.base.view import View, as_json, as_row, as_text, same, strings
from bcinfra.graph.core.model import Resource, Value

SENDER: Final = "aws.arc-zonal-shift"
"""What sends events of zones that traffic is taken out of."""
SHIFT: Final = "Autoshift In Progress"
"""The event of a zone that AWS takes traffic out of. It is sent where something of the account is shifted by itself
(https://docs.aws.amazon.com/r53recovery/latest/dg/eventbridge-zonal-autoshift.html; read 2026-11)."""
_MOVES: Final = {
    "aws:rds/instance:Instance": ("rebootDBInstance", "DbInstanceIdentifier", "identifier"),
    "aws:rds/cluster:Cluster": ("failoverDBCluster", "DbClusterIdentifier", "clusterIdentifier"),
}
"""Type → the call that makes it fail over, the call's parameter that names it, and the property that it is named by."""


def told(view: View, database: Resource) -> Figure | None:
    """Time until what makes a database fail over is told of an ill zone; ``None`` where nothing is."""
    at = places.region_of(view, database)
    shifted = any(
        view.text(one, "zonalAutoshiftStatus") == "ENABLED" and same(places.region_of(view, one), at)
        for one in view.graph.of_type(AUTOSHIFT)
    )
    if shifted and any(_moves(view, machine, database) for machine in view.graph.of_type(STATE_MACHINE)):
        return view.time("aws.arc.zonal_autoshift")
    return None


def _moves(view: View, machine: Resource, database: Resource) -> bool:
    """Whether a state machine is told of the zone, looks where the database is, names it, and may make it fail over."""
    call, parameter, named = _MOVES[database.type]
    states = [as_row(one) for one in as_row(as_row(as_json(view.value(machine, "definition"))).get("States")).values()]
    calls = [as_row(one.get("Parameters")) for one in states if _is(one, f"rds:{call}")]
    return (
        same(places.region_of(view, machine), places.region_of(view, database))
        and any(one.get("Type") == "Choice" for one in states)
        and any(
            same(as_text(one.get(parameter)), view.text(database, named))
            and (call != "rebootDBInstance" or one.get("ForceFailover") is True)
            for one in calls
        )
        and any(SHIFT in kinds for kinds in _told_of(view, machine))
        and any(
            custom_actions.allows(view, policy, f"rds:{call[0].upper()}{call[1:]}")
            for policy in custom_actions.policies(view, machine, "roleArn")
        )
    )


def _is(state: Mapping[str, Value], call: str) -> bool:
    return (as_text(state.get("Resource")) or "").endswith(f":aws-sdk:{call}")


def _told_of(view: View, machine: Resource) -> Iterator[set[str]]:
    """Kinds of events of zonal shifts that start a state machine, by each enabled rule."""
    for target in view.users(machine, TARGET, "arn"):
        for rule in view.refs(target, "rule", RULE):
            pattern = as_row(as_json(view.value(rule, "eventPattern")))
            if view.text(rule, "state") != "DISABLED" and SENDER in strings(pattern.get("source")):
                kinds = set(strings(pattern.get("detail-type")))
                yield kinds if "detail-type" in pattern else {SHIFT}
