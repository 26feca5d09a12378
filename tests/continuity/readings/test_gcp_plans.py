"""Failover by a workflow on Google Cloud: that it counts as one by itself, and what it takes for that."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pulumi
import pytest
from pulumi_gcp.cloudscheduler import Job
from pulumi_gcp.eventarc import Trigger
from pulumi_gcp.monitoring import AlertPolicy, NotificationChannel, UptimeCheckConfig
from pulumi_gcp.pubsub import Topic
from pulumi_gcp.redis import Cluster
from pulumi_gcp.workflows import Workflow

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.model.parts import Member, Model, Plan, Store, StoreKind
from bcinfra.continuity.model.ranges import fact_ids
from bcinfra.continuity.model.statements import Subject
from bcinfra.continuity.readings.gcp.workflows import Act, acts
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, WayKind
from bcinfra.continuity.recovery.reasons import Because
from bcinfra.gcp import (
    Database,
    Failover,
    FailoverArgs,
    Group,
    OutageAlerts,
    OutageAlertsArgs,
    Region,
    RestoreTest,
    RestoreTestArgs,
)
from bcinfra.graph import Graph, Resource
from bcinfra.graph.record.recorder import record
from bcinfra.report.words.statements import say
from tests.continuity.knockouts.edits import put, without
from tests.continuity.readings import gcp_programs as gcp
from tests.continuity.readings.gcp_programs import BELGIUM, FRANKFURT
from tests.continuity.readings.programs import assumed

PRIMARY, REPLICA = f"shop-db-{BELGIUM}", f"shop-db-{FRANKFURT}"
LOST = f"region:gcp/{BELGIUM}"


def shop(*, home: str = FRANKFURT, url_map: bool = True, automatic: bool = True, waiting: int = 0) -> None:
    """A shop in two regions, a pilot light in the second, and the failover to it."""
    here, there = gcp.Region(BELGIUM), gcp.Region(FRANKFURT)
    primary = gcp.database(here)
    gcp.database(there, source=primary)
    script = pulumi.Output.concat("DB=", primary.private_ip_address)
    front = gcp.Front(here, gcp.Group(here, startup=script), gcp.Group(there, startup=script, least=waiting))
    gcp.name(here, front)
    at = {FRANKFURT: there, BELGIUM: here}[home]
    standby = Region(name=home, project=at.project, number="111111111111", provider=at.provider)
    outage = OutageAlerts(
        "outage",
        OutageAlertsArgs(
            standby=standby,
            host="shop.example",
            replicas={"shop": REPLICA},
            url_map_name="web" if url_map else None,
        ),
    )
    Failover(
        "failover",
        FailoverArgs(
            standby=standby,
            primary_region="europe-west9" if home == BELGIUM else BELGIUM,
            signals=outage.signals,
            automatic=automatic,
            databases={"shop": Database(replica=REPLICA, primary=PRIMARY)},
            groups={"web": Group(autoscaler=f"web-{FRANKFURT}", minimum=3)},
        ),
    )


@cache
def graph(**properties: Any) -> Graph:
    return record(lambda: shop(**properties))


def outcome(of: Graph) -> Outcome:
    """What the loss of the primary's region does."""
    row = next(r for r in assess(read(of)).scenarios if r.scenario.id == LOST)
    (one,) = row.outcomes
    return one


def one(of: Graph, kind: str, name: str = "") -> Resource:
    (found,) = [r for r in of if r.type.endswith(f":{kind}") and (not name or r.name == name)]
    return found


def plan(model: Model) -> Plan:
    (found,) = model.plans
    return found


def store(model: Model, kind: StoreKind) -> Store:
    (found,) = [s for s in model.stores if s.kind is kind]
    return found


def replica(model: Model, kind: StoreKind = StoreKind.RELATIONAL) -> Member:
    (found,) = [m for m in store(model, kind).members if not m.writer]
    return found


# -- our own plan -----------------------------------------------------------------------------------------------------


