"""The shop moves by itself: what sees a loss, what moves, and who answers customers in every case."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from bcinfra import spec
from bcinfra.assembly.schedule import quiet_days
from bcinfra.aws.autoshift import MOST_BLOCKED
from bcinfra.graph import Graph, Resource
from bcinfra.graph.core.location import location
from bcinfra.spec import AwsSite, Peak, Strategy
from tests.assembly.conftest import active, without_files
from tests.aws.conftest import named, statements

PLAN, CHECK = "aws:arcregionswitch/plan:Plan", "aws:route53/healthCheck:HealthCheck"
ALARM, COMPOSITE = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"
AUTOSHIFT = "aws:arczonalshift/zonalAutoshiftConfiguration:ZonalAutoshiftConfiguration"
IRELAND, FRANKFURT, VIRGINIA = "eu-west-1", "eu-central-1", "us-east-1"
STATE = "eu-west-3"  # where the infrastructure's state stands


def the_plan(graph: Graph) -> dict[str, Any]:
    (plan,) = graph.of_type(PLAN)
    return dict(plan.inputs)


def steps(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    (workflow,) = plan["workflows"]
    (step,) = workflow["steps"]
    return {inner["name"]: inner for inner in step["parallelConfigs"][0]["steps"]}


def region_of(graph: Graph, row: Resource) -> str:
    provider = graph.provider_of(row)
    assert provider
    return str(provider.inputs["region"])


# --- what moves


def test_the_plan_promotes_the_data_and_starts_every_tier(prod: Graph):
    found = steps(the_plan(prod))
    assert {name: step["executionBlockType"] for name, step in found.items()} == {
        "promote-mysql": "RdsPromoteReadReplica",
        "run-cache": "CustomActionLambda",
        "scale-app": "ECSServiceScaling",
        "scale-web": "ECSServiceScaling",
    }
    instances = {region_of(prod, r): r.inputs["identifier"] for r in prod.of_type("aws:rds/instance:Instance")}
    (promotion,) = found["promote-mysql"]["rdsPromoteReadReplicaConfigs"]
    assert {region: arn.rsplit(":", 1)[1] for region, arn in promotion["dbInstanceArnMap"].items()} == instances
    for tier in ("web", "app"):
        (scaling,) = found[f"scale-{tier}"]["ecsCapacityIncreaseConfigs"]
        named = {service["serviceArn"].split(":", 3)[3] for service in scaling["services"]}
        assert named == {
            f"{region}:111122223333:service/midsize-prod-{site}-{tier}/midsize-prod-{site}-{tier}"
            for site, region in (("ireland", IRELAND), ("frankfurt", FRANKFURT))
        }
        assert scaling["targetPercent"] == 100


def test_the_cache_is_promoted_by_a_function_in_the_region_that_takes_over(prod: Graph):
    (action,) = steps(the_plan(prod))["run-cache"]["customActionLambdaConfigs"]
    functions = {region_of(prod, row): row for row in prod.of_type("aws:lambda/function:Function")}
    assert {f["arn"].split(":")[3] for f in action["lambdas"]} == functions.keys() == {IRELAND, FRANKFURT}
    assert action["regionToRun"] == "activatingRegion"
    (datastore,) = prod.of_type("aws:elasticache/globalReplicationGroup:GlobalReplicationGroup")
    assert all(datastore.urn in row.property_dependencies["environment"] for row in functions.values())


def test_the_move_is_measured_against_the_objective(prod: Graph, shop: spec.Shop):
    assert the_plan(prod)["recoveryTimeObjectiveMinutes"] * 60 == shop.objectives.recovery_time.total_seconds()


# --- what starts it


def test_nothing_of_a_move_waits_for_a_person_or_needs_the_region_that_is_lost(prod: Graph):
    """R1: the plan, its role, its alarms and the guard are made and run elsewhere."""
    plan = the_plan(prod)
    assert [t["targetRegion"] for t in plan["triggers"]] == [FRANKFURT, FRANKFURT]
    assert "ManualApproval" not in str(plan)
    assert all(f":cloudwatch:{IRELAND}:" not in a["resourceIdentifier"] for a in plan["associatedAlarms"])
    for row in prod:
        if any(part in row.name for part in ("-outage-", "-frankfurt-switch", "-frankfurt-writer")) and row.provider:
            assert region_of(prod, row) != IRELAND, row.urn


def test_a_move_starts_when_independent_signals_agree_and_none_has_answered_yet(prod: Graph):
    reasons = {
        trigger["description"]: {
            c["associatedAlarmName"].removeprefix("midsize-prod-frankfurt-"): c["condition"]
            for c in trigger["conditions"]
        }
        for trigger in the_plan(prod)["triggers"]
    }
    assert reasons == {
        "lost": {"outage-unreachable": "red", "outage-cut-off": "red", "writer-writes": "green"},
        "down": {"outage-down": "red", "writer-writes": "green"},
    }


def test_the_alarms_watch_the_sites_own_endpoints_and_the_standbys_replica(prod: Graph):
    alarms = named(prod, ALARM)
    checks = {row.urn: row.name for row in prod.of_type(CHECK)}
    for what, check in (
        ("unreachable", "ireland"),
        ("unreachable-long", "ireland"),
        ("standby-unreachable", "frankfurt"),
    ):
        row = alarms[f"midsize-prod-frankfurt-outage-{what}"]
        (watched,) = row.property_dependencies["dimensions"]
        assert checks[watched] == f"midsize-prod-origin-{check}-endpoint", "not the guard's verdict, nor the shop's"
    replica = alarms["midsize-prod-frankfurt-outage-cut-off"].inputs["dimensions"]
    assert replica == {"DBInstanceIdentifier": "midsize-prod-mysql-frankfurt"}


# --- who answers


class Route53:
    """What Route 53 makes of the recorded checks and weights, given what is known of endpoints and guards."""

    def __init__(self, graph: Graph) -> None:
        self._checks = {row.urn: row for row in graph.of_type(CHECK)}
        records = [r for r in graph.of_type("aws:route53/record:Record") if r.inputs.get("weightedRoutingPolicies")]
        self._records = {
            str(r.inputs["setIdentifier"]): (
                r.inputs["weightedRoutingPolicies"][0]["weight"],  # type: ignore[index,call-overload]
                r.property_dependencies["healthCheckId"][0],
            )
            for r in records
        }
        self._guard = True
        """The guard's last known status: healthy to begin with."""

    def answers(self, endpoints: set[str], report: int | None) -> set[str]:
        """The sites that customers reach while these ``endpoints`` pass and the guard reports this."""
        if report is not None:
            self._guard = report == 0
        healthy = {site for site, (_, check) in self._records.items() if self._passes(check, endpoints)}
        candidates = healthy or set(self._records)  # all unhealthy: Route 53 answers as if none were
        weighted = {site for site in candidates if self._records[site][0]}
        return weighted or candidates

    def _passes(self, urn: str, endpoints: set[str]) -> bool:
        check = self._checks[urn]
        match check.inputs["type"]:
            case "CALCULATED":
                children = check.property_dependencies["childHealthchecks"]
                passed = sum(self._passes(child, endpoints) for child in children)
                return passed >= int(check.inputs["childHealthThreshold"])  # type: ignore[call-overload]
            case "CLOUDWATCH_METRIC":
                assert check.inputs["insufficientDataHealthStatus"] == "LastKnownStatus"
                return self._guard
            case _:
                return any(f"-{site}-" in check.name for site in endpoints)


