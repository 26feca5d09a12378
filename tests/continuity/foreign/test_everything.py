"""Programs without names that lead anywhere: what they serve, run or keep is judged, and what that rests on is told."""

from __future__ import annotations

import json
from collections.abc import Callable

import pulumi
import pytest
from pulumi_aws import Provider, get_availability_zones
from pulumi_aws.cloudwatch import EventRule, EventTarget
from pulumi_aws.dynamodb import Table
from pulumi_aws.ec2 import Eip, Instance, Subnet, Vpc
from pulumi_aws.ecs import Cluster as Containers, Service, TaskDefinition
from pulumi_aws.iam import Role
from pulumi_aws.iot import Thing
from pulumi_aws.lambda_ import EventSourceMapping, Function
from pulumi_aws.lb import Listener, LoadBalancer, TargetGroup
from pulumi_aws.rds import Instance as Database
from pulumi_aws.route53 import Record, Zone
from pulumi_aws.s3 import Bucket, BucketLogging
from pulumi_aws.sqs import Queue
from pulumi_gcp import Provider as Google
from pulumi_gcp.compute import Instance as Machine
from pulumi_gcp.container import Cluster, NodePool
from pulumi_gcp.sql import DatabaseInstance
from pulumi_gcp.storage import Bucket as Objects

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.judgement.defaults import with_defaults
from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Model, Provenance
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.continuity.recovery.reasons import Because, Reason
from bcinfra.graph import load, record, to_json
from bcinfra.report.assess.page import Page, page
from bcinfra.report.words.names import shortened
from bcinfra.report.words.statements import say


def model_of(program: Callable[[], object], *, assume: bool = False) -> Model:
    return with_defaults(read(load(json.loads(to_json(record(program, stack="dev", assume=assume))))))


def page_of(model: Model) -> Page:
    return page(assess(model), model, ("dev",))


def names(model: Model) -> list[str]:
    assert all(c.provenance is Provenance.INFERRED for c in model.capabilities)
    return [c.name for c in model.capabilities]


def outcome(found: Assessment, scenario: str) -> Outcome:
    (result,) = (r for r in found.scenarios if r.scenario.id == scenario)
    (one,) = result.outcomes
    return one


def judged(one: Outcome, objective: Objective) -> Judgement:
    return next(v.judgement for v in one.verdicts if v.objective is objective)


def ids(found: Assessment) -> set[str]:
    return {r.scenario.id for r in found.scenarios}


def at(region: str | None = "eu-west-1") -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(provider=Provider(region or "anywhere", region=region))


def google() -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(provider=Google("belgium", project="shop", region="europe-west1"))


# -- stores -----------------------------------------------------------------------------------------------------------


def database(opts: pulumi.ResourceOptions, *, multi_az: bool = False) -> Database:
    return Database(
        "orders",
        engine="mysql",
        instance_class="db.t4g.small",
        allocated_storage=20,
        username="shop",
        manage_master_user_password=True,
        multi_az=multi_az,
        backup_retention_period=7,
        skip_final_snapshot=True,
        opts=opts,
    )


@pytest.mark.parametrize(("multi_az", "met"), [(False, Judgement.MISSED), (True, Judgement.MET)])
def test_a_database_that_nothing_serves_is_kept(multi_az: bool, met: Judgement) -> None:
    model = model_of(lambda: database(at(), multi_az=multi_az))
    assert names(model) == ["keep orders"]
    assert model.capabilities[0].stores == ("relational database orders",)
    found = assess(model)
    zone = outcome(found, "zone:aws/eu-west-1/unnamed 1 of orders")
    assert judged(zone, Objective.RECOVERY_TIME) is met
    region = outcome(found, "region:aws/eu-west-1")
    assert judged(region, Objective.RECOVERY_TIME) is Judgement.MISSED
    assert judged(region, Objective.DATA_LOSS) is Judgement.MISSED
    assert [loss.store for loss in region.losses if loss.total_loss] == ["relational database orders"]
    assert "flood" not in ids(found), "nobody outside asks for it"


