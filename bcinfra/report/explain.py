"""From any name or number on screen to what it rests on: codes, terms, facts, scenarios, domains, figures.

Scenarios and figures are looked up in an assessment's document (:mod:`bcinfra.report.assess.document`), whether it was
just made or kept in a file, so both explain the same.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

from bcinfra.continuity.judgement.rules import RULES as BREAKS
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.facts import BaseRate, Fact, Incident, base_rates, facts, incidents
from bcinfra.continuity.model.objectives import Judgement
from bcinfra.continuity.model.ranges import Range, Unit
from bcinfra.continuity.model.stateless import Holds
from bcinfra.continuity.recovery.evaluate import RENEWED
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.places.place import Place
from bcinfra.report.words.countries import located
from bcinfra.report.words.findings import DOMAIN_FIXES, RULES
from bcinfra.report.words.glossary import TERMS
from bcinfra.report.words.names import shortened
from bcinfra.report.words.quantities import amount, count, duration, ends, pair, share
from bcinfra.seconds import HOUR

_ORDER: Final = [judgement.value for judgement in Judgement]
MEANWHILE: Final[Mapping[str, str]] = {
    "read-only": "meanwhile {front} serves who looks, and leads who orders to {pages}read-only.html, once a person says"
    " so",
    "queue": "meanwhile {front} lets in a share, and leads the others to {pages}queue.html, once a person says so",
    "closed": "meanwhile {front} leads all to {pages}closed.html, once a person says so",
}
"""What customers are shown while a scenario lasts, by its state."""
PARTS: Final = 8
"""Figures that a sum lists, the largest first."""


class Line(NamedTuple):
    """One line of an explanation: how deep it stands, and its text; ``strong`` for headings."""

    depth: int
    text: str
    strong: bool = False


class UnknownWordError(Exception):
    """Nothing has this name; ``near`` are the nearest that there are."""

    def __init__(self, word: str, near: tuple[str, ...]) -> None:
        self.near = near
        super().__init__(f"nothing is called {word!r}" + (f"; near: {', '.join(near)}" if near else ""))


def explain(word: str, document: Mapping[str, Any] | None = None, *, everything: bool = False) -> list[Line]:
    """Explain a code, term, fact, base rate, incident, kind of domain or resource type; with an assessment's
    ``document`` also its scenarios, figures, domains and capabilities, by id or by the name that is shown.

    Raises :class:`UnknownWordError`.
    """
    return Index(document, everything).explain(word)


def to_json(lines: Iterable[Line]) -> str:
    """Lines for programs: each with how deep it stands."""
    rows = [{"depth": line.depth, "text": line.text, "heading": line.strong} for line in lines]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def _type(index: Index, token: str) -> Iterator[Line]:
    """What is believed of a resource type, and every fact that rests on."""
    from bcinfra.report import types

    yield Line(0, f"{token}: {types.what(token)}", strong=True)
    yield from (Line(1, f"{label}: {said}") for label, said in types.believed(token))
    for id in types.facts_of(token):
        yield from index.source(1, id)


def words(document: Mapping[str, Any] | None = None) -> list[Line]:
    """Everything that can be explained, by kind."""
    kinds: dict[str, list[str]] = {}
    for name, kind in dict.fromkeys(Index(document).entries.values()):
        kinds.setdefault(kind, []).append(name)
    return [
        line
        for kind, names in kinds.items()
        for line in (Line(0, kind, strong=True), *(Line(1, name) for name in sorted(names)))
    ]


@lru_cache(maxsize=65_536)
def _plain(word: str) -> str:
    """A name without case and with one kind of gap. Kept: whoever asks twice asks of the same names."""
    return re.sub(r"[\s_]+", "-", word.strip()).casefold()


def _only(entries: Mapping[str, tuple[str, str]], key: str) -> tuple[str, str] | None:
    """The one entry whose name ends in ``key`` after a separator."""
    found = {entry for name, entry in entries.items() if re.search(rf"[:/.-]{re.escape(key)}$", name)}
    return found.pop() if len(found) == 1 else None


def _typed(urn: str) -> str:
    """``aws:ec2/vpc:Vpc network-vpc``."""
    parts = urn.split("::")
    return f"{parts[-2].split('$')[-1]} {parts[-1]}"


def _taken(acceptance: Mapping[str, Any]) -> str:
    return f"accepted by {acceptance['owner']} until {acceptance['expires']}: {acceptance['reason']}"


def _rank(outcome: Mapping[str, Any]) -> tuple[int, bool, list[int]]:
    """The worse first: what misses, then what notices the failure at all."""
    judged = [_ORDER.index(verdict["judgement"]) for verdict in outcome["verdicts"]]
    return (min(judged, default=len(_ORDER)), outcome["kind"] == Kind.UNAFFECTED, judged)


class Index:
    """What can be explained: names by how they may be written, with the kind of each."""

    def __init__(self, document: Mapping[str, Any] | None, everything: bool = False) -> None:
        self._doc: Mapping[str, Any] = document or {}
        self._everything = everything
        self.shortened = shortened(self._doc.get("title", ""))
        self._scenarios = {s["id"]: s for s in self._doc.get("scenarios", ())}
        self._kinds = {  # none in a document of before domains were values
            name: value["domain"]
            for name, value in zip(self._doc.get("domains", ()), self._doc.get("domain_values", ()), strict=False)
        }
        self._capabilities = {c["name"]: c for c in self._doc.get("capabilities", ())}

    def explain(self, word: str) -> list[Line]:
        """As :func:`explain`: for whoever asks the same assessment more than once."""
        key = _plain(word)
        found = self.entries.get(key) or _only(self.entries, key)
        if found is None:
            from bcinfra.report import types  # the readings take longer to load than all else here

            if token := types.token_of(word):
                return list(_type(self, token))
            near = get_close_matches(key, self.entries, n=5, cutoff=0.5) or [k for k in self.entries if key in k][:5]
            named = [] if ":" in word and types.near(word) else [self.entries[k][0] for k in near]
            raise UnknownWordError(word, tuple(dict.fromkeys((*named, *types.near(word))))[:5])
        name, kind = found
        return [line._replace(text=self.shortened(line.text)) for line in self._lines(kind, name)]

    @cached_property
    def entries(self) -> dict[str, tuple[str, str]]:
        """Key → name and kind. What comes first wins."""
        found: dict[str, tuple[str, str]] = {}
        for names, name, kind in self._names():
            for written in names:
                found.setdefault(_plain(written), (name, kind))
        return found

    def _names(self) -> Iterator[tuple[Iterable[str], str, str]]:
        for scenario in self._scenarios.values():
            id = scenario["id"]
            yield self._written(id, scenario["title"]), id, "scenario"
            for outcome in scenario["outcomes"]:
                yield self._written(f"{id}/{outcome['capability']}"), f"{id}/{outcome['capability']}", "outcome"
        for id in self._doc.get("explain", ()):
            yield self._written(id), id, "figure"
        for name in self._capabilities:
            yield (name,), name, "capability"
        for domain in self._doc.get("domains", ()):
            yield self._written(domain), domain, "failure domain"
        if "stateless" in self._doc:
            yield ("stateless",), "stateless", "proof"
        for code in RULES:
            yield (code,), code, "code"
        for name in TERMS:
            yield (name,), name, "term"
        for kind in DomainKind:
            yield (kind.value,), kind.value, "kind of domain"
        for id in facts():
            yield (id,), id, "fact"
        for id in base_rates():
            yield (id,), id, "base rate"
        for id in incidents():
            yield (id,), id, "incident"

    def _written(self, *names: str) -> list[str]:
        """Names with and without the stack's prefix, which the screen leaves out."""
        return [*names, *map(self.shortened, names)]

    def _lines(self, kind: str, name: str) -> Iterator[Line]:
        match kind:
            case "scenario":
                yield from self._scenario(name)
            case "outcome":
                id, _, capability = name.rpartition("/")
                yield from self._outcome(id, self._of(id, capability))
            case "figure":
                yield Line(0, name, strong=True)
                yield from self._tree(1, self._doc["explain"][name], set())
            case "capability":
                yield from self._capability(name)
            case "failure domain":
                yield from self._domain(name)
            case "proof":
                yield from self._proof()
            case "code":
                yield from self._code(name)
            case "kind of domain":
                yield Line(0, f"{name}: a kind of failure domain. {TERMS['failure domain'].meaning}", strong=True)
                if fix := DOMAIN_FIXES.get(DomainKind(name)):
                    yield Line(1, f"where one alone stops a capability: {fix}")
            case "term":
                yield Line(0, f"{name}: {TERMS[name].meaning}")
                if source := TERMS[name].source:
                    yield Line(1, f"source: {source}")
            case "incident":
                yield from _incident(incidents()[name])
            case _:
                yield from self.source(0, name)

    # Of the product

    def _code(self, code: str) -> Iterator[Line]:
        rule = RULES[code]
        yield Line(0, f"{code}  {rule.title}", strong=True)
        yield Line(1, rule.meaning)
        yield Line(1, f"breaks: {', '.join(BREAKS[code])}")
        yield Line(1, f"fix: {rule.fix}")
        yield Line(1, f"in plain words: {rule.plain}")
        found = [f for f in self._doc.get("findings", ()) if f["code"] == code]
        if self._doc:
            yield Line(0, f"In {self._doc['title']}: {len(found) or 'not found'}", strong=True)
        for one in found:
            yield from self._finding(one)
        if code == "BC0040" and self._doc:
            yield from self._proof()

    def _proof(self) -> Iterator[Line]:
        """Every resource by the reason why it holds no business data."""
        proof, title = self._doc.get("stateless"), self._doc["title"]
        if proof is None:
            yield Line(0, f"{title} does not state that it stores no business data, so nothing was asked.", strong=True)
            yield Line(1, "State `stateless: true` in the specification: the assessment proves it or says why not.")
            return
        verdict = {"MET": "proven", "MISSED": "no, it holds some"}.get(proof["judgement"], "not proven")
        apart = proof["counts"][Holds.BACK_OFFICE]
        total = count(sum(proof["counts"].values()) - apart, "resource")
        office = f"; {apart} more are of the back office, where the data stays" if apart else ""
        yield Line(0, f"{title} holds no business data: {verdict}, over {total}{office}", strong=True)
        for condition in proof["conditions"]:
            yield Line(1, f"given that {condition}, which no graph shows")
        for group in proof["groups"]:
            yield Line(1, f"{len(group['resources'])}  {group['holds']}: {group['reason']}")
        for group in proof["groups"]:
            names = sorted(_typed(urn) for urn in group["resources"])
            yield Line(0, f"{group['holds']}: {count(len(names), 'resource')}. {group['reason']}", strong=True)
            yield from (Line(1, name) for name in names)

    def _finding(self, finding: Mapping[str, Any]) -> Iterator[Line]:
        place = f"  {finding['place']}" if finding["place"] else ""
        yield Line(1, f"{finding['message']} [{finding['code']}]{place}")
        if finding["capabilities"]:
            yield Line(2, f"of {', '.join(finding['capabilities'])}")
        if finding["scenarios"]:
            shown = finding["scenarios"] if self._everything else finding["scenarios"][:5]
            more = len(finding["scenarios"]) - len(shown)
            yield Line(2, f"in {', '.join(shown)}" + (f" and {more} more" if more else ""))
        for seen in finding["evidence"]:
            yield Line(2, f"seen by: {seen}")
        if finding["fix"] != RULES[finding["code"]].fix:
            yield Line(2, f"fix: {finding['fix']}")
        for one in finding["accepted"]:
            yield Line(2, _taken(one))
        if not finding["scenarios"] and not finding["accepted"]:
            yield Line(2, f"to accept it: `finding: {finding['code']}`, `resource: {finding['about']}`, with owner,")
            yield Line(2, "  reason and expiry, in the file that `bcinfra assess --baseline` is given")

    def source(self, depth: int, id: str) -> Iterator[Line]:
        own = self._doc.get("own_figures", {}).get(id)
        row = base_rates()[id] if id in base_rates() else facts()[id]
        yield Line(depth, f"{'base rate' if isinstance(row, BaseRate) else 'fact'} {id}", strong=depth == 0)
        if own:
            yield Line(depth + 1, f"your own figure stands in its place: {own}")
        yield from (fact_lines(depth + 1, row) if isinstance(row, Fact) else base_rate_lines(depth + 1, row))

    # Of an assessment

    def _scenario(self, id: str) -> Iterator[Line]:
        one = self._scenarios[id]
        yield Line(0, f"{one['title']}  [{id}]", strong=True)
        yield Line(1, f"kind: {one['kind']}" + (f"; fails: {', '.join(one['failed'])}" if one["failed"] else ""))
        yield Line(1, f"comes {self._text(one['rate'])}  [{id}/rate]")
        yield from (Line(2, text) for text in dict.fromkeys(self._counted(one["rate"])))
        if one["lasts"] is not None:
            by_hand = {self._kinds.get(name) for name in one["failed"]} & RENEWED
            yield Line(1, f"is over {'once renewed' if by_hand else 'by itself'} after {self._text(one['lasts'])}")
        if one["loss"] is not None:
            yield Line(1, f"expected loss {self._text(one['loss'])}  [{id}/loss]")
        if shown := one.get("meanwhile"):
            yield Line(1, MEANWHILE[shown["state"]].format(front=shown["front"], pages=shown["pages"]))
        worst = min(one["outcomes"], key=_rank, default=None)
        for outcome in one["outcomes"]:
            if self._everything or outcome is worst:
                yield from self._outcome(id, outcome)
        others = [] if self._everything else [o for o in one["outcomes"] if o is not worst]
        for outcome in others:
            verdicts = ", ".join(f"{v['objective']} {v['judgement']}" for v in outcome["verdicts"])
            yield Line(0, f"{outcome['capability']}: {outcome['kind']}; {verdicts}  [{id}/{outcome['capability']}]")
        found = [f for f in self._doc["findings"] if id in f["scenarios"]]
        if found:
            yield Line(0, "Findings that show in it", strong=True)
        for finding in found:
            place = f"  {finding['place']}" if finding["place"] else ""
            yield Line(1, f"{finding['code']}  {finding['message']}{place}")

    def _counted(self, index: int) -> Iterator[str]:
        """What a rate rests on: outages that were counted, over which time, or what is assumed."""
        figure = self._doc["figures"][index]
        match why := figure["why"]:
            case {"kind": "fact", "fact": id} if id in base_rates():
                own = self._doc.get("own_figures", {}).get(id)
                row = base_rates()[id]
                seen = _observed(row) if why["field"] == "rate" else _lasted(row)
                yield f"{id}: {f'your own figure, {own}' if own else seen}"
            case {"kind": "fact"}:
                yield f"{figure['name']}: {why['field']} of {why['fact']}"
            case {"kind": "assumed"}:
                yield f"{figure['name']}, assumed: {why['text']}"
            case {"kind": "stated"}:
                yield f"{figure['name']}, stated: {why['place']}"
            case {"kind": "unknown"}:
                yield f"{figure['name']}: {why['reason']}"
            case _:
                yield f"{why['how']}:"
                for part in why["of"]:
                    yield from self._counted(part)

    def _of(self, id: str, capability: str) -> Mapping[str, Any]:
        return next(o for o in self._scenarios[id]["outcomes"] if o["capability"] == capability)

    def _outcome(self, id: str, outcome: Mapping[str, Any]) -> Iterator[Line]:
        degraded = f" ({outcome['degraded_to']})" if outcome["degraded_to"] else ""
        yield Line(0, f"{outcome['capability']}: {outcome['kind']}{degraded}", strong=True)
        for verdict in outcome["verdicts"]:
            yield from self._verdict(verdict)
        reasons = outcome["reasons"] if self._everything else outcome["reasons"][:3]
        for reason in reasons:
            yield Line(1, f"because {reason}")
        if len(reasons) < len(outcome["reasons"]):
            yield Line(1, f"and {len(outcome['reasons']) - len(reasons)} more reasons: --full")
        for reason in outcome["unknown"]:
            yield Line(1, f"to be known first: {reason}")
        if held := outcome["held"]:
            now, grown, sure = (self._text(held[name]) for name in ("now", "grown", "sure"))
            yield Line(1, f"holds of the peak: {now} at once, {grown} grown, {sure} in room that is kept")
        figures = [f for f in self._doc["explain"] if f.startswith(f"{id}/{outcome['capability']}/")]
        if outcome["way"]:
            yield from self._way(outcome["way"])
        for way in outcome["others"]:
            yield from self._other(way)
        for figure in figures:
            yield Line(1, f"bcinfra explain {shlex.quote(figure)}")

    def _verdict(self, verdict: Mapping[str, Any]) -> Iterator[Line]:
        money_free = verdict["objective"] == "availability"
        target = share(verdict["target"]) if money_free else duration(verdict["target"])
        value = self._text(verdict["value"]) if verdict["value"] is not None else "without bound"
        because = f" ({verdict['because']})" if verdict["because"] else ""
        yield Line(1, f"{verdict['judgement']}  {verdict['objective']} {value}, objective {target}{because}")
        if accepted := verdict["acceptance"]:
            yield Line(2, _taken(accepted))

    def _way(self, way: Mapping[str, Any]) -> Iterator[Line]:
        site = f" to {way['site']}" if way["site"] else ""
        yield Line(1, f"way back: {way['kind']}{site}" + (f", {share(way['load'])} of the load" if way["load"] else ""))
        for step in way["steps"]:
            mark = "*" if step["critical"] else " "
            lost = f"  cannot be done: {', '.join(step['lost'])} failed" if step["lost"] else ""
            after = f"  after {', '.join(step['after'])}" if step["after"] else ""
            yield Line(2, f"{mark} {step['phase']}: {step['name']}  {self._pair(step['duration'])}{lost}{after}")
        if way["steps"]:
            yield Line(2, "(* on the longest path)")
        if late := way["tail"]:
            yield Line(2, f"then {share(late['share'])} of clients wait another {self._pair(late['lasts'])}")
        for loss in way["data"]:
            age = "all of it is lost" if loss["everything"] else f"loses {self._pair(loss['age'])}"
            age = f"{age}, which the shop can go on without" if loss["everything"] and loss["spare"] else age
            places = filter(None, map(Place.parse, loss.get("regions", ())))
            copy = f", from {located(loss['copy'], places)}" if loss["copy"] else ""
            yield Line(2, f"data: {loss['store']} {age}{copy}")
            for rejected in loss["rejected"]:
                yield Line(3, f"not from {rejected['copy']}: {rejected['reason']}")
        for gap in way["inconsistencies"]:
            apart = "an unknown time" if gap["seconds"] is None else duration(gap["seconds"])
            yield Line(2, f"{gap['newer']} is newer than {gap['older']} by {apart}")

    def _other(self, way: Mapping[str, Any]) -> Iterator[Line]:
        stuck = [(s["name"], s["lost"]) for s in way["steps"] if s["lost"]]
        site = f" to {way['site']}" if way["site"] else ""
        if stuck:
            yield Line(1, f"not: {way['kind']}{site}: '{stuck[0][0]}' needs {', '.join(stuck[0][1])}, which failed")
        elif way["time"] is not None:
            yield Line(1, f"slower or worse: {way['kind']}{site}, {self._pair(way['time'])}")

    def _capability(self, name: str) -> Iterator[Line]:
        one = self._capabilities[name]
        target = one["target"]
        yield Line(0, f"{name}: {self._doc['provenance'].get(name, '')} capability", strong=True)
        stated = [
            f"{key.replace('_', ' ')} {duration(target[key])}"
            for key in ("recovery_time", "data_loss")
            if target[key] is not None
        ]
        stated += [f"availability {target['availability']:g} %"] if target["availability"] is not None else []
        yield Line(1, f"objectives ({target['provenance']}): {', '.join(stated) or 'none'}")
        if one["verdict"]:
            yield from self._verdict(one["verdict"])
        yield Line(1, f"availability {self._text(one['availability'])}  [{name}/availability]")
        share_down = self._text(one["down_by_design"])
        yield Line(1, f"share of time that no site serves it {share_down}  [{name}/down-by-design]")
        if one["kept"] is not None:
            yield Line(1, f"a month keeps the commitment: {self._text(one['kept'])}  [{name}/commitment-kept]")
        if one["undecided"]:
            yield Line(1, f"left out, as it cannot be told: {', '.join(one['undecided'])}")
        sets = one["cut_sets"]["sets"]
        yield Line(1, f"minimal cut sets: {one['cut_sets']['total']}")
        for cut in sets if self._everything else sets[:PARTS]:
            yield Line(2, " and ".join(cut))
        yield Line(0, "Scenarios that miss or cannot decide an objective", strong=True)
        for scenario in self._doc["scenarios"]:
            outcome = next(o for o in scenario["outcomes"] if o["capability"] == name)
            bad = [f"{v['judgement']} {v['objective']}" for v in outcome["verdicts"] if v["judgement"] != "MET"]
            if bad:
                yield Line(1, f"{scenario['id']}: {', '.join(bad)}")

    def _domain(self, name: str) -> Iterator[Line]:
        yield Line(0, f"{name}: a failure domain of {self._doc['title']}", strong=True)
        if (kind := self._kinds.get(name)) and (fix := DOMAIN_FIXES.get(DomainKind(kind))):
            yield Line(1, f"where it alone stops a capability: {fix}")
        for scenario in self._doc["scenarios"]:
            if name in scenario["failed"]:
                kinds = ", ".join(sorted({o["kind"] for o in scenario["outcomes"]}))
                yield Line(1, f"{scenario['id']}: {scenario['judgement'] or 'no objective'} ({kinds})")
        id = next((s["id"] for s in self._doc["scenarios"] if s["failed"] == [name]), None)
        for capability in self._capabilities.values():
            found = capability["importance"].get(id)
            if found:
                yield Line(1, f"{share(found['criticality'])} of the time that {capability['name']} is down by design")

    # Figures

    def _tree(self, depth: int, index: int, told: set[int | str]) -> Iterator[Line]:
        """A figure and what it rests on. Computations and facts that were ``told`` already are only named."""
        figure = self._doc["figures"][index]
        why = figure["why"]
        text = f"{figure['name']}  {self._text(index)}"
        match why["kind"]:
            case "fact" if why["fact"] in told:
                yield Line(depth, f"{text}, {why['field']} of {why['fact']}, see above")
            case "fact":
                told.add(why["fact"])
                yield Line(depth, f"{text}, {why['field']} of:")
                yield from self.source(depth + 1, why["fact"])
            case "assumed":
                yield Line(depth, f"{text}, assumed: {why['text']}")
            case "stated":
                yield Line(depth, f"{text}, stated: {why['place']}")
            case "unknown":
                yield Line(depth, f"{text}: {why['reason']}")
            case _ if index in told:
                yield Line(depth, f"{text}, see above")
            case _:
                told.add(index)
                yield Line(depth, f"{text}, {why['how']}" + (" of:" if why["of"] else ""))
                yield from self._parts(depth + 1, list(dict.fromkeys(why["of"])), told)

    def _parts(self, depth: int, parts: list[int], told: set[int | str]) -> Iterator[Line]:
        figures = self._doc["figures"]
        ranked = sorted(parts, key=lambda i: -(figures[i].get("typical") or 0.0))
        shown = parts if self._everything or len(parts) <= PARTS else ranked[:PARTS]
        for part in shown:
            yield from self._tree(depth, part, told)
        if len(shown) < len(parts):
            yield Line(depth, f"and {len(parts) - len(shown)} more figures: --full")

    def _range(self, index: int) -> Range | None:
        figure = self._doc["figures"][index]
        return Range(figure["typical"], figure["upper"], figure["low"]) if figure["known"] else None

    def _text(self, index: int) -> str:
        unit = Unit(self._doc["figures"][index]["unit"])
        return ends(self._range(index), unit, self._doc.get("currency", ""))

    def _pair(self, index: int) -> str:
        return pair(self._range(index))


