"""Recovery plans on Google Cloud: workflows that promote and scale, and the alerts that start them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Plan, PlanStep
from bcinfra.continuity.model.ranges import Figure, Range, Stated, Unit, total, typical
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import Found, part, setting, subject
from bcinfra.continuity.readings.base.schedules import longest_interval
from bcinfra.continuity.readings.base.stores import part_urn
from bcinfra.continuity.readings.base.traits import PROCEDURE
from bcinfra.continuity.readings.base.view import View, as_row, as_text, once_per_view, strings
from bcinfra.continuity.readings.gcp import alerts, places, workflows
from bcinfra.continuity.readings.gcp.compute import (
    AUTOSCALERS,
    CALLED,
    GROUP,
    JOB as RUN_JOB,
    REGION_GROUP,
    RUN,
    pool_of,
)
from bcinfra.continuity.readings.gcp.workflows import Act
from bcinfra.graph.core.model import Resource
from bcinfra.seconds import DAY, HOUR

WORKFLOW: Final = "gcp:workflows/workflow:Workflow"
TRIGGER: Final = "gcp:eventarc/trigger:Trigger"
JOB: Final = "gcp:cloudscheduler/job:Job"
ACCOUNT: Final = "gcp:serviceaccount/account:Account"
CUSTOM_ROLE: Final = "gcp:projects/iAMCustomRole:IAMCustomRole"
GRANTS: Final = ("gcp:projects/iAMMember:IAMMember", "gcp:projects/iAMBinding:IAMBinding")
_GRANT: Final = re.compile(r"^gcp:.*I[aA][mM](Member|Binding|Policy)$")
DATABASE: Final = "gcp:sql/databaseInstance:DatabaseInstance"
_VALKEY: Final = "gcp:memorystore/instance:Instance"
_KINDS: Final = {
    workflows.SQL: (DATABASE,),
    workflows.CACHE: ("gcp:redis/cluster:Cluster", _VALKEY),
    workflows.AUTOSCALER: AUTOSCALERS,
    workflows.GROUP: (GROUP, REGION_GROUP),
    workflows.RUN: (RUN,),
}
_PERMISSIONS: Final = {
    (workflows.PROMOTE, workflows.SQL): "cloudsql.instances.promoteReplica",
    (workflows.STOP, workflows.SQL): "cloudsql.instances.update",
    (workflows.RESTORE, workflows.SQL): "cloudsql.instances.restoreBackup",
    (workflows.PROMOTE, workflows.CACHE): "redis.clusters.update",
    (workflows.SCALE, workflows.AUTOSCALER): "compute.autoscalers.update",
    (workflows.SCALE, workflows.GROUP): "compute.instanceGroupManagers.update",
}
_READERS: Final = frozenset(
    {"roles/viewer", "roles/browser", "roles/cloudsql.client", "roles/cloudsql.viewer", "roles/cloudsql.instanceUser"}
    | {"roles/compute.viewer", "roles/redis.viewer", "roles/run.viewer", "roles/run.invoker"}
    | {"roles/workflows.viewer", "roles/redis.dbConnectionUser"}
)
"""Predefined roles of these services that change nothing."""
_STARTS: Final = "workflows.executions.create"
_FACT: Final = "gcp.workflows.start"
Begun: TypeAlias = "tuple[Resource | None, Figure, str | None]"
"""What starts something: the policy, if it is one, how long that takes, and the region of what else it is."""


def workflow(view: View, resource: Resource) -> Iterator[Found]:
    """A workflow that promotes or scales something, which is a plan; any other is routine work."""
    done = acts_of(view, resource)
    region = places.region_of(view, resource)
    started = tuple(_starts(view, resource))
    if done is None and not started:
        yield Assumption(Assumes.NO_PLAN, subject(resource))
    steps = tuple(dict.fromkeys(_plan(view, resource)))
    if not steps:
        return
    moved = {places.region_of(view, view.graph[step.target]) for step in steps if step.target}
    soonest = min((figure for _, figure, _ in started), key=lambda figure: typical(figure) or 0.0, default=None)
    yield Plan(
        urn=resource.urn,
        label=f"workflow {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_run=places.keys(view, resource, "cryptoKeyName"),
        towards=f"gcp/{moved.pop()}" if len(moved) == 1 and None not in moved else None,
        steps=steps,
        triggered=bool(started),
        unread=done is None,
        detects=soonest,
        watched_from=_watching(region, [where for _, _, where in started]),
        alarms=tuple(dict.fromkeys(policy.urn for policy, _, _ in started)),
    )


def automation(view: View, resource: Resource) -> Iterator[Found]:
    """What a function, service or job may promote that something starts by itself, as a plan that is not read: it is
    code."""
    steps, started = tuple(_called_steps(view, resource)), tuple(_begun(view, resource))
    if not steps:
        return
    region, last = places.region_of(view, resource), [where for _, _, where in started]
    yield Plan(
        urn=part_urn(resource, "automation"),
        label=f"automation {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        towards=None,
        steps=steps,
        triggered=True,
        unread=True,
        detects=min((figure for _, figure, _ in started), key=lambda figure: typical(figure) or 0.0),
        watched_from=_begun_from(region, started, last),
        alarms=tuple(dict.fromkeys(policy.urn for policy, _, _ in started if policy)),
    )


def _begun_from(region: str | None, started: Sequence[Begun], last: Sequence[str | None]) -> tuple[Domain, ...]:
    """What none of it begins without: where only schedules start it, their region; else what alerts need."""
    if any(policy for policy, _, _ in started):
        return (places.WORLDWIDE_CONTROL,)
    others = {where for where in last if where}
    return tuple(domains.region("gcp", where) for where in others) if len(others) == 1 and region not in others else ()


def _called_steps(view: View, resource: Resource) -> Iterator[PlanStep]:
    if next(_begun(view, resource), None):
        yield from _maybe(view, resource, "serviceConfig", "template", "environmentVariables")


def _begun(view: View, resource: Resource) -> Iterator[Begun]:
    """What starts a function, service or job by itself."""
    if resource.type == RUN_JOB:
        yield from _runs(view, resource)
    else:
        yield from ((policy, figure, None) for policy, figure in _calls(view, resource))


def _calls(view: View, resource: Resource) -> Iterator[tuple[Resource, Figure]]:
    """The policies whose messages call a function or service: by its own trigger, a rule, or a subscription."""
    topics = [*view.refs(resource, "eventTrigger", alerts.TOPIC)]
    for trigger in view.users(resource, TRIGGER, "destination"):
        topics += view.refs(trigger, "transport", alerts.TOPIC)
    for subscription in view.users(resource, alerts.SUBSCRIPTION, "pushConfig"):
        topics += view.refs(subscription, "topic", alerts.TOPIC)
    yield from _messages(view, resource, topics)


def _messages(view: View, resource: Resource, topics: Iterable[Resource]) -> Iterator[tuple[Resource, Figure]]:
    for policy in (policy for topic in topics for policy in alerts.publishing(view, topic)):
        if opens := alerts.opens(view, policy):
            yield policy, total(f"{policy.name} calls {resource.name}", opens, view.time(_FACT))


def _runs(view: View, job: Resource) -> Iterator[Begun]:
    """What has a job run: messages of alerts and schedules that call its API, themselves or by a workflow
    (https://docs.cloud.google.com/run/docs/execute/jobs-on-schedule, .../jobs-on-workflow; read 2026-11)."""
    topics: list[Resource] = []
    for token, field, source in (
        (alerts.SUBSCRIPTION, "pushConfig", "topic"),
        (TRIGGER, "destination", "transport"),
    ):
        asking = (row for row in view.graph.of_type(token) if _asks(view, row, field, job))
        topics += (topic for row in asking for topic in view.refs(row, source, alerts.TOPIC))
    yield from ((policy, figure, None) for policy, figure in _messages(view, job, topics))
    clocks = [row for row in view.graph.of_type(JOB) if _asks(view, row, "httpTarget", job)]
    for found in view.graph.of_type(WORKFLOW):
        if _asks(view, found, "sourceContents", job):
            yield from ((policy, figure, None) for policy, figure, _ in _starts(view, found))
            clocks += _clocks(view, found)
    for clock in clocks:
        gap = longest_interval(f"cron({view.text(clock, 'schedule')})")
        if gap and gap <= HOUR and view.off(clock, "paused"):
            stated = Stated(f"{clock.name}: schedule")
            waits = Figure("until it runs next", Unit.SECONDS, Range(gap / 2, gap, 0.0), stated)
            name = f"{clock.name} starts {job.name}"
            yield None, total(name, waits, view.time(_FACT)), view.text(clock, "region") or view.region(clock)


def _asks(view: View, row: Resource, field: str, job: Resource) -> bool:
    """Whether a property calls a job: by its address (``.../jobs/NAME:run``), or by its name in a workflow's source."""
    name = re.escape(view.text(job, "name") or job.name)
    if row.type != WORKFLOW:
        return job in view.linked(row, field) or any(
            re.search(f"/jobs/{name}:run", text) for text in strings(view.value(row, field))
        )
    source = view.text(row, "sourceContents")
    if source is not None and not re.search(r"jobs\.run|:run\b", source):
        return False
    told = (source or "", *strings(view.value(row, "userEnvVars")))
    return any(job in view.linked(row, one) for one in (field, "userEnvVars")) or any(
        re.search(rf"(?<![\w-]){name}(?![\w-])", text) for text in told
    )


# -- what it does -----------------------------------------------------------------------------------------------------


def acts_of(view: View, resource: Resource) -> tuple[Act, ...] | None:
    """What a workflow does; ``None`` when its source is not known or not understood."""
    return _acts_of(view, resource)


@once_per_view
def _acts_of(view: View, resource: Resource) -> tuple[Act, ...] | None:
    text = view.text(resource, "sourceContents")
    environment = as_row(view.value(resource, "userEnvVars"))
    known = {name: as_text(value) for name, value in environment.items()}
    own = places.project(view, resource).name.removeprefix("gcp/")
    named = {"GOOGLE_CLOUD_PROJECT_ID": own, "GOOGLE_CLOUD_LOCATION": places.region_of(view, resource)}
    return None if text is None else workflows.acts(text, {**named, **known})


def _steps(view: View, resource: Resource, done: Iterable[Act]) -> Iterator[PlanStep]:
    """The acts that a plan is made of, each with what it acts on; those that it may not do are none."""
    for act in done:
        if act.what in (workflows.PROMOTE, workflows.SCALE):
            targets = [row for row in _targets(view, resource, act) if _may(view, resource, act, row)]
            yield from (PlanStep(act=act.what, target=_part(view, row), stage=act.stage) for row in targets)
            if act.name is None and not targets:
                yield PlanStep(act=act.what, target=None, stage=act.stage)


def _maybe(view: View, resource: Resource, *within: str) -> Iterator[PlanStep]:
    """What code that is not understood may promote: what its account may touch, by its source or of all. Where that is
    not known, what it knows of alone: what sends a message could else promote everything."""
    names = within or ("sourceContents", "userEnvVars")
    known = {r.urn for name in names for r in view.linked(resource, name)}
    texts = [text for name in names for text in strings(view.value(resource, name))]
    known |= {row.urn for text in texts for row in view.named(text, (DATABASE,))}
    replicas = [row for row in view.graph.of_type(DATABASE) if view.value(row, "masterInstanceName") is not None]
    for row in [row for row in replicas if row.urn in known] or replicas:
        may = allowed(view, resource, _PERMISSIONS[workflows.PROMOTE, workflows.SQL], view.text(row, "name"))
        if may or (may is None and row.urn in known):
            yield PlanStep(act=workflows.PROMOTE, target=row.urn)


def _targets(view: View, resource: Resource, act: Act) -> tuple[Resource, ...]:
    """What an act is done to: by its name; where that is not known, the only thing of its kind that the source or its
    environment depends on."""
    kinds = _KINDS[act.kind]
    if act.name is None:
        linked = {r.urn: r for name in ("sourceContents", "userEnvVars") for r in view.linked(resource, name)}
        only = [r for r in linked.values() if r.type in kinds]
        return tuple(only) if len(only) == 1 else ()
    region = places.region_name(act.region)
    named = view.named(act.name, kinds)
    return tuple(r for r in named if region is None or places.region_of(view, r) in (region, None))


def _part(view: View, row: Resource) -> str:
    """URN of the part of the model that a resource stands for: an autoscaler for the group that it scales."""
    if row.type in AUTOSCALERS:
        return next((pool_of(view, group) for group in view.refs(row, "target", GROUP, REGION_GROUP)), row.urn)
    return row.urn


def promoter(view: View, member: Resource) -> str | None:
    """URN of the workflow that promotes a replica."""

    return _what_workflows_promote(view).get(member.urn)


@once_per_view
def _what_workflows_promote(view: View) -> dict[str, str]:
    called = (
        (part_urn(row, "automation"), step)
        for row in view.graph.of_type(*CALLED, RUN_JOB)
        for step in _called_steps(view, row)
    )
    made = ((found.urn, step) for found in view.graph.of_type(WORKFLOW) for step in _plan(view, found))
    return {
        step.target: urn for urn, step in (*called, *made) if step.act == workflows.PROMOTE and step.target is not None
    }


def _plan(view: View, resource: Resource) -> Iterator[PlanStep]:
    """What a workflow does; of one that is not understood, what it may do once something starts it."""
    done = acts_of(view, resource)
    if done is not None:
        yield from _steps(view, resource, done)
    elif next(_starts(view, resource), None):
        yield from _maybe(view, resource)


def stops(view: View, primary: Resource) -> bool:
    """Whether a workflow that promotes something also stops this instance, so that nobody writes to it any more."""
    return any(
        {workflows.PROMOTE, workflows.STOP} <= {act.what for act in done}
        and any(
            primary in _targets(view, found, act) and _may(view, found, act, primary)
            for act in done
            if act.what == workflows.STOP
        )
        for found in view.graph.of_type(WORKFLOW)
        if (done := acts_of(view, found))
    )


def restored(view: View, database: Resource) -> str | None:
    """The workflow that restores backups of a database on schedule, where there is one."""
    names = (
        f"workflow {found.name}"
        for found in view.graph.of_type(WORKFLOW)
        for act in acts_of(view, found) or ()
        if act.what == workflows.RESTORE and database in _targets(view, found, act) and _scheduled(view, found)
    )
    return next(names, None)


class ShareBackup(NamedTuple):
    """What backs up a file share on schedule."""

    workflow: Resource
    to: str | None
    """The region that backups are kept in."""
    every: float | None
    """Longest time between two, in seconds; ``None``: not understood."""
    days: float | None
    """Days that one is kept; ``None``: the source does not say."""


def share_backups(view: View, share: Resource) -> Iterator[ShareBackup]:
    """The workflows that back up a file share on a schedule which may start them, and that may do it."""
    for found in view.graph.of_type(WORKFLOW):
        clocks = [clock for clock in _clocks(view, found) if not_denied(view, clock, _STARTS)]
        for act in acts_of(view, found) or ():
            hers = act.kind == workflows.SHARE and act.name and share in view.named(act.name, (share.type,))
            if not (hers and clocks and not_denied(view, found, "file.backups.create")):
                continue
            runs = [longest_interval(f"cron({view.text(clock, 'schedule')})") for clock in clocks]
            every = min((seconds for seconds in runs if seconds), default=None)
            kept = _DELETES.search(view.text(found, "sourceContents") or "")
            yield ShareBackup(found, places.region_name(act.region), every, float(kept[1]) / DAY if kept else None)


_DELETES: Final = re.compile(r"createTime\)\s*>\s*(\d+)")


# -- what it may do ---------------------------------------------------------------------------------------------------


def _may(view: View, resource: Resource, act: Act, row: Resource) -> bool:
    """Whether the account that a workflow acts by may do it. What this program does not grant others may."""
    if act.kind == workflows.RUN:
        return True  # granted at the service, which is not read
    permission = "memorystore.instances.update" if row.type == _VALKEY else _PERMISSIONS[act.what, act.kind]
    return not_denied(view, resource, permission, view.text(row, "name") if act.kind == workflows.SQL else None)


def not_denied(view: View, user: Resource, permission: str, name: str | None = None) -> bool:
    """:func:`allowed`, where what the program does not tell is taken to be."""
    return allowed(view, user, permission, name) is not False


def allowed(view: View, user: Resource, permission: str, name: str | None = None) -> bool | None:
    """Whether the service account of ``user`` has a permission, at what is called ``name`` if that is given; ``None``
    where the program does not tell, as of an account that it does not make."""
    account = next(_accounts(view, user), None)
    if account is None:
        return None
    found = [_covers(view, grant, permission, name) for token in GRANTS for grant in _granted(view, token, account)]
    others = (token for token in _other_grants(view) if token.split(":")[1].split("/")[0] in _granting(permission))
    found += [None for token in others for _ in _granted(view, token, account)]
    return True if True in found else None if None in found else False


def _granting(permission: str) -> tuple[str, ...]:
    """The modules whose grants may give a permission: of its service, or of what its project is in."""
    return permission.split(".", 1)[0], "projects", "folder", "organizations"


@once_per_view
def _other_grants(view: View) -> tuple[str, ...]:
    """Types of grants at other places than a project, or of whole policies: they are not read."""
    types = {row.type for row in view.graph if _GRANT.search(row.type)}
    return tuple(sorted(types.difference(GRANTS)))


def _accounts(view: View, user: Resource) -> Iterator[Resource]:
    yield from (row for name in _ACCOUNT_IN for row in view.refs(user, name, ACCOUNT))
    stated = (as_text(as_row(view.value(user, name)).get(key)) for name, key in _ACCOUNT_IN.items() if key)
    inner = as_text(as_row(as_row(view.value(user, "template")).get("template")).get("serviceAccount"))  # of a job
    calls = as_text(as_row(as_row(view.value(user, "httpTarget")).get("oauthToken")).get("serviceAccountEmail"))
    text = next(filter(None, (view.text(user, "serviceAccount"), *stated, inner, calls)), "")
    email = text.split("@", 1)[0].rsplit("/", 1)[-1]
    yield from (a for a in view.graph.of_type(ACCOUNT) if email and view.text(a, "accountId") == email)


_ACCOUNT_IN: Final = {"serviceAccount": "", "serviceConfig": "serviceAccountEmail", "template": "serviceAccount"}
"""Property that names the account that something acts by → where within it, if it is no text itself."""


def _granted(view: View, token: str, account: Resource) -> Iterator[Resource]:
    identity = view.text(account, "accountId")
    for grant in view.graph.of_type(token):
        for field in ("member", "members", "policyData"):
            texts = list(strings(view.value(grant, field)))
            named = identity is not None and any(f":{identity}@" in text for text in texts)
            if named or account in view.linked(grant, field):
                yield grant


def _covers(view: View, grant: Resource, permission: str, name: str | None) -> bool | None:
    """Whether a grant gives a permission; ``None`` where its role is not known, or not this program's."""
    expression = as_text(as_row(view.value(grant, "condition")).get("expression"))
    if name and expression and "resource.name" in expression and not _names(expression, name):
        return False
    roles = view.refs(grant, "role", CUSTOM_ROLE)
    if roles:
        stated = [view.value(role, "permissions") for role in roles]
        told = all(isinstance(one, list) for one in stated)
        return any(permission in set(strings(one)) for one in stated) or (False if told else None)
    role = view.text(grant, "role")
    if role is None or role.startswith(("projects/", "organizations/")):
        return None
    service = permission.split(".", 1)[0]
    return role in ("roles/owner", "roles/editor") or (role.startswith(f"roles/{service}.") and role not in _READERS)


def _names(expression: str, name: str) -> bool:
    """Whether a condition is about an instance: its name, or how it begins."""
    found = re.findall(r"""instances/([^"'/]+)""", expression)
    return any(name == text or ("startsWith" in expression and name.startswith(text)) for text in found)


# -- what starts it ---------------------------------------------------------------------------------------------------


def _starts(view: View, resource: Resource) -> Iterator[tuple[Resource, Figure, tuple[str | None, ...]]]:
    """The policies that start a workflow: each with the time until it does, and the regions that the message passes."""
    for trigger in view.users(resource, TRIGGER, "destination"):
        if not not_denied(view, trigger, _STARTS):
            continue
        for topic in view.refs(trigger, "transport", alerts.TOPIC):
            passes = (places.region_of(view, trigger), alerts.stored_in(view, topic))
            for policy in alerts.publishing(view, topic):
                opens = alerts.opens(view, policy)
                if opens is not None:
                    yield policy, total(f"{policy.name} starts {resource.name}", opens, view.time(_FACT)), passes


def _watching(region: str | None, passed: list[tuple[str | None, ...]]) -> tuple[Domain, ...]:
    """What no alert goes without: Cloud Monitoring, which is worldwide, and regions that every message passes."""
    if not passed:
        return ()
    shared = set(passed[0]).intersection(*passed)
    others = sorted(name for name in shared if name and name != region)
    return (places.WORLDWIDE_CONTROL, *(domains.region("gcp", name) for name in others))


def runs_by_clock(view: View, job: Resource) -> bool:
    """Whether a schedule has a job run."""
    clocks = [row for row in view.graph.of_type(JOB) if _asks(view, row, "httpTarget", job)]
    return any(view.off(clock, "paused") for clock in clocks)


def _scheduled(view: View, resource: Resource) -> bool:
    """Whether a schedule starts a workflow, itself or by a message."""
    return next(_clocks(view, resource), None) is not None


def _clocks(view: View, resource: Resource) -> Iterator[Resource]:
    """The schedules that start a workflow."""
    name = view.text(resource, "name") or resource.name
    topics = [
        topic
        for trigger in view.users(resource, TRIGGER, "destination")
        for topic in view.refs(trigger, "transport", alerts.TOPIC)
    ]
    for job in view.graph.of_type(JOB):
        uri = as_text(as_row(view.value(job, "httpTarget")).get("uri")) or ""
        linked = {r.urn for field in ("httpTarget", "pubsubTarget") for r in view.linked(job, field)}
        called = f"/workflows/{name}/executions" in uri or resource.urn in linked
        if view.off(job, "paused") and (called or any(topic.urn in linked for topic in topics)):
            yield job


READINGS: Final = {
    WORKFLOW: part(
        "workflow", workflow, PROCEDURE.also(holds=reasons.EXECUTIONS, facts="gcp.monitoring.alert gcp.workflows.start")
    ),
    TRIGGER: setting("event rule", "what starts a workflow", reasons.WATCH),
    JOB: setting("schedule", "how often a workflow runs", reasons.WATCH),
}
