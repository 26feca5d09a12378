"""A quota at the moment of growing: what replicas take of it, what the account may run, what the program asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest
from pulumi_aws import servicequotas
from pulumi_aws.appautoscaling import Target
from pulumi_aws.ecs import Service, TaskDefinition
from pulumi_aws.route53 import HealthCheck, Record, Zone

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.objectives import DisruptionKind
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.continuity.recovery.scenarios import Kind as ScenarioKind
from bcinfra.graph import record
from bcinfra.report.words.scenarios import title
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Region, Tier
from tests.continuity.readings.test_rooms import launched

Program = Callable[[], object]


def refused(found: Assessment) -> dict[str, Outcome]:
    """What becomes of the first capability where growing is refused, by scenario."""
    return {r.scenario.id: r.outcomes[0] for r in found.scenarios if r.scenario.short}


def tasks(at: Region, *, running: int, most: int, cpu: str = "1024", launch: str = "FARGATE") -> Tier:
    """Containers behind a balancer that scale."""
    tier = Tier(at, name="front")
    definition = TaskDefinition(
        f"{at.name}-sized", family="web", cpu=cpu, memory="2048", container_definitions="[]", opts=at.opts
    )
    service = Service(
        f"{at.name}-scaled",
        name="scaled",
        cluster=tier.cluster.arn,
        task_definition=definition.arn,
        launch_type=launch,
        desired_count=running,
        network_configuration={"subnets": at.subnet_ids},
        load_balancers=[{"target_group_arn": tier.targets.arn, "container_name": "web", "container_port": 8080}],
        opts=at.opts,
    )
    Target(
        f"{at.name}-scaling",
        min_capacity=running,
        max_capacity=most,
        resource_id=pulumi.Output.concat("service/", tier.cluster.name, "/", service.name),
        scalable_dimension="ecs:service:DesiredCount",
        service_namespace="ecs",
        opts=at.opts,
    )
    return tier


def aws(asked: float | None = None, *, there: str = "eu-west-1", page: Any = None, **sized: Any) -> Program:
    def program() -> None:
        if page is not None:
            sites: dict[str, Any] = {"dublin": {"region": "eu-west-1", "role": "primary", "vcpu_quota": page}}
            pulumi.ComponentResource("bcinfra:assembly:Shop", "shop", {"spec": {"sites": sites}})
        at = Region("eu-west-1", IRELAND)
        size: dict[str, Any] = {"running": 3, "most": 24} | sized
        tasks(at, **size)
        if asked is not None:
            other = at if there == at.name else Region(there, FRANKFURT)
            servicequotas.ServiceQuota(
                "vcpu", service_code="fargate", quota_code="L-3032A538", value=asked, opts=other.opts
            )

    return program


def test_containers_that_may_grow_past_a_new_accounts_quota_are_not_decided() -> None:
    found = assessed(aws())
    (result,) = (r for r in found.scenarios if r.scenario.kind is ScenarioKind.QUOTA)
    assert result.scenario.id == "quota:aws/eu-west-1/fargate"
    assert result.scenario.disruption is DisruptionKind.CHANGE
    assert title(result.scenario) == (
        "more load than the quota of vCPU of Fargate in aws/eu-west-1 may hold, nothing lost"
    )
    one = result.outcomes[0]
    assert one.kind is Kind.UNDECIDED
    assert any("needs 24 vCPU of Fargate in aws/eu-west-1" in say(reason) for reason in one.unknown)


@pytest.mark.parametrize(
    "program",
    [
        aws(24.0),  # what it may grow to is asked for
        aws(most=6),  # every account has six
        aws(cpu="256"),
        aws(running=24),  # what runs is allowed already
        aws(launch="EC2"),  # its servers count, and are not in the program
        aws(page=24),  # of every quota, as pages said it that name none
        aws(page={"containers": 24, "virtual-machines": 5}),
    ],
)
def test_what_is_asked_for_or_was_always_allowed_is_no_risk(program: Program) -> None:
    assert refused(assessed(program)) == {}


@pytest.mark.parametrize(
    "program",
    [
        aws(20.0),
        aws(24.0, there="eu-central-1"),
        aws(cpu="2 vCPU", most=4),
        aws(page={"virtual-machines": 512}),  # containers count against another
    ],
)
def test_too_little_or_for_another_region_does_not_decide_it(program: Program) -> None:
    assert {one.kind for one in refused(assessed(program)).values()} == {Kind.UNDECIDED}


def pair(serves: int, *, asked: float | None = None, of: tuple[str, ...] = ("PRIMARY", "SECONDARY")) -> Program:
    """A shop in one region, and a smaller one in another that a health check turns clients to. ``of``: whose quota
    is asked for."""

    def program() -> None:
        here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
        zone = Zone("zone", name="shop.example", opts=here.opts)
        for role, at, count in (("PRIMARY", here, serves), ("SECONDARY", there, 2)):
            tier = tasks(at, running=count, most=serves)
            check = HealthCheck(
                role, type="HTTPS", fqdn=tier.balancer.dns_name, request_interval=10, failure_threshold=2, opts=at.opts
            )
            Record(
                role,
                zone_id=zone.zone_id,
                name="shop.example",
                type="A",
                set_identifier=role,
                failover_routing_policies=[{"type": role}],
                health_check_id=check.id,
                aliases=[
                    {
                        "name": tier.balancer.dns_name,
                        "zone_id": tier.balancer.zone_id,
                        "evaluate_target_health": False,
                    }
                ],
                opts=at.opts,
            )
            if asked and role in of:
                servicequotas.ServiceQuota(
                    f"{role}-vcpu", service_code="fargate", quota_code="L-3032A538", value=asked, opts=at.opts
                )

    return program


def test_a_standby_that_must_grow_past_it_may_not_take_over() -> None:
    after = "quota:aws/eu-central-1/fargate:aws/eu-west-1"
    (result,) = (r for r in assessed(pair(24)).scenarios if r.scenario.short)
    assert result.scenario.id == after
    assert result.scenario.disruption is DisruptionKind.TOGETHER
    assert title(result.scenario).startswith("region aws/eu-west-1 lost, and the quota of vCPU of Fargate in aws/eu-c")
    assert result.outcomes[0].kind is Kind.UNDECIDED
    assert any("needs 15 vCPU of Fargate" in say(reason) for reason in result.outcomes[0].unknown)
    # Of the usual load of eight tasks five carry all, and six are every account's.
    assert refused(assessed(pair(8))) == refused(assessed(pair(24, asked=15.0))) == {}


def test_a_quota_that_is_raised_where_the_shop_serves_lets_no_standby_grow() -> None:
    (there,) = refused(assessed(pair(24, asked=24.0, of=("PRIMARY",)))).values()
    assert there.kind is Kind.UNDECIDED
    assert refused(assessed(pair(24, asked=24.0, of=("SECONDARY",)))) == {}


def grown(running: int, most: int, **quota: Any) -> Program:
    """Instances of Google's behind a worldwide balancer, that scale."""

    def program() -> None:
        template = gcp.compute.InstanceTemplate(
            "web", machine_type="n1-standard-4", disks=[{"source_image": "debian-12"}], network_interfaces=[{}]
        )
        group = gcp.compute.RegionInstanceGroupManager(
            "web",
            region="europe-west1",
            base_instance_name="web",
            versions=[{"instance_template": template.self_link}],
            target_size=running,
        )
        gcp.compute.RegionAutoscaler(
            "web",
            region="europe-west1",
            target=group.self_link,
            autoscaling_policy={"min_replicas": running, "max_replicas": most, "mode": "ON"},
        )
        check = gcp.compute.HealthCheck("web", http_health_check={"port": 80})
        service = gcp.compute.BackendService(
            "web", backends=[{"group": group.instance_group}], health_checks=check.id, protocol="HTTP"
        )
        urls = gcp.compute.URLMap("web", default_service=service.self_link)
        proxy = gcp.compute.TargetHttpProxy("web", url_map=urls.self_link)
        gcp.compute.GlobalForwardingRule("web", target=proxy.self_link, port_range="80")
        if wanted := quota.get("preferred"):
            gcp.cloudquota.SQuotaPreference(
                "cpus",
                service="compute.googleapis.com",
                quota_id=quota.get("code", "CPUS-per-project-region"),
                dimensions={"region": "europe-west1"},
                quota_config={"preferred_value": str(wanted)},
            )
        if capped := quota.get("capped"):
            gcp.serviceusage.ConsumerQuotaOverride(
                "cpus",
                service="compute.googleapis.com",
                metric="compute.googleapis.com%2Fcpus",
                limit="%2Fproject%2Fregion",
                dimensions={"region": "europe-west1"},
                override_value=str(capped),
            )

    return program


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        (grown(3, 20), Kind.UNDECIDED),  # 80 CPUs, of which Google publishes no default
        (grown(3, 20, preferred=96, code="N2-CPUS-per-project-region"), Kind.UNDECIDED),
        (grown(3, 20, capped=40), Kind.DEGRADED),
        (grown(3, 20, preferred=40), Kind.DEGRADED),
    ],
)
def test_instances_that_may_grow_past_what_is_known(program: Program, kind: Kind) -> None:
    (one,) = refused(assessed(program)).values()
    assert one.kind is kind
    said = [say(reason) for reason in (*one.reasons, *one.unknown)]
    assert any("80 CPUs in gcp/europe-west1" in text or "holds 50% of what" in text for text in said), said


@pytest.mark.parametrize("program", [grown(3, 20, preferred=80), grown(3, 20, capped=80), grown(1, 2), grown(20, 20)])
def test_instances_whose_quota_holds_them(program: Program) -> None:
    assert refused(assessed(program)) == {}


@pytest.mark.parametrize(
    ("overrides", "takes"), [((), [2]), (({"instance_type": "m7g.4xlarge"}, {"weighted_capacity": "1"}), [16])]
)
def test_servers_take_as_much_as_what_overrides_their_template(overrides: Any, takes: list[float]) -> None:
    (group,) = read(record(launched(*overrides))).pools
    assert [quota.takes for quota in group.quotas] == takes


def test_cloud_run_is_not_deployed_with_more_than_its_quota() -> None:
    def program() -> None:
        gcp.cloudrunv2.Service(
            "web",
            location="europe-west1",
            template={
                "containers": [{"image": "web:1"}],
                "scaling": {"min_instance_count": 2, "max_instance_count": 900},
            },
        )

    assert refused(assessed(program)) == {}
