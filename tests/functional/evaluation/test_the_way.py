"""From the check to the letters, in browsers, page by page."""

from grants.rules.workflow import ProposalStatus

CRITERIA = ("excellence", "impact", "implementation")


def test_the_whole_way(evaluating, visitor, session):
    it = evaluating.world
    three = evaluating.three()
    evaluating.close_call()
    helena = visitor(it.helena)

    for proposal in three:
        check(helena, proposal, it.call)
    assign_everything(open_the_stage(helena))
    for person in evaluating.reviewers:
        review_everything(visitor(person))
    page = press(helena.get("/manage/calls/IUC-2020/stage"), "/stage", "close")
    page = press(page, "/ranking")
    assert "Draw lots" in page
    page = press(draw(page, three), "/adopt")
    for proposal, kind in zip(three, ("award", "award", "reject_budget"), strict=True):
        page = decide(helena, proposal, kind)
    page = press(page, "/decisions")

    assert "Letters sent: 3." in page
    session.rollback()
    session.expire_all()
    assert [each.status for each in three] == [
        ProposalStatus.AWARDED,
        ProposalStatus.AWARDED,
        ProposalStatus.REJECTED,
    ]


def press(page, action, field=""):
    """Press the button of the form that leads to an address, and go where it leads."""
    forms = page.forms.values()
    form = next(f for f in forms if f.action.endswith(action) and (not field or field in f.fields))
    return form.submit(status=303).follow()


def check(browser, proposal, call):
    address = f"/proposals/{proposal.reference}/check"
    form = browser.get(address).forms["check"]
    for item in call.checklist:
        form[f"met-{item['code']}"] = "yes"
    form.submit("save", status=303)
    assert "Eligible" in press(browser.get(address), "/check/complete")


def open_the_stage(browser):
    form = browser.get("/manage/calls/IUC-2020/stage").forms["stage"]
    form["due_on"] = "2020-05-31"
    return form.submit("open", status=303).follow()


def assign_everything(page):
    form = next(f for f in page.forms.values() if f.action.endswith("/assign"))
    for box in (*form.fields["proposal"], *form.fields["reviewer"]):
        box.checked = True
    assert "New review invitations: 9." in form.submit(status=303).follow()


def review_everything(browser):
    for link in browser.get("/reviews").html.select("tbody th a"):
        page = browser.get(link["href"])
        page.forms["interest"]["interest"] = "none"
        form = page.forms["interest"].submit("declare", status=303).follow().forms["review"]
        for index, name in enumerate(CRITERIA):
            form[f"review-scores-{name}-score"].value = "8"
            form.get("comment", index=index).value = f"A word on {name}."
        page = form.submit("check", status=303).follow()
        assert "Weighted total: 14.00 of 17.50 points." in page
        press(page, "/submit")


def draw(page, proposals):
    form = page.forms["draw-1"]
    for place, proposal in enumerate(proposals, start=1):
        form[proposal.reference] = str(place)
    form["reason"] = "Before witnesses."
    return form.submit("draw", status=303).follow()


def decide(browser, proposal, kind):
    form = browser.get(f"/proposals/{proposal.reference}/decision").forms["decision"]
    form["kind"] = kind
    form["reasons"] = "As ranked."
    return form.submit("decide", status=303).follow()
