"""Two sites, a database that replicates from the home site, and a name that follows the active site."""

import pulumi
import pulumi_aws as aws
from sites import INSTANCE_CLASS, REGIONS, UNGUARDED

HOME = "dublin"
# A promotion clears the source and turns the replica writable: neither may be put back by the next `up`.
FAILOVER_FIELDS = ["replicateSourceDb", "backupRetentionPeriod"]

config = pulumi.Config()
active = config.require("activeSite")
guarded = config.get_bool("guarded", True)


class Site(pulumi.ComponentResource):
    def __init__(self, name: str, region: str, source: pulumi.Input[str] | None) -> None:
        super().__init__("lifecycle:index:Site", name)
        provider = aws.Provider(name, region=region, opts=pulumi.ResourceOptions(parent=self))
        child = pulumi.ResourceOptions(parent=self, provider=provider)
        protect = guarded and name not in UNGUARDED
        self.vpc = aws.ec2.Vpc(f"{name}-vpc", cidr_block="10.0.0.0/16", opts=child)
        self.database = aws.rds.Instance(
            f"{name}-database",
            instance_class=INSTANCE_CLASS,
            replicate_source_db=source,
            password=None if source else config.require_secret("password"),
            deletion_protection=protect,
            opts=pulumi.ResourceOptions.merge(
                child, pulumi.ResourceOptions(protect=protect, ignore_changes=FAILOVER_FIELDS)
            ),
        )
        self.register_outputs({"endpoint": self.database.endpoint})


home = Site(HOME, REGIONS[HOME], None)
sites = {HOME: home} | {name: Site(name, region, home.database.arn) for name, region in REGIONS.items() if name != HOME}
dns = aws.Provider("dns", region="us-east-1")
zone = aws.route53.Zone("zone", name="shop.example", opts=pulumi.ResourceOptions(provider=dns))
aws.route53.Record(
    "database",
    zone_id=zone.zone_id,
    name="database.shop.example",
    type="CNAME",
    ttl=60,
    records=[sites[active].database.address],
    opts=pulumi.ResourceOptions(provider=dns),
)
pulumi.export("database", sites[active].database.endpoint)
