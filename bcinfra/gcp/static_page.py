"""Pages that show the ways to a person while the shop is down, on ground of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import pulumi
from pulumi_gcp.compute import BackendBucket, SecurityPolicy, URLMap
from pulumi_gcp.dns import RecordSet
from pulumi_gcp.storage import Bucket, BucketIAMMember, BucketObject
from pydantic import Field

from bcinfra.component import Args, Component
from bcinfra.gcp.armor import refusing
from bcinfra.gcp.certificate import Certificate, CertificateArgs
from bcinfra.gcp.front import opened
from bcinfra.gcp.isolated import private
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Region
from bcinfra.gcp.zone import HostName, PublicZone, PublicZoneArgs

INDEX: Final = "index.html"
CLOSED: Final = "closed.html"
SWITCHED: Final = ("status.html",)
"""Pages that people replace on the day: what the program put there first is left alone."""
KEPT_DAYS: Final = 90
RETRY_SECONDS: Final = 120
STALE_SECONDS: Final = 604_800
"""Seconds for which edges show what they have while the bucket does not answer, the longest there is (Cloud CDN, serve
stale content; read 2026-11)."""

PageName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$")]
"""The name of a page's file."""


class StaticPageArgs(Args):
    """Arguments of :class:`StaticPage`."""

    region: Region
    """Where the files are: in a project that holds nothing of the shop, best with another vendor than the shop's."""
    domain: HostName
    """The page's own domain: registered apart from the shop's, and printed on invoices and in mail."""
    pages: Mapping[PageName, str] = Field(min_length=1)
    """The pages by the names of their files, each whole in itself. ``index.html`` is shown under the page's own domain,
    ``closed.html`` under the shop's."""
    shop: HostName | None = None
    """The shop's domain, under which the page answers too once DNS leads there: with a certificate that is there before
    the day, because HSTS lets browsers in by no other. ``proof`` must stand in that domain's zones."""
    mail_servers: tuple[str, ...] = ()
    """MX records of the page's domain, such as ``10 in1-smtp.example``; none: no mail to it."""
    issuers: frozenset[str] = frozenset({"pki.goog"})
    """Certificate authorities that may issue for the page's domain (CAA)."""
    ttl: int = Field(default=300, ge=5, le=86400)
    """Seconds for which resolvers may keep its addresses."""
    refused: frozenset[str] = frozenset()
    """IP ranges that are refused, such as those of a flood."""


