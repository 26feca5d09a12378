"""The picture in the forms that others read: SVG, Mermaid, D2, draw.io. Names never leave the text that they are in.

draw.io files are written with the standard library: the one library for them (drawpyo 0.2.5) puts the time and memory
addresses into each, so that no two runs write the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from xml.etree import ElementTree

from bcinfra.report.diagrams.form import Form
from bcinfra.report.diagrams.layout import PAD, absolute, placed
from bcinfra.report.diagrams.picture import Box, Picture
from bcinfra.report.words.quantities import count


def to_diagram(picture: Picture, form: Form) -> str:
    """The picture as a text that ends in a newline."""
    return _FORMS[form](picture)


_STYLE: Final = """
text { font: 11px system-ui, sans-serif; fill: #1d2126 }
.head { font-weight: 600; font-size: 13px }
.vendor { fill: none; stroke: #59616b }
.region { fill: #fff; stroke: #b9b4a9 }
.zone { fill: #f0eee9 }
.part { fill: #f7f6f3; stroke: #b9b4a9 }
.copies { fill: none; stroke: #8a919b; stroke-dasharray: 4 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #e8e6e1 }
  .vendor { stroke: #a3abb5 }
  .region { fill: #1c2026; stroke: #4a525e }
  .zone { fill: #252a32 }
  .part { fill: #14171b; stroke: #4a525e }
}
"""


def to_svg(picture: Picture) -> str:
    """One SVG that follows the reader's light or dark."""
    rows = placed(picture)
    spots = tuple(absolute(rows))
    width = max((x + one.width for one, x, _ in spots), default=0) + 2 * PAD
    height = max((y + one.height for one, _, y in spots), default=0) + 2 * PAD
    root = ElementTree.Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"{-PAD} {-PAD} {width:g} {height:g}",
        width=f"{width:g}",
        height=f"{height:g}",
        role="img",
    )
    ElementTree.SubElement(root, "title").text = f"{plain(picture.title)}: what stands where"
    ElementTree.SubElement(root, "style").text = _STYLE
    for one, x, y in spots:
        group = ElementTree.SubElement(root, "g")
        if one.title:
            ElementTree.SubElement(group, "title").text = plain(one.title)
        attributes = {"x": f"{x:g}", "y": f"{y:g}", "width": f"{one.width:g}", "height": f"{one.height:g}", "rx": "5"}
        ElementTree.SubElement(group, "rect", {"class": one.kind, **attributes})
        chip = one.kind in ("part", "copies")
        place = {"x": f"{x + (6 if chip else 10):g}", "y": f"{y + (14 if chip else 18):g}"}
        ElementTree.SubElement(group, "text", {**place, **({} if chip else {"class": "head"})}).text = plain(one.label)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


_FILLS: Final[Mapping[str, str]] = {
    "vendor": "fillColor=none;strokeColor=#59616b;verticalAlign=top;fontStyle=1;container=1;collapsible=0;",
    "region": "fillColor=#ffffff;strokeColor=#b9b4a9;verticalAlign=top;fontStyle=1;container=1;collapsible=0;",
    "zone": "fillColor=#f0eee9;strokeColor=none;verticalAlign=top;fontStyle=1;container=1;collapsible=0;",
    "part": "fillColor=#f7f6f3;strokeColor=#b9b4a9;fontSize=10;",
    "copies": "fillColor=none;strokeColor=#8a919b;dashed=1;fontSize=10;",
}


def to_drawio(picture: Picture) -> str:
    """A file for draw.io (diagrams.net), boxes in boxes, to move about. Labels are plain text there, not HTML."""
    file = ElementTree.Element("mxfile", host="bcinfra")
    diagram = ElementTree.SubElement(file, "diagram", name=plain(picture.title), id="shop")
    root = ElementTree.SubElement(ElementTree.SubElement(diagram, "mxGraphModel"), "root")
    ElementTree.SubElement(root, "mxCell", id="0")
    ElementTree.SubElement(root, "mxCell", {"id": "1", "parent": "0"})
    for n, one in enumerate(placed(picture)):
        values = {
            "id": f"b{n}",
            "value": plain(one.label),
            "style": f"rounded=1;arcSize=4;whiteSpace=wrap;html=0;{_FILLS[one.kind]}",
            "vertex": "1",
            "parent": "1" if one.parent is None else f"b{one.parent}",
        }
        cell = ElementTree.SubElement(root, "mxCell", values)
        place = {"x": f"{one.x:g}", "y": f"{one.y:g}", "width": f"{one.width:g}", "height": f"{one.height:g}"}
        ElementTree.SubElement(cell, "mxGeometry", {**place, "as": "geometry"})
    ElementTree.indent(file)
    return ElementTree.tostring(file, encoding="unicode") + "\n"


def to_mermaid(picture: Picture) -> str:
    """A flowchart of nested subgraphs, as forges draw it. What is alike in all zones of a region stands once."""
    return "\n".join(["flowchart TB", *boxes_of_mermaid(picture.boxes, "b", 1), *CLASSES]) + "\n"


CLASSES: Final = (
    "  classDef new stroke:#1b6940,stroke-width:2px",
    "  classDef changed stroke:#b0741a,stroke-width:2px",
    "  classDef gone stroke:#a8261d,stroke-width:2px,stroke-dasharray:4 3",
)
"""Marks of chips, and of what gets worse."""


def boxes_of_mermaid(boxes: tuple[Box, ...], name: str, depth: int) -> Iterator[str]:
    """Subgraphs, whose ids begin with ``name``."""
    indent = "  " * depth
    for n, box in enumerate(boxes):
        id = f"{name}{n}"
        yield f'{indent}subgraph {id}["{quoted(box.name + (f", {box.about}" if box.about else ""))}"]'
        inner, alike = _zones(box)
        yield from boxes_of_mermaid(inner, f"{id}_", depth + 1)
        for m, (label, mark) in enumerate([*alike, *((chip.label, chip.mark) for chip in box.chips)]):
            yield f'{indent}  {id}n{m}["{quoted(label)}"]' + (f":::{mark}" if mark else "")
        if not (inner or alike or box.chips):
            yield f'{indent}  {id}e[" "]'
        yield f"{indent}end"


def to_d2(picture: Picture) -> str:
    """Containers of D2."""
    return "\n".join(_d2(picture.boxes, "b", 0)) + "\n"


def _d2(boxes: tuple[Box, ...], name: str, depth: int) -> Iterator[str]:
    indent = "  " * depth
    for n, box in enumerate(boxes):
        id = f"{name}{n}"
        yield f"{indent}{id}: {_single(box.name + (f', {box.about}' if box.about else ''))} {{"
        yield from _d2(box.boxes, f"{id}_", depth + 1)
        for m, chip in enumerate(box.chips):
            dashed = " { style.stroke-dash: 3 }" if chip.copies else ""
            yield f"{indent}  n{m}: {_single(chip.label)}{dashed}"
        yield f"{indent}}}"


def _zones(box: Box) -> tuple[tuple[Box, ...], list[tuple[str, str]]]:
    """Boxes within, and where they are zones that hold much the same, instead of them what they hold, by zones."""
    if len(box.boxes) < 2 or any(inner.boxes for inner in box.boxes):
        return box.boxes, []
    where: dict[str, list[str]] = {}
    for zone in box.boxes:
        for chip in zone.chips:
            where.setdefault(chip.label, []).append(zone.name)
    if sum(map(len, where.values())) <= len(where) * 1.5:
        return box.boxes, []
    return (), [(f"{label}, in {count(len(zones), 'zone')}", "") for label, zones in where.items()]


def plain(text: str) -> str:
    """A text without what XML cannot hold and what no reader sees."""
    return "".join(c if c.isprintable() else " " for c in text)


def quoted(text: str) -> str:
    """In a label of Mermaid, which reads entities: nothing ends the label, and nothing in it is HTML."""
    return re.sub(r"[^\w .,:/()+*=\-…]", lambda found: f"#{ord(found[0])};", plain(text)) or " "


def _single(text: str) -> str:
    """In single quotes of D2, where nothing is substituted."""
    return "'" + plain(text).replace("'", "''") + "'"


_FORMS: Final[Mapping[Form, Callable[[Picture], str]]] = {
    Form.SVG: to_svg,
    Form.MERMAID: to_mermaid,
    Form.D2: to_d2,
    Form.DRAWIO: to_drawio,
}
