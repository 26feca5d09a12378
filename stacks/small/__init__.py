"""A small shop on Google Cloud: sells from Belgium, stands by in the United States, keeps copies in another project."""

from datetime import date

from bcinfra.spec import (
    Alarms,
    Backups,
    Business,
    CloudflareAccount,
    Contact,
    ContactPage,
    DataClass,
    Edge,
    GcpProject,
    GcpSite,
    KindObjectives,
    Mail,
    Media,
    MySql,
    Number,
    Objectives,
    Peak,
    Redis,
    Runbooks,
    Shop,
    State,
    Strategy,
    Supplier,
    Telephone,
    Tier,
)

PROD = Shop(
    name="small",
    domain="small.example",
    accounts={
        "main": GcpProject(project="small-shop-prod", number="111122223333", billing_account="0123AB-4567CD-89EF01"),
        "vault": GcpProject(project="small-shop-vault", number="444455556666", billing_account="0123AB-4567CD-89EF01"),
        "help": "777788889999",
        "names": CloudflareAccount(cloudflare="0123456789abcdef0123456789abcdef"),
    },
    dns={"gcp": "main", "cloudflare": "names"},
    sites={
        "belgium": GcpSite(region="europe-west1", role="primary"),
        "carolina": GcpSite(region="us-east1", role="standby"),
        "iowa": GcpSite(region="us-central1", role="backup", account="vault"),
    },
    edge=Edge(vendor="cloud-cdn", modes=True),
    strategy=Strategy.WARM_STANDBY,
    objectives=Objectives(
        recovery_time="2h",
        data_loss="15m",
        availability=99.5,
        kinds={
            "people": KindObjectives(recovery_time="24h", data_loss="1h"),
            "supplier": KindObjectives(recovery_time="24h", data_loss="1h"),
            "attack": KindObjectives(recovery_time="3d", data_loss="24h"),
            "together": KindObjectives(recovery_time="7d", data_loss="24h"),
        },
    ),
    web=Tier(image="{registry}/web:2.3.0", cpu=1, memory=1, replicas=2, peak=8),
    app=Tier(image="{registry}/app:2.3.0", cpu=1, memory=2, replicas=2, peak=8),
    mysql=MySql(cpu=2, memory=8, storage=50, storage_limit=400),
    redis=Redis(memory=2),
    media=Media(size=40),
    state=State(url="gs://small-shop-vault-state", site="iowa", secrets="passphrase"),
    data={
        "products": "critical",
        "content": "important",
        "customers": "critical",
        "orders": DataClass(criticality="critical", size=12),
        "carts": "minor",
        "module-configuration": "critical",
        "payment-gateway-configuration": "critical",
        "secrets": "critical",
        "certificates": "critical",
        "dns-zone": "critical",
        "infrastructure-state": "important",
    },
    suppliers={
        # the owner's assumption: no contract says it
        "payment-provider": Supplier(outages=1, recovery="1h"),
        "gandi": Supplier(outages=2, recovery="8h"),
    },
    contact=Contact(
        phone=Telephone(
            number="+3225550300",
            carrier="proximus",
            overflow=Number(number="+32475550300", carrier="orange"),
        ),
        mail=Mail(
            address="help@small-help.example", mx="gandi", servers=("10 spool.mail.gandi.net", "50 fb.mail.gandi.net")
        ),
        hours="mon-fri 09:00-18:00, sat 10:00-16:00",
        time_zone="Europe/Brussels",
        languages=("nl", "fr", "en"),
        page=ContactPage(domain="small-help.example", account="help", region="ca-central-1"),
    ),
    runbooks=Runbooks(account="help", region="ca-central-1", readers=("arn:aws:iam::777788889999:role/on-call",)),
    backups=Backups(retain_days=35, lock_days=30),
    alarms=Alarms(mail={"on-call": "on-call@small.example"}),
    business=Business(
        revenue_per_hour=300,
        average_order=60,
        budget_per_month=2_500,
        peaks={"christmas": Peak(start=date(2026, 12, 12), end=date(2026, 12, 20), factor=3)},
        load_tests={"mysql": 4, "redis": 6},
    ),
)

SHOPS = {"prod": PROD}