def table(*replicas: str) -> Table:
    return Table(
        "orders",
        attributes=[{"name": "id", "type": "S"}],
        hash_key="id",
        billing_mode="PAY_PER_REQUEST",
        stream_enabled=True,
        stream_view_type="NEW_AND_OLD_IMAGES",
        replicas=[{"region_name": name} for name in replicas],
        opts=at(),
    )


def test_a_store_is_kept_as_long_as_one_member_serves() -> None:
    alone = outcome(assess(model_of(table)), "region:aws/eu-west-1")
    assert judged(alone, Objective.RECOVERY_TIME) is Judgement.MISSED
    twice = assess(model_of(lambda: table("eu-central-1")))
    assert outcome(twice, "region:aws/eu-west-1").kind is Kind.UNAFFECTED
    both = outcome(twice, "geography:Europe")
    assert judged(both, Objective.RECOVERY_TIME) is Judgement.MISSED


def test_a_replica_elsewhere_is_promoted_by_a_person() -> None:
    def program() -> None:
        orders = database(at())
        Database("copy", replicate_source_db=orders.arn, instance_class="db.t4g.small", opts=at("eu-central-1"))

    model = model_of(program)
    assert names(model) == ["keep orders"]
    moved = outcome(assess(model), "region:aws/eu-west-1")
    assert moved.kind is Kind.PERSON
    assert moved.way
    assert [loss.total_loss for loss in moved.losses] == [False]


@pytest.mark.parametrize(
    ("program", "name"),
    [
        (lambda: Bucket("media", opts=at()), "keep media"),
        (lambda: Objects("media", location="EU", opts=google()), "keep media"),
        (
            lambda: DatabaseInstance(
                "orders",
                database_version="MYSQL_8_0",
                region="europe-west1",
                settings={"tier": "db-f1-micro"},
                opts=google(),
            ),
            "keep orders",
        ),
    ],
    ids=["S3", "Cloud Storage", "Cloud SQL"],
)
def test_stores_alone_get_a_verdict(program: Callable[[], object], name: str) -> None:
    model = model_of(program)
    assert names(model) == [name]
    (one,) = assess(model).capabilities
    assert one.verdict


def test_what_takes_logs_is_no_capability_of_its_own() -> None:
    def program() -> None:
        opts = at()
        media, logs = Bucket("media", opts=opts), Bucket("logs", opts=opts)
        BucketLogging("media", bucket=media.id, target_bucket=logs.id, target_prefix="media/", opts=opts)

    model = model_of(program)
    assert names(model) == ["keep media"]
    assert [said.subject.name for said in model.assumptions if said.kind is Assumes.HELPS] == ["objects logs"]  # pyright: ignore


def test_stores_that_fare_alike_are_one_capability() -> None:
    def program() -> None:
        opts = at()
        for name in ("carts", "orders", "people", "stock", "visits"):
            Table(name, attributes=[{"name": "id", "type": "S"}], hash_key="id", opts=opts)
        database(opts)

    model = model_of(program)
    assert names(model) == ["keep carts, orders, people and 2 more", "keep orders"]
    assert len(model.capabilities[0].stores) == 5


# -- what runs --------------------------------------------------------------------------------------------------------


def server(address: bool) -> None:
    opts = at()
    vpc = Vpc("net", cidr_block="10.0.0.0/16", opts=opts)
    subnet = Subnet("a", vpc_id=vpc.id, cidr_block="10.0.1.0/24", availability_zone="eu-west-1a", opts=opts)
    web = Instance("web", ami="ami-1", instance_type="t4g.small", subnet_id=subnet.id, opts=opts)
    if address:
        Eip("web", instance=web.id, opts=opts)


def test_a_server_serves_where_it_has_an_address_of_its_own() -> None:
    served, run = model_of(lambda: server(True)), model_of(lambda: server(False))
    assert (names(served), names(run)) == (["serve web"], ["run web"])
    for model in (served, run):
        lost = outcome(assess(model), "zone:aws/eu-west-1/eu-west-1a")
        assert judged(lost, Objective.RECOVERY_TIME) is Judgement.MISSED
    assert "flood" in ids(assess(served))
    assert "flood" not in ids(assess(run)), "nobody outside reaches it"


def machine() -> None:
    Machine(
        "web",
        machine_type="e2-small",
        zone="europe-west1-b",
        boot_disk={"initialize_params": {"image": "debian-cloud/debian-12"}},
        network_interfaces=[{"network": "default", "access_configs": [{}]}],
        opts=google(),
    )


