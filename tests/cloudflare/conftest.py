"""What tests of Cloudflare's components share: an account, and contracts that hold for all."""

from __future__ import annotations

from functools import partial

import pulumi_cloudflare as cf

from bcinfra.cloudflare.account import Account
from bcinfra.component import DeletionPolicy
from bcinfra.graph.core.model import Graph
from tests.helpers import declaring, kept_back, kinds, strays

ACCOUNT = "0123456789abcdef0123456789abcdef"


def account(*, disposable: bool = False) -> Account:
    """An account with a provider of its own; call it inside the program that is recorded."""
    deletion = DeletionPolicy.DISPOSABLE if disposable else DeletionPolicy.PROTECT
    return Account(id=ACCOUNT, provider=cf.Provider("acme"), deletion=deletion)


def broken_promises(graph: Graph) -> list[str]:
    """Where a graph breaks what is promised of every component."""
    problems = [*strays(graph, "cloudflare"), *kept_back(graph, "cloudflare")]
    for row in graph:
        stated = row.inputs.get("accountId")
        if row.package == "cloudflare" and not row.is_provider and stated not in (None, ACCOUNT):
            problems.append(f"{row.urn} is in account {stated!r}")
    return problems


declare = declaring(broken_promises)
counts = partial(kinds, package="cloudflare")
