"""Managers' pages: check, stage, reviewers, interests, ranking, decisions."""

from datetime import timedelta

import pytest

from grants.rules.workflow import DecisionKind, Interest, ProposalStatus


def form_to(page, action):
    return next(form for form in page.forms.values() if form.action.endswith(action))


@pytest.fixture
def three(evaluating):
    return evaluating.three()


@pytest.fixture
def granada(three):
    return three[0]


def test_before_the_closing_there_is_nothing_to_check(helena, granada):
    page = helena.get(f"/proposals/{granada.reference}/check")

    assert "Wait until the call closes" in page
    assert "check" not in page.forms


def test_what_is_not_met_needs_a_reason(evaluating, helena, granada):
    evaluating.close_call()
    form = helena.get(f"/proposals/{granada.reference}/check").forms["check"]
    form["met-letter"], form["evidence-letter"] = "no", "Annex 2"

    page = form.submit("save", status=422)

    assert page.html.select_one(".error-summary a")["href"] == "#check-items-reason-letter"
    assert page.forms["check"]["evidence-letter"].value == "Annex 2"
    page.forms["check"]["reason-letter"] = "It is not signed."
    saved = page.forms["check"].submit("save", status=303).follow()
    assert "1 of 3 items answered" in saved


def test_a_check_is_not_concluded_half_way(evaluating, helena, granada):
    evaluating.close_call()
    page = helena.get(f"/proposals/{granada.reference}/check")
    token = page.forms["check"]["csrf_token"].value

    given = {"csrf_token": token, "version": evaluating.services.versions.check(granada).token}
    refused = helena.post(f"/proposals/{granada.reference}/check/complete", given, status=409)

    assert "3 items of the checklist have no answer yet." in refused


def test_the_whole_table_is_saved_at_once_and_the_next_proposal_follows(helena, evaluating, three):
    evaluating.close_call()
    form = helena.get(f"/proposals/{three[0].reference}/check").forms["check"]
    for code in ("complete", "letter", "countries"):
        form[f"met-{code}"] = "yes"
    form["evidence-letter"] = "Annex 2"

    following = form.submit("next", status=303)

    assert following.location.endswith(f"/proposals/{three[1].reference}/check")
    items = evaluating.services.checks.of(three[0])
    assert [(it.met, it.said.evidence) for it in items] == [
        (True, "Annex 2" if it.code == "letter" else "") for it in items
    ]


def test_the_rest_is_filled_in_as_met_and_nothing_is_saved_before_it_is_looked_at(
    helena, evaluating, granada
):
    evaluating.close_call()
    form = helena.get(f"/proposals/{granada.reference}/check").forms["check"]
    form["met-letter"], form["reason-letter"] = "no", "It is not signed."

    page = form.submit("all_met", status=200)

    assert "Nothing is saved yet." in page
    filled = page.forms["check"]
    assert [filled[f"met-{it}"].value for it in ("complete", "letter", "countries")] == [
        "yes",
        "no",
        "yes",
    ]
    assert {it.met for it in evaluating.services.checks.of(granada)} == {None}
    saved = filled.submit("save", status=303).follow()
    assert "3 of 3 items answered" in saved


def test_a_date_in_the_past_does_not_open_the_stage(evaluating, helena, three):
    evaluating.close_call()
    for proposal in three:
        evaluating.check(proposal)
    form = helena.get("/manage/calls/IUC-2020/stage").forms["stage"]
    form["due_on"] = "2020-01-01"
    assert "later than now" in form.submit("open", status=409)
    form["due_on"] = "the first of May"

    page = form.submit("open", status=422)

    assert page.forms["stage"]["due_on"].value == "the first of May"


def test_a_review_is_due_at_the_end_of_a_day_in_the_calls_zone(evaluating, helena, three):
    evaluating.close_call()
    for proposal in three:
        evaluating.check(proposal)
    form = helena.get("/manage/calls/IUC-2020/stage").forms["stage"]
    form["due_on"] = "2020-05-31"
    form.submit("open", status=303)

    page = helena.get("/manage/calls/IUC-2020/stage")

    assert "31 May 2020, 23:59 (Brussels time)" in page


