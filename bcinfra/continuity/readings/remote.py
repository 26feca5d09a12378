"""Components of well-known plugins, as the resources that they make by their published shape.

What a plugin makes is not seen before it is deployed. Of some it is published what that is for which arguments; of
those it is put into the graph in their place, and said. Where children are seen already, as in a live stack, they are
what counts. Defaults are those of these sources:

- https://github.com/pulumi/pulumi-awsx at e60adf3c (2026-08): awsx/ec2/vpc.ts (three zones, a NAT gateway in each),
  awsx/lb/applicationLoadBalancer.ts, awsx/ecs/fargateService.ts (one task)
- https://github.com/pulumi/pulumi-eks at 7bf0c1b1 (2026-08): nodejs/eks/cluster/cluster.ts, nodes/nodegroup.ts
  (two nodes, one to two)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple, TypeAlias

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.statements import resource
from bcinfra.continuity.readings.base.view import as_flag, as_number, as_row, as_rows, as_text, strings
from bcinfra.graph.core.model import UNKNOWN, Graph, Resource, Value

_ZONES: Final = 3
"""Zones of a network of awsx where nothing else is stated."""
_TASKS: Final = 1
"""Replicas of a service of awsx where nothing else is stated."""
_NODES: Final = {"desiredSize": 2.0, "minSize": 1.0, "maxSize": 2.0}
"""Nodes of a cluster of eks where nothing else is stated."""
_SUBNETS: Final = ("subnetIds", "subnets", "subnetMappings")


class Made(NamedTuple):
    """A resource that a component makes."""

    token: str
    name: str
    inputs: Mapping[str, Value] = {}
    leads: Mapping[str, tuple[str, ...]] = {}
    """Property → URNs of what it leads to, or ``#name`` of another that the component makes."""


Shape: TypeAlias = Callable[[Resource], Iterator[Made]]


def expanded(graph: Graph) -> tuple[Graph, tuple[Assumption, ...]]:
    """The graph with what its known components make, and what was thereby taken to be so."""
    known = [row for row in graph if row.urn in graph.opaque and row.type in SHAPES]
    if not known:
        return graph, ()
    providers = [row for row in graph if row.type == "pulumi:providers:aws"]
    regions = {as_text(row.inputs.get("region")) for row in providers}
    provider = providers[0].urn if len(regions) == 1 else None
    inside: dict[str, tuple[str, ...]] = {}
    made: list[Resource] = []
    for component in known:
        rows = [_resource(component, one, provider) for one in SHAPES[component.type](component)]
        inside[component.urn] = tuple(row.urn for row in rows)
        made += rows
    every = (*graph, *made)
    resources = {row.urn: _leading(row, inside) for row in sorted(every, key=lambda row: row.urn)}
    return replace(graph, resources=resources), tuple(Assumption(Assumes.OF_SHAPE, resource(row.urn)) for row in known)


def _resource(component: Resource, made: Made, provider: str | None) -> Resource:
    def urn(token: str, name: str) -> str:
        head, _, kinds_and_name = component.urn.rpartition("::")
        return f"{head}${token}::{kinds_and_name}{name and '-'}{name}"

    leads = {
        name: tuple(urn(*to[1:].split(" ")) if to.startswith("#") else to for to in found)
        for name, found in made.leads.items()
    }
    return Resource(
        urn=urn(made.token, made.name),
        parent=component.urn,
        provider=provider,
        inputs={**made.inputs, **{name: UNKNOWN for name in leads if name not in made.inputs}},
        dependencies=tuple(sorted({to for found in leads.values() for to in found})),
        property_dependencies=leads,
        place=component.place,
    )


def _leading(row: Resource, inside: Mapping[str, tuple[str, ...]]) -> Resource:
    """A resource that leads to what is inside of the components that it leads to."""
    if not any(urn in inside for found in row.property_dependencies.values() for urn in found):
        return row
    leads = {
        name: tuple(dict.fromkeys(other for urn in found for other in (urn, *inside.get(urn, ()))))
        for name, found in row.property_dependencies.items()
    }
    return replace(row, property_dependencies=leads)


def _to(component: Resource, *names: str) -> tuple[str, ...]:
    """What properties of a component lead to."""
    return tuple(dict.fromkeys(urn for name in names for urn in component.property_dependencies.get(name, ())))


