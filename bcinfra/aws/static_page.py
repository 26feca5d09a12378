"""Pages that show the ways to a person while the shop is down, on ground of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Final, Self

import pulumi
from pulumi_aws.cloudfront import Distribution, OriginAccessControl
from pulumi_aws.route53 import HealthCheck, Record
from pulumi_aws.s3 import BucketObjectv2
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.certificate import Certificate, CertificateArgs
from bcinfra.aws.datasite import LogDays
from bcinfra.aws.dns import silence_told
from bcinfra.aws.edge import AS_ORIGIN_SAYS, HOSTED_ZONE, READING, TLS, errors_told, requests_logged
from bcinfra.aws.events import told_of_expiry
from bcinfra.aws.names import physical
from bcinfra.aws.published import bucket_name, published
from bcinfra.aws.region import Region
from bcinfra.aws.zone import HostName, PublicZone, PublicZoneArgs
from bcinfra.aws.zone_signing import ZoneSigning, ZoneSigningArgs
from bcinfra.component import Args, Component, Str, refuse
from bcinfra.places.table import GLOBAL_HOME

INDEX: Final = "index.html"
SWITCHED: Final = ("status.html",)
"""Pages that people replace on the day: what the program put there first is left alone."""
STALE_SECONDS: Final = 604_800
"""Seconds for which edges show what they have while the bucket does not answer (CloudFront, stale-if-error)."""

PageName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$")]
"""The name of a page's file."""


