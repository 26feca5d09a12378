"""Write ``docs/components``: what each component is, declares and survives, from the code and from recorded samples.

``python -m tools.components`` (``make docs``). No verdict is written by hand: what a component survives is what the
assessment says of it in a sample.
"""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bcinfra.component import Args, Component
from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.readings.read import read
from bcinfra.graph import Graph, Resource, record
from bcinfra.spec.base import Model as SpecPart
from tools.alone import Row, below, survives

PAGES: Final = Path(__file__).parents[1] / "docs" / "components"
PACKAGES: Final = {"aws": "AWS", "gcp": "Google Cloud", "kubernetes": "Kubernetes", "onprem": "On premises"}
MADE: Final = "<!-- made by `make docs`; change the code, not this page -->"
SHOWN: Final = 48
"""Characters of a default that a table shows."""


class Sample(NamedTuple):
    """A component in a recorded program."""

    source: str
    graph: Graph
    model: Model
    row: Resource
    made: tuple[Resource, ...]


def pages() -> dict[str, str]:
    """Every page by file name."""
    found = {f"{package}.md": _page(package) for package in PACKAGES}
    return {"README.md": _index(), **found}


def write() -> None:
    """Write the pages."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")


# Samples


def _aws() -> Iterator[tuple[str, Graph]]:
    from bcinfra import aws
    from tests.assembly.test_contracts import shops
    from tests.aws import test_accelerator, test_bucket_events, test_vpn

    for name, graph in shops().items():
        yield f"the sample shop {graph.stack}" if name != "other" else "a shop with Aurora and virtual machines", graph
    programs: dict[str, Callable[[], object]] = {
        "a bucket that another vendor copies": lambda: aws.BucketEvents("media", test_bucket_events.args()),
        "two sites behind one address": lambda: aws.Accelerator("shop", test_accelerator.args()),
        "checks of a site in Ghent": lambda: aws.SiteChecks("ghent", test_vpn.checks()),
    }
    for name, program in programs.items():
        yield name, record(program)


def _gcp() -> Iterator[tuple[str, Graph]]:
    from tests.gcp.shop import everything

    yield "a shop of all components, in Ghent and Turin", record(everything())


def _kubernetes() -> Iterator[tuple[str, Graph]]:
    from bcinfra import kubernetes as k
    from tests.kubernetes import test_data, test_mysql, test_workload
    from tests.kubernetes.conftest import cluster

    def namespace() -> None:
        at = cluster()
        k.Priorities("shop", k.PrioritiesArgs(cluster=at))
        k.Namespace("shop", k.NamespaceArgs(cluster=at))
        hosts = {"shop.example": {"/": k.Route(service="web", port=8080)}}
        entrance = k.IngressArgs(
            cluster=at,
            namespace="shop",
            controller="nginx",
            hosts=hosts,
            tls_secret="shop-tls",  # noqa: S106  its name
        )
        k.Ingress("entrance", entrance)

    programs: dict[str, Callable[[], object]] = {
        "a workload in three zones": lambda: k.Workload("web", test_workload.args(peaks=test_workload.BLACK_FRIDAY)),
        "MySQL at two sites": lambda: k.MySql("orders", test_mysql.args()),
        "Redis in three zones": lambda: k.Redis("carts", test_data.redis_args()),
        "Ceph in three racks": test_data.storage,
        "file backups": lambda: k.FileBackups("media", test_data.backup_args()),
        "a namespace": namespace,
    }
    for name, program in programs.items():
        yield name, record(program)


def _onprem() -> Iterator[tuple[str, Graph]]:
    from bcinfra.onprem import Site
    from tests.onprem.test_site import args

    yield "a machine room in Ghent", record(lambda: Site("ghent", args()))


_SOURCES: Final[Mapping[str, Callable[[], Iterator[tuple[str, Graph]]]]] = {
    "aws": _aws,
    "gcp": _gcp,
    "kubernetes": _kubernetes,
    "onprem": _onprem,
}


@cache
def samples(package: str) -> Mapping[str, Sample]:
    """One sample of each component of a package, by type token: the largest of the first program that has it."""
    found: dict[str, Sample] = {}
    for source, graph in _SOURCES[package]():
        model = read(graph)
        for token, rows in sorted(graph.types.items()):
            if token.startswith(f"bcinfra:{package}:") and token not in found:
                made = {row.urn: tuple(below(graph, row)) for row in rows}
                row = min(rows, key=lambda row: (-len(made[row.urn]), row.urn))
                found[token] = Sample(source, graph, model, row, made[row.urn])
    return found


# Pages


def public(package: str) -> list[type]:
    """The public classes of a package, in the order of their names."""
    module = import_module(f"bcinfra.{package}")
    names = sorted(name for names in module._HOMES.values() for name in names)
    return [cls for name in names if inspect.isclass(cls := getattr(module, name))]


def components(package: str) -> list[type[Component]]:
    """The components of a package, without those that others are kinds of."""
    found = [cls for cls in public(package) if issubclass(cls, Component)]
    return [cls for cls in found if not any(cls in other.__bases__ for other in found)]


def _index() -> str:
    rows = [
        f"| [{title}]({package}.md) | {', '.join(f'`{cls.__name__}`' for cls in components(package))} |"
        for package, title in PACKAGES.items()
    ]
    return "\n".join(
        [
            MADE,
            "# Components",
            "",
            "Each is usable alone, in any Pulumi program. Its page says what it declares, what it survives by itself"
            " and what it takes.",
            "",
            "| | |",
            "| --- | --- |",
            *rows,
            "",
            "**What it survives** is not promised but computed: the component is recorded in a sample, and the"
            " assessment takes away its zones, regions, keys and accounts one by one, with nothing else of the shop to"
            " help or to hinder: no backup plan, no automation of another component. Of several, the one that hurts"
            " most is shown. Figures are typical, in brackets the 95th percentile. While a place is lost, what would be"
            " gone for good if it never came back counts as lost. `bcinfra assess` judges your program as a whole.",
            "",
        ]
    )


def _page(package: str) -> str:
    taken = samples(package)
    found = components(package)
    lines = [
        MADE,
        f"# {PACKAGES[package]}",
        "",
        f"`from bcinfra.{package} import ...`",
        "",
        "| component | what it is |",
    ]
    lines += ["| --- | --- |"]
    lines += [f"| [{cls.__name__}](#{cls.__name__.lower()}) | {_cell(_first(cls))} |" for cls in found]
    for cls in found:
        lines += ["", *_component(cls, taken.get(f"bcinfra:{package}:{cls.__name__}"))]
    parts = [cls for cls in public(package) if issubclass(cls, Args) and cls not in map(_args, found)]
    stated = list(dict.fromkeys(model for cls in (*map(_args, found), *parts) for model in _stated(cls)))
    if parts or stated:
        lines += ["", "## What arguments are made of"]
    if stated:
        lines += ["", f"`from bcinfra.spec import {', '.join(sorted(model.__name__ for model in stated))}`"]
    for cls in (*parts, *stated):
        lines += ["", *_arguments(cls, f": {_first(cls)}")]
    return "\n".join([*lines, ""])


def _stated(cls: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The parts of a shop's page that arguments hold, those inside of others too."""
    queue: list[object] = [field.annotation for field in cls.model_fields.values()]
    while queue:
        at = queue.pop(0)
        if isinstance(at, type) and issubclass(at, SpecPart):
            yield at
            queue += [field.annotation for field in at.model_fields.values()]
        queue += get_args(at)


