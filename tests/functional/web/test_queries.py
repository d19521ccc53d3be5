"""No page asks the database more because there is more to show, and few ask more than ten times.

Every address of the portal is in one of the two tables below.
"""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from grants.accounts.models import Person
from grants.calls.models import Call
from grants.evaluation.queries.assignment_inputs import PlanSettings
from tests.load.bench import SeededPortal
from tests.load.seeding import Size
from tests.support.seeded import seeded_portal
from views.web.routes import ROUTES

pytestmark = pytest.mark.slow

MOST = 10
"""Queries that a page may cost, session and identity included."""

ALLOWED = {
    # Every kind of thing that may wait for a manager is counted from its own tables, for all of
    # their calls at once.
    "work, manager": 25,
    # The decision with the letter as it would be: the reserve list with what is free, who may
    # sign beside whom, and the final reviews with their marks.
    "proposal.decide": 14,
    # Acts and decisions that wait for a second signature, from two tables; the call's stages; and,
    # where only a reserve list is left, whether anything of it is untold.
    "manage.call": 14,
    "manage.proposals": 11,
}
"""Pages that may ask more, each for its own reason; with what is in them they do not grow."""

FEW, MANY = 10, 300

LEFT_OUT = {
    # what answers to POST alone
    *("sign_out", "sign_out.everywhere", "session.extend", "resume", "proposal.upload"),
    *(
        "proposal.reopen",
        "proposal.restore",
        "proposal.check.complete",
        "proposal.clarifications.withdraw",
        "proposal.clarification",  # nothing is asked in the seed
        "proposal.review.reopen",
        "proposal.review.exclude",
        "proposal.invite",
    ),
    *("review.decline", "organisation.member.remove", "organisation.invitation.withdraw"),
    *("organisation.officer", "manage.organisation.officer"),
    *("proposal.guest.remove", "proposal.invitation.withdraw", "manage.people.end"),
    *("manage.invitation.withdraw", "account.block", "account.unblock"),
    "accounts",  # nobody in the seed administers the portal
    *(
        "portal.funds",
        "portal.funds.new",
        "portal.fund",
        "portal.fund.confirm",
        "portal.programme",
        "portal.jobs",
    ),
    *("fund.logo", "manage.logo", "manage.logo.remove", "manage.listed", "manage.listed.end"),
    *("manage.call.publish", "manage.ranking.adopt", "manage.ranking.draw", "manage.confirm"),
    *("project.conditions", "project.signature_date", "project.terminate"),
    *("project.sign", "project.close", "project.cancel", "organisation.invite"),
    *(
        "deliverable.upload",
        "deliverable.submit",
        "deliverable.reopen",
        "deliverable.accept",
        "deliverable.return",
    ),
    # what shows one thing that a token names, or nothing of the database
    *(
        "confirm",
        "confirm.again",
        "reset",
        "invitation",
        "event.ics",
        "dev.mail",
        "dev.letter",
        "dev.clock",
    ),
    *("accessibility", "privacy", "fund.css", "healthz", "language", "register", "forgot"),
    # no call of the seed offers redress: see test_redress
    *("proposal.redress", "manage.redress.request"),
    # in no call of the seed a panel meets: see test_panel_pages
    *("manage.panels", "manage.panel", "manage.panel.item", "manage.panel.minutes"),
    *("panel", "panel.item", "panel.minutes"),
    "review.consensus",  # no call of the seed asks for one: see test_consensus
    # a single row, read with its proposal
    "proposal.answer",
    *("sign_in", "proposal.file", "review.file", "deliverable.file"),
    # made once and kept, or made by one long job: measured by `make bench`
    *(
        "proposal.receipt.pdf",
        "proposal.letter.pdf",
        "project.agreement.pdf",
        "manage.report.pdf",
    ),
}