def nodes() -> None:
    opts = google()
    cluster = Cluster("shop", location="europe-west1", initial_node_count=1, opts=opts)
    NodePool("web", cluster=cluster.name, location="europe-west1", node_count=1, opts=opts)


def function(opts: pulumi.ResourceOptions) -> Function:
    role = Role("worker", assume_role_policy="{}", opts=opts)
    code = pulumi.AssetArchive({})
    return Function("worker", role=role.arn, runtime="python3.12", handler="main.run", code=code, opts=opts)


def scheduled() -> None:
    opts = at()
    rule = EventRule("daily", schedule_expression="rate(1 day)", opts=opts)
    EventTarget("daily", rule=rule.name, arn=function(opts).arn, opts=opts)


@pytest.mark.parametrize(
    ("program", "name"),
    [(machine, "serve web"), (nodes, "run web"), (scheduled, "run worker")],
    ids=["a machine with an address", "nodes of a cluster", "a function by a schedule"],
)
def test_what_runs_gets_a_verdict(program: Callable[[], object], name: str) -> None:
    model = model_of(program)
    assert name in names(model)
    assert all(one.verdict for one in assess(model).capabilities)


def test_a_worker_needs_the_queue_that_it_works_through() -> None:
    def program() -> None:
        opts = at()
        queue = Queue("orders", opts=opts)
        EventSourceMapping("orders", event_source_arn=queue.arn, function_name=function(opts).name, opts=opts)

    model = model_of(program)
    assert names(model) == ["run worker"]
    assert model.capabilities[0].stores == ("queue orders",)


# -- balancers and names ----------------------------------------------------------------------------------------------


def balanced(
    opts: pulumi.ResourceOptions | None, *, told: bool = False, zones: tuple[str, ...] = ("eu-west-1a", "eu-west-1b")
) -> LoadBalancer:
    vpc = Vpc("net", cidr_block="10.0.0.0/16", opts=opts)
    subnets = [
        Subnet(f"net-{n}", vpc_id=vpc.id, cidr_block=f"10.0.{n}.0/24", availability_zone=zone, opts=opts).id
        for n, zone in enumerate(zones)
    ]
    balancer = LoadBalancer("web", subnets=subnets, opts=opts)
    group = TargetGroup("web", port=80, protocol="HTTP", vpc_id=vpc.id, target_type="ip", opts=opts)
    forward = {"type": "forward", "target_group_arn": group.arn}
    Listener("web", load_balancer_arn=balancer.arn, port=80, default_actions=[forward], opts=opts)
    container = {"name": "web", "image": "web:1"}
    own = {"environment": [{"name": "URL", "value": balancer.dns_name}]} if told else {}
    task = TaskDefinition(
        "web",
        family="web",
        container_definitions=pulumi.Output.json_dumps([{**container, **own}]),
        cpu="256",
        memory="512",
        network_mode="awsvpc",
        requires_compatibilities=["FARGATE"],
        opts=opts,
    )
    Service(
        "web",
        cluster=Containers("shop", opts=opts).arn,
        task_definition=task.arn,
        desired_count=2,
        launch_type="FARGATE",
        network_configuration={"subnets": subnets},
        load_balancers=[{"target_group_arn": group.arn, "container_name": "web", "container_port": 80}],
        opts=opts,
    )
    return balancer


@pytest.mark.parametrize("told", [False, True], ids=["unknown to its pool", "known to its pool"])
def test_a_public_balancer_is_asked_by_its_own_name(told: bool) -> None:
    model = model_of(lambda: balanced(at(), told=told))
    assert [entry.label for entry in model.entries] == ["address of load balancer web in eu-west-1"]
    assert len(model.capabilities) == 1
    lost = outcome(assess(model), "zone:aws/eu-west-1/eu-west-1a")
    assert lost.kind is Kind.RECOVERS


