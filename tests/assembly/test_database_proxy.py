"""``mysql: {proxy: true}``: who connects through it, and where there is none."""

from __future__ import annotations

from functools import cache
from typing import Any

import midsize
import pytest

from bcinfra.graph import Graph
from bcinfra.spec import SpecError
from tests.assembly.conftest import active, php, recorded
from tests.helpers import rows

AURORA: dict[str, Any] = {"engine": "aurora", "version": "8.0", "storage_limit": None}


@cache
def proxied(**more: Any) -> Graph:
    mysql = midsize.PROD.mysql
    assert mysql
    return recorded(midsize.PROD.revised(mysql=mysql.revised(proxy=True, **more)))


def told(graph: Graph, site: str) -> str:
    """The type of what programs of a site are told as the database's host."""
    (host,) = [
        row
        for row in graph.of_type("aws:ssm/parameter:Parameter")
        if row.name.endswith(f"{site}-parameters-MYSQL_HOST")
    ]
    (known,) = [graph[urn] for urn in host.property_dependencies["insecureValue"]]
    return known.type


def test_plain_mysql_has_a_proxy_where_the_shop_usually_writes_alone() -> None:
    """A replica has none until it is promoted, so that a site which takes over goes on as it is."""
    graph = proxied()
    assert [row.name for row in graph.of_type("aws:rds/proxy:Proxy")] == ["midsize-prod-mysql-ireland-proxy"]
    assert told(graph, "ireland") == "aws:rds/proxy:Proxy"
    assert told(graph, "frankfurt") == "aws:rds/instance:Instance"


def test_a_failover_moves_no_proxy() -> None:
    mysql = midsize.PROD.mysql
    assert mysql
    after = recorded(midsize.PROD.revised(mysql=mysql.revised(proxy=True)), activeSite="frankfurt")
    assert set(after.resources) == set(proxied().resources)


def test_aurora_has_one_at_every_site_and_forwards_no_writes() -> None:
    graph = proxied(**AURORA)
    assert len(graph.of_type("aws:rds/proxy:Proxy")) == 2
    for site in ("ireland", "frankfurt"):
        assert told(graph, site) == "aws:rds/proxy:Proxy"
    for cluster in graph.of_type("aws:rds/cluster:Cluster"):
        assert cluster.inputs["enableGlobalWriteForwarding"] is False
    for group in graph.of_type("aws:rds/clusterParameterGroup:ClusterParameterGroup"):
        assert "aurora_replica_read_consistency" not in str(group.inputs["parameters"])


def test_sites_that_all_serve_have_none() -> None:
    changes = active(midsize.PROD)
    with pytest.raises(SpecError) as caught:
        midsize.PROD.revised(**{**changes, "mysql": changes["mysql"].revised(proxy=True)})
    assert "mysql.proxy" in str(caught.value)
    assert "leave it out, or let one site serve" in str(caught.value)


def test_operators_jobs_go_around_it() -> None:
    """The administrator's login stays off the proxy: it has that of the shop's program alone."""
    graph = php("aws")
    (proxy,) = graph.of_type("aws:rds/proxy:Proxy")
    (login,) = proxy.inputs["auths"]  # type: ignore[misc]
    assert login["description"] == "shop"  # type: ignore[index,call-overload]
    group = rows(graph, "SecurityGroup")[f"{proxy.name}-clients"]
    opened = rows(graph, "SecurityGroupIngressRule")
    for tier in ("web", "mailer", "export"):
        assert group.urn in opened[f"php-prod-ireland-{tier}-at-mysql"].property_dependencies["securityGroupId"]
    reader = next(row for name, row in opened.items() if "mysql-log" in name)
    assert group.urn not in reader.property_dependencies["securityGroupId"]
