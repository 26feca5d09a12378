"""The forms of the picture."""

from __future__ import annotations

from enum import StrEnum


class Form(StrEnum):
    """What reads it."""

    SVG = "svg"
    MERMAID = "mermaid"
    D2 = "d2"
    DRAWIO = "drawio"
