"""Records one stack in a process of its own: run by :mod:`bcinfra.graph.refs` as a file, before anything is imported.

It uses the bcinfra that stands in the project's own repository, if one does, and of it nothing but the three names
imported below, so that old versions can be recorded too.
"""

import sys
from pathlib import Path


def main(folder: str, stack: str, answer: str, problems: str, repository: str = "", root: str = "") -> None:
    """Write the graph to ``answer``, or what is wrong to ``problems``. ``root`` stands for ``repository``."""
    if repository:
        sys.path[:] = [_moved(Path(entry), Path(repository), Path(root)) for entry in sys.path]
    sys.path.insert(0, folder)
    try:
        from bcinfra.graph import GraphError, record_project, to_json
    except ImportError as error:
        Path(problems).write_text(f"its bcinfra cannot record a project: {error}", encoding="utf-8")
        return
    try:
        graph = record_project(Path(folder), stack, timeout=None)
    except GraphError as error:
        Path(problems).write_text(str(error), encoding="utf-8")
    else:
        Path(answer).write_text(to_json(graph), encoding="utf-8")


def _moved(entry: Path, repository: Path, root: Path) -> str:
    there = root / entry.relative_to(repository) if entry.is_relative_to(repository) else entry
    return str(there if there.is_dir() else entry)


if __name__ == "__main__":
    main(*sys.argv[1:])
