"""A team logs what it delivered with evidence; the fund accepts it, or returns it with a reason."""

import io
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from grants.kit.mail.models import WaitingMail
from grants.kit.secrets.sealing import SECRET, opened
from grants.ledger import history
from grants.projects.models import Event, ParticipantKind
from grants.projects.service.deliverables import Group, Link, Log, is_told, missing
from grants.rules.errors import Incomplete, NotAllowedNow, OutOfDate, WrongFile
from grants.rules.workflow import DeliverableStatus
from tests.support.awarding import Awarding, give_up, webinar
from tests.support.samples import PDF


@pytest.fixture
def awarding(evaluating) -> Awarding:
    return Awarding(evaluating)


@pytest.fixture
def granada(awarding):
    return awarding.granadas()


@pytest.fixture
def first(granada):
    return granada.deliverables[0]


@pytest.fixture
def logged(services, first, iuc):
    """Granada's first webinar, logged and not delivered yet."""
    services.deliverables.save(first, webinar(), revision=0, tab="one", by=iuc.lucia)
    return first


def attach(services, deliverable, person, name="participants.pdf", content=PDF):
    content = io.BytesIO(content)
    return services.deliverables.attach(deliverable, name=name, content=content, by=person)


def test_a_log_is_kept_however_incomplete(services, first, iuc):
    log = Log(place="Online")

    services.deliverables.save(first, log, revision=0, tab="one", by=iuc.lucia)

    assert (first.place, first.status) == ("Online", DeliverableStatus.PLANNED)
    assert len(missing(first)) == 3
    with pytest.raises(Incomplete, match="date on which it took place"):
        services.deliverables.deliver(first, by=iuc.lucia)


def test_what_is_logged_is_read_back(logged, session):
    session.commit()
    session.expire_all()

    assert logged.held_on == date(2020, 10, 19)
    assert [(it.country, it.kind, it.people) for it in logged.participations] == [
        ("CN", ParticipantKind.CLUSTER, 9),
        ("ES", ParticipantKind.ACADEMIA, 18),
        ("ES", ParticipantKind.CITY_COUNCIL, 12),
    ]
    assert logged.links == [{"title": "Recording", "url": "https://example.org/recording"}]


def test_participants_written_twice_are_added_up_and_removed_rows_are_gone(
    services, logged, iuc, session
):
    groups = (Group("ES", ParticipantKind.ACADEMIA, 2), Group("ES", ParticipantKind.ACADEMIA, 3))

    log = replace(webinar(), participants=groups)
    services.deliverables.save(logged, log, revision=1, tab="one", by=iuc.lucia)
    session.commit()
    session.expire_all()

    assert [(it.country, it.people) for it in logged.participations] == [("ES", 5)]


def test_two_windows_do_not_overwrite_each_other(services, logged, iuc):
    with pytest.raises(OutOfDate):
        services.deliverables.save(logged, Log(), revision=0, tab="two", by=iuc.lucia)

    services.deliverables.save(logged, webinar(), revision=0, tab="one", by=iuc.lucia)
    assert logged.revision == 2


def test_a_window_does_not_save_over_what_it_cannot_have_seen(services, logged, iuc):
    with pytest.raises(OutOfDate):
        services.deliverables.save(logged, Log(), revision=7, tab="two", by=iuc.lucia)

    assert logged.place == "Online"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "file:///etc/passwd", "https://", "example.org", "https://a b"],
)
def test_only_addresses_of_the_web_are_linked_to(services, first, iuc, address):
    for log in (Log(address=address), Log(links=(Link("Recording", address),))):
        with pytest.raises(Incomplete, match="not a web address"):
            services.deliverables.save(first, log, revision=0, tab="one", by=iuc.lucia)


def test_the_last_day_is_not_before_the_first(services, first, iuc):
    for log in (
        Log(held_on=date(2020, 10, 19), held_until=date(2020, 10, 18)),
        Log(held_until=date(2020, 10, 18)),
    ):
        with pytest.raises(Incomplete, match="last day"):
            services.deliverables.save(first, log, revision=0, tab="one", by=iuc.lucia)


def test_evidence_is_told_by_its_content_and_can_be_removed(services, first, iuc, session):
    file = attach(services, first, iuc.lucia)

    assert services.deliverables.find(first, file.token) is file
    with pytest.raises(WrongFile):
        attach(services, first, iuc.lucia, "fake.pdf", b"<script>")
    services.deliverables.remove(first, file.token, by=iuc.lucia)
    session.commit()
    assert services.deliverables.find(first, file.token) is None
    assert file.removed_at is not None


def test_evidence_that_was_never_delivered_is_forgotten_and_what_was_is_kept(
    services, logged, iuc, clock, session
):
    early, late = (attach(services, logged, iuc.lucia, name) for name in ("a.pdf", "b.pdf"))
    services.deliverables.remove(logged, early.token, by=iuc.lucia)
    clock.advance(hours=1)
    services.deliverables.deliver(logged, by=iuc.lucia)
    services.deliverables.give_back(logged, reason="Add the participants.", by=iuc.helena)
    clock.advance(hours=1)
    services.deliverables.remove(logged, late.token, by=iuc.lucia)
    clock.advance(days=31)
    forgotten = early.storage_key

    assert services.files.forget_removed(but=services.deliverables.was_delivered) == [forgotten]