# Rows of the data set


def fact_lines(depth: int, fact: Fact) -> Iterator[Line]:
    """What is known of a service, with its source."""
    yield Line(depth, f"{fact.service} ({fact.mode}), when: {fact.event}; automatic: {fact.automatic}")
    if fact.failover:
        yield Line(depth, f"failover {ends(fact.failover, Unit.SECONDS, '')}")
    if fact.rpo:
        yield Line(depth, f"data loss {ends(fact.rpo, Unit.SECONDS, '')}")
    if fact.notes:
        yield Line(depth, fact.notes)
    doubt = "; partly unconfirmed" if fact.partly_unconfirmed else ""
    confidence = fact.confidence.replace("_", " ")
    yield Line(depth, f"{confidence}, {fact.year}, {fact.verified}{doubt}; source: {fact.source}")


def base_rate_lines(depth: int, rate: BaseRate) -> Iterator[Line]:
    """How often something fails, with its source."""
    if rate.rate:
        what = (rate.per or "year").removesuffix("year").removesuffix("-")
        yield Line(depth, f"rate {ends(rate.rate.range, Unit.PER_YEAR, '')}{f', of a {what}' if what else ''}")
    if rate.duration:
        yield Line(depth, f"duration {ends(rate.duration, Unit.SECONDS, '')}")
    if rate.hours:
        yield Line(depth, _lasted(rate))
    if rate.notes:
        yield Line(depth, rate.notes)
    if rate.rate:
        yield Line(depth, _observed(rate))
    if rate.events:
        yield Line(depth, f"events: {', '.join(rate.events)}")
    source = f"; source: {rate.source}" if rate.source else ""
    yield Line(depth, f"{rate.confidence.replace('_', ' ')}{source}")


