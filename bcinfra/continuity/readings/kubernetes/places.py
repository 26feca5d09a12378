"""Where Kubernetes objects stand: the cluster that their provider reaches, its zones, and how pods are spread."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import WayOut
from bcinfra.continuity.model.ranges import Figure
from bcinfra.continuity.readings.base import sites
from bcinfra.continuity.readings.base.places import Place, google_zone
from bcinfra.continuity.readings.base.reading import subject
from bcinfra.continuity.readings.base.stores import standing
from bcinfra.continuity.readings.base.traits import Without
from bcinfra.continuity.readings.base.vendor import Drains
from bcinfra.continuity.readings.base.view import View, as_number, as_row, as_rows, as_text, once_per_view, strings
from bcinfra.graph.core.model import Resource, Value

NAMED: Final = Without("objects are told apart by cluster, namespace and name")
IN_PLACE: Final = "metadata.name metadata.namespace"
"""What Kubernetes cannot change in place of any object."""
CEPH: Final = "kubernetes:ceph.rook.io/v1:CephCluster"
NAMESPACE: Final = "kubernetes:core/v1:Namespace"
ZONE_KEYS: Final = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")
HOST_KEYS: Final = ("kubernetes.io/hostname",)
_KUBECONFIG: Final = ("kubeconfig", "context", "cluster")
_MACHINES: Final = 3
"""Machines that a program means at least which spreads over them and does not say over how many."""
_SPREAD_WITHOUT_NUMBER: Final = 2
"""Zones that a program means which spreads over zones and does not say over how many."""

Row = Mapping[str, Value]


class Cluster(NamedTuple):
    """The cluster that objects live in."""

    name: str
    place: Place
    control: tuple[Domain, ...]
    """What starts pods again."""
    zones: tuple[Domain, ...] | None
    """Zones of its nodes; ``None`` where the graph does not tell."""
    cloud: str | None
    """``aws`` or ``gcp`` where the cluster is in this graph."""
    said: tuple[Assumption, ...] = ()
    """Where the program alone says which zones those are."""
    egress: tuple[WayOut, ...] = ()
    node: Figure | None = None
    """Time until a new node runs, where it has one only."""
    drains: Drains | None = None
    """How its nodes are upgraded; ``None``: not read."""


class Spread(NamedTuple):
    """Where replicas stand."""

    zones: tuple[Domain, ...] | None
    assumptions: tuple[Assumption, ...] = ()
    in_zone: int | None = None
    """The most that may stand in one zone; ``None``: all may."""
    on_server: int | None = None
    """The most that may stand on one machine; ``None``: all that one zone may hold."""


class _Rule(NamedTuple):
    """What keeps replicas apart, over zones or over machines."""

    skew: int | None = None
    """How many more of them one place may hold than another; ``None``: nothing limits that."""
    alone: bool = False
    """Whether each has a place of its own."""
    least: int | None = None
    """Places that they are spread over at least, where that is told."""

    @property
    def hard(self) -> bool:
        return self.alone or self.skew is not None

    def most(self, replicas: int | None, places: int) -> int | None:
        """The most replicas that one of so many places may hold."""
        if self.alone:
            return 1
        if replicas is None or self.skew is None:
            return None
        return min(replicas, (replicas + (places - 1) * self.skew) // places)


def cluster_of(view: View, resource: Resource) -> Cluster:
    """The cluster of an object: the EKS or GKE cluster that its provider depends on, else one that only has a name."""
    provider = view.graph.provider_of(resource)
    key = provider.urn if provider else view.region(resource)
    return view.once(("cluster", key), lambda: _cluster(view, resource, provider))


def _cluster(view: View, resource: Resource, provider: Resource | None) -> Cluster:
    kinds = {token: vendor for vendor in view.vendors.values() for token in vendor.clusters}
    for name in _KUBECONFIG if provider else ():
        for row in view.refs(provider, name, *kinds):  # pyright: ignore[reportArgumentType]
            if at := kinds[row.type].ground(view, row):
                control = Domain(DomainKind.CONTROL_PLANE, f"Kubernetes cluster {row.name}", (at.control,))
                return Cluster(row.name, at.place, (control,), at.zones, row.package, (), at.egress, at.node, at.drains)
    name = view.region(resource) or "not named"
    named, stated = _stated(view, provider)
    stands = next((at for at in (sites.named(view, site) for site in stated) if at.known), None)
    if stands and stands.site:
        return _standing(view, name, stands, named)
    home = Domain(DomainKind.REGION, f"kubernetes/{name}")
    control = Domain(DomainKind.CONTROL_PLANE, f"kubernetes/{name}", (home,))
    zones = tuple(sorted(_zone_within(home, zone) for zone in named))
    place: Place = {"site": f"kubernetes/{name}", "homes": (home,)}
    return Cluster(name, place, (control,), zones or None, None, _said(name, zones))


def _standing(view: View, name: str, at: sites.Place, named: Iterable[str]) -> Cluster:
    """A cluster whose place the program names: a region of a cloud, or a site on premises whose racks are its zones."""
    home = at.homes[0]
    cloud, _, where = (at.site or "").partition("/")
    site = sites.site_name(home)
    racks = {rack for row in sites.rows(view, sites.RACK, site or "") if (rack := view.text(row, "rack"))}
    found: set[Domain] = set()
    for zone in named:
        if site:
            found.add(sites.rack(view, site, zone) if zone in racks else _zone_within(home, zone))
        else:
            found.add(google_zone(zone) or domains.zone(cloud, where, zone))
    zones = tuple(sorted(found))
    # On premises nothing else is there to start pods on than its racks.
    control = Domain(DomainKind.CONTROL_PLANE, f"Kubernetes cluster {name}", (home,), zones if site else ())
    place: Place = {"site": at.site, "homes": at.homes}
    return Cluster(name, place, (control,), zones or None, None if site else cloud, _said(name, zones))


def _said(name: str, zones: tuple[Domain, ...]) -> tuple[Assumption, ...]:
    return (Assumption(Assumes.STANDS_IN, name, zones),) if zones else ()


def _zone_within(home: Domain, name: str) -> Domain:
    return Domain(DomainKind.ZONE, f"{home.name}/{name}", (home,))


def _stated(view: View, provider: Resource | None) -> tuple[set[str], tuple[str, ...]]:
    """Zones and sites that the program names for a cluster whose nodes are not in this graph: those that its storage is
    told to use, and those that a component says, for nothing else can."""
    zones, places = set[str](), set[str]()
    rows = [r for r in view.graph if r.package == "kubernetes" and provider and r.provider == provider.urn]
    for row in rows:
        if row.type == CEPH:
            zones |= {
                text for z in as_rows(as_row(spec_of(view, row).get("mon")).get("zones")) for text in strings(dict(z))
            }
        for parent in view.graph.ancestors(row):
            if parent.inputs.get("cluster") is not None:
                zones |= set(strings(parent.inputs.get("zones")))
                places |= set(strings(parent.inputs.get("site")))
    return zones, tuple(sorted(places))


# -- names ------------------------------------------------------------------------------------------------------------


def metadata(view: View, resource: Resource) -> Row:
    return as_row(view.value(resource, "metadata"))


def name_of(view: View, resource: Resource) -> str:
    return as_text(metadata(view, resource).get("name")) or resource.name


def namespace_of(view: View, resource: Resource) -> str:
    """Cluster and namespace of an object, as one key."""
    return _namespace(view, resource)


@once_per_view
def _namespace(view: View, resource: Resource) -> str:
    stated = as_text(metadata(view, resource).get("namespace"))
    if not stated:
        linked = [r for r in view.linked(resource, "metadata") if r.type == NAMESPACE]
        stated = name_of(view, linked[0]) if linked else None
    provider = view.graph.provider_of(resource)
    default = as_text(provider.inputs.get("namespace")) if provider else None
    return f"{cluster_of(view, resource).name}/{stated or default or 'default'}"


def in_words(view: View, resource: Resource) -> str:
    return f" in {cluster_of(view, resource).name}"


def notes_of(view: View, resource: Resource) -> Row:
    return as_row(metadata(view, resource).get("annotations"))


# -- spread -----------------------------------------------------------------------------------------------------------


def spec_of(view: View, resource: Resource) -> Row:
    return as_row(view.value(resource, "spec"))


def pod_of(template: Value) -> tuple[Row, Row]:
    """Labels and specification of a pod template."""
    row = as_row(template)
    return as_row(as_row(row.get("metadata")).get("labels")), as_row(row.get("spec"))


def pinned(pod: Row) -> bool:
    """Whether pods run on a node that they name, and nowhere else when it is dead
    (https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/, read 2026-11)."""
    return bool(as_text(pod.get("nodeName"))) or any(key in as_row(pod.get("nodeSelector")) for key in HOST_KEYS)


def spread(view: View, resource: Resource, template: Value, replicas: int | None) -> Spread:
    """The zones that a workload's pods may be started in, and how many of them may share a zone and a machine.

    Nothing nails a pod to a zone that it is not bound to: lost with it, it is started in another. Constraints and
    anti-affinity count where they are hard. Soft ones are given up by the scheduler when it suits, as is its own
    preference for spreading: then all pods may stand in one place
    (https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/, 2026-11-28).
    """
    labels, pod = pod_of(template)
    cluster, over_zones = cluster_of(view, resource), _rule(labels, pod, ZONE_KEYS)
    zones, assumptions = _candidates(cluster, _allowed(pod)), cluster.said
    if zones is None and over_zones.hard:
        zones, assumptions, *_ = _unnamed(view, resource, over_zones, replicas)
    rules = over_zones, _rule(labels, pod, HOST_KEYS)
    return _apart(view, resource, Spread(zones, assumptions), rules, replicas)


def kept(view: View, resource: Resource, template: Value, replicas: int | None) -> Spread:
    """The zones that a workload's replicas surely stand in, each of which keeps its data in the zone that it is in."""
    labels, pod = pod_of(template)
    return _kept(view, resource, labels, pod, replicas)


