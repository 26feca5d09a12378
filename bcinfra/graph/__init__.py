"""The resource graph of a Pulumi program: record it offline, load it, write it, compare two.

Names are loaded when they are used: reading JSON needs no Pulumi SDK.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bcinfra.graph.core.model import UNKNOWN, Call, Graph, Place, Reference, Resource, Secret, Skip, Urn, Value
    from bcinfra.graph.core.problem import GraphError, LoadError, Problem, RecordError
    from bcinfra.graph.diff.changes import Change, Diff, Kind, Risk, diff
    from bcinfra.graph.files.export import to_deployment, to_json
    from bcinfra.graph.files.load import load
    from bcinfra.graph.process.project import Config, Project, find_project, read_config, read_project, record_project
    from bcinfra.graph.process.stacks import RecordOptions, record_stack, record_stacks
    from bcinfra.graph.record.recorder import record

__all__ = [
    "UNKNOWN",
    "Call",
    "Change",
    "Config",
    "Diff",
    "Graph",
    "GraphError",
    "Kind",
    "LoadError",
    "Place",
    "Problem",
    "Project",
    "RecordError",
    "RecordOptions",
    "Reference",
    "Resource",
    "Risk",
    "Secret",
    "Skip",
    "Urn",
    "Value",
    "diff",
    "find_project",
    "load",
    "read_config",
    "read_project",
    "record",
    "record_project",
    "record_stack",
    "record_stacks",
    "to_deployment",
    "to_json",
]

_MODULES = (
    *("core.model", "core.problem", "files.export", "files.load", "diff.changes"),
    *("process.project", "process.stacks", "record.recorder"),
)
"""Where the names live, what is cheap to import first."""


def __getattr__(name: str) -> object:
    if name in __all__:
        for module in _MODULES:
            home = import_module(f"{__name__}.{module}")
            if hasattr(home, name):
                return getattr(home, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class _Package(ModuleType):
    """Keeps ``record``, ``load`` and ``diff`` functions: Python would put the modules of those names in their place."""

    def __setattr__(self, name: str, value: object) -> None:
        if name not in __all__:
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
