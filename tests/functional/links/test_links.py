"""Whatever is offered works: every link and button, for everybody, at every step of the story."""

import pytest

from tests.functional.links.looking import Reader
from tests.functional.links.story import Walk

CLOSELY = ("manager", "auditor")
"""Who compares, and so may find something new at each stop."""
SELDOM = ("second manager", "manager with a conflict")
"""Who looks around at every third stop, since their pages are nearly those of the manager."""


@pytest.fixture(scope="session")
def database_kind():
    """What is offered does not hang on the database."""
    return "sqlite"


def test_whatever_is_offered_works_for_everybody_at_every_step(app, core, session, clock):
    walk = Walk(core, session, clock)
    readers = [Reader(app, core, who, person) for who, person in walk.people.items()]

    for number, when in enumerate(walk.stops()):
        standing = walk.standing()
        session.rollback()
        for reader in readers:
            if reader.who not in SELDOM or number % 3 == 1:
                reader.look_around(when, standing, closely=reader.who in CLOSELY)

    assert sum(it.visited for it in readers) > 1_000
    assert sum(it.pressed for it in readers) > 300
    dead = sorted(one for reader in readers for one in reader.dead)
    assert not dead, "\n".join(str(one) for one in dead)