def _given(component: Resource, *names: str) -> dict[str, Value]:
    return {name: component.inputs[name] for name in names if component.inputs.get(name) is not None}


def _placed(component: Resource, name: str, *properties: str) -> tuple[dict[str, Value], dict[str, tuple[str, ...]]]:
    """Subnets that any of the properties names, as input and as edges of the property ``name``."""
    texts: list[Value] = [text for one in properties for text in strings(component.inputs.get(one))]
    leads = _to(component, *properties)
    return {name: texts} if texts else {}, {name: leads} if leads else {}


def network(component: Resource) -> Iterator[Made]:
    """A network of awsx: a public and a private subnet in each zone, and NAT gateways by its strategy."""
    names = list(strings(component.inputs.get("availabilityZoneNames")))
    count = as_number(component.inputs.get("numberOfAvailabilityZones"))
    names = names or [f"unnamed {n + 1} of {component.name}" for n in range(int(count or _ZONES))]
    strategy = as_text(as_row(component.inputs.get("natGateways")).get("strategy")) or "OnePerAz"
    subnet, gateway, table = "aws:ec2/subnet:Subnet", "aws:ec2/natGateway:NatGateway", "aws:ec2/routeTable:RouteTable"
    gateways = {"None": 0, "Single": 1}.get(strategy, len(names))
    yield Made("aws:ec2/vpc:Vpc", "")
    for n, zone in enumerate(names):
        for kind in ("public", "private"):
            yield Made(subnet, f"{kind}-{n + 1}", {"availabilityZone": zone, "mapPublicIpOnLaunch": kind == "public"})
        if n < gateways:
            yield Made(gateway, f"{n + 1}", leads={"subnetId": (f"#{subnet} public-{n + 1}",)})
        if gateways:
            way = f"#{gateway} {min(n, gateways - 1) + 1}"
            routes: list[Value] = [{"cidrBlock": "0.0.0.0/0", "natGatewayId": UNKNOWN}]
            yield Made(table, f"private-{n + 1}", {"routes": routes}, {"routes": (way,)})
            joins = {"subnetId": (f"#{subnet} private-{n + 1}",), "routeTableId": (f"#{table} private-{n + 1}",)}
            yield Made("aws:ec2/routeTableAssociation:RouteTableAssociation", f"private-{n + 1}", leads=joins)


def balancer(component: Resource) -> Iterator[Made]:
    """A load balancer of awsx: with a target group and a listener of its own."""
    kind = "network" if "Network" in component.type else "application"
    texts, leads = _placed(component, "subnets", *_SUBNETS)
    lb, group = "aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"
    yield Made(lb, "", {**_given(component, "internal"), "loadBalancerType": kind, **texts}, leads)
    own = as_row(component.inputs.get("defaultTargetGroup"))
    yield Made(
        group, "", {"targetType": "ip", "port": 80, "protocol": "HTTP" if kind == "application" else "TCP", **own}
    )
    listens = {"loadBalancerArn": (f"#{lb} ",), "defaultActions": (f"#{group} ",)}
    yield Made("aws:lb/listener:Listener", "", leads=listens)


def service(component: Resource) -> Iterator[Made]:
    """A service of awsx: with a task definition of its own where it is given containers."""
    tasks = "aws:ecs/taskDefinition:TaskDefinition"
    stated = as_row(component.inputs.get("taskDefinitionArgs"))
    rows = (*as_rows(stated.get("container")), *as_rows(list(as_row(stated.get("containers")).values())))
    containers: list[Value] = [dict(row) for row in rows]
    own = _to(component, "taskDefinitionArgs")
    if stated:
        yield Made(tasks, "", {"containerDefinitions": containers}, {"containerDefinitions": own, "taskRoleArn": own})
    given = _given(component, "desiredCount", "networkConfiguration", "loadBalancers", "deploymentCircuitBreaker")
    network = dict(as_row(given.get("networkConfiguration")))
    if component.inputs.get("assignPublicIp") is not None:
        network["assignPublicIp"] = component.inputs["assignPublicIp"]
    leads = {name: _to(component, name) for name in ("networkConfiguration", "cluster", "loadBalancers")}
    leads["loadBalancers"] += own
    leads["taskDefinition"] = (f"#{tasks} ",) if stated else _to(component, "taskDefinition")
    launch = "FARGATE" if "Fargate" in component.type else "EC2"
    yield Made(
        "aws:ecs/service:Service",
        "",
        {"desiredCount": _TASKS, "launchType": launch, **given, "networkConfiguration": network},
        {name: found for name, found in leads.items() if found},
    )


