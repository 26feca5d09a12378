"""A volume for pictures that all replicas of the shop mount, on Ceph."""

import pulumi
import pulumi_kubernetes as kubernetes

from bcinfra.kubernetes import Ceph, CephArgs, Cluster, Operator, OperatorArgs, SharedFiles, SharedFilesArgs

ghent = Cluster(
    name="shop-ghent",
    site="ghent",
    zones=("rack-1", "rack-2", "rack-3"),
    provider=kubernetes.Provider("ghent"),
)
rook = Operator("rook", OperatorArgs(cluster=ghent, kind="ceph", namespace="rook-ceph"))
storage = Ceph("storage", CephArgs(cluster=ghent, operator=rook, disk=300, storage_class="rack-disks"))

files = SharedFiles(
    "files",
    SharedFilesArgs(cluster=ghent, namespace="shop", ceph_namespace=storage.namespace, volumes={"media": 200}),
)
pulumi.export("claims", files.claims)