def kept_by_operator(view: View, resource: Resource, pod: Row, key: str | None, replicas: int | None) -> Spread:
    """As :func:`kept`, for pods whose labels the operator sets: its rules are taken to be about its own pods. ``key``:
    the topology key that the operator itself keeps them apart by, as a hard rule."""
    own = _Rule(alone=True, least=replicas)
    if key in ZONE_KEYS:
        where = among_zones(view, resource, (), hard=True, least=replicas, replicas=replicas)
        return _apart(view, resource, where, (own, own), replicas)
    where = _kept(view, resource, None, pod, replicas)
    return where._replace(on_server=1) if key in HOST_KEYS else where


def _kept(view: View, resource: Resource, labels: Row | None, pod: Row, replicas: int | None) -> Spread:
    rule = _rule(labels, pod, ZONE_KEYS)
    least = replicas if rule.alone else rule.least
    where = among_zones(view, resource, _allowed(pod), hard=rule.hard, least=least, replicas=replicas)
    return _apart(view, resource, where, (rule, _rule(labels, pod, HOST_KEYS)), replicas)


def _apart(view: View, resource: Resource, where: Spread, rules: tuple[_Rule, _Rule], replicas: int | None) -> Spread:
    """Where replicas stand, with how many of them rules over zones and over machines let share one."""
    (over_zones, over_machines), zones = rules, len(where.zones or ()) or 1
    assumptions = where.assumptions
    if over_machines.skew and zones < min(_MACHINES, replicas or _MACHINES):
        cluster = cluster_of(view, resource).name
        assumptions += (Assumption(Assumes.OVER_SOME_MACHINES, subject(resource), cluster, _MACHINES),)
    on_server = over_machines.most(replicas, max(zones, _MACHINES))
    return Spread(where.zones, assumptions, over_zones.most(replicas, zones), on_server)


