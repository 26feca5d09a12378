"""What a document was made of: by which version, of which graph, on which day."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from bcinfra import __version__

if TYPE_CHECKING:
    from datetime import date

    from bcinfra.commands.subject import Subject


def basis(found: Subject, today: date) -> str:
    """A line for its end. The digest is the same for the same resources with the same inputs, secrets aside."""
    graph = found.graph
    digest = hashlib.sha256()
    for row in sorted(graph, key=lambda one: one.urn):
        digest.update(f"{row.urn}\n{sorted(row.inputs)}\n".encode())
    number = len(graph.resources)
    return (
        f"bcinfra {__version__}, {today}, of {number} resources of {graph.project}/{graph.stack} "
        f"(SHA-256 of their names {digest.hexdigest()[:16]}). Computed from what is declared, without access to it."
    )
