"""Cloud Armor: what is refused before it reaches the shop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
"""Priority of the first rule on paths, before the rules on attacks."""
ATTACKS_FROM: Final = 2000
"""Priority of the first rule on attacks."""
UNLIMITED_FROM: Final = 3000
"""Priority of the first rule on addresses that are not counted: after the rules on attacks."""
RATE: Final = 4000
"""Priority of the rate limit. What conforms to it is allowed, and no rule below it is asked: the first rule that fits
decides (Cloud Armor, security policy rules; read 2026-11)."""
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
    unlimited: Mapping[str, str] = {}
    """IP ranges that many customers come by, such as another vendor's proxies: their requests are judged, and not
    counted; by a name for each."""
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


def refusing(refused: Iterable[str]) -> Iterator[Any]:
    """Rules that refuse ranges of addresses, and nothing else."""
    yield from _refused(refused)
    yield ALL_THE_REST


def rules(args: ArmorArgs) -> Iterator[Any]:
    """The rules of the policy, the first to be judged first."""
    yield from _refused(args.refused)
    yield from _on_addresses(ALLOWED_FROM, "allow", "Addresses that pass every rule", args.allowed.values())
    if args.only_allowed:
        health = {"expr": {"expression": f"request.path == '{args.health_path}'"}}
        yield _throttle(args, RATE, "Too many requests from one address", health)
        yield {"priority": DEFAULT, "action": "deny(403)", "description": "All the rest", "match": _from(["*"])}
        return
    for i, path in enumerate(args.unchecked):
        asked = {"expr": {"expression": _at(path)}}
        yield _throttle(args, UNCHECKED_FROM + i, f"Content that is not judged: {path}", asked)
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
    yield from _on_addresses(UNLIMITED_FROM, "allow", "Addresses of many customers", args.unlimited.values())
    yield _throttle(args, RATE, "Too many requests from one address", _from(["*"]))
    yield ALL_THE_REST


def _refused(ranges: Iterable[str]) -> Iterator[Any]:
    yield from _on_addresses(REFUSED_FROM, "deny(403)", "Refused addresses", ranges)


def _on_addresses(first: int, action: str, says: str, ranges: Iterable[str]) -> Iterator[Any]:
    """Rules on ranges of addresses, as few as they fit into."""
    stated = sorted(ranges)
    for n, i in enumerate(range(0, len(stated), RANGES_A_RULE)):
        match = _from(stated[i : i + RANGES_A_RULE])
        yield {"priority": first + n, "action": action, "description": says, "match": match}


def _throttle(args: ArmorArgs, priority: int, says: str, match: Mapping[str, Any]) -> Any:
    """A rule that lets one address ask so often and no more."""
    return {
        "priority": priority,
        "action": "throttle",
        "description": says,
        "match": match,
        "rate_limit_options": {
            "conform_action": "allow",
            "exceed_action": "deny(429)",
            "enforce_on_key": "IP",
            "rate_limit_threshold": {"count": args.requests_a_minute, "interval_sec": 60},
        },
    }


def _at(path: str) -> str:
    """That a path is asked, and not by a way around it: ``/webhooks/../search`` is another."""
    start = path.removesuffix("*")
    asked = f"request.path.startsWith('{start}')" if path.endswith("*") else f"request.path == '{start}'"
    return f"{asked} && !request.path.contains('..') && !request.path.lower().contains('%2e')"


def _from(ranges: list[str]) -> dict[str, Any]:
    return {"versioned_expr": "SRC_IPS_V1", "config": {"src_ip_ranges": ranges}}


ALL_THE_REST: Final[Any] = {
    "priority": DEFAULT,
    "action": "allow",
    "description": "All the rest",
    "match": _from(["*"]),
}
"""Who is let in that no other rule is about."""
