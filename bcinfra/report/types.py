"""What the product believes of a resource type, as ``bcinfra explain`` prints it: its row, and the facts under it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from bcinfra.continuity.model.statements import Statement
from bcinfra.continuity.readings.base.reading import Part, Reading
from bcinfra.continuity.readings.base.traits import Backup, Without
from bcinfra.continuity.readings.table import READINGS
from bcinfra.graph.diff.replacement import Replacement
from bcinfra.report.words.statements import say

_PARTS: Final = {
    Part.OWN: "a part of the model itself",
    Part.SETTING: "a setting, read where another resource is: {}",
    Part.PLUMBING: "plumbing: {}",
    Part.UNREAD: "not understood: {}",
}


def short(token: str) -> str:
    """A token as people write it: ``aws:efs:FileSystem``."""
    package, module, name = token.split(":")
    return f"{package}:{module.split('/')[0]}:{name}"


def token_of(word: str) -> str | None:
    """The one type that ``word`` stands for: its token, whole or short, in any case; or its last part, where no other
    type has that."""
    if word in READINGS:  # some differ in their case alone
        return word
    asked = word.strip().casefold()
    for names in (
        {t: t for t in READINGS},
        {t: short(t) for t in READINGS},
        {t: t.rpartition(":")[2] for t in READINGS},
    ):
        found = [token for token, name in names.items() if name.casefold() == asked]
        if len({token.casefold() for token in found}) == 1:
            return found[0]
    return None


def near(word: str) -> tuple[str, ...]:
    """The types whose tokens are nearest to ``word``."""
    asked = word.strip().casefold()
    written = {name.casefold(): token for token in READINGS for name in (short(token), token)}
    same = [token for name, token in written.items() if name.rpartition(":")[2] == asked.rpartition(":")[2]]
    found = [written[name] for name in get_close_matches(asked, written, n=5, cutoff=0.7)]
    return tuple(dict.fromkeys((*same, *found)))[:5]


def believed(token: str) -> Iterator[tuple[str, str]]:
    """What is believed of a type, facts aside: a label and what is said under it."""
    row = READINGS[token]
    traits = row.traits
    yield "part", _PARTS[row.part].format(row.why)
    if traits.holds:
        yield (
            "holds",
            f"{traits.holds.holds.value}: {say(Statement(traits.holds.kind, 'what its name and inputs say'))}",
        )
    yield "named by", _named(row)
    for label, names in (
        ("let in by the security groups in", traits.guarded_by),
        ("started with", traits.started_with),
        ("acts in the role in", (traits.role,)),
    ):
        if any(names):
            yield label, ", ".join(names)
    yield "backup", _backup(traits.backup)
    yield from _replacement(traits.replacement)
    yield "cost", row.cost.monthly if row.cost else "not priced"


def facts_of(token: str) -> tuple[str, ...]:
    """Ids of the facts that what is believed of a type rests on."""
    traits = READINGS[token].traits
    restore = traits.backup.restore if isinstance(traits.backup, Backup) else ""
    return tuple(dict.fromkeys(id for id in (*traits.facts, restore) if id))


def what(token: str) -> str:
    """What a type is, in a few words."""
    return READINGS[token].what


def _named(row: Reading) -> str:
    identities = row.traits.identities
    return (
        f"no property: {identities.because}"
        if isinstance(identities, Without)
        else ", ".join(("id", *row.traits.names))
    )


def _backup(backup: Backup | Without | None) -> str:
    match backup:
        case None:
            return "not told"
        case Without():
            return f"none: {backup.because}"
        case Backup():
            kind = f", as {backup.kind}" if backup.kind else ""
            return f"{backup.how}{kind}" + (f"; a restore takes what {backup.restore} says" if backup.restore else "")


def _replacement(row: Replacement | None) -> Iterator[tuple[str, str]]:
    if row is None:
        yield "replacement", "nothing is known of this type alone"
        return
    said = f"loses data ({row.loses})" if row.loses else f"loses no data: {row.harmless}" if row.harmless else ""
    yield "replacement", said or "it guards another resource: deleting it removes protection"
    for label, names in (
        ("replaced by a change of", row.replaced_by - row.kept_without),
        ("replaced by another value of", row.kept_without),
        ("guarded while true", row.guarded_while),
        ("unguarded once true", row.bare_while),
        ("guarded less when it shrinks", row.guarded_longer),
    ):
        if names:
            yield label, ", ".join(sorted(names))
