"""Consensus reports on their pages: of the rapporteur, of the other reviewers, of the fund."""

from email.utils import parseaddr

import pytest

from grants.accounts.models import Appointment
from grants.evaluation.models import Assignment
from grants.evaluation.queries.agreed_texts import draft_of
from grants.rules.workflow import ConsensusStatus, Role
from tests.support import mailbox

EVEN = {"excellence": 8, "impact": 8, "implementation": 8}
CALL = "/manage/calls/IUC-2020/consensus"


@pytest.fixture
def it(evaluating):
    return evaluating.world


@pytest.fixture
def granada(evaluating, it):
    """All reviews of Granada's proposal are in; they lie apart on impact."""
    it.call.rules = it.call.rules | {"divergence": {"criterion": "1.5"}, "consensus": "DISAGREEING"}
    granada = evaluating.submit(it.granada, it.lucia, "Blockchain for circular cities")
    stage = evaluating.open_stage(granada)
    impact = {it.wei.id: 4, it.anna.id: 8, it.marc.id: 9}
    for assignment in evaluating.assign(stage, granada):
        evaluating.review(assignment, EVEN | {"impact": impact[assignment.reviewer_id]})
    return granada


@pytest.fixture
def page_of(evaluating, granada, visitor):
    """Open the report's page as one of the reviewers."""

    def opened_by(person):
        own = evaluating.session.query(Assignment).filter_by(
            proposal_id=granada.id, reviewer_id=person.id
        )
        return visitor(person).get(f"/reviews/{own.one().id}/consensus")

    return opened_by


@pytest.fixture
def begun(evaluating, helena, granada, it):
    """Wei is rapporteur, named on the page of the proposal."""
    form = helena.get(f"/proposals/{granada.reference}/consensus").forms["begin"]
    form["rapporteur"] = str(it.wei.id)
    form.submit("begin", status=303)
    return report_of(evaluating, granada)


def report_of(evaluating, granada):
    evaluating.session.rollback()
    evaluating.session.expire_all()
    return evaluating.services.consensus.of(granada.stage, granada)


def text(page):
    return " ".join(page.html.find("main").get_text(" ").split())


def score(code):
    return f"consensus-scores-{code}-score"


def write(form, **scores):
    for code, halves in scores.items():
        form[score(code)] = halves
    for index in range(3):
        form.get("comment", index=index).value = "Agreed."
    return form


def circulated(page_of, it):
    form = write(page_of(it.wei).forms["consensus"], impact="5")
    form.get("departure", index=1).value = "The annex shows less."
    return form.submit("circulate", status=303).follow()


def test_the_rapporteur_begins_with_what_the_reviews_come_to(page_of, begun, it):
    page = page_of(it.wei)
    form = page.forms["consensus"]

    assert [form[score(code)].value for code in EVEN] == ["8", "7", "8"]
    assert "The reviews come to 3.50." in text(page)
    assert "You 4 2 4 Reviewer B 4 4 4 Reviewer C 4 4.5 4" in text(page)
    names = " ".join(it.get_text() for it in page.html.find("main").select("th, summary"))
    assert not any(name in names for name in ("Wei", "Anna", "Marc"))


def test_what_is_missing_is_named_and_what_was_typed_is_kept(
    page_of, begun, it, evaluating, granada
):
    form = page_of(it.wei).forms["consensus"]
    form[score("impact")] = "5"
    form.get("comment", index=0).value = "Clear."

    page = form.submit("circulate", status=303).follow()

    assert [link["href"] for link in page.html.select(".error-summary a")] == [
        "#consensus-scores-impact-comment",
        "#consensus-scores-impact-departure",
        "#consensus-scores-implementation-comment",
    ]
    assert draft_of(report_of(evaluating, granada)).scores["excellence"].comment == "Clear."


def test_others_read_nothing_before_it_is_circulated(page_of, begun, it):
    write(page_of(it.wei).forms["consensus"]).submit("save", status=303)

    page = page_of(it.anna)

    assert "The rapporteur is writing the report." in text(page)
    assert "Agreed." not in text(page)
    assert "consensus" not in page.forms


