"""Every copy of all data: what is true of each, whatever it is called, and what only records can say."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest

from bcinfra.continuity.judgement.copies import copies
from bcinfra.continuity.judgement.records import Record, read_records, schema_text
from bcinfra.continuity.model.parts import DATALESS
from bcinfra.continuity.readings.read import read
from bcinfra.graph import record
from bcinfra.report.documents.copies import HEADING, lines, table, to_json
from bcinfra.report.words import copies as words
from bcinfra.spec.problems import SpecError
from tests.report.conftest import Shop, through, without_standby_in_zone

RECORDS = """
records:
  - {what: restore, of: orders, on: 2026-11-03, passed: true, took: 38m, lost: 12m, by: Ada Lovelace}
  - {what: restore, of: orders, on: 2026-11-20, passed: false, by: Ada Lovelace}
  - {what: restore, of: content, on: 2026-11-04, passed: false, by: Ada Lovelace}
"""


@pytest.fixture
def records(tmp_path: Path) -> tuple[Record, ...]:
    (tmp_path / "records.yaml").write_text(RECORDS)
    return read_records(tmp_path / "records.yaml")


def test_every_data_class_and_every_store_is_there(shop: Shop):
    found = copies(shop.model)
    assert {one.data for one in found if one.data} == set(shop.model.data)
    assert {name for one in found for name in one.stores} == {
        store.name for store in shop.model.stores if store.kind not in DATALESS
    }
    stated = [one for one in found if one.data]
    assert found[: len(stated)] == tuple(stated)
    assert (stated[0].criticality, stated[-1].criticality) == ("critical", "minor")
    # Who asked for what, and the page with the ways to a person, are no data of the shop's.
    assert [(one.criticality, *one.stores) for one in found[len(stated) :]] == [
        (None, "objects midsize-prod-frankfurt-access-logs"),
        (None, "objects midsize-prod-ireland-access-logs"),
        (None, "objects midsize-prod-audit-main"),
        (None, "objects midsize-prod-audit-vault"),
        (None, "certificates midsize-prod-page-certificate"),
        (None, "DNS zone midsize-help.example"),
        (None, "objects midsize-prod-page"),
    ]


def test_the_isolated_copy_is_in_another_account_locked_and_under_a_key_there(shop: Shop):
    orders = next(one for one in copies(shop.model) if one.data == "orders")
    (isolated, *_) = (one for one in orders.copies if one.isolated)
    assert (isolated.country, str(isolated.place), isolated.vendor) == ("US", "aws/us-east-1", "aws")
    assert isolated.accounts == ("aws/444455556666",)
    assert isolated.keys == ("aws/us-east-1/midsize-prod-virginia-backups-key",)
    assert isolated.locked == isolated.retention == timedelta(days=35)
    assert isolated.deleters == ()
    primary = orders.copies[0]
    assert not primary.isolated
    assert primary.deleters == ("aws/111122223333",)
    assert primary.callers


def test_the_age_is_that_of_the_model(shop: Shop):
    points = {point.urn + point.label: point for store in shop.model.stores for point in store.copies}
    for one in copies(shop.model):
        for copy in one.copies:
            if not copy.running:
                assert copy.age is points[copy.urn + copy.name].age
                assert copy.restore is points[copy.urn + copy.name].restore


def test_a_lag_that_is_not_known_is_not_called_current(shop: Shop):
    from dataclasses import replace

    (store,) = (one for one in shop.model.stores if "orders" in one.holds)
    members = (store.members[0], replace(store.members[1], lag=None))
    model = replace(shop.model, stores=(replace(store, members=members),))
    (orders,) = (one for one in copies(model) if one.data == "orders")
    assert not orders.copies[1].age.known


def test_only_a_restore_that_passed_proves_anything(shop: Shop, records: tuple[Record, ...]):
    found = {one.data: one for one in copies(shop.model, records)}
    assert {copy.proved and copy.proved.on for copy in found["orders"].copies if not copy.running} == {
        date(2026, 11, 3)
    }
    assert found["orders"].rule.lacks == ()
    assert found["content"].rule.lacks == ("+0",)


def test_results_that_nobody_gave_are_not_counted_as_none(shop: Shop):
    found = [one for one in copies(shop.model) if one.data == "orders"]
    said = [[text for _, text, _ in lines(found, "shop", recorded=recorded)][2] for recorded in (True, False)]
    assert [("0 proved" in text, "no results of restore tests given (--records FILE)" in text) for text in said] == [
        (True, False),
        (False, True),
    ]


def test_what_nothing_holds_is_missing_and_said(shop: Shop):
    from dataclasses import replace

    model = replace(shop.model, data={**shop.model.data, "letters": "critical"})
    letters = next(one for one in copies(model) if one.data == "letters")
    assert (letters.stores, letters.copies) == ((), ())
    assert letters.rule.lacks == ("3", "2", "1", "+1", "+0")
    assert any("no copy is known" in text for _, text, _ in lines([letters], "shop"))
    assert table([letters]).rows[0][:2] == ("letters (critical)", "missing")


def test_a_cut_of_isolation_shows(shop: Shop):
    """Twin: the same shop whose vault is production's own account."""
    from dataclasses import replace

    from bcinfra.continuity.model.parts import Protection

    def open_(store):  # type: ignore[no-untyped-def]
        return replace(
            store,
            copies=tuple(replace(c, anew=False, protections=c.protections - {Protection.LOCKED}) for c in store.copies),
        )

    model = replace(shop.model, stores=tuple(map(open_, shop.model.stores)))
    for one in copies(model):
        assert "+1" in one.rule.lacks
        assert one.isolated_age is None
        assert not any(copy.locked for copy in one.copies)


