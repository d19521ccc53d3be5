"""Who may do what: the application against docs/access.md, and against itself over HTTP."""

import difflib

import pytest
from pyramid.security import NO_PERMISSION_REQUIRED

from grants.rules.workflow import ProposalStatus
from tests.functional.access import table
from tests.functional.access.asking import DOOR, HIDDEN, OPEN, REFUSED, Way, addresses
from tests.functional.access.scene import STATES, USUAL
from views.web.routes import ROUTES

PUBLIC = {
    "accessibility", "award", "awards", "calendar", "calendar.ics", "call", "calls", "confirm",
    "confirm.again", "dev.clock", "dev.letter", "dev.mail", "event.ics", "forgot", "fund",
    "fund.css", "fund.logo", "healthz", "home", "invitation", "language", "privacy", "register",
    "reset", "sign_in", "sign_out",
}  # fmt: skip
"""All addresses that ask for no permission."""

FORMS = {
    "__static/", "call.start", "confirm", "confirm.again", "forgot", "manage.call.invite",
    "manage.invite", "manage.organisation", "manage.pairings.new", "manage.reviewer",
    "manage.settings", "organisations.new", "portal.fund", "portal.funds.new", "portal.programme",
    "proposal.answer", "proposal.redress", "proposal.withdraw", "register", "reset",
    "reviews.expertise",
}  # fmt: skip
"""Addresses of which one view both shows a form and takes it; files are refused by Pyramid."""

NEEDS_MORE = {
    "award", "confirm", "deliverable.file", "dev.clock", "dev.letter", "dev.mail", "event.ics",
    "fund.logo", "invitation", "manage.plan", "manage.plan.csv", "manage.ranking.recompute",
    "manage.ranking.what_if", "manage.reviewer", "proposal.answer", "proposal.clarification",
    "proposal.file", "proposal.letter.pdf", "proposal.redress", "manage.redress.request", "reset",
    "review.file", "manage.panel", "manage.panel.item", "manage.panel.minutes", "panel",
    "panel.item", "panel.minutes",
}  # fmt: skip
"""Addresses of something that the scene has not, such as a ranking: open, and yet 404."""

REVIEWERS_ALONE = {"reviews.offline", "reviews.offline.pdf", "reviews.offline.xlsx"}
"""Addresses of the calls in which somebody reviews: 404 for everybody else with an account."""


@pytest.fixture
def asking(app, portal, session, clock, iuc):
    return table.asking_of(app, portal, session, clock, iuc)


@pytest.mark.both_databases
def test_a_sample_of_the_table_is_so_on_either_database(asking):
    for name in ("Reviews", "Projects and what they owe"):
        assert "\n".join(table.chapter(asking, name)) in table.FILE.read_text()


def test_the_table_in_the_repository_says_what_the_application_does(asking):
    found, kept = table.written(asking), table.FILE.read_text()

    differences = difflib.unified_diff(
        kept.splitlines(), found.splitlines(), "docs/access.md", "the application", lineterm="", n=8
    )
    if found != kept:
        pytest.fail(
            "Permissions have changed. If they should have, write the table anew with\n"
            f"    {table.COMMAND}\nand have somebody read it:\n\n" + "\n".join(differences),
            pytrace=False,
        )


@pytest.mark.both_databases
def test_every_address_of_the_application_is_in_the_table(app):
    routes = {
        found["introspectable"]["name"]
        for found in app.registry.introspector.get_category("routes")
        if not found["introspectable"]["name"].startswith("__static")
    }

    assert routes == {name for name, *_ in ROUTES} == {it.name for it in addresses(app)}
    for address in addresses(app):
        assert address.factory in STATES
        assert address.ways, f"{address.name} leads nowhere"


@pytest.mark.both_databases
def test_only_these_addresses_are_public(app):
    public = {
        address.name
        for address in addresses(app)
        for _way, needed in address.ways
        if needed == NO_PERMISSION_REQUIRED
    }

    assert public == PUBLIC
    assert not [it.name for it in addresses(app) for _, needed in it.ways if needed == "denied"]


