"""Files that a program passes as assets, known by what they hold and not by where they lie."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bcinfra.graph.core.values import ARCHIVE, ASSET, SIGNATURE, Plain, is_list, is_object


def settled(data: Plain) -> Plain:
    """Plain data with the path of each file or folder that an asset names replaced by a hash of its content.

    So a changed file shows, and one that lies elsewhere, as in the copy of a git ref, does not. A file's hash is the
    engine's own (SHA-256). What cannot be read keeps its path: the engine will say so.
    """
    if is_list(data):
        return [settled(item) for item in data]
    if not is_object(data):
        return data
    if data.get(SIGNATURE) in (ASSET, ARCHIVE) and isinstance(path := data.get("path"), str):
        content = _hash(Path(path))
        return {SIGNATURE: data[SIGNATURE], "hash": content} if content else data
    return {key: settled(item) for key, item in data.items()}


def _hash(path: Path) -> str | None:
    try:
        if path.is_file():
            return hashlib.sha256(path.read_bytes()).hexdigest()
        if not path.is_dir():
            return None
        found = hashlib.sha256()
        for file in sorted(file for file in path.rglob("*") if file.is_file()):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            found.update(f"{file.relative_to(path).as_posix()}\0{content}\n".encode())
        return found.hexdigest()
    except OSError:
        return None