def test_it_is_approved_and_somebody_does_not_agree(
    page_of, begun, it, evaluating, granada, helena
):
    assert "The report is circulated." in text(circulated(page_of, it))
    page = page_of(it.anna)
    assert "Impact 3.50 2.5 Agreed. Why the score is another one: The annex shows less." in text(
        page
    )
    approve = next(form for form in page.forms.values() if "approve" in form.fields)
    approve.submit(status=303)
    form = page_of(it.marc).forms["minority"]
    form["minority_view"] = "The impact is higher."
    page = form.submit("dissent", status=303).follow()

    assert "The consensus report is final." in text(page)
    assert report_of(evaluating, granada).status is ConsensusStatus.FINAL
    page = text(helena.get(f"/proposals/{granada.reference}/consensus"))
    assert "Minority view" in page
    assert "The impact is higher." in page
    assert "Anna" in page


def test_an_empty_minority_view_is_asked_for(page_of, begun, it):
    circulated(page_of, it)

    page = page_of(it.anna).forms["minority"].submit("dissent", status=422)

    assert page.html.select_one(".error-summary a")["href"] == "#minority-minority_view"


def test_nobody_approves_a_text_that_they_did_not_read(page_of, begun, it):
    circulated(page_of, it)
    approve = next(form for form in page_of(it.anna).forms.values() if "approve" in form.fields)
    page = page_of(it.wei)
    next(form for form in page.forms.values() if "revise" in form.fields).submit(status=303)
    form = write(page_of(it.wei).forms["consensus"], excellence="9")
    form.get("departure", index=0).value = "On reflection."
    form.submit("circulate", status=303)

    assert "This was changed while you had the page open" in approve.submit(status=409)


def test_a_second_window_is_told_and_loses_nothing(page_of, begun, it):
    first, second = page_of(it.wei).forms["consensus"], page_of(it.wei).forms["consensus"]
    write(first).submit("save", status=303)
    second.get("comment", index=0).value = "From the second window."

    clash = second.submit("save", status=409)

    assert clash.forms["consensus"].get("comment", index=0).value == "From the second window."
    assert "Agreed." in clash.text


def test_saving_as_one_types_answers_with_nothing(page_of, begun, it):
    form = write(page_of(it.wei).forms["consensus"])
    fields = [*form.submit_fields("save")]

    answer = form.response.test_app.post(form.action, fields, headers={"HX-Request": "true"})

    assert answer.status_int == 204
    assert answer.headers["Review-Revision"] == "1"


def test_those_who_are_asked_receive_an_email(page_of, begun, it, session, portal):
    circulated(page_of, it)

    letters = mailbox.of(portal).open()
    sent = [
        (parseaddr(each["To"])[1], each["Subject"])
        for each in letters
        if "consensus" in each["Subject"]
    ]
    assert sorted(sent) == sorted(
        [
            (it.wei.email, "Please write a consensus report"),
            (it.anna.email, "Please read a consensus report"),
            (it.marc.email, "Please read a consensus report"),
        ]
    )


def test_whoever_still_owes_a_review_sees_nothing(evaluating, helena, granada, it, session):
    at = evaluating.clock()
    session.add(Appointment(person=it.helena, role=Role.REVIEWER, call_id=it.call.id, since=at))
    session.flush()
    evaluating.services.assignments.assign(granada.stage, [granada], [it.helena], by=it.viktor)
    session.commit()

    page = text(helena.get(f"/proposals/{granada.reference}/consensus"))
    assert "Submit your own review" in page
    assert "side by side" not in page
    assert "Name a rapporteur" not in page
    listed = text(helena.get(CALL))
    assert granada.reference not in listed.split("Consensus reports")[-1]


def test_reviewers_whose_review_is_not_in_have_no_page(evaluating, visitor, granada, it):
    own = evaluating.session.query(Assignment).filter_by(
        proposal_id=granada.id, reviewer_id=it.marc.id
    )
    evaluating.services.reviews.reopen(own.one(), reason="The tone.", by=it.helena)
    evaluating.session.commit()

    visitor(it.marc).get(f"/reviews/{own.one().id}/consensus", status=409)


