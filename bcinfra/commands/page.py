"""A shop's page that stands alone: the recorder deploys it through the smallest program there is, without a project."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from os.path import relpath
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bcinfra.commands.output import note
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from bcinfra.commands.options import Options
    from bcinfra.graph.core.model import Graph, Place
    from bcinfra.graph.process.project import Project
    from bcinfra.spec import Shop
    from bcinfra.spec.problems import Path as Steps, Place as Stated

_STATED: Final = ("web", "app", "mysql", "redis", "media", "files", "backups")
"""Parts that components are called after."""
_PARTS: Final = {"certificate": "domain", "dns": "domain", "names": "domain", "changes": "mysql", "archive": "backups"}
"""Components that the page states under another name."""


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
    from bcinfra.spec.load import load_shop, places

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
            raise type(error)(replace(one, place=_start(one.place, given)) for one in error.problems) from None
    return _on_page(graph, given, shop, places(given))


def at_page(graph: Graph, project: Project) -> Graph:
    """``graph`` with its rows at the lines of the page that the project's program deploys, where that is beside it.

    It is the page by what the shop says of itself, whatever its file is called.
    """
    from bcinfra.continuity.readings.base.sites import SHOP
    from bcinfra.spec import SpecError
    from bcinfra.spec.load import load_shop, places

    rows = list(graph.of_type(SHOP))
    folder = project.main if project.main.is_dir() else project.main.parent
    for file in sorted(folder.glob("*.y*ml")) if len(rows) == 1 else ():
        if not file.name.startswith("Pulumi."):
            with suppress(SpecError):
                shop = load_shop(file)
                if _plain(shop.model_dump(mode="json", exclude={"active_site"})) == _plain(rows[0].inputs.get("spec")):
                    return _on_page(graph, relpath(file, project.root), shop, places(file))
    return graph


def _plain(value: object) -> object:
    """What is stated in ``value``: the SDK sends no ``None``."""
    from bcinfra.graph.core.values import is_list, is_object

    if is_object(value):
        return {key: _plain(one) for key, one in value.items() if one is not None}
    return list(map(_plain, value)) if is_list(value) else value


def assumed_settings(shop: Shop, given: Mapping[str, str]) -> dict[str, object]:
    """What the stack's configuration lacks beside what is ``given``, as a stack file holds it."""
    from bcinfra.assembly.secrets import secrets
    from bcinfra.assembly.settings import ASSUMED, settings

    found: dict[str, object] = {name: {"secure": "assumed"} for name in secrets(shop)}
    found |= {name: ASSUMED[name] for name in settings(shop)}
    full = {f"{shop.name}:{name}": value for name, value in found.items()}
    return {key: value for key, value in full.items() if key not in given}


def _start(place: Place | None, page: str) -> Place | None:
    """The page's first line in the place of one in the program that deploys it."""
    return place and place._replace(file=page, line=1)


def _on_page(graph: Graph, page: str, shop: Shop, lines: Mapping[Steps, Stated]) -> Graph:
    """``graph`` with each row that the shop declares at the line of the page that asks for it."""
    from bcinfra.continuity.readings.base.sites import SHOP

    at = next(row.place for row in graph.of_type(SHOP))
    rows = {
        row.urn: replace(row, place=at._replace(file=page, line=_line(row.name, shop, lines)))
        for row in graph
        if at and row.place == at
    }
    skipped = tuple(
        skip._replace(place=_start(skip.place, page)) if skip.place == at else skip for skip in graph.skipped
    )
    return replace(graph, resources={**graph.resources, **rows}, skipped=skipped)


def _line(name: str, shop: Shop, lines: Mapping[Steps, Stated]) -> int:
    """The line that states what ``name`` belongs to: a tier or a store, data, a site; else where the page begins.

    Names are made of the shop's prefix, the site where there is one, and the part: ``corner-prod-ireland-web-service``.
    """
    steps = [step for step in name.removeprefix(f"{shop.prefix}-").split("-") if step]
    site = _first(steps, shop.sites)
    within = steps[site.count("-") + 1 :] if site else steps
    part = _first(within, [*(key for key in _STATED if (key,) in lines), *_PARTS])
    data = _first(within, shop.data)
    asked: Iterable[Steps] = ((_PARTS.get(part or "", part or ""),), ("data", data or ""), ("sites", site or ""))
    return next((lines[path].line for path in asked if path in lines), 1)


def _first(steps: list[str], names: Iterable[str]) -> str | None:
    """The longest of ``names`` that the ``steps`` of a name begin with."""
    begins = [name for name in map(str, names) if steps[: name.count("-") + 1] == name.split("-")]
    return max(begins, key=len, default=None)
