"""A content delivery network in front of a shop: CloudFront, with a firewall at its edges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, Self

import pulumi
from pulumi_aws.cloudfront import Distribution, Function, KeyValueStore, KeyvaluestoreKey, OriginAccessControl
from pulumi_aws.cloudwatch import LogDelivery, LogDeliveryDestination, LogDeliverySource, LogGroup
from pulumi_aws.iam import Policy
from pulumi_aws.shield import Protection
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.datasite import LogDays
from bcinfra.aws.dns import HOSTS
from bcinfra.aws.firewall import Firewall, FirewallArgs
from bcinfra.aws.metric_alarm import metric_alarm
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.aws.tier import ORIGIN_HEADER
from bcinfra.aws.zone import HostName
from bcinfra.component import Args, Component, Str, refuse, unknown_site
from bcinfra.modes import MODE, OPEN, Modes, path_pattern, program
from bcinfra.places.table import GLOBAL_HOME
from bcinfra.seconds import MINUTE

HOSTED_ZONE: Final = "Z2FDTNDATAQYW2"
"""The hosted zone of every distribution, for aliases (AWS General Reference, CloudFront endpoints)."""
TLS: Final = "TLSv1.2_2021"
"""TLS 1.2 and 1.3 between browsers and edges."""
NOT_CACHED: Final = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
AS_ORIGIN_SAYS: Final = "4cc15a8a-d715-48a4-82b8-cc0b614638fe"
CACHED: Final = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""CloudFront's managed policies CachingDisabled, UseOriginCacheControlHeaders-QueryStrings and CachingOptimized, the
same in every account (CloudFront Developer Guide, managed cache policies)."""
ALL_OF_VIEWER: Final = "216adef6-5c7f-47e4-b989-5492eafa07d3"
"""CloudFront's managed policy AllViewer: the origin sees what the customer sent, the host among it, so that it shows
its certificate for the shop's name."""
EVERY: Final = ("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE")
READING: Final = ("GET", "HEAD", "OPTIONS")
FAILING: Final = (500, 502, 503, 504)
"""Answers of an origin upon which the other is asked."""
ATTEMPTS, CONNECTING, ANSWERING = 2, 3, 30
"""How often an origin is tried, and for how many seconds; how many it may take to answer. A dead one is left in six
seconds instead of the default of thirty."""
MOST_BEHAVIOURS: Final = 75
"""Cache behaviours of a distribution without asking for more (CloudFront Developer Guide, quotas)."""
ERROR_PERCENT: Final = 5
"""Share of answers that are errors beyond which people are told."""
ADMISSION: Final = "key"
"""The key of the store under which it stands what places are signed with."""
LARGEST_FUNCTION: Final = 10_240
"""Bytes of a function (CloudFront Developer Guide, quotas on CloudFront Functions, read 2026-11-30)."""


