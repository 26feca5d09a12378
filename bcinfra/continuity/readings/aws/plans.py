"""Recovery plans: ARC Region switch, the automation that moves a shop to another region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Plan, PlanStep, Refusal, Refused
from bcinfra.continuity.model.ranges import Computed, Figure, Range, Unit, typical
from bcinfra.continuity.readings.aws import permissions, places
from bcinfra.continuity.readings.aws.alarms import ALARM, COMPOSITE, fires
from bcinfra.continuity.readings.base.reading import Found, part, setting
from bcinfra.continuity.readings.base.stores import part_urn, refused
from bcinfra.continuity.readings.base.traits import PROCEDURE
from bcinfra.continuity.readings.base.view import View, as_rows, as_text, once_per_view, same, strings
from bcinfra.graph.core.model import Resource, Value

PLAN: Final = "aws:arcregionswitch/plan:Plan"
_DESCRIBE: Final = "cloudwatch:DescribeAlarms"
_DATABASES: Final = (
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:rds/globalCluster:GlobalCluster",
    "aws:docdb/cluster:Cluster",
    "aws:neptune/cluster:Cluster",
)
_ACTS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "rdsPromoteReadReplicaConfigs": ("promote", _DATABASES),
    "globalAuroraConfigs": ("promote", _DATABASES),
    "documentDbConfigs": ("promote", _DATABASES),
    "neptuneGlobalDatabaseConfigs": ("promote", _DATABASES),
    "ecsCapacityIncreaseConfigs": ("scale", ("aws:ecs/service:Service",)),
    "ec2AsgCapacityIncreaseConfigs": ("scale", ("aws:autoscaling/group:Group",)),
    "eksResourceScalingConfigs": ("scale", ("aws:eks/cluster:Cluster",)),
    "auroraProvisionedScalingConfigs": ("scale", _DATABASES),
    "auroraServerlessScalingConfigs": ("scale", _DATABASES),
    "route53HealthCheckConfigs": ("switch", ("aws:route53/zone:Zone",)),
    "arcRoutingControlConfigs": ("switch", ("aws:route53recoverycontrol/routingControl:RoutingControl",)),
    "customActionLambdaConfigs": ("other", ("aws:lambda/function:Function",)),
    "executionApprovalConfigs": ("approve", ()),
}
"""What each kind of step does, and the types it does it to."""


def plan(view: View, resource: Resource) -> Iterator[Found]:
    """A plan for each region that it can move to."""
    workflows = view.rows(resource, "workflows")
    targets = {as_text(w.get("workflowTargetRegion")) for w in workflows if _activates(w)}
    if None in targets or not targets:  # one workflow serves whichever region is moved to
        primary = view.text(resource, "primaryRegion")
        named = set(strings(view.value(resource, "regions")))
        targets = {*(t for t in targets if t), *(r for r in named if r != primary or len(named) == 1)}
    for region in sorted(t for t in targets if t):
        triggers = [t for t in view.rows(resource, "triggers") if as_text(t.get("targetRegion")) in (region, None)]
        shut = {alarm.urn: alarm for trigger in triggers for alarm in _unreadable(view, resource, trigger)}
        triggers = [t for t in triggers if not any(a.urn in shut for a in _watched(view, resource, t))]
        watched = [_watched(view, resource, trigger) for trigger in triggers]
        steps = tuple(steps_towards(view, resource, region))
        yield Plan(
            urn=part_urn(resource, region),
            label=f"region switch {resource.name} to {region}",
            site=f"aws/{region}",
            homes=(domains.region("aws", region), places.account(view, resource)),  # executes where it moves to
            towards=f"aws/{region}",
            steps=steps,
            triggered=bool(triggers) and all(step.act != "approve" for step in steps),
            detects=_detection(view, watched),
            watched_from=_watching(view, watched),
            alarms=tuple(a.urn for a in alarms_of(view, resource)),
            refused=tuple(_not_permitted(view, resource, alarm) for alarm in shut.values()),
        )


def _activates(workflow: Mapping[str, Value]) -> bool:
    return as_text(workflow.get("workflowTargetAction")) != "deactivate"


def alarms_of(view: View, resource: Resource) -> tuple[Resource, ...]:
    """The alarms that a plan watches."""
    return view.refs(resource, "associatedAlarms", ALARM, COMPOSITE)


def _detection(view: View, watched: Iterable[tuple[Resource, ...]]) -> Figure | None:
    """Time until a trigger starts the plan; each waits for the slowest of its own alarms.

    Which of them a failure sets off is not known: the fastest at best and usually, the slowest at worst.
    """
    figures = ([f for alarm in alarms if (f := fires(view, alarm))] for alarms in watched)
    started = sorted(
        (max(found, key=lambda figure: typical(figure) or 0.0) for found in figures if found),
        key=lambda figure: typical(figure) or 0.0,
    )
    first, last = (started[0].value, started[-1].value) if started else (None, None)
    if len(started) < 2 or first is None or last is None:
        return next(iter(started), None)
    how = "fastest trigger, at worst the slowest"
    return Figure(
        "a trigger starts it", Unit.SECONDS, Range(first.typical, last.upper, first.low), Computed(how, tuple(started))
    )


def _watched(view: View, resource: Resource, trigger: Mapping[str, Value]) -> tuple[Resource, ...]:
    """The alarms that must fire for a trigger. It names them by the plan's own keys; one without such a key never
    fires."""
    keys = {as_text(row.get("mapBlockKey")) for row in view.rows(resource, "associatedAlarms")}
    conditions = as_rows(trigger.get("conditions"))
    red = {as_text(c.get("associatedAlarmName")) for c in conditions if as_text(c.get("condition")) != "green"}
    if None not in keys and not red <= keys:
        return ()
    alarms = alarms_of(view, resource)
    names = {alarm.urn: (alarm.name, view.text(alarm, "name"), view.text(alarm, "alarmName")) for alarm in alarms}
    named = tuple(a for a in alarms if any(same(name, one) for name in names[a.urn] for one in red))
    return named or alarms


def _unreadable(view: View, resource: Resource, trigger: Mapping[str, Value]) -> Iterator[Resource]:
    """The alarms of a trigger whose state the plan's role may not read: the trigger never fires.

    Composite alarms are told to those alone who may describe everything (DescribeAlarms in the CloudWatch API
    reference; read 2026-11). What is not known of the role may allow it.
    """
    for alarm in _watched(view, resource, trigger):
        everything = alarm.type == COMPOSITE
        if permissions.allowed(view, resource, "executionRole", _DESCRIBE, None if everything else alarm) is False:
            yield alarm


def _not_permitted(view: View, resource: Resource, alarm: Resource) -> Refused:
    role = next(iter(view.refs(resource, "executionRole", permissions.ROLE)), resource)
    return refused(Refusal.NOT_PERMITTED, f"start of {resource.name}", role, "policy", role.name, alarm.name)


def _watching(view: View, watched: Iterable[tuple[Resource, ...]]) -> tuple[Domain, ...]:
    """The regions whose alarms no trigger goes without."""
    regions = [{places.region_of(view, alarm) for alarm in alarms} for alarms in watched if alarms]
    shared = set[str | None]().union(*regions).intersection(*regions)
    return tuple(domains.region("aws", region) for region in sorted(r for r in shared if r))


def steps_towards(view: View, resource: Resource, region: str) -> Iterator[PlanStep]:
    """The steps that activate ``region``, in order, with what each acts on there; parallel ones share a stage."""
    for workflow in view.rows(resource, "workflows"):
        if _activates(workflow) and as_text(workflow.get("workflowTargetRegion")) in (region, None):
            for stage, step in enumerate(as_rows(workflow.get("steps"))):
                yield from _step(view, resource, step, region, stage)


def _step(view: View, resource: Resource, step: Mapping[str, Value], region: str, stage: int) -> Iterator[PlanStep]:
    for parallel in as_rows(step.get("parallelConfigs")):
        for inner in as_rows(parallel.get("steps")):
            yield from _step(view, resource, inner, region, stage)
    for kind, (act, types) in _ACTS.items():
        for config in as_rows(step.get(kind)):
            yield from (
                PlanStep(act=act, target=target, takes=_takes(view, kind), stage=stage)
                for target in _targets(view, resource, config, types, region) or [None]
            )


def _targets(
    view: View, resource: Resource, config: Mapping[str, Value], types: tuple[str, ...], region: str
) -> list[str]:
    """What a step acts on in ``region``: by the text of its configuration, else by what the plan depends on."""
    named = [r for text in strings(dict(config)) for r in view.named(text, types)]
    possible = named or [r for r in view.linked(resource, "workflows") if r.type in types]
    here = [r.urn for r in possible if places.region_of(view, r) == region]
    return list(dict.fromkeys(here or [r.urn for r in possible if places.region_of(view, r) is None]))


def _takes(view: View, kind: str) -> Figure | None:
    facts = {
        "rdsPromoteReadReplicaConfigs": "aws.rds.read_replica.cross_region",
        "globalAuroraConfigs": "aws.aurora.global.failover",
        "ecsCapacityIncreaseConfigs": "aws.ecs.fargate.task_start",
        "ec2AsgCapacityIncreaseConfigs": "aws.asg.instance_replacement",
    }
    return view.time(facts[kind]) if kind in facts else None


def promoter(view: View, member: Resource) -> str | None:
    """URN of the plan that promotes a copy of a database."""
    return _by(view, "promote", member.urn)


def switcher(view: View, record: Resource) -> str | None:
    """URN of the plan that turns a record: the one that switches names of its zone, or its routing control."""
    zone = view.ref(record, "zoneId", "aws:route53/zone:Zone")
    return _by(view, "switch", zone.urn) if zone else None


def _by(view: View, act: str, target: str) -> str | None:
    return _acts_of_plans(view).get((act, target))


@once_per_view
def _acts_of_plans(view: View) -> dict[tuple[str, str | None], str]:
    return {
        (step.act, step.target): part_urn(plan, region)
        for plan in view.graph.of_type(PLAN)
        for region in strings(view.value(plan, "regions"))
        for step in steps_towards(view, plan, region)
    }


READINGS: Final = {
    PLAN: part(
        "region switch plan",
        plan,
        PROCEDURE.also(
            facts="aws.asg.instance_replacement aws.aurora.global.failover "
            "aws.ecs.fargate.task_start aws.rds.read_replica.cross_region"
        ),
    ),
    "aws:route53recoverycontrol/routingControl:RoutingControl": setting("routing control", "a person turns it"),
}
