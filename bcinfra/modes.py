"""Pages that customers are shown instead of the shop, and what edges run for it. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

import pulumi
from pydantic import Field

from bcinfra import operations
from bcinfra.component import Args, Str

MODE: Final = "mode"
"""The key of the store under which it stands what customers are shown."""
OPEN: Final = "open"
"""What stands there while they are shown the shop."""


Page: TypeAlias = Annotated[str, Field(pattern=r"^https://[^\s?#]+/$")]
"""What pages are below. They are asked for by customers' browsers, not by edges."""


class Modes(Args):
    """Pages that customers are shown instead of the shop, when somebody says so.

    ``open``: the shop. ``read-only``: what is read is shown, who would order is led to ``read-only.html``. ``queue
    SHARE``: of those who ask, ``SHARE`` percent are let in each minute, and keep their place as long as they go on and
    for an hour; the others are led to ``queue.html``. ``closed``: all are led to ``closed.html``. Edges do not count
    together, so that a share can be stated and no number a minute: with ``N`` waiting, ``SHARE`` percent of ``N``
    come in a minute.
    """

    page: Page = Field(examples=["https://shop-help.example/"])
    """What the pages are below, best with another vendor."""
    key: Str
    """A secret, of which the key is made that places are signed with."""
    health: str = Field(pattern="^/", examples=["/health"])
    """The path that health checks ask for: the shop itself always answers it, or names would lead elsewhere."""

    @property
    def signs(self) -> pulumi.Output[str]:
        """What places are signed with."""
        return pulumi.Output.secret(self.key).apply(lambda key: hashlib.sha256(f"admission {key}".encode()).hexdigest())


def program(modes: Modes, passing: Iterable[str], vendor: Literal["cloudfront", "cloudflare"]) -> str:
    """What edges of a vendor run before they answer; ``passing``: regular expressions of paths that pass the queue."""
    settings = {"page": modes.page, "health": modes.health, "passing": [*passing]}
    folder = Path(operations.__path__[0])
    texts = ((folder / name).read_text(encoding="utf-8") for name in ("edge_modes.js", f"edge_modes_{vendor}.js"))
    return "\n".join((f"const SETTINGS = {json.dumps(settings)};", *texts))


def path_pattern(path: str) -> str:
    """A path, of which ``*`` stands for any characters, as a regular expression."""
    return "^" + re.escape(path).replace(r"\*", ".*") + "$"
