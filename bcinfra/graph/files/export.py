"""Write a graph as ``pulumi stack export`` does: deployment version 3, secrets sealed, the same bytes each time.

What a deployment has no field for (which functions were called, what is assumed, opaque or was skipped, that it is a
preview) stands under ``metadata``, which Pulumi leaves to its writer (``sdk/go/common/apitype/deployments.json``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from bcinfra.graph.core.model import UNKNOWN, Graph, Options, Resource, Value
from bcinfra.graph.core.values import UNKNOWN_TEXT, Plain, encode

VERSION: Final = 3
METADATA: Final = "bcinfra"
_NO_TIME: Final = "0001-01-01T00:00:00Z"
"""Go's zero time: a recording has no clock."""


def to_deployment(graph: Graph) -> dict[str, Plain]:
    """``graph`` in the shape of ``pulumi stack export``. No secret is in it, not even encrypted."""
    noted: dict[str, Plain] = {
        "preview": graph.preview,
        **({} if graph.complete else {"partial": True}),
        "calls": [call._asdict() | {"args": list(call.args)} for call in graph.calls],
        "skipped": [skip._asdict() | {"place": skip.place and list(skip.place)} for skip in graph.skipped],
        "assumed": {
            row.urn: {key: list(tokens) for key, tokens in row.assumed.items()} for row in graph if row.assumed
        },
        "opaque": dict(graph.opaque),
        "remote": [row.urn for row in graph if row.remote],
        "deleteBeforeReplace": {
            row.urn: row.options.delete_before_replace for row in graph if row.options.delete_before_replace is not None
        },
    }
    return {
        "version": VERSION,
        "deployment": {
            "manifest": {"time": _NO_TIME, "magic": "", "version": ""},
            "metadata": {METADATA: {key: value for key, value in noted.items() if value not in ([], {})}},
            "resources": [_row(graph, resource) for resource in graph],
        },
    }


def to_json(graph: Graph) -> str:
    """:func:`to_deployment` as text: sorted, indented, ending in a newline."""
    return json.dumps(to_deployment(graph), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _row(graph: Graph, resource: Resource) -> dict[str, Plain]:
    options = resource.options
    row: dict[str, Plain] = {
        "id": UNKNOWN_TEXT if resource.id is UNKNOWN else resource.id,
        "inputs": _sealed(resource.inputs),
        "outputs": _sealed(resource.outputs),
        "parent": resource.parent,
        "provider": _reference(graph, resource.provider) if resource.provider else None,
        "dependencies": list(resource.dependencies),
        "propertyDependencies": {key: list(urns) for key, urns in resource.property_dependencies.items()},
        "external": resource.external,
        "sourcePosition": f"project:///{quote(resource.place.file)}#{resource.place.line}" if resource.place else None,
        **_options(options),
    }
    stated = {key: value for key, value in row.items() if value not in (None, False, [], {})}
    if options.replacement_trigger is not None:
        stated["replacementTrigger"] = encode(options.replacement_trigger, sealed=True)
    return {"urn": resource.urn, "custom": resource.custom, "type": resource.type, **stated}


def _options(options: Options) -> dict[str, Plain]:
    return {
        "protect": options.protect,
        "retainOnDelete": options.retain_on_delete,
        "ignoreChanges": list(options.ignore_changes),
        "replaceOnChanges": list(options.replace_on_changes),
        "additionalSecretOutputs": list(options.additional_secret_outputs),
        "hideDiff": list(options.hide_diff),
        "aliases": list(options.aliases),
        "customTimeouts": {
            key: seconds
            for key in ("create", "update", "delete", "read")
            if (seconds := getattr(options.timeouts, key)) is not None
        },
        "importID": options.import_id,
        "deletedWith": options.deleted_with,
        "replaceWith": list(options.replace_with),
        "resourceHooks": {_camel(kind): list(names) for kind, names in options.hooks.items()},
    }


def _sealed(values: Mapping[str, Value]) -> dict[str, Plain]:
    return {key: encode(value, sealed=True) for key, value in values.items()}


def _reference(graph: Graph, provider: str) -> str:
    """Pulumi's reference to a provider: its URN and id."""
    row = graph.resources.get(provider)
    return f"{provider}::{row.id if row and isinstance(row.id, str) else UNKNOWN_TEXT}"


def _camel(hook: str) -> str:
    """``before_create`` as the engine writes it: ``BeforeCreate``."""
    return "".join(word.title() for word in hook.split("_"))
