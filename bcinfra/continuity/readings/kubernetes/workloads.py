"""Kubernetes workloads: how many replicas, in which zones, and how soon a lost one is back."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from bcinfra.continuity.model.parts import Pool, Rollout
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, stated, total, unknown
from bcinfra.continuity.readings.base.checks import repeated
from bcinfra.continuity.readings.base.images import fetched, registries, release, started_from, unfilled
from bcinfra.continuity.readings.base.reading import Found, Held, setting
from bcinfra.continuity.readings.base.rollouts import counted, rollout
from bcinfra.continuity.readings.base.scaling import kept_running
from bcinfra.continuity.readings.base.schedules import crontab_day
from bcinfra.continuity.readings.base.vendor import Drains
from bcinfra.continuity.readings.base.view import View, as_flag, as_number, as_row, as_rows, as_text, once_per_view
from bcinfra.continuity.readings.kubernetes import places, volumes
from bcinfra.continuity.readings.kubernetes.places import Row, Spread
from bcinfra.graph.core.model import Resource, Value

DEPLOYMENT: Final = "kubernetes:apps/v1:Deployment"
STATEFUL: Final = "kubernetes:apps/v1:StatefulSet"
DAEMON: Final = "kubernetes:apps/v1:DaemonSet"
REPLICA_SET: Final = "kubernetes:apps/v1:ReplicaSet"
CONTROLLER: Final = "kubernetes:core/v1:ReplicationController"
ROLLOUT: Final = "kubernetes:argoproj.io/v1alpha1:Rollout"
POD: Final = "kubernetes:core/v1:Pod"
WORKLOADS: Final = (DEPLOYMENT, STATEFUL, DAEMON, REPLICA_SET, CONTROLLER, ROLLOUT, POD)
SCALERS: Final = tuple(
    f"kubernetes:autoscaling/{version}:HorizontalPodAutoscaler" for version in ("v2", "v1", "v2beta2", "v2beta1")
)
CRON_JOB: Final = "kubernetes:batch/v1:CronJob"
KEDA: Final = "kubernetes:keda.sh/v1alpha1:ScaledObject"
BUDGETS: Final = tuple(f"kubernetes:policy/{version}:PodDisruptionBudget" for version in ("v1", "v1beta1"))
_NODE_FACT: Final = "k8s.node_failure"
_PROBE_FACT: Final = "k8s.readiness"
_GONE: Final = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
_START: Final = Range(10, 70)


def workload(view: View, resource: Resource) -> Iterator[Found]:
    """Pods that a controller keeps running, or one pod that nothing starts again elsewhere."""
    most = scaling(view, resource).most
    running = _running(view, resource)
    where = spread(view, resource, running)
    yield from where.assumptions
    if resource.type == DAEMON and where.zones:
        running = len(where.zones)  # on every node, of which every zone has one at least
    cluster = places.cluster_of(view, resource)
    images = images_of(view, resource)
    pool = Pool(
        urn=resource.urn,
        label=f"pods {resource.name}{places.in_words(view, resource)}",
        **cluster.place,
        needs_to_recover=(*cluster.control, *registries(view, images)),
        zones=where.zones,
        in_zone=running if where.in_zone is None else where.in_zone,
        on_server=running if where.on_server is None else where.on_server,
        minimum=running,
        desired=running,
        stated=replicas(view, resource),
        maximum=most if most is not None else running,
        replaced=resource.type != POD and not places.pinned(pod(view, resource)),
        start=_start(view, resource) if running or running is None else _first(view, resource, images),
        **started_from(view, images),
        release=release(images),
        schedule=scaling(view, resource).schedule,
        driven=scaling(view, resource).driven,
        rollout=_rollout(view, resource, running, where, cluster.drains),
        rollback=_halts(view, resource),
        egress=cluster.egress,
    )
    yield fetched(pool)


def spread(view: View, resource: Resource, running: int | None) -> Spread:
    """Where a workload's pods may stand: in any zone, unless a rule or a disk binds them."""
    if nailed := volumes.nailed(view, resource, pod(view, resource)):
        return nailed
    if resource.type == POD or places.pinned(pod(view, resource)):
        return places.kept(view, resource, template(view, resource), 1)  # it stays on the node that it is given
    where = places.spread(view, resource, template(view, resource), running)
    if resource.type == DAEMON:
        return where._replace(in_zone=1, on_server=1)  # counted as one in every zone
    # Of a number that is not told all may stand in one zone.
    return where._replace(zones=None) if running is None and where.in_zone is None else where


