"""Where Google Cloud resources go: a project, and a region of it, with the provider that reaches it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Final

import pulumi
import pulumi_gcp as gcp
from pydantic import Field

from bcinfra.component import Args, DeletionPolicy, Str

LONGEST_LABEL: Final = 63
"""Most characters of a label's key or value (Resource Manager, labels overview)."""

Label = Annotated[str, Field(pattern=r"^[a-z0-9_-]{0,63}$")]
"""A label's value: lower-case letters, digits, ``_`` and ``-``."""
LabelKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
"""A label's key: like a value, and it starts with a letter."""


class Project(Args):
    """A Google Cloud project: what worldwide resources (networks, load balancers, DNS, secrets) belong to."""

    project: str = Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$", examples=["acme-prod"])
    """The project's id."""
    number: str | None = Field(default=None, pattern=r"^\d{6,19}$")
    """The project's number, where Google's own service accounts must be named: they carry it, not the id."""
    provider: gcp.Provider
    """The provider for this project, and for this region where there is one."""
    labels: Mapping[LabelKey, Label] = {}
    """Labels that every resource of this project carries."""
    deletion: DeletionPolicy = DeletionPolicy.PROTECT
    """What guards data here against deletion."""

    @property
    def protected(self) -> bool:
        """Whether data here is guarded against deletion."""
        return self.deletion is DeletionPolicy.PROTECT

    @property
    def known_number(self) -> str:
        """The project's number; raises ``ValueError`` when it was not given."""
        if not self.number:
            raise ValueError(f"the project {self.project} needs its number here: Project(number=...)")
        return self.number

    def labelled(self, name: str, **extra: str) -> dict[str, str]:
        """The labels of one resource: the project's own, the resource's name, and what is particular to it."""
        return {**self.labels, "name": label(name), **extra}

    def child(self, parent: pulumi.Resource, **options: object) -> pulumi.ResourceOptions:
        """Options of a child of ``parent`` that lives here."""
        return pulumi.ResourceOptions(parent=parent, provider=self.provider, **options)  # pyright: ignore[reportArgumentType]


class Region(Project):
    """One region of one project. Components take it in their arguments, because ``opts.providers`` holds only one
    provider a package and a component that spans regions needs several."""

    name: str = Field(pattern=r"^[a-z]+-[a-z]+\d+$", examples=["europe-west1"])
    """The region's name. Part of a resource's identity: never derived from a default."""


class KeyedRegion(Args):
    """A region, and the key that encrypts what is kept there. Keys are regional: every site brings its own."""

    region: Region
    """The region and project."""
    key_name: Str
    """Name of the Cloud KMS key of *this* region (``projects/.../cryptoKeys/...``), such as ``Key(...).key_name``."""


def label(text: str) -> str:
    """``text`` as a label's value."""
    return re.sub("[^a-z0-9_-]", "-", text.lower())[:LONGEST_LABEL]
