"""Cloud Armor: what is refused before it reaches the shop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Self

import pulumi
from pulumi_gcp.compute import SecurityPolicy
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, refuse
from bcinfra.gcp.region import Project

ATTACKS: Final = (
    "sqli",
    "xss",
    "lfi",
    "rfi",
    "rce",
    "methodattack",
    "scannerdetection",
    "protocolattack",
    "php",
    "sessionfixation",
    "java",
    "nodejs",
    "cve-canary",
)
"""Rule sets for the attacks of the OWASP Core Rule Set 3.3, and the one for single vulnerabilities that are used at
large, Log4j's (CVE-2021-44228) first (Cloud Armor, preconfigured WAF rules; read 2026-11)."""

REFUSED_FROM: Final = 100
"""Priority of the first rule on addresses. The lowest number is judged first."""
ALLOWED_FROM: Final = 500
"""Priority of the first rule on addresses that pass all that follow."""
UNCHECKED_FROM: Final = 1500
"""Priority of the first rule on paths: after the rate limit, before the rules on attacks."""
RATE: Final = 1000
"""Priority of the rate limit."""
ATTACKS_FROM: Final = 2000
"""Priority of the first rule on attacks."""
DEFAULT: Final = 2147483647
"""Priority of what happens to all the rest."""

RANGES_A_RULE: Final = 10
"""Most IP ranges in one rule (Cloud Armor quotas)."""


class ArmorArgs(Args):
    """Arguments of :class:`Armor`."""

    project: Project
    """The project of the load balancers that it guards."""
    attacks: frozenset[str] = frozenset(ATTACKS)
    """Rule sets that are used, of :data:`ATTACKS`."""
    sensitivity: int = Field(default=1, ge=1, le=4)
    """How little it takes to be refused: 1 has fewest false alarms (paranoia level of the rule set)."""
    preview: bool = False
    """Whether the rules on attacks only log, while a new shop learns what its own customers look like."""
    requests_a_minute: int = Field(default=600, ge=1)
    """Requests a minute from one address, after which it is told to wait (429). An assumption until customers are
    measured: an office or a mobile network can be one address."""
    refused: frozenset[str] = frozenset()
    """IP ranges that are refused."""

    counted: frozenset[str] = frozenset()
    """Rule sets, of ``attacks``, that only log what they would refuse."""
    unchecked: tuple[str, ...] = Field(default=(), max_length=10, examples=[["/webhooks/*"]])
    """Paths whose content no rule set judges; ``*`` at the end stands for the rest. Floods are limited there too."""
    allowed: Mapping[str, str] = {}
    """IP ranges that pass every rule but ``refused``, by a name for each."""
    only_allowed: bool = False
    """Whether nobody else comes in, such as behind another vendor's content delivery network, which judges what is
    asked; but for ``health_path``, which checks of all vendors ask, and floods of which are throttled."""
    health_path: str = Field(default="/healthz", pattern=r"^/[^'\\\\]*$")
    """Answers whether the shop sells."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(
            f"{field}: {name!r} is no rule set; there are {', '.join(ATTACKS)}"
            for field, names in (("attacks", self.attacks), ("counted", self.counted))
            for name in sorted(names - set(ATTACKS))
        )
        return self


class Armor(Component):
    """A security policy for load balancers: floods are throttled, known attacks are refused, new ones are detected.

    Google absorbs floods of packets by itself. Adaptive protection learns what is normal and raises an alarm on a flood
    of requests; its suggested rules need Cloud Armor Enterprise.
    """

    package = "gcp"

    policy_id: pulumi.Output[str]
    """The policy, for ``LoadBalancerArgs.security_policy``."""

    def __init__(self, name: str, args: ArmorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        project = args.project
        policy = SecurityPolicy(
            f"{name}-policy",
            project=project.project,
            description=f"What is refused before it reaches {name}",
            type="CLOUD_ARMOR",
            rules=list(rules(args)),
            adaptive_protection_config={"layer7_ddos_defense_config": {"enable": True, "rule_visibility": "STANDARD"}},
            advanced_options_config={"json_parsing": "STANDARD", "log_level": "NORMAL"},
            labels=project.labelled(name),
            opts=project.child(self),
        )
        self.policy_id = policy.id
        self.register_outputs({"policyId": self.policy_id})


def rules(args: ArmorArgs) -> Iterator[Any]:
    """The rules of the policy, the first to be judged first."""
    refused = sorted(args.refused)
    for i in range(0, len(refused), RANGES_A_RULE):
        yield {
            "priority": REFUSED_FROM + i // RANGES_A_RULE,
            "action": "deny(403)",
            "description": "Refused addresses",
            "match": _from(refused[i : i + RANGES_A_RULE]),
        }
    allowed = sorted(args.allowed.values())
    for i in range(0, len(allowed), RANGES_A_RULE):
        yield {
            "priority": ALLOWED_FROM + i // RANGES_A_RULE,
            "action": "allow",
            "description": "Addresses that pass every rule",
            "match": _from(allowed[i : i + RANGES_A_RULE]),
        }
    closed = args.only_allowed
    yield {
        "priority": RATE,
        "action": "throttle",
        "description": "Too many requests from one address",
        "match": {"expr": {"expression": f"request.path == '{args.health_path}'"}} if closed else _from(["*"]),
        "rate_limit_options": {
            "conform_action": "allow",
            "exceed_action": "deny(429)",
            "enforce_on_key": "IP",
            "rate_limit_threshold": {"count": args.requests_a_minute, "interval_sec": 60},
        },
    }
    if closed:
        yield {"priority": DEFAULT, "action": "deny(403)", "description": "All the rest", "match": _from(["*"])}
        return
    for i, path in enumerate(args.unchecked):
        yield {
            "priority": UNCHECKED_FROM + i,
            "action": "allow",
            "description": f"Content that is not judged: {path}",
            "match": {"expr": {"expression": _at(path)}},
        }
    for i, attack in enumerate(ATTACKS):  # a rule set keeps its priority when another is left out
        if attack in args.attacks:
            rule_set = attack if attack.endswith("-canary") else f"{attack}-v33-stable"
            check = f"evaluatePreconfiguredWaf('{rule_set}', {{'sensitivity': {args.sensitivity}}})"
            yield {
                "priority": ATTACKS_FROM + i,
                "action": "deny(403)",
                "description": f"OWASP Core Rule Set: {attack}",
                "preview": args.preview or attack in args.counted,
                "match": {"expr": {"expression": check}},
            }
    yield {"priority": DEFAULT, "action": "allow", "description": "All the rest", "match": _from(["*"])}


def _at(path: str) -> str:
    """That a path is asked, and not by a way around it: ``/webhooks/../search`` is another."""
    start = path.removesuffix("*")
    asked = f"request.path.startsWith('{start}')" if path.endswith("*") else f"request.path == '{start}'"
    return f"{asked} && !request.path.contains('..') && !request.path.lower().contains('%2e')"


def _from(ranges: list[str]) -> dict[str, Any]:
    return {"versioned_expr": "SRC_IPS_V1", "config": {"src_ip_ranges": ranges}}
