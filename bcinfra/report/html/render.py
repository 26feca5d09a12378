"""Lays out a report: one file with its style and script in it, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import BaseLoader, Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from bcinfra import __version__
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement
from bcinfra.report.diff.page import plain, visible
from bcinfra.report.words.quantities import count

_QUOTED: Final = re.compile(r"`([^`]+)`")
_FOLDER: Final = files("bcinfra.report.html") / "templates"
WORDS: Final[Mapping[str, str]] = {
    Judgement.MISSED: "missed",
    Judgement.UNKNOWN: "cannot be decided",
    Judgement.ACCEPTED: "risk accepted",
    Judgement.MET: "kept",
}
"""Verdicts as they stand on the page."""


def text_of(name: str) -> str:
    """A template, the style or the script."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def _lean(text: str) -> str:
    """Without what is there for who writes it: indentation, empty lines and comments of a line."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def render(template: str, **values: object) -> str:
    """A page. Whatever names hold stays text; what would steer a reader's eye (a changed writing direction) is written
    out."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    style, script = (_lean(text_of(name)) for name in ("report.css", "report.js"))
    environment = Environment(
        loader=_loader(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    given: dict[str, Any] = {
        "style": style,
        "script": script,
        "policy": f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; "
        "form-action 'none'",
        "phrase": plain,
        "counted": count,
        "coded": _coded,
        "version": __version__,
        "words": WORDS,
        "kinds": [str(kind) for kind in DisruptionKind],
    }
    environment.globals |= given
    return environment


def _loader() -> BaseLoader:
    return FunctionLoader(text_of)


def _shown(value: Any) -> Any:
    return visible(value) if type(value) is str and not value.isprintable() and "\n" not in value else value


def _coded(text: str) -> Markup:
    """A text in which what stands between backticks is code."""
    return Markup("").join(  # each piece is escaped by what joins it
        Markup("<code>{}</code>").format(_shown(piece)) if n % 2 else escape(_shown(piece))
        for n, piece in enumerate(_QUOTED.split(text))
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
