"""Quotas that pools grow into: what a vendor grants before anybody asks, what the program asks for, where it caps.

Cloud Run refuses a service whose most instances its quota does not hold, so that what is deployed can grow
(https://docs.cloud.google.com/run/docs/configuring/max-instances-limits, read 2026-11). Groups of servers and of
containers are taken as they are, and refused at the moment of growing. So are pods in a namespace of Kubernetes,
where a quota of it is declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bcinfra.continuity.model.parts import Pool, Quota
from bcinfra.continuity.readings.aws import compute as aws, launches
from bcinfra.continuity.readings.base import sites
from bcinfra.continuity.readings.base.view import View, as_number, as_row, as_text, same, strings
from bcinfra.continuity.readings.gcp import compute as gcp
from bcinfra.continuity.readings.kubernetes import places as kubernetes, workloads
from bcinfra.continuity.readings.kubernetes.costs import CORES, MEMORY, amount
from bcinfra.graph.core.model import Resource
from bcinfra.places.quotas import AT_AWS, EC2, FARGATE, FirstQuota, cpus_at_google

REQUESTED: Final = "aws:servicequotas/serviceQuota:ServiceQuota"
PREFERENCE: Final = "gcp:cloudquota/sQuotaPreference:SQuotaPreference"
OVERRIDE: Final = "gcp:serviceusage/consumerQuotaOverride:ConsumerQuotaOverride"


NAMESPACE_QUOTA: Final = "kubernetes:core/v1:ResourceQuota"
_DEFAULTS: Final = "kubernetes:core/v1:LimitRange"
_SCOPES: Final = {"scopes", "scopeSelector"}
_EACH: Final[Mapping[str, float]] = {"k": 1e3, "m": 1e-3}
_OF_PODS: Final[Mapping[str, tuple[str, Mapping[str, float]]]] = {
    **dict.fromkeys(("pods", "count/pods"), ("pods", _EACH)),
    **dict.fromkeys(("cpu", "requests.cpu"), ("cores asked for", CORES)),
    **dict.fromkeys(("memory", "requests.memory"), ("GiB asked for", MEMORY)),
    "limits.cpu": ("cores at most", CORES),
    "limits.memory": ("GiB at most", MEMORY),
}
"""What a quota of a namespace counts of its pods: for people, and how amounts of it are written."""
_STANDARD: Final = re.compile(r"(?P<family>[acdhimrtz]\d\w*(-\w+)*)\.(?P<size>\w+)")
_NO_QUOTA_OF_ITS_OWN: Final = ("e2", "n1", "f1", "g1", "custom")
"""Families of machines that count together."""


def limited(view: View, pool: Pool) -> Pool:
    """A pool with the quotas that its replicas count against."""
    row = view.graph.resources.get(pool.urn)
    if row is None or not pool.site:
        return pool
    found = _of_namespace if row.type in workloads.WORKLOADS else _quotas
    return replace(pool, quotas=tuple(found(view, pool, row)))


def _of_namespace(view: View, pool: Pool, row: Resource) -> Iterator[Quota]:
    """What all pods of a namespace may be and ask for; none where a quota is for some of them alone. A pod that does
    not say how much it asks for of what is counted is refused, unless its namespace says it for it
    (https://kubernetes.io/docs/concepts/policy/resource-quotas/, read 2026-11)."""
    here = kubernetes.namespace_of(view, row)
    for one in view.graph.of_type(NAMESPACE_QUOTA):
        spec = kubernetes.spec_of(view, one)
        if kubernetes.namespace_of(view, one) != here or set(spec) & _SCOPES:
            continue
        for key, most in as_row(spec.get("hard")).items():
            if key not in _OF_PODS or not isinstance(most, str | int | float):
                continue
            what, units = _OF_PODS[key]
            takes, allows = _asked(view, row, key, units), amount(most, units)
            if takes is None and any(kubernetes.namespace_of(view, r) == here for r in view.graph.of_type(_DEFAULTS)):
                continue
            yield Quota(
                name=f"{pool.site}/{kubernetes.name_of(view, one)}/{key}",
                label=f"{what} in the namespace of {one.name}",
                code=key,
                account=None,
                takes=1.0 if takes is None else takes,
                allows=0.0 if takes is None else allows,
                firm=True,
            )


def _asked(view: View, row: Resource, key: str, units: Mapping[str, float]) -> float | None:
    """How much of what a quota counts a replica takes; ``None`` where one of its containers does not say."""
    if units is _EACH:
        return 1.0
    kind, _, what = key.rpartition(".")
    needs = [as_row(as_row(one.get("resources")).get(kind or "requests")) for one in workloads.containers(view, row)]
    return sum(amount(one[what], units) for one in needs) if all(what in one for one in needs) else None


def _quotas(view: View, pool: Pool, row: Resource) -> Iterator[Quota]:
    found = _taken(view, row)
    at = view.location(row)
    if found is None or at is None:
        return
    limit, takes = found
    allows, firm = _allowed(view, pool, row, limit)
    yield Quota(
        name=f"{pool.site}/{limit.key}",
        label=f"{limit.what} in {pool.site}",
        code=limit.code,
        account=at.account,
        takes=takes,
        allows=allows,
        firm=firm,
    )


def _taken(view: View, row: Resource) -> tuple[FirstQuota, float] | None:
    """The quota that a replica counts against, and how much of it one takes; ``None`` where that is not known."""
    match row.type:
        case aws.SERVICE:
            limit, takes = FARGATE, _task(view, row)
        case aws.GROUP:
            launch = aws.template(view, row)
            spare = launch and as_row(view.value(launch, "instanceMarketOptions")).get("marketType") == "spot"
            limit, takes = EC2, None if spare else _largest(launches.types(view, row))
        case aws.NODES:
            kinds = (*strings(view.value(row, "instanceTypes")), "t3.medium")
            limit, takes = EC2, _server(kinds[0]) if view.text(row, "capacityType") != "SPOT" else None
        case gcp.GROUP | gcp.REGION_GROUP:
            made = next(iter(gcp.templates(view, row)), None)
            return _machine(view.text(made, "machineType")) if made else None
        case gcp.NODES:
            return _machine(as_text(as_row(view.value(row, "nodeConfig")).get("machineType")) or "e2-medium")
        case _:
            return None
    return None if takes is None else (limit, takes)


def _task(view: View, row: Resource) -> float | None:
    """vCPU of a task on Fargate, at the usual price."""
    providers = [as_text(one.get("capacityProvider")) for one in view.rows(row, "capacityProviderStrategies")]
    if view.text(row, "launchType") != "FARGATE" and "FARGATE" not in providers:
        return None
    tasks = view.ref(row, "taskDefinition", aws.TASKS)
    said = str(view.value(tasks, "cpu")) if tasks else ""
    if cores := re.fullmatch(r"([\d.]+) ?vcpu", said.lower()):
        return as_number(cores[1])
    units = as_number(said)
    return units / 1024 if units else None


def _largest(kinds: Sequence[str | None]) -> float | None:
    """vCPU of the largest of several types; ``None`` where one of them is not known."""
    known = [cores for kind in kinds if (cores := _server(kind))]
    return max(known) if len(known) == len(kinds) else None


def _server(kind: str | None) -> float | None:
    """vCPU of an instance of a standard family, by its size (https://aws.amazon.com/ec2/instance-types/)."""
    found = _STANDARD.fullmatch(kind or "")
    if not found:
        return None
    family, size = found["family"], found["size"]
    if size in ("nano", "micro", "small"):
        return 1 if family in ("t1", "t2") else 2
    if times := re.fullmatch(r"(\d*)xlarge", size):
        return 4.0 * int(times[1] or 1)
    return {"medium": 2 if family.startswith("t") else 1, "large": 2}.get(size)


def _machine(kind: str | None) -> tuple[FirstQuota, float] | None:
    """The quota of a machine type, and its vCPU: the number in its name (``n2-standard-4``, ``custom-4-8192``)."""
    family, *rest = (kind or "").rpartition("/")[2].split("-")
    if not rest:
        return None
    if rest[0] in ("micro", "small", "medium"):
        cores = 1.0 if family in ("f1", "g1") else 2.0
    else:
        at = next((n for n in (*rest, *[family]) if n.isdigit()), None)
        cores = float(at) if at else 0.0
    return (cpus_at_google("" if family in _NO_QUOTA_OF_ITS_OWN else family), cores) if cores else None


def _allowed(view: View, pool: Pool, row: Resource, limit: FirstQuota) -> tuple[float, bool]:
    """How much the account may run there as far as the program tells, and whether it tells it for sure: what AWS is
    asked for is more than there was, or there is more already."""
    if (stated := _stated(view, pool, limit)) is not None:
        return stated, True
    allows, firm = limit.first, False
    for one in view.graph.of_type(REQUESTED):
        if view.text(one, "quotaCode") == limit.code and _beside(view, one, row):
            allows = max(allows, view.number(one, "value") or 0)
    for one in view.graph.of_type(PREFERENCE):
        wanted = as_number(as_row(view.value(one, "quotaConfig")).get("preferredValue"))
        if view.text(one, "quotaId") == limit.code and _dimensioned(view, one, row) and wanted is not None:
            allows, firm = wanted, True
    for one in view.graph.of_type(OVERRIDE):
        # Consumers can only hold themselves to less than they are granted (Service Usage, consumer overrides).
        metric = (view.text(one, "metric") or "").lower().replace("%2f", "/").rpartition("/")[2]
        most = view.number(one, "overrideValue")
        if metric == limit.key.replace("-", "_") and _dimensioned(view, one, row) and most is not None:
            allows, firm = (min(allows, most) if firm else most), True
    return allows, firm


def _stated(view: View, pool: Pool, limit: FirstQuota) -> float | None:
    """What a shop's page says that its account may run at a site: of each quota, or with one number of every one."""
    asked = next((compute for compute, one in AT_AWS.items() if one is limit), None)
    for name, site in sites.stated_sites(view):
        at = sites.stated_place(view, name)
        if asked and at and at.site == pool.site and (quota := site.get("vcpu_quota")):
            each = as_row(quota)
            return as_number(each.get(asked) if each else quota)
    return None


def _beside(view: View, one: Resource, other: Resource) -> bool:
    """Whether two stand in one region of one account, or of accounts that nothing tells apart."""
    here, there = view.location(one), view.location(other)
    return bool(here and there and same(here.region, there.region) and here.account == there.account)


def _dimensioned(view: View, one: Resource, other: Resource) -> bool:
    """Whether a quota of Google's is for the region of something, or for every region."""
    region = as_row(view.value(one, "dimensions")).get("region")
    return region is None or same(region, view.region(other))