def started_again(view: View, resource: Resource) -> Figure:
    """Time until a pod of a node that died serves elsewhere."""
    return total(f"{resource.name} starts on another node", missed(view), _start(view, resource))


def _halts(view: View, resource: Resource) -> bool:
    """Whether a release that does not become ready stops before it replaces anything: as good as taken back."""
    strategy = as_row(places.spec_of(view, resource).get("strategy"))
    rolling = as_row(strategy.get("rollingUpdate"))
    kept = as_text(strategy.get("type")) in (None, "RollingUpdate") and rolling.get("maxUnavailable") in (0, "0", "0%")
    looked_at = containers(view, resource)
    return resource.type == DEPLOYMENT and kept and any(as_row(row.get("readinessProbe")) for row in looked_at)


def _rollout(
    view: View, resource: Resource, running: int | None, where: Spread, drains: Drains | None
) -> Rollout | None:
    """How a new release replaces pods, or an upgrade of the nodes that they stand on, whichever takes more at once."""
    if running is None or resource.type == DAEMON:
        return None
    each = running if where.on_server is None else where.on_server
    drained = min(running, drains.nodes * each) if drains else 0
    if drains and not drains.forced:
        drained = min(drained, _evictable(view, resource, running))
    return rollout(max(_replaced(view, resource, running), int(drained)), running, _anew())


def _replaced(view: View, resource: Resource, running: int) -> int:
    """Pods that a new release takes away before others serve: a quarter where a Deployment states nothing, rounded down
    (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/, 2026-11-30); of others one at most."""
    strategy = as_row(places.spec_of(view, resource).get("strategy"))
    if resource.type != DEPLOYMENT:
        return 0
    if strategy.get("type") == "Recreate":
        return running
    stated = as_row(strategy.get("rollingUpdate")).get("maxUnavailable", "25%")
    return counted(stated, running, math.floor) or 0


def _evictable(view: View, resource: Resource, running: int) -> float:
    """Pods that budgets of disruptions let go at once: all where none is of them."""
    return min((_lets_go(spec, running) for spec in _budgets(view, resource)), default=math.inf)


def _budgets(view: View, resource: Resource) -> Iterator[Row]:
    """The budgets that a workload's pods count against."""
    labels, here = places.pod_of(template(view, resource))[0], places.namespace_of(view, resource)
    for row in view.graph.of_type(*BUDGETS):
        spec = places.spec_of(view, row)
        if places.namespace_of(view, row) == here and places.selects(spec.get("selector"), labels):
            yield spec


def _lets_go(spec: Row, running: int) -> float:
    most, least = counted(spec.get("maxUnavailable"), running), counted(spec.get("minAvailable"), running)
    if most is None and least is not None:
        most = max(0, running - least)
    return math.inf if most is None else most


def template(view: View, resource: Resource) -> Value:
    """What pods are made of; of a pod its own metadata and specification."""
    if resource.type == POD:
        return {name: view.value(resource, name) for name in ("metadata", "spec")}
    return places.spec_of(view, resource).get("template")


def pod(view: View, resource: Resource) -> Row:
    return places.pod_of(template(view, resource))[1]


def containers(view: View, resource: Resource) -> list[Row]:
    return as_rows(pod(view, resource).get("containers"))


def images_of(view: View, resource: Resource) -> tuple[str, ...]:
    return tuple(image for row in containers(view, resource) if (image := as_text(row.get("image"))))


def replicas(view: View, resource: Resource) -> int | None:
    """Replicas that are asked for; ``None`` where the graph does not tell, as of one on every node."""
    if resource.type == DAEMON:
        return None
    spec = places.spec_of(view, resource)
    number = as_number(spec.get("replicas"))
    if number is None:
        return 1 if "replicas" not in spec else None  # Kubernetes runs one where no number is stated
    return int(number)


def _running(view: View, resource: Resource) -> int | None:
    """Replicas that surely run; of a number that is not told one at least, where something scales it."""
    stated, least = replicas(view, resource), scaling(view, resource).least
    return kept_running(1 if stated is None and least is not None else stated, least)


class Scaling(NamedTuple):
    """What an autoscaler keeps running; nothing of it is known where there is none."""

    least: int | None = None
    most: int | None = None
    schedule: tuple[tuple[int, int, int], ...] = ()
    """The fewest, by the day of the year from which."""
    driven: bool | None = False
    """Whether it adds pods when the load grows; ``None``: not told."""


