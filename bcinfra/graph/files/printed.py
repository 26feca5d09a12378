"""The JSON in what Pulumi printed to a file: with text around it, as PowerShell or a CI log keeps it, or as events."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from bcinfra.graph.core.values import Plain, as_object, is_object

_HEADS: Final = frozenset({"deployment", "plan", "resourcePlans", "steps"})
"""Keys of which each document of Pulumi's has one."""


def parsed(data: bytes) -> Plain:
    """The JSON in ``data``; raises ``ValueError`` where there is none.

    What stands before and after Pulumi's document (plugins that are installed, a warning of a newer version) is passed
    over. The events of ``PULUMI_ENABLE_STREAMING_JSON_PREVIEW`` become the preview that they make up.
    """
    text = _decoded(data)
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        found = list(_objects(text))
        document = next((item for item in found if not _HEADS.isdisjoint(item)), None) or _preview(found)
        if document is None:
            raise
        return document


def _decoded(data: bytes) -> str:
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if marked else "utf-8-sig")


def _objects(text: str) -> Iterator[Mapping[str, Plain]]:
    """The objects that begin at the start of a line and stand in no other."""
    decoder, end = json.JSONDecoder(), 0
    for start in re.finditer(r"^\{", text, re.MULTILINE):
        if start.start() >= end:
            try:
                found, end = decoder.raw_decode(text, start.start())
            except ValueError:
                continue
            if is_object(found):
                yield found


def _preview(events: list[Mapping[str, Plain]]) -> Mapping[str, Plain] | None:
    """The preview that streamed events make up (``sdk/go/common/apitype/events.go``)."""
    metadata = [as_object(as_object(event.get("resourcePreEvent")).get("metadata")) for event in events]
    steps = [
        {
            "op": step.get("op"),
            "urn": step.get("urn"),
            "oldState": step.get("old"),
            "newState": step.get("new"),
            "replaceReasons": step.get("keys"),
            "detailedDiff": step.get("detailedDiff"),
        }
        for step in metadata
        if step
    ]
    counted: dict[str, Plain] = {}
    for event in events:
        counted |= as_object(as_object(event.get("summaryEvent")).get("resourceChanges"))
    return {"steps": steps, "changeSummary": counted} if steps else None
