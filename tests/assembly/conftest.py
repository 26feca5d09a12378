"""What tests of assembled shops share: the sample shop, recorded, and changes of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bcinfra import spec
from bcinfra.assembly import deploy, secrets
from bcinfra.assembly.settings import settings
from bcinfra.graph import Graph, record
from bcinfra.spec import Strategy
from tests.kept import kept

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "stacks"))

import b2b as b2b  # noqa: E402
import hybrid as hybrid  # noqa: E402
import large as large  # noqa: E402
import midsize  # noqa: E402

SETTINGS = {
    "replicationCa": "-----BEGIN CERTIFICATE-----",
    "replicationDump": "gs://sample/shop.sql.gz",
    "transferSubject": "112233445566778899000",
}


def without_files(shop: spec.Shop) -> dict[str, Any]:
    """The changes by which ``shop`` shares no files, so that any number of its sites may serve or write."""
    data = {name: row for name, row in shop.data.items() if row.home != "files"}
    needs = {name: capability.needs for name, capability in shop.capabilities.items() if capability}
    gone = {name for name, needed in needs.items() if needed and set(needed.data) - data.keys()}
    kept = {name: row for name, row in shop.capabilities.items() if name not in gone}
    return {"files": None, "data": data, "capabilities": kept}


def active(shop: spec.Shop) -> dict[str, Any]:
    """The changes by which ``shop`` serves from both of its sites, and shares no files, which one site writes."""
    return {
        **without_files(shop),
        "strategy": Strategy.ACTIVE_ACTIVE,
        "sites": {**shop.sites, "frankfurt": shop.sites["frankfurt"].revised(role="active")},
        "mysql": shop.mysql and shop.mysql.revised(engine="aurora", version="8.0", storage_limit=None),
    }


def php(ground: str) -> Graph:
    """The graph of the ordinary shop in PHP, which has workers and jobs, on ``ground``."""
    return sample(f"php-{ground}")


@cache
def sample(stack: str) -> Graph:
    """The graph of a sample's stack, such as ``small-prod``."""
    customer, _, environment = stack.rpartition("-")
    return recorded(import_module(customer).SHOPS[environment])


def recorded(shop: spec.Shop, declare: Callable[[spec.Shop], object] = deploy, **more: str) -> Graph:
    """The graph of ``shop``, as its stack program declares it; ``more`` is set in its configuration."""
    if declare is not deploy:
        return _recorded(lambda: declare(shop), shop, more)
    return kept(f"recorded {shop!r} {more}".encode(), lambda: _recorded(lambda: deploy(shop), shop, more))


def _recorded(program: Callable[[], object], shop: spec.Shop, more: Mapping[str, str]) -> Graph:
    return record(
        program,
        project="bcinfra",
        stack=shop.prefix,
        config={
            "pulumi:disable-default-providers": '["*"]',
            **{f"bcinfra:{name}": SETTINGS[name] for name in settings(shop)},
            "bcinfra:alertEmail": "operators@sample.example",
            **{f"bcinfra:{name}": value for name, value in more.items()},
        },
        secret_config=[f"bcinfra:{name}" for name in secrets(shop)],
    )


@pytest.fixture
def prod() -> Graph:
    """The mid-size shop as it stands."""
    return sample("midsize-prod")


@pytest.fixture
def changed() -> Callable[..., Graph]:
    """The mid-size shop with some fields of its specification changed."""
    return lambda **changes: recorded(midsize.PROD.revised(**changes))


@pytest.fixture
def shop() -> spec.Shop:
    """The mid-size shop's specification."""
    return midsize.PROD
