"""The pages that customers see when the shop does not answer as it should: each whole in one file, in the shop's
languages, with the ways to a person. They load nothing from anywhere, so that they show whatever else is gone.

In the order in which a shop degrades: it answers in full; it can be looked at (``read-only``); it lets in so many at a
time (``queue``); it is ``closed``, and a page under its own name says so; and there is the page under a domain of its
own (``index``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from jinja2 import Environment, StrictUndefined, Template

from bcinfra.planning.page_words import WORDS, Words
from bcinfra.spec.contact import Contact
from bcinfra.spec.opening import ALWAYS, DAYS, openings

INDEX: Final = "index.html"
CLOSED: Final = "closed.html"
STATUS: Final = "status.html"
"""The page that says which state the shop is in: a copy of one of those that begin so."""
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "index": ("help", "helps"),
    "closed": ("closed", "closes"),
    "read-only": ("looking", "looks"),
    "queue": ("queue", "queues"),
    "status-open": ("opened", "opens"),
    "status-read-only": ("looking", "looks"),
    "status-queue": ("queue", "opens"),
    "status-closed": ("closed", "closes"),
    "status": ("opened", "opens"),
}
"""Page → the words of its title, and of what it means."""


def pages(contact: Contact, domain: str) -> dict[str, str]:
    """The pages of the shop at ``domain`` by the names of their files."""
    return {f"{state}.html": page(contact, domain, state) for state in STATES}


def page(contact: Contact, domain: str, state: str) -> str:
    """One page. Languages without words are left out; where none is left, it is in English."""
    known = tuple(dict.fromkeys(one[:2] for one in contact.languages if one[:2] in WORDS)) or ("en",)
    title, meaning = STATES[state]
    return _template().render(
        state=state,
        contact=contact,
        shop=domain,
        address=f"https://{domain}/",
        status=f"https://{contact.page.domain}/{STATUS}" if contact.page and not state.startswith("status") else None,
        languages=known,
        names=[WORDS[one].language for one in known],
        words=WORDS,
        titles={one: getattr(WORDS[one], title).format(shop=domain) for one in known},
        meanings={one: getattr(WORDS[one], meaning).format(shop=domain) for one in known},
        hours={one: hours(contact, WORDS[one]) for one in known},
    )


def hours(contact: Contact, words: Words) -> tuple[str, ...]:
    """When somebody is there: ``Mo-Fr 08:00-20:00``, and last where that holds."""
    if contact.hours == ALWAYS:
        return (words.always,)
    days: dict[str, str] = dict(zip(DAYS, words.days, strict=True))
    spans: dict[tuple[str, str], list[str]] = {}
    for one in openings(contact.hours):
        spans.setdefault((one.start, one.end), []).append(one.day)
    said = [f"{_days(among, days)} {start}\N{EN DASH}{end}" for (start, end), among in spans.items()]
    return (*said, contact.time_zone)


def _days(among: list[str], names: Mapping[str, str]) -> str:
    following = len(among) > 2 and all(
        DAYS.index(after) == (DAYS.index(before) + 1) % 7 for before, after in pairwise(among)
    )
    if following:
        return f"{names[among[0]]}\N{EN DASH}{names[among[-1]]}"
    return ", ".join(names[day] for day in among)


@cache
def _template() -> Template:
    text = (files("bcinfra.planning") / "static_page.html.j2").read_text(encoding="utf-8")
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.from_string(text)
