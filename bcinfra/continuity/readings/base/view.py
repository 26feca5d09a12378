"""The graph as readings look at it: which resources a property leads to, and what is known of a value.

In a preview what a provider computes is unknown, and only the dependencies of a property say where it leads. In a live
stack the text is known (an ARN, an id, a name) and says it too. :meth:`View.refs` takes either.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

from bcinfra.continuity.model.facts import Fact, facts
from bcinfra.continuity.model.ranges import Figure, Unit, stated
from bcinfra.continuity.readings.base.traits import Traits
from bcinfra.continuity.readings.base.vendor import Vendor
from bcinfra.graph.core.location import Location, location
from bcinfra.graph.core.model import UNKNOWN, Graph, Reference, Resource, Value

_UNKNOWN: Final = Traits()
_PATHS = ("service/", "projects/", "https://www.googleapis.com/compute/")
"""How texts begin whose last part is a name."""

T = TypeVar("T")
P = ParamSpec("P")


class View:
    """A graph with indexes, and the facts to judge it by."""

    def __init__(
        self,
        graph: Graph,
        traits: Mapping[str, Traits],
        vendors: Mapping[str, Vendor[View]],
        table: Mapping[str, Fact] | None = None,
    ) -> None:
        self.graph = graph
        self.vendors = vendors
        """What each vendor answers of its resources, by their package."""
        self.traits = traits
        """What is known of each resource type."""
        self.facts: Mapping[str, Fact] = facts() if table is None else table
        self._named: dict[str, Mapping[str, tuple[Resource, ...]]] = {}
        self._users: dict[tuple[str, str], tuple[dict[str, list[Resource]], dict[str, list[Resource]]]] = {}
        self._memory: dict[object, object] = {}
        self._locations: dict[str, Location | None] = {}
        self._accounts: dict[str, str | None] = {}
        self.known_as: Mapping[str, tuple[Resource, ...]] = {}
        """Resources by texts that stand for them though they do not bear them, such as addresses stated elsewhere."""
        self.active_site: str | None = None
        """The site that takes writes now, where the shop's specification says so."""

    def once(self, key: object, make: Callable[[], T]) -> T:
        """What ``make`` returned when first asked for ``key``."""
        if key not in self._memory:
            self._memory[key] = make()
        return self._memory[key]  # pyright: ignore[reportReturnType]

    # -- values ---------------------------------------------------------------------------------------------------

    def value(self, resource: Resource, name: str) -> Value:
        """What a property is: as asked for, else as the provider answered; ``None`` when nothing is known."""
        asked = resource.inputs.get(name)
        return resource.outputs.get(name) if asked is None or asked is UNKNOWN else asked

    def text(self, resource: Resource, name: str) -> str | None:
        return as_text(self.value(resource, name))

    def number(self, resource: Resource, name: str) -> float | None:
        return as_number(self.value(resource, name))

    def count(self, resource: Resource, name: str) -> int | None:
        number = self.number(resource, name)
        return int(number) if number is not None and abs(number) < 1e18 else None  # nan is no number either

    def flag(self, resource: Resource, name: str) -> bool:
        return as_flag(self.value(resource, name))

    def off(self, resource: Resource, name: str) -> bool:
        """Whether a switch is known to be off: one that only a deployment sets may be on."""
        return resource.inputs.get(name) is not UNKNOWN and not self.flag(resource, name)

    def absent(self, resource: Resource, name: str) -> bool:
        """Whether a property is known to be left out or empty."""
        return resource.inputs.get(name) is not UNKNOWN and not self.value(resource, name)

    def rows(self, resource: Resource, name: str) -> list[Mapping[str, Value]]:
        return as_rows(self.value(resource, name))

    def setting(self, resource: Resource, name: str, label: str, unit: Unit = Unit.SECONDS) -> Figure | None:
        """A number that the program states, as a figure that says where; ``None`` when it states none."""
        number = self.number(resource, name)
        return None if number is None else stated(label, unit, number, f"{resource.name}: {name}")

    # -- edges ----------------------------------------------------------------------------------------------------

    def refs(self, resource: Resource, name: str, *types: str) -> tuple[Resource, ...]:
        """The resources of ``types`` that a property leads to, in a stable order."""
        rows = self.graph.resources
        urns = resource.property_dependencies.get(name, ())
        found = {urn for urn in urns if urn in rows and rows[urn].type in types}
        if not found and (value := self.value(resource, name)) is not None:
            found = {r.urn for text in strings(value) for r in self.named(text, types, near=resource)}
        return tuple(rows[urn] for urn in sorted(found)) if found else ()

    def ref(self, resource: Resource, name: str, *types: str) -> Resource | None:
        """The first of :meth:`refs`."""
        return next(iter(self.refs(resource, name, *types)), None)

    def users(self, resource: Resource, type: str, name: str) -> tuple[Resource, ...]:
        """The resources of ``type`` whose property ``name`` leads to ``resource``."""
        key = type, name
        if key not in self._users:
            self._users[key] = self._uses(type, name)
        by_urn, by_text = self._users[key]
        found = {user.urn: user for user in by_urn.get(resource.urn, ())}
        for identity in self._identities(resource) if by_text else ():
            for user in by_text.get(identity.lower(), ()):
                if user.urn not in found and resource in self.refs(user, name, resource.type):
                    found[user.urn] = user
        return tuple(found[urn] for urn in sorted(found))

    def _uses(self, type: str, name: str) -> tuple[dict[str, list[Resource]], dict[str, list[Resource]]]:
        """Who uses what by dependency, and who may by the words of a text, for :meth:`refs` to look at."""
        by_urn: dict[str, list[Resource]] = {}
        by_text: dict[str, list[Resource]] = {}
        for user in self.graph.of_type(type):
            for urn in user.property_dependencies.get(name, ()):
                by_urn.setdefault(urn, []).append(user)
            for text in strings(self.value(user, name)):
                for word in {_plain(text), _last(text)}:
                    by_text.setdefault(word, []).append(user)
        return by_urn, by_text

    def linked(self, resource: Resource, name: str) -> tuple[Resource, ...]:
        """Every resource that a property depends on, of whatever type."""
        urns = resource.property_dependencies.get(name, ())
        return tuple(self.graph[urn] for urn in sorted(urns) if urn in self.graph)

    def named(self, text: str, types: Iterable[str], near: Resource | None = None) -> tuple[Resource, ...]:
        """The resources of ``types`` that ``text`` (an ARN, id, name or host name) stands for.

        Where several bear the name, those in the place of ``near`` are meant. DNS writes names its own way: in small
        letters, with ``dualstack.`` before an alias and a dot behind.
        """
        text = _plain(text)
        arn = text.split(":") if text.startswith("arn:") else []
        last = _last(text)
        region, account = arn[3:5] if len(arn) > 5 else ("", "")
        found: list[Resource] = []
        for type in types:
            index = self._names(type)
            exact = index.get(text, ())
            by_name = tuple(
                r
                for r in index.get(last, ())
                if last
                and (not region or self.region(r) in (region, None, "global"))
                and (not account or self.account(r) in (account, None))
            )
            found += exact or by_name
        found += (r for r in self.known_as.get(text, ()) if r.type in types and r not in found)
        if len(found) > 1 and near is not None and not arn:
            here = [r for r in found if same(self.region(r), self.region(near))]
            return tuple(here or found)
        return tuple(found)

    def _names(self, type: str) -> Mapping[str, tuple[Resource, ...]]:
        if type not in self._named:
            found: dict[str, list[Resource]] = {}
            for resource in self.graph.of_type(type):
                for text in {identity.lower() for identity in self._identities(resource)}:
                    found.setdefault(text, []).append(resource)
            self._named[type] = {text: tuple(rows) for text, rows in found.items()}
        return self._named[type]

    def is_called(self, resource: Resource) -> bool:
        """Whether any name is known that a resource goes by."""
        return next(self._identities(resource), None) is not None

    def _identities(self, resource: Resource) -> Iterator[str]:
        if isinstance(resource.id, str) and resource.id:
            yield resource.id
        for name in self.of_type(resource.type).names:
            value = self.value(resource, name)
            if isinstance(value, str) and value:
                yield value
            elif isinstance(value, list):
                yield from (text.rstrip(".") for text in strings(value) if "." in text)

    def of_type(self, token: str) -> Traits:
        """What is known of a type; nothing, where it has no row."""
        return self.traits.get(token, _UNKNOWN)

    # -- places ---------------------------------------------------------------------------------------------------

    def location(self, resource: Resource) -> Location | None:
        """Where a resource is; ``None`` for what is in no cloud."""
        if resource.urn not in self._locations:
            self._locations[resource.urn] = self._location(resource)
        return self._locations[resource.urn]

    def _location(self, resource: Resource) -> Location | None:
        """The place by provider and inputs; what those leave open, as a live resource answers it."""
        at = location(self.graph, resource, self._accounts)
        if at is None:
            return None
        arn = (as_text(resource.outputs.get("arn")) or "").split(":")
        region, account = (arn[3] or None, arn[4] or None) if len(arn) > 5 else (None, None)
        return at._replace(
            region=at.region or region or as_text(resource.outputs.get("region")), account=at.account or account
        )

    def region(self, resource: Resource) -> str | None:
        at = self.location(resource)
        return at.region if at else None

    def account(self, resource: Resource) -> str | None:
        at = self.location(resource)
        return at.account if at else None

    # -- facts ----------------------------------------------------------------------------------------------------

    def time(self, fact: str) -> Figure:
        """How long a fact says that coming back takes."""
        return self.facts[fact].failover_figure()

    def age(self, fact: str) -> Figure:
        """How much of the newest data a fact says is missing."""
        return self.facts[fact].rpo_figure()

    def parameter(self, fact: str, name: str) -> Figure:
        return self.facts[fact].parameter(name)

    @cached_property
    def components(self) -> tuple[Resource, ...]:
        return tuple(r for r in self.graph if r.is_component)


