"""Change what a page states, and nothing else of its text: comments, order, quotes and blank lines stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias, cast

import yaml

Steps: TypeAlias = tuple[str, ...]
_Stated: TypeAlias = Mapping[str, Any]


class _Gone:
    def __repr__(self) -> str:
        return "GONE"


GONE: Final = _Gone()
"""What is stated no longer."""


class Change(NamedTuple):
    """What stands at a place of the page from now on."""

    path: Steps
    value: Any


class Edit(NamedTuple):
    """A piece of text that takes the place of another."""

    start: int
    end: int
    text: str


class SharedError(ValueError):
    """A place that a page states by an anchor, an alias or ``<<``: a change there would change others too."""

    def __init__(self, path: Steps) -> None:
        super().__init__(f"{'.'.join(path)} is shared by an anchor or <<, so it is not edited; change it by hand")


def differences(before: Mapping[str, Any], after: Mapping[str, Any], above: Steps = ()) -> Iterator[Change]:
    """What makes ``after`` of ``before``, by the smallest changes."""
    for key in before:
        if key not in after:
            yield Change((*above, key), GONE)
    for key, value in after.items():
        if key not in before:
            yield Change((*above, key), value)
        elif isinstance(value, Mapping) and isinstance(was := before[key], Mapping):
            yield from differences(cast("_Stated", was), cast("_Stated", value), (*above, key))
        elif value != before[key]:
            yield Change((*above, key), value)


def edited(text: str, changes: list[Change]) -> str:
    """The page ``text`` with ``changes``. Raises :class:`SharedError`."""
    for change in changes:  # one after another: each moves what stands below it
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if not isinstance(root, yaml.MappingNode):
            raise ValueError("a page is a mapping")
        edit = _edit(text, root, change)
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _edit(text: str, root: yaml.MappingNode, change: Change) -> Edit:
    shared = _shared(root)
    at = root
    for n, step in enumerate(change.path):
        if id(at) in shared:
            raise SharedError(change.path[:n])
        found = next((pair for pair in at.value if pair[0].value == step), None)
        last = n == len(change.path) - 1
        if found is None:
            if any(key.tag == "tag:yaml.org,2002:merge" for key, _ in at.value):
                raise SharedError(change.path)
            return _added(text, at, _nested(change, n))
        key, value = found
        if id(value) in shared:
            raise SharedError(change.path[: n + 1])
        if last:
            return _removed(text, at, key, value) if change.value is GONE else _replaced(text, value, change.value)
        if not isinstance(value, yaml.MappingNode):
            return _replaced(text, value, _nested(change, n + 1))
        at = value
    raise ValueError("a change has a place")


def _nested(change: Change, level: int) -> dict[str, Any]:
    """The value of a change as it is stated in the mapping at ``level`` of its path."""
    value = change.value
    for step in reversed(change.path[level:]):
        value = {step: value}
    return value


def _shared(root: yaml.Node) -> set[int]:
    """The nodes that are stated at several places."""
    seen: set[int] = set()
    shared: set[int] = set()

    def walk(node: yaml.Node) -> None:
        if id(node) in seen:
            shared.add(id(node))
            return
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                walk(key)
                walk(value)
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                walk(value)

    walk(root)
    return shared


def _flow(value: Any) -> str:
    """A value in one line."""
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6)
    return text.removesuffix("\n").removesuffix("\n...")


def _replaced(text: str, node: yaml.Node, value: Any) -> Edit:
    start = node.start_mark.index
    space = " " if text[start - 1 : start] == ":" else ""
    return Edit(start, max(start, _end(text, node)), space + _flow(value))


def _end(text: str, node: yaml.Node) -> int:
    """Where the text of a node ends, without the blank lines and comments behind it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last: Any = node.value[-1]
        return _end(text, last[-1] if isinstance(node, yaml.MappingNode) else last)
    end, start = node.end_mark.index, node.start_mark.index
    return start + len(text[start:end].rstrip())


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def _added(text: str, mapping: yaml.MappingNode, pairs: Mapping[str, Any]) -> Edit:
    flow = ", ".join(f"{_flow(key)}: {_flow(value)}" for key, value in pairs.items())
    if mapping.flow_style:
        at = mapping.end_mark.index - 1
        before = text[:at].rstrip()
        return Edit(len(before), len(before), f", {flow}" if mapping.value else flow)
    column = mapping.value[0][0].start_mark.column
    at = _line_end(text, _end(text, mapping))
    lines = "".join(f"\n{' ' * column}{_flow(key)}: {_flow(value)}" for key, value in pairs.items())
    return Edit(at, at, lines)


def _removed(text: str, mapping: yaml.MappingNode, key: yaml.Node, value: yaml.Node) -> Edit:
    start, end = key.start_mark.index, max(_end(text, value), key.end_mark.index + 1)
    if mapping.flow_style:
        pairs = [pair[0] for pair in mapping.value]
        index = pairs.index(key)
        if index + 1 < len(pairs):
            return Edit(start, pairs[index + 1].start_mark.index, "")
        if index:
            return Edit(_end(text, mapping.value[index - 1][1]), end, "")
        return Edit(start, end, "")
    if len(mapping.value) == 1:  # what is left is no mapping any more
        return Edit(mapping.start_mark.index, end, "{}")
    return Edit(text.rfind("\n", 0, start) + 1, min(len(text), _line_end(text, end) + 1), "")
