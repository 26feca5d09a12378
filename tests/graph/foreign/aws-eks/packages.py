"""Remote components as their generated packages declare them."""

import pulumi


class Vpc(pulumi.ComponentResource):
    def __init__(self, name, args, opts=None):
        super().__init__("awsx:ec2:Vpc", name, {**args, "vpc_id": None, "private_subnet_ids": None}, opts, remote=True)

    @property
    @pulumi.getter(name="vpcId")
    def vpc_id(self) -> pulumi.Output[str]:
        return pulumi.get(self, "vpc_id")

    @property
    @pulumi.getter(name="privateSubnetIds")
    def private_subnet_ids(self) -> pulumi.Output[list]:
        return pulumi.get(self, "private_subnet_ids")


class Cluster(pulumi.ComponentResource):
    def __init__(self, name, args, opts=None):
        super().__init__("eks:index:Cluster", name, {**args, "kubeconfig": None}, opts, remote=True)

    @property
    @pulumi.getter
    def kubeconfig(self) -> pulumi.Output[object]:
        return pulumi.get(self, "kubeconfig")
