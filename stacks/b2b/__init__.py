"""A wholesaler's B2B front on AWS that keeps nothing: every request goes through to the back office in Kortrijk."""

from datetime import date
from ipaddress import IPv4Address
from typing import Literal

from bcinfra.spec import (
    Alarms,
    AwsSite,
    Business,
    Capability,
    Contact,
    ContactPage,
    DataClass,
    DataSet,
    Edge,
    GcpProject,
    Geography,
    Isp,
    KindObjectives,
    Mail,
    Needs,
    Number,
    Objectives,
    OnPremSite,
    Peak,
    PowerFeed,
    Premises,
    Rack,
    Runbooks,
    Scaling,
    Sending,
    Shop,
    State,
    Strategy,
    Supplier,
    System,
    Telephone,
    Tier,
)

KORTRIJK = Premises(
    geography=Geography(country="BE", place="Kortrijk", latitude=50.83, longitude=3.26),
    asn=65010,
    ranges=frozenset({"10.200.0.0/16"}),
    isps={
        "fibre": Isp(carrier="northnet", entry="east-duct", address=IPv4Address("203.0.113.10"), bandwidth=1000),
        "radio": Isp(carrier="skylink", entry="roof", address=IPv4Address("198.51.100.10"), bandwidth=300),
    },
    power={
        "a": PowerFeed(grid="substation-west", battery=15, generator=24),
        "b": PowerFeed(grid="substation-east", battery=15),
    },
    racks={
        "rack-1": Rack(feeds=frozenset({"a", "b"}), room="hall-1", hosts=frozenset({"erp-1"})),
        "rack-2": Rack(feeds=frozenset({"a", "b"}), room="hall-2", hosts=frozenset({"erp-2"})),
    },
    systems={
        "back-office": System(
            criticality="critical",
            hosts=frozenset({"erp-1", "erp-2"}),
            address=IPv4Address("10.200.0.20"),
            port=8443,
            automatic=True,
            recovery=4 * 3600,
            start="ssh erp-1 sudo systemctl start back-office",
        )
    },
    data={
        "orders": DataSet(
            criticality="critical",
            system="back-office",
            size=120,
            copies={"us-east-1": 300},
            kept_days={"us-east-1": 35},
            isolated=frozenset({"us-east-1"}),
            restore=2 * 3600,
            restore_with={"us-east-1": "ssh erp-1 sudo back-office-restore --from us-east-1 --latest"},
        )
    },
)


def kept(criticality: Literal["critical", "important", "minor"]) -> DataClass:
    """Data that the back office keeps."""
    return DataClass(criticality=criticality, home="external:back-office")


HELP = GcpProject(project="b2b-help", number="321098765432", billing_account="0456AB-7890CD-12EF34")

PROD = Shop(
    name="b2b",
    domain="trade.example",
    accounts={"main": "222233334444", "help": HELP},
    sites={
        "ireland": AwsSite(region="eu-west-1", role="primary", vcpu_quota={"virtual-machines": 32}),
        "paris": AwsSite(
            region="eu-west-3",
            role="active",
            vcpu_quota={"virtual-machines": 32},
            images={"web": "ami-0b2b0000000003210"},
        ),
        "kortrijk": OnPremSite(place=KORTRIJK),
    },
    dnssec=True,
    edge=Edge(vendor="cloudfront", direct=True, modes=True),
    strategy=Strategy.ACTIVE_ACTIVE,
    objectives=Objectives(
        recovery_time="15m",
        data_loss="15m",
        availability=99.5,
        kinds={
            "zone": KindObjectives(recovery_time="30m"),
            "change": KindObjectives(recovery_time="1h"),
            "people": KindObjectives(recovery_time="24h", data_loss="1h"),
            "supplier": KindObjectives(recovery_time="24h", data_loss="1h"),
            "attack": KindObjectives(recovery_time="3d", data_loss="24h"),
            "together": KindObjectives(recovery_time="7d", data_loss="24h"),
        },
    ),
    stateless=True,
    web=Tier(
        image="ami-0b2b0000000000210",  # the maker of the back office delivers it as a machine
        compute="virtual-machines",
        cpu=2,
        memory=4,
        replicas=2,
        peak=8,
        scaling=Scaling(reserved=6, warm=True),
        environment={"BACK_OFFICE_URL": "https://10.200.0.20:8443"},
    ),
    mail=Sending(sender="orders@trade.example"),
    state=State(url="s3://b2b-infrastructure-state?region=eu-central-1", secrets="passphrase"),
    data={
        "products": kept("critical"),
        "content": kept("minor"),
        "customers": kept("critical"),
        "orders": kept("critical"),
        "module-configuration": kept("important"),
        "payment-gateway-configuration": kept("important"),
        "secrets": "critical",
        "certificates": "critical",
        "dns-zone": "critical",
        "infrastructure-state": "important",
    },
    capabilities={
        "order": Capability(
            needs=Needs(data=("products", "customers", "orders", "secrets", "certificates", "dns-zone"))
        ),
        **dict.fromkeys(("cart", "checkout", "support")),
    },
    suppliers={"gandi": Supplier(outages=2, recovery="8h")},  # the owner's assumption: no contract says it
    contact=Contact(
        phone=Telephone(
            number="+3256550400",
            carrier="proximus",
            overflow=Number(number="+32475550400", carrier="orange"),
        ),
        mail=Mail(
            address="orders@trade-help.example", mx="gandi", servers=("10 spool.mail.gandi.net", "50 fb.mail.gandi.net")
        ),
        hours="mon-fri 07:00-18:00",
        time_zone="Europe/Brussels",
        languages=("nl", "fr"),
        page=ContactPage(domain="trade-help.example", account="help", region="europe-west4"),
    ),
    runbooks=Runbooks(account="help", region="us-east4", readers=("group:on-call@b2b-help.example",)),
    alarms=Alarms(mail={"on-call": "on-call@trade.example"}),
    business=Business(
        revenue_per_hour=2_500,
        average_order=600,
        budget_per_month=2_500,
        peaks={"spring-order": Peak(start=date(2027, 2, 15), end=date(2027, 2, 19), factor=2.5)},
        load_tests={"back-office": 3},
    ),
)

SHOPS = {"prod": PROD}
