"""Run a Pulumi program from its folder as Pulumi's own Python host does, and leave no trace of it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from types import ModuleType

from bcinfra.graph.core.source import is_library


@contextlib.contextmanager
def script(path: Path) -> Generator[Callable[[], None]]:
    """A function that runs ``path``, a file or a folder with ``__main__.py``, as ``__main__`` in its folder.

    Afterwards the program's own modules are forgotten, so that another stack of the same program starts afresh, and
    working directory and module path are what they were.
    """
    path = path.resolve()
    main = path / "__main__.py" if path.is_dir() else path
    folder = str(main.parent)
    module = ModuleType("__main__")
    module.__file__ = str(main)
    before = dict(sys.modules)
    before_path, before_folder = list(sys.path), os.getcwd()

    def run() -> None:
        if not main.exists():
            raise FileNotFoundError(f"there is no program here, as {main.name} is missing")
        exec(compile(main.read_bytes(), str(main), "exec"), module.__dict__)  # noqa: S102  running it is the purpose

    for name in _hiding(main.parent):
        del sys.modules[name]
    sys.modules["__main__"] = module
    sys.path.insert(0, folder)
    os.chdir(folder)
    try:
        yield run
    finally:
        os.chdir(before_folder)
        sys.path[:] = before_path
        sys.modules["__main__"] = before["__main__"]
        for name, loaded in list(sys.modules.items()):
            if name not in before and _belongs(loaded, folder):
                del sys.modules[name]
        sys.modules.update(before)
        # The SDK caches classes for ever, and a class holds its module's variables: let go of the resources in them.
        module.__dict__.clear()


def _hiding(folder: Path) -> list[str]:
    """Modules this process has loaded under the name of one in a program's folder, which means its own: the standard
    library's, and those of another program or of another copy of this one."""
    hiding = {name for name in _own(folder) & sys.modules.keys() if _hides(name, folder)}
    return [name for name in sys.modules if name.partition(".")[0] in hiding]


def _hides(name: str, folder: Path) -> bool:
    module = sys.modules[name]
    file = getattr(module, "__file__", None)
    elsewhere = bool(file) and not is_library(file) and not _belongs(module, str(folder))  # packages are in use
    return name in sys.stdlib_module_names or elsewhere


def _own(folder: Path) -> set[str]:
    """Names of the modules and packages in a program's folder."""
    modules = {file.stem for file in folder.glob("*.py")}
    return modules | {file.parent.name for file in folder.glob("*/__init__.py")}


def _belongs(module: ModuleType, folder: str) -> bool:
    file = getattr(module, "__file__", None)
    return bool(file) and file.startswith(f"{folder}{os.sep}") and "site-packages" not in file
