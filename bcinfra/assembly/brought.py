"""What exists already and is only read."""

from __future__ import annotations

import pulumi


def known(found: pulumi.Resource, ident: str) -> pulumi.Output[str]:
    """The id of a resource that is read. Its own ``id`` is unknown in a preview, which would then replace what is in
    it."""
    return found.urn.apply(lambda _: ident)