class StaticPageArgs(Args):
    """Arguments of :class:`StaticPage`."""

    region: Region
    """Where the files are: in an account that holds nothing of the shop, best with another vendor than the shop's."""
    everywhere: Region
    """The global region of that account: CloudFront, Route 53 and the certificate are managed in us-east-1."""
    domain: HostName
    """The page's own domain: registered apart from the shop's, and printed on invoices and in mail."""
    pages: Mapping[PageName, str] = Field(min_length=1)
    """The pages by the names of their files, each whole in itself. ``index.html`` is shown first."""
    mail_servers: tuple[str, ...] = ()
    """MX records of the page's domain, such as ``10 in1-smtp.example``; none: no mail to it."""
    issuers: frozenset[str] = frozenset({"amazon.com"})
    """Certificate authorities that may issue for the page's domain (CAA)."""
    ttl: int = Field(default=300, ge=60, le=172_800)
    """Seconds for which resolvers may keep its mail servers and authorities."""
    signed: bool = True
    """Whether the domain's answers are signed (:class:`ZoneSigning`)."""
    log_days: LogDays = 90
    """Days for which requests are logged."""
    topic_arn: Str | None = None
    """Who is told that the page is not shown, its certificate ends or its answers cannot be signed: a topic in
    us-east-1, where these are measured, such as ``AlarmTopic(...).arn``."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        if self.everywhere.name != GLOBAL_HOME:
            yield f"everywhere: is {self.everywhere.name}; CloudFront is managed in {GLOBAL_HOME}"
        if self.everywhere.account != self.region.account:
            yield "everywhere: is another account than region's"


class StaticPage(Component):
    """Files of a closed bucket behind CloudFront, with a zone of their own and a certificate.

    Nothing here hangs on the shop's accounts. Edges go on to show what they have for a week while the bucket does not
    answer. Nothing but files is behind the edges, which only read them: there is nothing for a firewall to guard, and
    Shield Standard, which AWS always runs, meets floods. CloudFront's addresses change, so only an alias of Route 53
    leads a bare domain there: a shop whose names are answered elsewhere has this page under its own domain alone.
    """

    package = "aws"

    name_servers: pulumi.Output[Sequence[str]]
    """What the page's registrar must delegate to."""
    ds_record: pulumi.Output[str] | None
    """What that registrar is told beside them, where answers are signed."""
    domain_name: pulumi.Output[str]
    """The distribution's own name."""
    bucket: pulumi.Output[str]
    """The bucket."""

    def __init__(self, name: str, args: StaticPageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        inside = pulumi.ResourceOptions(parent=self)
        zone = PublicZone(name, PublicZoneArgs(region=args.everywhere, domain=args.domain), opts=inside)
        self.name_servers = zone.name_servers
        self.ds_record = self._signed(zone.zone_id, inside) if args.signed else None
        certificate = Certificate(
            name,
            CertificateArgs(
                sites={"global": args.everywhere}, dns=args.everywhere, zone_id=zone.zone_id, domain=args.domain
            ),
            opts=inside,
        )
        called = self._files()
        made = self._distribution(certificate.arns["global"])
        self.bucket, self.domain_name = called, made.domain_name
        requests_logged(self, args.everywhere, name, made.arn, args.log_days)
        for host in (args.domain, f"www.{args.domain}"):
            for kind in ("A", "AAAA"):
                Record(
                    f"{name}-{host}-{kind}",
                    zone_id=zone.zone_id,
                    name=host,
                    type=kind,
                    aliases=[{"name": made.domain_name, "zone_id": HOSTED_ZONE, "evaluate_target_health": False}],
                    opts=args.everywhere.child(self),
                )
        if args.topic_arn is not None:
            self._watch(made.id, args.topic_arn)
        if args.mail_servers:
            self._record(zone.zone_id, "MX", args.mail_servers)
        self._record(zone.zone_id, "CAA", [f'0 issue "{one}"' for one in sorted(args.issuers)])
        self.register_outputs(
            {
                "nameServers": self.name_servers,
                "dsRecord": self.ds_record,
                "domainName": self.domain_name,
                "bucket": self.bucket,
            }
        )

    def _signed(self, zone: pulumi.Output[str], inside: pulumi.ResourceOptions) -> pulumi.Output[str]:
        args = self._args
        return ZoneSigning(
            f"{self._name}-signing",
            ZoneSigningArgs(region=args.everywhere, zone_id=zone, domain=args.domain, topic_arn=args.topic_arn),
            opts=inside,
        ).ds_record

    def _files(self) -> pulumi.Output[str]:
        args, region, name = self._args, self._args.region, self._name
        called = bucket_name(name, region)
        edges = f"arn:{region.partition}:cloudfront::{region.known_account}:distribution/*"
        bucket, _ = published(
            self,
            name,
            region,
            policies.allow(
                ["s3:GetObject"],
                [f"{policies.bucket_arn(region, called)}/*"],
                principal=policies.service("cloudfront.amazonaws.com"),
                condition={"ArnLike": {"aws:SourceArn": edges}},
            ),
        )
        for page, text in args.pages.items():
            BucketObjectv2(
                f"{name}-{page}",
                bucket=bucket.bucket,
                key=page,
                source=pulumi.StringAsset(text),
                content_type="text/html; charset=utf-8",
                cache_control=f"max-age=30, stale-if-error={STALE_SECONDS}",
                tags=region.tagged(f"{name}-{page}"),
                opts=region.child(self, ignore_changes=["source"] if page in SWITCHED else None),
            )
        self._origin = bucket.bucket_regional_domain_name
        return policies.after(bucket, called)

    def _distribution(self, certificate_arn: pulumi.Output[str]) -> Distribution:
        args, region, name = self._args, self._args.everywhere, self._name
        access = OriginAccessControl(
            name,
            name=physical("origin-access-control", name),
            description=f"Files of {name}",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=region.child(self),
        )
        return Distribution(
            name,
            comment=name,
            enabled=True,
            aliases=[args.domain, f"www.{args.domain}"],
            default_root_object=INDEX,
            http_version="http2and3",
            is_ipv6_enabled=True,
            price_class="PriceClass_All",
            origins=[
                {"origin_id": "files", "domain_name": self._origin, "origin_access_control_id": access.id},
            ],
            default_cache_behavior={
                "target_origin_id": "files",
                "allowed_methods": list(READING),
                "cached_methods": ["GET", "HEAD"],
                "viewer_protocol_policy": "redirect-to-https",
                "cache_policy_id": AS_ORIGIN_SAYS,
                "compress": True,
            },
            # A closed bucket answers 403 for what it does not have.
            custom_error_responses=[
                {
                    "error_code": 403,
                    "response_code": 404,
                    "response_page_path": f"/{INDEX}",
                    "error_caching_min_ttl": 30,
                }
            ],
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            viewer_certificate={
                "acm_certificate_arn": certificate_arn,
                "ssl_support_method": "sni-only",
                "minimum_protocol_version": TLS,
            },
            tags=region.tagged(name),
            opts=region.child(self, protect=region.protected),
        )

    def _watch(self, distribution: pulumi.Output[str], topic: Str) -> None:
        """The page is asked for as customers do, all year: on the day it is too late to find it missing."""
        name, region, domain = self._name, self._args.everywhere, self._args.domain
        check = HealthCheck(
            name,
            type="HTTPS",
            fqdn=domain,
            port=443,
            resource_path="/",
            request_interval=30,
            failure_threshold=3,
            enable_sni=True,
            measure_latency=True,
            tags=region.tagged(name),
            opts=region.child(self),
        )
        silence_told(self, region, f"{name}-down", f"{domain} is not shown", check.id, topic)
        errors_told(self, region, name, distribution, topic)
        told_of_expiry(self, region, name, topic)

    def _record(self, zone: pulumi.Output[str], kind: str, values: Sequence[str]) -> None:
        args = self._args
        Record(
            f"{self._name}-{args.domain}-{kind}",
            zone_id=zone,
            name=args.domain,
            type=kind,
            ttl=args.ttl,
            records=list(values),
            opts=args.everywhere.child(self),
        )
