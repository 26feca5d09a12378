"""Findings: every code has a design that shows it and one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from bcinfra.continuity.judgement.findings import Finding
from bcinfra.continuity.judgement.rules import RULES as BREAKS
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.objectives import Objective
from bcinfra.continuity.model.parts import (
    Closed,
    ImageRepository,
    Member,
    Model,
    Pool,
    Provenance,
    Refusal,
    Refused,
    Shelf,
    Store,
    StoreKind,
    Stream,
    Target,
    Weekly,
)
from bcinfra.continuity.model.stateless import Proof, Row
from bcinfra.continuity.model.statements import Noun, Subject
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.recovery.outcomes import Acceptance, Accepted, FindingAcceptance
from bcinfra.report.words.findings import DOMAIN_FIXES, RULES, fix
from bcinfra.report.words.statements import say
from tests.continuity import designs
from tests.continuity.designs import DUBLIN, FRANKFURT, REGION, STRICT, VAULT, seconds, with_part, with_store
from tests.samples import assess

QUEUE = "urn:pulumi:prod::shop::aws:sqs/queue:Queue::orders"
_UNSHARED = Refused(
    Refusal.KEY_NOT_SHARED, Subject(Noun.PART, "the copy in the vault"), ("policy", "orders", "444455556666")
)
EXPIRED = Acceptance(
    scenarios=("*",),
    capabilities=("*",),
    objectives=(Objective.DATA_LOSS,),
    owner="Ada",
    reason="until the move",
    expires=date(2026, 1, 31),
)


OF_MONEY = frozenset({"BC0050", "BC0051", "BC0052", "BC0053"})
"""Shown by costs, in test_economy.py."""
OF_MANAGEMENT = frozenset({"BC0049"})
"""Shown by what tiers have, in tests/report/test_fcaps.py."""


@cache
def found(make: Callable[[], Model], accepted: tuple[Accepted, ...] = ()) -> tuple[Finding, ...]:
    return assess(make(), accepted=accepted, today=date(2026, 11, 24)).findings


def _far() -> Model:
    """The sturdy design with copies on another continent."""
    model = designs.sturdy()
    virginia = designs.d.region("aws", "us-east-1")
    stores = tuple(
        replace(s, copies=(*s.copies, replace(s.copies[-1], urn=f"far-{s.name}", homes=(virginia, VAULT))))
        for s in model.stores
    )
    return replace(model, stores=stores)


def _capabilities(**changes: object) -> Model:
    model = designs.sturdy()
    capabilities = tuple(replace(c, **changes) for c in model.capabilities)  # pyright: ignore[reportArgumentType]
    return replace(model, capabilities=capabilities)


def _second_name() -> Model:
    model = designs.sturdy()
    entry = model.entries[0]
    www = replace(entry, urn="www", label="www", name="www.shop.example.com", routes=entry.routes[:1])
    return replace(model, entries=(entry, www))


def _short_vault() -> Model:
    store = designs.sturdy().stores[0]
    copies = tuple(replace(c, retention=timedelta(days=7)) for c in store.copies)
    return with_store(designs.sturdy(), "mysql", copies=copies)


def _easy() -> Model:
    """Objectives that the active site meets, or misses as much, alone."""
    return _capabilities(target=Target(recovery_time=timedelta(days=400), provenance=Provenance.STATED))


def _minor() -> Model:
    return replace(
        designs.sturdy(),
        data={"content": "minor", "orders": "critical"},
        capabilities=(
            replace(designs.sturdy().capabilities[0], name="pictures", stores=("media",)),
            designs.sturdy().capabilities[1],
        ),
    )


def _shelf(model: Model) -> Shelf:
    account = next(d for p in model.pools for home in p.homes for d in home.chain() if d.kind is DomainKind.ACCOUNT)
    return Shelf(
        urn="help",
        label="bucket help",
        address="s3://help/runbook",
        homes=(account,),
        readers=(),
        public=False,
        pages=(),
    )


def _kept_images(model: Model, *, unfilled: bool = False, movable: bool = False) -> Model:
    """Images that a pool of a design is started from."""
    kept = ImageRepository(urn="images", label="images web", movable=movable, unfilled=unfilled)
    pools = [replace(pool, pulls=("images",), pulls_tags=("images",)) for pool in model.pools]
    return replace(model, pools=tuple(pools), repositories=(kept,))


def _back_office() -> Model:
    """A system that only one place runs."""
    model = designs.sturdy()
    member = replace(model.stores[0].members[0], urn="erp", label="ERP in Ghent")
    system = Store(name="erp", kind=StoreKind.SYSTEM, members=(member,), durable=False, criticality="critical")
    return replace(model, stores=(*model.stores, system))


def _sealed(model: Model) -> Model:
    """A store of the state, whose copy out of reach is opened by a key of the account that it is out of reach of."""
    key = Domain(DomainKind.KEY, "seal", (designs.PROD,))
    return with_part(with_store(model, "mysql", kind=StoreKind.STATE), "mysql-vault", needs_to_recover=(key,))


SHOWS: dict[str, tuple[Callable[[], Model], str]] = {
    "BC0001": (designs.fragile, f"region {DUBLIN} alone stops it"),
    "BC0002": (designs.paper, f"step 'promote MySQL in {FRANKFURT}' needs control plane {DUBLIN}, which failed"),
    "BC0003": (
        lambda: with_part(designs.sturdy(), "plan", triggered=False),
        f"a person must act to move clients to {FRANKFURT}: 'promote MySQL in {FRANKFURT}'",
    ),
    "BC0004": (designs.one_zone, f"web servers in {DUBLIN}: all in zone aws/eu-west-1/west-1-az1"),
    "BC0005": (designs.fragile, f"MySQL in {DUBLIN}: no copy in another zone takes over"),
    "BC0006": (
        lambda: with_part(designs.sturdy(), f"lb-{DUBLIN}", detects=None),
        f"load balancer in {DUBLIN}: no health check can fail",
    ),
    "BC0007": (
        lambda: with_part(designs.sturdy(), f"web-{FRANKFURT}", maximum=3),
        f"only 83% of the load is carried from {FRANKFURT}",
    ),
    "BC0008": (designs.fragile, "nothing of mysql survives"),
    "BC0009": (designs.fragile, "every copy of mysql can be deleted with the credentials of production"),
    "BC0010": (designs.fragile, "a deletion of mysql takes every copy along"),
    "BC0011": (_short_vault, "isolated copies of mysql are kept for less than 21 days"),
    "BC0012": (
        lambda: with_part(designs.sturdy(), f"mysql-{FRANKFURT}", lag=seconds("lag", 60, 3600)),
        f"mysql goes on from MySQL in {FRANKFURT}, which lacks more than may be lost",
    ),
    "BC0013": (designs.fragile, "no copy of mysql is restored as a test"),
    "BC0014": (designs.fragile, "'restore mysql from daily backup of MySQL' is on the longest path of the recovery"),
    "BC0015": (designs.sturdy, "mysql comes back newer than media"),
    "BC0016": (
        lambda: with_store(designs.sturdy(), "mysql", two_primaries_guarded=False),
        "nothing keeps two members of mysql from taking writes at once",
    ),
    "BC0017": (designs.fragile, f"release shop:1.4 in {DUBLIN} runs in every serving site, and nothing takes it back"),
    "BC0018": (designs.unclear, f"MySQL in {DUBLIN}: which zones it is in is not known"),
    "BC0019": (
        lambda: replace(designs.sturdy(), not_understood=("urn:pulumi:prod::shop::aws:odd/thing:Thing::odd",)),
        "no reading for aws:odd/thing:Thing odd",
    ),
    "BC0020": (
        lambda: replace(designs.sturdy(), opaque=("urn:pulumi:prod::shop::k:helm:Chart::box",)),
        "the content of k:helm:Chart box is not visible",
    ),
    "BC0021": (
        lambda: replace(designs.sturdy(), data={"invoices": "critical"}),
        "critical data invoices lives in no store",
    ),
    "BC0022": (designs.fragile, "media has no copy at rest"),
    "BC0023": (_minor, "pictures needs minor data only, with objectives as for critical data"),
    "BC0024": (_easy, f"without {FRANKFURT} no verdict gets worse"),
    "BC0025": (lambda: _capabilities(target=Target()), "checkout has no objective"),
    "BC0026": (designs.fragile, "checkout is available"),
    "BC0027": (designs.sturdy, "every copy of mysql is in Europe"),
    "BC0028": (designs.sturdy, "data loss of * in *: accepted by Ada until 2026-01-31"),
    "BC0029": (
        lambda: with_part(designs.sturdy(), "dns", shielded=False),
        "nothing absorbs floods in front of shop.example.com",
    ),
    "BC0030": (_back_office, "ERP in Ghent is critical and runs nowhere else"),
    "BC0031": (
        lambda: with_part(designs.sturdy(), "dns", editable_after=None),
        "shop.example.com: its records cannot be changed while region aws/us-east-1 is lost",
    ),
    "BC0032": (
        lambda: with_part(designs.sturdy(), f"lb-{FRANKFURT}", zonal_shift=None),
        f"load balancer in {FRANKFURT}: nothing takes requests from an impaired zone, as it does at {DUBLIN}",
    ),
    "BC0033": (
        lambda: replace(designs.sturdy(), dangling={QUEUE: ("urn:pulumi:prod::shop::aws:iam/role:Role::gone",)}),
        "aws:sqs/queue:Queue orders refers to aws:iam/role:Role gone, which is not there",
    ),
    "BC0034": (_second_name, f"www.shop.example.com does not lead to {FRANKFURT}, as shop.example.com does"),
    "BC0035": (
        lambda: with_part(designs.sturdy(), f"web-{DUBLIN}", on_server=None, in_zone=6),
        f"web servers in {DUBLIN}: one server may hold every replica (6)",
    ),
    "BC0036": (
        lambda: replace(designs.sturdy(), held=((f"web-{DUBLIN}", QUEUE, "minAvailable: 6"),)),
        f"aws:sqs/queue:Queue orders lets none of web servers in {DUBLIN} be evicted (`minAvailable: 6`)",
    ),
    "BC0037": (
        lambda: with_part(designs.sturdy(), f"mysql-{DUBLIN}", fleeting=True),
        f"MySQL in {DUBLIN}: no volume keeps it, and a restart begins empty",
    ),
    "BC0043": (
        lambda: with_part(designs.sturdy(), f"web-{DUBLIN}", egress=(designs.way_out(*designs.ZONES[DUBLIN]),)),
        f"zone {designs.ZONES[DUBLIN][1].name} and zone {designs.ZONES[DUBLIN][2].name} leave for the outside by NAT",
    ),
    "BC0044": (
        lambda: with_part(designs.sturdy(), "mysql-pitr", stream=Stream(readers=2, watched=seconds("told", 600, 1200))),
        "point-in-time logs of MySQL: that nothing arrives any more is told after 1200 s only",
    ),
    "BC0045": (
        lambda: with_part(designs.sturdy(), f"mysql-{DUBLIN}", window=Weekly(6 * 24 * 60 + 180, 60)),
        f"MySQL in {DUBLIN} is maintained during black friday",
    ),
    "BC0046": (
        lambda: with_part(designs.one_zone(), f"mysql-{DUBLIN}", upgrade=seconds("upgrade", 7200, 9000)),
        f"MySQL in {DUBLIN}: a planned upgrade stops it",
    ),
    "BC0047": (
        lambda: replace(designs.sturdy(), shelves=(_shelf(designs.sturdy()),)),
        "bucket help holds the runbook, and is lost with account",
    ),
    "BC0048": (
        lambda: _sealed(designs.sturdy()),
        "no copy of mysql can be read without key seal, which is lost with account aws/prod",
    ),
    "BC0038": (
        lambda: _kept_images(designs.sturdy(), unfilled=True),
        f"images web: nothing copies to it what is pushed elsewhere, and web servers in {DUBLIN} is started from it",
    ),
    "BC0039": (
        lambda: _kept_images(designs.sturdy(), movable=True),
        f"images web: a tag may be given to another image, and web servers in {DUBLIN} is started by tags",
    ),
    "BC0040": (
        lambda: replace(designs.sturdy(), stateless=Proof((Row(QUEUE, reasons.QUEUE),))),
        "aws:sqs/queue:Queue orders holds business data",
    ),
    "BC0041": (
        lambda: with_store(designs.sturdy(), "mysql", refused=(_UNSHARED,)),
        "the copy in the vault cannot be made: the policy of key orders shuts account 444455556666 out",
    ),
    "BC0042": (
        lambda: with_store(designs.sturdy(), "mysql", guard_offered="deletionProtection"),
        "one mistaken command deletes mysql: `deletionProtection` is off",
    ),
}


@pytest.mark.parametrize("code", sorted(RULES.keys() - OF_MONEY - OF_MANAGEMENT))
def test_every_code_has_a_design_that_shows_it(code: str) -> None:
    make, message = SHOWS[code]
    accepted = (EXPIRED,) if code == "BC0028" else ()
    shown = [say(f.says) for f in found(make, accepted) if f.code == code]
    assert any(text.startswith(message) for text in shown), shown


def test_the_sturdy_design_is_free_of_what_it_guards_against() -> None:
    codes = {f.code for f in found(_far)}
    # What remains is shared by everything it has (one provider, one account, one DNS provider), slow restores, and an
    # impaired zone that the database stands in: no check fails, so a person leaves it.
    assert codes == {"BC0001", "BC0003", "BC0008", "BC0012", "BC0014", "BC0015"}


def test_every_code_is_documented() -> None:
    for code, rule in RULES.items():
        assert code.startswith("BC")
        assert len(code) == 6
        assert all([rule.title, BREAKS[code], rule.meaning, rule.fix, rule.plain]), code


def test_the_fix_of_a_single_point_of_failure_is_that_of_its_kind() -> None:
    fixes = {say(f.says): fix(f) for f in found(designs.sturdy) if f.code == "BC0001"}
    assert "secondary DNS provider" in fixes["DNS provider route53 alone stops it"]
    assert fixes["provider aws alone stops it"] in DOMAIN_FIXES.values()


def test_a_standby_that_objectives_need_is_not_called_spare() -> None:
    assert STRICT.provenance is Provenance.STATED
    assert "BC0024" not in {f.code for f in found(designs.sturdy)}
    assert REGION[FRANKFURT]


def test_a_finding_is_accepted_once_every_verdict_that_it_breaks_is() -> None:
    def make(*scenarios: str) -> dict[str, Finding]:
        rows = tuple(
            replace(EXPIRED, scenarios=(s,), objectives=(o,), expires=date(2027, 1, 31))
            for s in scenarios
            for o in Objective
        )
        return {say(f.says): f for f in found(designs.paper, rows)}

    region, message = f"region:{DUBLIN}", f"region {DUBLIN} alone stops it"
    assert make()[message].accepted == ()
    assert {one.scenarios for one in make(region)[message].accepted} == {(region,)}
    stuck = next(f for f in make().values() if f.code == "BC0002")
    assert len(stuck.scenarios) > 1
    assert make(stuck.scenarios[0])[say(stuck.says)].accepted == (), "one of them is open"
    assert make(*stuck.scenarios)[say(stuck.says)].accepted


def test_what_shows_in_no_scenario_is_accepted_by_its_code_and_resource_alone() -> None:
    everything = tuple(replace(EXPIRED, objectives=(o,), expires=date(2027, 1, 31)) for o in Objective)
    told = found(designs.fragile, everything)
    assert any(f.accepted for f in told)
    assert not any(f.accepted for f in told if not f.scenarios)
    open = next(f for f in told if not f.scenarios and f.resource)
    row = FindingAcceptance(
        codes=(open.code,), resources=(open.about,), owner="Ada", reason="small", expires=date(2027, 1, 31)
    )
    taken = found(designs.fragile, (*everything, row))
    assert [f for f in taken if f.accepted and not f.scenarios] == [
        replace(f, accepted=(row,)) for f in told if (f.code, f.about) == (open.code, open.about)
    ]
    every = found(designs.fragile, (replace(row, resources=("*",)),))
    assert all(f.accepted for f in every if f.code == open.code)
    for other in (
        replace(row, resources=("another",)),
        replace(row, codes=("BC0024",)),
        replace(row, expires=date(2026, 1, 1)),
    ):
        assert not any(f.accepted for f in found(designs.fragile, (other,)))


def test_a_finding_that_shows_in_scenarios_is_accepted_with_them_alone() -> None:
    stuck = next(f for f in found(designs.fragile) if f.scenarios)
    row = FindingAcceptance(
        codes=(stuck.code,), resources=("*",), owner="Ada", reason="small", expires=date(2027, 1, 31)
    )
    assert not any(f.accepted for f in found(designs.fragile, (row,)) if f.scenarios)


def test_a_runbook_is_not_lost_with_the_shop_in_an_account_that_has_its_own_logs_beside_it() -> None:
    sturdy = designs.sturdy()
    shelf = replace(_shelf(sturdy), homes=(designs.d.account("aws", "999900001111"),))
    trail = Member(urn="trail", label="bucket trail", site=None, homes=shelf.homes, zones=None, writer=True)
    logs = Store(name="trail", kind=StoreKind.OBJECTS, members=(trail,), durable=False, logs=True)

    def codes(store: Store) -> set[str]:
        design = replace(sturdy, shelves=(shelf,), stores=(*sturdy.stores, store))
        return {finding.code for finding in found(lambda: design)}

    assert "BC0047" not in codes(logs)
    assert "BC0047" in codes(replace(logs, logs=False))
    assert "BC0047" in codes(replace(logs, holds=("orders",)))


def test_a_standby_that_nothing_grows_before_a_peak_is_told() -> None:
    model = designs.sturdy()
    release = designs.d.Domain(designs.d.DomainKind.RELEASE, "web:2")
    pools = tuple(replace(p, release=release, schedule=((11, 27, 99), (12, 1, 1))) for p in model.pools)

    def told(pools: tuple[Pool, ...]) -> list[str]:
        return [say(f.says) for f in assess(replace(model, pools=pools)).findings if "before a peak" in say(f.says)]

    assert told(pools) == []
    late = tuple(replace(p, schedule=((12, 1, 1),)) if p.site == FRANKFURT else p for p in pools)
    assert told(late)
    assert all(FRANKFURT in text for text in told(late))


def test_a_release_of_what_answers_nobody_stops_no_server() -> None:
    model = designs.sturdy()
    release = designs.d.Domain(designs.d.DomainKind.RELEASE, "web:2")
    pools = tuple(replace(p, release=release, rollback=False) for p in model.pools)
    told = [f for f in assess(replace(model, pools=pools)).findings if f.code == "BC0017"]
    assert told
    apart = replace(pools[0], urn="promotion", label="promotion", release=replace(release, name="promotion:1"))
    assert [f for f in assess(replace(model, pools=(*pools, apart))).findings if f.code == "BC0017"] == told


SUNDAY, TUESDAY = Weekly(6 * 24 * 60 + 180, 60), Weekly(24 * 60 + 180, 60)
PEAK = Closed(date(2026, 11, 27), date(2026, 11, 30), yearly=True)


@pytest.mark.parametrize(
    ("window", "closed", "last", "found"),
    [
        (SUNDAY, None, 30, True),
        (SUNDAY, (), 30, True),
        (SUNDAY, (PEAK,), 30, False),
        (SUNDAY, (replace(PEAK, last=date(2026, 11, 28)),), 30, True),  # Sunday the 29th is left
        (SUNDAY, (replace(PEAK, first=date(2020, 11, 1)),), 30, False),  # of every year
        (SUNDAY, (replace(PEAK, first=date(2020, 11, 1), last=date(2020, 11, 30), yearly=False),), 30, True),
        (TUESDAY, (), 30, False),
        (TUESDAY, None, 9, False),  # of a week or more, which holds every window
        (TUESDAY, (), 9, True),  # unless its vendor takes days out
        (TUESDAY, (replace(PEAK, last=date(2026, 12, 9)),), 9, False),
    ],
)
def test_no_vendor_works_on_it_during_a_peak(
    window: Weekly, closed: tuple[Closed, ...] | None, last: int, found: bool
) -> None:
    model = with_part(designs.sturdy(), f"mysql-{DUBLIN}", window=window, closed=closed)
    ends = "2026-11-30" if last == 30 else f"2026-12-{last:02}"
    model = replace(model, business=replace(model.business, peaks={"sale": ("2026-11-27", ends, 2.0)}))
    assert any("is maintained during sale" in say(one.says) for one in assess(model).findings) is found
