"""A web application firewall before the load balancers of one site, or at the edge of a distribution."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, Self

import pulumi
from pulumi_aws.cloudwatch import LogGroup
from pulumi_aws.wafv2 import IpSet, WebAcl, WebAclAssociation, WebAclLoggingConfiguration
from pydantic import Field, model_validator

from bcinfra.aws.datasite import LogDays
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.aws.tier import ORIGIN_HEADER
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


RATE: Final = 2
"""Priority of the limit to what one address may ask: after who passes all rules, and after AWS's own against floods."""
MOST_UNCHALLENGED: Final = 10
"""Paths that the rules against floods leave out (AWS WAF quotas, ExemptUriRegularExpressions)."""


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
    counted: frozenset[str] = frozenset()
    """Rule groups, of :data:`MANAGED`, that only count what they would block: while a shop learns what its own
    customers look like. Not the one against floods."""
    unchecked: tuple[str, ...] = Field(default=(), max_length=10, examples=[["/webhooks/*"]])
    """Paths whose content no rule group judges, and whose callers are no browsers; ``*`` at the end stands for the
    rest. Floods are limited there too."""
    allowed: Mapping[str, str] = {}
    """Ranges of IPv4 addresses that pass every rule, by a name for each."""
    unlimited: Mapping[str, str] = {}
    """Ranges of IPv4 addresses that many customers come by, such as another vendor's proxies: their requests are
    judged, and not counted; by a name for each."""
    uncounted_keys: tuple[Str, ...] = Field(default=(), max_length=4)
    """Secrets, one of which a content delivery network shows as ``X-Origin-Key`` that itself counts what one customer
    asks: its edges ask for many, and their requests are judged, and not counted. Who asks around it is counted."""
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
        for group in sorted(self.counted - (MANAGED.keys() - {ANTI_DDOS})):
            yield f"counted: {group!r} is none of {', '.join(sorted(MANAGED.keys() - {ANTI_DDOS}))}"
        if len(self.unchecked) + len(self.unchallenged) > MOST_UNCHALLENGED:
            yield f"unchecked: with unchallenged there are more than {MOST_UNCHALLENGED} paths"


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
        self._args, region = args, args.region
        acl = WebAcl(
            f"{name}-acl",
            scope="CLOUDFRONT" if args.worldwide else "REGIONAL",
            default_action={"allow": {}},
            rules=[*self._let_through(name), self._rate_rule(name), *(_managed_rule(group, args) for group in MANAGED)],
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
            redacted_fields=[{"single_header": {"name": header}} for header in self._redacted()],
            opts=region.child(self),
        )
        self.web_acl_arn = acl.arn
        self.register_outputs({"webAclArn": self.web_acl_arn})

    def _redacted(self) -> tuple[str, ...]:
        """Headers that no log shows."""
        return ("authorization", "cookie", *((ORIGIN_HEADER.lower(),) if self._args.uncounted_keys else ()))

    def _let_through(self, name: str) -> list[Any]:
        """The rule on addresses that pass all others."""
        args = self._args
        if not args.allowed:
            return []
        return [
            {
                "name": "allowed",
                "priority": 0,
                "action": {"allow": {}},
                "statement": self._from(f"{name}-allowed", args.allowed),
                "visibility_config": _visible("allowed"),
            }
        ]

    def _from(self, name: str, ranges: Mapping[str, str]) -> dict[str, Any]:
        """That a request comes from one of some ranges."""
        args = self._args
        made = IpSet(
            name,
            scope="CLOUDFRONT" if args.worldwide else "REGIONAL",
            ip_address_version="IPV4",
            addresses=sorted(ranges.values()),
            tags=args.region.tagged(name),
            opts=args.region.child(self),
        )
        header = {"header_name": "X-Forwarded-For", "fallback_behavior": "NO_MATCH", "position": "LAST"}
        by = {"ip_set_forwarded_ip_config": header} if args.forwarded else {}
        return {"ip_set_reference_statement": {"arn": made.arn, **by}}

    def _rate_rule(self, name: str) -> Any:
        args = self._args
        by: dict[str, Any] = {"aggregate_key_type": "IP"}
        if args.forwarded:
            address = {"header_name": "X-Forwarded-For", "fallback_behavior": "MATCH"}
            by = {"aggregate_key_type": "FORWARDED_IP", "forwarded_ip_config": address}
        others = [_shows(key) for key in args.uncounted_keys]
        if args.unlimited:
            others.append(self._from(f"{name}-unlimited", args.unlimited))
        if others:
            by["scope_down_statement"] = _none_of(others)
        limit = {"limit": args.requests_limit, "evaluation_window_sec": args.window_seconds, **by}
        return {
            "name": "one-address",
            "priority": RATE,
            "action": {"block": {}},
            "statement": {"rate_based_statement": limit},
            "visibility_config": _visible("one-address"),
        }


