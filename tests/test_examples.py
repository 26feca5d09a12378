"""Each component has a program that shows it, which records and keeps what it claims."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.component import Component
from bcinfra.graph import Resource
from tools.alone import survives
from tools.examples import EXAMPLES, PACKAGES, components, example, path, slug

BY_ITSELF, PERSON, WAITS, LOST = "recovers by itself", "recovers with a person", "waits until it is back", "lost"
UNDECIDED = "cannot be decided"
COMPONENTS = {f"{package}.{slug(cls)}": cls for package in PACKAGES for cls in components(package)}

SURVIVES: dict[str, dict[str, tuple[str, str]]] = {
    "aws.aurora_mysql": {"a zone": (BY_ITSELF, "none"), "a region": (PERSON, "1 s (60 s)")},
    "aws.bucket_events": {"a region": (WAITS, "all of it")},
    "aws.access_logs": {"a region": (WAITS, "all of it"), "an operator's deletion": (PERSON, "none")},
    "aws.audit_trail": {"a region": (WAITS, "none"), "an operator's deletion": (PERSON, "none")},
    "aws.buckets": {"a region": (BY_ITSELF, "10 s (15 min)"), "an operator's deletion": (PERSON, "none")},
    "aws.state_copy": {"a region": (PERSON, "10 s (15 min)"), "an account, suspended": (PERSON, "10 s (15 min)")},
    "aws.cache_promotion": {"a region": (WAITS, "none")},
    "aws.certificate": {"a region": (BY_ITSELF, "none")},
    "aws.database_proxy": {"a region": (WAITS, "none"), "an operator's deletion": (PERSON, "none")},
    "aws.fargate_tier": {"a server": (BY_ITSELF, "none"), "a zone": (BY_ITSELF, "none"), "a region": (WAITS, "none")},
    "aws.files": {
        "a zone": (BY_ITSELF, "none"),
        "a region": (PERSON, "15 min"),
        "an operator's deletion": (PERSON, "24 h (32 h)"),
    },
    "aws.geo_dns": {"a region": ("no outage", "none")},
    "aws.instance_tier": {"a server": (BY_ITSELF, "none"), "a zone": (BY_ITSELF, "none"), "a region": (WAITS, "none")},
    "aws.mysql": {"a zone": (BY_ITSELF, "none"), "a region": (PERSON, "5 s (5 min)")},
    "aws.public_zone": {"a region": ("no outage", "none")},
    "aws.queue": {"a region": (WAITS, "all of it"), "an operator's deletion": (PERSON, "all of it")},
    "aws.redis": {"a zone": (BY_ITSELF, "none"), "a region": (PERSON, "1 s (60 s)")},
    "aws.replicated_secret": {"a region": (BY_ITSELF, "1 s (60 s)")},
    "aws.search": {
        "a zone": (BY_ITSELF, "none"),
        "a region": (PERSON, "none"),
        "an operator's deletion": (PERSON, "none"),
    },
    "aws.worker": {"a server": (BY_ITSELF, "none"), "a zone": (BY_ITSELF, "none"), "a region": (WAITS, "none")},
    "cloudflare.public_zone": {"an operator's deletion": (PERSON, "none")},
    "gcp.archive": {"an operator's deletion": (PERSON, "none"), "an account, taken over": (LOST, "all of it")},
    "gcp.buckets": {"a region": (BY_ITSELF, "60 s (15 min)"), "an account, taken over": (PERSON, "60 min (12 h)")},
    "gcp.certificate": {"an operator's deletion": (PERSON, "none")},
    "gcp.cloud_run_tier": {"a region": (WAITS, "none")},
    "gcp.foreign_bucket_copy": {"an operator's deletion": (PERSON, "none")},
    "gcp.geo_dns": {"an operator's deletion": (PERSON, "none")},
    "gcp.instance_tier": {"a server": (BY_ITSELF, "none"), "a zone": (BY_ITSELF, "none"), "a region": (WAITS, "none")},
    "gcp.files": {"a zone": (BY_ITSELF, "none"), "an operator's deletion": (PERSON, "50 min (2 h 10 min)")},
    "gcp.job": {"a region": (WAITS, "none")},
    "gcp.worker": {"a region": (WAITS, "none")},
    "gcp.mysql": {"a zone": (BY_ITSELF, "none"), "a region": (PERSON, "5 s (5 min)")},
    "gcp.mysql_standby": {"a zone": (PERSON, "5 s (5 min)"), "a region": (UNDECIDED, "unknown")},
    "gcp.public_zone": {"an operator's deletion": (PERSON, "none")},
    "gcp.queue": {"a region": (WAITS, "all of it"), "an operator's deletion": (PERSON, "all of it")},
    "gcp.redis": {"a zone": (BY_ITSELF, "none"), "a region": (PERSON, "1 s (60 s)")},
    "gcp.replicated_secret": {"a region": (PERSON, "none")},
    "kubernetes.ingress": {"a zone": ("no outage", "none")},
    "kubernetes.mysql": {"a zone": (BY_ITSELF, "none"), "a region": (PERSON, "35 s (2 min)")},
    "kubernetes.rabbit_mq": {"a zone": (BY_ITSELF, "none"), "a region": (WAITS, "all of it")},
    "kubernetes.redis": {"a zone": (BY_ITSELF, "none"), "a region": (WAITS, "all of it")},
    "kubernetes.search": {"a zone": (BY_ITSELF, "none"), "a region": (PERSON, "none")},
    "kubernetes.shared_files": {"a zone": (BY_ITSELF, "none"), "an operator's deletion": (PERSON, "30 min (60 min)")},
    "kubernetes.worker": {"a server": (BY_ITSELF, "none"), "a zone": (BY_ITSELF, "none")},
    "kubernetes.workload": {
        "a server": (BY_ITSELF, "none"),
        "a zone": (BY_ITSELF, "none"),
        "a region": (WAITS, "none"),
    },
    "aws.static_page": {"a region": (WAITS, "none"), "an operator's deletion": (PERSON, "none")},
    "gcp.static_page": {"a region": (PERSON, "none"), "an operator's deletion": (PERSON, "none")},
    "onprem.site": {"a region": (WAITS, "60 s"), "ransomware, found late": (LOST, "all of it")},
}
"""What an example that serves or keeps data survives: by what is lost, the outcome and the data that is lost."""

DECLARES: dict[str, tuple[str, str, object]] = {
    "aws.job": ("Schedule export-schedule", "scheduleExpression", "cron(30 2 * * ? *)"),
    "kubernetes.job": ("CronJob export", "spec.concurrencyPolicy", "Forbid"),
    "aws.accelerator": ("EndpointGroup shop-frankfurt", "trafficDialPercentage", 0),
    "aws.alarm_topic": ("TopicSubscription alarms-on-call", "endpoint", "on-call@shop.example"),
    "aws.backups": ("VaultLockConfiguration backups-isolated", "minRetentionDays", 30),
    "aws.binlog_archive": ("MetricAlarm orders-log-silent", "treatMissingData", "breaching"),
    "aws.contact_centre": ("Queue calls-queue", "maxContacts", 20),
    "aws.edge": ("Distribution shop", "originGroups.0.originId", "pages-or-other"),
    "aws.firewall": ("WebAcl shop-acl", "scope", "REGIONAL"),
    "aws.image_repositories": (
        "ReplicationConfiguration images-dublin",
        "replicationConfiguration.rules.0.destinations.0.region",
        "eu-central-1",
    ),
    "aws.key": ("Key data-key", "enableKeyRotation", True),
    "aws.mail_identity": ("Record mail-spf", "type", "TXT"),
    "aws.name_servers": ("Record servers", "type", "NS"),
    "aws.network": ("Subnet shop-data-euw1-az3", "availabilityZoneId", "euw1-az3"),
    "aws.outage_alarms": ("MetricAlarm outage-cut-off", "treatMissingData", "notBreaching"),
    "aws.parameters": ("Parameter shop-MYSQL_PASSWORD", "type", "SecureString"),
    "aws.proof_record": ("Record google", "type", "CNAME"),
    "aws.region_switch": ("Plan switch", "triggers.0.targetRegion", "eu-central-1"),
    "aws.runbooks": ("BucketPublicAccessBlock runbook", "restrictPublicBuckets", True),
    "aws.site_checks": ("HealthCheck ghent-site", "childHealthThreshold", 1),
    "aws.site_vpn": ("VpnConnection ghent-south", "staticRoutesOnly", False),
    "aws.vault_pilot_light": ("MetricAlarm orders-restore-dublin-unproved", "treatMissingData", "breaching"),
    "aws.alarm_mutes": ("AlarmMuteRule orders-mutes-mysql", "rule.schedule.duration", "PT60M"),
    "aws.watch": ("MetricAlarm orders-web-missing", "comparisonOperator", "LessThanThreshold"),
    "aws.writer_guard": ("HealthCheck guard", "insufficientDataHealthStatus", "LastKnownStatus"),
    "aws.zone_signing": ("Key shop-key", "keyUsage", "SIGN_VERIFY"),
    "aws.zonal_autoshift": ("ZonalAutoshiftConfiguration web", "zonalAutoshiftStatus", "ENABLED"),
    "aws.zonal_failover": ("StateMachine orders", "type", "EXPRESS"),
    "aws.zonal_shift": ("StateMachine web", "type", "EXPRESS"),
    "cloudflare.edge": ("ZoneSetting shop-ssl", "value", "strict"),
    "cloudflare.geo_dns": ("LoadBalancer www.shop.example", "steeringPolicy", "off"),
    "cloudflare.proof_record": ("DnsRecord amazon", "proxied", False),
    "cloudflare.proxied_zone": ("Zone shop-zone", "type", "partial"),
    "cloudflare.name_servers": ("ZoneDnsSettings servers", "multiProvider", True),
    "gcp.alerts": ("NotificationChannel alerts-on-call", "type", "email"),
    "gcp.watch": ("AlertPolicy watch-web", "combiner", "OR"),
    "gcp.armor": ("SecurityPolicy shop-policy", "rules.0.action", "deny(403)"),
    "gcp.backups": ("BackupVault backups-ghent", "project", "acme-vault"),
    "gcp.change_stream": (
        "Stream changes-stream",
        "destinationConfig.gcsDestinationConfig.fileRotationInterval",
        "60s",
    ),
    "gcp.log_archive": ("ProjectBucketConfig shop-logs-audit", "project", "acme-vault"),
    "gcp.failover": ("Trigger failover", "location", "europe-west12"),
    "gcp.image_repositories": ("Repository images-turin", "dockerConfig.immutableTags", True),
    "gcp.internal_balancer": ("RegionBackendService app-backends", "loadBalancingScheme", "INTERNAL"),
    "gcp.key": ("CryptoKey data-key", "deletionPolicy", "PREVENT"),
    "gcp.load_balancer": ("BackendService web-backends", "outlierDetection.consecutiveErrors", 5),
    "gcp.name_servers": ("RecordSet servers", "type", "NS"),
    "gcp.network": ("Subnetwork shop-turin-workloads", "region", "europe-west12"),
    "gcp.outage_alerts": ("AlertPolicy outage-lost", "combiner", "AND"),
    "gcp.peer_tunnels": ("ExternalVpnGateway aws", "redundancyType", "FOUR_IPS_REDUNDANCY"),
    "gcp.proof_record": ("RecordSet aws", "type", "CNAME"),
    "gcp.restore_test": ("Job restore-orders", "schedule", "0 4 * * 0"),
    "gcp.runbooks": ("BucketIAMMember runbook-group:on-call@acme-help.example", "role", "roles/storage.objectViewer"),
    "gcp.site_checks": ("UptimeCheckConfig ghent-south", "tcpCheck.port", 443),
    "gcp.site_vpn": ("ExternalVpnGateway ghent", "redundancyType", "TWO_IPS_REDUNDANCY"),
    "gcp.vpn_gateway": ("HaVpnGateway aws", "region", "europe-west4"),
    "kubernetes.ceph": ("CephCluster storage", "spec.mon.count", 3),
    "kubernetes.file_backups": ("CronJob copies-media", "spec.schedule", "*/15 * * * *"),
    "kubernetes.namespace": ("NetworkPolicy shop-closed", "spec.policyTypes", ("Ingress", "Egress")),
    "kubernetes.operator": ("Release redis", "namespace", "redis-operator"),
    "kubernetes.priorities": ("PriorityClass shop-shop-critical", "preemptionPolicy", "PreemptLowerPriority"),
}
"""What an example that neither serves nor keeps data declares: a resource, a path into its inputs, what is there."""


def test_every_example_makes_one_claim() -> None:
    assert sorted([*SURVIVES, *DECLARES]) == sorted(COMPONENTS)


def test_every_program_shows_a_component() -> None:
    programs = {at for package in PACKAGES for at in (EXAMPLES / package).glob("*.py")}
    assert programs == {path(cls) for cls in COMPONENTS.values()}


@pytest.mark.parametrize("name", COMPONENTS)
def test_an_example_is_whole(name: str) -> None:
    """Everything that it declares is the component's, or its neighbours', and reaches the cloud that it names."""
    shown = example(COMPONENTS[name])
    assert shown.graph.outputs, "an example shows what the component gives"
    assert not shown.graph.calls
    for row in shown.graph:
        provider = shown.graph.provider_of(row)
        assert not (row.custom and not row.is_provider and (provider is None or provider.is_default_provider)), row.urn


@pytest.mark.parametrize("name", SURVIVES)
def test_an_example_survives_what_it_claims(name: str) -> None:
    shown = example(COMPONENTS[name])
    rows = {row.lost: (row.outcome, row.data) for row in survives(shown.model, shown.own)}
    assert {lost: rows.get(lost) for lost in SURVIVES[name]} == SURVIVES[name]


@pytest.mark.parametrize("name", DECLARES)
def test_an_example_declares_what_it_claims(name: str) -> None:
    shown = example(COMPONENTS[name])
    assert survives(shown.model, shown.own) == [], "its claim is what it survives"
    what, where, value = DECLARES[name]
    assert at(named(shown.made, what), where) == value


@pytest.mark.parametrize("cls", COMPONENTS.values(), ids=list(COMPONENTS))
def test_an_example_imports_no_more_than_a_team_would(cls: type[Component]) -> None:
    """Its own package, the spec's types and the SDKs: an example that needs more is no component that stands alone."""
    lines = [line for line in path(cls).read_text(encoding="utf-8").splitlines() if line.startswith(("from", "import"))]
    ours = [line.split()[1] for line in lines if "bcinfra" in line]
    assert all(name.startswith((f"bcinfra.{cls.package}", "bcinfra.spec")) for name in ours), ours


def named(made: tuple[Resource, ...], what: str) -> Resource:
    found = {f"{row.type.rsplit(':', 1)[-1]} {row.name}": row for row in made}
    assert what in found, f"there are {sorted(found)}"
    return found[what]


def at(row: Resource, where: str) -> Any:
    value: Any = row.inputs
    for key in where.split("."):
        value = value[int(key)] if key.isdigit() else value[key]
    return tuple(value) if isinstance(value, list) else value
