"""The example of each component: ``examples/<package>/<component>.py``, found by the component's name and recorded."""

from __future__ import annotations

import inspect
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

from bcinfra.component import Args, Component
from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.readings.read import read
from bcinfra.graph import Graph, Resource
from bcinfra.graph.process.project import record_project
from tools.alone import below

ROOT: Final = Path(__file__).parents[1]
EXAMPLES: Final = ROOT / "examples"
PACKAGES: Final = {
    "aws": "AWS",
    "cloudflare": "Cloudflare",
    "gcp": "Google Cloud",
    "kubernetes": "Kubernetes",
    "onprem": "On premises",
}


class Example(NamedTuple):
    """A component in the program that shows it."""

    graph: Graph
    model: Model
    row: Resource
    made: tuple[Resource, ...]
    """Everything that the component made, at any depth."""

    @property
    def own(self) -> frozenset[str]:
        """URNs of the component and of what it made."""
        return frozenset({self.row.urn, *(row.urn for row in self.made)})


def public(package: str) -> list[type]:
    """The public classes of a package, in the order of their names."""
    module = import_module(f"bcinfra.{package}")
    found = (getattr(module, name) for name in sorted(dir(module)) if not name.startswith("_"))
    return [cls for cls in found if inspect.isclass(cls) and cls.__module__.startswith(f"{module.__name__}.")]


def components(package: str) -> list[type[Component]]:
    """The components of a package, without those that others are kinds of."""
    found = [cls for cls in public(package) if issubclass(cls, Component)]
    return [cls for cls in found if not any(cls in other.__bases__ for other in found)]


def arguments(cls: type[Component]) -> type[Args]:
    """The class of a component's arguments."""
    return getattr(import_module(cls.__module__), f"{cls.__name__}Args")


def slug(cls: type[Component]) -> str:
    """A component's name in files: ``site_vpn`` of ``SiteVpn``, ``aurora_mysql`` of ``AuroraMySql``."""
    return re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__.replace("MySql", "Mysql")).lower()


def path(cls: type[Component]) -> Path:
    """Where a component's example stands, whether it is there or not."""
    return EXAMPLES / cls.package / f"{slug(cls)}.py"


@cache
def example(cls: type[Component]) -> Example:
    """A component's example, recorded."""
    graph = record_project(EXAMPLES, f"{cls.package}.{slug(cls)}")
    (row,) = graph.of_type(f"bcinfra:{cls.package}:{cls.__name__}")
    return Example(graph, read(graph), row, tuple(below(graph, row)))