def _managed_rule(group: str, args: FirewallArgs) -> Any:
    counted: list[dict[str, Any]] = [
        {"name": rule, "action_to_use": {"count": {}}} for rule in sorted(args.exempt.get(group, ()))
    ]
    return {
        "name": group,
        "priority": MANAGED[group],
        "override_action": {"count": {}} if group in args.counted else {"none": {}},
        "statement": {
            "managed_rule_group_statement": {
                "vendor_name": "AWS",
                "name": group,
                **({"rule_action_overrides": counted} if counted else {}),
                **(
                    {"managed_rule_group_configs": [_against_floods(args)]}
                    if group == ANTI_DDOS
                    else _elsewhere(args.unchecked)
                ),
            }
        },
        "visibility_config": _visible(group),
    }


def _against_floods(args: FirewallArgs) -> Any:
    """Block who is surely part of a flood, challenge the browsers that may be."""
    unchecked = [f"^{re.escape(path.removesuffix('*'))}{'' if path.endswith('*') else '$'}" for path in args.unchecked]
    apart = [{"regex_string": path} for path in (*args.unchallenged, *unchecked)]
    challenge = {"usage_of_action": "ENABLED", **({"exempt_uri_regular_expressions": apart} if apart else {})}
    return {
        "aws_managed_rules_anti_ddos_rule_set": {
            "client_side_action_config": {"challenge": challenge},
            "sensitivity_to_block": "LOW",
        }
    }


def _elsewhere(paths: tuple[str, ...]) -> dict[str, Any]:
    """That a rule group judges what is asked of other paths alone. A path is compared as a server understands it, or
    ``/webhooks/../search`` would be let through."""
    if not paths:
        return {}
    matches: list[Any] = [
        {
            "byte_match_statement": {
                "field_to_match": {"uri_path": {}},
                "positional_constraint": "STARTS_WITH" if path.endswith("*") else "EXACTLY",
                "search_string": path.removesuffix("*"),
                "text_transformations": [
                    {"priority": 0, "type": "URL_DECODE"},
                    {"priority": 1, "type": "NORMALIZE_PATH"},
                ],
            }
        }
        for path in paths
    ]
    return {"scope_down_statement": _none_of(matches)}


def _none_of(statements: list[Any]) -> dict[str, Any]:
    """That none of some statements holds."""
    either: Any = statements[0] if len(statements) == 1 else {"or_statement": {"statements": statements}}
    return {"not_statement": {"statement": either}}


def _shows(key: Str) -> dict[str, Any]:
    """That a request shows a key."""
    return {
        "byte_match_statement": {
            "field_to_match": {"single_header": {"name": ORIGIN_HEADER.lower()}},
            "positional_constraint": "EXACTLY",
            "search_string": key,
            "text_transformations": [{"priority": 0, "type": "NONE"}],
        }
    }


def _visible(name: str) -> Any:
    return {"cloudwatch_metrics_enabled": True, "metric_name": name, "sampled_requests_enabled": True}
