"""An ordinary shop in PHP is stated on one screen, and previews on AWS, Google Cloud and Kubernetes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bcinfra.continuity.readings.read import read
from tests.assembly.conftest import php

PAGES = Path(__file__).parents[2] / "examples" / "php"
SCREEN = 50
"""Lines."""
DECLARES = {
    "aws": {
        "bcinfra:aws:FargateTier": 1,
        "bcinfra:aws:Worker": 1,
        "bcinfra:aws:Job": 1,
        "bcinfra:aws:Queue": 1,
        "bcinfra:aws:Search": 1,
        "aws:ec2/natGateway:NatGateway": 0,
    },
    "gcp": {"bcinfra:gcp:CloudRunTier": 1, "bcinfra:gcp:Worker": 1, "bcinfra:gcp:Job": 1, "bcinfra:gcp:Queue": 1},
    "kubernetes": {
        "bcinfra:kubernetes:Workload": 1,
        "bcinfra:kubernetes:Worker": 1,
        "bcinfra:kubernetes:Job": 1,
        "bcinfra:kubernetes:RabbitMq": 1,
        "bcinfra:kubernetes:Search": 1,
    },
}


def test_there_is_a_page_for_each() -> None:
    assert {path.stem for path in PAGES.glob("*.yaml")} == set(DECLARES)


@pytest.mark.parametrize("ground", DECLARES)
def test_it_is_stated_on_one_screen_and_previews(ground: str) -> None:
    page = PAGES / f"{ground}.yaml"
    assert len(page.read_text(encoding="utf-8").splitlines()) <= SCREEN
    graph = php(ground)
    assert {token: len(graph.of_type(token)) for token in DECLARES[ground]} == DECLARES[ground]
    model = read(graph)
    assert model.not_understood == ()
    assert [one.name for one in model.capabilities] == ["account", "browse", "cart", "checkout", "search", "support"]
