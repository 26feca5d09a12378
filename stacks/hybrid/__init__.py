"""A shop on Kubernetes with a machine room of its own: sells from Ghent, stands by warm at Google in Holland."""

from datetime import date
from ipaddress import IPv4Address

from bcinfra.spec import (
    Alarms,
    Backups,
    Business,
    Capability,
    CloudPlace,
    DataClass,
    Files,
    GcpProject,
    GcpSite,
    Geography,
    Isp,
    KindObjectives,
    KubernetesSite,
    MySql,
    Needs,
    Objectives,
    OwnObjectives,
    Peak,
    PowerFeed,
    Premises,
    Rack,
    Redis,
    Runbooks,
    Scaling,
    Shop,
    State,
    Strategy,
    Supplier,
    Tier,
)

KUBECTL = "alpine/k8s:1.36.1"

RACKS = ("rack-1", "rack-2", "rack-3")
HOLLAND = ("europe-west4-a", "europe-west4-b", "europe-west4-c")
FEEDS = frozenset({"a", "b"})
GHENT = Premises(
    geography=Geography(country="BE", place="Ghent", latitude=51.05, longitude=3.73),
    ranges=frozenset({"10.9.0.0/16"}),
    isps={
        "fibre": Isp(carrier="northnet", entry="north-duct", address=IPv4Address("203.0.113.1"), bandwidth=1000),
        "cable": Isp(carrier="southnet", entry="south-duct", address=IPv4Address("198.51.100.1"), bandwidth=500),
    },
    power={
        "a": PowerFeed(grid="substation-west", battery=15, generator=24),
        "b": PowerFeed(grid="substation-east", battery=15),
    },
    racks={rack: Rack(feeds=FEEDS, hosts=frozenset({f"{rack}-node-1", f"{rack}-node-2"})) for rack in RACKS},
)


def members(site: str) -> tuple[str, ...]:
    """The names of the database's members, as the other site knows them."""
    return tuple(f"mysql-{n}.{site}.hybrid.example" for n in range(3))


PROD = Shop(
    name="hybrid",
    domain="hybrid.example",
    canonical="apex",
    accounts={
        "main": GcpProject(project="hybrid-shop-prod", number="123456789012"),
        "vault": GcpProject(project="hybrid-shop-vault", number="210987654321", billing_account="0123AB-4567CD-89EF01"),
        "dns": "777788889999",
        "help": "888899990000",
    },
    sites={
        "ghent": KubernetesSite(
            place=GHENT,
            role="primary",
            cluster="ghent-1",
            zones=RACKS,
            ingress_zones=RACKS,
            addresses=("203.0.113.10", "198.51.100.10"),
            members=members("ghent"),
            ranges=("10.9.0.0/16",),
            registry="registry.hybrid.example",
            pull_secret="registry-login",  # noqa: S106  its name
            storage_class="rack-disks",
            kubectl_image=KUBECTL,
            prometheus=True,
            prober="blackbox-exporter.monitoring:9115",
            heartbeat="ghentHeartbeat",
        ),
        "holland": KubernetesSite(
            place=CloudPlace(kind="gcp", region="europe-west4"),
            role="standby",
            cluster="holland-1",
            zones=HOLLAND,
            ingress_zones=HOLLAND,
            addresses=("192.0.2.10",),
            members=members("holland"),
            ranges=("10.40.0.0/16",),
            storage_class="premium-rwo",
            kubectl_image=KUBECTL,
            prometheus=True,
            prober="blackbox-exporter.monitoring:9115",
            heartbeat="hollandHeartbeat",
        ),
        "carolina": GcpSite(region="us-east1", role="backup", account="vault"),
    },
    dns={"gcp": "main", "aws": "dns"},
    strategy=Strategy.WARM_STANDBY,
    objectives=Objectives(
        recovery_time="2h",
        data_loss="5m",
        availability=99.9,
        kinds={
            **dict.fromkeys(("zone", "region", "change"), KindObjectives(recovery_time="8h")),
            "people": KindObjectives(recovery_time="24h", data_loss="1h"),
            "supplier": KindObjectives(recovery_time="24h", data_loss="1h"),
            "attack": KindObjectives(recovery_time="3d", data_loss="24h"),
            "together": KindObjectives(recovery_time="7d", data_loss="24h"),
        },
    ),
    web=Tier(image="{registry}/web:2.8.0", cpu=0.5, memory=1, replicas=3, peak=12, scaling=Scaling(cpu=60)),
    app=Tier(image="{registry}/app:2.8.0", cpu=1, memory=2, replicas=3, peak=12),
    mysql=MySql(cpu=4, memory=16, storage=200, parameters={"max_allowed_packet": "67108864"}),
    redis=Redis(memory=3, version="7.0"),
    files=Files(size=40),
    state=State(url="gs://hybrid-infrastructure-state", site="carolina", secrets="passphrase"),
    data={
        "products": "critical",
        "content": DataClass(criticality="important", home="mysql"),
        "customers": "critical",
        "orders": "critical",
        "carts": "minor",
        "sessions": "minor",
        "module-configuration": "critical",
        "payment-gateway-configuration": "critical",
        "secrets": "critical",
        "certificates": "critical",
        "dns-zone": "critical",
        "invoices": DataClass(criticality="important", home="files"),
        "infrastructure-state": "important",
    },
    capabilities={
        "invoices": Capability(
            needs=Needs(data=("customers", "orders", "invoices", "certificates", "dns-zone")),
            objectives=OwnObjectives(
                recovery_time="24h",
                data_loss="4h",
                kinds={
                    **dict.fromkeys(("zone", "region", "change"), KindObjectives(recovery_time="24h")),
                    "people": KindObjectives(data_loss="4h"),
                },
            ),
        ),
    },
    # The owner's assumption: no contract says it.
    suppliers={"payment-provider": Supplier(outages=1, recovery="1h")},
    backups=Backups(retain_days=35, lock_days=30),
    runbooks=Runbooks(account="help", region="ca-central-1", readers=("arn:aws:iam::888899990000:role/on-call",)),
    alarms=Alarms(mail={"on-call": "on-call@hybrid.example"}, mute_planned=True),
    business=Business(
        revenue_per_hour=2_500,
        average_order=95,
        budget_per_month=9_000,
        peaks={"black-friday": Peak(start=date(2026, 11, 27), end=date(2026, 11, 30), factor=4)},
        load_tests={"mysql": 5, "redis": 8, "files": 5},
    ),
)

SHOPS = {"prod": PROD}
