"""The resource graph: what a Pulumi program declares, whichever way it was read.

A graph is made by recording a program offline (:mod:`bcinfra.graph.record`) or by loading what Pulumi printed
(:mod:`bcinfra.graph.load`). Both give the same immutable :class:`Graph` of :class:`Resource` rows, shaped like the
rows of ``pulumi stack export`` (deployment version 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from sys import intern
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

STACK_TYPE: Final = "pulumi:pulumi:Stack"
PROVIDER_TYPE_PREFIX: Final = "pulumi:providers:"


class Unknown(Enum):
    """A value that only a provider can compute; a preview does not know it."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Secret:
    """A value marked secret. The graph keeps that it is there, never what it is.

    ``known`` is false where the secret is also unknown. ``mark`` is there where it stood in the clear: within one
    process the same secret has the same mark, from which nothing can be read.
    """

    known: bool = True
    mark: str | None = None

    def __repr__(self) -> str:
        return "[secret]" if self.known else "[secret, unknown]"


@dataclass(frozen=True, slots=True)
class Reference:
    """A resource passed as an input value."""

    urn: str
    id: str | Unknown | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, text or archive passed as an input value; never its content.

    ``kind`` is ``path``, ``uri`` or ``hash`` (a text, or an archive of assets), each of an asset or an archive.
    """

    kind: str
    value: str
    archive: bool = False


Value: TypeAlias = (
    "str | bool | int | float | Unknown | Secret | Reference | Asset | list[Value] | dict[str, Value] | None"
)


class Place(NamedTuple):
    """Where a resource was written: a file and a line (1-based)."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Urn(NamedTuple):
    """The parts of a Pulumi URN ``urn:pulumi:<stack>::<project>::<parent types$type>::<name>``."""

    stack: str
    project: str
    qualified_type: str
    name: str

    @classmethod
    def parse(cls, urn: str) -> Urn:
        """Split ``urn``; raises ``ValueError`` when it is not a Pulumi URN."""
        head, *rest = urn.removeprefix("urn:pulumi:").split("::", 3)
        if not urn.startswith("urn:pulumi:") or len(rest) != 3:
            raise ValueError(f"not a Pulumi URN: {urn!r}")
        return cls(head, *rest)

    def __str__(self) -> str:
        return f"urn:pulumi:{self.stack}::{self.project}::{self.qualified_type}::{self.name}"

    @property
    def type(self) -> str:
        return self.qualified_type.rsplit("$", 1)[-1]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Custom timeouts in seconds; ``None`` is the provider's default."""

    create: float | None = None
    update: float | None = None
    delete: float | None = None
    read: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Resource options that the engine keeps, named as in ``pulumi stack export``."""

    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool | None = None
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    hide_diff: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    timeouts: Timeouts = Timeouts()
    import_id: str | None = None
    deleted_with: str | None = None
    replace_with: tuple[str, ...] = ()
    replacement_trigger: Value = None
    hooks: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource of a stack: what was asked for, what it depends on, how it is guarded.

    ``inputs`` and ``outputs`` use Pulumi's camelCase property names and hold :data:`Value` trees. In a preview most
    of ``outputs`` is absent: what is not there is unknown.
    ``external`` rows were read (``X.get``), not made; ``remote`` components were made by a plugin, so their children
    cannot be seen.
    ``assumed`` names the functions whose assumed answers an input holds, by input; by ``urn`` where its name does.
    """

    urn: str
    custom: bool = True
    id: str | Unknown | None = None
    parent: str | None = None
    provider: str | None = None
    """URN of the provider resource; ``None`` for components and for providers themselves."""
    inputs: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    outputs: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    external: bool = False
    remote: bool = False
    options: Options = Options()
    place: Place | None = None
    assumed: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    type: str = field(init=False, repr=False, compare=False)
    """The type token, such as ``aws:rds/instance:Instance``: asked for all the time, and of every resource many times.
    """

    def __post_init__(self) -> None:
        object.__setattr__(self, "type", intern(Urn.parse(self.urn).type))

    @property
    def name(self) -> str:
        """The logical name in the program."""
        return Urn.parse(self.urn).name

    @property
    def package(self) -> str:
        """The provider's package: ``aws``, ``gcp``, ``kubernetes``, ``bcinfra``, ``pulumi``."""
        return self.type.split(":", 1)[0]

    @property
    def is_provider(self) -> bool:
        return self.type.startswith(PROVIDER_TYPE_PREFIX)

    @property
    def is_default_provider(self) -> bool:
        """Whether Pulumi made this provider itself, for resources that name none."""
        return self.is_provider and self.parent is None and self.name.startswith("default")

    @property
    def is_component(self) -> bool:
        return not self.custom and self.type != STACK_TYPE


class Call(NamedTuple):
    """A function that the program asked a provider to run while it was recorded."""

    token: str
    args: tuple[str, ...]
    """Names of the arguments. Their values are not kept: the SDK sends secrets among them unmarked."""
    provider: str | None
    answer: str
    """``given`` (by the caller), ``computed`` (from the arguments alone, as the provider does), ``assumed`` (a
    plausible answer from :mod:`bcinfra.graph.record.answers`) or ``unknown``."""


