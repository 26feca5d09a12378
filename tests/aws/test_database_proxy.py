"""A proxy: clients need TLS, it reads its own logins and nothing else, and what it cannot stand before is refused."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.aws import DatabaseProxy, DatabaseProxyArgs, MySql, MySqlArgs, MySqlSite, ProxiedDatabase, Reach, StoreSite
from bcinfra.graph.core.model import Graph, Secret
from tests.aws.conftest import counts, declare, key_arn, one, region, statements
from tests.helpers import refusals

PROXY = "aws:rds/proxy:Proxy"
SUBNETS = {"euw1-az1": "subnet-1", "euw1-az2": "subnet-2", "euw1-az3": "subnet-3"}
GUARD = Reach(security_group_id="sg-db", port=3310)
CLUSTER = ProxiedDatabase(cluster="orders-dublin", reach=GUARD)


def args(**more: Any) -> DatabaseProxyArgs:
    given = more.pop("site", {})
    site = {
        "region": given.get("region") or region(),
        "key_arn": key_arn("eu-west-1"),
        "vpc_id": "vpc-1",
        "subnet_ids": SUBNETS,
        "clients": {"web": "sg-web"},
        **given,
    }
    return DatabaseProxyArgs(
        **{"site": StoreSite(**site), "database": CLUSTER, "logins": {"shop": "pa55-w0rd-of-shop"}, **more}
    )


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(lambda: DatabaseProxy("orders", args(readers=True)))


def test_what_it_is_made_of(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:DatabaseProxy": 1,
        "aws:cloudwatch/logGroup:LogGroup": 1,
        "aws:ec2/securityGroup:SecurityGroup": 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicy:RolePolicy": 1,
        PROXY: 1,
        "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": 1,
        "aws:rds/proxyEndpoint:ProxyEndpoint": 1,
        "aws:rds/proxyTarget:ProxyTarget": 1,
        "aws:secretsmanager/secret:Secret": 1,
        "aws:secretsmanager/secretVersion:SecretVersion": 1,
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 1,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 2,
    }


def test_clients_need_tls_and_nothing_they_ask_is_logged(graph: Graph) -> None:
    proxy = one(graph, PROXY, "orders")
    assert proxy.inputs["requireTls"] is True
    assert proxy.inputs["debugLogging"] is False
    (login,) = proxy.inputs["auths"]  # type: ignore[misc]
    assert login["clientPasswordAuthType"] == "MYSQL_CACHING_SHA2_PASSWORD"  # type: ignore[index,call-overload]
    assert login["iamAuth"] == "DISABLED"  # type: ignore[index,call-overload]


def test_its_role_reads_its_logins_and_nothing_else(graph: Graph) -> None:
    role = one(graph, "aws:iam/role:Role", "orders-role")
    (trust,) = statements(role, "assumeRolePolicy")
    assert trust["Principal"] == {"Service": ["rds.amazonaws.com"]}
    assert "Condition" not in trust, "RDS Proxy supports no global condition keys"
    policy = one(graph, "aws:iam/rolePolicy:RolePolicy", "orders-role")
    secret = one(graph, "aws:secretsmanager/secret:Secret", "orders-login-shop-secret")
    assert secret.urn in policy.dependencies
    assert secret.inputs["kmsKeyId"] == key_arn("eu-west-1")


def test_no_password_is_kept(graph: Graph) -> None:
    value = one(graph, "aws:secretsmanager/secretVersion:SecretVersion", "orders-login-shop-value")
    assert isinstance(value.inputs["secretStringWo"], Secret)
    assert "secretString" not in value.inputs
    assert "pa55-w0rd" not in str(list(graph))


def test_the_database_lets_it_in_at_its_own_port(graph: Graph) -> None:
    group = one(graph, "aws:ec2/securityGroup:SecurityGroup", "orders-clients")
    out = one(graph, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "orders-to-database")
    into = one(graph, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "orders-at-database")
    assert out.inputs["fromPort"] == into.inputs["toPort"] == 3310
    assert into.inputs["securityGroupId"] == out.inputs["referencedSecurityGroupId"] == "sg-db"
    assert group.urn in into.dependencies
    client = one(graph, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "orders-clients-from-web")
    assert client.inputs["fromPort"] == 3306


def test_it_stands_only_where_there_are_proxies() -> None:
    subnets = {"use1-az2": "subnet-2", "use1-az3": "subnet-3", "use1-az4": "subnet-4"}
    made = declare(lambda: DatabaseProxy("orders", args(site={"region": region("us-east-1"), "subnet_ids": subnets})))
    assert one(made, PROXY, "orders").inputs["vpcSubnetIds"] == ["subnet-2", "subnet-4"]


def test_an_instance_of_mysql_is_its_target() -> None:
    def program() -> None:
        place = {"region": region(), "key_arn": key_arn("eu-west-1"), "vpc_id": "vpc-1", "subnet_ids": SUBNETS}
        database = MySql(
            "shop",
            MySqlArgs(
                sites={"dublin": MySqlSite(**place)},  # type: ignore[arg-type]
                primary="dublin",
                version="8.4.7",
                instance_class="db.r7g.large",
                storage=100,
                database="shop",
                username="shop",
                password="pa55-w0rd-of-shop",
            ),
        )
        DatabaseProxy("orders", args(site=place, database=database.proxied("dublin")))

    made = declare(program)
    target = one(made, "aws:rds/proxyTarget:ProxyTarget", "orders-target")
    instance = one(made, "aws:rds/instance:Instance", "shop-dublin")
    assert instance.urn in target.property_dependencies["dbInstanceIdentifier"]
    assert "dbClusterIdentifier" not in target.inputs


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"database": ProxiedDatabase(reach=GUARD)}, "database: needs an instance or a cluster, and not both"),
        (
            {"database": CLUSTER.model_copy(update={"forwards_writes": True})},
            "make the cluster with write_forwarding=False, or let its clients connect without a proxy",
        ),
        (
            {"database": ProxiedDatabase(instance="shop", reach=GUARD), "readers": True},
            "readers: a proxy of an instance has no readers; only a cluster's has",
        ),
        (
            {"site": {"subnet_ids": {"use1-az3": "subnet-3", "use1-az4": "subnet-4"}}},
            "site.subnet_ids: a proxy needs 2 zones, and use1-az3, usw1-az2 have none; left are use1-az4",
        ),
    ],
)
def test_what_it_cannot_stand_before_is_refused_with_the_way_out(wrong: dict[str, Any], says: str) -> None:
    assert any(says in line for line in refusals(lambda: args(**wrong)))