def test_a_deliverable_is_delivered_accepted_and_stands(services, logged, iuc, granada):
    attach(services, logged, iuc.lucia)

    services.deliverables.deliver(logged, by=iuc.lucia)
    services.deliverables.deliver(logged, by=iuc.lucia)  # a double click
    services.deliverables.accept(logged, by=iuc.helena)
    services.deliverables.accept(logged, by=iuc.helena)

    assert logged.status is DeliverableStatus.ACCEPTED
    assert (logged.delivered_by, logged.accepted_by) == (iuc.lucia, iuc.helena)
    assert granada.accepted == 1
    with pytest.raises(NotAllowedNow):
        services.deliverables.save(logged, Log(), revision=1, tab="one", by=iuc.lucia)
    with pytest.raises(NotAllowedNow):
        attach(services, logged, iuc.lucia)


def test_what_took_place_is_in_the_calendar_once_it_is_accepted(
    services, logged, iuc, session, granada
):
    services.deliverables.deliver(logged, by=iuc.lucia)
    assert session.scalars(select(Event)).all() == []

    services.deliverables.accept(logged, by=iuc.helena)

    [entry] = session.scalars(select(Event)).all()
    assert (entry.title, entry.starts_on, entry.ends_on) == (
        logged.planned.title,
        date(2020, 10, 19),
        date(2020, 10, 19),
    )
    assert (entry.project_id, entry.programme_id) == (granada.id, iuc.programme.id)


def test_two_events_of_one_day_are_both_in_the_calendar(services, granada, iuc, session):
    both = granada.deliverables[:2]
    for it in both:
        services.deliverables.save(it, webinar(), revision=0, tab="", by=iuc.lucia)
        services.deliverables.deliver(it, by=iuc.lucia)
        services.deliverables.accept(it, by=iuc.helena)

    entries = session.scalars(select(Event).order_by(Event.id)).all()

    assert [(entry.title, entry.starts_on) for entry in entries] == [
        (it.planned.title, date(2020, 10, 19)) for it in both
    ]


def test_a_video_is_no_event(services, granada, iuc, session):
    video = granada.deliverables[4]
    services.deliverables.save(video, webinar(), revision=0, tab="", by=iuc.lucia)
    services.deliverables.deliver(video, by=iuc.lucia)
    services.deliverables.accept(video, by=iuc.helena)

    assert session.scalars(select(Event)).all() == []


def test_each_step_is_in_the_ledger(services, logged, iuc, session, granada):
    attach(services, logged, iuc.lucia)
    services.deliverables.deliver(logged, by=iuc.lucia)
    services.deliverables.accept(logged, by=iuc.helena)

    kept = history(session, kind="deliverable", reference=f"{granada.reference}/1")

    assert [(it.action, it.from_status, it.to_status, it.actor_id) for it in kept] == [
        ("deliver", "planned", "delivered", iuc.lucia.id),
        ("accept", "delivered", "accepted", iuc.helena.id),
    ]


def test_a_link_is_evidence_enough(services, logged, iuc):
    services.deliverables.deliver(logged, by=iuc.lucia)

    assert logged.status is DeliverableStatus.DELIVERED


def test_the_fund_returns_a_deliverable_and_tells_the_team_why(services, logged, iuc, session):
    services.deliverables.deliver(logged, by=iuc.lucia)

    with pytest.raises(Incomplete):
        services.deliverables.give_back(logged, reason="", by=iuc.helena)
    services.deliverables.give_back(logged, reason="Add the participants.", by=iuc.helena)
    session.commit()

    assert logged.status is DeliverableStatus.RETURNED
    waiting = session.scalars(select(WaitingMail)).all()
    told = [
        it.to for it in waiting if "Add the participants." in opened(it.body, session.info[SECRET])
    ]
    assert told == [iuc.lucia.email]
    services.deliverables.save(logged, webinar(), revision=1, tab="one", by=iuc.lucia)
    services.deliverables.deliver(logged, by=iuc.lucia)
    services.deliverables.accept(logged, by=iuc.helena)
    assert (logged.status, logged.return_reason) == (DeliverableStatus.ACCEPTED, "")


def test_nothing_is_logged_before_the_agreement_is_signed(services, awarding, iuc):
    granada = awarding.granadas(running=False)

    with pytest.raises(NotAllowedNow, match="while the project is running"):
        services.deliverables.save(granada.deliverables[0], Log(), revision=0, tab="", by=iuc.lucia)


def test_overdue_is_derived_from_the_day(services, logged, iuc):
    assert not logged.is_overdue(date(2020, 10, 31))
    assert logged.is_overdue(date(2020, 11, 1))

    services.deliverables.deliver(logged, by=iuc.lucia)

    assert not logged.is_overdue(date(2020, 11, 1))


def test_nothing_is_overdue_in_a_project_without_an_agreement(services, awarding, iuc):
    granada = awarding.granadas(running=False)
    first, much_later = granada.deliverables[0], date(2030, 1, 1)
    assert first.is_overdue(much_later)

    give_up(services, granada, iuc, "The city withdrew.")

    assert not first.is_overdue(much_later)


def test_the_fund_reads_what_was_submitted_and_not_what_is_being_written(services, logged, iuc):
    assert not is_told(logged)

    services.deliverables.deliver(logged, by=iuc.lucia)

    assert is_told(logged)
