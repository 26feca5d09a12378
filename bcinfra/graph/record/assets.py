"""Files that a program passes as assets, known by what they hold and not by where they lie."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

from bcinfra.graph.core.values import ARCHIVE, ASSET, SIGNATURE, Plain, is_list, is_object

Content: TypeAlias = "bytes | Path"
"""What a member of an archive holds."""

_PACKED: Final = (".tar", ".tgz", ".tar.gz", ".zip", ".jar")
"""Files that are archives as they are (``pulumi/sdk/go/common/resource/archive``, ``ArchiveExts``)."""
_BOOKKEEPING: Final = ".pulumi"
"""What the engine leaves out of a folder."""
_BLOCK: Final = tarfile.BLOCKSIZE
_CHUNK: Final = 1 << 20


class _OtherwiseError(Exception):
    """The engine would hash it in a way that is not followed here."""


def settled(data: Plain) -> Plain:
    """Plain data with each asset and archive whose content can be read replaced by the hash of its content.

    So a changed file shows, and one that lies elsewhere, as in the copy of a git ref, does not; and what was deployed
    is compared with the program, as the hash is the engine's own (SHA-256; of an archive that of a tar of its members:
    ``Archive.EnsureHash`` of ``pulumi/sdk/go/common/resource/archive``, 2026-11). What cannot be read keeps its path:
    the engine will say so.
    """
    if is_list(data):
        return [settled(item) for item in data]
    if not is_object(data):
        return data
    if data.get(SIGNATURE) in (ASSET, ARCHIVE):
        try:
            return {SIGNATURE: data[SIGNATURE], "hash": _hash(data)}
        except (OSError, _OtherwiseError):
            pass
    return {key: settled(item) for key, item in data.items()}


def _hash(data: dict[str, Plain]) -> str:
    found = hashlib.sha256()
    if data[SIGNATURE] == ASSET:
        _add(found.update, _asset(data))
        return found.hexdigest()
    path = data.get("path")
    if isinstance(path, str) and path.endswith(_PACKED):
        _add(found.update, Path(path))
        return found.hexdigest()
    seen: set[str] = set()
    for name, content in _members(data):
        if name in seen:
            continue
        seen.add(name)
        size = content.stat().st_size if isinstance(content, Path) else len(content)
        found.update(_header(name, size))
        _add(found.update, content)
        found.update(bytes(-size % _BLOCK))
    found.update(bytes(2 * _BLOCK))
    return found.hexdigest()


def _add(update: Callable[[bytes], object], content: Content) -> None:
    if isinstance(content, bytes):
        update(content)
        return
    with content.open("rb") as file:
        while chunk := file.read(_CHUNK):
            update(chunk)


def _asset(data: dict[str, Plain]) -> Content:
    match data:
        case {"path": str(path)} if Path(path).is_file():
            return Path(path)
        case {"text": str(text)}:
            return text.encode(errors="surrogatepass")
        case _:
            raise _OtherwiseError  # a URI, or what another program hands over by its hash alone


def _members(data: dict[str, Plain]) -> Iterator[tuple[str, Content]]:
    """The files of an archive in the engine's order: by name, folder by folder."""
    assets, path = data.get("assets"), data.get("path")
    if is_object(assets):
        for name, inner in sorted(assets.items()):
            if not is_object(inner):
                raise _OtherwiseError
            if inner.get(SIGNATURE) == ASSET:
                yield name, _asset(inner)
            else:
                yield from ((_joined(name, below), content) for below, content in _members(inner))
    elif isinstance(path, str) and Path(path).is_dir():
        yield from _files(Path(path), "")
    else:
        raise _OtherwiseError  # a packed file within, whose members the engine unpacks; a URI


def _joined(root: str, name: str) -> str:
    """As Go's ``path.Join``."""
    return name if root in ("", ".") else f"{root.rstrip('/')}/{name}"


def _files(folder: Path, above: str) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.iterdir(), key=lambda one: one.name.encode()):
        if file.name == _BOOKKEEPING:
            continue
        if file.is_dir():
            if not file.is_symlink():
                yield from _files(file, f"{above}{file.name}/")
        else:
            yield f"{above}{file.name}", file


def _header(name: str, size: int) -> bytes:
    """A member's header as Go's ``archive/tar`` writes it: in the form ustar, with the engine's mode and no time."""
    prefix, rest = _split(name)
    if size >= 8**11:
        raise _OtherwiseError
    fields = [
        rest.ljust(100, b"\0"),
        *(b"0000600\0", b"0000000\0", b"0000000\0", b"%011o\0" % size, b"%011o\0" % 0),
        b" " * 8,  # the sum of the rest goes here
        b"0".ljust(101, b"\0"),
        b"ustar\x0000".ljust(72, b"\0"),
        *(b"0000000\0", b"0000000\0"),
        prefix.ljust(167, b"\0"),
    ]
    block = b"".join(fields)
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def _split(name: str) -> tuple[bytes, bytes]:
    """A name as prefix and rest, where it is too long for one field (Go's ``splitUSTARPath``)."""
    if not name.isascii():
        raise _OtherwiseError
    if len(name) <= 100:
        return b"", name.encode()
    prefix, slash, rest = name[:156].rpartition("/")
    rest += name[156:]
    if not slash or not prefix or not rest or len(rest) > 100:
        raise _OtherwiseError
    return prefix.encode(), rest.encode()