def test_the_workflow_is_a_plan_that_lives_where_it_moves_to() -> None:
    model = read(graph())
    found = plan(model)
    assert (found.site, found.towards, found.triggered) == (f"gcp/{FRANKFURT}", f"gcp/{FRANKFURT}", True)
    assert {home.name for home in found.homes} == {f"gcp/{FRANKFURT}", "gcp/acme-prod"}
    pool = next(p.urn for p in model.pools if p.site == f"gcp/{FRANKFURT}")
    assert [(step.act, step.target) for step in found.steps] == [("promote", replica(model).urn), ("scale", pool)]
    assert len({step.stage for step in found.steps}) == 1, "all at once"
    assert replica(model).promoted_by == found.urn
    assert len(found.alarms) == 2
    assert [domain.name for domain in found.watched_from] == ["gcp/global"], "Cloud Monitoring is worldwide"


def test_detection_is_what_the_alerts_state_and_what_services_take() -> None:
    """The faster of the two policies: errors, sampled and visible, for three minutes; then the message, then the
    start."""
    detects = plan(read(graph())).detects
    assert detects
    assert detects.value
    assert detects.value.typical == (60 + 165 + 180) + 60 + 30
    assert detects.value.upper == (60 + 165 + 180) + 300 + 180
    assert set(fact_ids(detects)) == {"gcp.monitoring.alert", "gcp.workflows.start"}


def test_all_conditions_of_a_policy_must_come_true() -> None:
    slow = graph(url_map=False)
    policy = one(slow, "AlertPolicy")
    assert len(plan(read(slow)).alarms) == 1
    rows = json.loads(json.dumps(policy.inputs["conditions"], default=lambda _: "uptime_check/"))
    rows[1]["conditionThreshold"]["duration"] = "900s"
    detects = plan(read(put(slow, policy, "conditions", [policy.inputs["conditions"][0], rows[1]]))).detects  # type: ignore[index]
    assert detects is None, "a condition that leads nowhere never comes true"
    kept = put(slow, policy, "conditions", rows)
    linked = put(kept, one(kept, "UptimeCheckConfig"), "uptimeCheckId", "outage-1")
    rows[0]["conditionThreshold"]["filter"] = (
        'metric.type="uptime_check/check_passed" metric.labels.check_id="outage-1"'
    )
    found = plan(read(put(linked, one(linked, "AlertPolicy"), "conditions", rows))).detects
    assert found
    assert found.value
    assert found.value.typical == (60 + 165 + 900) + 60 + 30


def test_a_lost_region_recovers_by_itself() -> None:
    found = outcome(graph())
    assert found.kind is Kind.RECOVERS
    assert found.way
    assert (found.way.kind, found.way.site) == (WayKind.FAILOVER, f"gcp/{FRANKFURT}")
    names = [say(step.deed) for step in found.way.steps]
    assert names[0] == f"alarms start workflow failover in {FRANKFURT}"
    assert any(name.startswith("promote MySQL replica") for name in names)
    assert any(name.startswith("grow instances web-europe-west3") for name in names)


def test_with_the_plan_in_the_lost_region_a_person_does_it() -> None:
    """The automation needs what failed, so that it is infeasible, not slow."""
    lost = graph(home=BELGIUM)
    assert plan(read(lost)).site == f"gcp/{BELGIUM}"
    found = outcome(lost)
    assert found.kind is Kind.PERSON
    assert found.way
    assert found.way.kind is WayKind.MANUAL
    (by_plan,) = [way for way in found.others if way.kind is WayKind.MANUAL]
    assert {domain.name for step in by_plan.recovery.infeasible for domain in step.lost} == {f"gcp/{BELGIUM}"}


def cut(*kinds: str) -> Callable[[Graph], Graph]:
    return lambda of: without(of, *(r for r in of if r.type.rsplit(":", 1)[-1] in kinds))


def disabled(of: Graph) -> Graph:
    for policy in [r for r in of if r.type.endswith(":AlertPolicy")]:
        of = put(of, policy, "enabled", False)
    return of


def unallowed(of: Graph) -> Graph:
    return put(of, one(of, "IAMCustomRole", "failover-acts-promotes"), "permissions", ["cloudsql.instances.get"])


def granted_nothing(of: Graph) -> Graph:
    return without(of, *(r for r in of if r.type.endswith(":IAMMember") and r.name.startswith("failover-acts-")))


def allowed_elsewhere(of: Graph) -> Graph:
    held = one(of, "IAMMember", "failover-acts-promotes")
    return put(of, held, "condition.expression", 'resource.name == "projects/acme-prod/instances/another"')