BOTH = {"ireland", "frankfurt"}


@pytest.mark.parametrize(
    ("case", "seen", "answer"),
    [
        ("normal", [(BOTH, 0)], "ireland"),
        ("before the guard ever reported", [(BOTH, None)], "ireland"),
        ("Ireland lost, not promoted yet", [(BOTH, 0), ({"frankfurt"}, 0)], "frankfurt"),
        ("Ireland lost, promoted", [(BOTH, 0), ({"frankfurt"}, 1)], "frankfurt"),
        ("promoted, Ireland is back", [({"frankfurt"}, 1), (BOTH, 1)], "frankfurt"),
        ("promoted while Ireland's web answers", [(BOTH, 0), (BOTH, 1)], "frankfurt"),
        ("Frankfurt lost", [(BOTH, 0), ({"ireland"}, None)], "ireland"),
        ("Frankfurt's replica restarts", [(BOTH, 0), (BOTH, 0)], "ireland"),
        ("promoted, then the reports stop", [(BOTH, 1), (BOTH, None)], "frankfurt"),
        ("both lost after a promotion: Route 53 fails open", [(BOTH, 1), (set(), None)], "ireland"),
        ("Frankfurt rebuilt as a replica", [(BOTH, 1), (BOTH, 0)], "ireland"),
    ],
)
def test_customers_follow_the_data(prod: Graph, case: str, seen: list[tuple[set[str], int | None]], answer: str):
    route53 = Route53(prod)
    assert [route53.answers(endpoints, report) for endpoints, report in seen][-1] == {answer}, case


