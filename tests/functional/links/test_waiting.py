"""Everybody is told what waits for them, at every step of the story: on a page and by mail."""

from grants.kit.mail import Outbox
from grants.oversight.tasks.digest import send_digests
from tests.functional.links.story import Walk
from tests.support.running import portal_of, run_waiting

MANAGER = {
    "draft call": {"publish": 1},
    "published": {},
    "drafts": {},
    "submitted": {},
    "call closed": {"check": 5},
    "half checked": {"check": 3},
    "checked": {"open_stage": 1},
    "stage open": {"assign": 4},
    "reviewers asked": {},
    "reviewers answered": {"rule": 1, "assign": 3},
    "reviews overdue": {"rule": 1, "assign": 3, "overdue_reviews": 9},
    "reviewed": {"close_stage": 1},
    "stage closed": {"compute": 1},
    "ranking computed, with a tie over the money": {"draw": 1},
    "lots drawn": {"adopt": 1},
    "ranking adopted": {"decide": 5},
    "half decided": {"decide": 4, "send": 1},
    "decided": {"send": 5},
    "letters sent": {"agree": 2},
    "project running, another in preparation": {"agree": 1},
    "giving an agreement up proposed": {"sign": 1, "agree": 1},
    "money free again": {"money_free": 1},
    "delivered": {"accept": 1, "money_free": 1},
    "returned": {"money_free": 1},
    "overdue": {"overdue_deliverables": 1, "money_free": 1},
    "accepted": {"close_project": 1, "money_free": 1},
    "closed": {"money_free": 1},
}
"""What waits for Helena at each stop."""
OTHERS = {
    "reviewers asked": {"wei": {"answer_requests": 4}, "marc": {"answer_requests": 4}},
    "reviewers answered": {"wei": {"review": 4}, "marc": {"answer_requests": 2}},
    "reviews overdue": {"wei": {"reviews_late": 4}},
    "returned": {"lucia": {"returned": 1}, "jonas": {}},
    "overdue": {"lucia": {"owed_late": 1}},
    "closed": {"lucia": {}},
}


def test_everybody_is_told_what_waits_at_every_step(portal, session, clock):
    walk = Walk(portal, session, clock)
    managers, others = {}, {}
    for when in walk.stops():
        managers[when] = _waits(walk, "helena")
        # The city of one proposal: nothing that compares the proposals, or that the workflow
        # leaves to others, waits for Viktor.
        assert set(_waits(walk, "viktor")) <= {
            "publish", "check", "accept", "overdue_deliverables",
        }  # fmt: skip
        assert _waits(walk, "olga") == {}, "who audits has nothing to do"
        others[when] = {who: _waits(walk, who) for who in OTHERS.get(when, ())}

    assert managers == MANAGER
    assert {when: it for when, it in others.items() if it} == OTHERS


def _waits(walk, who):
    return {it.kind.value: it.count for it in walk.services.waits.of(getattr(walk.world, who))}


def test_a_daily_mail_tells_it_once_a_day_with_nothing_that_is_secret(portal, session, clock, app):
    walk = Walk(portal, session, clock)
    for when in walk.stops():
        if when == "reviews overdue":
            break
    walk.world.wei.digest = False
    walk.world.helena.language = "de"
    session.commit()
    day = clock().date().isoformat()
    context = portal_of(
        sessions=portal.sessions,
        storage=portal.storage,
        mailer=Outbox(),
        settings=portal.settings,
        clock=clock,
    )

    send_digests(context, day=day)
    sent = run_waiting(portal).messages
    send_digests(context, day=day)
    again = run_waiting(portal).messages
    send_digests(context, day="2020-01-01")
    stale = run_waiting(portal).messages

    to = {str(it["To"]) for it in sent}
    told = {person: any(person in it for it in to) for person in ("helena", "anna", "wei", "olga")}
    assert told == {"helena": True, "anna": True, "wei": False, "olga": False}
    assert (again, stale) == ([], [])
    [letter] = [it for it in sent if "helena" in it["To"]]
    words = letter.get_body(("plain",)).get_content()
    for part in ("Überfällige Gutachten: 9", "http://localhost/manage/calls/IUC-2020/stage"):
        assert part in words
    secret = [it.title for it in (walk.granada, walk.mannheim, walk.lodz)]
    assert not [it for it in secret if any(it in str(letter) for letter in sent)]


def test_it_is_on_the_first_page_and_the_mail_can_be_turned_off(evaluating, sign_in, iuc):
    evaluating.three()
    evaluating.close_call()
    helena = sign_in(iuc.helena)

    helena.get("/work").mustcontain("Proposals to check: 3", "/manage/calls/IUC-2020/proposals")

    form = helena.get("/account").forms["details"]
    assert form["digest"].checked
    form["digest"] = False
    form.submit("save_details", status=303)
    assert not helena.get("/account").forms["details"]["digest"].checked
