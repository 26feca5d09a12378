"""What the places of a shop must be, and how they fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

from bcinfra.places import regions
from bcinfra.spec.draft import sound
from bcinfra.spec.premises import Premises
from bcinfra.spec.problems import Path, Problem, did_you_mean
from bcinfra.spec.sites import AwsSite, CloudflareAccount, CloudPlace, CloudSite, GcpSite, KubernetesSite, OnPremSite
from bcinfra.spec.values import Strategy

if TYPE_CHECKING:
    from bcinfra.places.place import Cloud
    from bcinfra.spec.page import Page
    from bcinfra.spec.parts import State, StateCopy
    from bcinfra.spec.sites import Account, Site
    from bcinfra.spec.values import DnsVendor

MAX_PREFIX: Final = 24
"""Characters of name, hyphen and environment. The tightest downstream limit is 32 (AWS load balancers and target
groups), which leaves 8 for what follows."""
MIN_SERVING_ZONES: Final = 2
FOLLOWERS: Final[Mapping[str, tuple[str, ...]]] = {"aws": ("gcp",)}
"""By the kind of the primary site, further kinds that can follow its database and files. A replica of another vendor's
database can be declared at Google Cloud alone, and files are copied from AWS to there."""


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
        yield from sound(_site(shop, site, ("sites", name)))
    for (name, site), (other, twin) in combinations(shop.sites.items(), 2):
        yield from sound(_twins(name, site, twin, ("sites", other)))


def _site(shop: Page, site: Site, path: Path) -> Iterator[Problem]:
    if isinstance(site, KubernetesSite):
        yield from sound(_ingress(site, path), _nodes(site, path))
    match site:
        case AwsSite() | GcpSite():
            yield from sound(_account(shop, site, path), _region(site, path), _zones(site, path))
            yield from sound(_serving_zones(site, path))
            if isinstance(site, AwsSite):
                yield from sound(_existing(shop, site, path))
            else:
                yield from sound(_existing_at_google(site, path))
        case KubernetesSite(place=CloudPlace() as place):
            yield from sound(_account(shop, place, (*path, "place")), _region(place, (*path, "place")))
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
    yield from account_of(shop, place.kind, place.account, (*path, "account"))


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


def account_of(shop: Page, cloud: DnsVendor, account: str, path: Path) -> Iterator[Problem]:
    what, form, complete = _OWNED[cloud]
    if account not in shop.accounts:
        yield Problem(
            path=path,
            value=account,
            message="is not an account of the shop",
            allowed=tuple(shop.accounts),
            hint=did_you_mean(account, shop.accounts) or f"add it to accounts, {complete}",
        )
    elif cloud_of(shop.accounts[account]) != cloud:
        fits = tuple(name for name, at in shop.accounts.items() if cloud_of(at) == cloud)
        hint = None if fits else f"add one to accounts, such as {form}"
        yield Problem(path=path, value=account, message=f"is not {what}", allowed=fits, hint=hint)


def cloud_of(account: Account) -> DnsVendor:
    """Whose account it is; one that is not sound raises its mistakes."""
    if isinstance(account, CloudflareAccount):
        return "cloudflare"
    return "aws" if isinstance(account, str) or not account.project else "gcp"


def _region(place: AwsSite | GcpSite | CloudPlace, path: Path) -> Iterator[Problem]:
    yield from region_of(place.kind, place.region, path)


def region_of(cloud: Cloud, region: str, path: Path) -> Iterator[Problem]:
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


def cloud_place(site: Site) -> AwsSite | GcpSite | CloudPlace | None:
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


def _state(shop: Page) -> Iterator[Problem]:
    state = shop.state
    if state is None:
        return
    if state.site is not None and state.site not in shop.sites:
        yield Problem(
            path=("state", "site"),
            value=state.site,
            message="is not a site of the shop",
            allowed=tuple(shop.sites),
        )
    if state.copied:
        yield from sound(_state_copy(shop, state, state.copied))


def _state_copy(shop: Page, state: State, copied: StateCopy) -> Iterator[Problem]:
    """A copy is declared of a bucket at S3, into another account than the bucket's."""
    if state.region is None:
        yield Problem(
            path=("state", "url"),
            value=state.url,
            message="is no bucket at S3 with its region, of which alone a copy is declared",
            allowed=("s3://bucket?region=eu-west-3",),
            hint="leave out state.copied, and protect the bucket outside of the program",
        )
    elif state.region not in regions.names("aws"):
        yield Problem(
            path=("state", "url"),
            value=state.url,
            message="is in no region of AWS",
            allowed=regions.names("aws"),
            hint=(near := regions.suggestion("aws", state.region)) and f"did you mean {near!r}?",
        )
    elif copied.key.split(":")[3] != state.region:
        yield Problem(
            path=("state", "copied", "key"), value=copied.key, message=f"is not of {state.region}, where the bucket is"
        )
    ours = tuple(name for name, account in shop.accounts.items() if isinstance(account, str))
    if copied.account not in ours:
        yield Problem(
            path=("state", "copied", "account"),
            value=copied.account,
            message="is not an AWS account of the shop",
            allowed=ours,
            hint=did_you_mean(copied.account, ours),
        )
    home = shop.sites.get(state.site) if state.site else None
    if isinstance(home, AwsSite) and (home.account, home.region) != (copied.account, state.region):
        yield Problem(
            path=("state", "copied"),
            message=f"is a bucket in {state.region} of {copied.account}, where {state.site} is not",
            hint="leave out state.site, or state that of the bucket",
        )
    copies = next((site for site in shop.backup_sites.values() if isinstance(site, AwsSite)), None)
    if copies is None:
        yield Problem(
            path=("state", "copied"),
            message="has nowhere to be: no site at AWS has the role 'backup'",
            hint="add one in another account, or leave it out",
        )
    elif shop.accounts.get(copies.account) == shop.accounts.get(copied.account):
        yield Problem(
            path=("state", "copied", "account"),
            value=copied.account,
            message="is the account of the site for copies too, and who takes it over has both",
            hint="keep the state in another account",
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


RULES: Final = (
    _name,
    _sites,
    _primary,
    _strategy,
    _zones_brought,
    _one_network,
    _followers,
    _active_site,
    _state,
    _tags,
)
