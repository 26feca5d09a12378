"""A page that the program makes for customers while the shop is down: whether they see the ways to a person on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum
from fnmatch import fnmatchcase
from html import unescape
from typing import Final

from bcinfra.continuity.model.parts import Entry, Model, StoreKind
from bcinfra.continuity.readings.aws import balancers as cloudfront, objects as s3
from bcinfra.continuity.readings.aws.places import BUCKET_TYPES
from bcinfra.continuity.readings.base import fronts
from bcinfra.continuity.readings.base.view import View, as_flag, as_row, as_text
from bcinfra.continuity.readings.gcp import storage as gcs
from bcinfra.continuity.readings.gcp.balancers import CERTIFICATES, GLOBAL_RULE, PROXIES, certified as certified_for
from bcinfra.continuity.readings.joins import registration
from bcinfra.continuity.readings.joins.unasked import closure, edges
from bcinfra.graph.core.model import UNKNOWN, Resource, Value
from bcinfra.spec.contact import Contact

_SUFFIX: Final = 7
"""Digits at the end of a number by which it is told, however its country and place are written."""
_HOST: Final = r"""["']?\s*(?:https?:)?//([a-z0-9.-]+)"""
_LOADED: Final = tuple(
    re.compile(pattern + _HOST, re.IGNORECASE)
    for pattern in (
        r"<(?:script|iframe|frame|embed)\b[^>]*?\bsrc\s*=\s*",
        r"<link\b(?=[^>]*\brel\s*=\s*[\"']?stylesheet)[^>]*?\bhref\s*=\s*",
        r"<base\b[^>]*?\bhref\s*=\s*",
        r"<meta\b(?=[^>]*\bhttp-equiv\s*=\s*[\"']?refresh)[^>]*?\burl\s*=\s*",
        r"@import\s+(?:url\(\s*)?",
    )
)
"""What a browser waits for before it shows a page, or shows in its place, from a host."""


_NOT_READ: Final = re.compile(
    r"<!--.*?(?:-->|$)|<(script|style|template|noscript)\b.*?</\1\s*>|<(\w+)\b[^>]*\s(?:hidden(?=[\s>=])|"
    r"style\s*=\s*[\"'][^\"']*display:\s*none)[^>]*>.*?</\2\s*>",
    re.IGNORECASE | re.DOTALL,
)
"""What nobody sees on a page."""
_DISPLAYED: Final = frozenset({"text/html", "text/plain", "application/xhtml+xml"})
"""Types that browsers show."""


class Shows(IntEnum):
    """Whether a page shows a way to a person with nothing of the shop left."""

    NOTHING = 0
    UNTOLD = 1
    """Nothing in the program puts anything there."""
    UNSEEN = 2
    """What is there is not seen."""
    WAYS = 3


def shows(view: View, model: Model, entry: Entry, contact: Contact, shop: Iterable[Entry]) -> Shows:
    """What the page shows that a name leads to, with the names of the ``shop`` gone."""
    targets = [route.target for route in entry.routes if route.target]
    led = [view.graph[urn] for urn in targets if urn in view.graph]
    if led and not any(_takes(view, front, entry.name.rstrip(".")) for front in led):
        return Shows.NOTHING
    found = closure(targets, edges(model))
    buckets = [
        view.graph[member.urn]
        for store in model.stores
        if store.kind is StoreKind.OBJECTS and not found.isdisjoint((store.name, *store.urns))
        for member in store.members
        if member.urn in view.graph
    ]
    return max((_shown(view, bucket, entry, contact, shop) for bucket in buckets), default=Shows.UNSEEN)


def _shown(view: View, bucket: Resource, page: Entry, contact: Contact, shop: Iterable[Entry]) -> Shows:
    """What a bucket shows: everybody may read its first page, which names a way and loads nothing of the shop."""
    first = frozenset(_first(view, bucket))
    files = [*(gcs.files if bucket.package == "gcp" else s3.files)(view, bucket)]
    pages = [row for name, row in files if name is None or name in first]
    public = _is_shown(view, bucket, next(iter(pages), None))
    if not first or public is False:
        return Shows.NOTHING
    if not pages:
        return Shows.NOTHING if files else Shows.UNTOLD
    if not _is_displayed(view, pages[0]):
        return Shows.NOTHING
    text = as_text(view.value(pages[0], "content"))
    if text is None or public is None:
        return Shows.UNSEEN
    return Shows.WAYS if _names(text, contact) and not _hangs(view, text, bucket, page, shop) else Shows.NOTHING


def _takes(view: View, front: Resource, name: str) -> bool:
    """Whether what a name leads to answers under that name: CloudFront those that a distribution lists, with a
    certificate of their own; S3 that of the bucket; a load balancer whatever comes, with the certificates that it has
    (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html,
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/website-hosting-custom-domain-walkthrough.html; read 2026-11).
    """
    if front.type == cloudfront.DISTRIBUTION:
        stated = view.value(front, "aliases")
        listed = stated if isinstance(stated, list) else [stated]
        own = not as_flag(as_row(view.value(front, "viewerCertificate")).get("cloudfrontDefaultCertificate"))
        return view.value(front, "enabled") is not False and own and _among(listed, name)
    if front.type in BUCKET_TYPES:
        return view.text(front, "bucket") in (None, name)
    proxies = view.refs(front, "target", *PROXIES) if front.type == GLOBAL_RULE else ()
    presented = [one for proxy in proxies for one in view.refs(proxy, "sslCertificates", *CERTIFICATES)]
    certified = [certified_for(view, one) for one in presented]
    return not all(certified) or not certified or any(_among(names, name) for names in certified)


def _among(listed: Iterable[Value], name: str) -> bool:
    """Whether a name is one of a list, or may be."""
    return any(one is UNKNOWN or (isinstance(one, str) and fnmatchcase(name, one.rstrip("."))) for one in listed)


def _is_displayed(view: View, page: Resource) -> bool:
    """Whether browsers show a file: they save what S3 calls nothing else than bytes, as it does where nothing is
    stated (PutObject in the S3 API reference, Content-Type; read 2026-11)."""
    kind, handed = (view.value(page, name) for name in ("contentType", "contentDisposition"))
    if (kind is None and page.package == "aws") or _plain(handed) == "attachment":
        return False
    return not isinstance(kind, str) or _plain(kind) in _DISPLAYED


def _plain(header: Value) -> str:
    """A header without its parameters."""
    return (as_text(header) or "").partition(";")[0].strip().lower()


def _is_shown(view: View, bucket: Resource, page: Resource | None) -> bool | None:
    """Whether customers may read a page, themselves or by a CDN; ``None`` where only the deployment knows."""
    if bucket.package == "gcp":
        return gcs.is_open(view, bucket, page)
    return s3.is_fetched(view, bucket) or s3.is_open(view, bucket, page, unstated=False)


def _first(view: View, bucket: Resource) -> Iterator[str | None]:
    """The file that is shown where customers ask for none."""
    sites = [row for token in s3.WEBSITES for row in view.users(bucket, token, "bucket")]
    for row in (*(as_row(view.value(site, "indexDocument")) for site in sites), as_row(view.value(bucket, "website"))):
        yield from filter(None, (as_text(row.get(name)) for name in ("suffix", "indexDocument", "mainPageSuffix")))
    for cdn in view.graph.of_type(cloudfront.DISTRIBUTION):
        root = view.text(cdn, "defaultRootObject")
        if root and bucket in view.refs(cdn, "origins", bucket.type):
            yield root.removeprefix("/")


def _names(text: str, contact: Contact) -> bool:
    """Whether a text names a way that is stated."""
    phone, told = contact.phone, unescape(_NOT_READ.sub(" ", text)).lower()
    digits = re.sub(r"[\s()./\N{NO-BREAK SPACE}\N{NON-BREAKING HYPHEN}-]", "", re.sub(r"<[^>]*>", " ", told)) + re.sub(
        r"\D", "", " ".join(re.findall(r"tel:([^\"'>]*)", told))
    )
    numbers = [one.number for one in (phone, phone and phone.overflow, contact.fax) if one]
    texts = [contact.mail and contact.mail.address, contact.chat and contact.chat.url]
    return any(number[-_SUFFIX:] in digits for number in numbers) or any(one.lower() in told for one in texts if one)


def _hangs(view: View, text: str, bucket: Resource, page: Entry, shop: Iterable[Entry]) -> bool:
    """Whether a page waits for a host that is gone with the shop: under one of its domains, or a front of the program's
    that is not the page's own."""
    hosts = {host.lower() for pattern in _LOADED for host in pattern.findall(text)}
    lost = {registration.label(entry.name) for entry in shop} - {None}
    own = {route.target for route in page.routes}
    return any(
        registration.label(host) in lost or not own.issuperset(fronts.at(view, host, bucket))
        for host in hosts
        if host != page.name.rstrip(".")
    )
