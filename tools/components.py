"""Write ``docs/components``: what each component is, declares and survives, from the code and its example.

No verdict is written by hand: what a component survives is what the assessment says of it in its example.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from typing import Final, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bcinfra.component import Args, Component
from bcinfra.graph import Resource
from bcinfra.spec.base import Model as SpecPart
from tools.alone import Row, survives
from tools.examples import PACKAGES, ROOT, arguments, components, example, path, slug

PAGES: Final = ROOT / "docs" / "components"
SHOWN: Final = 48
"""Characters of a default that a table shows."""
AFTER: Final = "After a failover"
"""What the paragraph of a docstring begins with that says what to do then."""


def pages() -> dict[Path, str]:
    """Every page by where it stands."""
    found = {PAGES / "README.md": _index()}
    for package in PACKAGES:
        if _shared(package):
            found[PAGES / package / "README.md"] = _package(package)
        found |= {page(cls): _page(cls) for cls in components(package)}
    return found


def page(cls: type[Component]) -> Path:
    """Where a component's page stands, whether it is there or not."""
    return PAGES / cls.package / f"{slug(cls)}.md"


def after_failover(cls: type[Component]) -> str | None:
    """What a component's docstring says is to be done after a failover."""
    return next((text for text in _paragraphs(cls) if text.startswith(AFTER)), None)


def _index() -> str:
    lines = [
        "# Components",
        "",
        "Each is usable alone, in any Pulumi program. Its page says what it is, what to do after a failover, how it is"
        " used, what it declares, what it survives by itself, what it gives and what it takes.",
        "",
        "The programs shown are those of [examples](../../examples), a Pulumi project whose stacks are called after"
        " the component: `bcinfra preview aws.mysql --project examples`.",
        "",
        "**What it survives** is not promised but computed: the example is recorded, and the assessment takes away its"
        " zones, regions, keys and accounts one by one, with nothing else of a shop to help or to hinder: no backup"
        " plan, no automation of another component. Of several, the one that hurts most is shown. Figures are"
        " typical, in brackets the 95th percentile. While a place is lost, what would be gone for good if it never"
        " came back counts as lost. `bcinfra assess` judges your program as a whole.",
    ]
    for package, title in PACKAGES.items():
        lines += ["", f"## {title}", "", f"`bcinfra.{package}`", "", "| component | what it is |", "| --- | --- |"]
        lines += [f"| [{c.__name__}]({package}/{slug(c)}.md) | {_cell(_first(c))} |" for c in components(package)]
        if _shared(package):
            lines += ["", f"Several share [arguments]({package}/README.md)."]
    return "\n".join([*lines, ""])


def _package(package: str) -> str:
    """What arguments of several components are made of."""
    lines = [f"# {PACKAGES[package]}: arguments that several components share", ""]
    lines += [f"The components are [listed together](../README.md#{PACKAGES[package].lower().replace(' ', '-')})."]
    for cls in _shared(package):
        lines += ["", f"## {cls.__name__}", "", f"{_imported(cls)} {_first(cls)}", "", *_table(cls)]
    return "\n".join([*lines, ""])


def _page(cls: type[Component]) -> str:
    found = example(cls)
    about = [text for text in _paragraphs(cls) if not text.startswith(AFTER)]
    shared = _shared(cls.package)
    lines = [f"# {cls.__name__}", "", f"`from bcinfra.{cls.package} import {cls.__name__}`", "", "\n\n".join(about)]
    if then := after_failover(cls):
        lines += ["", f"## {AFTER}", "", then]
    lines += ["", "## Example", "", f"`bcinfra preview {cls.package}.{slug(cls)} --project examples`", "", "```python"]
    lines += [path(cls).read_text(encoding="utf-8").rstrip(), "```", ""]
    lines += ["## What it declares", "", f"{_counts(found.made)}.", ""]
    lines += ["## What it survives by itself", "", *_survived(survives(found.model, found.own)), ""]
    lines += ["## Outputs", "", *_outputs(cls), ""]
    lines += [f"## Arguments: {arguments(cls).__name__}", "", *_table(arguments(cls))]
    for part in _parts(arguments(cls)):
        if part in shared:
            lines += ["", f"`{part.__name__}`: [{_first(part)}](README.md#{part.__name__.lower()})"]
        else:
            lines += ["", f"### {part.__name__}", "", f"{_imported(part)} {_first(part)}", "", *_table(part)]
    return "\n".join([*lines, ""])


def _imported(cls: type) -> str:
    return f"`from {'.'.join(cls.__module__.split('.')[:2])} import {cls.__name__}`."


