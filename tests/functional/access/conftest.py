"""Worlds that are told alike, and what people reach in them."""

import pytest

from grants.kit.settings import parse
from grants.portal import Portal
from grants.rules.workflow import ProposalStatus
from tests.functional.access.asking import KEY, addresses
from tests.functional.access.crawling import Crawl, signed_in
from tests.functional.access.two_worlds import Fate, Story, no_chance
from tests.support.clock import Clock

_STATUSES = (ProposalStatus.IN_STAGE, ProposalStatus.REJECTED, ProposalStatus.RESERVE)
LIST = "/manage/calls/IUC-2020/proposals"
STARTS = (
    "/", "/work", "/reviews", "/calls", "/awards", "/calendar", "/calendar.ics", "/account",
    "/awards/IUC-2020-001-P", "/awards/IUC-2020-001", LIST,
)  # fmt: skip
MANAGED = (
    "/manage/funds/IUC-ASIA", "/manage/funds/IUC-ASIA/ledger", "/manage/calls/IUC-2020",
    LIST, f"{LIST}.csv", f"{LIST}.xlsx",
    *(f"{LIST}?order={order}{down}" for down in ("", "&down=1")
      for order in ("title", "requested", "status")),
    *(f"{LIST}?status={status.value}" for status in _STATUSES),
    *(f"{LIST}?q={words}" for words in ("granada", "blockchain", "IUC-2020-001", "something")),
    f"{LIST}?page=2",
    "/manage/funds/IUC-ASIA/ledger?about=IUC-2020-001",
)  # fmt: skip


@pytest.fixture
def worlds(the_app, make_database, database_kind, template_url, settings, shared_engine, tmp_path):
    """Make worlds, each with a database and a clock of its own: `worlds(fate)`."""
    made = []

    def make(fate: Fate, told: type[Story] = Story, **more: object) -> Story:
        number = len(made)
        url = make_database(database_kind, template=template_url)
        storage = f"file://{tmp_path}/files-{number}"
        clock = Clock()
        portal = Portal(parse(settings | {"sqlalchemy.url": url, "storage.url": storage}), clock)
        vars(portal)["engine"] = shared_engine(database_kind, number).at(url)
        session = portal.sessions()
        made.append((portal, session))
        return told(portal, session, clock, fate, **more)

    yield make
    for portal, session in made:
        session.close()
        portal.engine.dispose()


@pytest.fixture
def crawled(the_app):
    """Crawl a world as those who must not know: `crawled(story, *who)`, by who and address."""

    def crawl(story: Story, *who_asks: str):
        the_app.registry["portal"], the_app.registry["clock"] = story.portal, story.clock
        story.session.commit()
        it = story.world
        people = {
            "applicant": it.lucia,
            "manager": it.helena,
            "reviewer": it.marc,
            "reviewer with a conflict": it.wei,
            "manager with a conflict": it.viktor,
            "auditor with a conflict": story.otto,
            "another applicant": it.jonas,
            "account": it.stranger,
            "nobody": None,
        }
        found = {}
        for who in who_asks:
            person = people[who]
            starts = STARTS + MANAGED if "manager" in who or "auditor" in who else STARTS
            with no_chance(f"{who} at {story.clock()}"):
                crawl = Crawl(signed_in(the_app, person)).go(*starts, *direct(the_app, story))
            found[who] = crawl.seen
        return found

    return crawl


def direct(app, story: Story):
    """Write every address of the proposal that is hidden, and of what it may have become."""
    reference = story.hidden.reference
    conflicted = getattr(story, "conflicted", None)
    keys = {"number": conflicted.id if conflicted else 1, "section": "project", "token": "x"}
    for address in addresses(app):
        if "GET" not in {way.method for way, _ in address.ways}:
            continue
        if address.factory in ("ProposalFactory", "AssignmentFactory"):
            here = keys | {"reference": reference}
        elif address.factory in ("ProjectFactory", "DeliverableFactory"):
            here = keys | {"reference": f"{reference}-P", "number": 1}
        else:
            continue
        yield KEY.sub(lambda found, here=here: str(here[found[1]]), address.pattern)