class EdgeArgs(Args):
    """Arguments of :class:`Edge`."""

    region: Region
    """The global region: CloudFront, its firewall and its logs are managed in us-east-1."""
    domain: HostName
    """The domain, such as ``shop.example``."""
    hosts: frozenset[str] = HOSTS
    """Names below the domain that it answers for; ``""`` is the domain itself."""
    certificate_arn: Str
    """The certificate that it shows, in us-east-1."""
    origin: Str
    """The host that answers: a name that leads to the healthy site, such as ``origin.shop.example``, so that orders too
    follow a failover. It must show a certificate for the domain or its hosts."""
    failover: Str | None = None
    """The host that is asked instead where the origin fails, for ``reading`` alone."""
    reading: tuple[str, ...] = Field(default=(), examples=[["/", "/c/*", "/p/*"]])
    """Paths that are only read. CloudFront takes no POST where it may ask another host (API reference, AllowedMethods
    of a behaviour with an origin group), so that these paths must be told from those that take orders."""
    key: Str | None = None
    """The secret that it sends to origins as ``X-Origin-Key``: those that take requests from it alone admit it by that
    (``TierArgs.behind``), those that take everybody's do not count it (``FirewallArgs.uncounted_keys``)."""
    media: Mapping[str, Str] = {}
    """Host names of buckets that hold the same files, by site, such as ``Buckets(...,
    cloudfront=True).domain_names``."""
    media_primary: str | None = None
    """The site whose bucket is asked first; default the first by name."""
    media_paths: tuple[str, ...] = ("/media/*",)
    """Paths that are files of the buckets, which hold them under the same names."""
    cached: bool = True
    """Whether it keeps what the origin's ``Cache-Control`` allows it to. Else only files of ``media`` are kept."""
    shield_region: str | None = None
    """The region of an origin shield, which all edges ask the origin through; best the origin's own."""
    requests_limit: int = Field(default=1000, ge=10, le=2_000_000_000)
    """Requests from one address within the window beyond which it is blocked, as in ``FirewallArgs``."""
    window_seconds: Literal[60, 120, 300, 600] = 60
    """The window."""
    unchallenged: tuple[str, ...] = Field(default=(), max_length=5, examples=[["^/webhooks/"]])
    """Paths whose callers cannot answer a challenge, as in ``FirewallArgs``."""
    counted: frozenset[str] = frozenset()
    """Rule groups that only count, as in ``FirewallArgs``."""
    unchecked: tuple[str, ...] = Field(default=(), max_length=10, examples=[["/webhooks/*"]])
    """Paths whose content no rule group judges, as in ``FirewallArgs``."""
    allowed: Mapping[str, str] = {}
    """Ranges of addresses that pass every rule, as in ``FirewallArgs``."""
    shield_advanced: bool = False
    """Whether AWS Shield Advanced protects it, to which the account must be subscribed for a year."""
    ipv6: bool = False
    """Whether it answers by IPv6 too, for names that have AAAA records (``GeoDnsArgs.ipv6``)."""
    modes: Modes | None = None
    """What it can show instead of the shop; default nothing. Paths that are ``unchecked`` or ``unchallenged`` pass the
    queue, because programs do not wait."""
    log_key_arn: Str | None = None
    """KMS key of us-east-1 for the logs, whose policy lets ``logs.us-east-1.amazonaws.com`` use it."""
    log_days: LogDays = 90
    """Days for which requests are logged."""
    topic_arn: Str | None = None
    """Where people are told of errors: a topic in us-east-1."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        if self.region.name != GLOBAL_HOME:
            yield f"region: is {self.region.name}; CloudFront is managed in {GLOBAL_HOME}"
        if self.media_primary is not None and self.media_primary not in self.media:
            yield f"media_primary: {unknown_site(self.media_primary, self.media)}"
        for field, paths in (("reading", self.reading), ("media_paths", self.media_paths)):
            for path in paths:
                if not path.startswith("/"):
                    yield f"{field}: {path!r} does not begin with '/'"
        if (self.failover is None) != (not self.reading):
            yield "reading: goes with failover: state both, or neither"
        if 1 + len(self.reading) + len(self.media_paths) > MOST_BEHAVIOURS:
            yield f"reading: with media_paths at most {MOST_BEHAVIOURS - 1} paths; join some by '*'"
        if self.modes and (size := len(self.code(self.modes).encode())) > LARGEST_FUNCTION:
            yield f"modes: the function has {size} bytes of {LARGEST_FUNCTION}; state fewer unchecked paths"

    def code(self, modes: Modes) -> str:
        """What edges run before they answer."""
        unchecked = map(path_pattern, self.unchecked)
        challenged = (path if path.startswith("^") else f"^{path}$" for path in self.unchallenged)
        return program(modes, [*challenged, *unchecked], "cloudfront")


class Edge(Component):
    """CloudFront in front of a shop: what customers reach, while its load balancers take requests from it alone.

    Reading goes on when the origin fails: the paths that are stated are asked of the other host within seconds, files
    of the other bucket. What writes (POST and the like) waits until the origin's name leads to a healthy site, for
    CloudFront never sends a request with a body twice. The firewall at the edges blocks known attacks, bad addresses,
    and floods from one address and from many, before they cost the shop anything; Shield Standard is always below it.

    Its addresses are CloudFront's, so only an alias of Route 53 leads a bare domain to it. CloudFront is one part on
    the way in: ``GeoDns.fallback`` can lead around it, to a load balancer that then takes requests from everybody.

    With ``modes`` edges ask a store of keys and values at every request which of the shop's states holds: one command
    changes it everywhere within seconds, whatever is down behind the edges, and the next ``pulumi up`` leaves it::

        store=$(aws cloudfront describe-key-value-store --name NAME --query KeyValueStore.ARN --output text) &&
        aws cloudfront-keyvaluestore put-key --kvs-arn $store --key mode --value read-only --if-match $(aws
        cloudfront-keyvaluestore describe-key-value-store --kvs-arn $store --query ETag --output text)

    ``operators_policy_arn`` is all that who gives it needs; what they sign in with must come of a regional endpoint of
    STS. Where the store, the key or the function fails, the shop is open.

    After a failover nothing changes here. When the standby becomes the primary for good, let ``failover`` be the other.
    """

    package = "aws"

    domain_name: pulumi.Output[str]
    """The distribution's own name, for an alias."""
    zone_id: pulumi.Output[str]
    """Hosted zone of that name."""
    arn: pulumi.Output[str]
    """The distribution."""
    web_acl_arn: pulumi.Output[str]
    """The firewall at its edges."""
    operators_policy_arn: pulumi.Output[str] | None
    """The permission to change what customers are shown; nobody has it before it is attached to a role."""

    def __init__(self, name: str, args: EdgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        region = args.region
        self.web_acl_arn = Firewall(
            f"{name}-firewall",
            FirewallArgs(
                region=region,
                worldwide=True,
                requests_limit=args.requests_limit,
                window_seconds=args.window_seconds,
                unchallenged=args.unchallenged,
                counted=args.counted,
                unchecked=args.unchecked,
                allowed=args.allowed,
                log_key_arn=args.log_key_arn,
                log_days=args.log_days,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        ).web_acl_arn
        runs, self.operators_policy_arn = self._modes(args.modes) if args.modes else (None, None)
        made = self._distribution(runs)
        self.domain_name, self.arn = made.domain_name, made.arn
        self.zone_id = policies.after(made, HOSTED_ZONE)
        requests_logged(self, args.region, name, made.arn, args.log_days, args.log_key_arn)
        if args.topic_arn is not None:
            errors_told(self, args.region, name, made.id, args.topic_arn)
        if args.shield_advanced:
            Protection(f"{name}-shield", resource_arn=made.arn, tags=region.tagged(name), opts=region.child(self))
        self.register_outputs(
            {
                "domainName": self.domain_name,
                "zoneId": self.zone_id,
                "arn": self.arn,
                "webAclArn": self.web_acl_arn,
                "operatorsPolicyArn": self.operators_policy_arn,
            }
        )

    def _modes(self, modes: Modes) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        """The function that asks the store what to show, and the permission to change that."""
        region, what = self._args.region, f"{self._name}-modes"
        store = KeyValueStore(
            what,
            name=physical("key-value-store", what),
            comment=f"What {self._name} shows: {MODE}",
            tags=region.tagged(what),
            opts=region.child(self),
        )
        KeyvaluestoreKey(
            f"{what}-{ADMISSION}",
            key_value_store_arn=store.arn,
            key=ADMISSION,
            value=modes.signs,
            opts=region.child(self),
        )
        KeyvaluestoreKey(
            f"{what}-{MODE}",
            key_value_store_arn=store.arn,
            key=MODE,
            value=OPEN,
            opts=region.child(self, ignore_changes=["value"]),  # people change it on the day
        )
        function = Function(
            what,
            name=physical("cloudfront-function", what),
            comment=f"Whether {self._name} shows the shop",
            runtime="cloudfront-js-2.0",
            code=self._args.code(modes),
            key_value_store_associations=[store.arn],
            tags=region.tagged(what),
            opts=region.child(self),
        )
        operators = Policy(
            f"{what}-operators",
            name=physical("iam-policy", f"{what}-operators"),
            description=f"Say what {self._name} shows",
            policy=policies.document(
                policies.allow(
                    [
                        "cloudfront:DescribeKeyValueStore",
                        "cloudfront-keyvaluestore:DescribeKeyValueStore",
                        "cloudfront-keyvaluestore:PutKey",
                    ],
                    [store.arn],
                )
            ),
            tags=region.tagged(f"{what}-operators"),
            opts=region.child(self),
        )
        return function.arn, operators.arn

    def _distribution(self, runs: pulumi.Output[str] | None) -> Distribution:
        args, region = self._args, self._args.region
        pages: dict[str, Str] = {"pages": args.origin}
        if args.failover is not None:
            pages["pages-failover"] = args.failover
        first = args.media_primary or min(args.media, default="")
        files = {f"media-{site}": args.media[site] for site in sorted(args.media, key=lambda at: (at != first, at))}
        access = self._access() if files else ""
        groups: dict[str, list[str]] = {"pages-or-other": [*pages], "media-or-other": [*files]}
        answered: dict[str, Any] = {
            "cache_policy_id": AS_ORIGIN_SAYS if args.cached else NOT_CACHED,
            "origin_request_policy_id": ALL_OF_VIEWER,
            **({"function_associations": [{"event_type": "viewer-request", "function_arn": runs}]} if runs else {}),
        }
        origins: Any = [
            *(self._page(label, host) for label, host in pages.items()),
            *({**_tried(label, host), "origin_access_control_id": access} for label, host in files.items()),
        ]
        of_media, of_pages = _either(groups, "media-or-other"), "pages-or-other"
        behaviours: Any = [
            {**_behaviour("pages", EVERY), **answered},
            *(
                {**_behaviour(of_media, READING), "path_pattern": path, "cache_policy_id": CACHED}
                for path in (args.media_paths if files else ())
            ),
            *({**_behaviour(of_pages, READING), **answered, "path_pattern": path} for path in args.reading),
        ]
        return Distribution(
            self._name,
            comment=self._name,
            enabled=True,
            aliases=[f"{host}.{args.domain}" if host else args.domain for host in sorted(args.hosts)],
            http_version="http2and3",
            is_ipv6_enabled=args.ipv6,
            price_class="PriceClass_All",
            origins=origins,
            origin_groups=[
                {
                    "origin_id": label,
                    "failover_criteria": {"status_codes": list(FAILING)},
                    "members": [{"origin_id": one} for one in members[:2]],
                }
                for label, members in groups.items()
                if len(members) > 1
            ],
            default_cache_behavior=behaviours[0],
            ordered_cache_behaviors=behaviours[1:],
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            viewer_certificate={
                "acm_certificate_arn": args.certificate_arn,
                "ssl_support_method": "sni-only",
                "minimum_protocol_version": TLS,
            },
            web_acl_id=self.web_acl_arn,
            tags=region.tagged(self._name),
            opts=region.child(self, protect=region.protected),
        )

    def _page(self, label: str, host: Str) -> dict[str, Any]:
        """A load balancer that knows the distribution by its key."""
        shield, key = self._args.shield_region, self._args.key
        return {
            **_tried(label, host),
            **({"custom_headers": [{"name": ORIGIN_HEADER, "value": key}]} if key is not None else {}),
            "custom_origin_config": {
                "http_port": 80,
                "https_port": 443,
                "origin_protocol_policy": "https-only",
                "origin_ssl_protocols": ["TLSv1.2"],
                "origin_read_timeout": ANSWERING,
            },
            **({"origin_shield": {"enabled": True, "origin_shield_region": shield}} if shield else {}),
        }

    def _access(self) -> pulumi.Output[str]:
        """What buckets let in: requests that the distribution signs."""
        return OriginAccessControl(
            f"{self._name}-media",
            name=physical("origin-access-control", f"{self._name}-media"),
            description=f"Files of {self._name}",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=self._args.region.child(self),
        ).id


def requests_logged(
    parent: pulumi.Resource, region: Region, name: str, distribution_arn: Str, days: LogDays, key_arn: Str | None = None
) -> None:
    """Every request to a distribution, in a log group of us-east-1."""
    what = f"{name}-requests"
    group = LogGroup(
        what,
        # Groups whose names begin so let log deliveries write (CloudWatch Logs User Guide, vended logs).
        name=physical("log-group", f"/aws/vendedlogs/cloudfront/{name}"),
        kms_key_id=key_arn,
        retention_in_days=days,
        tags=region.tagged(what),
        opts=region.child(parent),
    )
    source = LogDeliverySource(
        what,
        name=physical("log-delivery", what),
        log_type="ACCESS_LOGS",
        resource_arn=distribution_arn,
        tags=region.tagged(what),
        opts=region.child(parent),
    )
    destination = LogDeliveryDestination(
        what,
        name=physical("log-delivery", what),
        output_format="json",
        delivery_destination_configuration={"destination_resource_arn": group.arn},
        tags=region.tagged(what),
        opts=region.child(parent),
    )
    LogDelivery(
        what,
        delivery_source_name=source.name,
        delivery_destination_arn=destination.arn,
        tags=region.tagged(what),
        opts=region.child(parent),
    )


def errors_told(parent: pulumi.Resource, region: Region, name: str, distribution: Str, topic_arn: Str) -> None:
    """An alarm on the errors that a distribution answers with."""
    metric_alarm(
        parent,
        region,
        f"{name}-errors",
        f"More than {ERROR_PERCENT} % of the answers of {name} are errors",
        [topic_arn],
        namespace="AWS/CloudFront",
        metric_name="5xxErrorRate",
        dimensions={"DistributionId": distribution, "Region": "Global"},
        statistic="Average",
        period=MINUTE,
        evaluation_periods=5,
        datapoints_to_alarm=3,
        threshold=ERROR_PERCENT,
        comparison_operator="GreaterThanThreshold",
        treat_missing_data="notBreaching",
    )


def _tried(label: str, host: Str) -> dict[str, Any]:
    return {
        "origin_id": label,
        "domain_name": host,
        "connection_attempts": ATTEMPTS,
        "connection_timeout": CONNECTING,
    }


def _either(groups: Mapping[str, list[str]], label: str) -> str:
    """The group, or its only member."""
    members = groups[label]
    return label if len(members) > 1 else "".join(members)


def _behaviour(target: str, methods: Iterable[str]) -> dict[str, Any]:
    return {
        "target_origin_id": target,
        "allowed_methods": list(methods),
        "viewer_protocol_policy": "redirect-to-https",
        "cached_methods": ["GET", "HEAD"],
        "compress": True,
    }
