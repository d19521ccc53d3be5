"""The overview of a proposal: what is still missing, of the sections that are begun."""

import pytest

ADDRESS = "/proposals/IUC-2020-001"


@pytest.fixture
def lucia(sign_in, iuc, services, session):
    services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    session.commit()
    return sign_in(iuc.lucia)


def test_a_section_lists_what_it_lacks_once_it_is_begun(lucia):
    assert lucia.get(ADDRESS).html.select(".missing li") == []
    form = lucia.get(f"{ADDRESS}/sections/cities").forms["section"]
    form["population"] = "232000"
    form.submit("save", status=303)

    overview = lucia.get(ADDRESS)

    missing = [it.get_text() for it in overview.html.select(".missing li")]
    assert "Paired city: This is not answered yet." in missing
    assert not [it for it in missing if it.startswith("Objectives")]
    not_begun = overview.html.find("h3", string="Not started").find_next("p").get_text()
    assert "What you will do" in not_begun
    assert "Cities and partners" not in not_begun


def test_a_section_saved_empty_is_begun(lucia):
    lucia.get(f"{ADDRESS}/sections/declarations").forms["section"].submit("save", status=303)

    missing = [it.get_text() for it in lucia.get(ADDRESS).html.select(".missing li")]

    assert "No other grant pays the same costs: This must be confirmed." in missing
