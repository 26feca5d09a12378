"""How the replicas of sites at AWS send mail: by SES in their own region, or by a relay."""

from __future__ import annotations

from collections.abc import Mapping

from bcinfra.assembly import mail
from bcinfra.assembly.aws.site import AwsServingSite, AwsSettings
from bcinfra.assembly.contract import DnsZone, VendorDeployment
from bcinfra.aws import MailIdentity, MailIdentityArgs, Region


def declare_mail(
    deployment: VendorDeployment, sites: Mapping[str, AwsServingSite], everywhere: Region, zone: DnsZone
) -> dict[str, AwsSettings]:
    """What each site's replicas are told of mail, and its identity at SES where no relay sends it on."""
    shop = deployment.shop
    stated = shop.mail
    if stated is None:
        return dict.fromkeys(sites, AwsSettings())
    plain = mail.plain(stated)
    if stated.relay:
        password = deployment.args.secrets[stated.relay.secret]
        return dict.fromkeys(sites, AwsSettings(plain=plain, secret={mail.PASSWORD: password}))
    made = {
        name: MailIdentity(
            f"{shop.prefix}-{name}-mail",
            MailIdentityArgs(
                region=site.region,
                everywhere=everywhere,
                zone_id=zone.id,
                domain=shop.domain,
                bounces=f"bounces-{name}.{shop.domain}",
                sender=stated.sender,
                topic_arn=site.topic_arn,
            ),
            opts=deployment.inside,
        )
        for name, site in sites.items()
    }
    return {
        name: AwsSettings(plain={**plain, "MAIL_ENDPOINT": identity.endpoint}, allowed=identity.using())
        for name, identity in made.items()
    }
