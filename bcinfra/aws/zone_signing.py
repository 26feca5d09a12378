"""Signatures of a zone's answers (DNSSEC), where Route 53 alone answers for the domain."""

from __future__ import annotations

from typing import Final, Self

import pulumi
from pulumi_aws.kms import Key
from pulumi_aws.route53 import HostedZoneDnsSec, KeySigningKey
from pydantic import model_validator

from bcinfra.aws import policies
from bcinfra.aws.metric_alarm import metric_alarm, told
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, Str, refuse
from bcinfra.places.table import GLOBAL_HOME
from bcinfra.seconds import HOUR

SIGNER: Final = "dnssec-route53.amazonaws.com"
ALARMS: Final = {
    "failed": ("DNSSECInternalFailure", "Route 53 cannot sign {domain}"),
    "action": ("DNSSECKeySigningKeysNeedingAction", "Route 53 cannot use the key that {domain} is signed with"),
}
"""What AWS asks to be told of at once (Route 53 Developer Guide, monitoring hosted zones, read 2026-11-30)."""
EVERY: Final = 4 * HOUR
"""Seconds between two values of those metrics (ibid.)."""


class ZoneSigningArgs(Args):
    """Arguments of :class:`ZoneSigning`."""

    region: Region
    """The global region: Route 53 and the key are in us-east-1. Its account must be known: the key's policy names
    it."""
    zone_id: Str
    """The zone, such as ``PublicZone(...).zone_id``."""
    domain: Str
    """Its domain."""
    topic_arn: Str | None = None
    """Where people are told that signing fails: a topic in us-east-1."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        region = self.region
        at = [] if region.name == GLOBAL_HOME else [f"region: is {region.name}; the key must be in {GLOBAL_HOME}"]
        refuse([*at, *([] if region.account else ["region.account: is needed for the key's policy"])])
        return self


class ZoneSigning(Component):
    """A key-signing key of one's own in KMS, and a zone that is signed with it.

    Nobody checks the signatures before the parent zone holds ``ds_record``, which goes to the registrar by hand, after
    the zone has been signed for as long as its records live. From then on a wrong record there, or a key that is gone,
    takes the domain away from all who check. So it ends in the same order: the record at the registrar first, and two
    days later this.

    Route 53 signs ahead: each time it uses the key, once a day or so, it makes fifteen signatures for the days to come,
    so that an outage of us-east-1 takes no name away, and a key that is disabled does so days later (Developer Guide,
    KMS key and ZSK management, read 2026-11-30). No other provider signs with this key: a zone that two answer for
    (:class:`NameServers`) stays unsigned.
    """

    package = "aws"

    ds_record: pulumi.Output[str]
    """What the registrar is told: key tag, algorithm, digest's type, digest."""

    def __init__(self, name: str, args: ZoneSigningArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        key = Key(
            f"{name}-key",
            description=f"{name}: signs the zone's keys",
            customer_master_key_spec="ECC_NIST_P256",
            key_usage="SIGN_VERIFY",
            deletion_window_in_days=30 if region.protected else 7,
            policy=policies.document(*_policy(region)),
            tags=region.tagged(name),
            opts=region.child(self, protect=region.protected),
        )
        signing = KeySigningKey(
            name,
            # A name of Route 53's own: letters, digits and underscores (API reference, CreateKeySigningKey).
            name="".join(sign if sign.isalnum() else "_" for sign in name)[:128],
            hosted_zone_id=args.zone_id,
            key_management_service_arn=key.arn,
            opts=region.child(self),
        )
        HostedZoneDnsSec(name, hosted_zone_id=signing.hosted_zone_id, opts=region.child(self))
        for what, (metric, says) in ALARMS.items():
            metric_alarm(
                self,
                region,
                f"{name}-{what}",
                says.format(domain=args.domain if isinstance(args.domain, str) else name),
                told(args.topic_arn),
                namespace="AWS/Route53",
                metric_name=metric,
                dimensions={"HostedZoneId": args.zone_id},
                statistic="Sum",
                period=EVERY,
                evaluation_periods=1,
                threshold=0,
                comparison_operator="GreaterThanThreshold",
                treat_missing_data="notBreaching",
            )
        self.ds_record = signing.ds_record
        self.register_outputs({"dsRecord": self.ds_record})


def _policy(region: Region) -> list[policies.Statement]:
    """The account's own administrators, and Route 53 for zones of this account (Route 53 Developer Guide, customer
    managed keys for DNSSEC, read 2026-11-30)."""
    service = policies.service(SIGNER)
    zones = f"arn:{region.partition}:route53:::hostedzone/*"
    return [
        policies.allow(["kms:*"], ["*"], principal=policies.accounts(region, region.known_account)),
        policies.allow(
            ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"],
            ["*"],
            principal=service,
            condition={
                "StringEquals": {"aws:SourceAccount": region.known_account},
                "ArnEquals": {"aws:SourceArn": zones},
            },
        ),
        policies.allow(
            ["kms:CreateGrant"],
            ["*"],
            principal=service,
            condition={"Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
    ]