def test_names_are_not_cluttered_by_what_they_lead_to() -> None:
    def program() -> None:
        opts = at()
        balancer = balanced(opts)
        zone = Zone("shop", name="shop.example", opts=opts)
        alias = {"name": balancer.dns_name, "zone_id": balancer.zone_id, "evaluate_target_health": True}
        Record("shop", zone_id=zone.zone_id, name="shop.example", type="A", aliases=[alias], opts=opts)

    assert names(model_of(program)) == ["shop.example"]


def test_a_private_name_hides_no_server() -> None:
    def program() -> None:
        opts = at()
        vpc = Vpc("net", cidr_block="10.0.0.0/16", opts=opts)
        web = Instance("web", ami="ami-1", instance_type="t4g.small", availability_zone="eu-west-1a", opts=opts)
        zone = Zone("inside", name="inside.example", vpcs=[{"vpc_id": vpc.id}], opts=opts)
        Record("web", zone_id=zone.zone_id, name="web", type="A", ttl=60, records=[web.private_ip], opts=opts)

    assert len(model_of(program).capabilities) == 1


# -- nothing to judge -------------------------------------------------------------------------------------------------


def test_a_stack_that_holds_nothing_hears_what_was_understood() -> None:
    def program() -> None:
        opts = at()
        Role("shop", assume_role_policy="{}", opts=opts)
        Thing("door", opts=opts)

    model = model_of(program)
    assert not model.capabilities
    said = page_of(model)
    assert "nothing to assess" in said.headline
    assert "Understood, and nothing that can fail by itself: 1 aws:iam/role:Role." in said.notes
    assert any("1 aws:iot/thing:Thing" in note for note in said.notes)
    assert any(note.startswith("To be judged, a stack declares") for note in said.notes)


# -- what verdicts rest on --------------------------------------------------------------------------------------------


def test_a_verdict_over_zones_from_an_assumed_answer_says_so() -> None:
    def program() -> None:
        opts = at()
        zones = get_availability_zones(state="available", opts=pulumi.InvokeOptions(provider=opts.provider))
        balanced(opts, zones=tuple(zones.names[:2]))

    def whole(model: Model) -> Page:
        return page(assess(model), model, ("dev",), everything=True)

    said = whole(model_of(program, assume=True))
    assert "the assumed answer of getAvailabilityZones (for net-0, net-1)" in said.rests
    zones = [row.title for row in said.scenarios if row.title.startswith("zone ")]
    assert zones
    assert all(title.endswith("(assumed)") for title in zones)
    stated = whole(model_of(lambda: balanced(at()), assume=True))
    assert "assumed answer" not in stated.rests
    assert not any("(assumed)" in row.title for row in stated.scenarios)


def test_a_region_that_nothing_states_is_lost_all_the_same() -> None:
    model = model_of(lambda: database(at(None)))
    lost = outcome(assess(model), "region:aws/not named")
    assert judged(lost, Objective.RECOVERY_TIME) is Judgement.MISSED
    assert "region aws/not named, as nothing states which region it is" in page_of(model).rests
    assert "not named, as nothing" not in page_of(model_of(lambda: database(at()))).rests


def test_a_region_is_told_by_the_zones_that_a_program_states() -> None:
    found = assess(model_of(lambda: balanced(at(None))))
    assert "region:aws/eu-west-1" in ids(found)
    assert "region:aws/not named" not in ids(found)


def test_no_data_is_lost_only_where_a_store_is_known() -> None:
    bare = page_of(model_of(lambda: balanced(at())))
    assert {row.data.text for row in bare.capabilities} == {say(Reason(Because.NO_STORE_KNOWN))}
    kept = model_of(lambda: table("eu-central-1"))
    said = page(assess(kept), kept, ("dev",), everything=True)
    assert "0" in {row.data.text for row in said.scenarios}


@pytest.mark.parametrize(
    ("title", "text", "said"),
    [
        ("shop/dev", "zone of dev-web lost", "zone of web lost"),
        ("shop/dev", "web-dev-db and mydev-db", "web-dev-db and mydev-db"),
        ("shop/dev", "shop-dev-web", "web"),
        ("shop/dev", "account aws/dev-payments", "account aws/dev-payments"),
        ("shop/dev", "dev- alone", "dev- alone"),
    ],
)
def test_names_lose_the_stacks_own_prefix_alone(title: str, text: str, said: str) -> None:
    assert shortened(title)(text) == said
