"""The programme on the first page, and what a city reads of itself."""

from datetime import date

from grants.directory.models import PilotStatus


def test_the_first_page_shows_which_cities_work_together(browser, pairing, iuc):
    section = browser.get("/").html.find(attrs={"aria-labelledby": "pairings"}).text

    for word in (pairing.name, "City of Granada (Spain)", iuc.topics[0].name, "9, 11"):
        assert word in section


def test_without_pairings_there_is_no_heading_for_them(browser, iuc):
    assert "Cities that work together" not in browser.get("/")


def test_members_read_what_is_known_of_their_city(sign_in, session, iuc):
    iuc.granada.population, iuc.granada.pilot = 232_000, PilotStatus.FORMER
    iuc.granada.pilot_from, iuc.granada.pilot_until = date(2017, 1, 1), date(2018, 12, 31)
    session.commit()

    page = sign_in(iuc.lucia).get(f"/organisations/{iuc.granada.id}")

    facts = page.html.find(attrs={"aria-labelledby": "facts"}).text
    for word in ("Spain", "232,000", "Former", "1 January 2017", "31 December 2018"):
        assert word in facts
