"""When Dublin is lost, Frankfurt's database is promoted and its web tier grows, without a person."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import EcsService, Region, RegionSwitch, RegionSwitchArgs, Trigger

names = {"dublin": "eu-west-1", "frankfurt": "eu-central-1"}


def arn(service: str, site: str, resource: str) -> str:
    return f"arn:aws:{service}:{names[site]}:111122223333:{resource}"


def web(site: str) -> EcsService:
    return EcsService(
        cluster_arn=arn("ecs", site, f"cluster/web-{site}"),
        service_arn=arn("ecs", site, f"service/web-{site}/web"),
    )


switch = RegionSwitch(
    "switch",
    RegionSwitchArgs(
        sites={
            site: Region(name=name, provider=aws.Provider(site, region=name), account="111122223333")
            for site, name in names.items()
        },
        primary="dublin",
        recovery_minutes=15,
        replicas={"orders": {site: arn("rds", site, f"db:orders-{site}") for site in names}},
        services={"web": {site: web(site) for site in names}},
        triggers={"lost": Trigger(red={"lost": arn("cloudwatch", "frankfurt", "alarm:outage-lost")})},
    ),
)
pulumi.export("plan", switch.plan_arn)
