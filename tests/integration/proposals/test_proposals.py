"""What people do with a proposal, on both databases."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest

from grants.proposals.service.proposals import NotComplete, SectionChanged
from grants.rules import canonical
from grants.rules.errors import CallClosed, NotAllowedNow
from grants.rules.workflow import ProposalStatus
from grants.services import Services
from tests.support.proposals import GRANADA, complete, submitted_version, written

pytestmark = pytest.mark.both_databases


@pytest.fixture
def draft(services, iuc):
    return services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k1")


@pytest.fixture
def whole(services, iuc):
    return written(services, iuc.call, iuc.granada, iuc.lucia)


def save(services, draft, by, answers, *, revision=0, tab="a", code="project"):
    return services.proposals.save(draft, code, answers, by=by, revision=revision, tab=tab)


def test_references_count_up_within_a_call(services, iuc):
    started = [
        services.proposals.start(iuc.call, city, by=person, key="k")
        for city, person in ((iuc.granada, iuc.lucia), (iuc.mannheim, iuc.jonas))
    ]

    assert [it.reference for it in started] == ["IUC-2020-001", "IUC-2020-002"]


def test_the_same_key_starts_one_proposal(services, iuc, draft):
    again = services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k1")

    assert again is draft
    assert len(services.proposals.own(iuc.lucia)) == 1


def test_nothing_is_started_before_the_call_opens_or_after_it_closed(services, iuc, clock):
    clock.move_to(iuc.call.closes_at)

    with pytest.raises(CallClosed, match="closed"):
        services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="late")

    clock.move_to(iuc.call.opens_at - timedelta(seconds=1))
    with pytest.raises(CallClosed, match="opens"):
        services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="early")


def test_what_is_written_is_kept_however_incomplete_and_lifted(services, iuc, draft):
    save(services, draft, iuc.lucia, {"title": GRANADA, "summary": "word " * 500})

    kept = services.proposals.sections(draft)["project"]
    assert (kept.answers["summary"], kept.revision) == ("word " * 500, 1)
    assert (draft.title, kept.saved_by) == (GRANADA, iuc.lucia)


def test_amounts_and_period_are_lifted(whole):
    assert (whole.requested_cents, whole.total_cents) == (4_000_000, 5_000_000)
    assert (str(whole.starts_on), str(whole.ends_on)) == ("2020-05-01", "2020-12-31")
    assert whole.topic.code == "digital"


def test_two_people_write_different_sections_without_a_clash(services, iuc, draft):
    save(services, draft, iuc.lucia, {"title": "A"}, tab="a")
    save(services, draft, iuc.jonas, {"objectives": "B"}, tab="b", code="work")

    assert set(services.proposals.sections(draft)) == {"project", "work"}


def test_who_saves_over_somebody_elses_newer_text_is_told(services, iuc, draft):
    save(services, draft, iuc.lucia, {"title": "Hers"}, tab="a")

    with pytest.raises(SectionChanged) as clash:
        save(services, draft, iuc.jonas, {"title": "His"}, tab="b", revision=0)

    assert clash.value.section.answers == {"title": "Hers"}
    save(services, draft, iuc.jonas, {"title": "Both"}, tab="b", revision=1)
    assert services.proposals.sections(draft)["project"].answers == {"title": "Both"}


def test_the_same_page_saves_again_and_again(services, iuc, draft):
    for title in ("B", "Bl", "Blockchain"):
        section = save(services, draft, iuc.lucia, {"title": title}, tab="a", revision=0)

    assert (section.answers, section.revision) == ({"title": "Blockchain"}, 3)


def test_a_page_that_saved_before_somebody_else_did_clashes_too(services, iuc, draft):
    save(services, draft, iuc.lucia, {"title": "1"}, tab="a")
    save(services, draft, iuc.jonas, {"title": "2"}, tab="b", revision=1)

    with pytest.raises(SectionChanged):
        save(services, draft, iuc.lucia, {"title": "3"}, tab="a")


def test_saving_what_is_there_already_is_no_clash(services, iuc, draft):
    save(services, draft, iuc.lucia, {"title": "Same"}, tab="a")

    section = save(services, draft, iuc.jonas, {"title": "Same"}, tab="b")

    assert section.revision == 1


def test_a_complete_proposal_is_submitted_with_a_receipt_and_a_hash(services, iuc, clock, whole):
    version = services.proposals.submit(whole, by=iuc.lucia)

    assert whole.status is ProposalStatus.SUBMITTED
    assert (version.number, version.receipt) == (1, "R-IUC-2020-001-01")
    assert version.submitted_at == whole.submitted_at == clock()
    assert version.answers["project"]["title"] == GRANADA
    assert len(version.content["files"]) == 2
    assert b'"lifted"' in canonical.written(version.content)
    assert len(version.sha256) == 64


def test_the_hash_is_that_of_the_content_read_back(services, iuc, whole, session):
    version = services.proposals.submit(whole, by=iuc.lucia)
    session.commit()
    session.refresh(version)

    assert hashlib.sha256(canonical.written(version.content)).hexdigest() == version.sha256


def test_submitting_twice_gives_one_version(services, iuc, whole):
    first = services.proposals.submit(whole, by=iuc.lucia)
    second = services.proposals.submit(whole, by=iuc.lucia)

    assert second is first
    assert [it.number for it in services.proposals.versions(whole)] == [1]


def test_an_incomplete_proposal_is_not_submitted(services, iuc, draft):
    with pytest.raises(NotComplete) as refusal:
        services.proposals.submit(draft, by=iuc.lucia)

    wanted = {(it.section, it.field) for it in refusal.value.missing}
    assert {("project", "title"), ("budget", "costs"), ("annexes", "mayor_letter")} <= wanted
    assert draft.status is ProposalStatus.DRAFT


@pytest.mark.parametrize(
    ("requested", "words"),
    [(100, "smallest grant"), (6_000_001, "largest grant"), (4_000_001, "a share of the costs")],
)
def test_the_grant_asked_for_keeps_to_the_calls_limits(services, iuc, whole, requested, words):
    answers = complete()["budget"]
    answers["costs"]["requested"] = requested
    save(services, whole, iuc.lucia, answers, code="budget", revision=1)

    with pytest.raises(NotComplete) as refusal:
        services.proposals.submit(whole, by=iuc.lucia)

    over = [it for it in refusal.value.missing if words in it.why]
    assert [(it.section, it.field, it.path) for it in over] == [("budget", "costs", ("requested",))]


def test_the_last_moment_counts_and_the_closing_moment_is_too_late(services, iuc, clock, whole):
    clock.move_to(iuc.call.closes_at)
    with pytest.raises(CallClosed) as refusal:
        services.proposals.submit(whole, by=iuc.lucia)
    assert refusal.value.values["day"].isoformat() == "2020-03-31"
    assert whole.status is ProposalStatus.DRAFT

    clock.move_to(iuc.call.closes_at - timedelta(microseconds=1))
    assert services.proposals.submit(whole, by=iuc.lucia).number == 1


def test_reopened_and_submitted_again_gives_a_new_version(services, iuc, whole):
    first = services.proposals.submit(whole, by=iuc.lucia)
    services.proposals.take_back(whole, by=iuc.lucia)
    assert (whole.status, whole.submitted_at) == (ProposalStatus.TAKEN_BACK, first.submitted_at)
    answers = complete("A better title")["project"]
    save(services, whole, iuc.lucia, answers, revision=1)

    second = services.proposals.submit(whole, by=iuc.lucia)

    assert (second.number, second.receipt) == (2, "R-IUC-2020-001-02")
    assert first.answers["project"]["title"] == GRANADA
    assert first.sha256 != second.sha256


def test_nothing_is_taken_back_after_the_deadline(services, iuc, clock, whole):
    services.proposals.submit(whole, by=iuc.lucia)
    clock.move_to(iuc.call.closes_at)

    with pytest.raises(CallClosed):
        services.proposals.take_back(whole, by=iuc.lucia)

    assert whole.status is ProposalStatus.SUBMITTED


def test_what_is_submitted_is_not_edited(services, iuc, whole):
    services.proposals.submit(whole, by=iuc.lucia)

    with pytest.raises(NotAllowedNow):
        save(services, whole, iuc.lucia, {"title": "Too late"}, revision=1)


def test_withdrawing_ends_it_and_keeps_what_was_submitted(services, iuc, clock):
    version = submitted_version(services, iuc.call, iuc.granada, iuc.lucia)

    services.proposals.withdraw(version.proposal, by=iuc.lucia, reason="No partner")

    assert version.proposal.status is ProposalStatus.WITHDRAWN
    assert version.proposal.withdrawn_at == clock()
    assert services.proposals.versions(version.proposal) == [version]


def test_the_ledger_tells_what_happened(services: Services, iuc, whole, session):
    services.proposals.submit(whole, by=iuc.lucia)
    services.proposals.take_back(whole, by=iuc.lucia)
    services.proposals.withdraw(whole, by=iuc.lucia, reason="No partner")
    session.flush()

    told = [
        (it.entry.action, it.entry.to_status, it.entry.reason)
        for it in services.proposals.history(whole)
    ]
    assert told == [
        ("start", "draft", ""),
        ("submit", "submitted", ""),
        ("take_back", "taken_back", ""),
        ("withdraw", "withdrawn", "No partner"),
    ]


def test_the_team_is_the_organisation_and_who_was_asked_in(services, iuc, draft, session):
    from grants.proposals.models import TeamMember

    assert services.proposals.team(draft) == [iuc.lucia]
    session.add(TeamMember(proposal=draft, person=iuc.wei, since=draft.started_at))
    session.flush()

    assert services.proposals.team(draft) == [iuc.lucia, iuc.wei]
    assert services.proposals.own(iuc.wei) == [draft]
    assert services.proposals.own(iuc.jonas) == []


def at_once(acts):
    """Have several threads do something at the same moment; give back what each got."""
    start = threading.Barrier(len(acts))

    def run(act):
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result() for each in [pool.submit(run, act) for act in acts]]


def test_many_submit_at_once_and_one_version_comes_of_it(portal, services, iuc, session):
    proposal = written(services, iuc.call, iuc.granada, iuc.lucia)
    session.commit()

    def submit():
        with portal.writing() as own:
            found = own.proposals.get(proposal.reference)
            return own.proposals.submit(found, by=own.db.merge(iuc.lucia)).receipt

    receipts = at_once([submit] * 6)

    assert set(receipts) == {"R-IUC-2020-001-01"}
    assert len(services.proposals.versions(proposal)) == 1


def test_many_begin_at_once_and_each_has_its_own_reference(portal, iuc, session):
    session.commit()

    def begin(number):
        with portal.writing() as own:
            call = own.db.get(type(iuc.call), iuc.call.id)
            city, person = own.db.merge(iuc.granada), own.db.merge(iuc.lucia)
            return own.proposals.start(call, city, by=person, key=f"k{number}").reference

    references = at_once([partial(begin, number) for number in range(6)])

    assert sorted(references) == [f"IUC-2020-{number:03d}" for number in range(1, 7)]


def test_a_save_and_a_submit_at_once_never_lose_a_word_silently(portal, services, iuc, session):
    proposal = written(services, iuc.call, iuc.granada, iuc.lucia)
    session.commit()

    def submit():
        with portal.writing() as own:
            found = own.proposals.get(proposal.reference)
            own.proposals.submit(found, by=own.db.merge(iuc.lucia))
        return True

    def rewrite():
        try:
            with portal.writing() as own:
                found = own.proposals.get(proposal.reference)
                save(own, found, own.db.merge(iuc.lucia), complete("New")["project"], revision=1)
        except NotAllowedNow:
            return False
        return True

    _submitted, saved = at_once([submit, rewrite])

    session.expire_all()
    title = services.proposals.versions(proposal)[-1].answers["project"]["title"]
    assert title == ("New" if saved else GRANADA)