def cluster(component: Resource) -> Iterator[Made]:
    """A cluster of eks, with a group of nodes unless it is told to have none."""
    places = ("subnetIds", "publicSubnetIds", "privateSubnetIds")
    _, leads = _placed(component, "vpcConfig", *places)
    texts, _ = _placed(component, "subnetIds", *places)
    control = "aws:eks/cluster:Cluster"
    yield Made(control, "", {"vpcConfig": dict(texts)}, leads)
    auto = as_flag(as_row(component.inputs.get("autoMode")).get("enabled"))
    without = as_flag(component.inputs.get("skipDefaultNodeGroup")) or bool(component.inputs.get("fargate")) or auto
    if not without:
        yield from _nodes(component, (f"#{control} ",), places, as_row(component.inputs.get("nodeGroupOptions")))


def nodes(component: Resource) -> Iterator[Made]:
    """A group of nodes of eks, in its own subnets, else in those of its cluster."""
    yield from _nodes(component, _to(component, "cluster"), ("subnetIds", "nodeSubnetIds"), {})


def _nodes(
    component: Resource, cluster: tuple[str, ...], places: tuple[str, ...], options: Mapping[str, Value]
) -> Iterator[Made]:
    stated = {**component.inputs, **options}
    size: dict[str, Value] = {
        "desiredSize": stated.get("desiredCapacity"),
        "minSize": stated.get("minSize"),
        "maxSize": stated.get("maxSize"),
        **as_row(stated.get("scalingConfig")),
    }
    sizes: dict[str, Value] = {name: _NODES[name] if size.get(name) is None else size[name] for name in _NODES}
    texts, leads = _placed(component, "subnetIds", *places)
    yield Made("aws:eks/nodeGroup:NodeGroup", "", {"scalingConfig": sizes, **texts}, {"clusterName": cluster, **leads})


SHAPES: Final[Mapping[str, Shape]] = {
    "awsx:ec2:Vpc": network,
    "awsx:lb:ApplicationLoadBalancer": balancer,
    "awsx:lb:NetworkLoadBalancer": balancer,
    "awsx:ecs:FargateService": service,
    "awsx:ecs:EC2Service": service,
    "eks:index:Cluster": cluster,
    "eks:index:ManagedNodeGroup": nodes,
    "eks:index:NodeGroup": nodes,
    "eks:index:NodeGroupV2": nodes,
}
"""What is known of components by their type."""

_CHARTS: Final[Mapping[str, str]] = {
    "mysql": "a MySQL database",
    "mariadb": "a MariaDB database",
    "mariadb-galera": "a MariaDB database",
    "postgresql": "a PostgreSQL database",
    "postgresql-ha": "a PostgreSQL database",
    "mongodb": "a document database",
    "redis": "a Redis",
    "redis-cluster": "a Redis",
    "valkey": "a Redis",
    "memcached": "a cache",
    "rabbitmq": "a queue",
    "kafka": "a log of messages",
    "elasticsearch": "a search index",
    "opensearch": "a search index",
    "minio": "a store of objects",
    "wordpress": "a site with its database",
    "ingress-nginx": "the way in for requests",
    "nginx-ingress": "the way in for requests",
    "nginx-ingress-controller": "the way in for requests",
    "traefik": "the way in for requests",
    "aws-load-balancer-controller": "what makes balancers",
    "cert-manager": "what renews certificates",
    "external-dns": "what writes DNS records",
    "cluster-autoscaler": "what adds nodes",
    "kube-prometheus-stack": "what watches",
    "prometheus": "what watches",
}
"""What well-known charts deploy, by the name that ends their address, as their names say."""


def charts(graph: Graph) -> Iterator[Assumption]:
    """What the charts whose content is not seen deploy, where they are known by their names."""
    for urn in graph.opaque:
        name = (as_text(graph[urn].inputs.get("chart")) or "").rstrip("/").rpartition("/")[2]
        if name in _CHARTS:
            yield Assumption(Assumes.IN_CHART, resource(urn), _CHARTS[name])
