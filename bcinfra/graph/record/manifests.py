"""Kubernetes manifests: what the provider makes of YAML without asking a cluster."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from bcinfra.graph.core.values import UNKNOWN_TEXT, Plain, as_object, is_list, is_object

COMPONENTS: Final = frozenset({"kubernetes:yaml/v2:ConfigFile", "kubernetes:yaml/v2:ConfigGroup"})
"""Components whose children the plugin makes, of files or texts that are there to be read."""


class _Loader(yaml.SafeLoader):
    """Dates stay texts: JSON has none."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def objects(text: str) -> list[dict[str, Any]]:
    """The objects in ``text``, lists (``kind: List``) taken apart. Raises ``ValueError`` for what is not YAML."""
    try:
        documents = list(yaml.load_all(text, Loader=_Loader))
    except yaml.YAMLError as error:
        raise ValueError(f"is not YAML: {str(error).splitlines()[0]}") from None
    return [item for document in documents for item in _apart(document)]


def _apart(document: Plain) -> Iterator[dict[str, Any]]:
    items = as_object(document).get("items")
    if is_list(items) and str(document.get("kind", "")).endswith("List"):
        for item in items:
            yield from _apart(item)
    elif is_object(document) and document:
        yield document


def declared(inputs: Mapping[str, Plain], folder: Path) -> list[dict[str, Any]] | None:
    """The objects that a component of :data:`COMPONENTS` with ``inputs`` declares, for a program run in ``folder``.

    ``None`` where not all of it can be read here: a URL, a file that is missing, an unknown text, YAML that is none.
    """
    try:
        texts = [text for name in _texts(inputs.get("files", inputs.get("file"))) for text in _read(name, folder)]
        texts += _texts(inputs.get("yaml"))
        return [item for text in texts for item in objects(text)] + [
            dict(as_object(item)) for item in inputs.get("objs") or ()
        ]
    except (OSError, ValueError):
        return None


def _texts(value: Plain) -> list[str]:
    texts = [value] if isinstance(value, str) else value or []
    if not is_list(texts) or not all(isinstance(text, str) and UNKNOWN_TEXT not in text for text in texts):
        raise ValueError("is not known")
    return texts


def _read(name: str, folder: Path) -> list[str]:
    if "://" in name:
        raise ValueError("is not a file")
    names = sorted(glob.glob(name, root_dir=folder)) or [name]
    return [(folder / name).read_text(encoding="utf-8") for name in names]


def token(item: Mapping[str, Plain]) -> str:
    """The type token of an object: ``kubernetes:apps/v1:Deployment``."""
    version = str(item.get("apiVersion", ""))
    return f"kubernetes:{version if '/' in version else f'core/{version}'}:{item.get('kind', '')}"


def name(item: Mapping[str, Plain], prefix: str) -> str:
    """The logical name that the plugin gives an object: ``prefix:namespace/name``."""
    metadata = as_object(item.get("metadata"))
    named = [str(metadata[key]) for key in ("namespace", "name") if metadata.get(key)]
    return f"{prefix}:{'/'.join(named)}"
