"""The resource graph of a Pulumi program: record it offline, load it, write it.

Names are loaded when they are used: reading JSON needs no Pulumi SDK.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bcinfra.graph.export import to_deployment as to_deployment
    from bcinfra.graph.export import to_json as to_json
    from bcinfra.graph.load import load as load
    from bcinfra.graph.model import (
        UNKNOWN as UNKNOWN,
    )
    from bcinfra.graph.model import (
        Call as Call,
    )
    from bcinfra.graph.model import (
        Graph as Graph,
    )
    from bcinfra.graph.model import (
        Place as Place,
    )
    from bcinfra.graph.model import (
        Reference as Reference,
    )
    from bcinfra.graph.model import (
        Resource as Resource,
    )
    from bcinfra.graph.model import (
        Secret as Secret,
    )
    from bcinfra.graph.model import (
        Urn as Urn,
    )
    from bcinfra.graph.model import (
        Value as Value,
    )
    from bcinfra.graph.problem import (
        GraphError as GraphError,
    )
    from bcinfra.graph.problem import (
        LoadError as LoadError,
    )
    from bcinfra.graph.problem import (
        Problem as Problem,
    )
    from bcinfra.graph.problem import (
        RecordError as RecordError,
    )
    from bcinfra.graph.project import (
        Config as Config,
    )
    from bcinfra.graph.project import (
        Project as Project,
    )
    from bcinfra.graph.project import (
        find_project as find_project,
    )
    from bcinfra.graph.project import (
        read_config as read_config,
    )
    from bcinfra.graph.project import (
        read_project as read_project,
    )
    from bcinfra.graph.project import (
        record_project as record_project,
    )
    from bcinfra.graph.record import record as record

_HOMES = {
    "model": ("UNKNOWN", "Call", "Graph", "Place", "Reference", "Resource", "Secret", "Urn", "Value"),
    "problem": ("GraphError", "LoadError", "Problem", "RecordError"),
    "record": ("record",),
    "project": ("Config", "Project", "find_project", "read_config", "read_project", "record_project"),
    "export": ("to_deployment", "to_json"),
    "load": ("load",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


class _Package(ModuleType):
    """Keeps ``record`` and ``load`` the functions: Python would put the modules of those names in their place."""

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _HOME:
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