class StaticPage(Component):
    """Files on a bucket behind worldwide addresses that stay, a zone of their own and a certificate.

    The addresses are plain, so any DNS can lead a bare domain there: ``aws.GeoDns.fallback``. Under the shop's name all
    that is asked is answered by the page, as 503 with ``Retry-After``, so that no search engine takes it for the shop.
    Nothing here hangs on the shop's accounts. Everybody may read the bucket: it holds what is printed on invoices.

    Edges keep the pages for half a minute, and go on to show what they have for a week while the bucket does not answer
    (Cloud CDN); not those that people replace on the day. A policy stands before them, which may allow and refuse, and
    counts nothing: no policy that a bucket can have does (Cloud Armor, edge security policies; read 2026-11). One
    command refuses who floods the page, until the next ``pulumi up``, after which ``refused`` does::

        gcloud compute security-policies rules create 1000 --security-policy=NAME-edge --action=deny-403
        --src-ip-ranges=RANGES --project=PROJECT
    """

    package = "gcp"

    addresses: Mapping[str, pulumi.Output[str]]
    """The addresses, ``A`` (IPv4) and ``AAAA`` (IPv6)."""
    name_servers: pulumi.Output[Sequence[str]]
    """What the page's registrar must delegate to."""
    proof: Mapping[str, pulumi.Output[str]] | None
    """The record by which the shop's domain is proved: ``name``, ``kind`` and ``value``."""
    bucket: pulumi.Output[str]
    """The bucket."""

    def __init__(self, name: str, args: StaticPageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        region, inside = args.region, pulumi.ResourceOptions(parent=self)
        zone = PublicZone(name, PublicZoneArgs(project=region, domain=args.domain), opts=inside)
        self.name_servers = zone.name_servers
        certificate = Certificate(
            name,
            CertificateArgs(
                project=region,
                zone_name=zone.zone_name,
                domain=args.domain,
                further={args.shop: None} if args.shop else {},
            ),
            opts=inside,
        )
        self.proof = certificate.proofs[args.shop] if args.shop else None
        self.bucket = self._files()
        self.addresses = opened(self, name, region, self._urls(), certificate.map_id)
        for host in (args.domain, f"www.{args.domain}"):
            for kind, address in self.addresses.items():
                self._record(zone.zone_name, host, kind, [address])
        if args.mail_servers:
            self._record(zone.zone_name, args.domain, "MX", [f"{one}." for one in args.mail_servers])
        self._record(zone.zone_name, args.domain, "CAA", [f'0 issue "{one}"' for one in sorted(args.issuers)])
        self.register_outputs(
            {
                "addresses": self.addresses,
                "nameServers": self.name_servers,
                "proof": self.proof,
                "bucket": self.bucket,
            }
        )

    def _files(self) -> pulumi.Output[str]:
        args, region, name = self._args, self._args.region, self._name
        fields: dict[str, Any] = {
            **private(name, region, noncurrent_days=KEPT_DAYS),
            "public_access_prevention": "inherited",
            "website": {"main_page_suffix": INDEX, "not_found_page": INDEX},
        }
        bucket = Bucket(
            name,
            **fields,
            location=region.name.upper(),
            opts=region.child(self, protect=region.protected),
        )
        BucketIAMMember(
            f"{name}-everybody",
            bucket=bucket.name,
            role="roles/storage.objectViewer",
            member="allUsers",
            opts=region.child(self),
        )
        for page, text in args.pages.items():
            BucketObject(
                f"{name}-{page}",
                bucket=bucket.name,
                name=page,
                source=pulumi.StringAsset(text),
                content_type="text/html; charset=utf-8",
                cache_control="no-store" if page in SWITCHED else "public, max-age=30",
                opts=region.child(self, ignore_changes=["source"] if page in SWITCHED else None),
            )
        return bucket.name

    def _policy(self) -> pulumi.Output[str]:
        """What is refused before an edge shows a page."""
        name, region = f"{self._name}-edge", self._args.region
        policy = SecurityPolicy(
            name,
            name=physical("compute", name),  # the command names it
            project=region.project,
            description=f"What is refused before it reaches {self._name}",
            type="CLOUD_ARMOR_EDGE",
            rules=list(refusing(self._args.refused)),
            labels=region.labelled(name),
            opts=region.child(self),
        )
        return policy.id

    def _urls(self) -> URLMap:
        """What is answered: files under the page's own name, ``closed.html`` for whatever is asked of the shop's."""
        args, region, name = self._args, self._args.region, self._name
        served = BackendBucket(
            f"{name}-files",
            name=physical("compute", f"{name}-files"),
            project=region.project,
            bucket_name=self.bucket,
            enable_cdn=True,
            cdn_policy={
                "cache_mode": "USE_ORIGIN_HEADERS",
                "serve_while_stale": STALE_SECONDS,
                "request_coalescing": True,
                "negative_caching": False,
            },
            edge_security_policy=self._policy(),
            custom_response_headers=[f"Retry-After: {RETRY_SECONDS}"],
            opts=region.child(self),
        )
        shown: dict[str, Any] = {}
        if args.shop:
            shown["host_rules"] = [{"hosts": [args.shop, f"*.{args.shop}"], "path_matcher": "shop"}]
            shown["path_matchers"] = [
                {
                    "name": "shop",
                    "default_service": served.id,
                    # No file is called so: what is asked fails, and failing is answered by the page.
                    "default_route_action": {"url_rewrite": {"path_prefix_rewrite": "/none/"}},
                    "default_custom_error_response_policy": {
                        "error_service": served.id,
                        "error_response_rules": [
                            {
                                "match_response_codes": ["4xx", "5xx"],
                                "path": f"/{CLOSED}",
                                "override_response_code": 503,
                            }
                        ],
                    },
                }
            ]
        return URLMap(
            f"{name}-urls",
            project=region.project,
            default_service=served.id,
            **shown,
            opts=region.child(self),
        )

    def _record(self, zone: pulumi.Output[str], host: str, kind: str, values: Sequence[Any]) -> None:
        args, region = self._args, self._args.region
        RecordSet(
            f"{self._name}-{host}-{kind}",
            project=region.project,
            managed_zone=zone,
            name=f"{host}.",
            type=kind,
            ttl=args.ttl,
            rrdatas=list(values),
            opts=region.child(self),
        )
