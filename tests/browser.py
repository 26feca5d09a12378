"""A real browser, and what screen readers' rules find in its pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_AXE: Final = """
rules => axe.run(rules.length ? {runOnly: rules} : {})
  .then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html)]))
"""
OF_COLOURS: Final = ("color-contrast", "link-in-text-block")
"""The rules that ask for colours. All others find the same in the dark."""
_THIN_OUT: Final = """
for (const one of document.querySelectorAll(".list > *, .figures > *, tbody > tr"))
  if ([...one.parentElement.children].indexOf(one) % 8) one.remove()
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; a test that needs it is skipped where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make test installs it")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium (Debian: apt-get install chromium)")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def violations(page: Page, *rules: str) -> dict[str, list[str]]:
    """Elements that break a rule of axe's (default: any), by rule. Of each list one row in eight is looked at, and
    left: all are made by one template, and the twenty thousand elements of a report take axe a quarter of a minute."""
    page.evaluate(_THIN_OUT)
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found: list[Any] = page.evaluate(_AXE, list(rules))
    return dict(found)
