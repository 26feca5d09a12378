"""A large shop that does not depend on one vendor: sells from two regions of AWS, stands by warm at Google Cloud."""

from datetime import date
from ipaddress import IPv4Address

from bcinfra.spec import (
    Alarms,
    AwsSite,
    Backups,
    Business,
    Capability,
    Centre,
    CloudflareAccount,
    Contact,
    ContactPage,
    Edge,
    Firewall,
    GcpProject,
    GcpSite,
    KindObjectives,
    Mail,
    Media,
    MySql,
    Number,
    Objectives,
    OwnObjectives,
    Peak,
    Recorded,
    Redis,
    Runbooks,
    Shop,
    State,
    Strategy,
    Supplier,
    Telephone,
    Tier,
    WebChat,
)

READS = Capability(objectives=OwnObjectives(data_loss="1h"))
"""What only reads: pictures are at Google Cloud within an hour, and what is missing there is sent again."""

PROD = Shop(
    name="large",
    domain="store.example",
    canonical="apex",
    firewall=Firewall(unchecked=("/webhooks/*",), allowed={"office": "203.0.113.0/28"}),
    accounts={
        "main": "333344445555",
        "vault": "666677778888",
        "google": GcpProject(
            project="large-prod-standby", number="123456789012", billing_account="0123AB-4567CD-89EF01"
        ),
        "google-vault": GcpProject(
            project="large-prod-vault", number="210987654321", billing_account="0123AB-4567CD-89EF01"
        ),
        "help": GcpProject(project="large-help", number="432109876543", billing_account="0123AB-4567CD-89EF01"),
        "proxy": CloudflareAccount(cloudflare="00112233445566778899aabbccddeeff"),
    },
    edge=Edge(
        vendor="cloudflare",
        account="proxy",
        addresses=(IPv4Address("192.0.2.10"), IPv4Address("192.0.2.11")),
        address_map="0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        direct=True,
        modes=True,
    ),
    sites={
        "ireland": AwsSite(region="eu-west-1", role="primary", vcpu_quota={"containers": 512}),
        "frankfurt": AwsSite(region="eu-central-1", role="active", vcpu_quota={"containers": 512}),
        "netherlands": GcpSite(region="europe-west4", role="standby", account="google"),
        "virginia": AwsSite(region="us-east-1", role="backup", account="vault"),
        "iowa": GcpSite(region="us-central1", role="backup", account="google-vault"),
    },
    strategy=Strategy.ACTIVE_ACTIVE,
    objectives=Objectives(
        recovery_time="15m",
        data_loss="5m",
        availability=99.95,
        kinds={
            "region": KindObjectives(recovery_time="30m"),
            "people": KindObjectives(recovery_time="24h", data_loss="1h"),
            "supplier": KindObjectives(recovery_time="8h", data_loss="1h"),
            "attack": KindObjectives(recovery_time="24h", data_loss="24h"),
            "together": KindObjectives(recovery_time="7d", data_loss="24h"),
        },
    ),
    web=Tier(image="{registry}/web:7.0.3", cpu=1, memory=2, replicas=12, peak=104, zones_apart=True),
    app=Tier(image="{registry}/app:7.0.3", cpu=2, memory=4, replicas=12, peak=104, zones_apart=True),
    mysql=MySql(
        engine="aurora", version="8.0", cpu=16, memory=128, storage=2000, instance_class={"aws": "db.r7g.4xlarge"}
    ),
    redis=Redis(memory=26, shards=4),
    media=Media(size=6_000),
    state=State(url="azblob://large-infrastructure-state", secrets="passphrase"),
    data={
        "products": "critical",
        "content": "important",
        "customers": "critical",
        "orders": "critical",
        "carts": "minor",
        "module-configuration": "critical",
        "payment-gateway-configuration": "critical",
        "secrets": "critical",
        "certificates": "critical",
        "dns-zone": "critical",
        "infrastructure-state": "important",
    },
    capabilities={"browse": READS, "support": READS},
    suppliers={
        # the owners' assumption: no contract says it
        "payment-provider": Supplier(outages=1, recovery="1h"),
        "fastmail": Supplier(outages=2, recovery="4h"),
    },
    contact=Contact(
        phone=Telephone(
            number="+4969555010",
            carrier="aws",
            centre=Centre(
                region="eu-central-1",
                country="DE",
                most_waiting=60,
                recorded=Recorded(notice="This call is recorded, and deleted after thirty days.", days=30),
            ),
            overflow=Number(number="+35315550200", carrier="eir"),
        ),
        mail=Mail(
            address="help@store-help.example",
            mx="fastmail",
            servers=("10 in1-smtp.messagingengine.com", "20 in2-smtp.messagingengine.com"),
        ),
        chat=WebChat(vendor="chatwoot", url="https://app.chatwoot.example/store"),
        fax=Number(number="+35315550209", carrier="eir"),
        hours="24/7",
        time_zone="Europe/Dublin",
        languages=("en", "de", "nl", "fr"),
        page=ContactPage(domain="store-help.example", account="help", region="europe-west3"),
    ),
    backups=Backups(retain_days=35, lock_days=30, lock_for_good=True),
    runbooks=Runbooks(account="help", region="us-east4", readers=("group:on-call@large-help.example",)),
    alarms=Alarms(mail={"on-call": "on-call@store.example"}, mute_planned=True),
    business=Business(
        revenue_per_hour=60_000,
        average_order=95,
        budget_per_month=150_000,
        peaks={"black-friday": Peak(start=date(2026, 11, 27), end=date(2026, 11, 30), factor=7)},
        load_tests={"mysql": 8, "redis": 10, "search": 8},
    ),
)

SHOPS = {"prod": PROD}
