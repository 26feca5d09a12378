"""A shop's page that stands alone: the recorder deploys it through the smallest program there is, without a project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bcinfra.commands.output import note
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from bcinfra.commands.options import Options
    from bcinfra.graph.core.model import Graph, Place
    from bcinfra.spec import Shop


def is_page(given: str) -> bool:
    """Whether ``given`` is a file of YAML: what Pulumi prints is JSON."""
    return Path(given).suffix in (".yaml", ".yml") and Path(given).is_file()


def record_page(given: str, options: Options) -> Graph:
    """The graph of the shop in the file ``given``, as a stack called after its environment.

    Its places are lines of the page. Secrets and settings that a project's configuration would hold are assumed, which
    is told on standard error. Raises :class:`~bcinfra.exits.UserError`, for mistakes in the page as ``bcinfra
    validate`` tells them.
    """
    from bcinfra.commands.starter import MAIN, program
    from bcinfra.graph import GraphError, record_stack
    from bcinfra.spec.load import load_shop

    if Path(given).name.startswith("Pulumi."):
        message = f"{given}: is Pulumi's own; give the project's folder, or a shop's page"
        raise UserError(message, Exit.USAGE)
    shop = load_shop(given)
    around = options(shop.name)
    assumed = assumed_settings(shop, around.config) if around.assume else {}
    if assumed:
        listed = ", ".join(key.partition(":")[2] for key in assumed)
        note(f"{given} has no project, so its configuration is assumed: {listed}")
    with TemporaryDirectory(prefix="bcinfra-") as folder:
        project = {"name": shop.name, "runtime": "python", "config": {"pulumi:disable-default-providers": ["*"]}}
        files = {
            "Pulumi.yaml": json.dumps(project),
            f"Pulumi.{shop.environment}.yaml": json.dumps({"config": assumed}),
            MAIN: program(str(Path(given).resolve())),
        }
        for name, text in files.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        try:
            graph = record_stack(Path(folder), shop.environment, around)
        except GraphError as error:
            problems = [replace(one, place=_seen(one.place, folder, given)) for one in error.problems]
            raise type(error)(problems) from None
        rows = {row.urn: replace(row, place=_seen(row.place, folder, given)) for row in graph}
        skipped = tuple(skip._replace(place=_seen(skip.place, folder, given)) for skip in graph.skipped)
    return replace(graph, resources=rows, skipped=skipped)


def _seen(place: Place | None, folder: str, page: str) -> Place | None:
    """A place in a project in ``folder`` as who gave the ``page`` knows it: no other file is theirs."""
    if place is None:
        return None
    own = Path(folder, place.file).resolve() == Path(page).resolve()
    return place._replace(file=page, line=place.line if own else 1)


def page_places(graph: Graph, root: Path) -> dict[str, str]:
    """Where the page of the one shop that a stack declares states each value, by its path (``suppliers.hauliers``), and
    by an empty path where it begins. Places in ``graph`` are told from ``root``; a file that is not there has none."""
    from bcinfra.continuity.readings.base.sites import SHOP
    from bcinfra.spec.load import places
    from bcinfra.spec.problems import SpecError, key
    from bcinfra.spec.source import stated_at

    found = [row.place for row in graph.of_type(SHOP)]
    at = found[0] if len(found) == 1 else None
    if at is None:
        return {}
    file = str(root / at.file)
    known = {"": str(at)}
    if is_page(file):
        with suppress(SpecError):
            known |= {key(path): f"{at.file}:{place.line}" for path, place in places(file).items()}
    elif file.endswith(".py"):
        known |= {key(path): f"{at.file}:{line}" for path, line in stated_at(file, at.line).items()}
    return known


def assumed_settings(shop: Shop, given: Mapping[str, str]) -> dict[str, object]:
    """What the stack's configuration lacks beside what is ``given``, as a stack file holds it."""
    from bcinfra.assembly.secrets import secrets
    from bcinfra.assembly.settings import ASSUMED, settings

    found: dict[str, object] = {name: {"secure": "assumed"} for name in secrets(shop)}
    found |= {name: ASSUMED[name] for name in settings(shop)}
    full = {f"{shop.name}:{name}": value for name, value in found.items()}
    return {key: value for key, value in full.items() if key not in given}
