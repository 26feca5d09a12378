"""A shop's page: all that a customer states, and what follows from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from pydantic import Field

from bcinfra.places.place import Cloud
from bcinfra.spec.alarms import Alarms
from bcinfra.spec.base import Model, default
from bcinfra.spec.contact import Contact
from bcinfra.spec.data import (
    ABOUT,
    NONE,
    SEND_MAIL,
    SESSIONS,
    SIGNED_IN,
    USUAL_NEEDS,
    Capability,
    Data,
    DataClass,
    Needs,
    Offer,
    OwnObjectives,
    Supplier,
)
from bcinfra.spec.edge import Edge, StatedEdge
from bcinfra.spec.environments import Promised, Traded
from bcinfra.spec.firewall import Firewall
from bcinfra.spec.mail import Sending
from bcinfra.spec.parts import (
    Background,
    Backups,
    Domain,
    Files,
    Job,
    Media,
    MySql,
    Queue,
    Redis,
    Search,
    State,
    Tier,
    Worker,
)
from bcinfra.spec.premises import Premises
from bcinfra.spec.runbooks import Runbooks
from bcinfra.spec.sites import (
    Account,
    AwsSite,
    CloudflareAccount,
    CloudPlace,
    GcpProject,
    GcpSite,
    KubernetesSite,
    OnPremSite,
    Site,
    artifact_registry,
    ecr_registry,
    ecr_repository,
)
from bcinfra.spec.values import DnsVendor, Hostname, ImageName, Name, Strategy, TierName, ZoneId


class Page(Model):
    """What is stated of a shop. Nothing says yet that its parts fit together: :class:`~bcinfra.spec.Shop` does."""

    name: Name
    """Name of the shop; with the environment it begins the names of everything."""
    environment: Name = "prod"
    """Which copy of the shop this is: ``prod``, ``staging``."""
    domain: Hostname
    """Domain that customers visit."""
    domains: Mapping[Hostname, Domain] = Field(default={}, examples=[{"shop.example.be": {"language": "nl"}}])
    """Further domains that customers visit, beside ``domain``."""
    canonical: Literal["any", "apex", "www"] = "any"
    """Which of a domain's two names the shop is at: ``apex`` (``shop.example``) or ``www`` (``www.shop.example``), to
    which the other leads (301). ``any``: it answers at both."""
    firewall: Firewall = Field(default_factory=Firewall)
    """Exceptions from the firewall before it; default none."""
    accounts: Mapping[Name, Account]
    """Cloud accounts by name: an AWS account id, a Google Cloud ``project`` with its ``number``, or the id of one at
    ``cloudflare``. Sites are in ``main`` unless they say otherwise."""
    sites: Mapping[Name, Site]
    """Places that the shop runs in or calls, by the customer's own names."""
    dns: Mapping[DnsVendor, Name] = {}
    """Who answers for the domain: a cloud or Cloudflare, and which account there. Two answer side by side, so that
    names survive either. Default: every cloud that the shop serves from."""
    zones: Mapping[Cloud, ZoneId] = Field(
        default={}, examples=[{"aws": "Z0123456789ABCDEFGHIJ", "gcp": "shop-example"}]
    )
    """Zones of the domain that exist, by cloud: the id of a hosted zone at Route 53, the name of a managed zone at
    Cloud DNS. The shop's names are written into them, so they must not stand there yet; what else is in them stays.
    Default one is made at each cloud that answers."""
    dnssec: bool = False
    """Whether answers of a zone that Route 53 alone has are signed, with a key of the shop's own. The registrar is told
    the DS record by hand afterwards (``pulumi stack output dsRecord``): a wrong one there takes the domain away. Cloud
    DNS signs a zone that it alone has by itself; one that two have is not signed."""
    edge: StatedEdge = default(None, examples=["cloudfront", "off"])
    """The content delivery network that customers reach it by: ``off``, ``cloudfront`` or ``cloud-cdn``, or that and
    how it is used. Default: Google's own where all that serves is at Google Cloud, else none."""
    strategy: Strategy
    """How the shop survives the loss of a site."""
    active_site: Name | None = None
    """The site that writes now; default the primary. It is changed after a failover."""
    objectives: Promised = default(None)
    """What must hold for every capability that states nothing else, or that by environment (``prod: {...}``). Required
    for ``prod``; another environment for which nothing is stated promises nothing, and is not judged."""
    web: Tier
    """The tier that customers reach."""
    app: Tier | None = None
    """The tier behind it; default none."""
    workers: Mapping[Name, Worker] = Field(
        default={}, examples=[{"mailer": {"cpu": 0.5, "memory": 1, "command": ["php", "worker.php"]}}]
    )
    """Further tiers, which nobody connects to, by name: consumers of queues, senders of mail."""
    jobs: Mapping[Name, Job] = Field(
        default={},
        examples=[{"export": {"cpu": 0.5, "memory": 1, "command": ["php", "export.php"], "schedule": "30 2 * * *"}}],
    )
    """What runs by the clock, by name."""
    repositories: tuple[ImageName, ...] = Field(default=(), examples=[["web", "worker"]])
    """The images of ``{registry}/<name>`` that the shop keeps in repositories of its own, at every site of a cloud that
    serves: tags never move, what is pushed is scanned, and the primary's images are copied to the others. At Google
    Cloud, clusters there included, one repository of each region has them all, and nothing is copied: who releases
    pushes to each. Default: somebody else keeps them, and nothing is known of it."""
    mysql: MySql | None = None
    """The relational database; default none."""
    redis: Redis | None = None
    """The store of sessions and carts; default none."""
    media: Media | None = None
    """Files and media; default none."""
    files: Files | None = None
    """Files that all replicas share as one directory; default none."""
    queues: Mapping[Name, Queue] = Field(default={}, examples=[{"mails": {"timeout": "2m"}}])
    """Queues by name: work that one part of the shop leaves for another."""
    search: Search | None = None
    """The search index; default none."""
    mail: Sending | None = None
    """How it sends mail, judged apart as *send-mail*; default it sends none by parts of the shop."""
    state: State | None = None
    """Where the infrastructure state is kept; default elsewhere."""
    data: Data
    """Every kind of data the shop has, by name: a class, or its criticality alone (``orders: critical``)."""
    capabilities: Mapping[Name, Capability | None] = {}
    """What differs from the usual capabilities (browse, cart, checkout, account, support); null drops one."""
    suppliers: Mapping[str, Supplier] = {}
    """How reliable services of others are, by the names that ``needs.external`` and ``external:<who keeps it>`` have
    for them, such as ``payment-provider``. What is not stated stays unknown, and undecided what needs it."""
    business: Traded = default(None)
    """Business figures, or those by environment (``prod: {...}``); default unknown."""
    alarms: Alarms = Field(default_factory=Alarms)
    """Who is told when something is wrong; default nobody."""
    contact: Contact | None = None
    """How customers reach a person, also while the shop is down; default nothing is known of it."""
    runbooks: Runbooks | None = None
    """Where the runbook is kept, so that it is read with the shop's accounts gone; default nowhere but where people
    copy it."""
    backups: Backups = Field(default_factory=Backups)
    """How long backups are kept, locked, and how often one is restored."""
    stateless: bool = False
    """Whether it must hold no business data: it passes everything through to systems elsewhere, and that is proved."""
    disposable: bool = False
    """Whether it may be destroyed with its data: for staging and tests."""
    tags: Mapping[str, str] = {}
    """Tags that everything carries."""

    @property
    def prefix(self) -> str:
        """How the names of everything begin: ``midsize-prod``."""
        return f"{self.name}-{self.environment}"

    @property
    def serving_sites(self) -> Mapping[str, Site]:
        """Sites that serve customers or can: all but those for copies and those that are called."""
        return {name: site for name, site in self.sites.items() if site.serves}

    @property
    def primary(self) -> str:
        """The site that serves when all is well."""
        return next(name for name, site in self.sites.items() if site.role == "primary")

    @property
    def standbys(self) -> Mapping[str, Site]:
        """Sites that take over."""
        return {name: site for name, site in self.sites.items() if site.role == "standby"}

    @property
    def live_sites(self) -> Mapping[str, Site]:
        """Sites that serve customers when all is well."""
        return {name: site for name, site in self.sites.items() if site.role in ("primary", "active")}

    @property
    def backup_sites(self) -> Mapping[str, Site]:
        """Sites that keep copies alone."""
        return {name: site for name, site in self.sites.items() if site.role == "backup"}

    @property
    def vault(self) -> Name | None:
        """The site that keeps copies in an AWS account which runs nothing of the shop."""
        serving = {self.aws_account(site.account) for site in self.serving_sites.values() if isinstance(site, AwsSite)}
        kept = next(((name, at) for name, at in self.backup_sites.items() if isinstance(at, AwsSite)), None)
        return kept[0] if serving and kept and self.aws_account(kept[1].account) not in serving else None

    @property
    def archives(self) -> bool:
        """Whether every change of the database is written to the vault."""
        return bool(self.mysql and self.backups.archive and self.vault)

    @property
    def premises(self) -> Mapping[str, Premises]:
        """Buildings by site: of clusters there, and of systems that the tiers call."""
        return {
            name: site.place
            for name, site in self.sites.items()
            if isinstance(site, KubernetesSite | OnPremSite) and isinstance(site.place, Premises)
        }

    @property
    def back_offices(self) -> Mapping[str, Premises]:
        """Buildings by site, of those that the tiers call."""
        return {name: site.place for name, site in self.sites.items() if isinstance(site, OnPremSite)}

    @property
    def serving_kinds(self) -> frozenset[str]:
        """The kinds of site that serve customers or can."""
        return frozenset(site.kind for site in self.serving_sites.values())

    @property
    def host(self) -> str:
        """The name that the shop answers at, and health checks ask: one that leads on would pass while it is down."""
        return f"www.{self.domain}" if self.canonical == "www" else self.domain

    @property
    def redirects(self) -> Mapping[str, str]:
        """Names that lead to another name of the shop, with that one."""
        found: dict[str, str] = {}
        for domain, to in {self.domain: None, **{name: one.redirect for name, one in self.domains.items()}}.items():
            both = {"apex": domain, "www": f"www.{domain}"}
            if to:
                found |= dict.fromkeys(both.values(), to)
            elif self.canonical != "any":
                found |= {name: both[self.canonical] for kind, name in both.items() if kind != self.canonical}
        return found

    @property
    def delivery(self) -> Edge:
        """The content delivery network, as stated or as its ground has it."""
        return self.edge or Edge(vendor="cloud-cdn" if self.serving_kinds <= {"gcp"} else "off")

    @property
    def is_closed(self) -> bool:
        """Whether its load balancers take requests from a content delivery network alone."""
        return self.delivery.vendor in ("cloudfront", "cloudflare") and not self.delivery.direct

    @property
    def active(self) -> str:
        """The site that writes now."""
        return self.active_site or self.primary

    @cached_property
    def zones_at(self) -> Mapping[DnsVendor, Name]:
        """Who answers for the domain: the vendors, each with the account that holds the zone."""
        found: dict[DnsVendor, Name] = {}
        for site in self.serving_sites.values():
            match site:
                case AwsSite() | GcpSite():
                    found.setdefault(site.kind, site.account)
                case KubernetesSite(place=CloudPlace() as place):
                    found.setdefault(place.kind, place.account)
                case _:
                    pass
        return self.dns or found

    def cloudflare_account(self, name: Name) -> str:
        """The id of the account ``name`` at Cloudflare."""
        account = self.accounts[name]
        if not isinstance(account, CloudflareAccount):
            raise TypeError(f"{name} is no account at Cloudflare")
        return account.cloudflare

    def aws_account(self, name: Name) -> str:
        """The id of the AWS account ``name``."""
        account = self.accounts[name]
        if not isinstance(account, str):
            raise TypeError(f"{name} is a project of Google Cloud")
        return account

    def gcp_project(self, name: Name) -> GcpProject:
        """The Google Cloud project ``name``."""
        account = self.accounts[name]
        if not isinstance(account, GcpProject):
            raise TypeError(f"{name} is an account of AWS")
        return account

    @property
    def data_tier(self) -> TierName:
        """The tier that has the data to itself: the one behind, where there are two."""
        return "app" if self.app else "web"

    @property
    def background(self) -> Mapping[Name, Background]:
        """Workers and jobs, with what each takes from the tier that has the data."""
        tier = self.tiers[self.data_tier]
        return {name: one.like(tier) for name, one in {**self.workers, **self.jobs}.items()}

    def image(self, tier: Name, site: Name) -> str:
        """What a replica of ``tier``, or of a worker or job, runs at ``site``. A placeholder that nothing fills there
        stays."""
        at, behind = self.sites[site], {**self.workers, **self.jobs}.get(tier)
        if behind:
            return self.filled(behind.image, site) if behind.image else self.image(self.data_tier, site)
        stated = {name: one.image for name, one in self.tiers.items()}
        own = stated if isinstance(at, OnPremSite) else {**stated, **at.images}
        return self.filled(dict[str, str](own)[tier], site)

    def filled(self, image: str, site: Name) -> str:
        """An image with the placeholders that ``site`` fills."""
        at = self.sites[site]
        if isinstance(at, OnPremSite):
            raise TypeError(f"{site} runs no tier")
        for name, at_vendor in self.repositories_brought(site).items():
            image = re.sub(rf"\{{registry\}}/{re.escape(name)}(?![^:@])", at_vendor, image)
        values = {"{region}": at.region, "{registry}": self.registry(site)}
        for placeholder, value in values.items():
            image = image.replace(placeholder, value or placeholder)
        return image

    def keeps_images(self, site: Name) -> bool:
        """Whether the repositories that images are pulled from at ``site`` are the shop's: in its own cloud, where no
        other registry is stated."""
        at = self.sites[site]
        if not self.repositories or isinstance(at, OnPremSite) or not at.serves or at.registry is not None:
            return False
        if isinstance(at, KubernetesSite):
            return at.place.kind == "gcp"
        return not (isinstance(at, GcpSite) and at.existing and at.existing.repository)

    def copies_images(self, site: Name) -> bool:
        """Whether ``site``, which keeps copies alone, has the shop's images too: what is made at AWS is copied there,
        and at Google Cloud it is pushed there. Of repositories that are brought nothing is known."""
        at = self.sites[site]
        return not at.serves and at.kind in self.registries_at and not any(map(self.repositories_brought, self.sites))

    @property
    def registries_at(self) -> frozenset[str]:
        """The clouds that have the shop's own repositories of images."""
        kept = (at for name, at in self.serving_sites.items() if self.keeps_images(name))
        return frozenset(at.place.kind if isinstance(at, KubernetesSite) else at.kind for at in kept)

    def repositories_brought(self, site: Name) -> Mapping[str, str]:
        """Repositories that exist at ``site`` by the name of their image, as images of them are named."""
        at = self.sites[site]
        if not isinstance(at, AwsSite) or at.existing is None or not self.keeps_images(site):
            return {}
        return {name: ecr_repository(arn) for name, arn in at.existing.repositories.items()}

    def registry(self, site: Name) -> str | None:
        """What ``{registry}`` becomes at ``site``: the registry that it states, or its account's in its region, and
        what the shop's own repositories begin with there. ``None`` where nothing is known."""
        at = self.sites[site]
        if isinstance(at, OnPremSite):
            return None
        place = at if isinstance(at, AwsSite | GcpSite) else at.place
        if at.registry or isinstance(place, Premises):
            return at.registry
        if isinstance(at, GcpSite) and at.existing and at.existing.repository:
            return artifact_registry(at.existing.repository)
        account, own = self.accounts.get(place.account), self.keeps_images(site) or self.copies_images(site)
        match place.kind, account:
            case "aws", str():
                host = ecr_registry(account, place.region)
                return f"{host}/{self.prefix}" if own else host
            case "gcp", GcpProject():
                return f"{place.region}-docker.pkg.dev/{account.project}/{self.prefix if own else self.name}"
            case _:
                return None

    @property
    def tiers(self) -> Mapping[TierName, Tier]:
        """The tiers it has."""
        return {"web": self.web, "app": self.app} if self.app else {"web": self.web}

    @property
    def kept(self) -> Mapping[str, DataClass]:
        """The kinds of data that it has."""
        return {name: row for name, row in self.data.items() if row.criticality != NONE}

    @property
    def absent(self) -> frozenset[str]:
        """Those that it says it has not."""
        return frozenset(name for name, row in self.data.items() if row.criticality == NONE)

    @cached_property
    def offers(self) -> Mapping[str, Offer]:
        """Every capability, with its needs and objectives resolved."""
        return {name: self._offer(name, capability) for name, capability in self.stated_capabilities.items()}

    @property
    def usual_needs(self) -> Mapping[str, Needs]:
        """What a shop like this one offers unless it says otherwise, with what it needs."""
        usual: Mapping[str, Needs] = USUAL_NEEDS
        if SESSIONS in self.kept:
            signed_in = {name: (*USUAL_NEEDS[name].data, SESSIONS) for name in SIGNED_IN}
            usual = {**usual, **{name: usual[name].revised(data=data) for name, data in signed_in.items()}}
        if self.mail is None:
            return usual
        sent_on = (self.mail.relay.supplier,) if self.mail.relay else ()
        mail = Needs(tiers=(self.data_tier,), data=("dns-zone",), external=sent_on)
        return {**usual, SEND_MAIL: mail}

    @property
    def stated_capabilities(self) -> Mapping[str, Capability]:
        """The usual capabilities and the shop's own, without those that it drops."""
        every = {name: Capability() for name in self.usual_needs if ABOUT.get(name) not in self.absent}
        every |= dict(self.capabilities)
        return {name: capability for name, capability in every.items() if capability}

    def _offer(self, name: str, capability: Capability) -> Offer:
        needs = capability.needs or self.usual_needs[name]
        return Offer(
            tiers=tuple(self.tiers) if needs.tiers is None else needs.tiers,
            data=tuple(name for name in needs.data if name not in self.absent),
            external=needs.external,
            objectives=(capability.objectives or OwnObjectives()).completed(self.objectives),
        )