def not_started(of: Graph) -> Graph:
    return put(of, one(of, "IAMMember", "failover-starts-workflows.invoker"), "role", "roles/workflows.viewer")


def promotes_another(of: Graph) -> Graph:
    workflow = one(of, "Workflow")
    return put(of, workflow, "sourceContents", str(workflow.inputs["sourceContents"]).replace(REPLICA, "another"))


def not_a_workflow(of: Graph) -> Graph:
    return put(of, one(of, "Workflow"), "sourceContents", "{")


def does_not_scale(of: Graph) -> Graph:
    workflow = one(of, "Workflow")
    return put(
        of, workflow, "sourceContents", str(workflow.inputs["sourceContents"]).replace("/autoscalers", "/others")
    )


KNOCKOUTS: dict[str, Callable[[Graph], Graph]] = {
    "no trigger": cut("Trigger"),
    "no uptime check, and nothing else that tells": cut("UptimeCheckConfig"),
    "no alert policy": cut("AlertPolicy"),
    "alert policies that are off": disabled,
    "no channel": cut("NotificationChannel"),
    "no topic": cut("Topic"),
    "no workflow": cut("Workflow"),
    "not allowed to promote": unallowed,
    "granted nothing": granted_nothing,
    "allowed to promote another": allowed_elsewhere,
    "not allowed to start": not_started,
    "promotes another": promotes_another,
    "does not scale": does_not_scale,
}


def test_a_source_that_is_not_understood_leaves_open_whether_it_helps() -> None:
    found = outcome(not_a_workflow(graph(url_map=False)))
    assert found.kind is Kind.UNDECIDED
    assert [one.kind for one in found.unknown] == [Because.NOT_READ]
    unstarted = outcome(cut("Trigger")(not_a_workflow(graph(url_map=False))))
    assert unstarted.kind is Kind.PERSON


@pytest.mark.parametrize("edit", KNOCKOUTS.values(), ids=KNOCKOUTS)
def test_without_any_link_of_the_chain_it_takes_a_person(edit: Callable[[Graph], Graph]) -> None:
    whole = graph(url_map=False)
    assert outcome(whole).kind is Kind.RECOVERS
    found = outcome(edit(whole))
    assert found.kind is Kind.PERSON
    assert found.way
    assert found.way.kind is WayKind.MANUAL


def test_by_hand_alone_it_is_a_plan_that_a_person_starts() -> None:
    by_hand = graph(automatic=False)
    found = plan(read(by_hand))
    assert (found.triggered, found.detects, found.watched_from) == (False, None, ())
    assert outcome(by_hand).kind is Kind.PERSON


def test_errors_tell_without_the_uptime_check() -> None:
    assert outcome(cut("UptimeCheckConfig")(graph())).kind is Kind.RECOVERS


def test_a_stopped_primary_guards_against_two() -> None:
    assert store(read(graph()), StoreKind.RELATIONAL).two_primaries_guarded is True
    workflow = one(graph(), "Workflow")
    running = str(workflow.inputs["sourceContents"]).replace("NEVER", "ALWAYS")
    unguarded = put(graph(), workflow, "sourceContents", running)
    assert store(read(unguarded), StoreKind.RELATIONAL).two_primaries_guarded is None


# -- test restores ----------------------------------------------------------------------------------------------------


def is_tested(of: Graph) -> bool:
    (copy,) = [c for c in store(read(of), StoreKind.RELATIONAL).copies if c.mechanism == "daily backup"]
    return copy.tested


def restoring() -> None:
    here = gcp.Region(BELGIUM)
    gcp.database(here)
    region = Region(name=BELGIUM, project=here.project, provider=here.provider)
    RestoreTest("restore", RestoreTestArgs(region=region, instance=PRIMARY, database="shop", least_mb=100))


def test_a_backup_is_tested_when_a_schedule_restores_it() -> None:
    whole = record(restoring)
    assert is_tested(whole)
    assert not read(whole).plans, "a test is no plan"
    assert not is_tested(cut("Job")(whole))
    assert not is_tested(cut("Workflow")(whole))
    assert not is_tested(put(whole, one(whole, "Job"), "paused", True))
    workflow = one(whole, "Workflow")
    other = str(workflow.inputs["sourceContents"]).replace(f'"instanceId": "{PRIMARY}"', '"instanceId": "another"')
    assert not is_tested(put(whole, workflow, "sourceContents", other))


