"""Managers and auditors read the ledger of their fund."""

import pytest
import sqlalchemy as sa

from grants.evaluation.models import Declaration
from grants.ledger import LedgerEntry
from grants.rules.workflow import Interest
from tests.support.proposals import submitted_version

pytestmark = pytest.mark.both_databases


@pytest.fixture
def submitted(services, session, iuc):
    version = submitted_version(services, iuc.call, iuc.granada, iuc.lucia)
    session.commit()
    return version.proposal


def test_an_auditor_reads_who_did_what(submitted, iuc, sign_in):
    page = sign_in(iuc.olga).get("/manage/funds/IUC-ASIA/ledger?about=IUC-2020-001")

    assert "Lucía Fernández" in page.text
    assert submitted.reference in page.text


def test_whoever_has_an_interest_does_not_read_that_call(submitted, iuc, sign_in, session, clock):
    session.add(
        Declaration(
            person=iuc.helena,
            proposal=submitted,
            interest=Interest.DISQUALIFYING,
            explanation="My sister leads it.",
            declared_at=clock(),
        )
    )
    session.commit()

    page = sign_in(iuc.helena).get("/manage/funds/IUC-ASIA/ledger")

    assert submitted.reference not in page.text
    assert "Hash of the last entry" not in page.text


def test_applicants_do_not_read_it(submitted, iuc, sign_in):
    sign_in(iuc.lucia).get("/manage/funds/IUC-ASIA/ledger", status=404)


def test_entries_know_what_they_are_below(submitted, session):
    entries = session.scalars(sa.select(LedgerEntry)).all()

    mine = [it for it in entries if it.subject_reference.startswith(submitted.reference)]
    assert mine
    assert {it.proposal_id for it in mine} == {submitted.id}
    assert {it.call_id for it in mine} == {submitted.call_id}
    assert {it.fund_id for it in mine} == {submitted.call.fund_id}


def test_a_reference_is_found_by_its_beginning_in_small_letters_too(submitted, iuc, sign_in):
    browser = sign_in(iuc.olga)

    found = browser.get("/manage/funds/IUC-ASIA/ledger?about=iuc-2020-0")
    missed = browser.get("/manage/funds/IUC-ASIA/ledger?about=IUC-2020-9")

    assert submitted.reference in found
    assert submitted.reference not in missed
