"""What a customer states: the shop, its sites, tiers, data, capabilities and objectives. Nothing about Pulumi."""

from bcinfra.places.place import Cloud
from bcinfra.spec.alarms import Alarms, Chat
from bcinfra.spec.business import Business, Peak
from bcinfra.spec.contact import Centre, Contact, ContactPage, Mail, Number, Recorded, Telephone, WebChat
from bcinfra.spec.data import Capability, DataClass, KindObjectives, Needs, Objectives, Offer, OwnObjectives, Supplier
from bcinfra.spec.edge import Edge
from bcinfra.spec.firewall import Firewall
from bcinfra.spec.load import load_shop
from bcinfra.spec.mail import Relay, Sending
from bcinfra.spec.parts import (
    ARCHIVE_USER,
    Background,
    Backups,
    Domain,
    Files,
    Job,
    Media,
    MySql,
    Queue,
    Redis,
    Scaling,
    Search,
    State,
    StateCopy,
    Tier,
    Worker,
)
from bcinfra.spec.premises import DataSet, Geography, Isp, PowerFeed, Premises, Rack, System
from bcinfra.spec.problems import Place, Problem, SpecError
from bcinfra.spec.runbooks import Runbooks
from bcinfra.spec.schema import json_schema
from bcinfra.spec.shop import Shop
from bcinfra.spec.sites import (
    AwsSite,
    CloudflareAccount,
    CloudPlace,
    Existing,
    ExistingAtGoogle,
    ExistingOnCluster,
    GcpProject,
    GcpSite,
    KubernetesSite,
    OnPremSite,
    Site,
)
from bcinfra.spec.values import DnsVendor, Strategy, TierName

__all__ = [
    "ARCHIVE_USER",
    "Alarms",
    "AwsSite",
    "Background",
    "Backups",
    "Business",
    "Capability",
    "Centre",
    "Chat",
    "Cloud",
    "CloudPlace",
    "CloudflareAccount",
    "Contact",
    "ContactPage",
    "DataClass",
    "DataSet",
    "DnsVendor",
    "Domain",
    "Edge",
    "Existing",
    "ExistingAtGoogle",
    "ExistingOnCluster",
    "Files",
    "Firewall",
    "GcpProject",
    "GcpSite",
    "Geography",
    "Isp",
    "Job",
    "KindObjectives",
    "KubernetesSite",
    "Mail",
    "Media",
    "MySql",
    "Needs",
    "Number",
    "Objectives",
    "Offer",
    "OnPremSite",
    "OwnObjectives",
    "Peak",
    "Place",
    "PowerFeed",
    "Premises",
    "Problem",
    "Queue",
    "Rack",
    "Recorded",
    "Redis",
    "Relay",
    "Runbooks",
    "Scaling",
    "Search",
    "Sending",
    "Shop",
    "Site",
    "SpecError",
    "State",
    "StateCopy",
    "Strategy",
    "Supplier",
    "System",
    "Telephone",
    "Tier",
    "TierName",
    "WebChat",
    "Worker",
    "json_schema",
    "load_shop",
]
