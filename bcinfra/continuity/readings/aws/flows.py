"""What an AWS pool is let into, and what it knows of.

Two things tell: a store's or balancer's security group lets the pool's in, or what the pool is started with (task
definition, user data, environment, the policies of its role) knows the store. Either is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from bcinfra.continuity.readings.aws import compute, dns, managed, proxies, relational, secrets, stores
from bcinfra.continuity.readings.aws.custom_actions import known_to_role
from bcinfra.continuity.readings.aws.doors import EGRESS, GROUP, INGRESS, RULE
from bcinfra.continuity.readings.aws.places import BUCKET_TYPES
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.traits import having
from bcinfra.continuity.readings.base.vendor import Opening
from bcinfra.continuity.readings.base.view import View, as_json, once_per_view, strings
from bcinfra.graph.core.model import Resource

SECRET_VERSION: Final = "aws:secretsmanager/secretVersion:SecretVersion"  # noqa: S105  a type token
TRIGGER: Final = "aws:lambda/eventSourceMapping:EventSourceMapping"
_SHORTEST_HOST: Final = 12


def reached(view: View, pool: Resource) -> Iterator[Resource]:
    """What a pool is let into, or knows of."""
    for row in _rows(view, pool):
        groups = {group.urn for group in security_groups(view, row)}
        yield from (*_admitting(view, groups), *_known(view, row))


def openings(view: View, pool: Resource) -> Iterator[Opening]:
    """What the security groups of a pool let it connect to."""
    for row in _rows(view, pool):
        for group in security_groups(view, row):
            for one in view.rows(group, "egress"):
                yield Opening(one.get("cidrBlocks"), one.get("fromPort"), one.get("toPort"))
            for rule in view.users(group, EGRESS, "securityGroupId"):
                yield Opening(*(view.value(rule, name) for name in ("cidrIpv4", "fromPort", "toPort")))
            for rule in view.users(group, RULE, "securityGroupId"):
                if view.text(rule, "type") == "egress":
                    yield Opening(*(view.value(rule, name) for name in ("cidrBlocks", "fromPort", "toPort")))


def _rows(view: View, row: Resource) -> tuple[Resource, ...]:
    """The resources that a pool is made of."""
    return compute.pool_members(view, row.urn) or (row,)


def security_groups(view: View, row: Resource) -> Iterator[Resource]:
    """The security groups that a pool's replicas carry."""
    for name in ("networkConfiguration", "vpcSecurityGroupIds", "securityGroups", "vpcConfig"):
        yield from view.refs(row, name, *GROUP)
    if launch := _launched_from(view, row):
        for name in ("vpcSecurityGroupIds", "networkInterfaces", "securityGroups"):
            yield from view.refs(launch, name, *GROUP)
    for cluster in view.refs(row, "clusterName", "aws:eks/cluster:Cluster"):
        yield from view.refs(cluster, "vpcConfig", *GROUP)


def _launched_from(view: View, row: Resource) -> Resource | None:
    if row.type == compute.GROUP:
        return compute.template(view, row)
    return view.ref(row, "launchTemplate", compute.TEMPLATE)


def _admitting(view: View, groups: set[str]) -> Iterator[Resource]:
    """What lets any of the security groups in."""
    guarded = _guarded(view)
    guards = _guards(view)
    for guard in sorted({guard for group in groups for guard in guards.get(group, ())}):
        yield from guarded[guard]


@once_per_view
def _guards(view: View) -> dict[str, list[str]]:
    """URN of a security group → those that guard something and let it in."""
    admitted = _admissions(view)
    found: dict[str, list[str]] = {}
    for guard in _guarded(view):
        for group in admitted.get(guard, ()):
            found.setdefault(group, []).append(guard)
    return found


def _admissions(view: View) -> dict[str, set[str]]:
    """URN of a security group → URNs of those that it lets in."""
    found: dict[str, set[str]] = {}

    def admit(guard: Iterable[Resource], source: Iterable[Resource]) -> None:
        for group in guard:
            found.setdefault(group.urn, set()).update(s.urn for s in source)

    for group in view.graph.of_type(*GROUP):
        admit((group,), view.refs(group, "ingress", *GROUP))
    for rule in view.graph.of_type(INGRESS):
        admit(view.refs(rule, "securityGroupId", *GROUP), view.refs(rule, "referencedSecurityGroupId", *GROUP))
    for rule in view.graph.of_type(RULE):
        if view.text(rule, "type") == "ingress":
            admit(view.refs(rule, "securityGroupId", *GROUP), view.refs(rule, "sourceSecurityGroupId", *GROUP))
    return found


