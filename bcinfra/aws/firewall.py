"""A web application firewall before the load balancers of one site, or at the edge of a distribution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, Self

import pulumi
from pulumi_aws.cloudwatch import LogGroup
from pulumi_aws.wafv2 import WebAcl, WebAclAssociation, WebAclLoggingConfiguration
from pydantic import Field, model_validator

from bcinfra.aws.datasite import LogDays
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, Str, refuse
from bcinfra.places.table import GLOBAL_HOME

ANTI_DDOS: Final = "AWSManagedRulesAntiDDoSRuleSet"
"""Learns what is usual, and challenges or blocks who takes part in a flood from many addresses. AWS wants it before
other rules (AWS WAF Developer Guide, Distributed Denial of Service prevention)."""
MANAGED: Final[Mapping[str, int]] = {
    ANTI_DDOS: 1,
    "AWSManagedRulesAmazonIpReputationList": 10,
    "AWSManagedRulesCommonRuleSet": 20,
    "AWSManagedRulesKnownBadInputsRuleSet": 30,
    "AWSManagedRulesSQLiRuleSet": 40,
}
"""Rule groups that AWS keeps up to date, by priority. Together they use 1,175 of the 1,500 capacity units that one web
ACL has without asking (AWS WAF Developer Guide, list of managed rule groups)."""


class FirewallArgs(Args):
    """Arguments of :class:`Firewall`."""

    region: Region
    """Where the load balancers are; the global region where ``worldwide``."""
    worldwide: bool = False
    """Whether it stands at CloudFront's edges: a distribution then names it (``web_acl_arn``)."""
    load_balancer_arns: Mapping[str, Str] = {}
    """What it stands before, by a name for each, such as ``{"web": tier.load_balancer_arn}``."""
    requests_limit: int = Field(default=1000, ge=10, le=2_000_000_000)
    """Requests from one address within the window beyond which it is blocked. An assumption until measured: offices and
    mobile carriers put many customers behind one address."""
    window_seconds: Literal[60, 120, 300, 600] = 60
    """The window: AWS looks at it every ten seconds or so, and what is over before it has filled is not seen."""
    forwarded: bool = False
    """Whether a content delivery network stands before the load balancers, so that the address of a customer is the
    last one in ``X-Forwarded-For``."""
    unchallenged: tuple[str, ...] = Field(default=(), max_length=5, examples=[["^/webhooks/"]])
    """Paths, as regular expressions, whose callers are no browsers and cannot answer a challenge in a flood, such as a
    payment provider's. They are still blocked where they are surely part of it."""
    exempt: Mapping[str, frozenset[str]] = {"AWSManagedRulesCommonRuleSet": frozenset({"SizeRestrictions_BODY"})}
    """Managed rules that count instead of block, by rule group. The default lets customers upload files over 8 KiB."""
    log_key_arn: Str | None = None
    """KMS key for the log, whose policy lets ``logs.<region>.amazonaws.com`` use it."""
    log_days: LogDays = 30
    """Days for which blocked requests are logged."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        if self.worldwide and self.load_balancer_arns:
            yield "load_balancer_arns: a worldwide firewall stands before distributions alone"
        if self.worldwide and self.region.name != GLOBAL_HOME:
            yield f"region: is {self.region.name}; what stands at CloudFront's edges is managed in {GLOBAL_HOME}"
        if not self.worldwide and not self.load_balancer_arns:
            yield "load_balancer_arns: name one load balancer at least"


class Firewall(Component):
    """Blocks known attacks, bad addresses and floods from one address before they reach a replica.

    It limits what a single address can do. A flood of requests from many is met by AWS's own rules, which learn what is
    usual and challenge who takes part; one of packets by Shield Standard below it, which AWS always runs. Only blocked
    requests are logged, without cookies and credentials.
    """

    package = "aws"

    web_acl_arn: pulumi.Output[str]
    """The web ACL, for further load balancers or, where it is worldwide, for a distribution."""

    def __init__(self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        acl = WebAcl(
            f"{name}-acl",
            scope="CLOUDFRONT" if args.worldwide else "REGIONAL",
            default_action={"allow": {}},
            rules=[_rate_rule(args), *(_managed_rule(group, args) for group in MANAGED)],
            visibility_config=_visible(name),
            tags=region.tagged(name),
            opts=region.child(self),
        )
        for label, arn in args.load_balancer_arns.items():
            WebAclAssociation(f"{name}-{label}", resource_arn=arn, web_acl_arn=acl.arn, opts=region.child(self))
        log = LogGroup(
            f"{name}-log",
            # AWS WAF writes only to groups whose names begin so (AWS WAF Developer Guide, logging).
            name=physical("log-group", f"aws-waf-logs-{name}"),
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_days,
            tags=region.tagged(f"{name}-log"),
            opts=region.child(self),
        )
        WebAclLoggingConfiguration(
            f"{name}-log",
            resource_arn=acl.arn,
            log_destination_configs=[log.arn],
            logging_filter={
                "default_behavior": "DROP",
                "filters": [
                    {
                        "behavior": "KEEP",
                        "requirement": "MEETS_ANY",
                        "conditions": [{"action_condition": {"action": "BLOCK"}}],
                    }
                ],
            },
            redacted_fields=[{"single_header": {"name": header}} for header in ("authorization", "cookie")],
            opts=region.child(self),
        )
        self.web_acl_arn = acl.arn
        self.register_outputs({"webAclArn": self.web_acl_arn})


def _rate_rule(args: FirewallArgs) -> Any:
    by: dict[str, Any] = {"aggregate_key_type": "IP"}
    if args.forwarded:
        address = {"header_name": "X-Forwarded-For", "fallback_behavior": "MATCH"}
        by = {"aggregate_key_type": "FORWARDED_IP", "forwarded_ip_config": address}
    return {
        "name": "one-address",
        "priority": 0,
        "action": {"block": {}},
        "statement": {
            "rate_based_statement": {
                "limit": args.requests_limit,
                "evaluation_window_sec": args.window_seconds,
                **by,
            }
        },
        "visibility_config": _visible("one-address"),
    }


def _managed_rule(group: str, args: FirewallArgs) -> Any:
    counted: list[dict[str, Any]] = [
        {"name": rule, "action_to_use": {"count": {}}} for rule in sorted(args.exempt.get(group, ()))
    ]
    return {
        "name": group,
        "priority": MANAGED[group],
        "override_action": {"none": {}},
        "statement": {
            "managed_rule_group_statement": {
                "vendor_name": "AWS",
                "name": group,
                **({"rule_action_overrides": counted} if counted else {}),
                **({"managed_rule_group_configs": [_against_floods(args)]} if group == ANTI_DDOS else {}),
            }
        },
        "visibility_config": _visible(group),
    }


def _against_floods(args: FirewallArgs) -> Any:
    """Block who is surely part of a flood, challenge the browsers that may be."""
    apart = [{"regex_string": path} for path in args.unchallenged]
    challenge = {"usage_of_action": "ENABLED", **({"exempt_uri_regular_expressions": apart} if apart else {})}
    return {
        "aws_managed_rules_anti_ddos_rule_set": {
            "client_side_action_config": {"challenge": challenge},
            "sensitivity_to_block": "LOW",
        }
    }


def _visible(name: str) -> Any:
    return {"cloudwatch_metrics_enabled": True, "metric_name": name, "sampled_requests_enabled": True}
