"""Shared files: CephFS over all zones through Rook, as volumes that many pods write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import PersistentVolumeClaim
from pulumi_kubernetes.storage.v1 import StorageClass
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.kubernetes import alerts, operator, pods
from bcinfra.kubernetes.alerts import FULL
from bcinfra.kubernetes.cluster import HOST, ZONE, Cluster, DnsLabel, after, api
from bcinfra.kubernetes.names import physical
from bcinfra.kubernetes.operator import Operator

API: Final = "ceph.rook.io/v1"
COPIES: Final = 3
"""Copies of every object; two of them must be there to write, so that one may be lost at any time."""


class CephArgs(Args):
    """Arguments of :class:`Ceph`."""

    cluster: Cluster
    """Where it runs: over three zones or more."""
    namespace: DnsLabel = "rook-ceph"
    """Its namespace, which is also the name by which the storage driver knows it."""
    operator: Operator
    """The operator there, of kind ``ceph``."""
    image: str = "quay.io/ceph/ceph:v20.2.4"
    """Ceph."""
    disks: int = Field(default=3, ge=3)
    """Disks, spread evenly over zones."""
    disk: int = Field(ge=10)
    """Size of a disk, GiB. A third of ``disks`` times ``disk`` is what can be stored."""
    storage_class: str = Field(examples=["gp3", "local"])
    """Storage class of the disks: block volumes that wait for their first consumer."""
    portable: bool = True
    """Whether a disk follows to another host of its zone, as a cloud's does. One of a local provisioner stays in its
    host, and so does its daemon (Rook, CephCluster CRD, storageClassDeviceSets)."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        zones = len(self.cluster.zones)
        if zones < COPIES:
            yield f"cluster: {zones} zone(s); {COPIES} copies and a majority of monitors survive a zone only over three"
        elif self.disks % zones:
            yield f"disks: {self.disks} are not the same number in each of {zones} zones"
        yield from operator.wrong(self.operator, "ceph")


class Ceph(Component):
    """Storage that keeps three copies in three zones and repairs itself."""

    package = "kubernetes"

    namespace: pulumi.Output[str]
    """Where it runs, for :class:`SharedFiles`."""

    def __init__(self, name: str, args: CephArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, args.cluster.where)
        cluster = args.cluster
        disks = {
            "name": "disks",
            "count": args.disks,
            "portable": args.portable,
            "encrypted": True,
            # The pod that prepares a disk decides the zone that the disk is made in.
            **{
                field: {"topologySpreadConstraints": [pods.even(ZONE, {"app": app}, strict=True)]}
                for field, app in (("preparePlacement", "rook-ceph-osd-prepare"), ("placement", "rook-ceph-osd"))
            },
            "volumeClaimTemplates": [
                {
                    "metadata": {"name": "data"},
                    "spec": {
                        "accessModes": ["ReadWriteOnce"],
                        "volumeMode": "Block",
                        "storageClassName": args.storage_class,
                        "resources": {"requests": {"storage": f"{args.disk}Gi"}},
                    },
                }
            ],
        }
        monitor = {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": args.storage_class,
            "resources": {"requests": {"storage": "10Gi"}},
        }
        spec = {
            "cephVersion": {"image": args.image},
            "dataDirHostPath": "/var/lib/rook",
            "mon": {
                "count": 3,
                "allowMultiplePerNode": False,
                "failureDomainLabel": ZONE,
                "zones": [{"name": zone} for zone in cluster.zones[:3]],
                "volumeClaimTemplate": {"spec": monitor},
            },
            "mgr": {"count": 2, "allowMultiplePerNode": False},
            "network": {"connections": {"encryption": {"enabled": True}, "requireMsgr2": True}},
            "disruptionManagement": {"managePodBudgets": True},
            "monitoring": {"enabled": cluster.prometheus},
            "dashboard": {"enabled": False},
            "storage": {"useAllNodes": False, "useAllDevices": False, "storageClassDeviceSets": [disks]},
            **({} if cluster.protected else {"cleanupPolicy": {"confirmation": "yes-really-destroy-data"}}),
        }
        called = physical("object", name)
        made = CustomResource(
            name,
            api_version=API,
            kind="CephCluster",
            metadata=api({"name": called, "namespace": args.namespace, "labels": cluster.labelled(name, "storage")}),
            spec=spec,
            opts=cluster.child(
                self,
                protect=cluster.protected,
                depends_on=[args.operator],
                custom_timeouts=pulumi.CustomTimeouts(create="1h", update="2h"),
            ),
        )
        self.namespace = after(made, args.namespace)
        alerts.rules(
            self,
            f"{name}-alerts",
            cluster,
            args.namespace,
            {
                "CephFailing": ("ceph_health_status > 1", "Ceph cannot read or write everything"),
                "CephDiskMissing": ("count(ceph_osd_up == 0) > 0", "a disk is missing, and its copies are made anew"),
                "CephFull": (
                    f"ceph_cluster_total_used_bytes / ceph_cluster_total_bytes > {FULL}",
                    "the disks are nearly full",
                ),
                "CephUnseen": alerts.unseen("ceph_health_status"),
            },
        )
        self.register_outputs({"namespace": self.namespace})


