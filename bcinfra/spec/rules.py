"""What no field can tell alone: how the parts of a shop must fit together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Final

from bcinfra.places import regions
from bcinfra.spec import exact, grounds
from bcinfra.spec.centres import REGIONS as CENTRES
from bcinfra.spec.contact import Centre, Telephone
from bcinfra.spec.data import (
    EVERYBODYS,
    EXTERNAL,
    HOMES,
    NONE,
    STANDARD_DATA,
    STORES,
    USUAL_HOMES,
)
from bcinfra.spec.environments import PRODUCTION
from bcinfra.spec.firewall import Firewall
from bcinfra.spec.parts import ARCHIVE_USER, Job
from bcinfra.spec.premises import Premises
from bcinfra.spec.problems import SECRET_NAME, Path, Problem, SpecError, did_you_mean, nearest
from bcinfra.spec.sites import AwsSite, CloudflareAccount, CloudPlace, CloudSite, GcpSite, KubernetesSite, OnPremSite
from bcinfra.spec.values import CRITICALITIES, Strategy, config_key, format_duration

if TYPE_CHECKING:
    from bcinfra.places.place import Cloud
    from bcinfra.spec.data import Capability, DataClass, Objectives, OwnObjectives
    from bcinfra.spec.page import Page
    from bcinfra.spec.parts import Background, Program, Tier
    from bcinfra.spec.sites import Account, Site
    from bcinfra.spec.values import DnsVendor, TierName

MAX_PREFIX: Final = 24
"""Characters of name, hyphen and environment. The tightest downstream limit is 32 (AWS load balancers and target
groups), which leaves 8 for what follows."""
MIN_SERVING_ZONES: Final = 2
MAX_SITES_OF_FILES: Final = 2
LONGEST_OF_QUEUES: Final[Mapping[str, int]] = {"timeout": 600, "keep": 604_800}
"""Seconds, as the strictest vendor has them: Pub/Sub acknowledges within 600 s and keeps an unacknowledged message for
seven days at most unless told otherwise (Pub/Sub, subscription properties, read 2026-11)."""
TAKEN_KEYS: Final = frozenset(
    {"activeSite", "alertEmail", "backupPassword", "mysqlPassword", "queuePassword", "redisPassword", "replicationCa"}
    | {"replicationDump", "replicationPassword", "roleSettings", "searchPassword", "searchAdministratorPassword"}
    | {"mysqlArchivePassword", "originKey", "transferSubject"}
)
"""Keys of the stack's configuration that the shop's own parts read."""
_TAG: Final = re.compile(r"(?:[^@]*/)?[^/:@]*(?::([^/@]+))?")
"""An image of a registry that is named by a tag, or by none, and not by a digest."""
FOLLOWERS: Final[Mapping[str, tuple[str, ...]]] = {"aws": ("gcp",)}
"""By the kind of the primary site, further kinds that can follow its database and files. A replica of another vendor's
database can be declared at Google Cloud alone, and files are copied from AWS to there."""


REDIRECTING: Final = ("traefik", "nginx", "haproxy")
"""Ingress classes that lead names on, as :mod:`bcinfra.kubernetes.ingress` tells them."""
SHORTEST: Final = timedelta(seconds=10)
"""Less than any failover takes: Route 53's fast health checks ask every 10 seconds, those of a Google Cloud load
balancer every 5, and two must fail at least (both vendors' documentation of health checks; read 2026-11)."""


def broken_rules(shop: Page) -> tuple[Problem, ...]:
    """Every rule that ``shop`` breaks, as far as the sound fields of a draft tell."""
    return tuple(_sound(*(rule(shop) for rule in _RULES)))


def _sound(*rules: Iterator[Problem]) -> Iterator[Problem]:
    """The problems of each rule up to where it reads an unsound field."""
    for rule in rules:
        try:
            yield from rule
        except SpecError:
            continue


def _name(shop: Page) -> Iterator[Problem]:
    if len(shop.prefix) > MAX_PREFIX:
        yield Problem(
            path=("name",),
            value=shop.name,
            message=f"makes {shop.prefix!r}, {len(shop.prefix)} characters, too long to begin the names of resources",
            allowed=(f"at most {MAX_PREFIX} characters of name, hyphen and environment",),
        )


def _sites(shop: Page) -> Iterator[Problem]:
    for name, site in shop.sites.items():
        yield from _sound(_site(shop, site, ("sites", name)))
    for (name, site), (other, twin) in combinations(shop.sites.items(), 2):
        yield from _sound(_twins(name, site, twin, ("sites", other)))


def _site(shop: Page, site: Site, path: Path) -> Iterator[Problem]:
    if isinstance(site, KubernetesSite):
        yield from _sound(_ingress(site, path), _nodes(site, path))
    match site:
        case AwsSite() | GcpSite():
            yield from _sound(_account(shop, site, path), _region(site, path), _zones(site, path))
            yield from _sound(_serving_zones(site, path))
            if isinstance(site, AwsSite):
                yield from _sound(_existing(shop, site, path))
            else:
                yield from _sound(_existing_at_google(site, path))
        case KubernetesSite(place=CloudPlace() as place):
            yield from _sound(_account(shop, place, (*path, "place")), _region(place, (*path, "place")))
        case KubernetesSite(place=Premises() as place) | OnPremSite(place=place):
            yield from (replace(problem, path=(*path, "place", *problem.path)) for problem in place.problems())
        case KubernetesSite():
            pass


def _existing(shop: Page, site: AwsSite, path: Path) -> Iterator[Problem]:
    """What exists is of the site's own region, and whole."""
    existing = site.existing
    if existing is None:
        return
    for field in ("public_subnets", "private_subnets", "data_subnets"):
        for zone in getattr(existing, field):
            if not regions.in_region("aws", site.region, zone) or zone[-1:].isalpha():
                yield Problem(
                    path=(*path, "existing", field, zone),
                    message=f"is not a zone id of {site.region}",
                    allowed=(f"{', '.join(regions.zones(site.region)[:2])}, ...",),
                    hint="state ids: names mean another place in every account" if zone[-1:].isalpha() else None,
                )
    arns: dict[Path, str | None] = {
        (field,): getattr(existing, field) for field in ("certificate", "key", "alarm_topic")
    }
    arns |= {("repositories", name): arn for name, arn in existing.repositories.items()}
    for field, arn in arns.items():
        if arn and arn.split(":")[3] != site.region:
            yield Problem(
                path=(*path, "existing", *field), value=arn, message=f"is not of {site.region}, the region of the site"
            )
    for name in existing.repositories.keys() - set(shop.repositories):
        yield Problem(
            path=(*path, "existing", "repositories", name),
            message="is no image of the shop's repositories",
            allowed=shop.repositories,
            hint=did_you_mean(name, shop.repositories) or f"add {name} to repositories",
        )
    of_network = {field: getattr(existing, field) for field in ("vpc", "cidr", "public_subnets", "private_subnets")}
    if existing.data_subnets or any(of_network.values()):
        yield from _whole(of_network, path)
        for field in ("public_subnets", "private_subnets"):
            if len(of_network[field]) == 1:
                yield Problem(
                    path=(*path, "existing", field), message="stand in one zone", allowed=("two zones or more",)
                )
    if shop.back_offices and existing.vpc:
        yield Problem(
            path=(*path, "existing"),
            message="is a network that the ways to back offices cannot be led through: its route tables are not known",
            hint="leave it out, or lead the ways through it outside of the shop",
        )
    if not site.serves:
        yield from _of_copies({name for name in type(existing).model_fields if getattr(existing, name)}, path)


def _existing_at_google(site: GcpSite, path: Path) -> Iterator[Problem]:
    """The same of a site at Google Cloud."""
    existing = site.existing
    if existing is None:
        return
    for field in ("subnet", "endpoints_subnet", "key", "repository"):
        ident = getattr(existing, field)
        if ident and ident.split("/")[3] != site.region:
            yield Problem(
                path=(*path, "existing", field), value=ident, message=f"is not of {site.region}, the region of the site"
            )
    if any(existing.of_network.values()):
        yield from _whole(existing.of_network, path)
    if not site.serves:
        yield from _of_copies({name for name in type(existing).model_fields if getattr(existing, name)}, path)


def _whole(stated: Mapping[str, object], path: Path) -> Iterator[Problem]:
    """A network is brought with all that a shop needs of it."""
    for field, value in stated.items():
        if not value:
            yield Problem(path=(*path, "existing", field), message="is required where the network exists")


def _of_copies(stated: set[str], path: Path) -> Iterator[Problem]:
    for field in sorted(stated - {"key", "image_replication"}):
        yield Problem(
            path=(*path, "existing", field), message="is of no use to a site that keeps copies alone", allowed=("key",)
        )


def _one_network(shop: Page) -> Iterator[Problem]:
    """At Google Cloud one network spans all sites that serve, and so does their certificate."""
    sites = {name: site for name, site in shop.serving_sites.items() if isinstance(site, GcpSite)}
    for field in ("network", "certificate"):
        stated = {name: getattr(site.existing, field, None) for name, site in sites.items()}
        first = next((value for value in stated.values() if value), None)
        for name, value in stated.items():
            if value != first:
                yield Problem(
                    path=("sites", name, "existing", field),
                    value=value,
                    message="is another than that of the other sites at Google Cloud, which share one",
                    allowed=(str(first),),
                )


def _zones_brought(shop: Page) -> Iterator[Problem]:
    """A zone that exists is of a cloud that answers, by an id of that cloud."""
    only = next(iter(shop.zones_at), None)
    brought: list[tuple[Path, str | None, str]] = [
        *((("zones", cloud), cloud, zone) for cloud, zone in shop.zones.items()),
        *((("domains", name, "zone"), only, at.zone) for name, at in shop.domains.items() if at.zone),
    ]
    for path, cloud, zone in brought:
        if cloud not in shop.zones_at or cloud not in ("aws", "gcp"):
            yield Problem(
                path=path, value=zone, message="is of a cloud that does not answer", allowed=(*shop.zones_at,)
            )
        elif (cloud == "aws") != zone[0].isupper():
            form = (
                "the id of a hosted zone, such as Z0123456789ABCDEFGHIJ" if cloud == "aws" else "a managed zone's name"
            )
            yield Problem(path=path, value=zone, message=f"is no zone of {cloud}", allowed=(form,))


def _account(shop: Page, place: AwsSite | GcpSite | CloudPlace, path: Path) -> Iterator[Problem]:
    yield from _account_of(shop, place.kind, place.account, (*path, "account"))


_OWNED: Final[Mapping[DnsVendor, tuple[str, str, str]]] = {
    "aws": ("an account of AWS", "111122223333", "with its id"),
    "cloudflare": (
        "an account of Cloudflare",
        "{cloudflare: 0123456789abcdef0123456789abcdef}",
        "with its id",
    ),
    "gcp": ("a project of Google Cloud", "{project: acme-prod, number: 123456789012}", "with project and number"),
}
"""What an account of each vendor is called, how one is stated, and with what."""


def _account_of(shop: Page, cloud: DnsVendor, account: str, path: Path) -> Iterator[Problem]:
    what, form, complete = _OWNED[cloud]
    if account not in shop.accounts:
        yield Problem(
            path=path,
            value=account,
            message="is not an account of the shop",
            allowed=tuple(shop.accounts),
            hint=did_you_mean(account, shop.accounts) or f"add it to accounts, {complete}",
        )
    elif _cloud_of(shop.accounts[account]) != cloud:
        fits = tuple(name for name, at in shop.accounts.items() if _cloud_of(at) == cloud)
        hint = None if fits else f"add one to accounts, such as {form}"
        yield Problem(path=path, value=account, message=f"is not {what}", allowed=fits, hint=hint)


def _cloud_of(account: Account) -> DnsVendor:
    """Whose account it is; one that is not sound raises its mistakes."""
    if isinstance(account, CloudflareAccount):
        return "cloudflare"
    return "aws" if isinstance(account, str) or not account.project else "gcp"


def _region(place: AwsSite | GcpSite | CloudPlace, path: Path) -> Iterator[Problem]:
    yield from _region_of(place.kind, place.region, path)


def _region_of(cloud: Cloud, region: str, path: Path) -> Iterator[Problem]:
    known = regions.names(cloud)
    if region not in known:
        near = regions.suggestion(cloud, region)
        yield Problem(
            path=(*path, "region"),
            value=region,
            message=f"is not {'an AWS' if cloud == 'aws' else 'a Google Cloud'} region",
            allowed=known,
            hint=f"did you mean {near!r}?" if near else None,
        )


def _zones(site: AwsSite | GcpSite, path: Path) -> Iterator[Problem]:
    if site.region not in regions.names(site.kind):
        return
    zones = () if isinstance(site.zones, int) else site.zones
    for index, zone in enumerate(zones):
        if not regions.in_region(site.kind, site.region, zone):
            named = site.kind == "aws" and zone[-1:].isalpha()
            yield Problem(
                path=(*path, "zones", index),
                value=zone,
                message=f"is not a zone {'id' if site.kind == 'aws' else 'name'} of {site.region}",
                allowed=(f"{', '.join(regions.zones(site.region)[:2])}, ...",),
                hint="state ids: names mean another place in every account" if named else None,
            )
        elif zone in zones[:index]:
            yield Problem(path=(*path, "zones", index), value=zone, message="is stated twice")


def _serving_zones(site: CloudSite, path: Path) -> Iterator[Problem]:
    if site.serves and (site.zones if isinstance(site.zones, int) else len(site.zones)) < MIN_SERVING_ZONES:
        yield Problem(
            path=(*path, "zones"),
            value=site.zones,
            message="is too few: a site that serves must survive the loss of a zone",
            allowed=(f"{MIN_SERVING_ZONES} or more; 3 are recommended",),
        )


def _ingress(site: KubernetesSite, path: Path) -> Iterator[Problem]:
    for index, zone in enumerate(site.ingress_zones):
        if zone not in site.zones:
            yield Problem(
                path=(*path, "ingress_zones", index),
                value=zone,
                message="is no zone of the cluster",
                allowed=site.zones,
                hint=did_you_mean(zone, site.zones),
            )


def _nodes(site: KubernetesSite, path: Path) -> Iterator[Problem]:
    if site.node_account and site.place.kind != "gcp":
        yield Problem(
            path=(*path, "node_account"),
            value=site.node_account,
            message="is of no use to a cluster that stands elsewhere than at Google Cloud",
            hint="state pull_secret, by which images are pulled from a registry that asks who it is",
        )


def _twins(name: str, site: Site, twin: Site, path: Path) -> Iterator[Problem]:
    if isinstance(site, AwsSite | GcpSite) and isinstance(twin, AwsSite | GcpSite):
        if (site.kind, site.region, site.account) == (twin.kind, twin.region, twin.account):
            yield Problem(
                path=(*path, "region"),
                value=twin.region,
                message=f"is the region of site {name!r} too, in the same account",
                hint="choose another region, or another account",
            )
    elif isinstance(site, KubernetesSite) and isinstance(twin, KubernetesSite) and site.cluster == twin.cluster:
        yield Problem(path=(*path, "cluster"), value=twin.cluster, message=f"is the cluster of site {name!r} too")


def _primary(shop: Page) -> Iterator[Problem]:
    primaries = [name for name, site in shop.sites.items() if site.role == "primary"]
    if not primaries:
        yield Problem(path=("sites",), message="has no primary", hint="give one site the role 'primary'")
    for name in primaries[1:]:
        yield Problem(
            path=("sites", name, "role"),
            value="primary",
            message=f"cannot be: site {primaries[0]!r} is the primary",
            allowed=("active", "standby", "backup"),
        )


def _strategy(shop: Page) -> Iterator[Problem]:
    if shop.strategy is Strategy.BACKUP_AND_RESTORE:
        if not shop.backup_sites:
            yield Problem(
                path=("sites",),
                message=f"has no place for the copies, which {shop.strategy} needs",
                hint="add a site with the role 'backup' in another region",
            )
        for name in shop.standbys:
            yield Problem(
                path=("sites", name, "role"),
                value="standby",
                message=f"does not fit {shop.strategy}, which runs no standby",
                allowed=("backup",),
                hint="make it a backup site, or choose the strategy pilot-light",
            )
    elif shop.strategy is Strategy.ACTIVE_ACTIVE:
        if len(shop.live_sites) < 2:
            yield Problem(
                path=("sites",),
                message=f"has no site that serves beside the primary, which {shop.strategy} needs",
                hint="give a site in another region the role 'active'",
            )
    elif not shop.standbys:
        yield Problem(
            path=("sites",),
            message=f"has no site that takes over, which {shop.strategy} needs",
            hint="add a site with the role 'standby' in another region",
        )
    for name, site in shop.sites.items():
        if site.role == "active" and shop.strategy is not Strategy.ACTIVE_ACTIVE:
            yield Problem(
                path=("sites", name, "role"),
                value="active",
                message=f"does not fit {shop.strategy}, where one site serves",
                allowed=("standby", "backup"),
                hint="make it a standby, or choose the strategy active-active",
            )


def _dns(shop: Page) -> Iterator[Problem]:
    for cloud, account in shop.dns.items():
        yield from _account_of(shop, cloud, account, ("dns", cloud))
    if shop.dns and "aws" not in shop.dns and "aws" in shop.serving_kinds:
        account = next(site.account for site in shop.serving_sites.values() if isinstance(site, AwsSite))
        yield Problem(
            path=("dns",),
            message="leaves out aws, where the certificates and names of the sites at AWS are proved",
            hint=f"add aws: {account}",
        )
    if [*shop.dns] == ["cloudflare"]:
        yield Problem(
            path=("dns",),
            message="names Cloudflare alone, which stands beside the cloud that proves the certificates",
            hint="add the cloud of a site that serves",
        )
    if shop.dnssec and [*shop.zones_at] != ["aws"]:
        yield Problem(
            path=("dnssec",),
            value=True,
            message="is of a zone that Route 53 alone has",
            hint="neither of two providers signs with the other's keys; Cloud DNS signs by itself",
        )
    if len(shop.dns) > 2:
        yield Problem(
            path=("dns",),
            value=", ".join(shop.dns),
            message="are more providers than two, whose zones name each other",
            hint="leave one out",
        )
    if not shop.zones_at:
        yield Problem(
            path=("dns",),
            message="is required: no site says which cloud answers for the domain",
            allowed=("aws: <account>", "gcp: <account>"),
        )


def _edge(shop: Page) -> Iterator[Problem]:
    """Its account is one of Cloudflare's; what it shows instead of the shop is made by the program."""
    page = shop.contact and shop.contact.page
    if shop.edge and shop.edge.modes and not (page and page.account):
        yield Problem(
            path=("edge", "modes"),
            value=True,
            message="leads customers to pages that the program does not make",
            hint="state contact.page with an account of its own",
        )
    if shop.edge and shop.edge.vendor == "cloudflare" and shop.edge.account:
        yield from _account_of(shop, "cloudflare", shop.edge.account, ("edge", "account"))


def _runbooks(shop: Page) -> Iterator[Problem]:
    """Kept apart from all that the shop is: whoever takes over one of its accounts neither reads nor deletes them."""
    if shop.runbooks is None:
        return
    kept = shop.runbooks
    cloud = _ground_of(shop, kept.account)
    yield from _ground_apart(shop, kept.account, ("runbooks", "account"), "the runbook")
    yield from _region_of(cloud, kept.region, ("runbooks",))
    form, such = _READERS[cloud]
    for index, reader in enumerate(kept.readers):
        if not form.fullmatch(reader):
            yield Problem(
                path=("runbooks", "readers", index),
                value=reader,
                message="is nobody who can be named there",
                allowed=(such,),
            )


def _ground_of(shop: Page, account: str) -> Cloud:
    """The cloud that an account is of, or is asked to be of."""
    return "gcp" if account in shop.accounts and _cloud_of(shop.accounts[account]) == "gcp" else "aws"


def _ground_apart(shop: Page, account: str, path: Path, what: str) -> Iterator[Problem]:
    """An account that holds nothing of the shop."""
    cloud = _ground_of(shop, account)
    yield from _account_of(shop, cloud, account, path)
    used = {place.account for site in shop.sites.values() if (place := _cloud_place(site))} | {*shop.zones_at.values()}
    if account in used:
        free = tuple(name for name in shop.accounts if name not in used)
        yield Problem(
            path=path,
            value=account,
            message=f"holds a part of the shop: what takes it away takes {what} too",
            allowed=free,
            hint=None if free else "add an account to accounts, best of another vendor",
        )


def _centre(shop: Page, phone: Telephone, centre: Centre) -> Iterator[Problem]:
    """A contact centre that can be made, and from which calls go on."""
    where: Path = ("contact", "phone", "centre")
    yield from _account_of(shop, "aws", centre.account, (*where, "account"))
    if centre.region not in CENTRES:
        yield Problem(
            path=(*where, "region"),
            value=centre.region,
            message="is no region that Amazon Connect is in",
            allowed=CENTRES,
            hint=did_you_mean(centre.region, CENTRES),
        )
    if phone.carrier != "aws":
        yield Problem(
            path=("contact", "phone", "carrier"),
            value=phone.carrier,
            message="is not who takes the calls: the contact centre is Amazon's",
            allowed=("aws",),
        )
    if phone.overflow is None:
        yield Problem(
            path=("contact", "phone", "overflow"),
            message="is required with centre: calls that nobody takes go there",
            allowed=("a number at another carrier",),
        )


def _contact(shop: Page) -> Iterator[Problem]:
    """The ways to a person: none that fails with another, and a page that outlives the shop."""
    contact = shop.contact
    if contact is None:
        return
    phone, page = contact.phone, contact.page
    if phone and phone.centre:
        yield from _centre(shop, phone, phone.centre)
    if phone and phone.overflow and phone.overflow.carrier == phone.carrier:
        yield Problem(
            path=("contact", "phone", "overflow", "carrier"),
            value=phone.carrier,
            message="connects the first number too: what takes that away takes this",
            allowed=("another carrier",),
        )
    if page is None:
        return
    where: Path = ("contact", "page")
    if not any((phone, contact.mail, contact.chat, contact.fax)):
        yield Problem(
            path=where, value=page.domain, message="has nothing to show", hint="state phone, mail, chat or fax"
        )
    if f".{page.domain}".endswith(f".{shop.domain}"):
        yield Problem(
            path=(*where, "domain"),
            value=page.domain,
            message=f"is the shop's own, or below it: who loses {shop.domain} loses it too",
            allowed=("a domain registered apart, best at another registrar",),
        )
    if page.account is None:
        for name in ("vendor", "dns"):
            if getattr(page, name) is None:
                yield Problem(
                    path=(*where, name),
                    message="is required where the program does not make the page",
                    hint="or state account: an account of its own, in which the program makes it",
                )
        return
    yield from _ground_apart(shop, page.account, (*where, "account"), "the page")
    for name in ("vendor", "dns"):
        if (value := getattr(page, name)) is not None:
            yield Problem(
                path=(*where, name), value=value, message="is the vendor of account already", hint="leave it out"
            )
    if contact.mail and contact.mail.address.endswith(f"@{page.domain}") and not contact.mail.servers:
        yield Problem(
            path=("contact", "mail", "servers"),
            message=f"is required: the program makes the zone of {page.domain}, and mail to it would find nobody",
            allowed=("MX records, such as 10 in1-smtp.messagingengine.com",),
        )
    cloud = _ground_of(shop, page.account)
    if page.region is None:
        yield Problem(path=(*where, "region"), message="is required with account", allowed=regions.names(cloud))
    else:
        yield from _region_of(cloud, page.region, where)


_READERS: Final[Mapping[Cloud, tuple[re.Pattern[str], str]]] = {
    "aws": (
        re.compile(r"arn:aws[a-z-]*:iam::\d{12}:(role|user)/[\w+=,.@/-]+"),
        "such as arn:aws:iam::777788889999:role/on-call",
    ),
    "gcp": (
        re.compile(r"(user|group|serviceAccount|domain):[^@\s:]+(@[\w.-]+)?|principal(Set)?://\S+"),
        "such as group:on-call@help.example",
    ),
}
"""How a reader is named at a cloud."""


def _cloud_place(site: Site) -> AwsSite | GcpSite | CloudPlace | None:
    place = site.place if isinstance(site, KubernetesSite | OnPremSite) else site
    return None if isinstance(place, Premises) else place


def _followers(shop: Page) -> Iterator[Problem]:
    """A site that serves has the data of the primary, or it would be a second shop under the same name."""
    primary = next((site for site in shop.sites.values() if site.role == "primary"), None)
    if primary is None or not (shop.mysql or shop.media):
        return
    allowed = (primary.kind, *FOLLOWERS.get(primary.kind, ()))
    for name, site in shop.serving_sites.items():
        if site.kind not in allowed:
            yield Problem(
                path=("sites", name, "kind"),
                value=site.kind,
                message=f"cannot follow the data of the primary, which is of kind {primary.kind!r}",
                allowed=allowed,
                hint="take a kind that can, or keep mysql and media out of the shop",
            )


def _database_user(shop: Page) -> Iterator[Problem]:
    """The shop's own user is another than the administrator, and somebody makes it."""
    stated = shop.mysql
    if stated is None:
        return
    for field, name in (("user", stated.user), ("username", stated.username)):
        if name == ARCHIVE_USER:
            yield Problem(
                path=("mysql", field),
                value=name,
                message="is who reads the binary log for the archive, and no more",
                allowed=("another name, such as shop_app",),
            )
    if stated.user is None:
        return
    if stated.user == stated.username:
        yield Problem(
            path=("mysql", "user"),
            value=stated.user,
            message="is the administrator",
            allowed=("another name, such as shop_app",),
        )
    if "gcp" in shop.serving_kinds:
        yield Problem(
            path=("mysql", "user"),
            value=stated.user,
            message="cannot be made on Google Cloud, whose users are administrators",
            hint="make it by SQL once: docs/operations/database-user.md",
        )


def _files(shop: Page) -> Iterator[Problem]:
    """Shared files are written at one site, and replicated to one other: EFS at AWS, CephFS on clusters. A replica of
    Filestore answers nobody before a person promotes it, so that no standby would start."""
    if shop.files is None:
        return
    google = [name for name, site in shop.serving_sites.items() if site.kind == "gcp"]
    if google and len(shop.serving_sites) > 1:
        yield Problem(
            path=("files",),
            message=f"are those of one serving site at Google Cloud, where {google[0]!r} is not the only one",
            allowed=("one serving site",),
            hint="keep in media what a standby needs, or restore the share there",
        )
    if len(shop.serving_sites) > MAX_SITES_OF_FILES:
        yield Problem(
            path=("files",),
            message=f"are replicated to one other site, and {len(shop.serving_sites)} serve",
            allowed=("one or two serving sites",),
            hint="keep in media what all need",
        )
    if shop.strategy is Strategy.ACTIVE_ACTIVE:
        yield Problem(
            path=("files",),
            message=f"are written at one site alone, which does not fit {shop.strategy}",
            hint="keep in media what every site writes, or choose another strategy",
        )


def _domains(shop: Page) -> Iterator[Problem]:
    """Further domains are answered for by one cloud, and lead to load balancers."""
    for name in shop.domains:
        path: Path = ("domains", name)
        if name == shop.domain:
            yield Problem(path=path, message="is the domain of the shop itself", hint=f"leave {name} out of domains")
        elif len(shop.zones_at) != 1:
            yield Problem(
                path=path,
                message=f"would be answered for by {len(shop.zones_at)} clouds, which further domains are not yet",
                allowed=("one cloud in dns",),
            )
        elif shop.delivery.vendor in ("cloudfront", "cloudflare"):
            yield Problem(
                path=path,
                message="does not lead to a content delivery network yet",
                hint="leave edge or further domains out",
            )


def _redirects(shop: Page) -> Iterator[Problem]:
    """A name leads to one that a certificate names, and that the shop answers at."""
    names = [name for domain in (shop.domain, *shop.domains) for name in (domain, f"www.{domain}")]
    answering = tuple(name for name in names if name not in shop.redirects)
    for name, site in shop.serving_sites.items() if shop.redirects else ():
        if isinstance(site, KubernetesSite) and site.ingress not in REDIRECTING:
            yield Problem(
                path=("sites", name, "ingress"),
                value=site.ingress,
                message="is an ingress controller that is not known to lead names on",
                allowed=REDIRECTING,
                hint="take one of them, or let the program lead its customers on, and leave canonical and redirect out",
            )
    for domain, stated in shop.domains.items():
        if stated.redirect is not None and stated.redirect not in answering:
            leads = shop.redirects.get(stated.redirect)
            yield Problem(
                path=("domains", domain, "redirect"),
                value=stated.redirect,
                message=f"leads on to {leads}" if leads else "is no name of the shop: no certificate is made for it",
                allowed=answering,
            )


def _firewall(shop: Page) -> Iterator[Problem]:
    """There is one before load balancers of AWS and Google Cloud."""
    if not shop.serving_kinds & {"aws", "gcp"}:
        for field, default in Firewall():
            if getattr(shop.firewall, field) != default:
                yield Problem(
                    path=("firewall", field),
                    message="is of a firewall that clusters do not have: their ingress controller lets all through",
                    hint="leave it out, or put a cloud's load balancer before the cluster",
                )


def _mail(shop: Page) -> Iterator[Problem]:
    """Mail comes from the shop's own domain, whose zones vouch for it; SES sends from sites at AWS alone."""
    stated = shop.mail
    if stated is None:
        return
    if stated.sender.rsplit("@", 1)[1] != shop.domain:
        yield Problem(
            path=("mail", "sender"),
            value=stated.sender,
            message="is of another domain than the shop's, which nothing here vouches for",
            allowed=(f"such as orders@{shop.domain}",),
        )
    others = sorted((shop.serving_kinds | {*shop.zones_at}) - {"aws"})
    if stated.relay is None and others:
        yield Problem(
            path=("mail", "relay"),
            message=f"is required: SES sends from sites at AWS, by names at Route 53, and there is {', '.join(others)}",
            hint="state the server that takes the mail: host, user, spf and dkim, as its owner tells them",
        )
    relay = stated.relay
    if relay and relay.secret in TAKEN_KEYS:
        yield Problem(
            path=("mail", "relay", "secret"),
            value=relay.secret,
            message="is a key of the configuration that the shop's own parts use",
            hint="take another, such as mailPassword",
        )


def _queues(shop: Page) -> Iterator[Problem]:
    """Nothing waits longer than every vendor keeps it, nor is told after it was dropped."""
    for name, queue in shop.queues.items():
        for field, most in LONGEST_OF_QUEUES.items():
            if getattr(queue, field).total_seconds() > most:
                yield Problem(
                    path=("queues", name, field),
                    value=format_duration(getattr(queue, field)),
                    message="is longer than queues allow",
                    allowed=(f"at most {format_duration(timedelta(seconds=most))}",),
                )
        if queue.late >= queue.keep:
            yield Problem(
                path=("queues", name, "late"),
                value=format_duration(queue.late),
                message="is when a message is dropped already",
                allowed=(f"less than {format_duration(queue.keep)} (keep)",),
            )


def _search(shop: Page) -> Iterator[Problem]:
    """Google Cloud has no OpenSearch of its own."""
    for name, site in shop.serving_sites.items() if shop.search else ():
        if site.kind == "gcp":
            yield Problem(
                path=("sites", name, "kind"),
                value=site.kind,
                message="has no search to offer: Google Cloud runs no OpenSearch",
                allowed=("aws", "kubernetes"),
                hint="run the shop on a cluster there (kind kubernetes), or leave search out and let somebody keep the"
                " index: home external:<who>",
            )


def _stateless(shop: Page) -> Iterator[Problem]:
    for store in ("mysql", "redis", "media", "files", "queues", "search") if shop.stateless else ():
        if getattr(shop, store):
            yield Problem(
                path=(store,),
                message="holds business data, which a stateless shop does not",
                hint=f"leave {store} out, or stateless",
            )


def _active_site(shop: Page) -> Iterator[Problem]:
    name, path = shop.active_site, ("active_site",)
    if name is None:
        return
    if name not in shop.sites:
        yield Problem(path=path, value=name, message="is not a site of the shop", allowed=tuple(shop.sites))
    elif not shop.sites[name].serves:
        yield Problem(
            path=path, value=name, message="is a backup site, which cannot serve", allowed=tuple(shop.serving_sites)
        )


def _tiers(shop: Page) -> Iterator[Problem]:
    yield from _sound(_tier(shop, "web"), _tier(shop, "app"))
    for field, parts in (("workers", shop.workers), ("jobs", shop.jobs)):
        for name, part in parts.items():
            yield from _sound(_background(shop, field, name, part))


def _background(shop: Page, field: str, name: str, part: Background) -> Iterator[Problem]:
    path: Path = (field, name)
    if name in shop.tiers or (field == "jobs" and name in shop.workers):
        yield Problem(path=path, message="is the name of another part of the shop", hint="give it a name of its own")
    tier = shop.tiers[shop.data_tier]
    if part.image is None and tier.compute == "virtual-machines":
        yield Problem(
            path=(*path, "image"),
            message=f"is required: {shop.data_tier} runs on virtual machines, and {name} in a container",
            hint="state a container image, such as {registry}/worker:1.4.2",
        )
    elif part.image is not None:
        yield from _filled(shop, part.image, (*path, "image"), name)
    yield from _sound(_told(part, path), _built_for(shop, part.architecture, path))
    if isinstance(part, Job) and _both_days(part.schedule):
        yield Problem(
            path=(*path, "schedule"),
            value=part.schedule,
            message="states a day of the month and of the week, which means either and which AWS does not take",
            allowed=("* for one of the two",),
        )


def _both_days(line: str) -> bool:
    _, _, day, _, weekday = line.split(" ")
    return day != "*" and weekday != "*"


def _filled(shop: Page, image: str, path: Path, name: str) -> Iterator[Problem]:
    """An image whose placeholders every site fills, and that is a container's release."""
    if set("{}") & set(re.sub(r"\{(region|registry)\}", "", image)):
        yield Problem(
            path=path, value=image, message="has a placeholder that nothing fills", allowed=("{registry}", "{region}")
        )
        return
    for site in shop.serving_sites:
        if not _in_cloud(shop.sites[site]) and set("{}") & set(found := shop.image(name, site)):
            yield Problem(
                path=path,
                value=found,
                message=f"has a placeholder that nothing fills: {site} has no registry or region of its own",
                hint=f"state sites.{site}.registry",
            )
    if _of_machine(image):
        yield _no_container(path, image, name, "state a container image")
    elif (tag := _TAG.fullmatch(image)) and tag[1] in (None, "latest"):
        yield _of_no_release(path, image)


def _tier(shop: Page, name: TierName) -> Iterator[Problem]:
    tier = shop.web if name == "web" else shop.app
    if tier:
        yield from _sound(_peak(tier, name), _image(shop, tier, name), _told(tier, (name,)))
        yield from _sound(
            _of_containers(tier, name), _ports(shop, tier, name), _built_for(shop, tier.architecture, (name,))
        )


def _peak(tier: Tier, name: str) -> Iterator[Problem]:
    if tier.peak < tier.replicas:
        yield Problem(
            path=(name, "peak"),
            value=tier.peak,
            message="is less than the normal replicas",
            allowed=(f"{tier.replicas} or more",),
        )


def _in_cloud(site: Site) -> bool:
    """Whether its account and region fill all placeholders, or are wrong themselves."""
    return isinstance(site, CloudSite) or (isinstance(site, KubernetesSite) and isinstance(site.place, CloudPlace))


def _image(shop: Page, tier: Tier, name: TierName) -> Iterator[Problem]:
    everywhere = re.sub(r"\{(region|registry)\}", "", tier.image)
    if set("{}") & set(everywhere):
        yield Problem(
            path=(name, "image"),
            value=tier.image,
            message="has a placeholder that nothing fills",
            allowed=("{registry}", "{region}"),
        )
        return
    for site in shop.serving_sites:
        if not _in_cloud(shop.sites[site]) and set("{}") & set(image := shop.image(name, site)):
            yield Problem(
                path=("sites", site, "images", name),
                value=image,
                message="has a placeholder that nothing fills: the site has no registry or region of its own",
                hint=f"state registry of the site, or its image of {name}",
            )
    stated = _images(shop, tier, name)
    # Sites that share an image share its mistake.
    yield from {
        path: problem for path, image, at in stated for problem in _kind_of_image(tier, name, path, image, at)
    }.values()
    if tier.compute == "virtual-machines":
        yield from _machine_images(shop, tier, name)


def _images(shop: Page, tier: Tier, name: TierName) -> Iterator[tuple[Path, str, Site]]:
    """Where the image of each site that serves is stated, and what is."""
    for site, at in shop.serving_sites.items():
        own = None if isinstance(at, OnPremSite) else at.images.get(name)
        yield (("sites", site, "images", name), own, at) if own else ((name, "image"), tier.image, at)


def _kind_of_image(tier: Tier, name: TierName, path: Path, image: str, at: Site) -> Iterator[Problem]:
    """A container's image has a repository and a tag or digest; a machine's is known by its vendor."""
    if tier.compute == "virtual-machines":
        if (
            isinstance(at, CloudSite)
            and not _of_machine(image)
            and (isinstance(at, AwsSite) or set("{:@") & set(image))
        ):
            yield Problem(
                path=path,
                value=image,
                message="is a container image, and the tier runs on virtual machines",
                allowed=("an image of each region", "resolve:ssm:<a parameter that each region has>"),
                hint=f"state a machine image, or {name}.compute: containers",
            )
    elif _of_machine(image):
        yield _no_container(path, image, "the tier", f"state a container image, or {name}.compute: virtual-machines")
    elif (tag := _TAG.fullmatch(image)) and tag[1] in (None, "latest"):
        yield _of_no_release(path, image)


def _of_machine(image: str) -> bool:
    """Whether it is known to be a machine's: an AMI or a parameter that holds one, an image of Compute Engine."""
    return image.startswith(("ami-", "resolve:ssm:")) or "/images/" in image


def _no_container(path: Path, image: str, who: str, hint: str) -> Problem:
    return Problem(
        path=path,
        value=image,
        message=f"is a machine image, and {who} runs in containers",
        allowed=("an image of a registry, such as {registry}/web:1.4.2",),
        hint=hint,
    )


def _kept_images(shop: Page) -> Iterator[Problem]:
    """What is pulled from the shop's own repositories is of one that it has."""
    for name, times in Counter(shop.repositories).items():
        if times > 1:
            yield Problem(path=("repositories",), value=name, message="is stated twice")
    kept = [site for site in shop.serving_sites if shop.keeps_images(site)]
    if shop.repositories and not kept:
        yield Problem(
            path=("repositories",),
            message="are of no use: no site of kind aws or gcp, nor a cluster at gcp, pulls from its account's own"
            " registry",
            hint="leave them out",
        )
    brought = {name for site in kept for name in shop.repositories_brought(site)}
    for site in kept if brought else ():
        for name in sorted(brought - shop.repositories_brought(site).keys()):
            yield Problem(
                path=("sites", site, "existing", "repositories", name),
                message="is required: it is brought at another site, and what is pushed there is not copied here",
            )
    unknown: dict[Path, Problem] = {}
    for site in kept:
        for path, image in _pulled(shop, site):
            found = re.match(rf"{re.escape(str(shop.registry(site)))}/([^:@]*)", shop.filled(image, site))
            if found and found[1] not in shop.repositories:
                unknown[path] = Problem(
                    path=path,
                    value=image,
                    message=f"is of {found[1]}, which is none of the shop's repositories",
                    allowed=shop.repositories,
                    hint=did_you_mean(found[1], shop.repositories) or f"add {found[1]} to repositories",
                )
    yield from unknown.values()


def _pulled(shop: Page, site: str) -> Iterator[tuple[Path, str]]:
    """The container images of a site in a cloud, each with where it is stated."""
    at = shop.sites[site]
    for name, tier in shop.tiers.items():
        if tier.compute == "containers":
            yield from ((path, image) for path, image, where in _images(shop, tier, name) if where is at)
    for field, parts in (("workers", shop.workers), ("jobs", shop.jobs)):
        yield from (((field, name, "image"), part.image) for name, part in parts.items() if part.image)
    if not isinstance(at, AwsSite) or shop.mysql is None:
        return
    copies = (to for to in shop.backup_sites.values() if isinstance(to, AwsSite))
    if shop.mysql.user or (shop.backups.archive and any(to.account != at.account for to in copies)):
        yield ("backups", "archive_image"), shop.backups.archive_image


def _of_no_release(path: Path, image: str) -> Problem:
    return Problem(
        path=path,
        value=image,
        message="is another image after each release: sites would not run the same, and nothing could go back",
        hint="name a release, such as :1.4.2, or a digest",
    )


def _machine_images(shop: Page, tier: Tier, name: TierName) -> Iterator[Problem]:
    """AWS knows a machine image by another id in each region, so that one id is good for one region alone."""
    first: dict[str, str] = {}
    for site, (path, image, at) in zip(shop.serving_sites, _images(shop, tier, name), strict=True):
        if not image.startswith("ami-"):
            continue
        other = shop.sites[first.setdefault(image, site)]
        if isinstance(at, AwsSite) and isinstance(other, AwsSite) and other.region != at.region:
            yield Problem(
                path=path,
                value=image,
                message=f"is a machine image of one region, and {first[image]} and {site} are in {other.region} and "
                f"{at.region}",
                allowed=("an image of each region", "resolve:ssm:<a parameter that each region has>"),
                hint=f"copy the image to {at.region}, and state its id there: sites.{site}.images.{name}",
            )


def _told(tier: Program, path: Path) -> Iterator[Problem]:
    for variable in tier.environment:
        if SECRET_NAME.search(variable):
            yield Problem(
                path=(*path, "environment", variable),
                message="looks like a secret, and a spec is plain text",
                hint=f"state it in {'.'.join(map(str, path))}.secrets, and its value in the stack's configuration",
            )
    for variable in sorted(tier.environment.keys() & tier.secrets.keys()):
        yield Problem(
            path=(*path, "secrets", variable),
            value=tier.secrets[variable],
            message="is also in environment; a variable has one source",
        )
    for variable, key in tier.secrets.items():
        if key in TAKEN_KEYS or key.startswith("vpnKey"):
            yield Problem(
                path=(*path, "secrets", variable),
                value=key,
                message="is a key of the configuration that the shop's own parts use",
                hint=f"take another, such as {config_key(f'own_{variable}')}",
            )


def _of_containers(tier: Tier, name: str) -> Iterator[Problem]:
    """What a machine's image decides by itself."""
    for field in ("user", "writable", "command", "live_path") if tier.compute == "virtual-machines" else ():
        if value := getattr(tier, field):
            yield Problem(
                path=(name, field),
                value=value,
                message="is of containers, and the tier runs on virtual machines, whose image decides it",
                hint=f"leave it out, or state {name}.compute: containers",
            )


def _ports(shop: Page, tier: Tier, name: str) -> Iterator[Problem]:
    seen = {tier.port: "port"}
    for what, port in tier.ports.items():
        if port in seen:
            yield Problem(
                path=(name, "ports", what), value=port, message=f"is {seen[port]} too", allowed=("another port",)
            )
        seen[port] = what
    if tier.ports and "gcp" in shop.serving_kinds:
        yield Problem(
            path=(name, "ports"),
            value=dict(tier.ports),
            message="are more than Cloud Run opens: a container has one port there",
            hint="leave them out; the metrics of a replica at Google Cloud are sent, not fetched",
        )


def _built_for(shop: Page, architecture: str | None, path: Path) -> Iterator[Problem]:
    """Cloud Run runs x86_64 alone (https://cloud.google.com/run/docs/container-contract, 2026-11), and so do the
    machine types that are taken at Google Cloud."""
    if architecture == "arm64" and "gcp" in shop.serving_kinds:
        yield Problem(
            path=(*path, "architecture"),
            value=architecture,
            message="runs at no site of Google Cloud",
            allowed=("x86_64",),
            hint="leave it out where the image is of several architectures: each site takes what is usual there",
        )


def _replica_version(shop: Page) -> Iterator[Problem]:
    mysql = shop.mysql
    if mysql and mysql.replica_version and grounds.release(mysql.replica_version) < grounds.release(mysql.version):
        yield Problem(
            path=("mysql", "replica_version"),
            value=mysql.replica_version,
            message="is older than the writer, which a replica cannot follow",
            allowed=(f"{mysql.version} or newer",),
        )


def _mysql_version(shop: Page) -> Iterator[Problem]:
    if shop.mysql and grounds.is_old(shop.mysql.version):
        yield Problem(
            path=("mysql", "version"),
            value=shop.mysql.version,
            message="has had no fixes from its maker since October 2023 or longer",
            allowed=(f"{grounds.OLDEST_MYSQL} or newer",),
        )


def _copies_apart(shop: Page) -> Iterator[Problem]:
    """A backup site with an account of its own says that who takes the shop's over does not have its copies."""
    placed = [
        (name, site, account if isinstance(account, str) else account.project)
        for name, site in shop.sites.items()
        if isinstance(site, CloudSite)
        and (account := shop.accounts.get(site.account))
        and not isinstance(account, CloudflareAccount)
    ]
    serving = {account: site.account for _, site, account in placed if site.serves}
    for name, site, account in placed:
        same = serving.get(account, site.account)
        if not site.serves and same != site.account:
            yield Problem(
                path=("accounts", site.account),
                value=account,
                message=f"is the account of {same!r} too: who takes that over has the copies in {name!r} as well",
                hint="give the copies an account of their own",
            )


def _state(shop: Page) -> Iterator[Problem]:
    if shop.state and shop.state.site is not None and shop.state.site not in shop.sites:
        yield Problem(
            path=("state", "site"),
            value=shop.state.site,
            message="is not a site of the shop",
            allowed=tuple(shop.sites),
        )


def _backups(shop: Page) -> Iterator[Problem]:
    if shop.backups.lock_days > shop.backups.retain_days:
        yield Problem(
            path=("backups", "lock_days"),
            value=shop.backups.lock_days,
            message="is longer than backups are kept",
            allowed=(f"at most {shop.backups.retain_days} (retain_days)",),
        )


def _classified(shop: Page) -> Iterator[Problem]:
    for name in STANDARD_DATA:
        if name not in shop.data:
            near = nearest(name, shop.data.keys() - USUAL_HOMES)
            yield Problem(
                path=("data", name),
                message="is not classified",
                allowed=(*CRITICALITIES, NONE),
                hint=f"is it what {near!r} means?" if near else f"{NONE} says that there is no such data",
            )
    for name in sorted(shop.absent.intersection(EVERYBODYS)):
        yield Problem(
            path=("data", name), value=NONE, message="is something that every shop has", allowed=CRITICALITIES
        )


def _objectives(shop: Page) -> Iterator[Problem]:
    if shop.objectives is None and shop.environment == PRODUCTION:
        yield Problem(
            path=("objectives",),
            message="is required",
            hint="state it: what must hold for every capability that states nothing else",
        )
    if shop.objectives:
        yield from _recoverable(shop.objectives, ("objectives",))
    for name, capability in shop.capabilities.items():
        if capability and capability.objectives:
            yield from _recoverable(capability.objectives, ("capabilities", name, "objectives"))


def _recoverable(stated: Objectives | OwnObjectives, path: Path) -> Iterator[Problem]:
    times = {path: stated.recovery_time}
    times |= {(*path, "kinds", kind): one.recovery_time for kind, one in stated.kinds.items()}
    for where, time in times.items():
        if time is not None and time < SHORTEST:
            yield Problem(
                path=(*where, "recovery_time"),
                value=format_duration(time),
                message="is shorter than any failover",
                allowed=(f"at least {format_duration(SHORTEST)}",),
                hint="the fastest health checks ask every 10 s, and several must fail; state availability instead",
            )


def _homes(shop: Page) -> Iterator[Problem]:
    for name, row in shop.kept.items():
        yield from _sound(_home(shop, name, row))


def _home(shop: Page, name: str, row: DataClass) -> Iterator[Problem]:
    home = _home_of(name, row)
    path: Path = ("data", name, "home")
    if not home:
        yield Problem(path=path, message="is required for data of your own", allowed=(*HOMES, f"{EXTERNAL}<who>"))
    elif home in STORES and not getattr(shop, home):
        yield Problem(
            path=path,
            value=home,
            message="is not part of the shop",
            hint=f"add {home} to the shop, or give {name} another home, such as {EXTERNAL}<who keeps it>",
        )


def _home_of(name: str, row: DataClass) -> str:
    """A sound row has its home; one of a draft may still lack its usual one."""
    return row.home or USUAL_HOMES.get(name, "")


def _unclassified_stores(shop: Page) -> Iterator[Problem]:
    homes = {_home_of(name, row) for name, row in shop.kept.items()}
    for store in STORES:
        if getattr(shop, store) and store not in homes:
            yield Problem(
                path=(store,),
                message="holds no data that is classified",
                hint=f"add to data what it holds, with home {store}, or leave {store} out",
            )


def _capabilities(shop: Page) -> Iterator[Problem]:
    for name, capability in shop.capabilities.items():
        if capability is None and name not in shop.usual_needs:
            yield Problem(
                path=("capabilities", name),
                value=None,
                message="drops a capability that is not there",
                allowed=tuple(shop.usual_needs),
                hint=did_you_mean(name, shop.usual_needs),
            )
    for name, capability in shop.stated_capabilities.items():
        yield from _sound(_needs(shop, name, capability))


def _suppliers(shop: Page) -> Iterator[Problem]:
    keepers = {row.keeper for row in shop.data.values() if row.keeper}
    stated = shop.stated_capabilities.items()
    needs = [capability.needs or shop.usual_needs.get(name) for name, capability in stated]
    needed = [need for one in needs if one for need in one.external]
    known = sorted({*keepers, *needed, *(shop.contact.vendors if shop.contact else ())})
    for name in shop.suppliers:
        if name not in known:
            yield Problem(
                path=("suppliers", name),
                message="supplies no capability and keeps no data",
                allowed=tuple(known),
                hint=did_you_mean(name, known) or "name it in capabilities.<capability>.needs.external",
            )


def _needs(shop: Page, name: str, capability: Capability) -> Iterator[Problem]:
    path: Path = ("capabilities", name, "needs")
    needs = capability.needs or shop.usual_needs.get(name)
    if needs is None:
        yield Problem(
            path=path,
            message="is required for a capability of your own",
            hint=did_you_mean(name, shop.usual_needs) or "state tiers, data and external services",
        )
        return
    for index, tier in enumerate(needs.tiers or ()):
        if tier not in shop.tiers:
            yield Problem(
                path=(*path, "tiers", index),
                value=tier,
                message="is not a tier of the shop",
                allowed=tuple(shop.tiers),
            )
    for index, need in enumerate(needs.data):
        if need in shop.absent and capability.needs:
            yield Problem(
                path=(*path, "data", index),
                value=need,
                message=f"is stated as {NONE} in data",
                hint="leave one of both out",
            )
        # Standard data that is not classified is reported where it is missing.
        if need not in shop.data and need not in STANDARD_DATA:
            drop = f", or drop the capability with {name}: null" if name in shop.usual_needs else ""
            yield Problem(
                path=(*path, "data", index),
                value=need,
                message="is needed and not classified",
                hint=(need not in USUAL_HOMES and did_you_mean(need, shop.data)) or f"add {need} to data{drop}",
            )


def _business(shop: Page) -> Iterator[Problem]:
    if shop.business:
        for name, peak in shop.business.peaks.items():
            if peak.end < peak.start:
                yield Problem(
                    path=("business", "peaks", name, "end"),
                    value=peak.end.isoformat(),
                    message="is before the start",
                    allowed=(f"{peak.start} or later",),
                )


def _tags(shop: Page) -> Iterator[Problem]:
    for key, value in shop.tags.items():
        if key.lower().startswith("aws:") or not 1 <= len(key) <= 128 or len(value) > 256:
            yield Problem(
                path=("tags", key),
                value=value,
                message="cannot be a tag",
                allowed=("keys of 1 to 128 characters that do not begin with aws:, values of at most 256",),
            )


_RULES: Final = (
    _name,
    _sites,
    _primary,
    _strategy,
    _dns,
    _zones_brought,
    _one_network,
    _runbooks,
    _contact,
    _followers,
    _database_user,
    _files,
    _domains,
    _redirects,
    _firewall,
    _mail,
    _queues,
    _search,
    _stateless,
    _active_site,
    _tiers,
    _kept_images,
    _copies_apart,
    _mysql_version,
    _replica_version,
    _state,
    _backups,
    _classified,
    _objectives,
    _homes,
    _unclassified_stores,
    _capabilities,
    _suppliers,
    _business,
    _tags,
    _edge,
    *grounds.RULES,
    *exact.RULES,
)