def scaling(view: View, resource: Resource) -> Scaling:
    """The autoscaler of a workload."""
    key = (places.namespace_of(view, resource), resource.type.rsplit(":", 1)[-1], places.name_of(view, resource))
    scalers = _scalers(view)
    return next(iter((*scalers.get(key, ()), *scalers.get(resource.urn, ()))), Scaling())


@once_per_view
def _scalers(view: View) -> dict[object, list[Scaling]]:
    """What is scaled, by namespace, kind and name or else by URN → what is kept running of it."""
    found: dict[object, list[Scaling]] = {}
    for token, least, most, unsaid in (*((t, "minReplicas", "maxReplicas", 1) for t in SCALERS), _KEDA):
        for scaler in view.graph.of_type(token):
            spec = places.spec_of(view, scaler)
            target = as_row(spec.get("scaleTargetRef"))
            low, high = as_number(spec.get(least)), as_number(spec.get(most))
            low = int(unsaid if low is None else low)
            high = None if high is None else int(high)
            scheduled = (*_triggered(spec, low, high), *_patched(view, scaler, low, high))
            bounds = Scaling(low, high, tuple(sorted(scheduled)), _driven(view, scaler, spec))
            if name := as_text(target.get("name")):
                kind = as_text(target.get("kind")) or "Deployment"
                found.setdefault((places.namespace_of(view, scaler), kind, name), []).append(bounds)
            for row in () if name else view.linked(scaler, "spec"):
                found.setdefault(row.urn, []).append(bounds)
    return found


def _driven(view: View, scaler: Resource, spec: Row) -> bool | None:
    """Whether an autoscaler follows what every visit adds to. One that is told no metric follows CPU use
    (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/, 2026-11-30);
    one of KEDA's follows its triggers alone, and none where it is paused."""
    if scaler.type == KEDA:
        marks = as_row(as_row(view.value(scaler, "metadata")).get("annotations"))
        if any(str(name).startswith("autoscaling.keda.sh/paused") for name in marks):
            return False
        kinds = [as_text(row.get("type")) for row in as_rows(spec.get("triggers")) if row.get("type") != "cron"]
        return True if {"cpu", "http"} & set(kinds) else None if kinds else False
    up = as_row(as_row(spec.get("behavior")).get("scaleUp"))
    if up.get("selectPolicy") == "Disabled":
        return False
    metrics = as_rows(spec.get("metrics"))
    return True if not metrics or any(_BY_LOAD.search(str(row)) for row in metrics) else None


def _triggered(spec: Row, usual: int, most: int | None) -> Iterator[tuple[int, int, int]]:
    """What KEDA's cron triggers keep running on days of the year, never more than the most that it may
    (https://keda.sh/docs/latest/scalers/cron/, 2026-11-30)."""
    for row in as_rows(spec.get("triggers")):
        told = as_row(row.get("metadata"))
        zone = as_text(told.get("timezone"))
        first, last = (
            crontab_day(as_text(told.get(edge)) or "", zone, ends=edge == "end") for edge in ("start", "end")
        )
        least = as_number(told.get("desiredReplicas"))
        if row.get("type") == "cron" and first and last and least is not None:
            yield (*first, int(least if most is None else min(least, most)))
            yield (*last, usual)


def _patched(view: View, scaler: Resource, usual: int, most: int | None) -> Iterator[tuple[int, int, int]]:
    """What jobs on days of the year set the minimum of an autoscaler to, which they name as they name the number. A
    minimum above its maximum is refused
    (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/, 2026-11-30).
    """
    name = places.name_of(view, scaler)
    for job in view.graph.of_type(CRON_JOB):
        spec = places.spec_of(view, job)
        when, zone = as_text(spec.get("schedule")) or "", as_text(spec.get("timeZone"))
        if (
            crontab_day(when, zone) is None
            or as_flag(spec.get("suspend"))
            or places.namespace_of(view, job) != places.namespace_of(view, scaler)
        ):
            continue
        text = " ".join(_words(as_row(spec.get("jobTemplate")).get("spec")))
        least = _MINIMUM.search(text)
        if not least or (most is not None and int(least[1]) > most):
            continue
        day = crontab_day(when, zone, ends=int(least[1]) <= usual)
        if day and name and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
            yield (*day, int(least[1]))


