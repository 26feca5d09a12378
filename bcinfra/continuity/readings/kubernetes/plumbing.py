"""Kubernetes types from which nothing follows that the parts do not already show, each group with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import plumbing, setting
from bcinfra.continuity.readings.base.traits import loses


def _tokens(group: str, kinds: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {f"kubernetes:{group}:{kind}": what for kind, what in kinds}


READINGS: Final = {
    **plumbing(
        "Permissions are part of the cluster, which shows in what runs there.",
        {
            reasons.PERMISSIONS: {
                **_tokens("core/v1", [("ServiceAccount", "account of pods")]),
                **_tokens(
                    "rbac.authorization.k8s.io/v1",
                    [
                        ("Role", "permission"),
                        ("RoleBinding", "permission"),
                        ("ClusterRole", "permission"),
                        ("ClusterRoleBinding", "permission"),
                    ],
                ),
                **_tokens(
                    "opensearch.org/v1",
                    [
                        ("OpensearchUser", "user of an index"),
                        ("OpensearchRole", "permission on an index"),
                        ("OpensearchUserRoleBinding", "permission on an index"),
                    ],
                ),
            },
        },
    ),
    **plumbing(
        "It bounds or orders what the cluster runs; it starts nothing.",
        {
            reasons.SETTINGS: {
                **_tokens("core/v1", [("Namespace", "namespace"), ("ResourceQuota", "quota"), ("LimitRange", "quota")]),
                **_tokens("scheduling.k8s.io/v1", [("PriorityClass", "order of pods")]),
                **_tokens(
                    "storage.k8s.io/v1", [("CSIDriver", "kind of storage"), ("VolumeAttachment", "volume in use")]
                ),
                **_tokens("snapshot.storage.k8s.io/v1", [("VolumeSnapshotClass", "kind of snapshot")]),
                **_tokens("apiextensions.k8s.io/v1", [("CustomResourceDefinition", "kind of object")]),
                **_tokens("ceph.rook.io/v1", [("CephFilesystemSubVolumeGroup", "part of a file system")]),
            },
            reasons.COMPUTE: {
                **_tokens("core/v1", [("Node", "node")]),
                **_tokens("batch/v1", [("Job", "work that is done once")]),
            },
            reasons.FRONT: {
                **_tokens("networking.k8s.io/v1", [("IngressClass", "kind of ingress")]),
                **_tokens("traefik.io/v1alpha1", [("Middleware", "what an ingress does with a request")]),
                **_tokens("gateway.networking.k8s.io/v1", [("GatewayClass", "kind of gateway")]),
                **_tokens("gateway.networking.k8s.io/v1beta1", [("ReferenceGrant", "permission of routes")]),
            },
            reasons.FILTER: {
                **_tokens(
                    "admissionregistration.k8s.io/v1",
                    [("ValidatingWebhookConfiguration", "check"), ("MutatingWebhookConfiguration", "check")],
                ),
            },
        },
        {
            "kubernetes:core/v1:Namespace": loses("namespace with everything in it", "metadata.name"),
        },
    ),
    **plumbing(
        "Watching stops with the cluster; serving does not.",
        {
            reasons.WATCH: {
                **_tokens(
                    "monitoring.coreos.com/v1",
                    [
                        ("ServiceMonitor", "metric"),
                        ("PodMonitor", "metric"),
                        ("PrometheusRule", "alarm"),
                        ("Probe", "check"),
                    ],
                ),
                **_tokens("monitoring.coreos.com/v1alpha1", [("AlertmanagerConfig", "messages to people")]),
            },
        },
    ),
    **plumbing(
        "Certificates are issued again by their authority while the cluster runs.",
        {
            reasons.CERTIFICATES: {
                **_tokens("cert-manager.io/v1", [("Certificate", "certificate"), ("Issuer", "authority")]),
                **_tokens("cert-manager.io/v1", [("ClusterIssuer", "authority")]),
            },
        },
    ),
    "kubernetes:helm.sh/v3:Release": setting("Helm release", "what it deploys cannot be seen here", reasons.HIDDEN),
}
