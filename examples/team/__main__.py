"""A team's own program: a shop, and around it what the page cannot say.

It adds a service of its own in the shop's network, changes one argument and one tag of what is assembled, and puts a
component of its own in the place of one of the assembly's.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pulumi
import pulumi_aws as aws

from bcinfra.assembly import Overrides, deploy
from bcinfra.aws import Firewall, FirewallArgs, Reach, Worker, WorkerArgs
from bcinfra.spec import load_shop


class AllowList(Firewall):
    """The firewall as the team has it: before all other rules, partners' addresses are let through."""

    def __init__(self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.partners = aws.wafv2.IpSet(
            f"{name}-partners",
            scope="REGIONAL",
            ip_address_version="IPV4",
            addresses=["192.0.2.0/24"],
            opts=args.region.child(self),
        )


def of_the_team(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """Every cluster belongs to the team in the bill."""
    if args.type_ != "aws:ecs/cluster:Cluster":
        return None
    given = cast("Mapping[str, str]", args.props.get("tags", {}))
    return pulumi.ResourceTransformResult({**args.props, "tags": {**given, "cost-centre": "4711"}}, args.opts)


shop = deploy(
    load_shop(Path(__file__).parent / "shop.yaml"),
    Overrides(
        arguments={"*-ireland-web": {"cpu_target": 40}},
        components={Firewall: AllowList},
    ),
    pulumi.ResourceOptions(transforms=[of_the_team]),
)

for name, site in shop.aws.items():
    Worker(
        f"feed-{name}",
        WorkerArgs(
            region=site.region,
            vpc_id=site.network,
            subnet_ids=site.subnets["private"],
            image=f"111122223333.dkr.ecr.{site.region.name}.amazonaws.com/feed:2.0.0",
            cpu=0.5,
            memory=1,
            replicas=2,
            reaches={"mysql": Reach(security_group_id=site.security_groups["mysql"], port=3306)},
            environment={"MYSQL_HOST": site.endpoints["mysql"]},
            secrets={"MYSQL_PASSWORD": site.secrets["MYSQL_PASSWORD"]},
            secret_key_arns={"data": site.keys["data"]},
        ),
    )
