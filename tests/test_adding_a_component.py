"""A component is whole when it stands at every place that ``docs/adding-a-component.md`` names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from inspect import getdoc, getmembers, isclass
from typing import ClassVar

import pytest

from bcinfra.component import Args, Component
from bcinfra.continuity.readings.base.reading import Part
from bcinfra.continuity.readings.joins import capabilities
from bcinfra.continuity.readings.table import READINGS
from bcinfra.graph import Resource
from bcinfra.spec import data
from tests.test_docs import moves
from tests.test_examples import DECLARES, SURVIVES
from tools.components import after_failover, page
from tools.docs import DOCS
from tools.examples import PACKAGES, ROOT, example, path, slug

UNUSED = {
    "aws.site_checks": "no assembly watches a building's lines from outside",
    "gcp.backups": "Backup and DR takes no instance under a key of the customer's",
    "gcp.instance_tier": "the samples run containers; a shop of tests/assembly/test_gcp_contracts.py runs machines",
    "gcp.internal_balancer": "containers are called by name; it comes with machines",
    "gcp.site_checks": "no assembly watches a building's lines from outside",
    "gcp.site_vpn": "no sample at Google Cloud calls a building; a shop of tests/assembly/test_gcp_contracts.py does",
}
"""Components that no sample customer uses, and why not."""


def written(package: str) -> Iterator[type[Component]]:
    """The component classes that stand in the modules of a package, whether it exports them or not."""
    folder = ROOT / "bcinfra" / package
    for module in (import_module(f"bcinfra.{package}.{at.stem}") for at in sorted(folder.glob("[!_]*.py"))):
        for name, cls in getmembers(module, isclass):
            if issubclass(cls, Component) and cls.__module__ == module.__name__ and not name.startswith("_"):
                yield cls


WRITTEN = {f"{package}.{slug(cls)}": cls for package in PACKAGES for cls in written(package)}
KINDS_OF = {base for cls in WRITTEN.values() for base in cls.__bases__}
COMPONENTS = {name: cls for name, cls in WRITTEN.items() if cls not in KINDS_OF}


@cache
def text_of(folder: str, pattern: str) -> tuple[str, ...]:
    return tuple(at.read_text(encoding="utf-8") for at in sorted((ROOT / folder).rglob(pattern)))


def names(cls: type[Component], texts: tuple[str, ...], what: str = r"\b{}\b") -> list[str]:
    """Those of some texts that name a component."""
    return [text for text in texts if re.search(what.format(cls.__name__), text)]


def customers(cls: type[Component]) -> bool:
    token = f"bcinfra:{cls.package}:{cls.__name__}"
    return any(re.search(rf"\b{token}\b", text) for text in text_of("tests/golden", "*.urns"))


def unused(cls: type[Component]) -> bool:
    return f"{cls.package}.{slug(cls)}" in UNUSED


def made(cls: type[Component]) -> list[Resource]:
    return [row for row in example(cls).made if row.custom and not row.is_provider] if path(cls).is_file() else []


def argued(cls: type[Component]) -> bool:
    found = getattr(import_module(cls.__module__), f"{cls.__name__}Args", None)
    fields = found.model_fields.values() if found is not None and issubclass(found, Args) else ()
    return bool(fields) and all(field.description for field in fields) and bool(getdoc(found))


def exported(cls: type[Component]) -> bool:
    package = import_module(f"bcinfra.{cls.package}")
    return all(getattr(package, name, None) for name in (cls.__name__, f"{cls.__name__}Args"))


def sealed(cls: type[Component]) -> bool:
    tests = names(cls, text_of(f"tests/{cls.package}", "test_*.py"), r"\b{}\(")
    return any(re.search(r"\b(counts|Counter)\(", text) for text in tests)


def read(cls: type[Component]) -> bool:
    return bool(path(cls).is_file()) and all(row.type in READINGS for row in made(cls))


def knocked_out(cls: type[Component]) -> bool:
    own = [row.type for row in made(cls) if row.type in READINGS and READINGS[row.type].part is Part.OWN]
    knocks = "".join(text_of("tests/continuity/knockouts", "*.py"))
    return unused(cls) or (path(cls).is_file() and (not own or any(token.split(":")[-1] in knocks for token in own)))


PLACES: dict[str, Callable[[type[Component]], bool]] = {
    "The class": lambda cls: bool(cls.__doc__) and cls.package in PACKAGES,
    "Its arguments": argued,
    "After a failover": lambda cls: not argued(cls) or not moves(cls) or after_failover(cls) is not None,
    "The package's names": exported,
    "Its tests": sealed,
    "The example": lambda cls: path(cls).is_file(),
    "The example's claim": lambda cls: f"{cls.package}.{slug(cls)}" in {*SURVIVES, *DECLARES},
    "The page": lambda cls: page(cls).is_file(),
    "The readings": read,
    "The assembly": lambda cls: unused(cls) or bool(names(cls, text_of("bcinfra/assembly", "*.py"))),
    "A sample customer": lambda cls: unused(cls) or customers(cls),
    "The knock-outs": knocked_out,
}
"""The places of a component, by their titles in the checklist, and whether it stands there."""


def missing(cls: type[Component]) -> list[str]:
    """The places where a component does not stand yet."""
    return [place for place, stands in PLACES.items() if not stands(cls)]


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_stands_at_every_place(name: str) -> None:
    assert missing(COMPONENTS[name]) == [], f"{name}: see docs/adding-a-component.md"


def test_only_what_no_sample_uses_is_excused() -> None:
    assert [name for name in UNUSED if name not in COMPONENTS or customers(COMPONENTS[name])] == []


def test_the_checklist_names_every_place() -> None:
    page = (DOCS / "adding-a-component.md").read_text(encoding="utf-8")
    titles = re.findall(r"^\d+\. \*\*(.+?)\*\*", page, re.MULTILINE)
    assert [title for title in titles if title in PLACES] == list(PLACES)


def test_every_home_of_data_is_judged() -> None:
    assert set(capabilities.HOMES) == set(data.HOMES)


class _Half(Component):
    package: ClassVar[str] = "aws"


def test_a_half_made_component_is_told_all_that_it_lacks() -> None:
    assert set(missing(_Half)) == set(PLACES) - {"After a failover"}