# -- what others write ------------------------------------------------------------------------------------------------


FOREIGN = """
main:
  params: [event]
  steps:
    - init:
        assign:
          - project: ${sys.get_env("GOOGLE_CLOUD_PROJECT_ID")}
          - replica: shop-db-europe-west3
    - promote:
        call: googleapis.sqladmin.v1.instances.promoteReplica
        args:
          project: ${project}
          instance: ${replica}
        result: operation
    - detach:
        call: http.request
        args:
          method: PATCH
          url: ${"https://redis.googleapis.com/v1/projects/" + project + "/locations/europe-west3/clusters/carts-standby?updateMask=crossClusterReplicationConfig"}
          body: {crossClusterReplicationConfig: {clusterRole: NONE}}
          auth: {type: OAuth2}
"""  # noqa: E501  as such sources are written


def foreign(source: Any, *, environment: bool = False) -> None:
    """A database, a cache and replicas of both; a workflow that an uptime check starts."""
    here, there = gcp.Region(BELGIUM), gcp.Region(FRANKFURT)
    second = gcp.database(there, source=gcp.database(here))
    carts: Any = {"shard_count": 3, "psc_configs": [{"network": "n"}]}
    first = Cluster("carts", name="carts", region=BELGIUM, **carts, opts=here.opts)
    following: Any = {"cluster_role": "SECONDARY", "primary_cluster": {"cluster": first.id}}
    Cluster(
        "standby",
        name="carts-standby",
        region=FRANKFURT,
        cross_cluster_replication_config=following,
        **carts,
        opts=there.opts,
    )
    workflow = Workflow(
        "failover",
        region=FRANKFURT,
        source_contents=source(second) if callable(source) else source,
        user_env_vars={"REPLICA": second.id} if environment else None,
        opts=there.opts,
    )
    check = UptimeCheckConfig("shop", display_name="shop", timeout="10s", period="300s", opts=there.opts)
    topic = Topic("alerts", opts=there.opts)
    channel = NotificationChannel("alerts", type="pubsub", labels={"topic": topic.id}, opts=there.opts)
    condition: Any = {
        "display_name": "down",
        "condition_threshold": {
            "filter": pulumi.Output.concat("uptime_check/check_passed ", check.uptime_check_id),
            "comparison": "COMPARISON_GT",
            "duration": "120s",
        },
    }
    AlertPolicy(
        "down",
        display_name="down",
        combiner="OR",
        conditions=[condition],
        notification_channels=[channel.name],
        opts=there.opts,
    )
    Trigger(
        "alerts",
        location=FRANKFURT,
        matching_criterias=[{"attribute": "type", "value": "google.cloud.pubsub.topic.v1.messagePublished"}],
        transport={"pubsub": {"topic": topic.id}},
        destination={"workflow": workflow.id},
        opts=there.opts,
    )


def test_a_workflow_that_others_wrote_is_understood() -> None:
    model = read(record(lambda: foreign(FOREIGN)))
    found = plan(model)
    assert (found.triggered, found.towards) == (True, f"gcp/{FRANKFURT}")
    assert [step.stage for step in found.steps] == [0, 1], "one after the other"
    for kind in (StoreKind.RELATIONAL, StoreKind.CACHE):
        assert replica(model, kind).promoted_by == found.urn
    assert found.detects
    assert found.detects.value
    assert found.detects.value.typical == (300 + 10 + 60 + 120) + 60 + 30
    assert store(model, StoreKind.RELATIONAL).two_primaries_guarded is None, "nothing stops the old primary"


def test_what_is_known_only_at_run_time_stays_unknown() -> None:
    model = read(record(lambda: foreign(FOREIGN.replace("replica: shop-db-europe-west3", "replica: ${event.replica}"))))
    assert replica(model).promoted_by is None
    assert ("promote", None) in [(step.act, step.target) for step in plan(model).steps]


def test_a_variable_of_the_environment_leads_to_what_it_depends_on() -> None:
    source = FOREIGN.replace("replica: shop-db-europe-west3", 'replica: ${sys.get_env("REPLICA")}')
    model = read(record(lambda: foreign(source, environment=True)))
    assert replica(model).promoted_by == plan(model).urn


