"""What pages ask of the database: never more than ten questions, however much there is."""

import pytest

from tests.functional.proposals.conftest import ADDRESS
from tests.support.proposals import submitted_version

PAGES = (
    "",
    "/sections/project",
    "/sections/cities",
    "/sections/budget",
    "/preview",
    "/submit",
    "/withdraw",
)


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_draft_asks_little(lucia, statements, page):
    lucia.get(ADDRESS + page)

    with statements() as asked:
        lucia.get(ADDRESS + page)

    assert len(asked) <= 10


@pytest.mark.usefixtures("whole")
def test_saving_a_section_asks_little(lucia, statements):
    form = lucia.get(f"{ADDRESS}/sections/project").forms["section"]
    form["title"] = "Another title"

    with statements() as asked:
        form.submit("save", headers={"HX-Request": "true"}, status=204)

    assert len(asked) <= 10


@pytest.mark.usefixtures("submitted")
@pytest.mark.parametrize("page", ["", "/receipt", "/preview"])
@pytest.mark.parametrize("who", ["lucia", "helena"])
def test_a_page_of_what_is_submitted_asks_little(iuc, sign_in, statements, page, who):
    browser = sign_in(getattr(iuc, who))
    browser.get(ADDRESS + page)

    with statements() as asked:
        browser.get(ADDRESS + page)

    assert len(asked) <= 10


def test_your_work_asks_no_more_for_many_proposals(iuc, services, sign_in, statements):
    counts = []
    for _more in range(2):
        for _again in range(3):
            submitted_version(services, iuc.call, iuc.granada, iuc.lucia)
        browsers = [sign_in(person) for person in (iuc.lucia, iuc.helena, iuc.wei)]
        for browser in browsers:
            browser.get("/work")
        with statements() as asked:
            for browser in browsers:
                browser.get("/work")
        counts.append(len(asked))

    # Three pages; a manager's counts every kind of thing that may wait for them.
    assert counts[0] == counts[1] <= 40
