"""Write the pages of ``docs`` that are made from the code: ``python -m tools.docs`` (``make docs``)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bcinfra.report.words.glossary import GROUPS
from tools import components, contract, reference, requirements
from tools.examples import ROOT

DOCS: Final = ROOT / "docs"
MADE: Final = "<!-- made by `make docs`; change the code, not this page -->"


def pages() -> dict[Path, str]:
    """Every page that is made, by where it stands."""
    found = {
        DOCS / "glossary.md": _glossary(),
        DOCS / "contract.md": contract.page(),
        DOCS / "page.md": reference.shop(),
        DOCS / "requirements.md": requirements.page(),
        DOCS / "commands.md": reference.commands(),
        **components.pages(),
    }
    return {at: f"{MADE}\n{text}" for at, text in found.items()}


def _glossary() -> str:
    lines = [
        "# Glossary",
        "",
        "The one place that defines terms: code, reports and `bcinfra explain RTO` use them as they stand here. Where a"
        " class of the code stands for a term, it is named; what has no source is defined here.",
    ]
    for title, terms in GROUPS.items():
        lines += ["", f"## {title}", "", "| term | meaning | source | code |", "| --- | --- | --- | --- |"]
        for name, term in terms.items():
            meaning = term.meaning.replace("|", "\\|")
            code = f"`{term.code}`" if term.code else ""
            lines.append(f"| **{name}** | {meaning} | {term.source} | {code} |")
    return "\n".join([*lines, ""])


def stale(made: dict[Path, str]) -> list[Path]:
    """Pages that were made once and are no longer."""
    return [at for at in DOCS.rglob("*.md") if at not in made and at.read_text(encoding="utf-8").startswith(MADE)]


if __name__ == "__main__":
    made = pages()
    for at in stale(made):
        at.unlink()
    for at, text in made.items():
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(text, encoding="utf-8")
