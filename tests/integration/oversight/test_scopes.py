"""Where something is: by its kind, whatever else is called the same."""

import ast
from dataclasses import asdict
from pathlib import Path

import pytest

from grants.kit.mail.models import WaitingMail
from grants.oversight.queries.scopes import PLACES, scope_of
from grants.rules.scope import NOWHERE, Scope
from tests.support.proposals import submitted_version

GRANTS = Path(__file__).parents[3] / "grants"


@pytest.fixture
def proposal(services, iuc):
    return submitted_version(services, iuc.call, iuc.granada, iuc.lucia).proposal


def test_a_fund_that_is_called_like_a_call_is_no_call(session, iuc):
    iuc.fund.code = iuc.call.code
    session.flush()

    assert scope_of(session, "fund", iuc.fund.code) == Scope(fund_id=iuc.fund.id)
    assert scope_of(session, "stage", f"{iuc.call.code}/1") == Scope(
        fund_id=iuc.fund.id, call_id=iuc.call.id
    )


def test_a_call_that_is_called_like_a_proposal_is_no_proposal(session, iuc, proposal):
    iuc.call.code = proposal.reference
    session.flush()

    here = Scope(fund_id=iuc.fund.id, call_id=iuc.call.id)
    assert scope_of(session, "call", iuc.call.code) == here
    assert scope_of(session, "review", f"{proposal.reference}/R1") == proposal.scope
    assert scope_of(session, "document", f"{proposal.reference}/receipt-1") == proposal.scope


def test_a_letter_is_where_its_row_says(session, proposal):
    letter = {"name": "1" * 40, "to": "x@example.org", "subject": "X", "body": "X"}
    session.add(WaitingMail(attachments=[], **letter, **asdict(proposal.scope)))
    session.flush()

    assert scope_of(session, "letter", "1" * 40) == proposal.scope


def test_people_are_nowhere(session, iuc):
    iuc.fund.code = "7"
    session.flush()

    assert scope_of(session, "person", "7") == NOWHERE


def test_each_kind_that_the_ledger_keeps_has_its_place():
    recorded = {
        node.args[1].value
        for path in GRANTS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "self.record"
        and isinstance(node.args[1], ast.Constant)
    }

    assert len(recorded) > 8
    assert recorded <= PLACES.keys()