def test_a_promoted_standby_keeps_every_other_site_away(changed: Callable[..., Graph], shop: spec.Shop):
    graph = changed(**without_files(shop), sites={**shop.sites, "paris": AwsSite(region="eu-west-3", role="standby")})
    checks = named(graph, CHECK)
    guards = {urn: name for name, row in checks.items() if name.endswith("-writer") for urn in [row.urn]}

    def kept_away(site: str) -> set[str]:
        children = checks[f"midsize-prod-origin-{site}"].property_dependencies["childHealthchecks"]
        return {guards[child].split("-")[2] for child in children if child in guards}

    assert kept_away("ireland") == {"frankfurt", "paris"}
    assert kept_away("frankfurt") == {"paris"}
    assert kept_away("paris") == {"frankfurt"}


# --- other shops


def test_two_standbys_never_move_at_once(changed: Callable[..., Graph], shop: spec.Shop):
    graph = changed(**without_files(shop), sites={**shop.sites, "paris": AwsSite(region="eu-west-3", role="standby")})
    plans = named(graph, PLAN)
    assert {name: bool(plan.inputs.get("triggers")) for name, plan in plans.items()} == {
        "midsize-prod-frankfurt-switch": True,
        "midsize-prod-paris-switch": False,
    }


def test_a_pilot_light_moves_too_and_is_not_asked_whether_it_answers(changed: Callable[..., Graph]):
    graph = changed(strategy=Strategy.PILOT_LIGHT)
    plan = the_plan(graph)
    assert {"promote-mysql", "scale-web", "scale-app"} <= steps(plan).keys()
    assert [t["description"] for t in plan["triggers"]] == ["lost"]
    shifted = {row.name for row in graph.of_type(AUTOSHIFT)}
    assert shifted == {"midsize-prod-ireland-web-autoshift", "midsize-prod-ireland-app-autoshift"}


def test_aurora_fails_over_as_a_whole_and_needs_no_guard(changed: Callable[..., Graph], shop: spec.Shop):
    assert shop.mysql
    graph = changed(mysql=shop.mysql.revised(engine="aurora", version="8.0", storage_limit=None))
    (failover,) = steps(the_plan(graph))["promote-mysql"]["globalAuroraConfigs"]
    clusters = {row.inputs["clusterIdentifier"] for row in graph.of_type("aws:rds/cluster:Cluster")}
    assert {arn.rsplit(":", 1)[1] for arn in failover["databaseClusterArns"]} == clusters
    (everywhere,) = graph.of_type("aws:rds/globalCluster:GlobalCluster")
    assert failover["globalClusterIdentifier"] == everywhere.inputs["globalClusterIdentifier"]
    kept = {row.name for row in graph.of_type("aws:sfn/stateMachine:StateMachine")}
    # All leave a zone of one site, with a writer or with requests; none waits to stop a former writer.
    assert kept == {
        "midsize-prod-ireland-writer-zone",
        "midsize-prod-frankfurt-writer-zone",
        "midsize-prod-ireland-web-shift",
        "midsize-prod-ireland-app-shift",
    }


def test_virtual_machines_are_started_too(changed: Callable[..., Graph], shop: spec.Shop):
    graph = changed(web=shop.web.revised(compute="virtual-machines", image="resolve:ssm:/midsize/web/image"))
    found = {name: step["executionBlockType"] for name, step in steps(the_plan(graph)).items()}
    assert (found["scale-web"], found["scale-app"]) == ("EC2AutoScaling", "ECSServiceScaling")


def test_a_shop_without_data_starts_its_servers(changed: Callable[..., Graph], shop: spec.Shop):
    stores = ("mysql", "redis", "media", "files")
    passed_on = {
        name: data.revised(home="external:erp") if data.home in stores else data for name, data in shop.data.items()
    }
    graph = changed(mysql=None, redis=None, media=None, files=None, data=passed_on)
    assert steps(the_plan(graph)).keys() == {"scale-web", "scale-app"}
    assert [t["description"] for t in the_plan(graph)["triggers"]] == ["down"]