class SharedFilesArgs(Args):
    """Arguments of :class:`SharedFiles`."""

    cluster: Cluster
    """Where it is."""
    namespace: Str
    """Namespace of the volumes."""
    ceph_namespace: Str
    """Where Ceph runs, such as ``Ceph(...).namespace``."""
    volumes: Mapping[DnsLabel, int] = Field(min_length=1)
    """Size in GiB of each volume, by name."""
    snapshots: int = Field(default=24, ge=0, le=1000)
    """Hourly snapshots that are kept, against files deleted by mistake."""
    mirrors: tuple[str, ...] = ()
    """Kubernetes secrets with the bootstrap tokens of Ceph at other sites, to which snapshots are copied."""


class SharedFiles(Component):
    """Volumes that pods in all zones read and write, and that survive the loss of a zone.

    A snapshot is in the same storage: back volumes up elsewhere too, by ``FileBackups``.
    """

    package = "kubernetes"

    claims: Mapping[str, pulumi.Output[str]]
    """Names of the volume claims by volume, for a workload's ``claims``."""
    storage_class: str
    """The storage class, for further claims."""

    def __init__(self, name: str, args: SharedFilesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, args.cluster.where)
        self._name, self._args = name, args
        cluster, called = args.cluster, physical("object", name)
        labels = cluster.labelled(name, "files")
        system = CustomResource(
            name,
            api_version=API,
            kind="CephFilesystem",
            metadata=api({"name": called, "namespace": args.ceph_namespace, "labels": labels}),
            spec=self._spec(),
            opts=cluster.child(self, protect=cluster.protected),
        )
        self.storage_class = physical("object", f"{name}-cephfs")
        secrets = {
            f"csi.storage.k8s.io/{step}-secret-{what}": value
            for step, kind in _STEPS.items()
            for what, value in (("name", f"rook-csi-cephfs-{kind}"), ("namespace", args.ceph_namespace))
        }
        kept = StorageClass(
            name,
            metadata={"name": self.storage_class, "labels": labels},
            provisioner=pulumi.Output.concat(args.ceph_namespace, ".cephfs.csi.ceph.com"),
            parameters={
                "clusterID": args.ceph_namespace,
                "fsName": after(system, called),
                "pool": f"{called}-data",
                **secrets,
            },
            reclaim_policy="Retain" if cluster.protected else "Delete",
            allow_volume_expansion=True,
            opts=cluster.child(self),
        )
        self.claims = {volume: self._claim(volume, after(kept, self.storage_class)) for volume in sorted(args.volumes)}
        self.register_outputs({"claims": self.claims, "storageClass": self.storage_class})

    def _claim(self, volume: str, storage_class: Str) -> pulumi.Output[str]:
        args, cluster = self._args, self._args.cluster
        called = physical("object", f"{self._name}-{volume}")
        spec = {
            "accessModes": ["ReadWriteMany"],
            "storageClassName": storage_class,
            "resources": {"requests": {"storage": f"{args.volumes[volume]}Gi"}},
        }
        claim = PersistentVolumeClaim(
            f"{self._name}-{volume}",
            metadata=api(
                {"name": called, "namespace": args.namespace, "labels": cluster.labelled(self._name, "volume")}
            ),
            spec=api(spec),
            opts=cluster.child(self, protect=cluster.protected),
        )
        return after(claim, called)

    def _spec(self) -> dict[str, Any]:
        args = self._args
        pool = {"failureDomain": "zone", "replicated": {"size": COPIES, "requireSafeReplicaSize": True}}
        servers = {"app": "rook-ceph-mds", "rook_file_system": physical("object", self._name)}
        apart = {"topologyKey": HOST, "labelSelector": {"matchLabels": servers}}
        mirrored = {"peers": {"secretNames": list(args.mirrors)}} if args.mirrors else {}
        return {
            "metadataPool": pool,
            "dataPools": [{"name": "data", **pool}],
            "preserveFilesystemOnDelete": args.cluster.protected,
            "metadataServer": {
                "activeCount": 1,
                "activeStandby": True,  # knows what the active one knows, and takes over within seconds
                "priorityClassName": "system-cluster-critical",
                "placement": {
                    "topologySpreadConstraints": [pods.even(ZONE, servers, strict=True)],
                    "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [apart]},
                },
            },
            # The snapshot schedule belongs to mirroring in this schema, with other sites or without.
            "mirroring": {
                "enabled": bool(args.snapshots or args.mirrors),
                **mirrored,
                "snapshotSchedules": [{"path": "/", "interval": "1h"}] if args.snapshots else [],
                "snapshotRetention": [{"path": "/", "duration": f"h {args.snapshots}"}] if args.snapshots else [],
            },
        }


_STEPS: Final = {
    "provisioner": "provisioner",
    "controller-expand": "provisioner",
    "controller-publish": "provisioner",
    "node-stage": "node",
}
"""Which of Rook's secrets each step of the storage driver uses."""
