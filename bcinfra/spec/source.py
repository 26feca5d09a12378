"""Which lines of a Python program state what: those of a call's keywords, and of the keys below them."""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final, TypeAlias

from bcinfra.spec.problems import Path, Place

Span: TypeAlias = "tuple[int | None, int | None, int | None, int | None]"
"""First and last line, first and last column (bytes) of an expression, as a code object has them."""
_OURS: Final = ("bcinfra.spec.", "bcinfra.component", "pydantic.")
"""Who states nothing: it passes on what a program does."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call in a program that states something."""

    place: Place
    span: Span

    @property
    def places(self) -> Mapping[Path, Place]:
        """Where its keywords stand, and what is written below them: by name, by name and key, by name and index."""
        node = _calls("".join(linecache.getlines(self.place.file))).get(self.span)
        return {path: Place(self.place.file, line) for path, line in _keywords(node)} if node else {}


def stated_at(file: str, line: int) -> Mapping[Path, int]:
    """The lines of what the call that begins in that line of a program states, of several the outermost."""
    found = [(span, one) for span, one in _calls("".join(linecache.getlines(file))).items() if span[0] == line]
    outermost = min(found, key=lambda row: row[0][2] or 0, default=None)
    return dict(_keywords(outermost[1])) if outermost else {}


def calling() -> Call | None:
    """The call outside of bcinfra (and pydantic) that is being answered; ``None`` where bcinfra itself made it."""
    frame = inspect.currentframe()
    while frame and frame.f_globals.get("__name__", "").startswith(_OURS):
        frame = frame.f_back
    if frame is None or frame.f_globals.get("__name__", "").startswith("bcinfra."):
        return None
    span = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), (None,) * 4)
    first, last, *columns = span
    return Call(Place(frame.f_code.co_filename, frame.f_lineno), (first, last, columns[0], columns[1]))


@lru_cache(maxsize=16)
def _calls(text: str) -> Mapping[Span, _Spelled]:
    """The calls in a module, by where they stand."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return {}
    values: dict[str, ast.expr] = {}
    for row in tree.body:
        match row:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                values[name] = value
            case _:
                pass
    return {
        (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset): _Spelled(node, values)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }


@dataclass(frozen=True, slots=True)
class _Spelled:
    """A call as it is written, and what the module's own names stand for."""

    node: ast.Call
    values: Mapping[str, ast.expr]


def _keywords(call: _Spelled) -> Iterator[tuple[Path, int]]:
    for keyword in call.node.keywords:
        if keyword.arg:
            yield (keyword.arg,), keyword.lineno
            yield from _below(keyword.value, (keyword.arg,), call.values)


def _below(value: ast.expr, above: Path, values: Mapping[str, ast.expr], depth: int = 0) -> Iterator[tuple[Path, int]]:
    """The lines of the keys and items that ``value`` is written with. Of calls each knows its own."""
    match value:
        case ast.Dict(keys=keys, values=items):
            for key, item in zip(keys, items, strict=True):
                match key:
                    case ast.Constant(value=str(name)):
                        yield (*above, name), key.lineno
                        yield from _below(item, (*above, name), values, depth)
                    case None:  # **others
                        yield from _below(item, above, values, depth)
                    case _:
                        pass
        case ast.List(elts=items) | ast.Tuple(elts=items):
            for index, item in enumerate(items):
                yield (*above, index), item.lineno
                yield from _below(item, (*above, index), values, depth)
        case ast.Name(id=name) if name in values and depth < 8:  # a name may stand for itself
            yield from _below(values[name], above, values, depth + 1)
        case _:
            pass
