"""Agreements: signed when they can have been, and projects that end before their time."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from grants.ledger import LedgerEntry
from grants.projects.models import Agreement, Project
from grants.proposals.models import DocumentKind
from grants.rules.errors import Incomplete, NotAllowedNow, OutOfDate, Refused
from grants.rules.events import ProjectSigned, ProjectTerminated
from grants.rules.workflow import ProjectStatus
from tests.support.awarding import Awarding, terminate


@pytest.fixture
def awarding(evaluating):
    return Awarding(evaluating)


@pytest.fixture
def prepared(awarding):
    """Granada's project, whose agreement is to be signed."""
    return awarding.granadas(running=False)


def told(evaluating):
    return evaluating.clock().date()


@pytest.mark.parametrize("days", [-1, -11_000])
def test_an_agreement_is_never_signed_before_its_award(evaluating, services, iuc, prepared, days):
    on = told(evaluating) + timedelta(days=days)

    with pytest.raises(Refused, match="signed after the award"):
        services.projects.sign(prepared, on=on, by=iuc.helena)
    assert prepared.status is ProjectStatus.PREPARATION


def test_a_wrong_day_of_signature_is_corrected_with_a_reason(
    evaluating, services, iuc, prepared, session, clock
):
    heard = []
    day = told(evaluating)
    clock.advance(days=20)
    services.projects.sign(prepared, on=day + timedelta(days=20), by=iuc.helena)
    session.commit()
    services.project_papers.keep_agreement(prepared)
    projects = replace(services, publish=heard.append).projects
    with pytest.raises(Incomplete):
        projects.correct_signing(prepared, on=day, reason=" ", by=iuc.helena)
    early = day - timedelta(days=1)
    with pytest.raises(Refused, match="signed after the award"):
        projects.correct_signing(prepared, on=early, reason="So.", by=iuc.helena)

    right = day + timedelta(days=10)
    services.projects.correct_signing(prepared, on=right, reason="A slip.", by=iuc.helena)
    session.commit()

    assert (prepared.signed_on, prepared.status) == (right, ProjectStatus.RUNNING)
    again = services.project_papers.keep_agreement(prepared)
    assert (again.kind, again.number) == (DocumentKind.AGREEMENT, 3)
    entry = session.query(LedgerEntry).filter_by(action="correct signing").one()
    assert (entry.reason, entry.payload["signed_on"]) == ("A slip.", right.isoformat())
    assert not [it for it in heard if isinstance(it, ProjectSigned)]


def test_nothing_is_signed_while_a_condition_is_open(evaluating, services, iuc, prepared, session):
    prepared.agreement.conditions = "A new budget."
    session.commit()
    with pytest.raises(NotAllowedNow, match="has conditions"):
        services.projects.sign(prepared, on=told(evaluating), by=iuc.helena)
    with pytest.raises(Incomplete):
        services.projects.meet_conditions(prepared, note="", by=iuc.helena)

    services.projects.meet_conditions(prepared, note="Budget of 3 June, file 7.", by=iuc.helena)
    with pytest.raises(NotAllowedNow, match="All conditions"):
        services.projects.meet_conditions(prepared, note="Again.", by=iuc.helena)
    services.projects.sign(prepared, on=told(evaluating), by=iuc.helena)

    assert prepared.agreement.conditions_met_by is iuc.helena
    assert prepared.status is ProjectStatus.RUNNING


def test_the_database_itself_wants_conditions_met(session, prepared):
    prepared.agreement.conditions = "A new budget."

    prepared.agreement.signed_on = prepared.signed_on = date(2020, 5, 1)
    with pytest.raises(IntegrityError, match="conditions"):
        session.flush()


@pytest.mark.both_databases
def test_the_database_itself_wants_a_running_project_signed(session, prepared):
    prepared.status = ProjectStatus.RUNNING

    with pytest.raises(IntegrityError, match="signed"):
        session.flush()


@pytest.mark.both_databases
def test_the_database_itself_holds_project_and_agreement_to_one_signature(session, prepared):
    day, other = date(2020, 5, 1), date(2020, 5, 2)
    prepared.agreement.signed_on = prepared.signed_on = day
    prepared.status = ProjectStatus.RUNNING
    session.commit()
    signed = sa.select(Project.signed_on).where(Project.id == prepared.id)

    change = sa.update(Agreement).where(Agreement.id == prepared.agreement_id)
    session.execute(change.values(signed_on=other))
    session.commit()
    assert session.scalar(signed) == other
    with pytest.raises(IntegrityError):
        session.execute(change.values(signed_on=None))
    session.rollback()
    with pytest.raises(IntegrityError):
        session.execute(sa.update(Project).values(signed_on=day))
    session.rollback()
    assert session.scalar(signed) == other


@pytest.mark.both_databases
def test_a_project_has_an_agreement_about_its_own_award(session, awarding):
    granada, mannheim = awarding.award()

    granada.agreement.proposal_id = mannheim.proposal_id
    granada.agreement.sequence = 2
    with pytest.raises(IntegrityError):
        session.flush()