def _component(cls: type[Component], sample: Sample | None) -> Iterator[str]:
    yield f"## {cls.__name__}"
    yield ""
    yield _first(cls)
    yield ""
    if sample is None:
        yield "No sample declares it yet, so neither what it declares nor what it survives is shown."
    else:
        yield f"**Declares**, in {sample.source}: {_counts(sample.made)}."
        yield ""
        rows = survives(sample.model, {sample.row.urn, *(row.urn for row in sample.made)})
        yield from _survived(rows)
    yield ""
    yield from _arguments(_args(cls))


def _survived(rows: Iterable[Row]) -> Iterator[str]:
    rows = list(rows)
    if not rows:
        yield "**Survives**: not judged alone; it neither serves requests nor keeps data by itself."
        return
    yield "| what is lost | outcome | back after | data lost |"
    yield "| --- | --- | --- | --- |"
    for row in rows:
        yield f"| {row.lost} | {row.outcome} | {row.back} | {row.data} |"


def _counts(made: Iterable[Resource]) -> str:
    counts = Counter(_short(row.type) for row in made if row.custom and not row.is_provider)
    listed = [f"{n} `{name}`" for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    inside = Counter(row.type.rsplit(":", 1)[-1] for row in made if row.is_component)
    return ", ".join([*listed, *(f"{n} {name}" for name, n in sorted(inside.items()))]) or "nothing"


def _short(token: str) -> str:
    """``rds.Instance`` of ``aws:rds/instance:Instance``."""
    package, module, name = token.split(":", 2)
    return name if package == "bcinfra" else f"{module.split('/')[0]}.{name}"


def _args(cls: type[Component]) -> type[Args]:
    return getattr(import_module(cls.__module__), f"{cls.__name__}Args")


def _arguments(cls: type[BaseModel], what: str = "") -> Iterator[str]:
    yield f"<details><summary><b>{cls.__name__}</b>{what}</summary>"
    yield ""
    yield "| argument | type | default | |"
    yield "| --- | --- | --- | --- |"
    kinds = {name: kind for base in reversed(cls.__mro__) for name, kind in inspect.get_annotations(base).items()}
    for name, field in cls.model_fields.items():
        kind = re.sub(r"\s+", " ", str(kinds[name]))
        yield f"| `{name}` | `{kind.replace('|', '&#124;')}` | {_default(field)} | {_cell(field.description or '')} |"
    yield ""
    yield "</details>"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value: object = field.get_default(call_default_factory=True, validated_data={})
    text = "" if value is None or value in ((), "", {}, frozenset()) else _written(value)
    return f"`{text}`" if text and len(text) <= SHOWN else "" if not text else "see the code"


def _written(value: object) -> str:
    """A default as one writes it, the same every time."""
    if isinstance(value, Enum):
        return str(value.value)
    return "{" + ", ".join(sorted(map(repr, value))) + "}" if isinstance(value, frozenset) else repr(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _first(cls: type) -> str:
    """The first sentence of a docstring."""
    text = re.sub(r"\s+", " ", (inspect.getdoc(cls) or "").split("\n\n")[0])
    return _plain(re.split(r"(?<=[.!])\s", text, maxsplit=1)[0])


def _cell(text: str) -> str:
    return _plain(re.sub(r"\s+", " ", text)).replace("|", "\\|")


def _plain(text: str) -> str:
    """Markdown of reStructuredText: roles and literals become code."""
    return re.sub(r"``([^`]+)``", r"`\1`", re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text))


if __name__ == "__main__":
    write()
