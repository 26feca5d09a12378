"""Volumes that pods mount: the storage that they are made in, and the zone that a disk nails its pod to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bcinfra.continuity.readings.base.view import View, as_flag, as_row, as_rows, as_text, once_per_view, same, strings
from bcinfra.continuity.readings.kubernetes import places
from bcinfra.continuity.readings.kubernetes.places import Row, Spread
from bcinfra.graph.core.model import Resource

CLAIM: Final = "kubernetes:core/v1:PersistentVolumeClaim"
STORAGE_CLASS: Final = "kubernetes:storage.k8s.io/v1:StorageClass"
CEPH_FILES: Final = "kubernetes:ceph.rook.io/v1:CephFilesystem"
_OVER_REGION: Final = ("cephfs", "efs.csi", "filestore", "azurefile", "nfs", "longhorn", "regional-pd")
"""Provisioners, and a type of disk, whose volumes are not one node's disk in one zone."""
_ON_NODE: Final = ("no-provisioner", "local-path", "local-storage", "local.csi.", "openebs.io/local", "hostpath")
"""Provisioners and usual classes whose volumes are disks of one node (https://kubernetes.io/docs/concepts/storage/
volumes/#local, https://github.com/rancher/local-path-provisioner, 2026-11-29)."""
VOLUME: Final = "kubernetes:core/v1:PersistentVolume"
_OF_NODE: Final = ("local", "hostPath")
_OF_SYSTEM: Final = ("/var/run", "/run", "/proc", "/sys", "/dev", "/etc", "/var/log", "/lib", "/usr", "/boot")
_OF_DAEMONS: Final = ("/var/lib/docker", "/var/lib/kubelet", "/var/lib/containerd")
"""Directories of a node that hold no data of a shop, and those of what runs its containers."""
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


def storage_class(view: View, resource: Resource, spec: Row | None = None) -> Resource | None:
    """The class of a claim, or of the ``spec`` of one within a stateful set."""
    name = as_text((places.spec_of(view, resource) if spec is None else spec).get("storageClassName"))
    rows = [r for r in view.graph.of_type(STORAGE_CLASS) if places.name_of(view, r) == name]
    return next(iter(rows or [r for r in view.linked(resource, "spec") if r.type == STORAGE_CLASS]), None)


def on_node(view: View, resource: Resource, spec: Row) -> bool:
    """Whether the volume of a claim is on the disk of one node, and gone with it."""
    name, storage = as_text(spec.get("storageClassName")), storage_class(view, resource, spec)
    said = f"{as_text(storage.inputs.get('provisioner')) if storage else ''} {name}".lower()
    bound = as_text(spec.get("volumeName"))
    volumes = [
        as_row(row.inputs.get("spec"))
        for row in view.graph.of_type(VOLUME)
        if same(bound, places.name_of(view, row))
        or (bound is None and same(name, as_row(row.inputs.get("spec")).get("storageClassName")))
    ]
    return any(word in said for word in _ON_NODE) or any(key in row for row in volumes for key in _OF_NODE)


def host_paths(pod: Row, containers: Iterable[Row]) -> bool:
    """Whether containers write to a directory of the node they run on."""
    written = {
        as_text(mount.get("name"))
        for row in containers
        for mount in as_rows(row.get("volumeMounts"))
        if not as_flag(mount.get("readOnly"))
    }
    for volume in as_rows(pod.get("volumes")):
        place = as_row(volume.get("hostPath"))
        path = f"{as_text(place.get('path')) or ''}/"
        kept = not any(path.startswith(f"{one}/") for one in (*_OF_SYSTEM, *_OF_DAEMONS)) and path not in ("/", "//")
        if place and kept and place.get("type") not in ("Socket", "File") and as_text(volume.get("name")) in written:
            return True
    return False


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
