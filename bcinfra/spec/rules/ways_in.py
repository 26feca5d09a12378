"""What the names, the edge and the firewall of a shop must be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bcinfra.spec.firewall import Firewall
from bcinfra.spec.problems import Path, Problem
from bcinfra.spec.rules.sites import account_of
from bcinfra.spec.rules.tiers import TAKEN_KEYS
from bcinfra.spec.sites import AwsSite, KubernetesSite

if TYPE_CHECKING:
    from bcinfra.spec.page import Page

REDIRECTING: Final = ("traefik", "nginx", "haproxy")
"""Ingress classes that lead names on, as :mod:`bcinfra.kubernetes.ingress` tells them."""


def _dns(shop: Page) -> Iterator[Problem]:
    for cloud, account in shop.dns.items():
        yield from account_of(shop, cloud, account, ("dns", cloud))
    if shop.dns and "aws" not in shop.dns and "aws" in shop.serving_kinds:
        account = next(site.account for site in shop.serving_sites.values() if isinstance(site, AwsSite))
        yield Problem(
            path=("dns",),
            message="leaves out aws, where the certificates and names of the sites at AWS are proved",
            hint=f"add aws: {account}",
        )
    if [*shop.dns] == ["cloudflare"]:
        yield Problem(
            path=("dns",),
            message="names Cloudflare alone, which stands beside the cloud that proves the certificates",
            hint="add the cloud of a site that serves",
        )
    if shop.dnssec and [*shop.zones_at] != ["aws"]:
        yield Problem(
            path=("dnssec",),
            value=True,
            message="is of a zone that Route 53 alone has",
            hint="neither of two providers signs with the other's keys; Cloud DNS signs by itself",
        )
    if len(shop.dns) > 2:
        yield Problem(
            path=("dns",),
            value=", ".join(shop.dns),
            message="are more providers than two, whose zones name each other",
            hint="leave one out",
        )
    if not shop.zones_at:
        yield Problem(
            path=("dns",),
            message="is required: no site says which cloud answers for the domain",
            allowed=("aws: <account>", "gcp: <account>"),
        )


def _edge(shop: Page) -> Iterator[Problem]:
    """Its account is one of Cloudflare's; what it shows instead of the shop is made by the program."""
    page = shop.contact and shop.contact.page
    if shop.edge and shop.edge.modes and not (page and page.account):
        yield Problem(
            path=("edge", "modes"),
            value=True,
            message="leads customers to pages that the program does not make",
            hint="state contact.page with an account of its own",
        )
    if shop.edge and shop.edge.vendor == "cloudflare" and shop.edge.account:
        yield from account_of(shop, "cloudflare", shop.edge.account, ("edge", "account"))


def _domains(shop: Page) -> Iterator[Problem]:
    """Further domains are answered for by one cloud, and lead to load balancers."""
    for name in shop.domains:
        path: Path = ("domains", name)
        if name == shop.domain:
            yield Problem(path=path, message="is the domain of the shop itself", hint=f"leave {name} out of domains")
        elif len(shop.zones_at) != 1:
            yield Problem(
                path=path,
                message=f"would be answered for by {len(shop.zones_at)} clouds, which further domains are not yet",
                allowed=("one cloud in dns",),
            )
        elif shop.delivery.vendor in ("cloudfront", "cloudflare"):
            yield Problem(
                path=path,
                message="does not lead to a content delivery network yet",
                hint="leave edge or further domains out",
            )


def _redirects(shop: Page) -> Iterator[Problem]:
    """A name leads to one that a certificate names, and that the shop answers at."""
    names = [name for domain in (shop.domain, *shop.domains) for name in (domain, f"www.{domain}")]
    answering = tuple(name for name in names if name not in shop.redirects)
    for name, site in shop.serving_sites.items() if shop.redirects else ():
        if isinstance(site, KubernetesSite) and site.ingress not in REDIRECTING:
            yield Problem(
                path=("sites", name, "ingress"),
                value=site.ingress,
                message="is an ingress controller that is not known to lead names on",
                allowed=REDIRECTING,
                hint="take one of them, or let the program lead its customers on, and leave canonical and redirect out",
            )
    for domain, stated in shop.domains.items():
        if stated.redirect is not None and stated.redirect not in answering:
            leads = shop.redirects.get(stated.redirect)
            yield Problem(
                path=("domains", domain, "redirect"),
                value=stated.redirect,
                message=f"leads on to {leads}" if leads else "is no name of the shop: no certificate is made for it",
                allowed=answering,
            )


def _firewall(shop: Page) -> Iterator[Problem]:
    """There is one before load balancers of AWS and Google Cloud."""
    if not shop.serving_kinds & {"aws", "gcp"}:
        for field, default in Firewall():
            if getattr(shop.firewall, field) != default:
                yield Problem(
                    path=("firewall", field),
                    message="is of a firewall that clusters do not have: their ingress controller lets all through",
                    hint="leave it out, or put a cloud's load balancer before the cluster",
                )


def _mail(shop: Page) -> Iterator[Problem]:
    """Mail comes from the shop's own domain, whose zones vouch for it; SES sends from sites at AWS alone."""
    stated = shop.mail
    if stated is None:
        return
    if stated.sender.rsplit("@", 1)[1] != shop.domain:
        yield Problem(
            path=("mail", "sender"),
            value=stated.sender,
            message="is of another domain than the shop's, which nothing here vouches for",
            allowed=(f"such as orders@{shop.domain}",),
        )
    others = sorted((shop.serving_kinds | {*shop.zones_at}) - {"aws"})
    if stated.relay is None and others:
        yield Problem(
            path=("mail", "relay"),
            message=f"is required: SES sends from sites at AWS, by names at Route 53, and there is {', '.join(others)}",
            hint="state the server that takes the mail: host, user, spf and dkim, as its owner tells them",
        )
    relay = stated.relay
    if relay and relay.secret in TAKEN_KEYS:
        yield Problem(
            path=("mail", "relay", "secret"),
            value=relay.secret,
            message="is a key of the configuration that the shop's own parts use",
            hint="take another, such as mailPassword",
        )


RULES: Final = (
    _dns,
    _domains,
    _redirects,
    _firewall,
    _mail,
    _edge,
)