def test_a_shop_with_nowhere_to_move_has_no_plan(changed: Callable[..., Graph], shop: spec.Shop):
    one_site = {name: site for name, site in shop.sites.items() if name != "frankfurt"}
    graph = changed(sites=one_site, strategy=Strategy.BACKUP_AND_RESTORE)
    assert not graph.of_type(PLAN)
    functions = {row.name for row in graph.of_type("aws:lambda/function:Function")}
    assert functions == {"midsize-prod-backups-ireland-restore-tests"}, "it looks at restores, and moves nothing"
    assert not [row for row in graph.of_type(CHECK) if row.inputs["type"] == "CLOUDWATCH_METRIC"]


def test_where_both_sites_serve_the_writer_moves_by_itself(changed: Callable[..., Graph], shop: spec.Shop):
    plan = the_plan(changed(**active(shop)))
    assert "mysql" in " ".join(steps(plan))
    assert plan["triggers"]


def test_a_primary_in_the_observers_region_is_not_trusted_to_tell_of_its_own_loss(
    changed: Callable[..., Graph], shop: spec.Shop
):
    sites = {**shop.sites, "ireland": AwsSite(region=VIRGINIA, role="primary")}
    plan = the_plan(changed(sites=sites))
    assert "triggers" not in plan or not plan["triggers"]


# --- zones, and who is told


def test_zones_that_are_ill_are_left_at_every_site_but_not_rehearsed_at_peaks(prod: Graph):
    shifted = {row.name.split("-autoshift")[0].removeprefix("midsize-prod-") for row in prod.of_type(AUTOSHIFT)}
    assert shifted == {"ireland-web", "ireland-app", "frankfurt-web", "frankfurt-app"}
    for row in prod.of_type(AUTOSHIFT):
        assert row.inputs["blockedDates"] == ["2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30"]
        (alarm,) = row.property_dependencies["outcomeAlarms"]
        assert location(prod, prod[alarm]) == location(prod, row), "ARC takes alarms of the same region alone"


def test_the_highest_peaks_are_kept_quiet_where_there_are_too_many():
    days = quiet_days(
        {
            "winter": Peak(start=date(2026, 12, 1), end=date(2026, 12, 20), factor=2),
            "black-friday": Peak(start=date(2026, 11, 27), end=date(2026, 11, 28), factor=6),
        },
        most=MOST_BLOCKED,
    )
    assert len(days) == 15
    assert {date(2026, 11, 27), date(2026, 11, 28), date(2026, 12, 1)} <= days


def test_every_alarm_is_told_in_its_own_region_under_a_key(prod: Graph):
    topics = {row.urn: row for row in prod.of_type("aws:sns/topic:Topic")}
    assert {region_of(prod, row) for row in topics.values()} == {IRELAND, FRANKFURT, VIRGINIA, STATE}
    for row in topics.values():
        (key,) = row.property_dependencies["kmsMasterKeyId"]
        users = [s["Principal"].get("Service") for s in statements(prod[key])]
        assert ["cloudwatch.amazonaws.com"] in users
        assert ["events.amazonaws.com"] in users
    told, silent = set[str](), dict[str, Resource]()
    for row in (*prod.of_type(ALARM), *prod.of_type(COMPOSITE)):
        if row.inputs["alarmActions"] == []:
            silent[str(row.inputs["name" if row.type == ALARM else "alarmName"])] = row
            continue
        (topic,) = row.property_dependencies["alarmActions"]
        assert region_of(prod, topics[topic]) == region_of(prod, row)
        if row.type == COMPOSITE:
            told |= set(re.findall(r'(?<!NOT )ALARM\("([^"]+)"\)', str(row.inputs["alarmRule"])))
    assert silent
    assert silent.keys() <= told, "what tells nobody is part of what does"


def test_a_backup_that_fails_is_told(prod: Graph):
    targets = {row.name: row for row in prod.of_type("aws:cloudwatch/eventTarget:EventTarget")}
    for site, region in {"ireland": IRELAND, "frankfurt": FRANKFURT}.items():
        for what in ("backup", "copy", "restore"):
            row = targets[f"midsize-prod-backups-{site}-{what}-failed"]
            assert region_of(prod, row) == region
            assert str(row.inputs["arn"]).startswith(f"arn:aws:sns:{region}:")
