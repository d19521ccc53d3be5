"""The checks of all proposals: marks, filters in the address, pages, and what it costs."""

import pytest

from grants.rules.workflow import Interest, ProposalStatus

ADDRESS = "/manage/calls/IUC-2020/checks"


@pytest.fixture
def three(evaluating):
    found = evaluating.three()
    evaluating.close_call()
    return found


def references(page):
    return [it.get_text() for it in page.html.select(".matrix tbody th a")]


def test_the_list_shows_a_mark_for_each_item_and_is_filtered_by_the_address(
    evaluating, helena, three
):
    granada, mannheim, lodz = three
    checks, by = evaluating.services.checks, evaluating.world.helena
    checks.answer(mannheim, "letter", met=False, reason="There is none.", by=by)
    evaluating.check(granada)

    page = helena.get(ADDRESS)

    assert references(page) == [it.reference for it in three]
    row = page.html.select(".matrix tbody tr")[1].get_text(" ", strip=True)
    assert "Not met" in row
    assert "Open" in row
    assert references(helena.get(f"{ADDRESS}?show=open")) == [mannheim.reference, lodz.reference]
    assert references(helena.get(f"{ADDRESS}?show=failure")) == [mannheim.reference]
    assert references(helena.get(f"{ADDRESS}?show=done")) == [granada.reference]


def test_from_the_list_a_manager_goes_to_the_next_that_is_unchecked(evaluating, helena, three):
    evaluating.check(three[0])

    page = helena.get(ADDRESS).click("Check eligibility")

    assert page.request.path == f"/proposals/{three[1].reference}/check"


def test_what_is_completed_leads_to_the_next_and_then_to_the_list(evaluating, helena, three):
    for proposal in three[1:]:
        evaluating.check(proposal)
    checks, by = evaluating.services.checks, evaluating.world.helena
    for item in checks.of(three[0]):
        checks.answer(three[0], item.code, met=True, by=by)
    evaluating.session.commit()
    page = helena.get(f"/proposals/{three[0].reference}/check")

    form = next(it for it in page.forms.values() if it.action.endswith("/check/complete"))

    assert form.submit(status=303).location.endswith(ADDRESS)
    evaluating.session.refresh(three[0])
    assert three[0].status is ProposalStatus.ELIGIBLE


def test_whoever_has_an_interest_finds_and_counts_the_proposal_nowhere(evaluating, helena, three):
    evaluating.services.interests.declare(
        evaluating.world.helena, three[1], Interest.DISQUALIFYING, "I advised them."
    )
    evaluating.session.commit()

    page = helena.get(ADDRESS)

    assert references(page) == [three[0].reference, three[2].reference]
    assert "All (2)" in page
    assert "Open (2)" in page


def test_the_list_asks_as_much_for_sixty_as_for_three(evaluating, helena, three, queries):
    helena.get(ADDRESS)
    with queries() as few:
        helena.get(ADDRESS)
    it = evaluating.world
    for number in range(70):
        evaluating.submit(it.granada, it.lucia, f"Another {number}", commit=False)
    evaluating.session.commit()

    with queries() as many:
        page = helena.get(ADDRESS)

    assert len(references(page)) == 60
    assert len(many) == len(few)
    assert len(references(helena.get(f"{ADDRESS}?show=open&page=2"))) == 13
