"""Data loss and the cost of outages."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from bcinfra.continuity.model.distributions import quantile
from bcinfra.continuity.model.domains import Domain, DomainKind, account, region
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, stated, unknown
from bcinfra.continuity.recovery.dataloss import (
    DataCopy,
    Effect,
    Inconsistency,
    StoreLoss,
    backup_age,
    inconsistencies,
    store_loss,
)
from bcinfra.continuity.reliability.availability import Outage
from bcinfra.continuity.reliability.loss import Disruption, Peak, Trade, expected_loss, factors, loss_once_in
from bcinfra.report.words.statements import say

HERE, THERE = region("aws", "eu-west-1"), region("aws", "eu-central-1")
SHOP, VAULT = account("aws", "shop"), account("aws", "vault")
KEY = Domain(DomainKind.KEY, "orders")
DAY = 86_400.0


def seconds(name: str, typical: float, upper: float | None = None) -> Figure:
    return assumed(name, Unit.SECONDS, Range(typical, typical if upper is None else upper), "for the test")


STANDBY = DataCopy(name="standby", age=seconds("lag", 0), homes=(HERE,), exposed_to=(SHOP,))
REPLICA = DataCopy(name="replica", age=seconds("lag", 1, 30), homes=(THERE,), exposed_to=(SHOP,))
LOG = DataCopy(
    name="point in time", age=seconds("log", 300), homes=(HERE,), exposed_to=(SHOP,), history=seconds("kept", 7 * DAY)
)
BACKUP = DataCopy(
    name="vault",
    age=backup_age(seconds("interval", DAY), seconds("window", 0, 8 * 3600), seconds("copy", 900, 3600)),
    homes=(THERE,),
    needs=(KEY, VAULT),
    history=seconds("kept", 35 * DAY),
    granularity=seconds("interval", DAY),
)
COPIES = [STANDBY, REPLICA, LOG, BACKUP]


def named(loss: StoreLoss) -> str | None:
    return loss.copy and loss.copy.name


def test_the_newest_surviving_copy_counts() -> None:
    assert named(store_loss("orders", COPIES, Effect())) == "standby"
    found = store_loss("orders", COPIES, Effect(failed=(HERE,)))
    assert named(found) == "replica"
    assert found.age == REPLICA.age
    assert [r.copy.name for r in found.rejected] == ["standby", "point in time"]


def test_a_backup_is_as_old_as_interval_window_and_copying_together() -> None:
    found = store_loss("orders", [STANDBY, BACKUP], Effect(failed=(HERE,)))
    assert found.age
    assert found.age.value == Range(DAY + 900, DAY + 8 * 3600 + 3600, DAY + 900)


def test_a_copy_that_cannot_be_read_does_not_count() -> None:
    found = store_loss("orders", [STANDBY, BACKUP], Effect(failed=(HERE, KEY)))
    assert found.total_loss
    assert say(found.rejected[1].reason) == "out of reach without key orders"


def test_replicas_copy_bad_writes_and_versions_go_back_before_them() -> None:
    found = store_loss("orders", COPIES, Effect(dwell=seconds("dwell", 600, 3600)))
    assert named(found) == "point in time"
    assert found.age
    assert found.age.value == Range(600, 3600, 600)
    assert {r.copy.name for r in found.rejected} == {"standby", "replica"}


def test_the_log_cannot_give_back_more_than_it_has() -> None:
    found = store_loss("orders", [LOG], Effect(dwell=seconds("dwell", 10)))
    assert found.age
    assert found.age.value == Range(300, 300, 300)


def test_what_is_made_anew_holds_no_bad_write() -> None:
    noticed = Effect(dwell=seconds("dwell", DAY))
    kept = DataCopy(name="newest state", age=seconds("age", 0))
    assert store_loss("credentials", [kept], noticed).total_loss
    made = store_loss("credentials", [kept, replace(kept, name="issued again", anew=True)], noticed)
    assert (named(made), made.total_loss) == ("issued again", False)


def test_an_attacker_destroys_what_the_account_can_reach() -> None:
    found = store_loss("orders", COPIES, Effect(hostile=(SHOP,), dwell=seconds("dwell", 2 * DAY, 10 * DAY)))
    assert named(found) == "vault"
    assert found.age
    assert found.age.value == Range(3 * DAY, 11 * DAY, 3 * DAY)


def test_an_attacker_destroys_versions_too() -> None:
    assert named(store_loss("orders", COPIES, Effect(dwell=seconds("dwell", 60)))) == "point in time"
    assert named(store_loss("orders", COPIES, Effect(hostile=(SHOP,), dwell=seconds("dwell", 60)))) == "vault"


def test_a_corruption_older_than_the_retention_loses_everything() -> None:
    found = store_loss("orders", COPIES, Effect(hostile=(SHOP,), dwell=seconds("dwell", 20 * DAY, 34.5 * DAY)))
    assert found.total_loss
    assert "less than it may take to notice" in say(found.rejected[-1].reason)


def test_an_unknown_age_is_unknown_unless_another_copy_is_known() -> None:
    dark = DataCopy(name="dark", age=unknown("lag", Unit.SECONDS, "not in the graph"))
    alone = store_loss("orders", [dark], Effect())
    assert alone.age
    assert alone.age.value is None
    assert not alone.total_loss
    assert named(store_loss("orders", [dark, BACKUP], Effect())) == "vault"


def test_an_unknown_retention_is_no_pass() -> None:
    copy = DataCopy(name="log", age=seconds("age", 1), history=unknown("kept", Unit.SECONDS, "unknown output"))
    found = store_loss("orders", [copy], Effect(dwell=seconds("dwell", 60)))
    assert found.age
    assert found.age.value is None


def test_stores_that_come_back_at_different_moments_are_named() -> None:
    def apart(**stores: DataCopy) -> tuple[Inconsistency, ...]:
        return inconsistencies([store_loss(name, [copy], Effect()) for name, copy in stores.items()])

    found = apart(orders=REPLICA, images=BACKUP, sessions=STANDBY)
    assert [(i.newer, i.older) for i in found] == [("sessions", "orders"), ("orders", "images")]
    assert found[0].seconds == 30
    assert apart(orders=STANDBY, stock=STANDBY) == ()


# -- cost


def trade(**other: object) -> Trade:
    return Trade(revenue_per_hour=stated("revenue", Unit.MONEY, 1000, "business.revenue_per_hour"), **other)  # pyright: ignore[reportArgumentType]


def disruption(rate: float, duration: Range, **other: object) -> Disruption:
    outage = Outage(
        name="region",
        rate=assumed("rate", Unit.PER_YEAR, Range.exactly(rate), "for the test"),
        manual=assumed("duration", Unit.SECONDS, duration, "for the test"),
    )
    return Disruption(outage=outage, **other)  # pyright: ignore[reportArgumentType]


BLACK_FRIDAY = Peak("black friday", 331, 4, 8)
CHRISTMAS = Peak("christmas", 344, 14, 3)


def typical(figure: Figure) -> float:
    assert figure.value
    return figure.value.typical


def test_the_expected_loss_is_rate_times_hours_times_revenue() -> None:
    found = expected_loss([disruption(0.5, Range.exactly(2 * 3600))], trade(recaptured=0.25))
    assert typical(found) == pytest.approx(0.5 * 2 * 1000 * 0.75)


def test_lost_orders_and_the_response_cost_on_top() -> None:
    one = disruption(1, Range.exactly(3600), data_loss=seconds("loss", 360), response_cost=50)
    assert typical(expected_loss([one], trade())) == pytest.approx(1000 + 100 + 50)


@pytest.mark.parametrize("hours", [0.5, 20, 30, 24 * 46, 24 * 500])
def test_peaks_move_revenue_but_keep_its_mean(hours: float) -> None:
    assert sum(factors((BLACK_FRIDAY, CHRISTMAS))) == pytest.approx(365)
    one = disruption(1, Range.exactly(hours * 3600))
    flat, peaked = expected_loss([one], trade()), expected_loss([one], trade(peaks=(BLACK_FRIDAY, CHRISTMAS)))
    assert typical(peaked) == pytest.approx(typical(flat))


def test_the_tail_lies_far_above_the_mean() -> None:
    events = [disruption(0.02, Range(14 * DAY, 60 * DAY)), disruption(2, Range(600, 3600))]
    assert typical(loss_once_in(100, events, trade())) > 20 * typical(expected_loss(events, trade()))


def test_peaks_raise_the_tail_of_short_outages() -> None:
    events = [disruption(1, Range.exactly(4 * 3600))]
    flat, peaked = trade(), trade(peaks=(BLACK_FRIDAY, CHRISTMAS))
    assert typical(loss_once_in(200, events, peaked)) > 1.5 * typical(loss_once_in(200, events, flat))


def test_what_happens_less_often_than_once_in_n_years_costs_nothing_in_it() -> None:
    assert typical(loss_once_in(10, [disruption(0.01, Range.exactly(DAY))], trade())) == 0
    assert typical(loss_once_in(200, [disruption(0.01, Range.exactly(DAY))], trade())) == pytest.approx(
        24_000, rel=0.01
    )


def test_the_loss_once_in_n_years_agrees_with_simulation() -> None:
    kinds = [
        (0.3, Range(4 * 3600, 20 * 3600)),
        (12.0, Range(300, 900)),
        (3.0, Range(900, 7200)),
        (0.03, Range(10 * DAY, 40 * DAY)),
    ]
    events = [disruption(rate, duration) for rate, duration in kinds]
    rng = random.Random(11)
    years: list[float] = []
    for _ in range(40_000):
        loss = 0.0
        for rate, duration in kinds:
            at = rng.expovariate(rate)
            while at < 1:
                loss += quantile(duration, rng.random()) / 3600 * 1000
                at += rng.expovariate(rate)
        years.append(loss)
    assert typical(expected_loss(events, trade())) == pytest.approx(sum(years) / len(years), rel=0.05)
    for once in (2, 5, 10, 20, 50):
        exceeded = typical(loss_once_in(once, events, trade()))
        share = sum(year > exceeded for year in years) / len(years)
        assert share == pytest.approx(1 / once, abs=4 * math.sqrt(1 / once / len(years)))


def test_pessimistic_ends_are_worse_and_unknown_revenue_gives_no_figure() -> None:
    one = disruption(0.5, Range(3600, 36_000))
    rate = assumed("rate", Unit.PER_YEAR, Range(0.5, 1, 0.1), "for the test")
    wide = Disruption(outage=Outage(name="region", rate=rate, manual=one.outage.manual))
    found = loss_once_in(20, [wide], trade()).value
    assert found
    assert found.upper is not None
    assert found.lower <= found.typical < found.upper
    dark = Trade(revenue_per_hour=unknown("revenue", Unit.MONEY, "not stated"))
    assert expected_loss([one], dark).value is None
    assert loss_once_in(20, [one], dark).value is None


def test_impossible_trades_are_refused() -> None:
    with pytest.raises(ValueError, match="share between 0 and 1"):
        trade(recaptured=2)
    with pytest.raises(ValueError, match="in another peak"):
        trade(peaks=(BLACK_FRIDAY, Peak("cyber monday", 334, 1, 9)))
    with pytest.raises(ValueError, match="mean days of revenue"):
        trade(peaks=(Peak("sale", 1, 100, 8),))