def test_rows_and_json_say_the_same(shop: Shop):
    found = copies(shop.model)
    document = json.loads(to_json(found, "bcinfra/midsize-prod"))
    assert [one["data"] for one in document["data"]] == [one.data for one in found]
    named = {copy["name"] for one in document["data"] for copy in one["copies"]}
    assert {row[1] for row in table(found).rows} == named
    assert all(len(row) == len(HEADING) for row in table(found).rows)
    text = "\n".join(text for _, text, _ in lines(found, "bcinfra/midsize-prod"))
    assert "age at worst: 7 h; kept: 35 days" in text
    vault = "locked: 35 days from its making; last proved restore: not recorded"
    assert f"{vault}: ask job midsize-prod-restore-proof-task, which restores it" in text
    assert f"{vault}, and no test is scheduled" in text, "files in the vault"


def test_a_database_of_one_zone_has_no_fewer_copies(shop: Shop):
    """Zones are no copies of their own: they are lost with the deletion that loses one."""
    one_zone = through(without_standby_in_zone(shop.graph)).model
    of = {one.data: one.rule.copies for one in copies(one_zone)}
    assert of == {one.data: one.rule.copies for one in copies(shop.model)}


def test_what_is_true_of_copies_is_counted_as_the_copies_are(shop: Shop, records: tuple[Record, ...]):
    """Two stores of the same kind in the same place, one for each of two sites, add no copy and nothing else."""
    from dataclasses import replace

    (orders,) = (one for one in copies(shop.model, records) if one.data == "orders")
    twice = replace(orders, copies=orders.copies * 2)
    assert all((orders.rule.elsewhere, orders.rule.isolated, orders.rule.proved))
    assert twice.rule == orders.rule


def test_the_published_form_of_records_is_the_readers():
    published = Path(__file__).parents[2] / "schemas" / "records.schema.json"
    assert published.read_text(encoding="utf-8") == schema_text(), "run `make schema`"


def test_every_mistake_in_records_is_said_with_its_place(tmp_path: Path):
    (tmp_path / "records.yaml").write_text("records:\n  - {what: restored, of: orders, on: soon, passed: true}\n")
    with pytest.raises(SpecError) as caught:
        read_records(tmp_path / "records.yaml")
    said = "\n\n".join(map(str, caught.value.problems))
    assert all(word in said for word in ("what", "'restored'", "on", "by", "records.yaml:2"))


AUTO: Any = {"auto": {}}
ONE: Any = {"userManaged": {"replicas": [{"location": "europe-west1"}]}}


@pytest.mark.parametrize(
    ("replication", "where"),
    [(AUTO, "worldwide"), (ONE, "Belgium (gcp/europe-west1)"), (None, "not known")],
    ids=["where Google likes", "in a region", "looked up"],
)
def test_a_secret_of_google_is_where_its_replication_says(replication: Any, where: str):
    def program() -> None:
        google = gcp.Provider("google", project="shop")
        looked_up = gcp.secretmanager.Secret.get("other", "other").replication
        secret_id = "key"
        gcp.secretmanager.Secret(
            "key",
            secret_id=secret_id,
            replication=replication or looked_up,
            opts=pulumi.ResourceOptions(provider=google),
        )

    found = next(one for one in copies(read(record(program))) if one.stores == ("secrets key",))
    assert {words.where(copy) for copy in found.copies if not copy.anew} == {where}
