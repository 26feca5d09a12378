"""Where the shop's runbook is kept for the day on which its own accounts are gone."""

from __future__ import annotations

from pydantic import Field

from bcinfra.spec.base import Model
from bcinfra.spec.values import Name


class Runbooks(Model):
    """A private bucket on ground of its own, with the pages that `bcinfra runbook` writes and named readers."""

    account: Name
    """Whose ground it is: an account of `accounts` in which nothing else of the shop is, best of another vendor."""
    region: str = Field(examples=["europe-west3"])
    """A region of that vendor."""
    readers: tuple[str, ...] = Field(min_length=1, examples=[["group:on-call@midsize-help.example"]])
    """Who reads it. At Google Cloud members of IAM (``group:on-call@midsize-help.example``), at AWS roles and users by
    ARN (``arn:aws:iam::777788889999:role/on-call``): of people whose sign-in does not hang on the shop's accounts."""
    folder: str = Field(default="runbook/{stack}", min_length=1, examples=["runbook/{stack}"])
    """The folder beside the program whose files are published, where there is one: what
    ``bcinfra runbook STACK --format html -o runbook/STACK/`` wrote. ``{stack}`` stands for the stack's name. A first
    page, with sites, accounts and ways to a person, is published in any case."""
