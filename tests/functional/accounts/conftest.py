"""The mailbox, and the door."""

import pytest
from webtest import TestApp

from tests.support import mailbox as mailboxes
from tests.support import world


@pytest.fixture
def mailbox(portal):
    return mailboxes.of(portal)


@pytest.fixture
def at_the_door(app):
    """Somebody tries to sign in: `at_the_door("lucia@example.org", "secret", next="/calls")`."""

    def knock(email, password=world.PASSWORD, *, browser=None, next="", **options):  # noqa: A002
        browser = browser or TestApp(app)
        form = browser.get("/sign-in", {"next": next}).forms["sign_in"]
        form["email"], form["password"] = email, password
        return form.submit("sign_in", **options)

    return knock
