"""Whatever is offered works: every link and button, for everybody, at every step of the story.

Readers have German and Spanish in turns: what links lead to is the same in every language.
"""

import pytest

from tests.functional.links.language import Left, typed_in
from tests.functional.links.looking import Reader
from tests.functional.links.story import Walk

CLOSELY = ("manager", "auditor")
"""Who compares, and so may find something new at each stop."""
SELDOM = ("second manager", "manager with a conflict")
"""Who looks around at every third stop, since their pages are nearly those of the manager."""
PARTIES = {"manager and others": 0, "auditor and others": 1}
"""Every other reader, from the first or the second on: two processes may look around at once."""


@pytest.mark.slow
@pytest.mark.parametrize("party", PARTIES)
def test_whatever_is_offered_works_for_everybody_at_every_step(app, portal, session, clock, party):
    walk = Walk(portal, session, clock)
    walk.speak("de", "es")
    everybody = list(enumerate(Reader(app, portal, *person) for person in walk.people.items()))
    readers = everybody[PARTIES[party] :: 2]

    for number, when in enumerate(walk.stops()):
        standing, typed = walk.standing(), typed_in(session)
        session.rollback()
        languages = {it: Left(it, typed) for it in ("de", "es")}
        for place, reader in readers:
            if reader.who not in SELDOM or number % 3 == 1:
                closely, left = reader.who in CLOSELY, languages[("de", "es")[(number + place) % 2]]
                reader.look_around(when, standing, closely=closely, left=left)

    looked = [reader for _place, reader in readers]
    assert sum(it.visited for it in looked) > 400
    assert sum(it.pressed for it in looked) > 50
    assert sum(it.sent_away for it in looked if it.person_id is not None) < 10
    english = {it.text: it for reader in looked for it in reader.english}
    dead = sorted(one for reader in looked for one in reader.dead)
    assert not dead, "\n".join(str(one) for one in dead)
    assert not english, "\n".join(str(one) for one in sorted(english.values()))


def test_every_letter_is_in_its_readers_language(portal, session, clock):
    walk = Walk(portal, session, clock)
    spoken = walk.speak("de", "es")

    for _when in walk.stops():
        typed = typed_in(session)
        session.rollback()

    languages = {it: Left(it, typed) for it in ("de", "es")}
    to = {it: languages[spoken[it["To"].addresses[0].addr_spec]] for it in walk.letters}
    written = {text: str(it["Subject"]) for it, left in to.items() for text in left.in_letter(it)}
    assert len(walk.letters) > 20
    assert not written
