"""What every component shares: arguments that are checked, a type token, outputs that are registered.

A component is ``X(name, XArgs(...), opts)``. Its arguments are a frozen pydantic model that refuses fields it does
not know; its type token is ``bcinfra:<package>:<X>``; its children are named from maps, never from list positions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias, Union

import pulumi
from pydantic import BaseModel, ConfigDict

Str: TypeAlias = Union[str, pulumi.Output[str]]  # noqa: UP007  pydantic evaluates it, and Output has no `|`
"""Text, or the output of another resource."""

Strs: TypeAlias = Union[tuple[str, ...], pulumi.Output[Sequence[str]]]  # noqa: UP007
"""Texts, or the output of another resource that lists them."""


class DeletionPolicy(StrEnum):
    """What guards data against deletion. One policy drives every switch a service has for it."""

    PROTECT = "protect"
    """Pulumi protects it, the service refuses deletion, a final snapshot is taken, a bucket must be empty."""
    DISPOSABLE = "disposable"
    """``pulumi destroy`` removes it with its data: for staging and tests."""


class Args(BaseModel):
    """Arguments of a component: immutable, complete, with no field it does not know."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,  # an argument may be a password
    )


class Component(pulumi.ComponentResource):
    """A group of resources that stand for one thing. A subclass says its ``package`` (``aws``, ``gcp``, ...)."""

    package: ClassVar[str]
    former_type: ClassVar[str | None] = None
    """The type token under which stacks of an earlier release hold it: an alias, so that nothing is replaced."""

    def __init__(
        self, name: str, opts: pulumi.ResourceOptions | None = None, inputs: Mapping[str, Any] | None = None
    ) -> None:
        if self.former_type:
            former = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=self.former_type)])
            opts = pulumi.ResourceOptions.merge(opts, former)
        super().__init__(f"bcinfra:{self.package}:{type(self).__name__}", name, inputs, opts)


def unknown_site(name: str, sites: Iterable[str]) -> str:
    """The complaint that ``name`` is none of ``sites``, with the nearest one."""
    known = sorted(sites)
    near = get_close_matches(name, known, n=1)
    return f"{name!r} is not a site; " + (f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}")


def refuse(problems: Iterable[str]) -> None:
    """Raise one ``ValueError`` with every problem on its own line; nothing when there are none."""
    if text := "\n".join(problems):
        raise ValueError(text)