class Skip(NamedTuple):
    """Code of the program that did not run, because a value it needs is unknown. Resources made in it are missing."""

    place: Place | None
    what: str
    """``apply``, or ``loop`` over a list that a function would have answered."""
    times: int


_CONTENT: Final = {
    "kubernetes:helm.sh/v2:Chart": "a Helm chart",
    "kubernetes:helm.sh/v3:Chart": "a Helm chart",
    "kubernetes:helm.sh/v4:Chart": "a Helm chart",
    "kubernetes:kustomize:Directory": "a kustomization",
    "kubernetes:kustomize/v2:Directory": "a kustomization",
    "kubernetes:yaml:ConfigFile": "a YAML file that was not read",
    "kubernetes:yaml:ConfigGroup": "YAML files that were not read",
    "kubernetes:yaml/v2:ConfigFile": "a YAML file that was not read",
    "kubernetes:yaml/v2:ConfigGroup": "YAML files that were not read",
}
"""Components that hold what a file or a template says: opaque while nothing is seen below them."""
_TEMPLATES: Final = {
    "kubernetes:helm.sh/v3:Release": "a Helm release",
    "aws:cloudformation/stack:Stack": "a CloudFormation template",
    "aws-native:cloudformation:Stack": "a CloudFormation template",
    "azure-native:resources:Deployment": "an ARM template",
}
"""Resources that deploy others, which no Pulumi state shows."""


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Every resource of one stack by URN, in a stable order (sorted by URN)."""

    project: str
    stack: str
    resources: Mapping[str, Resource]
    calls: tuple[Call, ...] = ()
    skipped: tuple[Skip, ...] = ()
    preview: bool = True
    """True when recorded or previewed (computed values are unknown), false when exported from a live stack."""
    complete: bool = True
    """False for a preview that leaves out what stays the same: what is not there may be."""

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources.values())

    def __len__(self) -> int:
        return len(self.resources)

    def __getitem__(self, urn: str) -> Resource:
        return self.resources[urn]

    def __contains__(self, urn: object) -> bool:
        return urn in self.resources

    @property
    def root(self) -> Resource | None:
        """The stack's own row."""
        return next((r for r in self if r.type == STACK_TYPE), None)

    @property
    def outputs(self) -> Mapping[str, Value]:
        """What the program exports."""
        return self.root.outputs if self.root else {}

    @cached_property
    def opaque(self) -> Mapping[str, str]:
        """What cannot be seen into, by URN, and what it is. What lies inside is unknown, not absent."""
        return {row.urn: why for row in self if (why := self._veil(row))}

    def _veil(self, row: Resource) -> str | None:
        if row.type in _TEMPLATES:
            return _TEMPLATES[row.type]
        if self.children(row.urn):
            return None
        if row.type in _CONTENT:
            return _CONTENT[row.type]
        return f"a component that the plugin of {row.package!r} makes" if row.remote else None

    @cached_property
    def _children(self) -> Mapping[str, tuple[Resource, ...]]:
        found: dict[str, list[Resource]] = {}
        for resource in self:
            if resource.parent:
                found.setdefault(resource.parent, []).append(resource)
        return {urn: tuple(rows) for urn, rows in found.items()}

    @cached_property
    def _dependents(self) -> Mapping[str, tuple[Resource, ...]]:
        found: dict[str, list[Resource]] = {}
        for resource in self:
            for urn in resource.dependencies:
                found.setdefault(urn, []).append(resource)
        return {urn: tuple(rows) for urn, rows in found.items()}

    @cached_property
    def _types(self) -> Mapping[str, tuple[Resource, ...]]:
        found: dict[str, list[Resource]] = {}
        for resource in self:
            found.setdefault(resource.type, []).append(resource)
        return {token: tuple(rows) for token, rows in found.items()}

    @property
    def types(self) -> Mapping[str, tuple[Resource, ...]]:
        """Resources by type token."""
        return self._types

    def of_type(self, *tokens: str) -> tuple[Resource, ...]:
        """All resources whose type token is one of ``tokens``."""
        return tuple(r for token in tokens for r in self._types.get(token, ()))

    def children(self, urn: str) -> tuple[Resource, ...]:
        """The resources whose parent is ``urn``."""
        return self._children.get(urn, ())

    def dependents(self, urn: str) -> tuple[Resource, ...]:
        """The resources that depend on ``urn``."""
        return self._dependents.get(urn, ())

    def ancestors(self, resource: Resource) -> Iterator[Resource]:
        """The chain of parents, nearest first, the stack's own row last."""
        parent = resource.parent
        while parent and parent in self.resources:
            row = self.resources[parent]
            yield row
            parent = row.parent

    @cached_property
    def dangling(self) -> Mapping[str, tuple[str, ...]]:
        """URN of a resource → what its properties depend on and the stack does not hold any more."""
        if not self.complete:
            return {}
        found = {r.urn: {u for urns in r.property_dependencies.values() for u in urns if u not in self} for r in self}
        return {urn: tuple(sorted(gone)) for urn, gone in found.items() if gone}

    def provider_of(self, resource: Resource) -> Resource | None:
        """The provider that manages ``resource``; ``None`` for a component."""
        return self.resources.get(resource.provider) if resource.provider else None