def _observed(rate: BaseRate) -> str:
    """How many events in how many years a rate is made of; what else it is."""
    if rate.exposure_years is None:
        return "assumed, as nobody counts it"
    events = count(len(rate.events), "event") if rate.events else "no event"
    when = f", {rate.observed}" if rate.observed else ""
    years = (rate.per or "year").replace("-", " ")
    bound = "" if rate.events else ", so that only the upper end says something"
    return f"{events} in {amount(rate.exposure_years)} {years}s{when}; half an event is added (Jeffreys){bound}"


def _lasted(rate: BaseRate) -> str:
    """How many outages a duration sums up."""
    return f"of {count(len(rate.hours), 'outage')} whose length is established" if rate.hours else "how long it lasts"


def _incident(one: Incident) -> Iterator[Line]:
    yield Line(0, f"{one.id}: {one.service} of {one.provider}, {one.date}", strong=True)
    lasted = duration(one.duration_hours * HOUR) if one.duration_hours else "not established"
    yield Line(1, f"scope: {one.scope}; lasted: {lasted}")
    yield Line(1, f"cause: {one.cause}")
    if one.survived:
        yield Line(1, f"survived: {one.survived}")
    yield Line(1, f"data lost: {one.data_loss.lost}, {one.data_loss.what}")
    if one.business_impact:
        yield Line(1, f"business impact: {one.business_impact}")
    yield Line(1, one.replay)
    yield Line(1, f"verified: {one.verified}")
    for source in one.sources:
        yield Line(1, f"source: {source.title}" + (f", {source.url}" if source.url else ""))
    yield Line(1, f"bcinfra drill STACK --precedent {one.id}")
