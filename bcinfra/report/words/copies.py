"""Copies of data in words: where, whose, under which key, how old, how long kept and locked, when last proved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bcinfra.continuity.judgement.copies import WORLDWIDE, Copy, DataCopies, Rule321
from bcinfra.continuity.judgement.records import Record
from bcinfra.continuity.model.parts import Guard
from bcinfra.report.words.countries import NAMES
from bcinfra.report.words.quantities import count, duration
from bcinfra.seconds import DAY

VENDORS: Final[Mapping[str | None, str]] = {
    "aws": "Amazon Web Services",
    "gcp": "Google Cloud",
    "cloudflare": "Cloudflare",
    "azure": "Microsoft Azure",
    "onprem": "own premises",
    None: "no vendor of infrastructure",
}
DIGITS: Final[Mapping[str, str]] = {
    "3": "fewer than three copies",
    "2": "all on one kind of storage",
    "1": "none in another region",
    "+1": "none that an intruder in production cannot reach",
    "+0": "no restore was proved",
}
"""What it means that a digit of the rule does not hold."""
CURRENT: Final = "current"
"""How old a copy is that lags by nothing."""
_GUARDS: Final[Mapping[Guard, str]] = {
    Guard.SERVICE: "deletion protection is in the way",
    Guard.IN_USE: "not while it is in use",
    Guard.NOT_EMPTY: "not before it is emptied",
    Guard.PROGRAM: "Pulumi refuses, a console does not",
}


def vendor(copy: Copy) -> str:
    if copy.vendor is None and not copy.anew:
        return "not known"
    return VENDORS.get(copy.vendor, copy.vendor or "")


def country(copy: Copy) -> str:
    if copy.country:
        return NAMES[copy.country].removeprefix("the ")
    if copy.area:
        return copy.area
    return "anywhere" if copy.anew else "not known"


def place(copy: Copy) -> str:
    """``aws/eu-west-1``."""
    if copy.place:
        return str(copy.place)
    if copy.area:
        return "worldwide" if copy.area == WORLDWIDE else f"several regions of {copy.area}"
    return "made anew, in any place" if copy.anew else "not known"


def where(copy: Copy) -> str:
    """``Ireland (aws/eu-west-1)``."""
    return f"{country(copy)} ({place(copy)})" if copy.place and copy.country else place(copy)


def accounts(copy: Copy) -> str:
    return ", ".join(copy.accounts) or ("none" if copy.anew else "not known")


def keys(copy: Copy) -> str:
    """``none named`` is a key of the vendor's own, or none."""
    return ", ".join(copy.keys) or ("none" if copy.anew else "none named (the vendor's own)")


def age(copy: Copy) -> str:
    """How old the newest in it is at worst."""
    value = copy.age.value
    if value is None:
        return "not known"
    if value.upper is None:
        return f"{duration(value.typical)}, no bound known"
    return duration(value.upper) if value.upper >= 0.05 else CURRENT


def kept(copy: Copy) -> str:
    if copy.running:
        return "the present state alone"
    if copy.retention is None:
        return "always" if copy.anew else "not known"
    return length(copy.retention)


def locked(copy: Copy) -> str:
    """``35 days from its making``."""
    return f"{length(copy.locked)} from its making" if copy.locked else "no"


def length(kept: timedelta) -> str:
    """Days as they were stated: ``90 days``; years from two on."""
    days = kept.total_seconds() / DAY
    return (
        f"{days / 365:.3g} years" if days >= 730 else duration(kept.total_seconds()) if days < 3 else f"{days:g} days"
    )


def proved(copy: Copy) -> str:
    """When it was last restored, and how long that took."""
    if copy.running:
        return "it runs"
    if copy.proved:
        return done(copy.proved)
    if copy.anew:
        return "each renewal or deployment makes it anew" if copy.tested_by else "not known: who gave it makes it anew"
    if copy.tested_by:
        return f"not recorded: ask {copy.tested_by}, which restores it"
    if copy.rows_alone:
        return (
            "not recorded, and no test can be declared: it holds rows without their tables, and nothing of the vendor"
            " loads them exactly"
        )
    return "not recorded, and no test is scheduled"


def done(record: Record) -> str:
    """A record in a few words: ``2026-11-03, took 38 min, lost 12 min, by Grace Hopper``."""
    took = f", took {duration(record.took.total_seconds())}" if record.took else ""
    lost = f", lost {duration(record.lost.total_seconds())}" if record.lost else ""
    see = f" ({record.see})" if record.see else ""
    return f"{record.on}{took}{lost}, by {record.by}{see}"


def readers(copy: Copy) -> str:
    """Who can read it."""
    if copy.anew:
        return "who issues it"
    under = " with the key" if copy.keys else ""
    people = [f"administrators of {one}{under}" for one in copy.accounts]
    return ", ".join([*copy.callers, *people]) or "not known"


def deleters(copy: Copy) -> str:
    """Who can delete it."""
    if copy.anew:
        return "nobody, it is made anew"
    if copy.locked:
        return f"nobody for {locked(copy)}"
    people = ", ".join(f"administrators of {one}" for one in copy.deleters) or "not known"
    passes = "; a deletion of the original reaches it" if copy.follows_deletes and not copy.running else ""
    guards = "".join(f"; {_GUARDS[guard]}" for guard in copy.guards)
    return people + passes + guards


def rule(found: Rule321, *, untold: bool = False) -> str:
    """``4 copies, 3 kinds of storage, 2 elsewhere, 1 isolated, 0 proved``. ``untold``: tests restore it, and no file
    says with what result."""
    kinds = count(len(found.kinds), "kind")
    copies = count(found.copies, "copy", "copies")
    proved = "no results of restore tests given (--records FILE)" if untold else f"{found.proved} proved"
    return f"{copies}, {kinds} of storage, {found.elsewhere} elsewhere, {found.isolated} isolated, {proved}"


def lacks(found: Rule321) -> str:
    """What does not hold of three copies, two kinds, one elsewhere, one isolated, no restore unproved."""
    return "; ".join(DIGITS[digit] for digit in found.lacks) or "all of 3-2-1-1-0 holds"


def name(one: DataCopies) -> str:
    """A data class with how much it matters, or a store of which nothing is stated."""
    return f"{one.data} ({one.criticality})" if one.data else f"{', '.join(one.stores)} (data not stated)"
