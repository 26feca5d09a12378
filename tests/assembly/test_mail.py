"""Mail: each site sends by its own region's SES, or a relay does; the zones say who may."""

from __future__ import annotations

import small

from bcinfra import spec
from bcinfra.assembly import mail
from bcinfra.assembly.secrets import secrets
from tests.assembly.conftest import sample

RELAY = spec.Relay(
    supplier="relay",
    host="smtp.relay.example",
    user="token",
    spf=("spf.relay.example", "spf2.relay.example"),
    dkim={"s1": "s1.relay.example"},
)


def test_each_site_sends_by_an_identity_of_its_own_region() -> None:
    graph = sample("b2b-prod")
    for site, region in (("ireland", "eu-west-1"), ("paris", "eu-west-3")):
        (identity,) = (row for row in graph.of_type("aws:sesv2/emailIdentity:EmailIdentity") if site in row.name)
        assert identity.inputs["emailIdentity"] == "trade.example"
        (endpoint,) = (row for row in graph if row.name == f"b2b-prod-{site}-parameters-MAIL_ENDPOINT" and row.custom)
        assert f"https://email.{region}.amazonaws.com" in endpoint.inputs.values()
    records = {row.inputs["name"]: row.inputs.get("records") for row in graph.of_type("aws:route53/record:Record")}
    assert records["_dmarc.trade.example"] == ["v=DMARC1; p=quarantine"]
    assert (
        len(
            {
                row.inputs["mailFromDomain"]
                for row in graph.of_type("aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes")
            }
        )
        == 2
    ), "one exchanger each"


def test_what_the_zones_say_of_a_relay_and_what_it_asks_for() -> None:
    shop = small.PROD.revised(
        mail=spec.Sending(sender="orders@small.example", relay=RELAY, reports="dmarc@small.example")
    )
    assert [(record.host, record.kind, record.value) for record in mail.records(shop)] == [
        ("_dmarc.small.example", "TXT", "v=DMARC1; p=quarantine; rua=mailto:dmarc@small.example"),
        ("small.example", "TXT", "v=spf1 include:spf.relay.example include:spf2.relay.example -all"),
        ("s1._domainkey.small.example", "CNAME", "s1.relay.example"),
    ]
    assert mail.records(small.PROD) == []
    assert "mailPassword" in secrets(shop)
    assert shop.offers["send-mail"].external == ("relay",)
    assert "send-mail" not in small.PROD.offers
    assert "send-mail" not in shop.revised(capabilities={"send-mail": None}).offers
