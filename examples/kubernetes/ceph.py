"""Storage in the machine room: three copies of every byte, one a rack."""

import pulumi
import pulumi_kubernetes as kubernetes

from bcinfra.kubernetes import Ceph, CephArgs, Cluster, Operator, OperatorArgs

ghent = Cluster(
    name="shop-ghent",
    site="ghent",
    zones=("rack-1", "rack-2", "rack-3"),
    provider=kubernetes.Provider("ghent"),
)
rook = Operator("rook", OperatorArgs(cluster=ghent, kind="ceph", namespace="rook-ceph"))

storage = Ceph("storage", CephArgs(cluster=ghent, operator=rook, disk=500, disks=6, storage_class="local"))
pulumi.export("namespace", storage.namespace)
