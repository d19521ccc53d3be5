"""Whatever is offered works: every link and button, for everybody, at every step of the story.

Readers have German and Spanish in turns: what links lead to is the same in every language.
"""

from tests.functional.links.language import Left, typed_in
from tests.functional.links.looking import Reader
from tests.functional.links.story import Walk

CLOSELY = ("manager", "auditor")
"""Who compares, and so may find something new at each stop."""
SELDOM = ("second manager", "manager with a conflict")
"""Who looks around at every third stop, since their pages are nearly those of the manager."""


def test_whatever_is_offered_works_for_everybody_at_every_step(app, portal, session, clock):
    walk = Walk(portal, session, clock)
    spoken = walk.speak("de", "es")
    readers = [Reader(app, portal, who, person) for who, person in walk.people.items()]

    for number, when in enumerate(walk.stops()):
        standing, typed = walk.standing(), typed_in(session)
        session.rollback()
        languages = {it: Left(it, typed) for it in ("de", "es")}
        for place, reader in enumerate(readers):
            if reader.who not in SELDOM or number % 3 == 1:
                closely, left = reader.who in CLOSELY, languages[("de", "es")[(number + place) % 2]]
                reader.look_around(when, standing, closely=closely, left=left)

    assert sum(it.visited for it in readers) > 1_000
    assert sum(it.pressed for it in readers) > 300
    assert sum(it.sent_away for it in readers if it.person_id is not None) < 20
    to = {it: languages[spoken[it["To"].addresses[0].addr_spec]] for it in walk.letters}
    written = {text: str(it["Subject"]) for it, left in to.items() for text in left.in_letter(it)}
    english = {it.text: it for reader in readers for it in reader.english}
    dead = sorted(one for reader in readers for one in reader.dead)
    assert not dead, "\n".join(str(one) for one in dead)
    assert len(walk.letters) > 20
    assert not written
    assert not english, "\n".join(str(one) for one in sorted(english.values()))
