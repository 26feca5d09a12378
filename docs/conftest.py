"""What ``docs`` shows is run: blocks of Python with prompts, one namespace a page."""

from __future__ import annotations

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser()], patterns=["*.md"], excludes=["components/**/*.md"]
).pytest()