def test_a_source_that_is_not_known_before_deployment_may_promote_once_something_starts_it() -> None:
    unknown = record(
        lambda: foreign(lambda second: pulumi.Output.concat(FOREIGN, "# ", second.service_account_email_address))
    )
    model = read(unknown)
    assert plan(model).unread
    assert replica(model).promoted_by == plan(model).urn
    unstarted = read(cut("Trigger")(unknown))
    assert unstarted.plans == ()
    assert replica(unstarted).promoted_by is None
    (said,) = assumed(unstarted, Assumes.NO_PLAN)
    assert isinstance(said.subject, Subject)
    assert said.subject.name == "failover"


def test_routine_work_is_no_plan() -> None:
    source = "main:\n  steps:\n  - look:\n      call: http.get\n      args: {url: 'https://shop.example'}\n"
    assert read(record(lambda: foreign(source))).plans == ()


def test_a_schedule_of_a_workflow_is_no_alert() -> None:
    def program() -> None:
        there = gcp.Region(FRANKFURT)
        gcp.database(there, source=gcp.database(gcp.Region(BELGIUM)))
        workflow = Workflow("failover", name="failover", region=FRANKFURT, source_contents=FOREIGN, opts=there.opts)
        uri = pulumi.Output.concat("https://workflowexecutions.googleapis.com/v1/", workflow.id, "/executions")
        Job("drill", region=FRANKFURT, schedule="0 0 1 * *", http_target={"uri": uri}, opts=there.opts)

    assert not plan(read(record(program))).triggered


SQL = "https://sqladmin.googleapis.com/v1/projects/p/instances/"
RUN = "googleapis.run.v2.projects.locations.services.patch"
RESIZE = "googleapis.compute.v1.regionInstanceGroupManagers.resize"


def promoting(url: str) -> dict[str, Any]:
    return {"call": "http.post", "args": {"url": url}}


def main(*bodies: Any, **parts: Any) -> dict[str, Any]:
    return {"main": {"steps": [{f"step{number}": body} for number, body in enumerate(bodies)]}, **parts}


NAMED = f'${{"{SQL}" + name + "/promoteReplica"}}'
SERVICE = {"name": "projects/p/locations/europe-west3/services/api"}
BRANCHES: list[Any] = [
    {"x": {"steps": [{"a": {"try": promoting(f"{SQL}a/promoteReplica")}}]}},
    {
        "y": {
            "steps": [
                {
                    "b": {
                        "switch": [
                            {
                                "condition": "${true}",
                                "steps": [{"c": {"call": RESIZE, "args": {"instanceGroupManager": "web"}}}],
                            }
                        ]
                    }
                }
            ]
        }
    },
]
SOURCES: dict[str, tuple[Any, list[tuple[str, str, str | None]]]] = {
    "a list of steps alone": ([{"one": promoting(f"{SQL}a/promoteReplica")}], [("promote", "sql", "a")]),
    "a loop over names": (
        main({"for": {"value": "name", "in": ["a", "b"], "steps": [{"one": promoting(NAMED)}]}}),
        [("promote", "sql", "a"), ("promote", "sql", "b")],
    ),
    "a subworkflow with a default": (
        main({"call": "go"}, go={"params": [{"name": "a"}], "steps": [{"it": promoting(NAMED)}]}),
        [("promote", "sql", "a")],
    ),
    "branches, tries and cases": (
        main({"parallel": {"branches": BRANCHES}}),
        [("promote", "sql", "a"), ("scale", "group", "web")],
    ),
    "a call of itself": (main({"call": "main"}), []),
    "an answer": (
        main({"call": "http.get", "args": {"url": "https://x"}, "result": "name"}, promoting(NAMED)),
        [("promote", "sql", None)],
    ),
    "containers": (
        main({"call": RUN, "args": {**SERVICE, "body": {"scaling": {"minInstanceCount": 4}}}}),
        [("scale", "run", "api")],
    ),
    "another image": (main({"call": RUN, "args": {**SERVICE, "body": {"template": {}}}}), []),
}


@pytest.mark.parametrize(("source", "expected"), SOURCES.values(), ids=SOURCES)
def test_sources_are_followed(source: Any, expected: list[tuple[str, str, str | None]]) -> None:
    found = acts(json.dumps(source), {})
    assert found is not None
    assert [(act.what, act.kind, act.name) for act in found] == expected