def test_assigning_nobody_or_nothing_says_so(evaluating, helena, three):
    evaluating.open_stage(*three)
    form = form_to(helena.get("/manage/calls/IUC-2020/assign"), "/assign")

    page = form.submit(status=422)

    assert "Select at least one proposal and one reviewer." in page


def test_a_reviewer_with_an_interest_is_refused_by_name(evaluating, helena, three, granada):
    evaluating.open_stage(*three)
    it = evaluating.world
    evaluating.services.interests.declare(it.wei, granada, Interest.DISQUALIFYING, "Mine.")
    evaluating.session.commit()
    form = form_to(helena.get("/manage/calls/IUC-2020/assign"), "/assign")
    for box in (*form.fields["proposal"], *form.fields["reviewer"]):
        box.checked = True

    assert "Wei Zhang cannot review" in form.submit(status=409)
    offered = helena.get(f"/proposals/{granada.reference}/reviewers")
    assert "Wei Zhang" not in offered
    form = form_to(offered, "/reviewers")
    form.fields["reviewer"][0].checked = True
    assert "New review invitations: 1." in form.submit(status=303).follow()


@pytest.mark.usefixtures("three")
def test_without_a_stage_there_is_nobody_to_assign(helena):
    address = "/manage/calls/IUC-2020/assign"

    page = helena.get(address)

    assert "Reviewers are assigned once the evaluation is open." in page
    assert not page.html.find("main").select("form, input")
    token = helena.get("/manage/calls/IUC-2020/stage").html.find("input", {"name": "csrf_token"})
    helena.post(address, {"csrf_token": token["value"]}, status=404)


def test_the_pages_of_a_stage_cost_the_same_for_few_and_many(evaluating, helena, queries):
    it = evaluating.world

    def asked(address):
        helena.get(address)
        with queries() as found:
            helena.get(address)
        return len(found)

    proposals = [evaluating.submit(it.granada, it.lucia, f"Idea {n}") for n in range(25)]
    stage = evaluating.open_stage(*proposals)
    evaluating.assign(stage, proposals[0])
    pages = ("stage", "assign", "interests")
    few = [asked(f"/manage/calls/IUC-2020/{page}") for page in pages]
    evaluating.assign(stage, *proposals)
    for proposal in proposals:
        evaluating.services.interests.declare(it.marc, proposal, Interest.POTENTIAL, "Hm.")
    evaluating.session.commit()

    assert [asked(f"/manage/calls/IUC-2020/{page}") for page in pages] == few
    assert max(few) <= 10


def test_a_potential_conflict_is_ruled_on(evaluating, helena, granada):
    it = evaluating.world
    declared = evaluating.services.interests.declare(
        it.wei, granada, Interest.POTENTIAL, "We wrote a paper in 2009."
    )
    evaluating.session.commit()
    page = helena.get("/manage/calls/IUC-2020/interests")
    assert "We wrote a paper in 2009." in page
    form = page.forms[f"rule-{declared.id}"]
    form["ruling"] = "allowed"
    form = form.submit("rule", status=422).forms[f"rule-{declared.id}"]
    form["reason"] = "Long ago."

    done = form.submit("rule", status=303).follow()

    assert "Long ago. (Helena Novak)" in done
    assert "You changed it yourself" in form.submit("rule", status=409)


def test_nobody_finds_a_form_for_their_own_interest(evaluating, visitor, granada):
    it = evaluating.world
    declared = evaluating.services.interests.declare(
        it.viktor, granada, Interest.POTENTIAL, "A friend works there."
    )
    page = visitor(it.helena).get("/manage/calls/IUC-2020/interests")

    assert f"rule-{declared.id}" in page.forms
    visitor(it.viktor).get("/manage/calls/IUC-2020/interests", status=403)