# fmt: off
PAGES: dict[str, tuple[str | None, str]] = {
    "home":                 (None,     "/"),
    "calls":                (None,     "/calls"),
    "call":                 (None,     "/calls/IUC-2020"),
    "call.start":           ("lucia",  "/calls/IUC-2020/start"),
    "awards":               (None,     "/awards"),
    "award":                (None,     "/awards/{project}"),
    "calendar":             (None,     "/calendar"),
    "calendar.ics":         (None,     "/calendar.ics"),
    "account":              ("lucia",  "/account"),
    "work":                 ("lucia",  "/work"),
    "work, reviewer":       ("wei",    "/work"),
    "work, manager":        ("helena", "/work"),
    "organisations.new":    ("lucia",  "/organisations/new"),
    "organisation":         ("lucia",  "/organisations/{organisation}"),
    "proposal":             ("lucia",  "/proposals/{draft}"),
    "proposal, submitted":  ("lucia",  "/proposals/{ended}"),
    "proposal, manager":    ("helena", "/proposals/{ended}"),
    "proposal, auditor":    ("olga",   "/proposals/{ended}"),
    "proposal.section":     ("lucia",  "/proposals/{draft}/sections/deliverables"),
    "proposal.preview":     ("lucia",  "/proposals/{draft}/preview"),
    "proposal.pdf":         ("helena", "/proposals/{ended}/proposal.pdf"),
    "proposal.submit":      ("lucia",  "/proposals/{draft}/submit"),
    "proposal.withdraw":    ("lucia",  "/proposals/{draft}/withdraw"),
    "proposal.receipt":     ("lucia",  "/proposals/{ended}/receipt"),
    "proposal.check":       ("helena", "/proposals/{unchecked}/check"),
    "proposal.clarifications": ("helena", "/proposals/{unchecked}/clarifications"),
    "proposal.assign":      ("helena", "/proposals/{checked}/reviewers"),
    "proposal.consensus":   ("helena", "/proposals/{checked}/consensus"),
    "proposal.interest":    ("helena", "/proposals/{checked}/interest"),
    "proposal.decide":      ("helena", "/proposals/{reserve}/decision"),
    "reviews":              ("wei",    "/reviews"),
    "review":               ("wei",    "/reviews/{review}"),
    "reviews.expertise":    ("wei",    "/reviews/expertise/IUC-ASIA"),
    "reviews.offline":      ("wei",    "/reviews/calls/IUC-2019-B/offline"),
    "reviews.offline.pdf":  ("wei",    "/reviews/calls/IUC-2019-B/proposals.pdf"),
    "reviews.offline.xlsx": ("wei",    "/reviews/calls/IUC-2019-B/reviews.xlsx"),
    "review.declare":       ("wei",    "/reviews/{review}/interests"),
    "review.submit":        ("wei",    "/reviews/{review}/submit"),
    "review.pdf":           ("wei",    "/reviews/{review}/proposal.pdf"),
    "manage.fund":          ("helena", "/manage/funds/IUC-ASIA"),
    "manage.invite":        ("helena", "/manage/funds/IUC-ASIA/invite"),
    "manage.calls.new":     ("helena", "/manage/funds/IUC-ASIA/calls/new"),
    "fund":                 (None,     "/funds/IUC-ASIA"),
    "manage.reviewers":     ("helena", "/manage/funds/IUC-ASIA/reviewers"),
    "manage.reviewer":      ("helena", "/manage/funds/IUC-ASIA/reviewers/{reviewer}"),
    "manage.settings":      ("helena", "/manage/funds/IUC-ASIA/settings"),
    "manage.forms":         ("helena", "/manage/funds/IUC-ASIA/forms"),
    "manage.ledger":        ("helena", "/manage/funds/IUC-ASIA/ledger"),
    "manage.emails":          ("helena", "/manage/funds/IUC-ASIA/emails"),
    "manage.organisations": ("helena", "/manage/funds/IUC-ASIA/organisations"),
    "manage.organisation":  ("helena", "/manage/funds/IUC-ASIA/organisations/{organisation}"),
    "manage.pairings":      ("helena", "/manage/funds/IUC-ASIA/pairings"),
    "manage.pairings.new":  ("helena", "/manage/funds/IUC-ASIA/pairings/new"),
    "manage.pairing":       ("helena", "/manage/funds/IUC-ASIA/pairings/{pairing}"),
    "manage.call":          ("helena", "/manage/calls/IUC-2019"),
    "manage.call.edit":     ("helena", "/manage/calls/IUC-2021/edit"),
    "manage.call.correct":  ("helena", "/manage/calls/IUC-2020/correct"),
    "manage.signatures":    ("helena", "/manage/calls/IUC-2019/signatures"),
    "manage.signature":     ("helena", "/manage/calls/IUC-2019/signatures/{act}"),
    "manage.call.invite":   ("helena", "/manage/calls/IUC-2020/invite"),
    "manage.proposals":     ("helena", "/manage/calls/IUC-2019/proposals"),
    "manage.checks":        ("helena", "/manage/calls/IUC-2019/checks"),
    "manage.proposals.csv": ("helena", "/manage/calls/IUC-2019/proposals.csv"),
    "manage.proposals.xlsx": ("helena", "/manage/calls/IUC-2019/proposals.xlsx"),
    "manage.assign":        ("helena", "/manage/calls/IUC-2019-B/assign"),
    "manage.redress":       ("helena", "/manage/calls/IUC-2019/redress"),
    "manage.consensus":     ("helena", "/manage/calls/IUC-2019-B/consensus"),
    "manage.matrix":        ("helena", "/manage/calls/IUC-2019-B/assign/matrix"),
    "manage.matrix.csv":    ("helena", "/manage/calls/IUC-2019-B/assign/matrix.csv"),
    "manage.plans":         ("helena", "/manage/calls/IUC-2019-B/assign/plans"),
    "manage.plan":          ("helena", "/manage/calls/IUC-2019-B/assign/plans/1"),
    "manage.plan.csv":      ("helena", "/manage/calls/IUC-2019-B/assign/plans/1/assignments.csv"),
    "manage.stage":         ("helena", "/manage/calls/IUC-2019-B/stage"),
    "manage.interests":     ("helena", "/manage/calls/IUC-2019-B/interests"),
    "manage.ranking":       ("helena", "/manage/calls/IUC-2019/ranking"),
    "manage.people":        ("olga",   "/manage/funds/IUC-ASIA/people"),
    "manage.ranking.what_if": ("helena", "/manage/calls/IUC-2019/ranking/what-if"),
    "manage.ranking.recompute": ("olga",   "/manage/calls/IUC-2019/ranking/recompute"),
    "manage.decisions":       ("helena", "/manage/calls/IUC-2019/decisions"),
    "manage.decisions.many": ("helena", "/manage/calls/IUC-2019/decisions/many"),
    "manage.decisions, auditor": ("olga", "/manage/calls/IUC-2019/decisions"),
    "manage.chart":         ("helena", "/manage/calls/IUC-2019/charts/funnel.svg"),
    "project":              ("lucia",  "/projects/{project}"),
    "project, manager":     ("helena", "/projects/{project}"),
    "project.agreement":    ("helena", "/projects/{unsigned}/agreement"),
    "project.report.pdf":   ("helena", "/projects/{project}/deliverables.pdf"),
    "deliverable":          ("lucia",  "/projects/{project}/deliverables/1"),
}
# fmt: on


