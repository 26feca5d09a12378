"""``bcinfra explain contract``: what the images of a shop's tiers must do, and what they are told."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bcinfra.commands.page import is_page
from bcinfra.commands.subject import subject
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from bcinfra.assembly.image_contract import ImageContract
    from bcinfra.commands.options import Options
    from bcinfra.report.explain import Line
    from bcinfra.spec.page import Page

WORD = "contract"
"""The name that ``bcinfra explain`` knows it by."""
KINDS: Mapping[str, str] = {"aws": "AWS", "gcp": "Google Cloud", "kubernetes": "Kubernetes"}


def shops(stack: str | None, project: Path | None, options: Options) -> list[Page]:
    """The shops of a page, or of a stack. Raises :class:`~bcinfra.exits.UserError`, where there is none too."""
    from bcinfra.continuity.readings.base.sites import SHOP
    from bcinfra.continuity.readings.base.view import as_json
    from bcinfra.spec.load import load_shop
    from bcinfra.spec.page import Page

    if stack is not None and is_page(stack):
        return [load_shop(stack)]
    found = subject(stack, project, options)
    pages = [Page.model_validate(as_json(row.inputs.get("spec"))) for row in found.graph.of_type(SHOP)]
    if not pages:
        raise UserError(
            f"{' '.join(found.words)}: has no shop that bcinfra deploys, so nothing is agreed with an image\n"
            "    docs/contract.md says what each kind of site asks of any image",
            Exit.USAGE,
        )
    return pages


def as_text(pages: Sequence[Page]) -> str:
    """The contracts as JSON."""
    return json.dumps({"shops": [_document(page) for page in pages]}, indent=2, ensure_ascii=False) + "\n"


def _document(page: Page) -> dict[str, Any]:
    from bcinfra.assembly.image_contract import image_contracts

    tiers = {
        tier: {kind: asdict(contract) for kind, contract in kinds.items()}
        for tier, kinds in image_contracts(page).items()
    }
    return {"shop": page.prefix, "tiers": tiers}


def lines(pages: Sequence[Page]) -> list[Line]:
    """The contracts as text."""
    from bcinfra.assembly.image_contract import image_contracts

    return [
        line
        for page in pages
        for tier, kinds in image_contracts(page).items()
        for kind, contract in kinds.items()
        for line in _lines(f"{page.prefix} {tier} at {KINDS[kind]}", contract)
    ]


def _lines(title: str, agreed: ImageContract) -> Iterator[Line]:
    from bcinfra.report.explain import Line

    ports = "".join(f", {name} at {port}" for name, port in agreed.ports.items())
    writable = f": {', '.join(agreed.writable)}" if agreed.writable else ""
    yield Line(0, f"{title} ({', '.join(agreed.sites)})", strong=True)
    for site, image in agreed.images.items():
        yield Line(1, f"image at {site}: {image}")
    if agreed.command:
        yield Line(1, f"command: {' '.join(agreed.command)}")
    yield Line(1, f"architecture: {agreed.architecture}")
    yield Line(1, f"user: {agreed.user}")
    yield Line(1, f"file system: {agreed.file_system}{writable}")
    for path, what in agreed.shared.items():
        yield Line(2, f"{path}: {what}")
    if agreed.port is None:
        yield Line(1, f"ports: none; {agreed.health}")
    else:
        live = f", {agreed.live_path} while it is live" if agreed.live_path else ""
        yield Line(1, f"ports: HTTP at {agreed.port}{ports}")
        yield Line(1, f"health: {agreed.ready_path} answers 200 while it is ready{live}")
        yield Line(2, agreed.health)
    yield Line(1, f"signals: {agreed.signals} after {agreed.stop_seconds} s")
    yield Line(1, f"TLS: {agreed.tls}")
    yield Line(1, f"secrets: {agreed.secrets}")
    yield Line(1, "environment")
    for variable in agreed.variables:
        mark = " (secret)" if variable.secret else ""
        yield Line(2, f"{variable.name}={variable.example}  {variable.meaning}{mark}")
    for name, service in agreed.services.items():
        yield Line(1, f"{ {'mysql': 'MySQL', 'redis': 'Redis'}.get(name, name) }: {service.how}")
        yield Line(2, f"login: {service.login}")
        yield Line(2, f"TLS: {service.tls}")
