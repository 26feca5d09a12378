"""What a page states exactly, names that lead on and exceptions from the firewall reach each ground's resources."""

from __future__ import annotations

from typing import Any, cast

import small

from bcinfra import spec
from bcinfra.assembly.capacity import Capacity, capacity
from bcinfra.graph import Graph
from bcinfra.places.origin_facing import CLOUDFLARE
from tests.assembly.conftest import recorded, sample


def inputs(graph: Graph, token: str, part: str) -> Any:
    """The inputs of the one resource of a type whose name holds ``part``."""
    (row,) = (row for row in graph.of_type(token) if part in row.name)
    return cast("Any", row.inputs)


def test_at_aws() -> None:
    graph = sample("midsize-prod")
    for metric, aim in (("cpu", 55), ("requests", 1500)):
        policy = inputs(graph, "aws:appautoscaling/policy:Policy", f"ireland-web-{metric}")
        assert policy["targetTrackingScalingPolicyConfiguration"]["targetValue"] == aim
    assert inputs(graph, "aws:rds/instance:Instance", "mysql-ireland")["maxAllocatedStorage"] == 1500
    for site in ("ireland", "frankfurt"):
        rows = inputs(graph, "aws:rds/parameterGroup:ParameterGroup", f"mysql-{site}")["parameters"]
        settings = {row["name"]: row["value"] for row in rows}
        assert settings["max_connections"] == "2000"
        assert settings["binlog_format"] == "ROW"
    nodes = sample("large-prod").of_type("aws:rds/clusterInstance:ClusterInstance")
    assert {str(row.inputs["instanceClass"]) for row in nodes} == {"db.r7g.4xlarge"}


def test_at_google_cloud() -> None:
    stated = small.PROD.mysql and small.PROD.mysql.revised(instance_class="db-perf-optimized-N-2")
    web = small.PROD.web.revised(scaling=spec.Scaling(concurrency=60))
    graph = recorded(small.PROD.revised(mysql=stated, web=web))
    web = inputs(graph, "gcp:cloudrunv2/service:Service", "belgium-web")
    assert web["template"]["maxInstanceRequestConcurrency"] == 60
    settings = inputs(graph, "gcp:sql/databaseInstance:DatabaseInstance", "belgium")["settings"]
    assert (settings["tier"], settings["edition"], settings["diskAutoresizeLimit"]) == (
        "db-perf-optimized-N-2",
        "ENTERPRISE_PLUS",
        400,
    )


def test_on_kubernetes() -> None:
    graph = sample("hybrid-prod")
    scaler = inputs(graph, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "ghent-web")
    assert scaler["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"] == 60
    for site in ("ghent", "holland"):
        database = inputs(graph, "kubernetes:pxc.percona.com/v1:PerconaXtraDBCluster", f"mysql-{site}")
        lines = database["spec"]["pxc"]["configuration"].splitlines()
        assert {"max_allowed_packet=67108864", "binlog_format=ROW"} <= set(lines)


def test_bounds_beside_the_calendar(shop: spec.Shop) -> None:
    """What runs at first carries the normal load; quiet hours need less, a load that nobody planned may need more."""
    web = shop.web.revised(replicas=4, peak=12, scaling=spec.Scaling(minimum=2, maximum=20))
    assert capacity(shop, "ireland", web, 3) == Capacity(desired=6, minimum=3, maximum=30)


def test_a_name_leads_on_to_the_one_that_the_shop_is_at() -> None:
    graph = sample("large-prod")
    for site in ("ireland", "frankfurt"):
        rule = inputs(graph, "aws:lb/listenerRule:ListenerRule", f"{site}-web-from-www-store-example")
        assert rule["conditions"] == [{"hostHeader": {"values": ["www.store.example"]}}]
        assert rule["actions"][0]["redirect"]["host"] == "store.example"
    urls = inputs(graph, "gcp:compute/uRLMap:URLMap", "balancer-urls")
    assert urls["hostRules"] == [{"hosts": ["www.store.example"], "pathMatcher": "to-store-example"}]
    assert urls["pathMatchers"][0]["defaultUrlRedirect"]["hostRedirect"] == "store.example"
    graph = sample("hybrid-prod")
    token = "kubernetes:networking.k8s.io/v1:Ingress"
    answering = inputs(graph, token, "holland-entrance-to")["spec"]
    assert [rule["host"] for rule in answering["rules"]] == ["www.hybrid.example"]
    (main,) = (row for row in graph.of_type(token) if row.name == "hybrid-prod-holland-entrance")
    spec_of_main: Any = main.inputs["spec"]
    assert [rule["host"] for rule in spec_of_main["rules"]] == ["hybrid.example"]
    assert spec_of_main["tls"][0]["hosts"] == ["hybrid.example", "www.hybrid.example"], "one certificate names both"
    assert answering["tls"][0]["secretName"] == spec_of_main["tls"][0]["secretName"]


def test_health_checks_ask_a_name_that_answers(shop: spec.Shop) -> None:
    assert (shop.host, shop.revised(canonical="www").host) == ("shop.example", "www.shop.example")
    assert shop.revised(canonical="www").redirects == {"shop.example": "www.shop.example"}


def test_exceptions_from_the_firewall() -> None:
    graph = sample("large-prod")
    for site in ("ireland", "frankfurt"):
        passing, uncounted = (
            inputs(graph, "aws:wafv2/ipSet:IpSet", f"{site}-firewall-{which}") for which in ("allowed", "unlimited")
        )
        assert passing["addresses"] == ["203.0.113.0/28"], "others have the proxy ask from its addresses too"
        assert uncounted["addresses"] == sorted(CLOUDFLARE)
    (skipped,) = inputs(graph, "cloudflare:index/ruleset:Ruleset", "edge-allowed")["rules"]
    assert skipped["expression"] == "ip.src in {203.0.113.0/28}", "the proxy judges whom its own addresses ask for"
    armor = inputs(graph, "gcp:compute/securityPolicy:SecurityPolicy", "armor")
    assert "Content that is not judged: /webhooks/*" in {rule["description"] for rule in armor["rules"]}


def test_around_the_edge_customers_are_counted_and_the_edge_is_not() -> None:
    graph = sample("b2b-prod")
    (origin,) = (
        one
        for one in inputs(graph, "aws:cloudfront/distribution:Distribution", "edge")["origins"]
        if one.get("customHeaders")
    )
    (header,) = origin["customHeaders"]
    for site in ("ireland", "paris"):
        rules = {rule["name"]: rule for rule in inputs(graph, "aws:wafv2/webAcl:WebAcl", f"{site}-firewall")["rules"]}
        limit = rules["one-address"]["statement"]["rateBasedStatement"]
        shown = limit["scopeDownStatement"]["notStatement"]["statement"]["byteMatchStatement"]
        assert shown["searchString"] == header["value"]
        assert shown["fieldToMatch"]["singleHeader"]["name"] == header["name"].lower()


def test_a_check_that_starts_a_failover_asks_a_name_that_no_failover_of_names_moves() -> None:
    graph = sample("small-prod")
    check = inputs(graph, "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig", "carolina-outage")
    assert check["monitoredResource"]["labels"]["host"] == "belgium.small.example"
    record = inputs(graph, "gcp:dns/recordSet:RecordSet", "belgium-origin")
    assert record["name"] == "belgium.small.example."
    assert "routingPolicy" not in record, "DNS moves the shop's own names to the standby before an outage is told"
