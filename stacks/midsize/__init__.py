"""A mid-size shop on AWS: sells from Ireland, stands by warm in Frankfurt, keeps its backups in Virginia."""

from datetime import date

from bcinfra.spec import (
    Alarms,
    AwsSite,
    Backups,
    Business,
    Capability,
    Contact,
    ContactPage,
    DataClass,
    Edge,
    Existing,
    Files,
    GcpProject,
    KindObjectives,
    Mail,
    Media,
    MySql,
    Needs,
    Number,
    Objectives,
    OwnObjectives,
    Peak,
    Redis,
    Runbooks,
    Scaling,
    Shop,
    State,
    StateCopy,
    Strategy,
    Supplier,
    Telephone,
    Tier,
)

PROD = Shop(
    name="midsize",
    domain="shop.example",
    accounts={
        "main": "111122223333",
        "vault": "444455556666",
        "help": GcpProject(project="midsize-help", number="777788889999", billing_account="0123AB-4567CD-89EF01"),
    },
    sites={
        "ireland": AwsSite(region="eu-west-1", role="primary", vcpu_quota={"containers": 64}),
        "frankfurt": AwsSite(region="eu-central-1", role="standby", vcpu_quota={"containers": 64}),
        "virginia": AwsSite(region="us-east-1", role="backup", account="vault"),
    },
    dnssec=True,
    edge=Edge(vendor="cloudfront", reading=("/", "/c/*", "/p/*"), modes=True),
    strategy=Strategy.WARM_STANDBY,
    objectives=Objectives(
        recovery_time="1h",
        data_loss="15m",
        availability=99.9,
        kinds={
            "zone": KindObjectives(recovery_time="15m"),
            "people": KindObjectives(recovery_time="24h", data_loss="1h"),
            "attack": KindObjectives(recovery_time="24h", data_loss="24h"),
            "together": KindObjectives(recovery_time="7d", data_loss="24h"),
        },
    ),
    repositories=("web", "app", "archive-binlogs"),
    web=Tier(
        image="{registry}/web:4.2.0",
        cpu=0.5,
        memory=1,
        replicas=4,
        peak=24,
        scaling=Scaling(cpu=55, requests=1_500),
        zones_apart=True,
    ),
    app=Tier(image="{registry}/app:4.2.0", cpu=1, memory=2, replicas=4, peak=24, zones_apart=True),
    mysql=MySql(cpu=4, memory=32, storage=500, storage_limit=1_500, parameters={"max_connections": "2000"}),
    redis=Redis(memory=6, shards=2),
    media=Media(size=800),
    files=Files(size=60),
    state=State(
        url="s3://midsize-infrastructure-state?region=eu-west-3",
        secrets="passphrase",
        copied=StateCopy(key="arn:aws:kms:eu-west-3:111122223333:key/5c1a7e00-0000-4000-8000-5a7e00000000"),
    ),
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
        "invoices": DataClass(criticality="important", home="files"),
        "infrastructure-state": "important",
    },
    capabilities={
        "invoices": Capability(
            needs=Needs(data=("customers", "orders", "invoices", "certificates", "dns-zone")),
            objectives=OwnObjectives(
                recovery_time="12h", data_loss="4h", kinds={"people": KindObjectives(data_loss="4h")}
            ),
        ),
    },
    suppliers={
        # the owners' assumptions: no contract says it
        "payment-provider": Supplier(outages=1, recovery="1h"),
        "fastmail": Supplier(outages=2, recovery="4h"),
    },
    contact=Contact(
        phone=Telephone(
            number="+35315550100",
            carrier="eir",
            overflow=Number(number="+35315550199", carrier="virgin-media"),
        ),
        mail=Mail(
            address="help@midsize-help.example",
            mx="fastmail",
            servers=("10 in1-smtp.messagingengine.com", "20 in2-smtp.messagingengine.com"),
        ),
        hours="mon-sat 08:00-20:00",
        languages=("en", "de"),
        page=ContactPage(domain="midsize-help.example", account="help", region="europe-west1"),
    ),
    runbooks=Runbooks(account="help", region="us-east4", readers=("group:on-call@midsize-help.example",)),
    backups=Backups(retain_days=35, lock_days=30, lock_for_good=True),
    alarms=Alarms(mail={"on-call": "on-call@shop.example"}, mute_planned=True),
    business=Business(
        revenue_per_hour=4_000,
        average_order=80,
        budget_per_month=12_000,
        peaks={"black-friday": Peak(start=date(2026, 11, 27), end=date(2026, 11, 30), factor=6)},
        load_tests={"mysql": 7, "redis": 12, "files": 7},
    ),
)

# It promises nothing: objectives and business figures are those of an environment, and none are stated for this one.
# No customer is told anything while it is down.
STAGING = PROD.revised(
    environment="staging",
    domain="staging.shop.example",
    sites={  # it tries the images that production will run
        name: site.revised(
            existing=Existing(
                repositories={
                    image: f"arn:aws:ecr:{site.region}:111122223333:repository/{PROD.prefix}/{image}"
                    for image in PROD.repositories
                }
            )
        )
        if isinstance(site, AwsSite) and site.serves
        else site
        for name, site in PROD.sites.items()
    },
    dnssec=False,
    edge=PROD.delivery.revised(modes=False),
    contact=None,
    suppliers={"payment-provider": Supplier(outages=1, recovery="1h")},
    web=PROD.web.revised(replicas=2, peak=4, zones_apart=False),
    app=PROD.tiers["app"].revised(replicas=2, peak=4, zones_apart=False),
    mysql=MySql(cpu=2, memory=4, storage=50),
    redis=Redis(memory=1),
    media=Media(size=20),
    files=Files(size=2),
    state=State(url="s3://midsize-infrastructure-state?region=eu-west-3", secrets="passphrase"),  # production copies it
    disposable=True,
)

SHOPS = {"prod": PROD, "staging": STAGING}
