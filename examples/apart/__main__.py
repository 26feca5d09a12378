"""Two shops in one program, over two stacks: ``network`` holds the network, ``shops`` what runs in it.

What the second is told of the first stands in its configuration, as `pulumi stack output --stack network` prints it:

    pulumi config set --path network.vpc "$(pulumi stack output vpc --stack network)"
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from bcinfra.assembly import deploy
from bcinfra.aws import Network, NetworkArgs, Region
from bcinfra.spec import load_shop

HERE = Path(__file__).parent
RANGE = "10.30.0.0/16"


def network() -> None:
    """The network of all shops, whose ids the other stack is told."""
    provider = aws.Provider("ireland", region="eu-west-1", allowed_account_ids=["111122223333"])
    made = Network(
        "shops",
        NetworkArgs(
            region=Region(name="eu-west-1", provider=provider, account="111122223333"),
            cidr=RANGE,
            zones=("euw1-az1", "euw1-az2"),
        ),
    )
    pulumi.export("vpc", made.vpc_id)
    pulumi.export("cidr", RANGE)
    pulumi.export("public_subnets", dict(made.public_subnet_ids))
    pulumi.export("private_subnets", dict(made.private_subnet_ids))
    pulumi.export("data_subnets", dict(made.data_subnet_ids))


def shops() -> None:
    """Two shops in that network: one page, in two languages of one owner's."""
    existing: Mapping[str, Any] = pulumi.Config().require_object("network")
    page = load_shop(HERE / "shop.yaml")
    site = page.sites["ireland"].revised(existing=existing)
    page = page.revised(sites={**page.sites, "ireland": site})
    deploy(page)
    deploy(page.revised(name="bags", domain="bags.example"))


{"network": network, "shops": shops}[pulumi.get_stack()]()