@cache
def _shared(package: str) -> list[type[BaseModel]]:
    """What arguments of two components or more are made of, in the order of their names."""
    counts = Counter(part for cls in components(package) for part in _parts(arguments(cls)))
    return sorted((part for part, n in counts.items() if n > 1), key=lambda part: part.__name__)


@cache
def _parts(cls: type[BaseModel]) -> list[type[BaseModel]]:
    """The models that the fields of ``cls`` hold, those inside of others too."""
    found: dict[type[BaseModel], None] = {}
    queue: list[object] = [field.annotation for field in cls.model_fields.values()]
    while queue:
        at = queue.pop(0)
        if isinstance(at, type) and issubclass(at, Args | SpecPart) and at not in found:
            found[at] = None
            queue += [field.annotation for field in at.model_fields.values()]
        queue += get_args(at)
    return list(found)


def _survived(rows: Iterable[Row]) -> Iterator[str]:
    rows = list(rows)
    if not rows:
        yield "Not judged alone: it neither serves requests nor keeps data by itself."
        return
    yield "| what is lost | outcome | back after | data lost |"
    yield "| --- | --- | --- | --- |"
    for row in rows:
        yield f"| {row.lost} | {row.outcome} | {row.back} | {row.data} |"


def _counts(made: Iterable[Resource]) -> str:
    counts = Counter(_short(row.type) for row in made if row.custom and not row.is_provider)
    listed = [f"{n} `{name}`" for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    inside = Counter(row.type.rsplit(":", 1)[-1] for row in made if row.is_component)
    found = ", ".join([*listed, *(f"{n} `{name}`" for name, n in sorted(inside.items()))])
    return f"In the example: {found}" if found else "No resource"


def _short(token: str) -> str:
    """``rds.Instance`` of ``aws:rds/instance:Instance``."""
    package, module, name = token.split(":", 2)
    return name if package == "bcinfra" else f"{module.split('/')[0]}.{name}"


def _outputs(cls: type[Component]) -> Iterator[str]:
    yield "| output | type | |"
    yield "| --- | --- | --- |"
    for base in reversed(cls.__mro__):
        if not issubclass(base, Component) or base is Component:
            continue
        said = _said_of_attributes(base)
        for name, kind in inspect.get_annotations(base).items():
            if name in said:
                yield f"| `{name}` | `{_type(kind).replace('pulumi.', '')}` | {_cell(said[name])} |"


def _said_of_attributes(cls: type) -> dict[str, str]:
    """The docstring of each attribute that a class annotates."""
    body = ast.parse(dedent(inspect.getsource(cls))).body[0].body  # type: ignore[attr-defined]
    return {
        at.target.id: inspect.cleandoc(then.value.value)
        for at, then in pairwise(body)
        if isinstance(at, ast.AnnAssign) and isinstance(at.target, ast.Name)
        if isinstance(then, ast.Expr) and isinstance(then.value, ast.Constant) and isinstance(then.value.value, str)
    }


def _table(cls: type[BaseModel]) -> Iterator[str]:
    yield "| argument | type | default | |"
    yield "| --- | --- | --- | --- |"
    kinds = {name: kind for base in reversed(cls.__mro__) for name, kind in inspect.get_annotations(base).items()}
    for name, field in cls.model_fields.items():
        yield f"| `{name}` | `{_type(kinds[name])}` | {_default(field)} | {_cell(field.description or '')} |"


def _type(kind: object) -> str:
    return re.sub(r"\s+", " ", str(kind)).replace("|", "&#124;")


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
    return "{" + ", ".join(sorted(map(repr, value))) + "}" if isinstance(value, frozenset) else repr(value)


def _paragraphs(cls: type) -> list[str]:
    """A docstring as paragraphs of Markdown. Tables stand as they are written."""
    found: list[str] = []
    for text in re.split(r"\n\s*\n", inspect.getdoc(cls) or ""):
        if re.match(r"=+ ", text):
            found.append(f"```text\n{text}\n```")
        elif text.startswith("- "):
            found.append(_plain(text))
        else:
            found.append(_plain(re.sub(r"\s+", " ", text)))
    return found


def _first(cls: type) -> str:
    """The first sentence of a docstring."""
    return re.split(r"(?<=[.!])\s", _paragraphs(cls)[0], maxsplit=1)[0]


def _cell(text: str) -> str:
    return _plain(re.sub(r"\s+", " ", text)).replace("|", "\\|")


def _plain(text: str) -> str:
    """Markdown of reStructuredText: roles and literals become code."""
    return re.sub(r"``([^`]+)``", r"`\1`", re.sub(r":\w+:`(?:~[\w.]*\.)?([^`]+)`", r"`\1`", text))
