"""The secrets that a shop's stack must be given, by their names in its configuration."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from bcinfra import spec
from bcinfra.assembly.settings import follows
from bcinfra.spec import AwsSite, GcpSite
from bcinfra.spec.page import Page

SYSTEM_USERS: Final = ("root", "xtrabackup", "monitor", "proxyadmin", "operator", "replication")
"""The users of its own that the operator of MySQL on Kubernetes has."""

USER_PASSWORD: Final = "mysqlUserPassword"  # noqa: S105  the name of a setting
"""Where the password of the shop's own user stands."""
ARCHIVE_PASSWORD: Final = "mysqlArchivePassword"  # noqa: S105  the name of a setting
"""Where the password stands of the user who reads the binary log for the archive."""
ORIGIN_KEY: Final = "originKey"
"""Where the key stands that a content delivery network shows to load balancers, and signs places in a queue with."""
CLOUDFLARE_TOKEN: Final = "cloudflareToken"  # noqa: S105  the name of a setting
"""Where the token stands that changes the zone at Cloudflare."""
REPLICA: Final = "replica"
"""The user under which another vendor's replica reads the primary's binary log."""
GOOGLE: Final = "google"
"""Google Cloud as the other end of tunnels."""
INTERFACES: Final = ("zero", "one")
"""The two interfaces of Google's gateway, each the end of a connection."""


def secrets(shop: spec.Shop) -> dict[str, str]:
    """What must be set with ``pulumi config set --secret``, and what each is."""
    found: dict[str, str] = {}
    if shop.mysql:
        found["mysqlPassword"] = "password of the database's administrator"
    if shop.mysql and shop.mysql.user:
        found[USER_PASSWORD] = f"password of the database's user {shop.mysql.user}, as whom the shop logs in"
    if shop.archives:
        found[ARCHIVE_PASSWORD] = "password of the database's user who copies its log into the archive"
    if shop.redis and shop.serving_kinds - {"gcp"}:
        found["redisPassword"] = "token that clients of Redis authenticate with, 16 to 128 characters"
    edge = shop.delivery
    signs = edge.modes and edge.vendor != "cloud-cdn"  # places in its queue; URL maps have none
    shown = (shop.is_closed and "aws" in shop.serving_kinds) or edge.vendor == "cloudfront"
    if shown or signs:
        uses = (
            *(["load balancers know the shop's content delivery network by"] if shown else ()),
            *(["its edge signs places in its queue with"] if signs else ()),
        )
        found[ORIGIN_KEY] = f"what {' and '.join(uses)}, 24 to 128 letters and digits"
    if "cloudflare" in shop.zones_at:
        found[CLOUDFLARE_TOKEN] = "token of the account at Cloudflare that may edit zones, DNS and load balancers"
    if edge.vendor == "cloudflare":
        found[CLOUDFLARE_TOKEN] = (
            "token of the account at Cloudflare that may edit zones, load balancers, rules, certificates and alarms"
            + (", and scripts, routes and stores of Workers" if edge.modes else "")
        )
    if follows(shop, "gcp"):
        found["replicationPassword"] = f"password of the user {REPLICA} at the primary database"
    if "kubernetes" in shop.serving_kinds:
        found |= _of_clusters(shop)
    for tier, stated in {**shop.tiers, **shop.background}.items():
        found |= {key: f"what {tier} is told as {variable}" for variable, key in stated.secrets.items()}
    if shop.mail and shop.mail.relay:
        found[shop.mail.relay.secret] = f"password of {shop.mail.relay.user} at {shop.mail.relay.host}, for mail"
    found |= {key: f"integration key of PagerDuty for {who}" for who, key in shop.alarms.pager.items()}
    found |= {
        site.heartbeat: f"address that the Alertmanager of {name} calls every minute"
        for name, site in shop.serving_sites.items()
        if isinstance(site, spec.KubernetesSite) and site.heartbeat
    }
    if shop.serving_kinds - {"aws"}:
        found |= {chat.token: f"token of the bot that writes to {who}" for who, chat in shop.alarms.chat.items()}
    for name, key in vpn_keys(shop).items():
        found[name] = f"pre-shared key of {key}, as the site's router has it: 8 to 64 letters, digits, '.' and '_'"
    return found


def _of_clusters(shop: spec.Shop) -> dict[str, str]:
    """What no vendor's own store of secrets keeps for a cluster."""
    found: dict[str, str] = {}
    if shop.mysql:
        found |= {name: f"password of the database's own user {user}" for user, name in system_users().items()}
    if shop.queues:
        found["queuePassword"] = "what the shop logs in to RabbitMQ with"
    if shop.search:
        found["searchPassword"] = "what the shop logs in to OpenSearch with"
        found["searchAdministratorPassword"] = "what operators log in to OpenSearch with, as admin"
    if shop.media or shop.files:
        found["backupPassword"] = "what copies of files are encrypted with; keep it elsewhere too"
    return found | {name: f"{data} of the shop" for name, data in kept(shop).items()}


def system_users() -> dict[str, str]:
    """Where the password of each of :data:`SYSTEM_USERS` stands."""
    return {user: f"mysql{user.title()}Password" for user in SYSTEM_USERS}


def kept(shop: Page) -> dict[str, str]:
    """The classes of data that live among secrets, by their names in the configuration: clusters are told them from
    there."""
    classes = sorted(data for data, row in shop.kept.items() if row.home == "secrets")
    return {re.sub("-(.)", lambda match: match[1].upper(), data): data for data in classes}


def vpn_keys(shop: spec.Shop) -> dict[str, VpnKey]:
    """The pre-shared keys of the tunnels: to the buildings that the tiers call, and between vendors of one database."""
    ends = [
        (site, premises, line)
        for premises, place in shop.back_offices.items()
        for site, serving in shop.serving_sites.items()
        if isinstance(serving, AwsSite | GcpSite)
        for line in sorted(place.isps)
    ]
    if follows(shop, "gcp"):
        ends += [
            (site, GOOGLE, line)
            for site, at in shop.serving_sites.items()
            if isinstance(at, AwsSite)
            for line in INTERFACES
        ]
    return {key.name: key for end in ends for key in vpn_pair(*end)}


def vpn_pair(site: str, premises: str, line: str) -> tuple[VpnKey, VpnKey]:
    """The keys of the two tunnels from ``site`` over one line of the other end."""
    return VpnKey(site, premises, line, 1), VpnKey(site, premises, line, 2)


class VpnKey(NamedTuple):
    """What one tunnel of a VPN is made with."""

    site: str
    premises: str
    line: str
    tunnel: int

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        return f"vpnKey-{self.site}-{self.premises}-{self.line}-{self.tunnel}"

    def __str__(self) -> str:
        return f"tunnel {self.tunnel} from {self.site} to {self.premises} over {self.line}"
