"""What a Google Cloud pool is told of when it starts, and what its service account may use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.traits import having
from bcinfra.continuity.readings.base.vendor import Opening
from bcinfra.continuity.readings.base.view import View, as_row, as_text, once_per_view, strings
from bcinfra.continuity.readings.gcp import (
    balancers as gcp_balancers,
    cache as gcp_cache,
    compute as gcp_compute,
    dns as gcp_dns,
    secrets as gcp_secrets,
    sql as gcp_sql,
    storage as gcp_storage,
)
from bcinfra.graph.core.model import Resource

FIREWALL: Final = "gcp:compute/firewall:Firewall"
ACCOUNT: Final = "gcp:serviceaccount/account:Account"
_STARTED_WITH: Final = ("metadata", "metadataStartupScript", "template", "serviceConfig")
_HOSTS: Final = (
    *("privateIpAddress", "publicIpAddress", "connectionName", "dnsName", "host", "discoveryEndpoints"),
    *("ipAddress", "address", "endpoints", "url"),
)
_SHORTEST_HOST: Final = 7
_PERMISSIONS: Final = {
    "gcp:storage/bucketIAMMember:BucketIAMMember": ("bucket", gcp_balancers.BUCKET),
    "gcp:storage/bucketIAMBinding:BucketIAMBinding": ("bucket", gcp_balancers.BUCKET),
    "gcp:secretmanager/secretIamMember:SecretIamMember": ("secretId", gcp_secrets.SECRET),
    "gcp:secretmanager/secretIamBinding:SecretIamBinding": ("secretId", gcp_secrets.SECRET),
}
"""Permission → the property that names what is permitted, and its type."""
_REACHED: Final = (
    gcp_sql.INSTANCE,
    gcp_cache.INSTANCE,
    *gcp_cache.CLUSTERS,
    gcp_storage.FILESTORE,
    *gcp_balancers.RULES,
    *gcp_balancers.ADDRESSES,
)


def reached(view: View, pool: Resource) -> Iterator[Resource]:
    """What the replicas of a pool know of, by dependency or by a text that names it, and what they may use."""
    for row in gcp_compute.pool_rows(view, pool):
        for name in _STARTED_WITH:
            yield from view.linked(row, name)
            yield from _mentioned(view, row, name)
        for account in _accounts(view, row):
            yield from _permitted(view, account)


def told(view: View, pool: Resource) -> Iterator[tuple[Resource, str]]:
    """Where it stands what a pool is started with."""
    yield from ((row, name) for row in gcp_compute.pool_rows(view, pool) for name in _STARTED_WITH)


def openings(view: View, pool: Resource) -> Iterator[Opening]:
    """The addresses that firewall rules let servers connect to."""
    for row in gcp_compute.pool_rows(view, pool):
        yield from _let_out(view, row)


def _let_out(view: View, row: Resource) -> Iterator[Opening]:
    tags, accounts = set(strings(view.value(row, "tags"))), {account.urn for account in _accounts(view, row)}
    for rule in view.graph.of_type(FIREWALL):
        meant = set(strings(view.value(rule, "targetTags")))
        trusted = {account.urn for account in view.refs(rule, "targetServiceAccounts", ACCOUNT)}
        anyone = view.value(rule, "targetTags") is None and view.value(rule, "targetServiceAccounts") is None
        if view.text(rule, "direction") == "EGRESS" and (anyone or meant & tags or trusted & accounts):
            for one in view.rows(rule, "allows"):
                for text in [*strings(one.get("ports"))] or [None]:
                    first, _, last = (text or "").partition("-")
                    yield Opening(view.value(rule, "destinationRanges"), first, last or first)


def _accounts(view: View, row: Resource) -> Iterator[Resource]:
    for name in ("serviceAccount", "template", "serviceConfig"):
        yield from view.refs(row, name, ACCOUNT)
    template = as_text(as_row(view.value(row, "template")).get("serviceAccount"))
    if template:
        yield from view.named(template, (ACCOUNT,))


def _permitted(view: View, account: Resource) -> Iterator[Resource]:
    for token, (name, type) in _PERMISSIONS.items():
        for property in ("member", "members"):
            for grant in view.users(account, token, property):
                yield from view.refs(grant, name, type)
    email = view.text(account, "email")
    for token, (name, type) in _PERMISSIONS.items() if email else ():
        for grant in view.graph.of_type(token):
            if any(email in text for text in strings(view.value(grant, "member"))):  # pyright: ignore[reportOperatorIssue]
                yield from view.refs(grant, name, type)


def _mentioned(view: View, row: Resource, name: str) -> Iterator[Resource]:
    """The stores and balancers whose address, or the bucket whose name, stands in a known text."""
    text = "\n".join(strings(view.value(row, name)))
    if not text:
        return
    for host, found in _hosts(view):
        if host in text:
            yield found


@once_per_view
def _hosts(view: View) -> list[tuple[str, Resource]]:
    found = [
        (text, row)
        for row in view.graph.of_type(*_REACHED)
        for name in _HOSTS
        for text in strings(view.value(row, name))
        if len(text) >= _SHORTEST_HOST
    ]
    buckets = ((view.text(row, "name"), row) for row in view.graph.of_type(gcp_balancers.BUCKET))
    return [*found, *((name, row) for name, row in buckets if name and len(name) >= _SHORTEST_HOST)]


def through(view: View, row: Resource) -> Iterator[Resource]:
    """What stands behind an address, a name or a secret's value."""
    if row.type in gcp_balancers.ADDRESSES:
        yield from (gcp_balancers.front(view, rule) for rule in gcp_balancers.rules_of(view, row))
    if row.type in gcp_balancers.RULES:
        yield gcp_balancers.front(view, row)
    if row.type == gcp_dns.RECORD:
        yield from (*view.linked(row, "rrdatas"), *view.linked(row, "routingPolicy"))
        yield from view.refs(row, "managedZone", gcp_dns.ZONE) if gcp_dns.is_private(view, row) else ()
    if row.type in gcp_secrets.VERSIONS:
        yield from view.refs(row, "secret", gcp_secrets.SECRET, gcp_secrets.REGIONAL)
    for token in ("gcp:sql/database:Database", "gcp:sql/user:User"):
        if row.type == token:
            yield from view.refs(row, "instance", gcp_sql.INSTANCE)


READINGS: Final = {
    ACCOUNT: setting(
        "service account", "what a pool may use", having(reasons.PERMISSIONS, identities="uniqueId email")
    ),
    FIREWALL: setting("packet filter", "which systems on premises are connected to", reasons.FILTER),
    **{token: setting("permission", "what a pool may use", reasons.PERMISSIONS) for token in _PERMISSIONS},
}
