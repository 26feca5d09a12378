"""Mail that a program sends by Amazon SES: an identity in its region, signed, and who may send as it."""

from __future__ import annotations

from typing import Final

import pulumi
from pulumi_aws.route53 import Record
from pulumi_aws.sesv2 import EmailIdentity, EmailIdentityMailFromAttributes
from pydantic import Field

from bcinfra.aws import policies
from bcinfra.aws.metric_alarm import metric_alarm, told
from bcinfra.aws.region import Region
from bcinfra.aws.zone import HostName
from bcinfra.component import Args, Component, Str

TOKENS: Final = 3
"""Keys that Easy DKIM signs with in turn (SES Developer Guide, Easy DKIM; read 2026-11)."""
OWN_DKIM: Final = frozenset(
    {"af-south-1", "ap-northeast-3", "ap-south-2", "ap-southeast-3", "ap-southeast-5", "ca-west-1", "eu-central-2"}
    | {"eu-south-1", "il-central-1", "me-central-1", "us-gov-east-1"}
)
"""Regions whose keys are published below a name of their own (AWS General Reference, Amazon SES endpoints, DKIM
domains; read 2026-11)."""
SENDING: Final = ("ses:SendEmail", "ses:SendRawEmail")
BOUNCES: Final = 0.05
"""Share of mail that bounces from which SES reviews an account (SES Developer Guide, reputation metrics: 5 %)."""
COMPLAINTS: Final = 0.001
"""Share of mail called unwanted from which SES reviews an account (0.1 %; it pauses one at 0.5 %)."""
TTL: Final = 3600
"""Seconds for which others may keep the records."""


class MailIdentityArgs(Args):
    """Arguments of :class:`MailIdentity`."""

    region: Region
    """Where mail is sent. Its account must be known."""
    everywhere: Region
    """The global region, for the records: Route 53 is managed in us-east-1."""
    zone_id: Str
    """The zone of the domain, such as ``PublicZone(...).zone_id``."""
    domain: HostName
    """The domain that mail comes from."""
    bounces: HostName
    """A name below it that bounces come back to (MAIL FROM): one for each region, because it has one mail exchanger."""
    sender: str = Field(min_length=3, examples=["orders@shop.example"])
    """The one address that programs may send as."""
    topic_arn: Str | None = None
    """Who is told when too much bounces, such as ``AlarmTopic(...).arn``."""


class MailIdentity(Component):
    """A domain that SES sends for in one region: keys (DKIM), and a way for bounces (MAIL FROM) that SPF vouches for.

    An identity is of its region: a site that takes over sends by its own. An account is in SES's sandbox at first, in
    each region, and then sends to verified addresses alone: ask to be let out before the first mail (``aws sesv2
    put-account-details --production-access-enabled --mail-type TRANSACTIONAL --website-url ...``).
    """

    package = "aws"

    arn: pulumi.Output[str]
    """The identity."""
    endpoint: str
    """Where programs call SES."""

    def __init__(self, name: str, args: MailIdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        region = args.region
        identity = EmailIdentity(
            f"{name}-identity",
            email_identity=args.domain,
            dkim_signing_attributes={"next_signing_key_length": "RSA_2048_BIT"},
            tags=region.tagged(f"{name}-identity"),
            opts=region.child(self),
        )
        tokens = identity.dkim_signing_attributes.apply(lambda found: list(found.tokens or ()))
        below = f"dkim.{region.name}.amazonses.com" if region.name in OWN_DKIM else "dkim.amazonses.com"
        for n in range(TOKENS):
            token = tokens.apply(lambda found, n=n: found[n])
            self._record(
                f"dkim-{n + 1}",
                pulumi.Output.concat(token, "._domainkey.", args.domain),
                "CNAME",
                pulumi.Output.concat(token, ".", below),
            )
        exchanger = self._record("bounces", args.bounces, "MX", f"10 feedback-smtp.{region.name}.amazonses.com")
        vouches = self._record("spf", args.bounces, "TXT", "v=spf1 include:amazonses.com -all")
        EmailIdentityMailFromAttributes(
            f"{name}-bounces",
            email_identity=identity.email_identity,
            mail_from_domain=args.bounces,
            # Mail that is only less well vouched for is better than none.
            behavior_on_mx_failure="USE_DEFAULT_VALUE",
            opts=region.child(self, depends_on=[exchanger, vouches]),
        )
        self._alarm(
            "bounces",
            "Reputation.BounceRate",
            BOUNCES,
            "Much of the mail bounces: SES stops an account at twice as much",
        )
        self._alarm(
            "complaints",
            "Reputation.ComplaintRate",
            COMPLAINTS,
            "People call the mail unwanted: SES stops an account at five times as much",
        )
        self.arn = policies.after(identity, region.arn("ses", f"identity/{args.domain}"))
        self.endpoint = f"https://email.{region.name}.amazonaws.com"
        self.register_outputs({"arn": self.arn, "endpoint": self.endpoint})

    def using(self) -> dict[str, policies.Statement]:
        """What a program may do that sends: as the one address, and as no other."""
        condition = {"StringEquals": {"ses:FromAddress": self._args.sender}}
        return {f"mail {self._name}": policies.allow(SENDING, [self.arn], condition=condition)}

    def _alarm(self, what: str, metric: str, threshold: float, says: str) -> None:
        metric_alarm(
            self,
            self._args.region,
            f"{self._name}-{what}",
            says,
            told(self._args.topic_arn),
            namespace="AWS/SES",
            metric_name=metric,
            statistic="Average",
            period=3600,
            evaluation_periods=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=threshold,
            treat_missing_data="notBreaching",
        )

    def _record(self, what: str, host: Str, kind: str, value: Str) -> Record:
        args = self._args
        return Record(
            f"{self._name}-{what}",
            zone_id=args.zone_id,
            name=host,
            type=kind,
            ttl=TTL,
            records=[value],
            opts=args.everywhere.child(self),
        )
