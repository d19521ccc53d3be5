"""Letters that do not leave: on a page, for a command, in /healthz; never what they say."""

import smtplib

import pytest

from grants import cli
from grants.evaluation.models import Declaration
from grants.kit.database import db
from grants.kit.mail import Letter, Outbox, post
from grants.kit.settings import load
from grants.portal import Portal
from grants.rules.workflow import Interest
from tests.support.running import run_waiting

PAGE = "/manage/funds/IUC-ASIA/emails"


class Refusing(Outbox):
    """A mail server that knows nobody."""

    def send(self, message):
        raise smtplib.SMTPRecipientsRefused({str(message["To"]): (550, b"Nobody here")})


@pytest.fixture
def asked(iuc, sign_in):
    """Helena, who invited a reviewer whose address nobody has."""
    helena = sign_in(iuc.helena)
    form = helena.get("/manage/calls/IUC-2020/invite").forms["invite"]
    form["email"] = "nobody@reviewers.example"
    form.submit("invite", status=303)
    return helena


def test_a_manager_sees_what_did_not_leave_and_sends_it_again(asked, portal):
    run_waiting(portal, Refusing())
    page = asked.get(PAGE)

    page.mustcontain("nobody@reviewers.example", "The mail server refused it", "Delivery failed")
    sent = page.forms[-1] if isinstance(page.forms, list) else list(page.forms.values())[-1]
    sent.submit(status=303).follow().mustcontain("Emails being sent again: 1.")
    outbox = run_waiting(portal)
    assert [it["To"] for it in outbox.messages] == ["nobody@reviewers.example"]
    asked.get(PAGE).mustcontain("All emails were delivered")


def test_health_says_so_and_nothing_of_what_is_in_them(asked, portal, browser):
    assert browser.get("/healthz").json["status"] == "well"
    run_waiting(portal, Refusing())

    answer = browser.get("/healthz")

    assert (answer.json["status"], answer.json["letters_failed"]) == ("degraded", 1)
    assert "nobody@" not in answer.text


def test_only_managers_see_them(asked, portal, sign_in, iuc):
    run_waiting(portal, Refusing())
    for person, status in ((iuc.olga, 403), (iuc.lucia, 404), (iuc.wei, 404)):
        sign_in(person).get(PAGE, status=status)


def test_letters_about_a_proposal_are_hidden_from_whoever_has_an_interest_in_it(
    evaluating, portal, session, sign_in, iuc, clock
):
    proposal = evaluating.submit(iuc.granada, iuc.lucia, "Blockchain for smart cities")
    session.add(
        Declaration(
            person=iuc.viktor,
            proposal=proposal,
            interest=Interest.DISQUALIFYING,
            explanation="My city.",
            declared_at=clock(),
        )
    )
    session.commit()
    with db.writing(portal.sessions) as writing:
        told = Letter(to=iuc.lucia.email, subject="Decision on Blockchain", body="No.")
        post(writing, told, about=writing.merge(proposal).scope)
    run_waiting(portal, Refusing())

    assert "Blockchain" in sign_in(iuc.helena).get(PAGE)
    assert "Blockchain" not in sign_in(iuc.viktor).get(PAGE)


def test_an_operator_lists_them_and_has_them_tried_again(tmp_path, make_database, capsys):
    ini = tmp_path / "portal.ini"
    ini.write_text(
        f"""[app:main]
sqlalchemy.url = {make_database("sqlite")}
storage.url = file://{tmp_path}/files
mail.url = folder://{tmp_path}/mail
session.secret = tests-only
portal.development = true
"""
    )
    assert cli.main(["migrate", str(ini)]) == 0
    portal = Portal(load(str(ini)))
    with db.writing(portal.sessions) as session:
        name = post(session, Letter(to="a@b.example", subject="Hello", body="secret words"))
    run_waiting(portal, Refusing())
    capsys.readouterr()

    assert cli.main(["mail", str(ini)]) == 1
    said = capsys.readouterr().out
    assert name in said
    assert "a@b.example" in said
    assert "secret words" not in said
    assert cli.main(["mail", str(ini), "--retry", name]) == 0
    assert len(run_waiting(portal).messages) == 1
    capsys.readouterr()
    assert cli.main(["mail", str(ini)]) == 0
    assert "Nothing failed." in capsys.readouterr().out
    portal.engine.dispose()


@pytest.mark.parametrize("address", ["a..b@example.com", ".a@example.com", "a@b", "ü@example.com"])
def test_an_address_that_cannot_be_mailed_is_refused_where_it_is_typed(
    address, iuc, sign_in, browser
):
    helena, lucia = sign_in(iuc.helena), sign_in(iuc.lucia)
    places = (
        (helena, "/manage/calls/IUC-2020/invite"),
        (helena, "/manage/funds/IUC-ASIA/invite"),
        (lucia, f"/organisations/{iuc.granada.id}"),
        (browser, "/register"),
        (browser, "/forgot"),
    )
    for who, path in places:
        forms = {it.id: it for it in who.get(path).forms.values() if "email" in it.fields}
        [form] = forms.values()
        form["email"] = address
        answer = form.submit(status=422)
        answer.mustcontain("Write an email address, such as name@example.org.")
        assert form["email"].value == address
