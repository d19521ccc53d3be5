"""A fresh installation, from an empty database to a manager who writes the first call."""

import re

import pytest
from sqlalchemy import select

from grants import cli, ledger
from grants.accounts.models import Appointment, Person
from grants.calls.models import Fund
from grants.calls.service.founding import NotFounded
from grants.cli.fund import Plan
from tests.functional.oversight.test_commands import ini, newest_ini  # noqa: F401  -- fixtures
from tests.support.browsers import Browser
from tests.support.running import run_waiting

pytestmark = pytest.mark.both_databases

ASKED = (
    *("--name", "IUC Asia competitive fund", "--contact", "fund@example.org"),
    *("--programme", "IUC=International Urban Cooperation"),
    *("--topic", "smart=Smart cities", "--topic", "circular=Circular economy"),
    *("--manager", "helena@example.org", "--manager-name", "Helena Novak"),
)
PLAN = Plan(
    code="IUC-ASIA",
    name="IUC Asia competitive fund",
    contact_email="fund@example.org",
    programme_code="IUC",
    programme="International Urban Cooperation",
)


def test_the_command_makes_a_fund_and_asking_again_adds_what_is_missing(ini, capsys):  # noqa: F811
    cli.main(["migrate", ini])

    assert cli.main(["fund", ini, "IUC-ASIA", *ASKED]) == 0
    first = capsys.readouterr().out
    assert cli.main(["fund", ini, "IUC-ASIA", *ASKED, "--topic", "digital=Digital"]) == 0
    second = capsys.readouterr().out

    assert "topics: circular, smart\n" in first
    assert re.search(r"^http://localhost/reset/[\w-]{43}$", first, re.M)
    assert "topics: circular, digital, smart\n" in second
    assert cli.main(["people", ini]) == 0
    assert capsys.readouterr().out == "helena@example.org\tHelena Novak\tmanager\n"
    assert cli.main(["verify", ini]) == 0


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (("--manager", "a..b@example.org"), "a..b@example.org is not an email address"),
        (("--contact", "nowhere"), "nowhere is not an email address"),
        (("--topic", "Smart cities"), "is not a topic"),
        (("--programme", "IUC"), "have names"),
        (("--manager-name", " "), "enter the name of helena@example.org"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(newest_ini, capsys, changed, words):  # noqa: F811
    assert cli.main(["fund", newest_ini, "IUC-ASIA", *ASKED, *changed]) == 1

    assert words in capsys.readouterr().err
    cli.main(["people", newest_ini])
    assert capsys.readouterr().out == ""


def test_the_first_manager_sets_a_password_and_writes_a_call(app, portal, services, session, clock):
    fund = services.founding.fund(PLAN)
    token = services.founding.manager(fund, email="Helena@example.org", name="Helena Novak")
    session.commit()
    browser = Browser(app)

    form = browser.get(f"/reset/{token}").forms["reset"]
    form["password"] = "three tame herons at dusk"
    for name in form.fields:
        if name and name.startswith("password"):
            form[name] = "three tame herons at dusk"
    form.submit("save", status=303)
    browser = Browser(app)
    door = browser.get("/sign-in").forms["sign_in"]
    door["email"], door["password"] = "helena@example.org", "three tame herons at dusk"
    door.submit("sign_in", status=303)

    assert browser.get("/manage/funds/IUC-ASIA/calls/new").forms["call"]
    (letter,) = run_waiting(portal).messages
    assert letter["To"].addresses[0].addr_spec == "helena@example.org"
    assert token in letter.get_body(("plain",)).get_content()
    assert ledger.verify(session).ok


def test_whoever_has_an_account_is_appointed_and_gets_no_link(services, session, clock, iuc):
    token = services.founding.manager(iuc.fund, email=iuc.stranger.email, name="")
    again = services.founding.manager(iuc.fund, email=iuc.stranger.email, name="")

    assert (token, again) == (None, None)
    held = session.scalars(select(Appointment).filter_by(person_id=iuc.stranger.id)).all()
    assert len(held) == 1


def test_a_fund_that_is_there_is_not_made_twice(services, session, clock, iuc):
    clock.advance(days=1)

    fund = services.founding.fund(PLAN)

    assert fund is iuc.fund
    assert set(session.scalars(select(Fund))) == {iuc.fund, iuc.neighbour.fund}
    with pytest.raises(NotFounded):
        services.founding.manager(fund, email="nobody@", name="Nobody")
    assert session.scalars(select(Person).filter_by(email="nobody@")).first() is None


def test_the_first_page_says_how_to_begin_until_there_is_a_fund(app, services, session):
    assert "grants fund production.ini" in Browser(app).get("/")

    services.founding.fund(PLAN)
    session.commit()

    assert "grants fund production.ini" not in Browser(app).get("/")


def test_a_new_programme_does_not_take_the_code_of_another(services, iuc):
    plan = Plan(
        code="RIVERS-2",
        name="Rivers again",
        contact_email="rivers@example.org",
        programme_code=iuc.programme.code,
        programme="Another programme",
    )

    with pytest.raises(NotFounded, match="International Urban Cooperation"):
        services.founding.new_fund(plan, by=iuc.helena)
