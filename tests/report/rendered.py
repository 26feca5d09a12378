"""The figures that stand on the rendered pages, each at its place, against the values of the assessment.

Each function reads the HTML that people are given, and yields what on it is not as the assessment has it. What is
expected is made of the values anew; only the wording of a single quantity is the product's own, which is tested apart.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import unescape
from typing import Final

from bcinfra.continuity.judgement.assessment import ScenarioResult, play_pairs
from bcinfra.continuity.judgement.copies import Copy, copies
from bcinfra.continuity.judgement.evidence import Evidence
from bcinfra.continuity.judgement.next_steps import next_steps
from bcinfra.continuity.judgement.runbooks import Runbook
from bcinfra.continuity.judgement.verdicts import emptied, graver, gravity
from bcinfra.continuity.model.costs import Cost, Priced
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import KindTarget, Target
from bcinfra.continuity.model.ranges import Computed, Figure, Range, Unit, pessimistic, typical
from bcinfra.continuity.recovery.dataloss import StoreLoss, worst_loss
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, Way
from bcinfra.continuity.recovery.scenarios import domain_id
from bcinfra.continuity.recovery.steps import Deed
from bcinfra.report.words.names import shortened
from bcinfra.report.words.quantities import against, amount, duration, ends, money, pair, rate, share
from bcinfra.report.words.scenarios import title
from bcinfra.report.words.statements import say
from tests.report.conftest import Shop

_NUMBER: Final = r"\d[\d,]*(?:\.\d+)?"
_QUANTITY: Final = re.compile(
    rf"once in {_NUMBER} years|(?<![A-Z])[A-Z]{{3}} {_NUMBER}|\d h \d0 min|{_NUMBER} (?:s|min|h|days|months|%)(?!\w)"
)
_ROW: Final = re.compile(r"<tr[^>]*>(.*?)(?=<tr|</table>|</tbody>|$)", re.DOTALL)
_INLINE: Final = re.compile(r"</?(?:a|b|i|s|small|span|code)\b[^>]*>")
_LINK: Final = re.compile(r"<a href=#n(\d+)>(.*?)</a>", re.DOTALL)


def quantities(text: str) -> set[str]:
    """``14 min``, ``EUR 1,610``: all that are in a text."""
    return set(_QUANTITY.findall(text))


def _text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", re.sub(_INLINE, "", html)))).strip()


def _cells(row: str) -> list[str]:
    return [_text(cell) for cell in re.split(r"<t[hd](?:\s[^>]*)?>", row)[1:]]


# What is expected of values


def _served(outcome: Outcome) -> str:
    """Until when there is service, as a cell says it."""
    verdict = outcome.verdict(Objective.RECOVERY_TIME)
    if outcome.kind is Kind.UNAFFECTED:
        return "no outage"
    if outcome.time is None:
        return "unknown" if verdict and verdict.judgement is Judgement.UNKNOWN else "never"
    value = outcome.time.value
    if verdict and verdict.judgement is Judgement.UNKNOWN and value and value.upper is not None:
        return "unknown"
    return against(value, verdict.target) if verdict else pair(value)


def _loses(outcome: Outcome) -> str:
    verdict, worst = outcome.verdict(Objective.DATA_LOSS), worst_loss(outcome.losses)
    if emptied(outcome) and not (worst and pessimistic(worst.age)):
        return "0, starts empty"
    if worst is None:
        text = "0" if outcome.stores_known else "no store known"
        return "unknown" if verdict and verdict.judgement is Judgement.UNKNOWN else text
    if worst.age is None:
        return "unknown" if verdict and verdict.judgement is Judgement.UNKNOWN else "all of it"
    value = worst.age.value
    if verdict and verdict.judgement is Judgement.UNKNOWN and value and value.upper is not None:
        return "unknown"
    return against(value, verdict.target) if verdict else pair(value)


def _money(figure: Figure, currency: str) -> str:
    value = figure.value
    if value is None:
        return "unknown"
    upper = "no known bound" if value.upper is None else amount(value.upper)
    said = money(value.typical, currency)
    return said if upper == amount(value.typical) else f"{said} ({upper})"


def _worst_of(outcomes: Iterable[Outcome]) -> dict[str, StoreLoss]:
    """Of each store the worst that any capability sees."""
    found: dict[str, StoreLoss] = {}
    for outcome in outcomes:
        for loss in outcome.losses:
            if loss.store not in found or _grave(loss) > _grave(found[loss.store]):
                found[loss.store] = loss
    return found


def _grave(loss: StoreLoss) -> float:
    return pessimistic(loss.age) if loss.age else 1e3 if loss.spare else float("inf")


def _steps(ways: Iterable[Way]) -> set[tuple[str, str]]:
    """When each step begins, if all before it takes as long as it typically does, and how long it takes; where several
    capabilities wait for the same, of the one that has it last."""
    found: dict[str, tuple[float, float, str, str]] = {}
    for way in ways:
        ends_at: dict[Deed, float] = {}
        waiting = [*way.steps]
        while waiting:
            left = {step.deed for step in waiting}
            for step in [one for one in waiting if not left & {*one.after}]:
                begins = max((ends_at[deed] for deed in step.after if deed in ends_at), default=0.0)
                ends_at[step.deed] = begins + (typical(step.duration) or 0.0)
                end, upper = ends_at[step.deed], begins + min(pessimistic(step.duration), 1e12)
                took = (end, upper, duration(begins), pair(step.duration.value))
                found[say(step.deed)] = max(found.get(say(step.deed), took), took)
                waiting.remove(step)
    return {(begins, takes) for _, _, begins, takes in found.values()}


# The page


def page(of: Shop, html: str) -> Iterator[str]:
    """The report."""
    short, currency = shortened(of.assessment.title), of.model.business.currency
    listed = {int(n): _text(said) for n, said in re.findall(r"<li id=n(\d+)[^>]*>(.*?)(?=<li |</ol>)", html, re.DOTALL)}
    for n, said in re.findall(_LINK, html):
        text = _text(said)
        lead = quantities(listed[int(n)].replace(currency, "").replace("  ", " "))
        if not quantities(text.replace(f"{currency} ", "")) <= lead and not text.startswith("over"):
            yield f"{text} leads to {listed[int(n)]}"
    yield from _overview(of, html)
    articles = re.findall(
        r'<summary>(?P<row>(?:(?!</summary>).)*)</summary>\s*<article id="s(\d+)"(.*?)</article>', html, re.DOTALL
    )
    ways = dict(re.findall(r'<div class="way" id="(w[\d-]+)">(.*?)</table></div>', html, re.DOTALL))
    ways |= dict(re.findall(r'<p class="way" id="(w[\d-]+)">(.*?)</p>', html, re.DOTALL))
    ways |= dict(re.findall(r'<table class="lost" id="(l\d+)">(.*?)</table>', html, re.DOTALL))
    results = {result.scenario.id: result for result in of.assessment.scenarios}
    found = {re.findall(r"<span>([^<]*)</span>", article)[-1]: (row, article) for row, _, article in articles}
    told = {unescape(id): value for id, value in found.items()}
    if results.keys() - told.keys():
        yield f"without a story: {results.keys() - told.keys()}"
    domains = {domain_id(domain): domain for domain in of.assessment.domains}
    apart = [tuple(domains[one] for one in id.split("+")) for id in told.keys() - results.keys()]
    more = play_pairs(of.model, [(one, two) for one, two in apart])
    yield from _figures(of, listed.values(), more)
    for result in (*results.values(), *more):
        row, article = told[result.scenario.id]
        for wrong in _story(result, row, article, ways, currency):
            yield f"{result.scenario.id}: {short(wrong)}"
    alone = {n: domains.get(unescape(re.findall(r"<span>([^<]*)</span>", article)[-1])) for _, n, article in articles}
    lines = {
        tuple(filter(None, (alone[n] for n in both.split()))): _text(said)
        for both, said in re.findall(r'<li data-f="[^"]*" data-as="([^"]*)"><b>[^<]*</b>: <span>([^<]*)</span>', html)
    }
    for result in play_pairs(of.model, [(one, two) for one, two in lines]):
        time, data = _worst(result)
        wanted = f"back after {_served(time) if time else '-'}, data lost {_loses(data) if data else '0'}"
        if result.judgement is not Judgement.MET or not lines[result.scenario.failed].endswith(wanted):
            yield f"{result.scenario.id}: {lines[result.scenario.failed]}, not {wanted}"


def _figures(of: Shop, listed: Iterable[str], more: Iterable[ScenarioResult]) -> Iterator[str]:
    """The list of all figures, by name against the published document, those of further pairs and of the copies."""
    short, currency = shortened(of.assessment.title), of.model.business.currency
    known: dict[str, set[str]] = {}
    for one in of.document["figures"]:
        typ, low, upper = (one.get(end) for end in ("typical", "low", "upper"))
        known.setdefault(re.sub(r"\s+", " ", short(one["name"])), set()).add(
            _ends(typ, low, upper, one["unit"], currency)
        )
    beside: list[Figure | None] = [copy.age for data in copies(of.model) for copy in data.copies]
    for result in more:
        beside += [figure for o in result.outcomes for figure in (o.time, *(loss.age for loss in o.losses))]
        beside += [result.scenario.rate, result.scenario.lasts, result.loss, result.each]
    for one in _under(*beside):
        name = re.sub(r"\s+", " ", short(one.name))
        known.setdefault(name, set()).add(ends(one.value, one.unit, currency))
    matched = 0
    for said in listed:
        name = next((name for name in (said[:n] for n in range(len(said), 0, -1)) if name in known), "")
        if name and not any(said[len(name) :].strip(" =").startswith(text) for text in known[name]):
            yield f"figure {said}: not {known[name]}"
        matched += bool(name)
    if matched < 20:
        yield f"{matched} figures are known by name"


def _under(*figures: Figure | None) -> Iterator[Figure]:
    """Figures, and those that they are computed from."""
    for one in filter(None, figures):
        yield one
        yield from _under(*one.why.of) if isinstance(one.why, Computed) else ()


def _ends(typ: float | None, low: float, upper: float | None, unit: str, currency: str) -> str:
    return ends(None if typ is None else Range(typ, upper, low), Unit(unit), currency)


def _overview(of: Shop, html: str) -> Iterator[str]:
    """The first view, the money, the promises, the copies and what a change saves."""
    currency, short = of.model.business.currency, shortened(of.assessment.title)
    losses = [of.assessment.expected_loss] if of.assessment.expected_loss else []
    losses += [figure for _, figure in sorted(of.assessment.once_in.items())]
    said = re.search(r'<h3>What outages cost</h3><dl class="facts">(.*?)</dl>', html, re.DOTALL)
    told = [_text(one) for one in re.findall(r"<dd>(.*?)</dd>", said[1])] if said else []
    wanted = [ends(figure.value, figure.unit, currency) for figure in losses]
    if told != wanted:
        yield f"outages cost {told}, not {wanted}"
    table = re.search(r'aria-label="Promises">(.*?)</table>', html, re.DOTALL)
    rows = {cells[0]: cells[1:] for cells in map(_cells, _ROW.findall(table[1] if table else "")[1:])}
    for one in of.assessment.capabilities:
        value, target, row = one.availability.value, one.target, rows.pop(one.name)
        up = "unknown" if value is None else f"{share(value.typical)}, {share(value.lower)} at worst"
        goals = tuple(
            "-" if length is None else duration(length.total_seconds())
            for length in (target.recovery_time, target.data_loss)
        )
        kept = ends(one.kept.value, one.kept.unit, "") if one.kept else "-"
        promised = "-" if target.availability is None else share(target.availability / 100)
        if not row[0].startswith(up) or row[1:5] != [promised, kept, *goals]:
            yield f"{one.name}: {row[:5]} for {up}, {promised}, {kept}, {goals}"
    yield from rows
    saved = [money(step.saves, currency) for step in next_steps(of.assessment) if step.saves]
    if saved != (told := [_text(one).removeprefix("Saves up to ").removesuffix(" a year") for one in _saves(html)]):
        yield f"changes save {told}, not {saved}"
    stores: dict[str, set[str]] = {}
    for data in copies(of.model):
        aged = {_age(copy.age) for copy in data.copies if not copy.anew and copy.mechanism != "writer"}
        stores.setdefault(", ".join(map(short, data.stores)) or "nothing in the stack holds it", set()).update(aged)
    map_ = re.search(r'<table class="map">.*?<tbody>(.*?)</table>', html, re.DOTALL)
    for row in re.findall(r'<tr><th scope="row">(.*?)</tr>', map_[1] if map_ else "", re.DOTALL):
        name = _text(
            re.findall(r"<small>([^<]*)</small>", re.sub(r'<span class="class.*?</span>', "", row.split("</th>")[0]))[0]
        )
        ages = {_text(one) for _, one in _LINK.findall(row)}
        if ages != (wanted_ages := stores.pop(name)):
            yield f"copies of {name}: {ages}, not {wanted_ages}"
    yield from stores


def _saves(html: str) -> list[str]:
    return [one for one in re.findall(r'<p class="saves">(.*?)</p>', html) if one.startswith("Saves")]


def _age(figure: Figure) -> str:
    value = figure.value
    if value is None:
        return "not known"
    if value.upper is None:
        return f"{duration(value.typical)}, no bound known"
    return duration(value.upper) if value.upper >= 0.05 else "current"


def _worst(result: ScenarioResult) -> tuple[Outcome | None, Outcome | None]:
    """What fares worst in time and in data."""
    time, data = (
        min(result.affected, key=lambda o: gravity(o, objective), default=None)
        for objective in (Objective.RECOVERY_TIME, Objective.DATA_LOSS)
    )
    return time, data


def _story(result: ScenarioResult, row: str, article: str, ways: Mapping[str, str], currency: str) -> Iterator[str]:
    hit, scenario = result.affected, result.scenario
    short = shortened("")
    summary = [_text(one) for one in re.findall(r'<span class="n">(.*?)</span>', row)]
    time, data = _worst(result)
    wanted = [_served(time) if time else "no outage", _loses(data) if data else "0"]
    if summary != wanted:
        yield f"the list says {summary}, not {wanted}"
    facts = dict(re.findall(r"<div><dt>([\w ]+)(<dd>.*?)</div>", article, re.DOTALL))
    lasts = f"; over after {pair(scenario.lasts.value)}" if scenario.lasts else ""
    value = scenario.rate.value
    comes = ("unknown" if value is None else rate(value.typical)) + lasts
    expected = {"Comes": comes}
    if hit:
        each = f"{_money(result.each, currency)} each time" if result.each else ""
        loss = f"{_money(result.loss, currency)} a year" if result.loss else ""
        expected["Costs"] = ", ".join(filter(None, (each, loss))) or "not stated"
    for what, text in expected.items():
        if _text(facts.get(what, "")) != text:
            yield f"{what}: {_text(facts.get(what, ''))}, not {text}"
    customers = {
        name: _text(time)
        for names, time in re.findall(r"<dd><b>(.*?)</b>(.*?)(?=<dd>|$)", facts.get("Customers", ""), re.DOTALL)
        for name in _text(names).split(", ")
    }
    if customers != (back := {o.capability: _served(o) for o in hit}):
        yield f"customers: {customers}, not {back}"
    yield from _lost(hit, article, ways)
    yield from _lines(hit, article, ways)
    allowed = {text for o in hit for text in (_served(o), _loses(o), *(say(one) for one in o.reasons))}
    allowed |= {pair(loss.age.value) for loss in _worst_of(hit).values() if loss.age}
    allowed |= {*expected.values(), short(title(scenario)), *(say(o.degraded_to) for o in hit if o.degraded_to)}
    gist = re.search(r'<p class="gist">(.*?)</p>', article, re.DOTALL)
    beyond = quantities(_text(gist[1] if gist else "")) - quantities(" ; ".join(allowed))
    if beyond:
        yield f"the gist says {beyond}"


def _lost(hit: Sequence[Outcome], article: str, tables: Mapping[str, str]) -> Iterator[str]:
    """The stores that lose something, be they in the story or in an earlier one that is alike."""
    ids = re.findall(r'<table class="lost" id="(l\d+)"|<p class="way" data-as="(l\d+)"', article)
    rows = [_cells(one) for own, other in ids for one in _ROW.findall(tables[own or other])[1:]]
    told = sorted(row[1] for row in rows if row[1] != "0")
    words = {True: "what was in it; it starts empty", False: "all of it"}
    wanted = sorted(
        pair(loss.age.value) if loss.age else words[loss.spare] for loss in _worst_of(hit).values() if _grave(loss) > 0
    )
    if told != wanted:
        yield f"stores lose {told}, not {wanted}"


def _lines(hit: Sequence[Outcome], article: str, ways: Mapping[str, str]) -> Iterator[str]:
    """The time lines, be they in the story or in an earlier one that is alike."""
    groups: dict[tuple[str, str | None], list[tuple[Outcome, Way]]] = {}
    for one in hit:
        if one.way and one.time is not None and one.kind is not Kind.UNDECIDED:
            groups.setdefault((one.way.kind, one.way.site), []).append((one, one.way))
    ids = re.findall(r'class="way" id="(w[\d-]+)"|<p class="way" data-as="(w[\d-]+)"', article)
    told = [ways[own or other] for own, other in ids]
    if len(told) != len(groups):
        yield f"{len(told)} ways back, not {len(groups)}"
        return
    wanted: set[tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]] = set()
    for rows in groups.values():
        steps = frozenset(_steps(way for _, way in rows))
        alone = len({say(step.deed) for _, way in rows for step in way.steps}) == 1
        brief = alone and not any(o.degraded_to for o, _ in rows)  # one sentence, without a time line
        wanted.add((steps, frozenset() if brief else frozenset((o.capability, _served(o)) for o, _ in rows)))
    found = {(frozenset(_done(line)), frozenset(_backs(line))) for line in told}
    if found != wanted:
        yield f"time lines {sorted(map(str, found - wanted))}, not {sorted(map(str, wanted - found))}"


def _done(line: str) -> Iterator[tuple[str, str]]:
    if "<tr" not in line:
        yield "0", _text(_LINK.findall(line)[0][1])
    for cells in map(_cells, re.findall(r"<tr(?: class=crit)?>(<th><i>.*?)(?=<tr|$)", line, re.DOTALL)):
        yield cells[1], cells[2]


def _backs(line: str) -> Iterator[tuple[str, str]]:
    for row in re.findall(r"<tr class=back>(.*?)(?=<tr|$)", line, re.DOTALL):
        time = re.sub(r" of [\d,.]+ \w+$", "", _cells(row)[2])
        for name in _text(re.findall(r"<b>(.*?)</b>", row)[0]).split(", "):
            yield name, time


# The runbook


def runbook(of: Shop, pages: Sequence[tuple[Runbook, str]]) -> Iterator[str]:
    """Every page."""
    results = {result.scenario.id: result for result in of.assessment.scenarios}
    for one, html in pages:
        for wrong in _runbook(results[one.scenario.id], one, html):
            yield f"runbook {one.scenario.id}: {wrong}"


def _runbook(result: ScenarioResult, one: Runbook, html: str) -> Iterator[str]:
    main = re.search(r"<main>(.*?)</main>", html, re.DOTALL)
    body = re.sub(r"<pre>.*?</pre>|<blockquote.*?</blockquote>", " ", main[1] if main else "", flags=re.DOTALL)
    text = _text(body)
    ways = [way for o in result.affected for way in (o.way, *o.others) if way]
    for procedure in one.procedures:
        mine = [way for way in ways if (way.kind, way.site) == (procedure.kind, procedure.site)]
        time = max(
            (way.recovery.time for way in mine if way.recovery.time in [procedure.time]), key=pessimistic, default=None
        )
        said = pair(time.value) if time else "not known"
        if f"from the failure to service: {said}." not in text:
            yield f"{said} is not the time of {procedure.kind}"
    took = [pair(step.duration.value) for p in one.procedures for step in p.steps]
    told = [_text(one).removeprefix("Time: ") for one in re.findall(r"<li>(Time: [^<]*)</li>", body)]
    if told != took:
        yield f"steps take {told}, not {took}"
    values = [f for way in ways for f in (way.recovery.time, *(step.duration for step in way.steps)) if f]
    values += [loss.age for way in ways for loss in way.losses if loss.age]
    values += [f for f in (result.scenario.lasts, *(o.time for o in result.affected)) if f]
    allowed = {pair(f.value) for f in values}
    allowed |= {duration(f.value.upper) for f in values if f.value and f.value.upper is not None}
    allowed |= {duration(gap.seconds) for way in ways for gap in way.inconsistencies if gap.seconds is not None}
    worded = [say(step.deed) for way in ways for step in way.steps]
    worded += [say(one) for o in result.affected for one in (*o.reasons, *o.unknown)]
    worded += [say(one) for way in ways for one in way.unknown]
    beyond = quantities(text) - quantities(" ; ".join((*allowed, *worded, title(result.scenario))))
    if beyond:
        yield f"says {beyond}"


# The evidence


def evidence(of: Shop, found: Evidence, html: str) -> Iterator[str]:
    """Every table of the evidence."""
    tables = {
        name: [*_spread(table)]
        for name, table in re.findall(r'aria-label="(\w+)" tabindex="0"><table>(.*?)</table>', html, re.DOTALL)
    }
    yield from _objectives(of, tables)
    yield from _impact(of, tables["impact"])
    yield from _disruptors(of, found, tables["disruptors"])
    yield from _copies(of, tables)
    status = [row[2] for row in tables["clauses"]]
    counted = [f"{status.count(one)} {said}" for one, said in _STATUS.items()]
    said = f"{len(found.clauses)} clauses, {len(status)} things to show: {', '.join(counted)}."
    if said not in _text(html):
        yield f"the summary does not say {said}"


_STATUS: Final = {"design evidence": "by the design", "operating evidence": "by records", "missing": "missing"}


def _objectives(of: Shop, tables: Mapping[str, Sequence[Sequence[str]]]) -> Iterator[str]:
    figures = {one.name: one.availability for one in of.assessment.capabilities}
    promised: list[tuple[str, ...]] = []
    kept: list[tuple[str, ...]] = []
    for one in of.model.capabilities:
        asked = "-" if one.target.availability is None else f"{one.target.availability:g} %"
        up = ends(figures[one.name].value, Unit.SHARE, "")
        promised.append((one.name, *_goals(one.target), asked, up))
        promised += [(f"{one.name}, {kind}", *_goals(other), "", "") for kind, other in one.target.kinds.items()]
        kinds: dict[str, list[Outcome]] = {}
        for result in of.assessment.scenarios:
            mine = [o for o in result.outcomes if o.capability == one.name]
            kinds.setdefault(result.scenario.disruption, []).extend(mine)
        for kind, outcomes in kinds.items():
            time = min(outcomes, key=graver)
            data = min((time, *outcomes), key=lambda o: gravity(o, Objective.DATA_LOSS))
            kept.append((f"{one.name}, {kind}", _served(time), _loses(data)))
    yield from _differ("downtime", tables["downtime"], (0, 2, 3, 4, 5), promised)
    yield from _differ("recovery", tables["recovery"], (0, 2, 4), kept)


def _goals(target: Target | KindTarget) -> tuple[str, ...]:
    lengths = (target.recovery_time, target.data_loss)
    return tuple("-" if one is None else duration(one.total_seconds()) for one in lengths)


def _impact(of: Shop, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    business = of.model.business
    if business.revenue_per_hour is None:
        return
    factors = {name: business.revenue_per_hour * factor for name, (_, _, factor) in sorted(business.peaks.items())}
    peaks = ", ".join(f"{name}: {amount(value)}" for name, value in factors.items()) or "no peak stated"
    earning = [row for row in rows if row[1][:1].isdigit()]
    wanted = [(amount(business.revenue_per_hour), peaks, amount(business.revenue_per_hour * 24))] * len(earning)
    yield from _differ("impact", earning, (1, 2, 3), wanted)


def cost(cost: Cost, html: str) -> Iterator[str]:
    """What the section of costs says against the sum of its lines, each made anew in the currency shown."""
    section = html.split('<section id="cost"')[1].split("</section>")[0]
    total = _summed(cost, cost.lines)
    headline = _text(section.split('<p class="big">')[1].split("</p>")[0])
    if f" {_monthly(total.typical)} a month ({_monthly(total.lower)} to {_monthly(total.worst)})" not in headline:
        yield f"cost: {headline}"
    if cost.budget and share(round(total.typical / cost.budget, 2)) not in _text(
        section.split("<p>")[1].split("</p>")[0]
    ):
        yield "cost: its share of the budget"
    keys: Mapping[str, Callable[[Priced], str]] = {
        "purpose": lambda one: one.purpose.value,
        "site": lambda one: one.site,
        "tier": lambda one: one.tier,
    }
    for by, key in keys.items():
        table = section.split(f"<caption>By {by}</caption>")[1].split("</table>")[0]
        groups: dict[str, list[Priced]] = {}
        for line in cost.lines:
            groups.setdefault(key(line), []).append(line)
        sums = {name: _summed(cost, lines) for name, lines in groups.items()}
        wanted = [
            (name, _monthly(one.typical), _span(one), share(round(one.typical / total.typical, 2)))
            for name, one in sums.items()
            if one.worst > 0
        ]
        yield from _differ(f"cost by {by}", map(_cells, _ROW.findall(table.split("<tbody>")[1])), (0, 1, 2, 3), wanted)
    shown = [_cells(row)[1] for row in _ROW.findall(section.split("Largest lines</caption>")[1].split("<tbody>")[1])]
    largest = [_summed(cost, [line]) for line in cost.lines if line.usd.worst > 0][: len(shown)]
    if shown != [" ".join(filter(None, (_monthly(one.typical), _span(one)))) for one in largest]:
        yield "cost: the largest lines"


def _summed(cost: Cost, lines: Iterable[Priced]) -> Range:
    ends = [(one.usd.lower, one.usd.typical, one.usd.worst) for one in lines]
    lower, typical, worst = (math.fsum(column) * cost.rate.value for column in zip(*ends, strict=True))
    return Range(typical, worst, lower)


def _monthly(value: float) -> str:
    return f"{value:.2f}" if 0 < value < 9.995 else amount(value)


def _span(value: Range) -> str:
    """The ends, where they are not the middle as it is written."""
    low, typical, high = map(_monthly, (value.lower, value.typical, value.worst))
    return "" if low == typical == high else f"{low} to {high}"


def _disruptors(of: Shop, found: Evidence, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    short, results = shortened(of.assessment.title), {one.scenario.id: one for one in of.assessment.scenarios}
    wanted: list[tuple[str, ...]] = []
    losses: list[float] = []
    for row, one in zip(rows, found.disruptors, strict=False):
        result = results[one.scenario.id]
        stops = [o for o in result.affected if o.capability in row[3].split(", ")]
        worst = max(stops, key=lambda o: pessimistic(o.time), default=None)
        known = result.loss.value if result.loss else None
        losses.append(known.typical if known else 0.0)
        wanted.append(
            (
                short(title(result.scenario)),
                ends(result.scenario.rate.value, Unit.PER_YEAR, ""),
                _served(worst) if worst else "clients notice nothing",
                amount(known.typical) if known else "not counted",
            )
        )
    yield from _differ("disruptors", rows, (0, 4, 5, 6), wanted)
    if losses != sorted(losses, reverse=True):
        yield "disruptors are not ranked by their loss"


def _copies(of: Shop, tables: Mapping[str, Sequence[Sequence[str]]]) -> Iterator[str]:
    groups = {one.stores or (one.name,): one for one in reversed(copies(of.model))}
    held = [(copy.name, _age(copy.age), _kept(copy)) for one in groups.values() for copy in one.copies]
    yield from _differ("copies", [row for row in tables["copies"] if row[1] != "missing"], (1, 8, 9), held)
    counts = [
        tuple(map(str, (d.rule.copies, d.rule.elsewhere, d.rule.isolated, d.rule.proved))) for d in copies(of.model)
    ]
    yield from _differ("rule", tables["rule"], (1, 3, 4, 6), counts)


def _kept(copy: Copy) -> str:
    if copy.running:
        return "the present state alone"
    if copy.retention is None:
        return "always" if copy.anew else "not known"
    days = copy.retention.days
    return (
        duration(copy.retention.total_seconds())
        if days < 3
        else f"{days} days"
        if days < 730
        else f"{days / 365:.3g} years"
    )


def _differ(
    name: str, rows: Iterable[Sequence[str]], columns: Sequence[int], wanted: Iterable[Sequence[str]]
) -> Iterator[str]:
    told, asked = sorted(tuple(row[n] for n in columns) for row in rows), sorted(map(tuple, wanted))
    if told != asked:
        other = [row for row in told if row not in asked], [row for row in asked if row not in told]
        yield f"{name}: {other[0][:3]}, not {other[1][:3]}"


def _spread(table: str) -> Iterator[list[str]]:
    """Rows with what a first cell says for several."""
    first = ""
    for row in re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1], re.DOTALL):
        cells = _cells(row)
        first, rest = (cells[0], cells[1:]) if row.startswith("<th") else (first, cells)
        yield [first, *rest]
