"""The evidence of every sample says what is missing."""

from __future__ import annotations

from datetime import date

import pytest

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.judgement.evidence import Status, evidence
from bcinfra.continuity.readings.read import read
from bcinfra.report.documents.blocks import Document
from bcinfra.report.documents.evidence import document
from tests.continuity.knockouts.judging import focused
from tests.continuity.knockouts.samples import SAMPLES, Sample


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stack)
def test_evidence_says_what_is_missing(sample: Sample) -> None:
    model = focused(read(sample.graph))
    found = assess(model)
    shown = evidence(model, found, (), date(2026, 11, 29))
    written: Document = document(shown)
    clauses = next(table for table in written.tables if table.name == "clauses")
    assert {row[2] for row in clauses.rows} == {Status.DESIGN, Status.MISSING}
    assert len({row[0] for row in clauses.rows}) > 50
    assert all(row[3] for row in clauses.rows)
    assert {one.data for one in shown.copies if one.data} == set(model.data)
