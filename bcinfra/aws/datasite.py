"""One site of a data store: where its copy lives, which key encrypts it, who may connect, when it is maintained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

import pulumi
from pulumi_aws.cloudwatch import LogGroup
from pulumi_aws.ec2 import SecurityGroup
from pulumi_aws.iam import Role, RolePolicyAttachment
from pulumi_aws.vpc import SecurityGroupIngressRule
from pydantic import Field

from bcinfra.aws import policies
from bcinfra.aws.region import KeyedRegion, Region
from bcinfra.component import Str, unknown_site
from bcinfra.planning.windows import BackupWindow, MaintenanceWindow, problems

LogDays: TypeAlias = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]
"""Days for which CloudWatch can keep logs."""


class StoreSite(KeyedRegion):
    """Where one copy of the data lives, encrypted by the site's own key, and who may connect."""

    vpc_id: Str
    """The network that holds the subnets."""
    subnet_ids: Mapping[str, Str] = Field(min_length=2)
    """Private subnets by zone: at least two zones, so that the loss of one is no outage."""
    clients: Mapping[str, Str] = {}
    """Security groups that may connect, by a name for each. A tier that ``reaches`` the store opens it for itself."""
    client_cidrs: Mapping[str, str] = {}
    """IPv4 ranges that may connect, by a name for each: networks whose groups cannot be named, such as on-premises."""


class DataSite(StoreSite):
    """The same for what runs on servers, which keep logs and are maintained."""

    log_key_arn: Str | None = None
    """KMS key for the logs, whose policy lets ``logs.<region>.amazonaws.com`` use it. Without one CloudWatch Logs
    encrypts with a key of its own."""
    maintenance_window: MaintenanceWindow = "tue:03:00-tue:04:00"
    """When the service may maintain this site, weekly in UTC. Never at the same time as another site."""
    backup_window: BackupWindow = "01:00-02:00"
    """When the daily backup starts, in UTC."""


def check_places(sites: Mapping[str, StoreSite], primary: str) -> Iterable[str]:
    """What is wrong with where the copies of one data store live."""
    if primary not in sites:
        yield f"primary: {unknown_site(primary, sites)}"
    for name, site in sites.items():
        for label in sorted(site.clients.keys() & site.client_cidrs.keys()):
            yield f"sites.{name}.client_cidrs: {label!r} is also in clients; each name is used once"


def check_sites(sites: Mapping[str, DataSite], primary: str, shortest_window: int = 30) -> Iterable[str]:
    """The same for servers. Their windows last ``shortest_window`` minutes or more."""
    yield from check_places(sites, primary)
    yield from problems(sites, shortest_window)


def check_home(sites: Mapping[str, DataSite], home: str | None) -> Iterable[str]:
    """What is wrong with the site that a global store is declared through."""
    if home is not None and home not in sites:
        yield f"home: {unknown_site(home, sites)}"
    if home is None and len(sites) > 1:
        yield (
            "home: with several sites, name the one through whose region the global store is declared;"
            " it stays when the primary changes"
        )


def release(version: str) -> tuple[int, ...]:
    """A dotted version as numbers, for comparison."""
    return tuple(map(int, version.split(".")))


def client_security_group(parent: pulumi.Resource, name: str, site: StoreSite, port: int) -> SecurityGroup:
    """A security group that lets the site's clients in on ``port`` and nothing else, in or out."""
    region = site.region
    group = SecurityGroup(
        name,
        description=f"Clients of {name}",
        vpc_id=site.vpc_id,
        tags=region.tagged(name),
        opts=region.child(parent),
    )
    sources: dict[str, dict[str, Str]] = {
        **{label: {"referenced_security_group_id": source} for label, source in site.clients.items()},
        **{label: {"cidr_ipv4": source} for label, source in site.client_cidrs.items()},
    }
    for label, source in sources.items():
        SecurityGroupIngressRule(
            f"{name}-from-{label}",
            security_group_id=group.id,
            description=f"{label} connects",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            **source,
            tags=region.tagged(f"{name}-from-{label}"),
            opts=region.child(parent),
        )
    return group


def log_group(parent: pulumi.Resource, name: str, path: str, site: DataSite, days: LogDays) -> LogGroup:
    """The log group ``path``, made before a service would make it itself and keep it for ever."""
    return LogGroup(
        name,
        name=path,
        kms_key_id=site.log_key_arn,
        retention_in_days=days,
        tags=site.region.tagged(name),
        opts=site.region.child(parent),
    )


def monitoring_role(parent: pulumi.Resource, name: str, region: Region) -> Role:
    """The role by which RDS reports the operating system's figures (Enhanced Monitoring)."""
    role = Role(
        name,
        description="RDS Enhanced Monitoring",
        assume_role_policy=policies.trust(policies.service("monitoring.rds.amazonaws.com")),
        tags=region.tagged(name),
        opts=region.child(parent),
    )
    RolePolicyAttachment(
        name,
        role=role.name,
        policy_arn=policies.managed_policy(region, "service-role/AmazonRDSEnhancedMonitoringRole"),
        opts=region.child(parent),
    )
    return role