def size(rows: int) -> Size:
    """Give everything that is listed somewhere in proportion."""
    return Size(
        proposals=rows,
        organisations=1,
        reviewers=max(3, rows // 10),
        awards=rows // 3,
        in_review=rows // 5,
        unchecked=rows // 5,
        drafts=rows // 5,
        calls=rows // 10,
        events=rows,
        pairings=rows,
        deliverables=3 if rows == FEW else 20,
        members=rows // 5,
    )


@pytest.fixture(scope="module")
def portals(
    database_kind, make_database, template_of, tmp_path_factory, the_app
) -> Iterator[dict[int, SeededPortal]]:
    """Two portals that differ in how much is in them."""
    made = {}
    for rows in (FEW, MANY):
        files = tmp_path_factory.mktemp("files")
        url = make_database(database_kind, template=template_of(database_kind))
        made[rows] = seeded_portal(the_app, url, files, size(rows))
        with made[rows].portal.writing() as services:  # so that the reserve list is looked at
            for call in services.db.scalars(sa.select(Call)):
                call.envelope_cents += call.smallest_cents
            under_way = services.calls.get("IUC-2019-B")
            services.assignment_plans.propose(
                services.stages.of(under_way),
                PlanSettings(reviews=4, most=500),
                by=services.db.get(Person, made[rows].seeded.world.helena.id),
            )
    yield made
    for seeded in made.values():
        seeded.portal.engine.dispose()


@pytest.fixture(scope="module")
def browsers(portals) -> dict:
    """Whoever is signed in already, in these portals."""
    return {(rows, None): seeded.browser(None) for rows, seeded in portals.items()}


def queries(seeded: SeededPortal, browser, page: str) -> int:
    """Count what a page asks once everything that a process keeps is there."""
    _who, address = PAGES[page]
    for _ in range(2):
        answer = browser.get(address.format(**seeded.seeded.names), status="*")
    assert answer.status_int == 200, f"{page}: {answer.status}"
    return seeded.metered.costs[-1].queries


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_no_more_when_there_is_more(portals, browsers, page):
    asked = {}
    for rows, seeded in portals.items():
        key = rows, PAGES[page][0]
        if key not in browsers:
            browsers[key] = seeded.browser(key[1])
        asked[rows] = queries(seeded, browsers[key], page)

    assert asked[MANY] == asked[FEW]
    assert asked[MANY] <= ALLOWED.get(page, MOST)


def test_every_address_is_in_one_of_the_tables():
    asked = {page.partition(",")[0] for page in PAGES}

    assert asked | LEFT_OUT == {name for name, *_ in ROUTES}
    assert not asked & LEFT_OUT
