"""A question opens the named fields of what was submitted until a date, and nothing else."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from grants.ledger import history
from grants.oversight.verification import clarifications, proposals
from grants.oversight.verification.entries import Entries
from grants.proposals.clarifications import Clarification
from grants.proposals.service.proposals import NotComplete
from grants.rules import canonical
from grants.rules.errors import Incomplete, NotAllowedNow, Refused
from grants.rules.workflow import ProposalStatus
from grants.rules.workflow.clarifications import ClarificationStatus
from tests.support.proposals import submitted_version

pytestmark = pytest.mark.both_databases


@pytest.fixture
def version(services, iuc, clock):
    made = submitted_version(services, iuc.call, iuc.granada, iuc.lucia)
    clock.move_to(iuc.call.closes_at + timedelta(days=1))
    return made


@pytest.fixture
def granada(version):
    return version.proposal


def ask(services, proposal, iuc, *fields, days=7, question="How many people live in the city?"):
    return services.clarifications.ask(
        proposal,
        question=question,
        fields=fields or ("cities.population",),
        due_at=services.clock() + timedelta(days=days),
        by=iuc.helena,
    )


def answer(services, asked, iuc, population=250_000, **more):
    return services.clarifications.answer(
        asked,
        answers={"cities": {"population": population}, **more},
        text="It was the number of 2015.",
        by=iuc.lucia,
    )


def found(session):
    entries = Entries.read(session)
    listed = [*clarifications.findings(session, entries), *proposals.findings(session, entries)]
    return [(it.reference, it.what) for it in listed if "IUC-2020" in it.reference]


def test_the_answer_freezes_a_new_version_and_the_earlier_one_is_kept(
    services, session, iuc, version, granada
):
    before = (version.sha256, dict(version.answers["cities"]), version.content["files"])
    asked = ask(services, granada, iuc)

    new = answer(services, asked, iuc)

    assert (new.number, new.answers["cities"]["population"]) == (2, 250_000)
    assert new.sha256 == canonical.digest(new.content)
    assert new.content["files"] == before[2]
    assert (version.sha256, version.answers["cities"], version.content["files"]) == before
    assert services.proposals.newest_version(granada) is new
    assert (asked.status, asked.version) == (ClarificationStatus.ANSWERED, new)
    assert granada.status is ProposalStatus.SUBMITTED
    kept = history(session, kind="clarification", reference=asked.reference)
    assert [it.action for it in kept] == ["ask", "answer"]
    assert found(session) == []


def test_any_other_field_is_refused_and_named(services, iuc, granada):
    asked = ask(services, granada, iuc)

    with pytest.raises(Refused, match=r"project\.title"):
        answer(services, asked, iuc, project={"title": "Another one"})

    assert asked.is_open(services.clock())
    assert len(services.proposals.versions(granada)) == 1


def test_what_would_be_missing_is_no_answer(services, iuc, granada):
    asked = ask(services, granada, iuc)

    with pytest.raises(NotComplete):
        answer(services, asked, iuc, population=None)


def test_at_its_moment_it_closes_by_itself_and_the_version_from_before_stands(
    services, iuc, clock, version, granada
):
    asked = ask(services, granada, iuc)
    clock.move_to(asked.due_at)

    with pytest.raises(NotAllowedNow, match="closed"):
        answer(services, asked, iuc)

    assert asked.is_unanswered(clock())
    assert services.proposals.newest_version(granada) is version
    again = ask(services, granada, iuc)
    assert (again.number, services.clarifications.open(granada)) == (2, again)


def test_it_is_withdrawn_with_a_reason(services, iuc, version, granada):
    asked = ask(services, granada, iuc)
    with pytest.raises(Incomplete):
        services.clarifications.revoke(asked, reason=" ", by=iuc.helena)

    services.clarifications.revoke(asked, reason="Found in the annex.", by=iuc.helena)

    assert services.clarifications.open(granada) is None
    with pytest.raises(NotAllowedNow):
        answer(services, asked, iuc)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"question": " "}, "Write the question"),
        ({"days": -1}, "later than now"),
        ({"fields": ("cities.nothing",)}, "Choose the fields"),
        ({"fields": ("annexes.mayor_letter",)}, "Choose the fields"),
    ],
)
def test_a_question_needs_words_a_date_and_fields(services, iuc, granada, values, says):
    fields = values.get("fields", ())
    values = {name: value for name, value in values.items() if name != "fields"}

    with pytest.raises(Refused, match=says):
        ask(services, granada, iuc, *fields, **values)


def test_there_is_one_at_a_time_and_the_check_waits_for_it(services, iuc, granada):
    asked = ask(services, granada, iuc)
    for item in services.checks.of(granada):
        services.checks.answer(granada, item.code, met=True, by=iuc.helena)

    with pytest.raises(NotAllowedNow, match="still open"):
        ask(services, granada, iuc)
    with pytest.raises(NotAllowedNow, match="still open"):
        services.checks.conclude(granada, by=iuc.helena)

    answer(services, asked, iuc)
    assert services.checks.conclude(granada, by=iuc.helena) is ProposalStatus.ELIGIBLE
    with pytest.raises(NotAllowedNow):
        ask(services, granada, iuc)


def test_nothing_is_asked_before_the_call_has_closed(services, iuc, clock, granada):
    clock.move_to(iuc.call.closes_at - timedelta(days=1))

    with pytest.raises(NotAllowedNow, match="after the call has closed"):
        ask(services, granada, iuc)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"question": "Something else?"}, "question"),
        ({"answer": "Nothing."}, "answer"),
        ({"fields": ["project.title"]}, "list of fields"),
    ],
)
def test_what_is_altered_behind_the_portal_is_named(services, session, iuc, granada, values, named):
    asked = ask(services, granada, iuc)
    answer(services, asked, iuc)
    session.flush()

    session.execute(
        sa.update(Clarification).where(Clarification.id == asked.id).values(values),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()

    assert found(session) == [(asked.reference, f"its {named} is not the one in the ledger")]
