"""What of bcinfra is installed: each vendor's part is an extra of its own."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final

from bcinfra.exits import Exit, UserError

SDKS: Final[Mapping[str, str]] = {
    "aws": "pulumi_aws",
    "cloudflare": "pulumi_cloudflare",
    "gcp": "pulumi_gcp",
    "kubernetes": "pulumi_kubernetes",
}
"""The module that each extra brings."""


class MissingExtraError(UserError, ModuleNotFoundError):
    """What is asked for belongs to an extra that is not installed."""

    exit = Exit.USAGE


def need(*extras: str, what: str) -> None:
    """Raise :class:`MissingExtraError` unless all ``extras`` are installed that ``what`` takes."""
    missing = [extra for extra in extras if find_spec(SDKS[extra]) is None]
    if missing:
        listed, named = ",".join(missing), " and ".join(missing)
        several = "s" if len(missing) > 1 else ""
        raise MissingExtraError(f"{what} needs bcinfra's extra{several} {named}: pip install 'bcinfra[{listed}]'")
