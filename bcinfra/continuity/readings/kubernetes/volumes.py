"""Volumes that pods mount: the storage that they are made in, and the zone that a disk nails its pod to."""

from __future__ import annotations

from typing import Final

from bcinfra.continuity.readings.base.view import View, as_row, as_rows, as_text, once_per_view, strings
from bcinfra.continuity.readings.kubernetes import places
from bcinfra.continuity.readings.kubernetes.places import Row, Spread
from bcinfra.graph.core.model import Resource

CLAIM: Final = "kubernetes:core/v1:PersistentVolumeClaim"
STORAGE_CLASS: Final = "kubernetes:storage.k8s.io/v1:StorageClass"
CEPH_FILES: Final = "kubernetes:ceph.rook.io/v1:CephFilesystem"
_OVER_REGION: Final = ("cephfs", "efs.csi", "filestore", "azurefile", "nfs", "longhorn")
"""Provisioners whose volumes are not one node's disk in one zone."""
_FLEETING: Final = ("emptyDir", "hostPath", "ephemeral", "configMap", "secret", "projected", "downwardAPI")
"""Volumes that outlive no move to another node, or hold no data."""
_DISKS: Final = ("gcePersistentDisk", "awsElasticBlockStore", "azureDisk", "cinder")
"""Disks in one zone that a pod names itself."""


def stands(view: View, claim: Resource) -> Spread:
    """Where the volume of a claim stands: a disk in one zone, unless its class is another kind of storage."""
    cluster = places.cluster_of(view, claim)
    if wide(view, claim):
        return Spread(cluster.zones if cluster.zones and len(cluster.zones) == 1 else None)
    zones = _class_zones(view, storage_class(view, claim))
    return places.among_zones(view, claim, zones, hard=False, least=None, replicas=1)


def wide(view: View, claim: Resource) -> bool:
    """Whether pods in any zone can mount the volume of a claim."""
    spec = places.spec_of(view, claim)
    shared = "ReadWriteMany" in strings(spec.get("accessModes")) or file_system(view, claim) is not None
    return shared or _over_region(storage_class(view, claim), spec)


def _over_region(storage: Resource | None, spec: Row) -> bool:
    provisioner = " ".join(strings(dict(storage.inputs))) if storage else ""
    stated = as_text(spec.get("storageClassName")) or ""
    return any(word in f"{provisioner} {stated}".lower() for word in _OVER_REGION)


def nailed(view: View, resource: Resource, pod: Row) -> Spread | None:
    """The zone that a disk keeps a workload's pods in; ``None`` where they mount none."""
    for volume in as_rows(pod.get("volumes")):
        if any(name in volume for name in _DISKS):
            return places.among_zones(view, resource, (), hard=False, least=None, replicas=1)
        if "persistentVolumeClaim" not in volume:
            continue
        named = as_text(as_row(volume["persistentVolumeClaim"]).get("claimName"))
        claim = _claims(view).get((places.namespace_of(view, resource), named or ""))
        if claim is None:
            return Spread(None)  # it is not in this graph
        if not wide(view, claim):
            return stands(view, claim)
    return None


def keeps_data(pod: Row) -> bool:
    """Whether a pod mounts a volume that outlives it, or one of which that is not known."""
    return any(not any(name in volume for name in _FLEETING) for volume in as_rows(pod.get("volumes")))


@once_per_view
def _claims(view: View) -> dict[tuple[str, str], Resource]:
    return {(places.namespace_of(view, row), places.name_of(view, row)): row for row in view.graph.of_type(CLAIM)}


def file_system(view: View, resource: Resource) -> Resource | None:
    """The Ceph file system that a volume claim is made in."""
    storage = storage_class(view, resource)
    if not storage:
        return None
    named = as_text(as_row(view.value(storage, "parameters")).get("fsName"))
    rows = [r for r in view.graph.of_type(CEPH_FILES) if places.name_of(view, r) == named]
    return next(iter(rows or view.refs(storage, "parameters", CEPH_FILES)), None)


def storage_class(view: View, resource: Resource) -> Resource | None:
    name = as_text(places.spec_of(view, resource).get("storageClassName"))
    rows = [r for r in view.graph.of_type(STORAGE_CLASS) if places.name_of(view, r) == name]
    return next(iter(rows or [r for r in view.linked(resource, "spec") if r.type == STORAGE_CLASS]), None)


def _class_zones(view: View, storage: Resource | None) -> tuple[str, ...]:
    if storage is None:
        return ()
    return tuple(
        text
        for topology in view.rows(storage, "allowedTopologies")
        for row in as_rows(topology.get("matchLabelExpressions"))
        if (as_text(row.get("key")) or "") in places.ZONE_KEYS or "zone" in (as_text(row.get("key")) or "")
        for text in strings(row.get("values"))
    )