def test_the_fund_sees_where_reports_stand_and_begins_them(helena, granada, evaluating):
    page = helena.get(CALL)
    assert "Proposals whose reviews are in: 1." in text(page)
    begin = next(form for form in page.forms.values() if form.action.endswith("/consensus"))

    page = begin.submit(status=303).follow()

    assert "Consensus reports begun: 1." in text(page)
    assert "0 of 1 consensus reports are final" in text(page)
    assert report_of(evaluating, granada).rapporteur is evaluating.world.wei


def test_a_report_is_withdrawn_with_a_reason_and_kept(helena, begun, granada, evaluating):
    form = helena.get(f"/proposals/{granada.reference}/consensus").forms["withdraw"]
    page = form.submit("withdraw", status=422)
    form = page.forms["withdraw"]
    form["reason"] = "Wei fell ill."

    page = form.submit("withdraw", status=303).follow()

    assert "Wei fell ill." in text(page)
    assert "begin" in page.forms


def test_the_public_reads_that_reviewers_agree(browser, granada):
    page = text(browser.get("/calls/IUC-2020"))

    assert "Such a proposal needs a consensus report." in page
    assert "Where the reviews disagree, the reviewers agree on a report" in page


def test_the_pages_ask_few_questions(evaluating, it, granada, helena, begun, queries, visitor):
    own = evaluating.session.query(Assignment).filter_by(proposal_id=granada.id)
    numbers = {each.reviewer_id: each.id for each in own}
    wei, anna = visitor(it.wei), visitor(it.anna)
    pages = {
        "call": lambda: helena.get(CALL),
        "proposal": lambda: helena.get(f"/proposals/{granada.reference}/consensus"),
        "rapporteur": lambda: wei.get(f"/reviews/{numbers[it.wei.id]}/consensus"),
        "reviewer": lambda: anna.get(f"/reviews/{numbers[it.anna.id]}/consensus"),
    }
    form = write(pages["rapporteur"]().forms["consensus"])
    form.submit("circulate", status=303)
    counted = {}
    for name, page in pages.items():
        page()  # which signs in
        with queries() as asked:
            page()
        counted[name] = len(asked)

    assert counted == {"call": 8, "proposal": 10, "rapporteur": 10, "reviewer": 10}


def test_who_has_to_write_or_answer_sees_it_in_their_list(evaluating, it, begun, page_of, visitor):
    def listed(person):
        return text(visitor(person).get("/reviews"))

    assert "Write a consensus report" in listed(it.wei)
    assert "Write a consensus report" in text(visitor(it.wei).get("/work"))
    assert "consensus" not in listed(it.anna).lower()
    circulated(page_of, it)
    assert "Answer a consensus report" in listed(it.anna)
    assert "Write a consensus report" not in listed(it.wei)


def test_the_evaluation_says_what_it_waits_for(helena, granada):
    page = text(helena.get("/manage/calls/IUC-2020/stage"))

    assert "Consensus reports that are not final: 1." in page


def test_after_the_stage_closed_the_fund_still_reads_the_minority_view(
    evaluating, page_of, begun, it, granada, helena
):
    circulated(page_of, it)
    for person, view in ((it.anna, ""), (it.marc, "The impact is higher.")):
        report = report_of(evaluating, granada)
        evaluating.services.consensus.answer(report, minority_view=view, by=person)
        evaluating.session.commit()
    evaluating.close_stage(granada.stage)

    page = text(helena.get(f"/proposals/{granada.reference}/consensus"))

    assert "The impact is higher." in page
    assert "Withdraw the report" not in page


def test_a_minority_view_survives_a_report_that_moved_on(evaluating, page_of, begun, it, granada):
    circulated(page_of, it)
    form = page_of(it.anna).forms["minority"]
    form["minority_view"] = "I do not agree."
    report = report_of(evaluating, granada)
    evaluating.services.consensus.revise(report, by=it.wei)
    evaluating.session.commit()

    page = form.submit("dissent", status=409)

    assert "I do not agree." in page.text


def test_what_is_typed_into_a_report_that_was_withdrawn_is_given_back(
    evaluating, begun, page_of, it
):
    form = write(page_of(it.wei).forms["consensus"], impact="6")
    evaluating.services.consensus.withdraw(begun, reason="Someone else writes.", by=it.helena)
    evaluating.session.commit()

    page = form.submit("save", status=409)

    assert "The fund has withdrawn this report." in text(page)
    assert "Agreed." in text(page)
