"""Whether what stands behind a content delivery network takes requests from everybody, around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bcinfra.continuity.readings.base.view import View, as_row, as_rows, as_text, strings
from bcinfra.graph.core.model import UNKNOWN, Resource, Value

GROUP: Final = ("aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
INGRESS: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
LISTENERS: Final = ("aws:lb/listener:Listener", "aws:alb/listener:Listener")
RULES: Final = ("aws:lb/listenerRule:ListenerRule", "aws:alb/listenerRule:ListenerRule")
EVERYBODY: Final = frozenset({"0.0.0.0/0", "::/0"})
_FORWARDS: Final = "forward"


def open_to_all(view: View, front: Resource) -> bool | None:
    """Whether a load balancer or server takes requests from everybody; ``None``: not known.

    Three locks keep the world out, and each does: security groups that let in addresses of the network alone (a prefix
    list, another group), a header that only the network knows, without which nothing is forwarded
    (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/restrict-access-to-load-balancer.html, 2026-11),
    and a certificate that only the network has (``mutualAuthentication`` that verifies;
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html, 2026-11).
    """
    if view.flag(front, "internal") or _asks_for_a_header(view, front):
        return False
    names = ("securityGroups", "vpcSecurityGroupIds")
    groups = [group for name in names for group in view.refs(front, name, *GROUP)]
    if any(_admits_everybody(view, group) for group in groups):
        return True
    stated = [view.value(front, name) for name in names if front.inputs.get(name) is not None]
    if not stated and not groups:  # a network load balancer without a group; the default group of an application's
        return True if view.text(front, "loadBalancerType") == "network" else None
    listed = max((len(value) for value in stated if isinstance(value, list)), default=0)
    return False if groups and len(groups) >= listed else None


def _admits_everybody(view: View, group: Resource) -> bool:
    inline = view.rows(group, "ingress")
    rules = view.users(group, RULE, "securityGroupId")
    ranges: list[Value] = [row.get(name) for row in inline for name in ("cidrBlocks", "ipv6CidrBlocks")]
    for name in ("cidrBlocks", "ipv6CidrBlocks"):
        ranges += [view.value(rule, name) for rule in rules if view.text(rule, "type") == "ingress"]
    for name in ("cidrIpv4", "cidrIpv6"):
        ranges += [view.value(rule, name) for rule in view.users(group, INGRESS, "securityGroupId")]
    return bool(EVERYBODY & {text for one in ranges for text in strings(one)})


def _asks_for_a_header(view: View, balancer: Resource) -> bool:
    """Whether everything that listens refuses who does not show a header. A single path, such as that of health
    checks, may be asked by anybody."""
    listening = [listener for token in LISTENERS for listener in view.users(balancer, token, "loadBalancerArn")]
    found = [_keyed(view, listener) for listener in listening]
    return None not in found and True in found


def _keyed(view: View, listener: Resource) -> bool | None:
    """Whether a listener forwards what shows a header or a certificate alone; ``False``: nothing; ``None``: anything
    else."""
    if as_text(as_row(view.value(listener, "mutualAuthentication")).get("mode")) == "verify":
        return True
    rules = [rule for token in RULES for rule in view.users(listener, token, "listenerArn")]
    forwarding = [rule for rule in rules if _forwards(view, rule, "actions")]
    if _forwards(view, listener, "defaultActions") or listener.inputs.get("defaultActions") in (None, UNKNOWN):
        return None
    conditions = [[*_conditions(view, rule)] for rule in forwarding]
    keyed = [any("httpHeader" in one for one in rows) for rows in conditions]
    single = [any(_single(one) for one in rows) for rows in conditions]
    if not all(k or s for k, s in zip(keyed, single, strict=True)):
        return None
    return True in keyed


def _forwards(view: View, row: Resource, name: str) -> bool:
    return any(as_text(action.get("type")) == _FORWARDS for action in view.rows(row, name))


def _conditions(view: View, rule: Resource) -> Iterator[Mapping[str, Value]]:
    yield from as_rows(view.value(rule, "conditions"))


def _single(condition: Mapping[str, Value]) -> bool:
    paths = strings(as_row(condition.get("pathPattern")).get("values"))
    return bool(paths) and not any("*" in path or "?" in path for path in paths)
