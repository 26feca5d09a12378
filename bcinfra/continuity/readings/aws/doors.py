"""Whether what stands behind a content delivery network takes requests from everybody, around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Final

from bcinfra.continuity.readings.base.view import View, as_number, as_row, as_rows, as_text, strings
from bcinfra.graph.core.model import UNKNOWN, Resource, Value

GROUP: Final = ("aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
INGRESS: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
LISTENERS: Final = ("aws:lb/listener:Listener", "aws:alb/listener:Listener")
RULES: Final = ("aws:lb/listenerRule:ListenerRule", "aws:alb/listenerRule:ListenerRule")
SUBNET: Final = "aws:ec2/subnet:Subnet"
ACL: Final = "aws:ec2/networkAcl:NetworkAcl"
ACL_RULE: Final = "aws:ec2/networkAclRule:NetworkAclRule"
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


def lets_in(view: View, balancer: Resource) -> bool | None:
    """Whether a load balancer lets in requests from any addresses of the internet; ``None``: not known. A network's
    own list of rules is asked in the order of their numbers, and refuses what none allows
    (https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html, read 2026-11)."""
    if view.flag(balancer, "internal"):
        return False
    acls = [
        _acl(view, subnet) for name in ("subnets", "subnetMappings") for subnet in view.refs(balancer, name, SUBNET)
    ]
    if acls and not any(acl is None or _allows(view, acl) for acl in acls):
        return False
    groups = view.refs(balancer, "securityGroups", *GROUP)
    listed = view.value(balancer, "securityGroups")
    if not groups or not isinstance(listed, list) or len(listed) > len(groups):
        return None
    return any(_admits_somebody(view, group) for group in groups)


def _admits_somebody(view: View, group: Resource) -> bool:
    """Whether a security group admits addresses outside of private networks, or a list of addresses."""
    inline = view.rows(group, "ingress")
    apart = [rule for rule in view.users(group, RULE, "securityGroupId") if view.text(rule, "type") == "ingress"]
    own = view.users(group, INGRESS, "securityGroupId")
    blocks = ("cidrBlocks", "ipv6CidrBlocks", "prefixListIds")
    stated: list[Value] = [row.get(name) for row in inline for name in blocks]
    stated += [view.value(rule, name) for rule in apart for name in blocks]
    stated += [view.value(rule, name) for rule in own for name in ("cidrIpv4", "cidrIpv6", "prefixListId")]
    if group.inputs.get("ingress") is UNKNOWN or any(value is UNKNOWN for value in stated):
        return True
    return any(not _private(text) for value in stated for text in strings(value))


def _private(text: str) -> bool:
    try:
        return ip_network(text, strict=False).is_private
    except ValueError:
        return False


def _acl(view: View, subnet: Resource) -> Resource | None:
    """The list of rules that a subnet has of its own; ``None``: its network's, which the program does not state."""
    rows = view.users(subnet, "aws:ec2/networkAclAssociation:NetworkAclAssociation", "subnetId")
    own = [acl for row in rows for acl in view.refs(row, "networkAclId", ACL)]
    return next(iter((*own, *view.users(subnet, ACL, "subnetIds"))), None)


def _allows(view: View, acl: Resource) -> bool:
    """Whether requests from any address to a web server's ports come through, or nobody knows."""
    apart = [rule for rule in view.users(acl, ACL_RULE, "networkAclId") if not view.flag(rule, "egress")]
    rows = [(row.get("ruleNo"), row.get("action"), row) for row in view.rows(acl, "ingress")]
    rows += [(view.value(rule, "ruleNumber"), view.value(rule, "ruleAction"), rule.inputs) for rule in apart]
    if acl.inputs.get("ingress") is UNKNOWN or any(as_number(number) is None for number, _, _ in rows):
        return True
    for _, action, row in sorted(rows, key=lambda one: as_number(one[0]) or 0):
        if action == "allow":
            return True
        if _covers_the_web(row):
            return False
    return False


def _covers_the_web(row: Mapping[str, Value]) -> bool:
    """Whether a rule is about all addresses and all of the ports that web servers answer at."""
    first, last = as_number(row.get("fromPort")), as_number(row.get("toPort"))
    ports = row.get("protocol") in ("-1", "all", -1) or (first or 0) <= 80 <= 443 <= (last or 0)
    return ports and row.get("cidrBlock") in EVERYBODY


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
