"""The evidence as a document: one section for each thing that auditors ask, in the order in which they ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from bcinfra.continuity.judgement.by_kind import KindResult
from bcinfra.continuity.judgement.evidence import Disruptor, Evidence, Impact, Stage, Status
from bcinfra.continuity.model.parts import KindTarget, Provenance, Target
from bcinfra.continuity.model.ranges import Unit, pessimistic
from bcinfra.report.assess import cells
from bcinfra.report.documents import copies
from bcinfra.report.documents.blocks import Block, Document, Heading, Items, Table, Text
from bcinfra.report.words import copies as of_copies, evidence as words
from bcinfra.report.words.names import shortened
from bcinfra.report.words.quantities import amount, count, duration, ends
from bcinfra.report.words.scenarios import title
from bcinfra.report.words.statements import say

SHOWN: Final = 40
"""Cut sets that are listed."""
MARKS: Final[Mapping[Status, str]] = {
    Status.DESIGN: "shown by what is declared, which does not say that it was ever done",
    Status.OPERATING: "shown by a record of something that was done in the last year (--records)",
    Status.MISSING: "shown by neither",
}


def document(found: Evidence, basis: str = "") -> Document:
    """All sections."""
    return Document(title=f"Evidence of continuity: {found.title}", blocks=tuple(_blocks(found)), basis=basis)


def _blocks(found: Evidence) -> Iterator[Block]:
    yield Text(
        f"What the declared stack {found.title} shows an auditor on {found.today}, and what it does not. Nothing here "
        "was measured on running systems unless a record says so; figures are computed from the design, and their "
        "worst ends are exceeded in one case of twenty."
    )
    yield from _summary(found)
    yield Heading(1, "Where data is, and who can reach it")
    yield Text(
        "Every copy of every data set. Administrators are those of the account or project named, and whoever they "
        "let in; roles and people in them are not part of a stack. A copy that is locked can be deleted by nobody "
        "until its time is over."
    )
    yield copies.table(found.copies)
    yield Heading(1, "Three copies, two kinds, one elsewhere")
    yield Text(
        "Per data set: at least 3 copies on 2 kinds of storage, 1 of them in another region, 1 out of reach of who "
        "holds production's credentials (locked, in another account), 0 that was never restored."
    )
    yield _rule(found)
    yield Heading(1, "Business impact analysis")
    yield Text(
        "By capability, as ISO 22301 8.2.2 and the tables of NIST SP 800-34 Rev. 1, appendix B, ask. The maximum "
        "tolerable downtime (MTPD, MTD) is a decision of the business that no stack holds: it is never shorter than "
        "the RTO."
    )
    yield _downtime(found)
    yield _impact(found)
    yield _resources(found)
    yield _recoveries(found)
    yield Heading(1, "Order of recovery")
    yield Text("What waits for what, by the declared dependencies. Within a stage everything goes at once.")
    yield _order(found)
    yield Heading(1, "Where the runbook is")
    yield Text(
        "Read with the shop's own accounts gone, by named people. What the program publishes is seen; what lies on "
        "paper or on somebody's machine is not. bcinfra runbook makes it, `runbooks` on the shop's page publishes it."
    )
    yield _shelves(found) if found.shelves else Text("The program publishes it nowhere: missing.")
    yield Heading(1, "What would disrupt us")
    yield Text(
        "The smallest sets of failures that stop something whatever else is up, the costliest first. What is not "
        "listed needs more failures at once."
    )
    yield _disruptors(found)
    rest = found.beyond + max(len(found.disruptors) - SHOWN, 0)
    if rest:
        yield Text(f"{count(rest, 'further set')} of failures, rarer or larger, are not listed.")
    yield Heading(1, "Clause by clause")
    yield Items(tuple(f"{status}: {said}" for status, said in MARKS.items()))
    yield Text(
        "NIS2 covers online marketplaces and DORA financial entities; other shops meet both as suppliers, by contract. "
        "What clauses ask is shortened: the text of the rule counts."
    )
    yield _clauses(found)


def _summary(found: Evidence) -> Iterator[Block]:
    shown = [status for one in found.clauses for ground in one.grounds for status, _ in words.ground(ground)]
    of = {status: shown.count(status) for status in Status}
    unproved = sorted(one.name for one in found.copies if one.data and not one.rule.proved)
    alone = sorted(one.name for one in found.copies if one.data and not one.rule.isolated)
    homeless = sorted(one.name for one in found.copies if one.data and not one.copies)
    countries = sorted({of_copies.country(copy) for one in found.copies for copy in one.copies if copy.country})
    items = [
        f"{len(found.clauses)} clauses, {len(shown)} things to show: {of[Status.DESIGN]} by the design, "
        f"{of[Status.OPERATING]} by records, {of[Status.MISSING]} missing.",
        f"Data is kept in: {', '.join(countries) or 'no country that is known'}.",
    ]
    if homeless:
        items.append(f"No copy is known of: {', '.join(homeless)}.")
    if alone:
        items.append(f"No copy out of reach of production's credentials: {', '.join(alone)}.")
    if unproved:
        items.append(f"No restore was proved of: {', '.join(unproved)}.")
    singles = [one for one in found.disruptors if one.size == 1]
    items.append(f"Single failures that stop something whatever else is up: {len(singles)}.")
    yield Items(tuple(items))


def _rule(found: Evidence) -> Table:
    heading = (
        "Data",
        "Copies",
        "Kinds",
        "Elsewhere",
        "Isolated",
        "Newest isolated, at worst",
        "Proved",
        "What is missing",
    )
    return Table(
        "rule",
        heading,
        tuple(
            (
                of_copies.name(one),
                str(one.rule.copies),
                "; ".join(one.rule.kinds) or "none",
                str(one.rule.elsewhere),
                str(one.rule.isolated),
                "missing"
                if one.isolated_age is None
                else _worst(one.isolated_age.value and one.isolated_age.value.upper),
                str(one.rule.proved),
                of_copies.lacks(one.rule),
            )
            for one in found.copies
        ),
    )


def _worst(seconds: float | None) -> str:
    return "not known" if seconds is None else duration(seconds) if seconds >= 0.05 else "current"


def _downtime(found: Evidence) -> Table:
    heading = (
        "Capability",
        "MTPD / MTD",
        "RTO",
        "RPO",
        "Availability asked",
        "Availability computed",
        "Objectives are",
    )
    rows: list[tuple[str, ...]] = []
    for one in found.impacts:
        target = one.capability.target
        asked = "-" if target.availability is None else f"{target.availability:g} %"
        computed = ends(one.availability.value, Unit.SHARE, "")
        first = (one.capability.name, "missing")
        rows.append((*first, *_objectives(target), asked, computed, _stated(target)))
        for kind, other in target.kinds.items():
            rows.append((f"{one.capability.name}, {kind}", "missing", *_objectives(other), "", "", _stated(target)))
    return Table("downtime", heading, tuple(rows))


def _objectives(target: Target | KindTarget) -> tuple[str, str]:
    return _length(target.recovery_time), _length(target.data_loss)


def _length(length: timedelta | None) -> str:
    return "-" if length is None else duration(length.total_seconds())


def _stated(target: Target) -> str:
    return {Provenance.STATED: "stated", Provenance.DEFAULT: "defaults, not stated"}.get(target.provenance, "inferred")


def _impact(found: Evidence) -> Table:
    heading = ("Capability", "Revenue stopped per hour", "At peak, per hour", "Per day", "What may be left of it")
    return Table("impact", heading, tuple(_impact_row(one) for one in found.impacts))


def _impact_row(one: Impact) -> tuple[str, ...]:
    left = "; ".join(map(say, one.degraded)) or "nothing: it is up or it is out"
    if one.per_hour is None:
        return one.capability.name, "missing (no revenue stated, or none depends on it)", "", "", left
    peak = ", ".join(f"{name}: {amount(one.per_hour * factor)}" for name, factor in one.at_peak) or "no peak stated"
    return one.capability.name, amount(one.per_hour), peak, amount(one.per_hour * 24), left


def _resources(found: Evidence) -> Table:
    heading = ("Capability", "Stores it needs", "Data kept in them", "Services of others")
    return Table(
        "resources",
        heading,
        tuple(
            (
                one.capability.name,
                ", ".join(store.name for store in one.stores) or "none known",
                ", ".join(one.data) or "none stated",
                ", ".join(one.suppliers) or ("none" if one.capability.calls_out is False else "not stated"),
            )
            for one in found.impacts
        ),
    )


def _recoveries(found: Evidence) -> Table:
    heading = (
        "Capability and kind of disruption",
        "RTO",
        "Recovery typ (p95)",
        "RPO",
        "Data lost typ (p95)",
        "Verdict",
        "Worst in",
    )
    short = shortened(found.title)
    rows = tuple(
        (f"{one.capability.name}, {kind.kind}", *_recovery(kind), short(title(kind.time.scenario)))
        for one in found.impacts
        for kind in one.kinds
    )
    return Table("recovery", heading, rows)


def _recovery(kind: KindResult) -> tuple[str, ...]:
    time, data = cells.recovery(kind.time.outcome), cells.data(kind.data.outcome)
    return time.target or "-", time.text, data.target or "-", data.text, str(kind.judgement or "no objective")


def _order(found: Evidence) -> Table:
    rows = tuple(_stage(i, stage) for i, stage in enumerate(found.order, 1))
    return Table("order", ("Stage", "What", "Tightest RTO that waits for it", "Which"), rows)


def _stage(number: int, stage: Stage) -> tuple[str, ...]:
    return str(number), words.stage_name(stage.kind), _length(stage.within), "; ".join(stage.items)


def _disruptors(found: Evidence) -> Table:
    heading = ("What fails", "How many failures", "Kind", "What stops", "How often", "Back (p95)", "Loss a year")
    short = shortened(found.title)
    return Table(
        "disruptors", heading, tuple(_disruptor(one, short(title(one.scenario))) for one in found.disruptors[:SHOWN])
    )


def _disruptor(one: Disruptor, name: str) -> tuple[str, ...]:
    worst = max(
        (o for o in one.result.affected if o.capability in one.stops), key=lambda o: pessimistic(o.time), default=None
    )
    loss = one.result.loss
    return (
        name,
        words.sized(one.size),
        str(one.scenario.disruption),
        ", ".join(one.stops),
        ends(one.scenario.rate.value, Unit.PER_YEAR, ""),
        "clients notice nothing" if worst is None else cells.recovery(worst).text,
        "not counted" if loss is None or loss.value is None else amount(loss.value.typical),
    )


def _shelves(found: Evidence) -> Table:
    rows = tuple(
        (
            shelf.address,
            ", ".join(str(home) for home in shelf.homes),
            "everybody" if shelf.public else ", ".join(shelf.readers) or "administrators of its account alone",
            count(len(shelf.pages), "page") if shelf.pages else "missing: no page is published yet",
        )
        for shelf in found.shelves
    )
    return Table("runbook", ("Where", "Lost with", "Who reads it", "What is there"), rows)


def _clauses(found: Evidence) -> Table:
    heading = ("Clause", "What it asks", "Status", "Evidence")
    rows = tuple(
        (
            f"{shown.clause.regime} {shown.clause.number}",
            words.ASKS[shown.clause.regime, shown.clause.number],
            str(status),
            said,
        )
        for shown in found.clauses
        for ground in shown.grounds
        for status, said in words.ground(ground)
    )
    return Table("clauses", heading, rows)
