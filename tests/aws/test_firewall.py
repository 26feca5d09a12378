"""What the firewall blocks, and what it must not."""

from __future__ import annotations

from typing import Any

from bcinfra.aws.firewall import ANTI_DDOS, MANAGED, Firewall, FirewallArgs
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import counts, declare, region
from tests.helpers import refusals, row

BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/web/1"


def firewall(**changes: Any) -> Graph:
    return declare(
        lambda: Firewall(
            "wall", FirewallArgs(**{"region": region(), "load_balancer_arns": {"web": BALANCER}, **changes})
        )
    )


def rules(graph: Graph) -> dict[str, Any]:
    listed: Any = row(graph, "WebAcl", "wall-acl").inputs["rules"]
    return {rule["name"]: rule for rule in listed}


def test_what_it_is_made_of() -> None:
    assert counts(firewall()) == {
        "bcinfra:aws:Firewall": 1,
        "aws:wafv2/webAcl:WebAcl": 1,
        "aws:wafv2/webAclAssociation:WebAclAssociation": 1,
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": 1,
        "aws:cloudwatch/logGroup:LogGroup": 1,
    }


def test_it_stands_before_every_load_balancer_named() -> None:
    graph = firewall(load_balancer_arns={"web": BALANCER, "shop": f"{BALANCER}0"})
    acl = row(graph, "WebAcl", "wall-acl")
    for label, arn in (("web", BALANCER), ("shop", f"{BALANCER}0")):
        link = row(graph, "WebAclAssociation", f"wall-{label}")
        assert link.inputs["resourceArn"] == arn
        assert link.property_dependencies["webAclArn"] == (acl.urn,)


def test_one_address_cannot_flood_it() -> None:
    flood = rules(firewall(requests_limit=500))["one-address"]
    assert flood["action"] == {"block": {}}
    assert flood["statement"]["rateBasedStatement"] == {
        "limit": 500,
        "evaluationWindowSec": 60,
        "aggregateKeyType": "IP",
    }


def test_requests_that_show_the_key_of_an_edge_are_not_counted() -> None:
    graph = firewall(uncounted_keys=("first", "second"))
    limit = rules(graph)["one-address"]["statement"]["rateBasedStatement"]
    either = limit["scopeDownStatement"]["notStatement"]["statement"]["orStatement"]["statements"]
    shown = [one["byteMatchStatement"] for one in either]
    assert [(one["searchString"], one["positionalConstraint"]) for one in shown] == [
        ("first", "EXACTLY"),
        ("second", "EXACTLY"),
    ]
    assert {one["fieldToMatch"]["singleHeader"]["name"] for one in shown} == {"x-origin-key"}
    log: Any = row(graph, "WebAclLoggingConfiguration", "wall-log").inputs["redactedFields"]
    assert "x-origin-key" in {field["singleHeader"]["name"] for field in log}


def test_behind_a_delivery_network_the_customers_address_counts() -> None:
    flood = rules(firewall(forwarded=True))["one-address"]["statement"]["rateBasedStatement"]
    assert flood["aggregateKeyType"] == "FORWARDED_IP"
    assert flood["forwardedIpConfig"] == {"headerName": "X-Forwarded-For", "fallbackBehavior": "MATCH"}


def test_a_flood_from_many_addresses_is_met_before_all_else() -> None:
    found = rules(firewall(unchallenged=("^/webhooks/",)))
    assert min(MANAGED, key=lambda group: found[group]["priority"]) == ANTI_DDOS
    (config,) = found[ANTI_DDOS]["statement"]["managedRuleGroupStatement"]["managedRuleGroupConfigs"]
    assert config["awsManagedRulesAntiDdosRuleSet"] == {
        "clientSideActionConfig": {
            "challenge": {
                "usageOfAction": "ENABLED",
                "exemptUriRegularExpressions": [{"regexString": "^/webhooks/"}],
            }
        },
        "sensitivityToBlock": "LOW",
    }


