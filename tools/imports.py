"""What imports what, as grimp reads it, and as the stubs of packages say whose names are loaded when they are used."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

import grimp

ROOT: Final = Path(__file__).parents[1]


def file_of(module: str) -> Path:
    """Where ``module`` stands, from the root."""
    path = Path(*module.split("."))
    return path / "__init__.py" if (ROOT / path).is_dir() else path.with_suffix(".py")


def import_graph(*packages: str) -> grimp.ImportGraph:
    """The imports within ``packages``, for types alone too."""
    graph = grimp.build_graph(*packages, cache_dir=None)
    for package in sorted(graph.modules):
        stub = ROOT / file_of(package).with_suffix(".pyi")
        for node in ast.parse(stub.read_text()).body if stub.exists() else ():
            if isinstance(node, ast.ImportFrom) and node.module:
                home = f"{package}.{node.module}" if node.level else node.module
                if home in graph.modules:
                    graph.add_import(importer=package, imported=home, line_number=node.lineno, line_contents="")
    return graph