@once_per_view
def _guarded(view: View) -> dict[str, list[Resource]]:
    """URN of a security group → what it guards."""
    found: dict[str, list[Resource]] = {}
    for type, traits in view.traits.items():
        for row in view.graph.of_type(type) if traits.guarded_by else ():
            for name in traits.guarded_by:
                for group in view.refs(row, name, *GROUP):
                    found.setdefault(group.urn, []).append(row)
    return found


def _known(view: View, row: Resource) -> Iterator[Resource]:
    """What a pool's replicas are told of when they start, and what their role may use."""
    launch = _launched_from(view, row)
    tasks = view.ref(row, "taskDefinition", compute.TASKS)
    for source in filter(None, (row, launch, tasks)):
        traits = view.of_type(source.type)
        for name in traits.started_with:
            yield from view.linked(source, name)
            yield from _mentioned(view, source, name)
        if traits.role:
            yield from known_to_role(view, source, traits.role)
    for trigger in view.users(row, TRIGGER, "functionName"):
        yield from view.refs(trigger, "eventSourceArn", stores.QUEUE, managed.STREAM, stores.TABLE)


def told(view: View, pool: Resource) -> Iterator[tuple[Resource, str]]:
    """Where it stands what a pool is started with: its own properties, and parameters and secrets that they name."""
    for row in _rows(view, pool):
        for source in filter(None, (row, _launched_from(view, row), view.ref(row, "taskDefinition", compute.TASKS))):
            for name in view.of_type(source.type).started_with:
                yield source, name
                for kept in view.refs(source, name, secrets.PARAMETER):
                    yield from ((kept, value) for value in ("value", "insecureValue", "valueWo"))
                for secret in view.refs(source, name, secrets.SECRET):
                    yield from ((one, "secretString") for one in view.users(secret, SECRET_VERSION, "secretId"))


def _mentioned(view: View, source: Resource, name: str) -> Iterator[Resource]:
    """The stores and balancers whose host name stands in a known text."""
    text = "\n".join(strings(as_json(view.value(source, name)) or view.value(source, name)))
    if not text:
        return
    for host, row in _hosts(view):
        if host in text:
            yield row


@once_per_view
def _hosts(view: View) -> list[tuple[str, Resource]]:
    names = (
        "address",
        "endpoint",
        "readerEndpoint",
        "primaryEndpointAddress",
        "configurationEndpointAddress",
        "dnsName",
        "arn",
    )
    guarded = (token for token, traits in view.traits.items() if traits.guarded_by)
    types = (*guarded, stores.FILES, stores.TABLE, stores.QUEUE, secrets.SECRET, *BUCKET_TYPES)
    return [
        (text.split(":")[0] if name == "endpoint" else text, row)
        for row in view.graph.of_type(*types)
        for name in names
        if (text := view.text(row, name)) and len(text) >= _SHORTEST_HOST
    ]


def through(view: View, row: Resource) -> Iterator[Resource]:
    """What stands behind a name, a proxy, a file system's mount target, a cluster's instance, a secret's value."""
    if row.type == dns.RECORD:
        yield from (*view.linked(row, "aliases"), *view.linked(row, "records"))
        yield from view.refs(row, "zoneId", dns.ZONE) if dns.is_private(view, row) else ()
    if row.type == stores.MOUNT:
        yield from view.refs(row, "fileSystemId", stores.FILES)
    if row.type == relational.CLUSTER_INSTANCE:
        yield from view.refs(row, "clusterIdentifier", relational.CLUSTER)
    if row.type == proxies.ENDPOINT:
        yield from view.refs(row, "dbProxyName", proxies.PROXY)
    if row.type == proxies.PROXY:
        yield from proxies.databases(view, row)
    if row.type == SECRET_VERSION:
        yield from view.refs(row, "secretId", secrets.SECRET)


READINGS: Final = {
    **{token: setting("security group", "who may connect to what", reasons.FILTER) for token in GROUP},
    EGRESS: setting("outgoing rule", "which systems on premises are connected to", reasons.FILTER),
    INGRESS: setting("security group rule", "who may connect to what", reasons.FILTER),
    RULE: setting("security group rule", "who may connect to what", reasons.FILTER),
    TRIGGER: setting("trigger of a function", "which queue, stream or table a function works through"),
    "aws:iam/role:Role": setting(
        "role", "what a pool or function may use", having(reasons.PERMISSIONS, identities="uniqueId")
    ),
    "aws:iam/rolePolicy:RolePolicy": setting(
        "policy of a role", "what a pool or function may use", reasons.PERMISSIONS
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": setting(
        "policy of a role", "what it may use", reasons.PERMISSIONS
    ),
    "aws:iam/policy:Policy": setting("policy", "what a pool or function may use", reasons.PERMISSIONS),
}