def test_known_attacks_are_blocked_in_a_fixed_order() -> None:
    found = rules(firewall())
    assert set(found) == {"one-address", *MANAGED}
    assert all(found[group]["overrideAction"] == {"none": {}} for group in MANAGED)
    priorities = [rule["priority"] for rule in found.values()]
    assert len(set(priorities)) == len(priorities)


def test_uploads_are_counted_not_blocked() -> None:
    common = rules(firewall())["AWSManagedRulesCommonRuleSet"]["statement"]["managedRuleGroupStatement"]
    assert common["ruleActionOverrides"] == [{"name": "SizeRestrictions_BODY", "actionToUse": {"count": {}}}]


def test_customers_who_are_let_through_are_not_logged() -> None:
    log = row(firewall(), "WebAclLoggingConfiguration", "wall-log").inputs
    assert log["loggingFilter"]["defaultBehavior"] == "DROP"  # type: ignore[index,call-overload]
    assert log["redactedFields"] == [{"singleHeader": {"name": name}} for name in ("authorization", "cookie")]


def test_the_log_is_where_the_service_may_write() -> None:
    assert str(row(firewall(), "LogGroup", "wall-log").inputs["name"]).startswith("aws-waf-logs-")


def test_a_limit_that_the_service_refuses_is_refused_here() -> None:
    assert refusals(lambda: FirewallArgs(region=region(), load_balancer_arns={"web": BALANCER}, requests_limit=1)) == [
        "requests_limit: must be at least 10"
    ]
    assert refusals(lambda: FirewallArgs(region=region())) == ["load_balancer_arns: name one load balancer at least"]


def test_who_passes_all_rules_is_judged_first() -> None:
    graph = firewall(allowed={"office": "203.0.113.0/24", "monitor": "198.51.100.7/32"})
    assert row(graph, "IpSet", "wall-allowed").inputs["addresses"] == ["198.51.100.7/32", "203.0.113.0/24"]
    found = rules(graph)
    assert found["allowed"]["action"] == {"allow": {}}
    assert min(found, key=lambda name: found[name]["priority"]) == "allowed"


def test_rules_that_only_count_and_paths_that_they_do_not_judge() -> None:
    counted = "AWSManagedRulesSQLiRuleSet"
    found = rules(firewall(counted=frozenset({counted}), unchecked=("/webhooks/*", "/edit")))
    groups = {name: found[name] for name in MANAGED if name != ANTI_DDOS}
    assert {name for name, rule in groups.items() if rule["overrideAction"] == {"count": {}}} == {counted}
    for rule in groups.values():
        group = rule["statement"]["managedRuleGroupStatement"]
        paths = group["scopeDownStatement"]["notStatement"]["statement"]["orStatement"]["statements"]
        asked = [path["byteMatchStatement"] for path in paths]
        assert [(one["positionalConstraint"], one["searchString"]) for one in asked] == [
            ("STARTS_WITH", "/webhooks/"),
            ("EXACTLY", "/edit"),
        ]
        assert {step["type"] for one in asked for step in one["textTransformations"]} == {
            "URL_DECODE",
            "NORMALIZE_PATH",
        }
    flood = found[ANTI_DDOS]["statement"]["managedRuleGroupStatement"]
    assert "scopeDownStatement" not in flood, "floods are limited there too"
    challenge = flood["managedRuleGroupConfigs"][0]["awsManagedRulesAntiDdosRuleSet"]["clientSideActionConfig"][
        "challenge"
    ]
    assert challenge["exemptUriRegularExpressions"] == [{"regexString": "^/webhooks/"}, {"regexString": "^/edit$"}]


def test_the_rule_against_floods_cannot_be_made_to_count() -> None:
    (line,) = refusals(
        lambda: FirewallArgs(region=region(), load_balancer_arns={"web": BALANCER}, counted=frozenset({ANTI_DDOS}))
    )
    assert line.startswith(f"counted: {ANTI_DDOS!r} is none of AWSManagedRules")
