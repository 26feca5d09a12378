"""The picture of what stands where, and its forms: the same each time, and no name leaves its label."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from bcinfra.report.diagrams.change import Effect, to_mermaid as drawn_change, to_text
from bcinfra.report.diagrams.form import Form
from bcinfra.report.diagrams.forms import to_diagram
from bcinfra.report.diagrams.layout import absolute, placed
from bcinfra.report.diagrams.picture import Box, Chip, Picture, picture
from tests.report.conftest import Shop

HOSTILE = "\"] end; click x '${y}' </text><script>alert(1)</script>`\n\u202e"


@pytest.fixture(scope="module")
def drawn(shop: Shop) -> Picture:
    return picture(shop.model)


def test_vendors_hold_regions_that_hold_zones_that_hold_parts(drawn: Picture) -> None:
    aws = next(box for box in drawn.boxes if box.name == "AWS")
    ireland, frankfurt, paris, virginia, worldwide = aws.boxes
    assert (ireland.name, ireland.about) == ("eu-west-1", "Dublin, Ireland")  # what is active stands first
    assert [zone.name for zone in ireland.boxes] == ["euw1-az1", "euw1-az2", "euw1-az3"]
    assert "MySQL primary mysql" in [chip.label for chip in ireland.boxes[0].chips]
    assert "MySQL replica mysql" in [chip.label for chip in frankfurt.boxes[0].chips]
    kept = next(chip for chip in virginia.chips if chip.label.endswith(" copies of mysql"))
    assert kept.copies and len(kept.urns) == int(kept.label[0])
    assert "infrastructure state at s3://midsize-infrastructure-state" in [chip.label for chip in paris.chips]
    assert "DNS name shop.example" in [chip.label for chip in worldwide.chips]
    assert {str(place) for place in drawn.places} >= {"provider aws", "region aws/eu-west-1"}


def test_every_part_is_drawn(shop: Shop, drawn: Picture) -> None:
    urns = {urn for outer in drawn.boxes for box in outer.walk() for chip in box.chips for urn in chip.urns}
    model = shop.model
    parts = [*model.entries, *model.balancers, *model.pools, *model.plans]
    parts += [one for store in model.stores for one in (*store.members, *store.copies)]
    assert urns == {part.urn for part in parts}


def test_boxes_lie_in_boxes_and_beside_each_other(drawn: Picture) -> None:
    rows = placed(drawn)
    for one in rows:
        if one.parent is not None:
            outer = rows[one.parent]
            assert one.x > 0 and one.x + one.width <= outer.width + 0.5, one
            assert one.y > 0 and one.y + one.height <= outer.height + 0.5, one
    spots = [(n, one, x, y) for n, (one, x, y) in enumerate(absolute(rows))]
    for n, one, x, y in spots:
        for m, other, across, down in spots[:n]:
            if one.parent == other.parent:
                apart = x >= across + other.width or across >= x + one.width
                assert apart or y >= down + other.height or down >= y + one.height, (rows[n], rows[m])


@pytest.mark.parametrize("form", Form)
def test_each_form_is_the_same_every_time(drawn: Picture, form: Form) -> None:
    assert to_diagram(drawn, form) == to_diagram(drawn, form)
    assert "MySQL primary" in to_diagram(drawn, form)


@pytest.mark.parametrize("form", Form)
def test_no_name_leaves_its_label(shop: Shop, form: Form) -> None:
    pools = tuple(replace(pool, label=f"{HOSTILE}{n}") for n, pool in enumerate(shop.model.pools))
    found = to_diagram(picture(replace(shop.model, pools=pools)), form)
    assert "\u202e" not in found
    match form:
        case Form.SVG | Form.DRAWIO:
            tree = ElementTree.fromstring(found)
            assert not [one for one in tree.iter() if one.tag.endswith("script")]
            assert "html=1" not in found
        case Form.MERMAID:
            label = r'"[^"\[\]<>`;{}$]*([#]\d+;[^"\[\]<>`{}$]*)*"'
            for line in found.splitlines():
                assert re.fullmatch(rf"flowchart TB| *(subgraph )?\w+\[{label}\]| *end| *classDef .*", line), line
        case Form.D2:
            for line in found.splitlines():
                assert re.fullmatch(r" *\w+: '([^']|'')*'( \{.*)?| *\}", line), line


def test_a_change_and_what_it_does() -> None:
    places = [Box("aws/eu-west-1", "", None, (), (Chip((), "deleted: Bucket media", "", mark="gone"),))]
    found = drawn_change(places, [Effect("checkout: 5 min → 40 min", worse=True)])
    assert '["deleted#58; Bucket media"]:::gone' in found or '["deleted: Bucket media"]:::gone' in found
    assert "change --> e0" in found
    assert ":::gone" in found.split("e0[")[1]
    assert to_text(places, [Effect("checkout: 5 min → 40 min", worse=True)]) == (
        "aws/eu-west-1\n  deleted: Bucket media\n=> worse: checkout: 5 min → 40 min\n"
    )
    assert "\u202e" not in to_text([Box(HOSTILE, "", None, (), ())], [Effect(HOSTILE, worse=False)])
