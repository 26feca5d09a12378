"""How ``make site`` makes the site of these pages: offline, and any warning is an error."""

from __future__ import annotations

import re
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

from bcinfra import __version__

DOCS = Path(__file__).parent

project = "bcinfra"
version = release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["conftest.py", "conf.py"]
root_doc = "index"

myst_heading_anchors = 3
suppress_warnings = ["ref.python"]  # fields of different classes are called alike
autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": False}
autosummary_generate = False

html_theme = "furo"
html_title = "bcinfra"
html_copy_source = False
html_show_sourcelink = False
html_extra_path = ["../build/samples"] if (DOCS / "../build/samples").is_dir() else []


def setup(app: Sphinx) -> None:
    app.add_lexer("mermaid", TextLexer)  # drawn by forges; here its text is read
    app.connect("source-read", _stay)


def _stay(_: Sphinx, name: str, source: list[str]) -> None:
    """Links out of these pages, into the repository, become the path that they lead to."""
    here = (DOCS / name).parent

    def kept(found: re.Match[str]) -> str:
        path = (here / found[2].partition("#")[0]).resolve()
        inside = path.is_relative_to(DOCS) and path.is_file()
        if inside or not path.exists() or found[2].startswith("#"):
            return found[0]
        return f"{found[1]} (`{path.relative_to(DOCS.parent)}`)"

    source[0] = re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)\s]+)\)", kept, source[0])
