"""Service accounts for one purpose each, with roles that allow nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pulumi
from pulumi_gcp.projects import IAMCustomRole, IAMMember
from pulumi_gcp.serviceaccount import Account

from bcinfra.component import Str
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Project

INSTANCE: Final = "sqladmin.googleapis.com/Instance"
"""What IAM calls an instance of Cloud SQL in a condition."""


class Identity:
    """A service account that is made for one purpose, and what it may do."""

    email: pulumi.Output[str]
    member: pulumi.Output[str]

    def __init__(self, parent: pulumi.Resource, name: str, project: Project, purpose: str) -> None:
        self._parent, self._name, self._project = parent, name, project
        identity = physical("service-account", name)
        account = Account(
            name,
            account_id=identity,
            project=project.project,
            display_name=purpose,
            opts=project.child(parent),
        )
        # Known in a preview, so that what it may do can be read before it exists.
        email = f"{identity}@{project.project}.iam.gserviceaccount.com"
        self.email = account.urn.apply(lambda _: email)
        self.member = account.urn.apply(lambda _: f"serviceAccount:{email}")

    def role(self, what: str, allowed: Iterable[str]) -> pulumi.Output[str]:
        """A role of its own: nothing but ``allowed``."""
        name, project = f"{self._name}-{what}", self._project
        role_id = physical("role", name)
        role = IAMCustomRole(
            name,
            role_id=role_id,
            project=project.project,
            title=name,
            permissions=sorted(allowed),
            opts=project.child(self._parent),
        )
        return role.urn.apply(lambda _: f"projects/{project.project}/roles/{role_id}")

    def may(self, what: str, allowed: Iterable[str], condition: str | None = None) -> IAMMember:
        """Allow it ``allowed``, where ``condition`` holds."""
        return self.has(self.role(what, allowed), what, condition)

    def has(self, role: Str, what: str | None = None, condition: str | None = None) -> IAMMember:
        """Give it a role in the project."""
        what = what or str(role).rsplit("/", 1)[-1]
        given: dict[str, Any] = {} if condition is None else {"condition": {"title": what, "expression": condition}}
        return IAMMember(
            f"{self._name}-{what}",
            project=self._project.project,
            role=role,
            member=self.member,
            opts=self._project.child(self._parent),
            **given,
        )


def instances_of(project: str, names: Iterable[str]) -> str:
    """The condition that something is one of these Cloud SQL instances."""
    named = " || ".join(f'resource.name == "projects/{project}/instances/{name}"' for name in sorted(names))
    return f'resource.type == "{INSTANCE}" && ({named})'
