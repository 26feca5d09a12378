"""What customers of a shop at Google Cloud see with all of Google gone: a telephone number, under a domain apart."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Region, StaticPage, StaticPageArgs


def at(name: str) -> Region:
    provider = aws.Provider(f"help-{name}", region=name, allowed_account_ids=["777788889999"])
    return Region(name=name, account="777788889999", provider=provider)


page = StaticPage(
    "help",
    StaticPageArgs(
        region=at("eu-central-1"),
        everywhere=at("us-east-1"),
        domain="acme-help.example",
        pages={"index.html": '<!doctype html><title>Help</title><a href="tel:+3225550100">+3225550100</a>'},
        mail_servers=("10 in1-smtp.example",),
        topic_arn="arn:aws:sns:us-east-1:777788889999:on-call",
    ),
)
pulumi.export("nameServers", page.name_servers)
