"""An award becomes a project once its letter was sent; its agreement is signed or fails."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from grants.directory.models import Organisation, OrganisationKind, PilotStatus
from grants.kit.jobs.models import Job
from grants.ledger import verify
from grants.projects.models import Agreement, BudgetLine, DeliverableType, Project
from grants.rules.errors import Incomplete, NotAllowedNow, Refused
from grants.rules.workflow import DecisionKind, DeliverableStatus, ProjectStatus, Role
from tests.support.awarding import Awarding, give_up


@pytest.fixture
def awarding(evaluating) -> Awarding:
    return Awarding(evaluating)


def test_nothing_is_prepared_before_the_letters_leave(awarding, session):
    awarding.decide()

    assert session.scalars(select(Project)).all() == []


def test_each_award_becomes_a_project_with_what_the_proposal_promised(awarding, session):
    granada, mannheim = awarding.award()

    assert granada.reference == f"{granada.proposal.reference}-P"
    assert granada.status is ProjectStatus.PREPARATION
    assert (granada.awarded_cents, granada.agreement.total_cents) == (3_500_000, 5_000_000)
    assert (granada.agreement.starts_on, granada.agreement.ends_on) == (
        date(2020, 5, 1),
        date(2020, 12, 31),
    )
    assert [it.planned.type for it in granada.deliverables] == [
        DeliverableType.WEBINAR,
        DeliverableType.WEBINAR,
        DeliverableType.WEBINAR,
        DeliverableType.PLATFORM,
        DeliverableType.VIDEO,
    ]
    assert granada.deliverables[0].planned.due_on == date(2020, 10, 31)
    assert granada.agreement.partners[0].name == "Kunming"
    assert [it.planned.type for it in mannheim.deliverables] == ["mission", "roadshow"]
    assert len(session.scalars(select(Project)).all()) == 2


def test_the_grant_is_split_over_the_headings_to_the_cent(awarding):
    granada, _mannheim = awarding.award()

    agreed = granada.agreement
    assert sum(line.granted_cents for line in agreed.budget) == granada.awarded_cents
    assert sum(line.total_cents for line in agreed.budget) == agreed.total_cents
    assert (agreed.granted_cents, agreed.adds_up) == (granada.awarded_cents, True)


def test_a_cent_that_is_missing_is_noticed():
    staff = BudgetLine(code="staff", total_cents=10_000, granted_cents=6_667)
    travel = BudgetLine(code="travel", total_cents=5_000, granted_cents=3_333)
    agreed = Agreement(granted_cents=10_000, total_cents=15_000, budget=[staff, travel])

    assert agreed.adds_up
    travel.granted_cents -= 1
    assert not agreed.adds_up
    staff.granted_cents += 1
    assert agreed.adds_up
    travel.total_cents += 1
    assert not agreed.adds_up


def test_partners_that_the_directory_knows_are_named_by_it(awarding, session):
    cities = [
        Organisation(name=name, kind=OrganisationKind.CITY, country=country, pilot=PilotStatus.NONE)
        for name, country in (("Kunming", "CN"), ("Chongqing", "US"))
    ]
    session.add_all(cities)
    session.commit()

    granada, mannheim = awarding.award()

    assert [it.paired_city.organisation for it in (granada.agreement, mannheim.agreement)] == [
        cities[0],
        None,
    ]


def test_preparing_twice_is_preparing_once(awarding, services, iuc, session):
    granada, _mannheim = awarding.award()
    decision = services.decisions.of(granada.proposal)

    again = services.projects.prepare(granada.proposal, decision, by=iuc.helena)

    assert again is granada
    asked = session.scalars(select(Job).where(Job.task == "send_agreement")).all()
    assert len(asked) == 2


def test_a_form_that_asks_for_little_still_makes_a_project(evaluating, services, iuc):
    proposals = evaluating.rank_three()
    decision = services.decisions.decide(
        proposals[0], DecisionKind.AWARD, reasons="Best.", awarded_cents=4_000_000, by=iuc.helena
    )

    project = services.projects.prepare(proposals[0], decision, by=iuc.helena)

    assert project.title == proposals[0].title
    assert project.agreement.ends_on - project.agreement.starts_on == timedelta(days=365)
    assert (project.agreement.budget, project.agreement.partners, project.deliverables) == (
        [],
        [],
        [],
    )


def test_dates_are_corrected_until_the_agreement_is_signed(awarding, services, iuc):
    granada = awarding.granadas(running=False)
    dates = {"starts_on": date(2020, 6, 1), "ends_on": date(2021, 5, 31)}

    services.projects.correct(granada, **dates, due={5: date(2021, 3, 1)}, by=iuc.helena)
    services.projects.sign(granada, on=date(2020, 4, 1), by=iuc.helena)

    assert (granada.agreement.starts_on, granada.agreement.ends_on) == (
        date(2020, 6, 1),
        date(2021, 5, 31),
    )
    assert granada.deliverables[4].planned.due_on == date(2021, 3, 1)
    assert (granada.status, granada.signed_on) == (ProjectStatus.RUNNING, date(2020, 4, 1))
    with pytest.raises(NotAllowedNow):
        services.projects.correct(granada, **dates, due={}, by=iuc.helena)


def test_dates_do_not_run_backwards(awarding, services, iuc):
    granada = awarding.granadas(running=False)
    dates = {"starts_on": date(2020, 6, 1), "ends_on": date(2020, 5, 31)}

    with pytest.raises(Refused, match="ends before it starts"):
        services.projects.correct(granada, **dates, due={}, by=iuc.helena)


def test_nobody_signs_tomorrow(awarding, services, iuc, clock):
    granada = awarding.granadas(running=False)
    tomorrow = clock().date() + timedelta(days=1)

    with pytest.raises(Refused, match="in the future"):
        services.projects.sign(granada, on=tomorrow, by=iuc.helena)

    assert granada.status is ProjectStatus.PREPARATION


def test_today_is_the_day_where_the_call_is(awarding, services, iuc, clock):
    granada = awarding.granadas(running=False)
    clock.move_to(datetime(2020, 6, 30, 22, 30, tzinfo=UTC))  # in Brussels it is July already

    services.projects.sign(granada, on=date(2020, 7, 1), by=iuc.helena)

    assert granada.signed_on == date(2020, 7, 1)


def test_an_agreement_that_fails_gives_its_money_back(awarding, services, iuc):
    granada = awarding.granadas(running=False)
    before = services.decisions.money(iuc.call).left

    with pytest.raises(Incomplete):
        services.terminations.propose_failure(granada, reason=" ", by=iuc.helena)
    give_up(services, granada, iuc, "The city withdrew.")

    assert granada.status is ProjectStatus.FAILED
    assert services.decisions.money(iuc.call).left == before + 3_500_000


def test_a_project_closes_once_everything_is_accepted(awarding, services, iuc, session):
    granada = awarding.granadas()

    with pytest.raises(NotAllowedNow, match="5 deliverables"):
        services.projects.close(granada, by=iuc.helena)
    at = services.clock()
    for it in granada.deliverables:
        it.delivered_at = it.accepted_at = at
        it.status = DeliverableStatus.DELIVERED
        it.status = DeliverableStatus.ACCEPTED
    services.projects.close(granada, by=iuc.helena)

    assert granada.status is ProjectStatus.CLOSED
    session.commit()
    assert verify(session).ok


def test_the_history_names_what_happened_and_who_did_it(awarding, services, iuc):
    granada = awarding.granadas()

    happened = [(it.entry.action, it.who) for it in services.projects.history(granada)]

    assert happened == [("create", iuc.helena.name), ("sign", iuc.helena.name)]


def test_people_list_the_projects_they_work_at(awarding, services, iuc):
    granada, mannheim = awarding.run()

    assert services.projects.own(iuc.lucia) == [granada]
    assert services.projects.own(iuc.stranger) == []
    assert services.projects.in_call(iuc.call, iuc.helena, Role.MANAGER) == [mannheim, granada]
    assert services.projects.in_call(iuc.call, iuc.lucia, Role.MANAGER) == []
