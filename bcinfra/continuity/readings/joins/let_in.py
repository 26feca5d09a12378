"""Accounts apart from the shop's that let somebody of another account in, to change what is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bcinfra.continuity.readings.aws import places as aws
from bcinfra.continuity.readings.aws.objects import POLICY
from bcinfra.continuity.readings.aws.permissions import ROLE
from bcinfra.continuity.readings.base.view import View, as_json, as_row, as_rows, as_text, strings
from bcinfra.continuity.readings.gcp import places as gcp
from bcinfra.continuity.readings.gcp.plans import ACCOUNT, GRANTS
from bcinfra.graph.core.model import Resource, Value

_AT_GOOGLE: Final = (
    *GRANTS,
    "gcp:storage/bucketIAMMember:BucketIAMMember",
    "gcp:storage/bucketIAMBinding:BucketIAMBinding",
    "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember",
    "gcp:dns/dnsManagedZoneIamBinding:DnsManagedZoneIamBinding",
)
_FEDERATED: Final = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"
_LOOKS: Final = re.compile(r"viewer$|reader$|\.(get|list)\w*$", re.IGNORECASE)
"""How roles end that change nothing."""
_OF_PROJECT: Final = re.compile(r"@(?!gcp-sa-)([a-z][a-z0-9-]+)\.iam\.gserviceaccount\.com$")
"""Whose a service account is; Google's own agents act for the project that they are of."""
_OF_ACCOUNT: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
_READS: Final = re.compile(r"s3:(get|list|describe|head)", re.IGNORECASE)


def lets_in(view: View, account: str) -> bool:
    """Whether an account lets somebody of another in who may change things there: by a role that they may take on, a
    permission that they have, or an identity that it trusts."""
    guests = _at_google(view, account) if account.startswith("gcp/") else _at_aws(view, account)
    return any(guest != account for guest in guests)


def _at_google(view: View, account: str) -> Iterator[str]:
    for row in view.graph.of_type(_FEDERATED):
        if gcp.project(view, row).name == account:
            yield f"aws/{as_text(as_row(view.value(row, 'aws')).get('accountId'))}"
    for row in (row for token in _AT_GOOGLE for row in view.graph.of_type(token)):
        if gcp.project(view, row).name == account and not _LOOKS.search(view.text(row, "role") or ""):
            for name in ("member", "members"):
                texts = strings(view.value(row, name))
                yield from (f"gcp/{found[1]}" for text in texts if (found := _OF_PROJECT.search(text)))
                yield from (gcp.project(view, one).name for one in view.linked(row, name) if one.type == ACCOUNT)


def _at_aws(view: View, account: str) -> Iterator[str]:
    for row in view.graph.of_type(ROLE):
        if aws.account(view, row).name == account:
            yield from _named(view, row, "assumeRolePolicy")
    for row in view.graph.of_type(POLICY):
        if aws.account(view, row).name == account:
            yield from _named(view, row, "policy")


def _named(view: View, row: Resource, name: str) -> Iterator[str]:
    """The accounts whose people a policy lets do more than look; of one that only the deployment knows, those of the
    roles and people that it is made of."""
    text = view.value(row, name)
    if as_text(text) is None and not isinstance(text, dict):
        yield from (aws.account(view, one).name for one in view.linked(row, name) if one.type.startswith("aws:iam/"))
    for statement in as_rows(as_row(as_json(text)).get("Statement")):
        if as_text(statement.get("Effect")) == "Allow" and not _looks(statement):
            yield from _guests(statement.get("Principal"))


def _looks(statement: Mapping[str, Value]) -> bool:
    """Whether a statement lets people read alone; one that names what it does not allow lets them do the rest."""
    return "NotAction" not in statement and all(map(_READS.match, strings(statement.get("Action"))))


def _guests(principal: Value) -> Iterator[str]:
    """Whom a statement lets in: accounts, anybody, and those of whom another vendor says who they are."""
    people = as_row(principal).get("AWS") if isinstance(principal, dict) else principal
    for text in strings(people):
        yield from (f"aws/{one}" for one in _OF_ACCOUNT.findall(text))
        yield from (text,) if text == "*" else ()
    yield from strings(as_row(principal).get("Federated"))