@pytest.mark.both_databases
def test_what_only_shows_something_takes_no_forms(app):
    """Views that take any method are those of a form: they look at what was sent."""
    views = app.registry.introspector.get_category("views")
    found = {
        it["introspectable"]["route_name"]
        for it in views
        if not it["introspectable"]["request_methods"]
    }

    assert found - {"", None} == FORMS


@pytest.mark.both_databases
def test_every_form_is_guarded(app):
    """No view may be posted to without the token; exception views only show pages."""
    for found in app.registry.introspector.get_category("views"):
        view = found["introspectable"]
        assert view["require_csrf"] is not False or view["exception_only"], view


@pytest.mark.both_databases
def test_what_a_reviewer_may_do_hangs_on_the_review_alone(asking):
    here = [address for address in addresses(asking.app) if address.factory == "AssignmentFactory"]
    asking.scene.stand("AssignmentFactory", ("accepted",))
    usual = asking.everybody(here)

    for status in set(ProposalStatus) - {ProposalStatus.DRAFT}:
        asking.scene.stand("ProposalFactory", (status.value,))
        assert asking.everybody(here) == usual


@pytest.mark.both_databases
def test_nobody_opens_the_review_of_another_reviewer(asking, sign_in):
    asking.scene.stand("AssignmentFactory", ("accepted",))
    reviewers = asking.scene.assignments
    browsers = {who: sign_in(asking.scene.people[who]) for who in reviewers}

    for who, browser in browsers.items():
        for other, assignment in reviewers.items():
            if who != other:
                browser.get(f"/reviews/{assignment.id}", status=404)
                browser.get(f"/reviews/{assignment.id}/interests", status=404)


@pytest.mark.both_databases
@pytest.mark.slow
def test_it_is_so_over_http_too(asking, browser, sign_in, database_kind):
    """Everybody goes everywhere once; on PostgreSQL to what hangs on rows, as a sample."""
    browsers = {
        who: sign_in(person) if person else browser for who, person in asking.scene.people.items()
    }
    sample = ("ProposalFactory", "AssignmentFactory")
    for factory in STATES if database_kind == "sqlite" else sample:
        here = [address for address in addresses(asking.app) if address.factory == factory]
        asking.scene.stand(factory, USUAL.get(factory, ()))
        asking.scene.session.commit()

        assert went(asking, browsers, here) == {
            (address.name, who, way): _over_http(address, who, way, outcome)
            for address, outcomes in asking.everybody(here).items()
            for (who, way), outcome in outcomes.items()
        }
        asking.scene.session.rollback()


def went(asking, browsers, here) -> dict[tuple[str, str, Way], str]:
    """Send everybody to these addresses, by every way in."""
    return {
        (address.name, who, way): meets(browser, asking.path(address, who), way)
        for address in here
        for way, _needed in address.ways
        for who, browser in browsers.items()
    }


def meets(browser, path, way: Way) -> str:
    """Go there, without the token of a form: so that nothing is done, only refused or not."""
    if way.method == "GET":
        answer = browser.get(path, status="*")
    else:
        params = {way.button: "1"} if way.button else {}
        answer = browser.request(path, method=way.method, POST=params or None, status="*")
    if answer.status_int == 401 or answer.headers.get("Location", "").startswith(
        ("http://localhost/sign-in", "/sign-in")
    ):
        return DOOR
    assert answer.status_int in (200, 303, 400, 403, 404, 409), f"{path}: {answer.status}"
    if answer.status_int == 409 and b"This step is not available" in answer.body:
        return REFUSED
    return {403: REFUSED, 404: HIDDEN}.get(answer.status_int, OPEN)


def _over_http(address, who: str, way: Way, outcome: str) -> str:
    elsewhere = address.name in REVIEWERS_ALONE and who != "reviewer cleared"
    lacks_something = way.method == "GET" and (address.name in NEEDS_MORE or elsewhere)
    return HIDDEN if outcome == OPEN and lacks_something else outcome
