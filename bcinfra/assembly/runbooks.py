"""The runbook's own ground: what is published of it, and a first page that is there from the first deployment on.

The pages are made of an assessment of this very program, so the program cannot make them itself. It publishes the files
of a folder as they are when it runs. What is in them changes nothing that is assessed but whether they are there, so
writing them once more after the bucket is declared gives the same pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

import pulumi

from bcinfra import spec
from bcinfra.assembly.contract import ShopArgs

FIRST: Final = "start.txt"
"""The page that is always there."""
_PAGE: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}\.(html|md|txt|yaml)")


def runbooks(parent: pulumi.Resource, args: ShopArgs) -> None:
    """Declare the bucket with the pages, where the shop states one."""
    kept = args.shop.runbooks
    if kept is not None:
        cloud = "aws" if isinstance(args.shop.accounts[kept.account], str) else "gcp"
        import_module(f"bcinfra.assembly.{cloud}.runbooks").declare(parent, args.shop, kept, pages(args.shop, kept))


def pages(shop: spec.Shop, kept: spec.Runbooks) -> Mapping[str, pulumi.Asset]:
    """The pages by the names of their files."""
    folder = Path(kept.folder.replace("{stack}", pulumi.get_stack()))
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    files = {at.name: pulumi.FileAsset(str(at)) for at in found if at.is_file() and _PAGE.fullmatch(at.name)}
    return {FIRST: pulumi.StringAsset(first_page(shop)), **files}


def first_page(shop: spec.Shop) -> str:
    """What is known without an assessment, in plain text: it holds no secret."""
    return "\n".join(_first_page(shop, pulumi.get_stack())) + "\n"


def _first_page(shop: spec.Shop, stack: str) -> Iterator[str]:
    yield f"{shop.prefix}: what to do when it is down"
    yield ""
    yield "Begin with routine.html beside this file: it leads to the page of what failed. Is it not there, it was never"
    yield "published: make it on any machine that has the program, without an account and offline:"
    yield f"  bcinfra runbook {stack} --format html -o runbook/{stack}/"
    yield ""
    yield f"Customers visit  https://{shop.domain}"
    answers = [f"{cloud}, account {_account(shop, at)}" for cloud, at in shop.zones_at.items()]
    yield f"Names answered by  {'; '.join(answers) or 'others'}"
    yield "Sites"
    for name, site in shop.sites.items():
        yield f"  {name}: {_place(shop, site)}"
    if shop.state:
        yield f"State of the infrastructure  {shop.state.url}"
    if contact := shop.contact:
        ways = (
            contact.phone and f"{contact.phone.number} ({contact.phone.carrier})",
            contact.phone
            and contact.phone.overflow
            and f"{contact.phone.overflow.number} ({contact.phone.overflow.carrier})",
            contact.mail and contact.mail.address,
            contact.page and f"https://{contact.page.domain}",
        )
        yield f"Customers reach a person by  {', '.join(way for way in ways if way)}"
    for who, address in shop.alarms.mail.items():
        yield f"Alarms are sent to  {who}, {address}"


def _place(shop: spec.Shop, site: spec.Site) -> str:
    place = site.place if isinstance(site, spec.KubernetesSite | spec.OnPremSite) else site
    if isinstance(place, spec.Premises):
        return "a building of the shop's own"
    role = site.role if site.serves or site.role == "backup" else "called"
    return f"{place.kind} {place.region}, account {_account(shop, place.account)}, {role}"


def _account(shop: spec.Shop, name: str) -> str:
    account = shop.accounts[name]
    if isinstance(account, spec.CloudflareAccount):
        return account.cloudflare
    return account if isinstance(account, str) else account.project
