"""Runbooks and evidence of every sample: kill what a page is about, and look whether the page still needs it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.judgement.evidence import Status, evidence
from bcinfra.continuity.judgement.runbooks import lost, runbooks
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.report.documents.blocks import Document
from bcinfra.report.documents.evidence import document
from bcinfra.report.documents.runbook import Book, brought_back
from tests.continuity.knockouts.judging import focused
from tests.continuity.knockouts.samples import SAMPLES, Sample

CLIS = {"aws": "aws ", "gcp": "gcloud "}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stack)
def test_pages_need_nothing_that_their_scenario_took_and_evidence_says_what_is_missing(sample: Sample) -> None:
    model = focused(read(sample.graph))
    found = assess(model)
    book = Book(runbooks(found), model, sample.graph)
    needing = {
        result.scenario.id
        for result in found.scenarios
        if any(o.kind in (Kind.PERSON, Kind.UNDECIDED, Kind.LOST) for o in result.affected)
    }
    assert needing <= set(book.pages)
    for page in book.pages.values():
        assert not lost(page.scenario, page.needs), page.scenario.id
        for procedure in page.procedures:
            back = {domain for step in procedure.steps for domain in brought_back(step)}
            for command in (c for task in book.tasks(page, procedure) for c in task.commands):
                assert not re.search(r"--(region|location|project) (''|$| |--)|\bNone\b", command.line), command.line
                for domain in (d for d in page.scenario.failed if d not in back):
                    name = domain.name.rpartition("/")[2]
                    if domain.kind in (DomainKind.REGION, DomainKind.CONTROL_PLANE):
                        assert not re.search(rf"--(region|location) {re.escape(name)}\b", command.line), (
                            page.scenario.id
                        )
                    elif domain.kind is DomainKind.ACCOUNT:
                        assert not re.search(rf"\b{re.escape(name)}\b", command.line), (page.scenario.id, command.line)
                    elif domain.kind is DomainKind.PROVIDER:
                        assert not command.line.startswith(CLIS[domain.name]), (page.scenario.id, command.line)
    shown = evidence(model, found, (), date(2026, 11, 29))
    written: Document = document(shown)
    clauses = next(table for table in written.tables if table.name == "clauses")
    assert {row[2] for row in clauses.rows} == {Status.DESIGN, Status.MISSING}
    assert len({row[0] for row in clauses.rows}) > 50
    assert all(row[3] for row in clauses.rows)
    assert {one.data for one in shown.copies if one.data} == set(model.data)