def test_what_is_due_before_the_award_gets_a_date_before_it_is_signed(
    evaluating, services, iuc, prepared, session
):
    first = prepared.deliverables[0]
    proposed = first.planned.proposed_due_on
    first.planned.due_on = told(evaluating) - timedelta(days=1)
    session.commit()
    with pytest.raises(Refused, match="overdue at once"):
        services.projects.sign(prepared, on=told(evaluating), by=iuc.helena)
    period = {"starts_on": prepared.agreement.starts_on, "ends_on": prepared.agreement.ends_on}
    with pytest.raises(Refused, match="overdue at once"):
        services.projects.correct(prepared, **period, due={}, by=iuc.helena)
    late = prepared.agreement.ends_on + timedelta(days=1)
    with pytest.raises(Refused, match="after the project’s end"):
        services.projects.correct(prepared, **period, due={first.number: late}, by=iuc.helena)

    due = {first.number: prepared.agreement.ends_on}
    services.projects.correct(prepared, **period, due=due, by=iuc.helena)
    services.projects.sign(prepared, on=told(evaluating), by=iuc.helena)

    agreed = prepared.agreement
    assert (first.planned.due_on, first.planned.proposed_due_on) == (agreed.ends_on, proposed)
    assert not first.is_overdue(told(evaluating))


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(1990, 1, 1), date(2021, 1, 1)),
        (date(2020, 6, 1), date(2091, 1, 1)),
        (date(2020, 4, 1), date(2020, 3, 31)),
    ],
)
def test_a_period_that_cannot_be_is_refused(services, iuc, prepared, starts_on, ends_on):
    with pytest.raises(Refused):
        services.projects.correct(
            prepared, starts_on=starts_on, ends_on=ends_on, due={}, by=iuc.helena
        )


def test_a_running_project_is_ended_with_a_reason_and_an_answer_about_its_money(
    awarding, iuc, session, services
):
    heard, granada = [], awarding.granadas()
    services = replace(services, publish=heard.append)
    endings, before = services.terminations, services.decisions.money(iuc.call).awarded
    with pytest.raises(Incomplete):
        endings.propose_termination(granada, reason="", freed_cents=0, by=iuc.helena)
    for wrong in (-1, granada.awarded_cents + 1):
        with pytest.raises(Refused, match="between zero and the whole award"):
            endings.propose_termination(granada, reason="So.", freed_cents=wrong, by=iuc.helena)

    terminate(services, granada, iuc, "It ended.", 1_500_000)

    assert granada.status is ProjectStatus.TERMINATED
    assert services.decisions.money(iuc.call).awarded == before - 1_500_000
    assert not granada.deliverables[0].is_overdue(date(2031, 1, 1))
    assert [it.project for it in heard if isinstance(it, ProjectTerminated)] == [granada]
    with pytest.raises(NotAllowedNow):
        endings.propose_termination(granada, reason="Again.", freed_cents=0, by=iuc.helena)


def test_an_end_that_frees_nothing_is_an_answer_too(awarding, iuc, session, services):
    granada = awarding.granadas()

    terminate(services, granada, iuc, "All is spent.", 0)
    session.commit()

    assert session.get_one(Project, granada.id).freed_cents == 0
    [entry] = session.query(LedgerEntry).filter_by(action="terminate").all()
    assert (entry.to_status, entry.payload["freed_cents"]) == ("terminated", 0)
    assert (entry.actor_id, entry.payload["proposed_by"]) == (iuc.viktor.id, iuc.helena.id)


@pytest.mark.parametrize("running", [True, False])
def test_nobody_ends_a_project_alone(awarding, services, iuc, running):
    """It moves money: proposed by one, done by another, and undone by no change of the first."""
    granada, endings = awarding.granadas(running=running), services.terminations
    before = services.decisions.money(iuc.call).awarded
    act = (
        endings.propose_termination(granada, reason="So.", freed_cents=100, by=iuc.helena)
        if running
        else endings.propose_failure(granada, reason="So.", by=iuc.helena)
    )

    assert services.decisions.money(iuc.call).awarded == before
    assert endings.waiting(granada) is act
    for by in (iuc.helena, iuc.olga, iuc.lucia):
        with pytest.raises(Refused, match="Another manager must sign"):
            services.signing.sign(act, read=act.sha256, by=by)
    services.signing.sign(act, read=act.sha256, by=iuc.viktor)

    ended = ProjectStatus.TERMINATED if running else ProjectStatus.FAILED
    assert (granada.status, endings.waiting(granada)) == (ended, None)
    assert services.decisions.money(iuc.call).awarded < before


def test_an_agreement_that_was_signed_meanwhile_is_not_given_up(
    awarding, services, iuc, evaluating, session
):
    granada = awarding.granadas(running=False)
    act = services.terminations.propose_failure(granada, reason="They hesitate.", by=iuc.helena)
    services.projects.sign(granada, on=told(evaluating), by=iuc.helena)
    session.commit()

    with pytest.raises(OutOfDate, match="has changed since it was proposed"):
        services.signing.sign(act, read=act.sha256, by=iuc.viktor)
    assert granada.status is ProjectStatus.RUNNING
