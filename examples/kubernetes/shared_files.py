"""A volume for pictures that all replicas of the shop mount, on Ceph."""

import pulumi
import pulumi_kubernetes as kubernetes

from bcinfra.kubernetes import Cluster, SharedFiles, SharedFilesArgs

ghent = Cluster(
    name="shop-ghent",
    site="ghent",
    zones=("rack-1", "rack-2", "rack-3"),
    provider=kubernetes.Provider("ghent"),
)

files = SharedFiles(
    "files",
    SharedFilesArgs(cluster=ghent, namespace="shop", ceph_namespace="rook-ceph", volumes={"media": 200}),
)
pulumi.export("claims", files.claims)