def test_a_manager_declares_an_interest_and_the_proposal_is_gone(helena, granada):
    form = helena.get(f"/proposals/{granada.reference}/interest").forms["interest"]
    form["interest"] = "none"
    form.submit("declare", status=303)
    form = helena.get(f"/proposals/{granada.reference}/interest").forms["interest"]
    form["interest"] = "disqualifying"
    form = form.submit("declare", status=422).forms["interest"]
    form["explanation"] = "I was mayor of Granada."

    page = form.submit("declare", status=303).follow()

    assert "it is no longer shown to you" in page
    helena.get(f"/proposals/{granada.reference}", status=404)
    listed = helena.get("/manage/calls/IUC-2020/proposals")
    assert granada.title not in listed
    assert "2 of 2 proposals" in listed


def test_a_ranking_shows_the_budget_line(evaluating, helena):
    evaluating.world.call.envelope_cents = 6_000_000
    evaluating.rank_three()

    page = helena.get("/manage/calls/IUC-2020/ranking")

    rows = [row.text for row in page.html.select("tbody tr")]
    assert "Main list" in rows[0]
    assert "Budget line" in rows[1]
    assert "Reserve list" in rows[2]
    assert "Below a threshold" in rows[3]


def test_a_draw_needs_every_place_once(evaluating, helena, three):
    stage = evaluating.open_stage(*three)
    evaluating.review_all(
        stage,
        [(each, dict.fromkeys(("excellence", "impact", "implementation"), 8)) for each in three],
    )
    evaluating.close_stage(stage)
    page = form_to(helena.get("/manage/calls/IUC-2020/ranking"), "/ranking").submit(status=303)
    form = page.follow().forms["draw-1"]
    for proposal in three:
        form[proposal.reference] = "1"
    form["reason"] = "Lots."

    wrong = form.submit("draw", status=422)

    assert "Two proposals cannot have the same rank." in wrong
    assert wrong.forms["draw-1"]["reason"].value == "Lots."


def test_a_decision_begins_with_what_the_ranking_says(evaluating, helena):
    granada, *_ = evaluating.rank_three()

    form = helena.get(f"/proposals/{granada.reference}/decision").forms["decision"]

    assert (form["kind"].value, form["awarded_cents"].value) == ("award", "40,000.00")


def test_what_is_missing_in_a_decision_is_asked_for(evaluating, helena):
    evaluating.world.call.envelope_cents = 6_000_000
    _granada, mannheim, _lodz = evaluating.rank_three()
    form = helena.get(f"/proposals/{mannheim.reference}/decision").forms["decision"]
    form["kind"], form["reasons"] = "award", "So."

    page = form.submit("decide", status=422)

    links = [link["href"] for link in page.html.select(".error-summary a")]
    assert links == [
        "#decision-awarded_cents",
        "#decision-justification",
        "#decision-signatory",
    ]


def test_a_departure_is_signed_by_the_second_signatory(evaluating, helena, visitor):
    evaluating.world.call.envelope_cents = 6_000_000
    _granada, mannheim, _lodz = evaluating.rank_three()
    it = evaluating.world
    address = f"/proposals/{mannheim.reference}/decision"
    form = helena.get(address).forms["decision"]
    form["kind"], form["reasons"], form["awarded_cents"] = "award", "So.", "10,000.00"
    form["justification"], form["signatory"] = "Granada needs less.", str(it.viktor.id)
    page = form.submit("decide", status=303).follow()
    assert "Awaiting the signature of Viktor Lind" in page

    viktor = visitor(it.viktor)
    asked = viktor.get("/manage/calls/IUC-2020/decisions")
    assert asked.html.select_one(".next-step h2").text == "Sign as second signatory"
    old = next(f for f in viktor.get(address).forms.values() if "countersign" in f.fields)
    evaluating.clock.move_to(evaluating.clock() + timedelta(minutes=1))
    changed = helena.get(address).forms["decision"]
    changed["awarded_cents"] = "11,000.00"
    changed.submit("decide", status=303)
    assert "changed since you read it" in old.submit(status=409)
    page = next(f for f in viktor.get(address).forms.values() if "countersign" in f.fields)
    signed = page.submit(status=303).follow()

    assert "Awaiting the signature" not in signed
    decision = evaluating.services.decisions.of(mannheim)
    evaluating.session.refresh(decision)
    assert decision.kind is DecisionKind.AWARD
    assert decision.signed_at is not None