def among_zones(
    view: View, resource: Resource, allowed: tuple[str, ...], *, hard: bool, least: int | None, replicas: int | None
) -> Spread:
    """The zones of what keeps data in the zones that it stands in, and is spread over zones (``hard``), over ``least``
    of them at least."""
    cluster = cluster_of(view, resource)
    candidates = _candidates(cluster, allowed)
    if candidates and len(candidates) == 1:
        return Spread(candidates, cluster.said)
    if replicas == 1:
        return _some(view, resource, candidates, 1)
    if not hard:
        return Spread(None, cluster.said)
    if candidates:
        return _some(view, resource, candidates, len(candidates) if replicas is None else replicas)
    return _unnamed(view, resource, _Rule(least=least), replicas)


def held(
    cluster: Cluster, zones: tuple[Domain, ...] | None, size: int | None, *, majority: bool
) -> tuple[tuple[Domain, ...], tuple[Domain, ...] | None]:
    """What takes all replicas of a store with it, and the zones of which any leaves some of use: of a system that needs
    a ``majority`` those that may hold half take it along."""
    homes = cluster.place["homes"]
    if not majority or not zones or not size or len(zones) < 2:
        return homes, zones
    most = -(-size // len(zones))
    return (homes, zones) if 2 * (size - most) > size else ((*homes, *zones), ())


def _candidates(cluster: Cluster, allowed: tuple[str, ...]) -> tuple[Domain, ...] | None:
    """The zones that pods may be started in; ``None`` where the graph does not tell."""
    return tuple(_zone(cluster, name) for name in sorted(allowed)) or cluster.zones


def _unnamed(view: View, resource: Resource, rule: _Rule, replicas: int | None) -> Spread:
    """Zones of a cluster that does not tell its own, over which pods are spread."""
    cluster = cluster_of(view, resource)
    least = replicas if rule.alone else rule.least
    count = min(least or _SPREAD_WITHOUT_NUMBER, replicas or least or _SPREAD_WITHOUT_NUMBER)
    taken = _some(view, resource, None, count)
    if least:
        return taken
    assumed = Assumption(Assumes.OVER_SOME_ZONES, subject(resource), cluster.name, count)
    return Spread(taken.zones, (*taken.assumptions, assumed))


def _some(view: View, resource: Resource, candidates: tuple[Domain, ...] | None, count: int) -> Spread:
    """``count`` of the candidates; zones without a name, shared by all that stands in the cluster, where none are."""
    cluster = cluster_of(view, resource)
    if candidates:
        zones, assumptions = standing(resource, candidates, count)
        return Spread(zones, (*cluster.said, *assumptions))
    return Spread(tuple(_zone(cluster, f"unnamed {n}") for n in range(1, count + 1)))


def _zone(cluster: Cluster, name: str) -> Domain:
    known = [z for z in cluster.zones or () if z.short == name]
    if known:
        return known[0]
    if own := google_zone(name):
        return own
    if cluster.cloud == "aws" and cluster.place["site"]:
        return domains.zone("aws", cluster.place["site"].split("/", 1)[1], name)
    return _zone_within(cluster.place["homes"][0], name)


def _rule(labels: Row | None, pod: Row, keys: Collection[str]) -> _Rule:
    """What surely keeps pods apart over one of these topology keys: the strictest of the rules about them."""
    anti = as_row(as_row(pod.get("affinity")).get("podAntiAffinity"))
    required = as_rows(anti.get("requiredDuringSchedulingIgnoredDuringExecution"))
    if any(_is_over(row, labels, keys) for row in required):
        return _Rule(alone=True)
    found = _Rule()
    for row in as_rows(pod.get("topologySpreadConstraints")):
        # Without ``whenUnsatisfiable`` and ``maxSkew`` Kubernetes takes nothing; people mean the strictest.
        skew = as_number(row.get("maxSkew", 1))
        must = as_text(row.get("whenUnsatisfiable", "DoNotSchedule")) == "DoNotSchedule"
        if must and skew and _is_over(row, labels, keys) and (found.skew is None or skew < found.skew):
            least = as_number(row.get("minDomains"))
            found = _Rule(int(skew), least=None if least is None else int(least))
    return found


def _is_over(row: Row, labels: Row | None, keys: Collection[str]) -> bool:
    """Whether a rule is about a topology key and the pods that bear it: one whose selector misses them spreads
    nothing."""
    if as_text(row.get("topologyKey")) not in keys:
        return False
    return labels is None or ("labelSelector" in row and selects(row["labelSelector"], labels))


def selects(selector: Value, labels: Row) -> bool:
    """Whether a label selector surely picks pods with these labels. What is not known picks nothing."""
    if not isinstance(selector, dict):
        return False
    wanted = as_row(selector.get("matchLabels"))
    return all(as_text(value) and labels.get(key) == value for key, value in wanted.items()) and all(
        _expressed(row, labels) for row in as_rows(selector.get("matchExpressions"))
    )


def _expressed(row: Row, labels: Row) -> bool:
    value, values = as_text(labels.get(str(row.get("key")))), tuple(strings(row.get("values")))
    match as_text(row.get("operator")):
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return str(row.get("key")) not in labels
        case _:
            return False


def _allowed(pod: Row) -> tuple[str, ...]:
    """Zones that pods are bound to by name."""
    chosen = as_row(pod.get("nodeSelector"))
    names = [text for key in ZONE_KEYS if (text := as_text(chosen.get(key)))]
    affinity = as_row(as_row(pod.get("affinity")).get("nodeAffinity"))
    required = as_row(affinity.get("requiredDuringSchedulingIgnoredDuringExecution"))
    for term in as_rows(required.get("nodeSelectorTerms")):
        names += _in_zones(term.get("matchExpressions"))
    return tuple(dict.fromkeys(names))


def _in_zones(expressions: Value) -> Iterator[str]:
    for row in as_rows(expressions):
        if as_text(row.get("key")) in ZONE_KEYS and as_text(row.get("operator")) in ("In", None):
            yield from strings(row.get("values"))
