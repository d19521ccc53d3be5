"""What tests in a real browser start from; the browser itself is in tests/support/visitors.py."""

import pytest


@pytest.fixture
def draft(services, iuc, session):
    """Granada's proposal, begun and empty."""
    made = services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    session.commit()
    return made


@pytest.fixture
def enter(visit):
    """Open a window in which somebody is signed in."""

    def entering(person):
        visitor = visit()
        visitor.sign_in(person.email)
        return visitor

    return entering
