"""RDS Proxy: what stands between programs and a database, and holds their connections while it fails over.

No time is taken off a failover for it: AWS publishes a share alone ("up to 66 %"), and what a database needs to recover
its data is the same (https://aws.amazon.com/rds/proxy/; read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model.parts import Balancer
from bcinfra.continuity.readings.aws import places, relational, secrets
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import Call, Found, part, setting
from bcinfra.continuity.readings.base.traits import FRONT, having
from bcinfra.continuity.readings.base.view import View
from bcinfra.graph.core.model import Resource

PROXY: Final = "aws:rds/proxy:Proxy"
ENDPOINT: Final = "aws:rds/proxyEndpoint:ProxyEndpoint"
TARGET: Final = "aws:rds/proxyTarget:ProxyTarget"
ZONES: Final = 2
"""Zones of its subnets that the endpoint of a proxy stands in (Amazon RDS User Guide, RDS Proxy, quotas and
limitations: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html; read 2026-11)."""


def proxy(view: View, resource: Resource) -> Iterator[Found]:
    """A proxy: who connects through it fails with it, with the keys of what it logs in with, and with the database."""
    candidates = places.zones_of(view, places.subnets(view, resource, "vpcSubnetIds"))
    zones, said = places.standing(view, resource, candidates, min(ZONES, len(candidates or ()) or ZONES))
    yield from said
    logins = view.refs(resource, "auths", secrets.SECRET)
    yield Balancer(
        urn=resource.urn,
        label=f"database proxy {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_run=tuple(dict.fromkeys(key for secret in logins for key in places.key(view, secret))),
        needs_to_recover=places.control_plane(view, resource),
        zones=zones,
        pools=(),
        detects=None,
        public=False,
        relays=True,
    )
    for database in databases(view, resource):
        yield Call(resource.urn, database.urn)


def databases(view: View, resource: Resource) -> Iterator[Resource]:
    """What stands behind a proxy."""
    for target in view.users(resource, TARGET, "dbProxyName"):
        yield from view.refs(target, "dbInstanceIdentifier", relational.INSTANCE)
        yield from view.refs(target, "dbClusterIdentifier", relational.CLUSTER)


READINGS: Final = {
    PROXY: part("database proxy", proxy, FRONT.also(identities="endpoint", guarded_by="vpcSecurityGroupIds")),
    ENDPOINT: setting(
        "endpoint of a database proxy",
        "which database its clients use",
        having(reasons.FRONT, identities="endpoint", guarded_by="vpcSecurityGroupIds"),
    ),
    TARGET: setting("database proxy target", "which database its clients use"),
}
