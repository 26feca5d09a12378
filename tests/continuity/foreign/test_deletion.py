"""What a team does against mistakes: what refuses a deletion, what it leaves behind, and what none of it is worth."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest
from pulumi_aws import acm, dynamodb, kms, lb, rds, s3

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Guard
from bcinfra.continuity.model.ranges import pessimistic, typical
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.continuity.recovery.scenarios import Scenario
from bcinfra.continuity.recovery.steps import Act
from bcinfra.report.words.scenarios import title
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, judgement, outcome, says
from tests.continuity.readings.programs import IRELAND, Region, Tier, model

ONCE_IN_20_YEARS = 0.05
DELETION = "deletion:relational database orders"


def scenario(found: Assessment, id: str) -> Scenario:
    return next(r.scenario for r in found.scenarios if r.scenario.id == id)


def orders(protect: bool = False, **more: Any) -> None:
    """A database whose backups go with it."""
    at = Region("eu-west-1", IRELAND)
    group = rds.SubnetGroup("db", subnet_ids=at.subnet_ids, opts=at.opts)
    settings = {"skip_final_snapshot": True, **more}
    rds.Instance(
        "orders",
        engine="mysql",
        instance_class="db.r7g.large",
        allocated_storage=100,
        username="shop",
        multi_az=True,
        backup_retention_period=7,
        db_subnet_group_name=group.name,
        vpc_security_group_ids=[at.group("db", admits=Tier(at).group).id],
        opts=pulumi.ResourceOptions(provider=at.provider, protect=protect),
        **settings,
    )


def test_what_nothing_protects_is_deleted_once_in_twenty_years() -> None:
    found = assessed(orders)
    one = scenario(found, DELETION)
    assert typical(one.rate) == pytest.approx(ONCE_IN_20_YEARS, rel=0.5)
    assert title(one) == "operator deletes relational database orders"
    assert says(found, "BC0042", "one mistaken command deletes relational database orders: `deletionProtection` is off")
    assert says(found, "BC0010")


@pytest.mark.parametrize(
    ("made", "least", "most", "said"),
    [
        ({"deletion_protection": True}, 10, 100, ", past its deletion protection"),
        ({"protect": True}, 1.1, 5, ", past Pulumi's protection"),
    ],
    ids=["by the service", "by Pulumi"],
)
def test_what_refuses_a_deletion_makes_it_rarer_and_stays_seen(made: Any, least: float, most: float, said: str) -> None:
    bare, found = assessed(orders), assessed(lambda: orders(**made))
    before, after = typical(scenario(bare, DELETION).rate), typical(scenario(found, DELETION).rate)
    assert before
    assert after
    assert least < before / after < most
    assert title(scenario(found, DELETION)) == f"operator deletes relational database orders{said}"
    gone = outcome(found, DELETION)
    assert judgement(gone, Objective.DATA_LOSS) is Judgement.MISSED, "rare is not never"
    assert says(found, "BC0042") is ("protect" in made)


@pytest.mark.parametrize("id", ["purge", "takeover:aws/111122223333", "ransomware"])
def test_who_holds_the_credentials_switches_it_off(id: str) -> None:
    bare = assessed(orders)
    guarded = assessed(
        lambda: orders(
            protect=True,
            deletion_protection=True,
            skip_final_snapshot=False,
            final_snapshot_identifier="orders-last",
        )
    )
    assert scenario(guarded, id).rate.value == scenario(bare, id).rate.value
    assert [loss.total_loss for loss in outcome(guarded, id).losses] == [True]


def test_a_final_snapshot_is_what_a_mistake_leaves() -> None:
    found = assessed(lambda: orders(skip_final_snapshot=False, final_snapshot_identifier="orders-last"))
    gone = outcome(found, DELETION)
    assert gone.kind is Kind.PERSON
    (loss,) = gone.losses
    assert loss.age is not None
    assert pessimistic(loss.age) == 0
    assert gone.way
    assert any("final snapshot of orders" in say(step.deed) for step in gone.way.steps if step.deed.kind is Act.RESTORE)
    assert not says(found, "BC0010")
    (lost,) = outcome(found, "region:aws/eu-west-1").losses
    assert lost.total_loss, "there is none before somebody deletes the database"


@pytest.mark.parametrize(
    "made",
    [{"final_snapshot_identifier": "orders-last"}, {"skip_final_snapshot": False}],
    ids=["skipped all the same", "without a name"],
)
def test_a_final_snapshot_that_is_not_made_is_none(made: Any) -> None:
    (loss,) = outcome(assessed(lambda: orders(**made)), DELETION).losses
    assert loss.total_loss


def guards(program: Any, name: str) -> tuple[Guard, ...]:
    return next(store.guards for store in model(program).stores if store.name == name)


@pytest.mark.parametrize("on", [False, True])
def test_what_each_service_refuses(on: bool) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        rds.Cluster("cluster", engine="aurora-mysql", deletion_protection=on, opts=at.opts)
        dynamodb.Table(
            "carts",
            attributes=[{"name": "id", "type": "S"}],
            hash_key="id",
            deletion_protection_enabled=on,
            opts=at.opts,
        )
        s3.Bucket("media", force_destroy=not on, opts=at.opts)
        front = lb.LoadBalancer("front", subnets=at.subnet_ids, opts=at.opts)
        certificate = acm.Certificate("shop", domain_name="shop.example", opts=at.opts)
        lb.Listener(
            "front",
            load_balancer_arn=front.arn,
            port=443,
            certificate_arn=certificate.arn if on else "arn:aws:acm:eu-west-1:111122223333:certificate/other",
            default_actions=[{"type": "fixed-response"}],
            opts=at.opts,
        )

    expected: dict[str, Guard] = {
        "relational database cluster": Guard.SERVICE,
        "table carts": Guard.SERVICE,
        "objects media": Guard.NOT_EMPTY,
        "certificates shop.example": Guard.IN_USE,
    }
    found = {store.name: store.guards for store in model(program).stores}
    assert {name: found[name] for name in expected if name in found} == {
        name: (guard,) if on else () for name, guard in expected.items() if name in found
    }
    assert len(expected.keys() & found.keys()) >= 3


@pytest.mark.parametrize(
    ("instance", "settings", "found"),
    [
        ({}, {}, (Guard.PROGRAM,)),
        ({"deletion_protection": False}, {}, ()),
        ({"deletion_protection": False}, {"deletion_protection_enabled": True}, (Guard.SERVICE,)),
        ({}, {"deletion_protection_enabled": True}, (Guard.SERVICE, Guard.PROGRAM)),
    ],
    ids=["the provider's default", "off", "the service's alone", "both"],
)
def test_cloud_sql_has_two_protections(instance: Any, settings: Any, found: tuple[Guard, ...]) -> None:
    assert guards(lambda: cloud_sql(instance, settings), "relational database orders") == found


def cloud_sql(instance: Any, settings: Any) -> None:
    cloud = pulumi.ResourceOptions(provider=gcp.Provider("gcp", project="corner", region="europe-west1"))
    gcp.sql.DatabaseInstance(
        "orders",
        database_version="MYSQL_8_0",
        region="europe-west1",
        settings={"tier": "db-custom-2-8192", "backup_configuration": {"enabled": True}, **settings},
        opts=cloud,
        **instance,
    )


@pytest.mark.parametrize(
    ("settings", "along", "left"),
    [
        ({}, True, 0),
        ({"retain_backups_on_delete": True}, False, 0),
        ({"final_backup_config": {"enabled": True, "retention_days": 30}}, True, 1),
    ],
    ids=["nothing stated", "backups retained", "a final backup"],
)
def test_backups_of_cloud_sql_go_with_it_unless_told(settings: Any, along: bool, left: int) -> None:
    (store,) = model(lambda: cloud_sql({}, settings)).stores
    assert {copy.follows_deletes for copy in store.copies} == {along}
    assert len(store.final) == left


def test_the_deletion_of_a_key_is_cancelled_while_it_waits() -> None:
    def program() -> None:
        orders(storage_encrypted=True, kms_key_id="arn:aws:kms:eu-west-1:111122223333:key/abc")

    found = assessed(program)
    id = next(r.scenario.id for r in found.scenarios if r.scenario.id.startswith("key:"))
    gone = outcome(found, id)
    assert gone.kind is Kind.PERSON
    assert judgement(gone, Objective.DATA_LOSS) is Judgement.MET
    assert gone.way
    assert Act.KEEP_KEY in [step.deed.kind for step in gone.way.steps]
    assert title(scenario(found, id)).endswith("scheduled for deletion")


def test_a_key_in_the_program_waits_as_well() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        own = kms.Key("own", deletion_window_in_days=7, opts=at.opts)
        group = at.group("db", admits=Tier(at).group)
        rds.Cluster(
            "orders",
            engine="aurora-mysql",
            storage_encrypted=True,
            kms_key_id=own.arn,
            vpc_security_group_ids=[group.id],
            opts=at.opts,
        )

    assert not any(loss.total_loss for loss in outcome(assessed(program), "key:aws/eu-west-1/own").losses)
