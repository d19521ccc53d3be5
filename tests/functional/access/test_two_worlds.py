"""Whoever has an interest in a proposal cannot tell a world in which it fares well from another.

Two databases are made by the same steps and differ in one proposal: its words, amounts,
versions, scores, status and decision. Everything that people can reach who must not know of
it is fetched in both and compared, byte for byte: pages, exports, PDFs, calendars, headers.
"""

from dataclasses import replace
from io import BytesIO

import pytest

from grants.rules.workflow import Interest
from tests.functional.access.crawling import differences, signed_in
from tests.functional.access.two_worlds import (
    REJECTED,
    RESERVED,
    TAKEN_BACK,
    WITHDRAWN,
    Story,
    no_chance,
)
from tests.support import world
from tests.support.running import run_waiting
from tests.support.samples import PDF

CONFLICTED = ("reviewer with a conflict", "manager with a conflict", "auditor with a conflict")
OTHERS = ("another applicant", "account", "nobody")


def letters(story: Story):
    """Send what waits; give what those who must not know got."""
    run = run_waiting(story.portal)
    story.session.rollback()
    mine = {p.email for p in (story.world.wei, story.world.viktor, story.otto)}
    return [
        (str(it["To"]), str(it["Subject"]), it.get_body(("plain",)).get_content())
        for it in run.messages
        if str(it["To"]).split("<")[-1].strip(">") in mine
    ]


@pytest.mark.both_databases
@pytest.mark.slow
def test_who_has_an_interest_cannot_tell_how_a_proposal_fares(worlds, crawled, database_kind):
    # As a sample on PostgreSQL: where there is most to be seen.
    looked = ("receive", "review", "award") if database_kind == "sqlite" else ("award",)

    assert_alike([worlds(REJECTED), worlds(RESERVED)], crawled, looked)


@pytest.mark.slow
def test_who_has_an_interest_cannot_tell_that_a_proposal_was_withdrawn(worlds, crawled):
    assert_alike([worlds(REJECTED), worlds(WITHDRAWN)], crawled, ("award",))


def assert_alike(stories, crawled, looked):
    """Tell both stories, and compare what is read after these chapters."""
    for chapter in ("receive", "review", "award"):
        for story in stories:
            getattr(story, chapter)()
            story.rest()
        sent, received = (letters(story) for story in stories)
        assert sent == received
        if chapter in looked:
            who = CONFLICTED + OTHERS if chapter == "award" else CONFLICTED
            one, other = (crawled(story, *who) for story in stories)
            assert not differences(one, other), f"after {chapter}"
    assert_reached(one, stories)


@pytest.mark.slow
def test_nobody_learns_that_a_proposal_was_taken_back(worlds, crawled):
    stories = [worlds(REJECTED), worlds(TAKEN_BACK)]
    for story in stories:
        story.receive()
        story.rest()

    one, other = (crawled(story, *CONFLICTED, *OTHERS) for story in stories)

    assert not differences(one, other)


@pytest.mark.slow
def test_nobody_is_told_of_a_decision_before_its_letter(worlds, crawled):
    better = replace(REJECTED, halves=7, kind=RESERVED.kind)
    stories = [worlds(REJECTED), worlds(better)]
    for story in stories:
        story.receive()
        story.review()
        story.decide()
        story.rest()

    one, other = (crawled(story, "applicant", *OTHERS) for story in stories)

    assert not differences(one, other)
    assert sum(it.status.startswith("200") for it in one["applicant"].values()) > 20


@pytest.mark.slow
def test_nobody_is_told_of_a_check_before_its_letter(worlds, crawled):
    stories = [worlds(REJECTED), worlds(REJECTED)]
    for story, unmet in zip(stories, ({}, {"letter": "There is none."}), strict=True):
        story.receive()
        story.evaluating.close_call()
        story.evaluating.check(story.hidden, **unmet)
        story.rest()
    assert stories[0].hidden.status is not stories[1].hidden.status

    one, other = (crawled(story, "applicant", *OTHERS) for story in stories)

    assert not differences(one, other)


@pytest.mark.slow
def test_a_draft_is_its_teams_alone(worlds, crawled):
    stories = [worlds(REJECTED), worlds(REJECTED)]
    for story, draft in zip(stories, (False, True), strict=True):
        story.receive()
        it = story.world
        if draft:
            with no_chance("the draft"):
                story.services.proposals.start(it.call, it.granada, by=it.lucia, key="another")
        story.rest()

    one, other = (crawled(story, "manager", "reviewer", *OTHERS) for story in stories)

    # The ledger's own page shows the hash of its last entry, whatever that is about.
    assert [it for it in differences(one, other) if "/ledger" not in it] == []


def assert_reached(crawls, stories):
    """See that there was something to compare, and that what is hidden was not in it."""
    for who, least, kinds in (
        ("reviewer with a conflict", 20, {"text/html", "application/pdf", "text/calendar"}),
        ("manager with a conflict", 60, {"text/html", "text/csv", "text/calendar"}),
        ("auditor with a conflict", 15, {"text/html", "text/calendar"}),
        ("another applicant", 25, {"text/html", "application/pdf"}),
        ("nobody", 10, {"text/html"}),
    ):
        shown = {at: it for at, it in crawls[who].items() if it.status.startswith("200")}
        assert len(shown) >= least, (who, sorted(shown))
        assert kinds <= {dict(it.headers)["Content-Type"].split(";")[0] for it in shown.values()}
        for at, seen in shown.items():
            words = [story.fate.title.encode() for story in stories]
            assert not [it for it in words if it in seen.body], f"{who} at {at}"
    hidden = [at for at in crawls[CONFLICTED[0]] if "/IUC-2020-001" in at]
    assert len(hidden) > 15
    assert {crawls[CONFLICTED[0]][at].status for at in hidden} == {"404 Not Found"}


@pytest.mark.both_databases
def test_the_ledger_keeps_drafts_to_their_teams(worlds, the_app):
    story = worlds(TAKEN_BACK)
    story.receive()
    it = story.world
    draft = story.services.proposals.start(it.call, it.lodz, by=it.zofia, key="another")
    story.services.files.attach(
        draft, "annexes.mayor_letter", name="letter.pdf", content=BytesIO(PDF), by=it.zofia
    )
    story.services.interests.declare(it.marc, story.others[0], Interest.POTENTIAL, "Perhaps.")
    the_app.registry["portal"], the_app.registry["clock"] = story.portal, story.clock
    story.session.commit()

    page = signed_in(the_app, it.helena).get("/manage/funds/IUC-ASIA/ledger")

    assert "IUC-2020-002/D" in page
    # What was reopened counts as it was submitted last, until it is submitted again.
    assert "IUC-2020-001" in page
    assert draft.reference == "IUC-2020-004"
    assert draft.reference not in page


@pytest.mark.both_databases
def test_the_ledger_tells_calls_apart_whose_codes_begin_alike(worlds, the_app):
    story = worlds(REJECTED)
    it = story.world
    it.call.code = "IUC"
    second = world.make_call(it.fund, it.form, it.topics, story.clock())
    second.code, it.call = "IUC-2", second
    story.session.add(second)
    story.receive()
    the_app.registry["portal"], the_app.registry["clock"] = story.portal, story.clock

    assert story.hidden.reference == "IUC-2-001"
    for person in (it.viktor, story.otto):
        page = signed_in(the_app, person).get("/manage/funds/IUC-ASIA/ledger")
        assert "IUC-2-00" not in page
    assert "IUC-2-00" in signed_in(the_app, it.helena).get("/manage/funds/IUC-ASIA/ledger")