def _words(value: Value) -> Iterator[str]:
    """All that a pod is told: commands, arguments, variables."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _words(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _words(one)
    elif text := as_text(value):
        yield text


_BY_LOAD: Final = re.compile(r"\bcpu\b|requests?_|_requests?|\brps\b")
"""Names of metrics that every visit adds to."""
_MINIMUM: Final = re.compile(r"minReplicas\W+(\d+)")
_KEDA: Final = (KEDA, "minReplicaCount", "maxReplicaCount", 0)
"""KEDA goes down to none where nothing is stated (https://keda.sh/docs/latest/reference/scaledobject-spec/,
2026-11-28)."""


def _start(view: View, resource: Resource) -> Figure:
    """Time until a pod of a node that was missed serves elsewhere: it is tolerated for a while, then replaced."""
    tolerated = view.parameter(_NODE_FACT, "toleration_not_ready_s")
    for row in as_rows(pod(view, resource).get("tolerations")):
        seconds = as_number(row.get("tolerationSeconds"))
        if as_text(row.get("key")) in _GONE and seconds is not None:
            tolerated = stated("tolerationSeconds", Unit.SECONDS, seconds, f"{resource.name}: tolerations")
    node = places.cluster_of(view, resource).node
    return total(
        f"a new pod of {resource.name} serves",
        tolerated,
        *([node] if node else []),
        _anew(),
    )


def _first(view: View, resource: Resource, images: tuple[str, ...]) -> Figure:
    """The same where none runs yet, which would have pulled from a repository that nothing is known to fill."""
    if empty := unfilled(view, images):
        said = f"nothing copies images to {empty.name}, and none runs from there"
        return unknown(f"a new pod of {resource.name} serves", Unit.SECONDS, said)
    return _start(view, resource)


def _anew() -> Figure:
    return assumed("scheduled, pulled and started", Unit.SECONDS, _START, "seconds to about a minute (judgement)")


def missed(view: View) -> Figure:
    """Time until the control plane takes a silent node for dead, and its pods out of every service."""
    return view.parameter(_NODE_FACT, "node_monitor_grace_period_s")


def detection(view: View, resource: Resource) -> Figure:
    """Time until a dead replica gets no more requests: its node is missed, or its readiness probe has failed."""
    probes = [as_row(row.get("readinessProbe")) for row in containers(view, resource)]
    silent = missed(view)
    failing = [_probe(view, resource, row) for row in probes if row]
    return max([silent, *failing], key=lambda f: f.value.typical if f.value else 0.0)


def asked(view: View, resource: Resource) -> bool:
    """Whether any container is asked if it serves, as far as they are known: else requests go to a pod that hangs, or
    does not serve yet (https://kubernetes.io/docs/concepts/workloads/pods/probes/, 2026-11-29)."""
    rows = containers(view, resource)
    return not rows or any(row.get("readinessProbe") is not None for row in rows)


def _probe(view: View, resource: Resource, probe: Row) -> Figure:
    def of(name: str, default: str, unit: Unit = Unit.SECONDS) -> Figure:
        number = as_number(probe.get(name))
        if number is None:
            return view.facts[_PROBE_FACT].parameter(default, unit)
        return stated(name, unit, number, f"{resource.name}: readinessProbe.{name}")

    return repeated(
        f"readiness probe of {resource.name} fails",
        of("periodSeconds", "period_s"),
        of("failureThreshold", "failure_threshold", Unit.COUNT),
        of("timeoutSeconds", "timeout_s"),
    )


def budget(view: View, resource: Resource) -> Iterator[Found]:
    """A disruption budget that lets no pod be evicted: no node under one can be drained, so that upgrades of nodes
    wait, or are forced (https://kubernetes.io/docs/tasks/run-application/configure-pdb/, 2026-11-28)."""
    spec, here = places.spec_of(view, resource), places.namespace_of(view, resource)
    for row in view.graph.of_type(*WORKLOADS):
        labels = places.pod_of(template(view, row))[0]
        picked = places.namespace_of(view, row) == here and places.selects(spec.get("selector"), labels)
        if picked and (said := _lets_none_go(spec, _running(view, row))):
            yield Held(row.urn, resource.urn, said)


def _lets_none_go(spec: Row, running: int | None) -> str | None:
    """The property of a budget that lets none of so many replicas be evicted. Shares are rounded up."""
    most, least = spec.get("maxUnavailable"), spec.get("minAvailable")
    if counted(most, running) == 0:
        return f"maxUnavailable: {most}"
    wanted = counted(least, running)
    return f"minAvailable: {least}" if wanted is not None and running and wanted >= running else None


READINGS: Final = {
    **{token: setting("autoscaler", "the least and most replicas") for token in SCALERS},
    KEDA: setting("autoscaler", "the least and most replicas"),
    **{
        token: setting("budget of planned disruptions", "whether nodes can be drained", parts=budget)
        for token in BUDGETS
    },
}
