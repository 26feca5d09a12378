"""A cluster and its network from packages that run in a plugin, and a workload in it."""

import packages
import pulumi
import pulumi_kubernetes as kubernetes

network = packages.Vpc("network", {"natGateways": {"strategy": "OnePerAz"}})
cluster = packages.Cluster("cluster", {"vpcId": network.vpc_id, "subnetIds": network.private_subnet_ids})
provider = kubernetes.Provider("cluster", kubeconfig=cluster.kubeconfig)
kubernetes.core.v1.Namespace("shop", opts=pulumi.ResourceOptions(provider=provider))
cluster.kubeconfig.apply(lambda kubeconfig: kubernetes.core.v1.ConfigMap("access", data={"kubeconfig": kubeconfig}))
pulumi.export("kubeconfig", cluster.kubeconfig)
