"""A proxy before a database: who connects through it fails with it, and it leads nowhere without a target."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi_aws import Provider
from pulumi_aws.iam import Role
from pulumi_aws.kms import Key
from pulumi_aws.rds import Cluster, Proxy, ProxyEndpoint, ProxyTarget
from pulumi_aws.secretsmanager import Secret

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.parts import Balancer, Model, Refusal
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.graph import record
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_endpoints import cut_off, two_sites
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings.programs import IRELAND, Database, Region, Tier


def proxy_before(at: Region, *, zones: int = 3, **target: Any) -> Proxy:
    """A proxy in the first ``zones`` zones; ``target``: what it leads to."""
    key = Key("logins", opts=at.opts)
    secret = Secret("login", kms_key_id=key.arn, opts=at.opts)
    proxy = Proxy(
        "proxy",
        engine_family="MYSQL",
        role_arn=Role("proxy", assume_role_policy="{}", opts=at.opts).arn,
        auths=[{"auth_scheme": "SECRETS", "secret_arn": secret.arn}],
        vpc_subnet_ids=at.subnet_ids[:zones],
        vpc_security_group_ids=[at.group("proxy").id],
        opts=at.opts,
    )
    if target:
        ProxyTarget("proxy", db_proxy_name=proxy.name, target_group_name="default", **target, opts=at.opts)
    return proxy


def shop(*, zones: int = 3, led: bool = True, by_endpoint: bool = False) -> None:
    """A tier that is told the proxy's host and nothing of the database."""
    at = Region("eu-west-1", IRELAND)
    instance = Database(at, None).instance
    proxy = proxy_before(at, zones=zones, **({"db_instance_identifier": instance.identifier} if led else {}))
    host = proxy.endpoint
    if by_endpoint:
        host = ProxyEndpoint(
            "all", db_proxy_name=proxy.name, db_proxy_endpoint_name="all", vpc_subnet_ids=at.subnet_ids, opts=at.opts
        ).endpoint
    Tier(at, environment={"DB": host})


def the_proxy(model: Model) -> Balancer:
    (found,) = (one for one in model.balancers if one.relays)
    return found


@pytest.mark.parametrize("by_endpoint", [False, True])
def test_who_is_told_the_proxy_uses_the_database_behind_it(by_endpoint: bool) -> None:
    model = read(record(lambda: shop(by_endpoint=by_endpoint)))
    (pool,) = model.pools
    called = model.calls[pool.urn]
    assert the_proxy(model).urn in called
    assert {store.name for store in model.stores if store.name in called} == {"relational database eu-west-1-db"}


def test_it_stands_in_two_zones_and_needs_the_key_of_its_login() -> None:
    proxy = the_proxy(read(record(shop)))
    assert len(proxy.zones or ()) == 2
    assert [domain.kind for domain in proxy.needs_to_run] == [DomainKind.KEY]
    assert not proxy.public


def without(found: Assessment, scenario: str) -> Kind:
    return outcome(found, scenario).kind


def test_who_connects_through_it_fails_with_it() -> None:
    found = assessed(shop)
    assert without(found, "balancer:proxy") in (Kind.LOST, Kind.PERSON)
    assert not any("proxy" in say(one.says) for one in found.findings if one.code == "BC0004")


def test_in_one_zone_it_is_lost_with_the_zone() -> None:
    held, lost = assessed(shop), assessed(lambda: shop(zones=1))
    zone = "zone:aws/eu-west-1/euw1-az1"
    assert without(held, zone) is Kind.RECOVERS
    assert without(lost, zone) is not Kind.RECOVERS
    assert any("database proxy proxy" in say(reason) for reason in outcome(lost, zone).reasons)


def test_without_a_target_nothing_says_what_answers() -> None:
    found = assessed(lambda: shop(led=False))
    assert without(found, "zone:aws/eu-west-1/euw1-az1") is Kind.UNDECIDED
    reasons = {say(reason) for reason in outcome(found, "zone:aws/eu-west-1/euw1-az1").reasons}
    assert "database proxy proxy in eu-west-1: nothing says what answers behind it" in reasons


def test_a_second_site_writes_nothing_through_a_proxy() -> None:
    """Its cluster passes writes on for sessions of a read consistency, which a proxy does not hold."""

    def host(_: object, __: object, frankfurt: Cluster) -> pulumi.Output[str]:
        provider = Provider("proxies", region="eu-central-1", allowed_account_ids=["111122223333"])
        opts = pulumi.ResourceOptions(provider=provider)
        role = "arn:aws:iam::111122223333:role/proxy"
        proxy = Proxy("second", engine_family="MYSQL", role_arn=role, vpc_subnet_ids=["subnet-1"], opts=opts)
        target = {"db_cluster_identifier": frankfurt.cluster_identifier, "target_group_name": "default"}
        ProxyTarget("second", db_proxy_name=proxy.name, **target, opts=opts)  # type: ignore[arg-type]
        return proxy.endpoint

    assert cut_off(assessed(lambda: two_sites(host))) == {
        Refusal.NOT_FORWARDED: "programs in aws/eu-central-1 cannot write: Aurora cluster orders-frankfurt in"
        " eu-central-1, all they know of, takes no writes and passes none on (`dbClusterIdentifier`)"
    }