def test_letters_and_ranking_cost_the_same_for_few_and_many(evaluating, helena, queries):
    it = evaluating.world
    it.call.envelope_cents = 100_000_000
    proposals = [evaluating.submit(it.granada, it.lucia, f"Idea {n}", 1_000_000) for n in range(12)]
    stage = evaluating.open_stage(*proposals)
    halves = ("excellence", "impact", "implementation")
    evaluating.review_all(
        stage,
        [(each, dict.fromkeys(halves, 7 + n % 4)) for n, each in enumerate(proposals)],
    )
    evaluating.close_stage(stage)
    evaluating.rank()
    counted = []
    for _round in range(2):
        for page in ("decisions", "ranking"):
            helena.get(f"/manage/calls/IUC-2020/{page}")
            with queries() as asked:
                helena.get(f"/manage/calls/IUC-2020/{page}")
            counted.append(len(asked))
        for proposal in proposals:
            evaluating.services.decisions.decide(
                proposal, DecisionKind.AWARD, awarded_cents=1_000_000, reasons="So.", by=it.helena
            )
        evaluating.session.commit()

    letters, ranking = counted[:2]
    # Of proposals to decide nothing is asked once there are none.
    assert counted[2:] == [letters - 1, ranking]
    assert max(counted) <= 10
    assert {each.status for each in proposals} == {ProposalStatus.MAIN}


def test_the_calls_page_tells_how_far_its_proposals_have_come(evaluating, helena, three):
    evaluating.close_call()

    page = helena.get("/manage/calls/IUC-2020")

    line = [it.get_text(" ", strip=True) for it in page.html.select(".standing li")]
    assert line[0] == f"Received {len(three)}"
    assert line[-1] == "Agreement signed 0"
    assert f"All proposals ({len(three)})" in page


def test_the_calls_page_counts_what_stands_behind_its_links(
    evaluating, helena, visitor, three, granada
):
    it = evaluating.world
    evaluating.open_stage(*three)
    conflicts = evaluating.services.interests
    conflicts.declare(it.marc, granada, Interest.POTENTIAL, "We wrote a paper.")
    conflicts.declare(it.anna, granada, Interest.NONE)
    evaluating.session.commit()

    page = helena.get("/manage/calls/IUC-2020")

    links = [it.get_text(" ", strip=True) for it in page.html.select(".section-links a")]
    assert "Assign reviewers (3)" in links
    assert "Declared interests (1, 1 waiting)" in links
    assert "Second signatures" in links
    # Viktor, who is recused from one proposal, is told of no interest in it.
    conflicts.declare(it.viktor, granada, Interest.DISQUALIFYING, "My brother's.")
    evaluating.session.commit()
    assert "Declared interests (" not in visitor(it.viktor).get("/manage/calls/IUC-2020")


def test_a_recused_manager_reads_on_the_calls_page_what_they_may_check(
    evaluating, visitor, three, granada
):
    it = evaluating.world
    evaluating.close_call()
    evaluating.services.interests.declare(it.viktor, granada, Interest.DISQUALIFYING, "My son's.")
    evaluating.session.commit()

    page = visitor(it.viktor).get("/manage/calls/IUC-2020")

    assert "No proposals submitted yet" not in page
    assert f"All proposals ({len(three) - 1})" in page


def test_a_second_press_of_many_decisions_decides_nothing_twice(evaluating, helena):
    evaluating.rank_three()
    form = helena.get("/manage/calls/IUC-2020/decisions/many").forms["many"]
    for typed in form.fields["reasons"]:
        typed.value = "As ranked."
    form.submit("decide", status=303)

    again = form.submit("decide", status=303)

    assert again.location.endswith("/manage/calls/IUC-2020/decisions")
    numbers = [it.number for it in evaluating.services.decisions.in_call(evaluating.world.call)]
    assert numbers == [1, 1, 1]
