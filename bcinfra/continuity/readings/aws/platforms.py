"""Services that run what others write: App Runner, AppSync, Lightsail servers, replication of databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Balancer, Pool
from bcinfra.continuity.model.ranges import Range, Unit, assumed
from bcinfra.continuity.readings.aws import places
from bcinfra.continuity.readings.aws.compute import FUNCTION
from bcinfra.continuity.readings.aws.stores import TABLE
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.images import registries, release, started_from
from bcinfra.continuity.readings.base.reading import Call, Found, part, setting
from bcinfra.continuity.readings.base.traits import FRONT, RUNS
from bcinfra.continuity.readings.base.view import View, strings
from bcinfra.graph.core.model import Resource

APP: Final = "aws:apprunner/service:Service"
GRAPH_API: Final = "aws:appsync/graphQLApi:GraphQLApi"
SOURCE: Final = "aws:appsync/dataSource:DataSource"
SMALL_SERVER: Final = "aws:lightsail/instance:Instance"
REPLICATION: Final = "aws:dms/replicationInstance:ReplicationInstance"
REPLICATION_GROUP: Final = "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup"


def app(view: View, resource: Resource) -> Iterator[Found]:
    """An App Runner service: as many replicas as requests, over the zones of its region by AWS."""
    texts = strings(view.value(resource, "sourceConfiguration"))
    images = [text for text in texts if ".amazonaws.com/" in text or text.startswith("public.ecr.aws/")]
    yield Pool(
        urn=resource.urn,
        label=f"App Runner service {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_recover=(*places.control_plane(view, resource), *registries(view, images)),
        zones=None,
        regional=True,
        minimum=None,
        desired=None,
        maximum=None,
        replaced=True,
        start=assumed(
            f"a new copy of {resource.name} serves", Unit.SECONDS, Range(5, 60), "a container starts (judgement)"
        ),
        **started_from(view, images),
        release=release(images) or Domain(DomainKind.RELEASE, f"App Runner service {resource.name}"),
    )


def graph_api(view: View, api: Resource) -> Iterator[Found]:
    """A GraphQL API: a regional service before functions and tables."""
    sources = view.users(api, SOURCE, "apiId")
    yield Balancer(
        urn=api.urn,
        label=f"GraphQL API {api.name}{places.where(view, api)}",
        **places.place(view, api),
        needs_to_recover=places.control_plane(view, api),
        zones=None,
        regional=True,
        pools=tuple(dict.fromkeys(f.urn for s in sources for f in view.refs(s, "lambdaConfig", FUNCTION))),
        detects=None,
        public=view.text(api, "visibility") != "PRIVATE",
    )
    for source in sources:
        for table in view.refs(source, "dynamodbConfig", TABLE):
            yield Call(api.urn, table.urn)


def small_server(view: View, resource: Resource) -> Iterator[Found]:
    """A Lightsail server: it stands in one zone, and nothing replaces it."""
    zones, said = places.standing(view, resource, None, 1, view.text(resource, "availabilityZone"))
    yield from said
    yield Pool(
        urn=resource.urn,
        label=f"server {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_recover=places.control_plane(view, resource),
        zones=zones,
        minimum=1,
        desired=1,
        maximum=1,
        replaced=False,
        start=view.time("aws.ec2.single"),
        release=release([image]) if (image := view.text(resource, "blueprintId")) else None,
    )


def replication(view: View, resource: Resource) -> Iterator[Found]:
    """A server that carries changes from one database to another; with Multi-AZ another takes over."""
    spread = view.flag(resource, "multiAz")
    group = view.ref(resource, "replicationSubnetGroupId", REPLICATION_GROUP)
    candidates = places.zones_of(view, view.refs(group, "subnetIds", *places.SUBNETS)) if group else None
    count = 2 if spread else 1
    zones, said = places.standing(view, resource, candidates, count, view.text(resource, "availabilityZone"))
    yield from said
    yield Pool(
        urn=resource.urn,
        label=f"replication {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_run=places.key(view, resource, "kmsKeyArn"),
        needs_to_recover=places.control_plane(view, resource),
        zones=zones,
        minimum=count,
        desired=count,
        maximum=count,
        replaced=spread,
        start=assumed(
            f"{resource.name} goes on on another server", Unit.SECONDS, Range(60, 600), "a standby waits (judgement)"
        ),
        release=Domain(DomainKind.RELEASE, "AWS DMS"),
    )


READINGS: Final = {
    APP: part("containers run by AWS", app, RUNS.also(identities="serviceUrl")),
    GRAPH_API: part("GraphQL API", graph_api, FRONT.also(identities="")),
    SMALL_SERVER: part("server", small_server, RUNS.also(identities="publicIpAddress", facts="aws.ec2.single")),
    REPLICATION: part("replication of databases", replication, RUNS.also(identities="replicationInstanceArn")),
    SOURCE: setting("source of an API", "which functions and tables an API asks", reasons.FRONT),
    REPLICATION_GROUP: setting("subnet group", "which zones replication can stand in"),
}