def once_per_view(find: Callable[Concatenate[View, P], T]) -> Callable[Concatenate[View, P], T]:
    """``find``, run once for a view and each of its further arguments: resources, or what is hashable."""

    @wraps(find)
    def found(view: View, *args: P.args, **kwargs: P.kwargs) -> T:
        key = tuple(part.urn if isinstance(part, Resource) else part for part in args)
        return view.once((find, key), lambda: find(view, *args, **kwargs))

    return found


def _plain(text: str) -> str:
    """A name as DNS and AWS compare it: in small letters, without what an alias puts before and a zone behind it."""
    return text.lower().removeprefix("dualstack.").rstrip(".")


def _last(text: str) -> str:
    """The name at the end of an ARN, a scalable target or a Google Cloud link; empty for other text."""
    parts = text.lower().split(":")
    path = parts[-1] if len(parts) > 5 and parts[0] == "arn" else text.lower() if text.startswith(_PATHS) else ""
    return path.removesuffix("*").rstrip("/").rsplit("/", 1)[-1]


def same(one: object, two: object) -> bool:
    """Whether two values are known and equal: of two that nobody tells it is not known."""
    return one == two and one not in (None, "") and one is not UNKNOWN


def as_text(value: Value) -> str | None:
    return value if isinstance(value, str) and value else None


def as_number(value: Value) -> float | None:
    """A number, or text that is one: exports keep some numbers as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def as_flag(value: Value) -> bool:
    return value is True or value in ("true", "True")


def as_rows(value: Value) -> list[Mapping[str, Value]]:
    """A block that may be repeated: one object or a list of them."""
    if isinstance(value, dict):
        return [value]
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def as_row(value: Value) -> Mapping[str, Value]:
    rows = as_rows(value)
    return rows[0] if rows else {}


def as_json(value: Value) -> Value:
    """What a JSON text says; the value itself when it is no text, ``None`` when it is no JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def strings(value: Value) -> Iterator[str]:
    """Every known text inside a value."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from strings(item)
        case dict():
            for item in value.values():
                yield from strings(item)
        case Reference():
            if isinstance(value.id, str):
                yield value.id
        case _:
            return