@pytest.mark.parametrize("text", ["", "{", "just text", "[1, 2]", "main: 3", "main: {steps: 4}", "- 1\n- [2]"])
def test_what_is_no_workflow_is_no_crash(text: str) -> None:
    assert not acts(text, {})


def test_a_source_without_end_is_not_followed_for_ever() -> None:
    parts = {f"p{n}": {"steps": [{f"s{k}": {"call": f"p{n + 1}"}} for k in range(20)]} for n in range(20)}
    source = main({"call": "p0"}, **parts, p20={"steps": []})
    assert acts(json.dumps(source), {}) is None


def test_an_act_says_where_and_when() -> None:
    url = "https://compute.googleapis.com/compute/v1/projects/p/regions/europe-west3/autoscalers?autoscaler=web"
    source = main({"call": "http.patch", "args": {"url": url}})
    assert acts(json.dumps(source), {}) == (Act("scale", "autoscaler", "web", "europe-west3", 0),)


# -- a deployed stack -------------------------------------------------------------------------------------------------


PLACE = f"projects/acme-prod/locations/{FRANKFURT}"
TRANSPORT = {"pubsub": {"topic": "projects/acme-prod/topics/alerts-1a2b3c"}}


def deployed(*, check: str = "shop-abc") -> Graph:
    """A stack as it is exported when it runs: texts say what leads where, and no dependency does."""

    def row(token: str, logical: str, identity: str, **inputs: Any) -> Resource:
        urn = f"urn:pulumi:prod::shop::gcp:{token}::{logical}"
        return Resource(urn=urn, id=identity, inputs=inputs, outputs={**inputs, "id": identity})

    sql, channel = "sql/databaseInstance:DatabaseInstance", "projects/acme-prod/notificationChannels/42"
    rows = [
        row(sql, "primary", "shop-db-1", name="shop-db-1", region=BELGIUM, databaseVersion="MYSQL_8_0"),
        row(sql, "standby", REPLICA, name=REPLICA, region=FRANKFURT, masterInstanceName="shop-db-1"),
        row(
            "workflows/workflow:Workflow",
            "failover",
            f"{PLACE}/workflows/failover-9",
            name="failover-9",
            region=FRANKFURT,
            sourceContents=FOREIGN,
        ),
        row(
            "eventarc/trigger:Trigger",
            "alerts",
            f"{PLACE}/triggers/alerts",
            location=FRANKFURT,
            transport=TRANSPORT,
            destination={"workflow": f"{PLACE}/workflows/failover-9"},
        ),
        row("pubsub/topic:Topic", "alerts", TRANSPORT["pubsub"]["topic"], name="alerts-1a2b3c"),
        row(
            "monitoring/notificationChannel:NotificationChannel",
            "alerts",
            channel,
            name=channel,
            type="pubsub",
            labels=TRANSPORT["pubsub"],
        ),
        row(
            "monitoring/uptimeCheckConfig:UptimeCheckConfig",
            "shop",
            f"projects/acme-prod/uptimeCheckConfigs/{check}",
            period="60s",
            timeout="10s",
        ),
        row(
            "monitoring/alertPolicy:AlertPolicy",
            "down",
            "projects/acme-prod/alertPolicies/7",
            combiner="OR",
            notificationChannels=[channel],
            conditions=[
                {
                    "conditionThreshold": {
                        "filter": 'metric.type="x/uptime_check/check_passed" metric.labels.check_id="shop-abc"',
                        "duration": "120s",
                    }
                }
            ],
        ),
    ]
    return Graph(project="shop", stack="prod", resources={r.urn: r for r in rows})


def test_in_a_deployed_stack_texts_lead_from_alert_to_replica() -> None:
    model = read(deployed())
    found = plan(model)
    assert (found.triggered, found.towards) == (True, f"gcp/{FRANKFURT}")
    assert replica(model).promoted_by == found.urn
    assert found.detects
    assert found.detects.value
    assert found.detects.value.typical == (60 + 10 + 60 + 120) + 60 + 30


def test_in_a_deployed_stack_an_alert_on_a_check_that_is_gone_starts_nothing() -> None:
    assert not plan(read(deployed(check="another"))).triggered
