"""Every form of the portal: it tells the second of two people, or stands in a list with why not.

What is posted is found in the application itself: a new form that stands in neither list fails.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from PIL import Image

from grants.accounts.models import Appointment
from grants.calls.models import Strand
from grants.directory.models import Pairing, PairingKind
from grants.evaluation.models import Assignment, Declaration
from grants.evaluation.queries.agreed_texts import AgreedScore, ConsensusDraft
from grants.evaluation.queries.assignment_inputs import PlanSettings
from grants.evaluation.service.panel_items import PanelConclusion
from grants.evaluation.service.panels import PanelFacts
from grants.kit.database.tables import Base
from grants.rules.workflow import CallStatus, DecisionKind, Interest, PanelVoteKind, Role
from tests.functional.access.asking import addresses
from tests.support import world
from tests.support.awarding import Awarding
from tests.support.evaluating import HALVES, draft
from tests.support.proposals import submitted_version
from tests.support.staging import Staging
from views.web.request import Request

CARRY = {"version", "seen", "countersign", "revision"}
"""The fields in which forms carry the version of what their page showed."""

NEEDS_NONE = {
    # Opens something new, and changes nothing that is there.
    ("call.start", ""): "begins a proposal; sent twice, its key begins one",
    ("manage.call.invite", ""): "sends an invitation",
    ("manage.calls.new", ""): "writes a new call; a code is taken once",
    ("manage.invite", ""): "sends an invitation",
    ("manage.pairings.new", ""): "enters a new pairing",
    ("organisation.invite", ""): "sends an invitation",
    ("organisations.new", ""): "registers a new organisation; a name is taken once",
    ("proposal.invite", ""): "sends an invitation",
    ("portal.jobs", ""): "tries jobs again; what runs is not listed any more",
    ("portal.funds.new", ""): "makes a fund; a code is taken once",
    ("portal.fund", ""): "appoints a manager; twice is once",
    ("portal.fund.confirm", ""): "stands for a manager; twice is once",
    ("manage.forms", ""): "keeps a version beside those that are there; the same one is kept once",
    ("manage.listed", ""): "puts one organisation on a list; twice is once",
    ("manage.listed.end", ""): "takes one organisation off a list; twice is once",
    ("manage.assign", ""): "asks more reviewers; asking twice is asking once",
    ("manage.matrix", ""): "makes a new plan; nobody is asked by it",
    ("manage.plans", "propose"): "makes a new plan; nobody is asked by it",
    ("manage.plans", "upload"): "makes a new plan; nobody is asked by it",
    ("proposal.consensus", "begin"): "begins a report; a second one is refused",
    ("manage.consensus", ""): "begins the reports that have not begun; twice is once",
    ("manage.checks", ""): "fills in what nobody answered; answers stay, twice is once",
    ("proposal.assign", ""): "asks more reviewers; asking twice is asking once",
    ("manage.panels", ""): "plans a meeting; a second one is refused",
    ("manage.panel", "member"): "records that one member comes or goes, whom it names",
    ("manage.panel.item", "begin"): "calls one proposal up, which it names; twice is once",
    ("reviews.offline", "upload"): "shows what a file would change, and keeps nothing",
    ("reviews.offline", "keep"): "carries the revision of each review: see test_offline",
    ("manage.ranking.what_if", ""): "asks what would be, and keeps nothing",
    ("manage.ranking", ""): "computes a new run from what is final; the last one is kept",
    # A single step of the workflow that shows nothing and replaces nothing.
    ("proposal.submit", ""): "submits what is saved; sent twice, there is one version",
    ("proposal.reopen", ""): "makes a draft of it again; what was submitted is kept",
    ("account.block", ""): "closes one account; its words come back if that is refused",
    ("account.unblock", ""): "opens one account again",
    ("manage.invitation.withdraw", ""): "ends one invitation, which is there once",
    ("manage.people.end", ""): "ends one role, which is there once",
    ("organisation.invitation.withdraw", ""): "ends one invitation, which is there once",
    ("organisation.member.remove", ""): "ends one membership, which is there once",
    ("organisation.officer", "name"): "names one member, whom it names; twice is once",
    ("organisation.officer", "end"): "ends it for one member, whom it names; twice is once",
    ("manage.organisation.officer", "name"): "names one member, whom it names; twice is once",
    ("manage.organisation.officer", "end"): "ends it for one member; twice is once",
    ("proposal.guest.remove", ""): "ends one place in a team, which is there once",
    ("proposal.invitation.withdraw", ""): "ends one invitation, which is there once",
    ("deliverable.reopen", ""): "opens it for its team again; what was submitted is kept",
    ("manage.emails", ""): "sends letters that did not leave; what left is not listed any more",
    ("proposal.restore", ""): "undoes a withdrawal, which it names",
    ("manage.confirm", ""): "stands for a manager; twice is once",
    ("manage.signature", "sign"): "carries what was read as the value of its button",
    ("manage.signature", "refuse"): "an act is never changed; one that is settled is refused",
    ("manage.signature", "revoke"): "an act is never changed; one that is settled is refused",
    # Only its owner ever sees it, or it holds a secret of its own.
    ("account", "save_password"): "asks for the password that stands",
    ("confirm", ""): "holds a link that works once",
    ("confirm.again", ""): "sends a letter",
    ("forgot", ""): "sends a letter",
    ("invitation", ""): "holds a link that works once",
    ("register", ""): "opens a new account",
    ("reset", ""): "holds a link that works once",
    ("resume", ""): "throws away what its owner had typed",
    ("session.extend", ""): "says that somebody is still there",
    ("sign_in", ""): "opens a session",
    ("sign_out", ""): "ends a session",
    ("sign_out.everywhere", ""): "ends sessions",
    ("dev.clock", ""): "puts the clock of a rehearsal forward; it never goes back",
}
"""The forms without a version, each with the reason."""


@dataclass
class Desk:
    """The call and everybody, with what a case needs."""

    evaluating: Any
    services: Any
    session: Any
    portal: Any
    sign_in: Callable[[Any], Any]
    known: dict[int, Any] = field(default_factory=dict)

    @property
    def world(self) -> Any:
        return self.evaluating.world

    @property
    def awarding(self) -> Awarding:
        return Awarding(self.evaluating)

    def browser(self, person: Any, window: int = 1) -> Any:
        if (person.id, window) not in self.known:
            self.known[person.id, window] = self.sign_in(person)
        return self.known[person.id, window]

    def reviewed(self) -> Any:
        """Take three proposals so far that the stage can be closed."""
        three = self.evaluating.three()
        stage = self.evaluating.open_stage(*three)
        scores = [dict.fromkeys(HALVES, halves) for halves in (9, 8, 7)]
        self.evaluating.review_all(stage, list(zip(three, scores, strict=True)))
        return stage

    def offered(self) -> Assignment:
        """Ask Wei for a review of Granada's proposal."""
        it = self.world
        one = self.evaluating.submit(it.granada, it.lucia, "Blockchain for smart cities")
        return self.evaluating.assign(self.evaluating.open_stage(one), one)[0]


@dataclass(frozen=True, kw_only=True)
class Stale:
    """A form that somebody reads, that somebody else overtakes, and that is sent then."""

    page: str
    form: str
    """Its id, or how its address ends."""
    who: Any
    mine: Mapping[str, Any] = field(default_factory=dict)
    button: str = ""
    theirs: Callable[[], object] | None = None
    other: Any = None
    typed: Mapping[str, Any] = field(default_factory=dict)
    """What the other one types into the same form."""
    saved: str = ""
    """The button that they press, if it is another one."""


Case = Callable[[Desk], Stale]
CASES: dict[tuple[str, str], Case] = {}


def case(route: str, button: str = "") -> Callable[[Case], Case]:
    def known(made: Case) -> Case:
        CASES[route, button] = made
        return made

    return known


# The fund's register and calls ------------------------------------------------


def drafted(desk: Desk) -> Any:
    call = desk.world.call
    desk.session.execute(
        sa.update(type(call)).values(status=CallStatus.DRAFT, published_at=None, number=0)
    )
    desk.session.commit()
    desk.session.expire_all()
    return call


def edited(desk: Desk, person: Any) -> Callable[[], object]:
    def edit() -> None:
        form = desk.browser(person).get("/manage/calls/IUC-2020/edit").forms["call"]
        form["title"] = "Their title"
        form.submit("save", status=303)

    return edit


@case("manage.call.edit")
def editing(desk: Desk) -> Stale:
    drafted(desk)
    return Stale(
        page="/manage/calls/IUC-2020/edit",
        form="call",
        who=desk.world.helena,
        mine={"summary": "My summary."},
        button="save",
        theirs=edited(desk, desk.world.viktor),
    )


@case("manage.call.publish")
def publishing(desk: Desk) -> Stale:
    drafted(desk)
    return Stale(
        page="/manage/calls/IUC-2020",
        form="/publish",
        who=desk.world.helena,
        theirs=edited(desk, desk.world.viktor),
    )


@case("manage.call.correct")
def correcting(desk: Desk) -> Stale:
    return Stale(
        page="/manage/calls/IUC-2020/correct",
        form="call",
        who=desk.world.helena,
        mine={"title": "My title", "reason": "My reason."},
        button="save",
        other=desk.world.viktor,
        typed={"title": "Their title", "reason": "Their reason."},
    )


@case("manage.organisation")
def organisation(desk: Desk) -> Stale:
    return Stale(
        page=f"/manage/funds/IUC-ASIA/organisations/{desk.world.granada.id}",
        form="organisation",
        who=desk.world.helena,
        mine={"name": "My Granada"},
        button="save",
        other=desk.world.viktor,
        typed={"population": "233000"},
    )


@case("manage.settings")
def setting_up(desk: Desk) -> Stale:
    return Stale(
        page="/manage/funds/IUC-ASIA/settings",
        form="fund",
        who=desk.world.helena,
        mine={"summary": "My words."},
        button="save",
        other=desk.world.viktor,
        typed={"summary": "Their words."},
    )


def renamed(desk: Desk) -> None:
    form = desk.browser(desk.world.viktor).get("/manage/funds/IUC-ASIA/settings").forms["fund"]
    form.fields["name"][0].value = "Their name"
    form.submit("save", status=303)


@case("manage.logo")
def showing_a_logo(desk: Desk) -> Stale:
    return Stale(
        page="/manage/funds/IUC-ASIA/settings",
        form="/logo",
        who=desk.world.helena,
        theirs=lambda: renamed(desk),
    )


@case("manage.logo.remove")
def removing_a_logo(desk: Desk) -> Stale:
    picture = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(picture, "PNG")
    picture.seek(0)
    desk.services.funds.put_logo(desk.world.fund, picture, by=desk.world.helena)
    desk.session.commit()
    return Stale(
        page="/manage/funds/IUC-ASIA/settings",
        form="/logo/remove",
        who=desk.world.helena,
        theirs=lambda: renamed(desk),
    )


@case("portal.programme")
def changing_a_programme(desk: Desk) -> Stale:
    ada, grace = (
        world.person(desk.session, name, f"{name.lower()}@example.org", desk.services.clock())
        for name in ("Ada", "Grace")
    )
    ada.administers_since = grace.administers_since = desk.services.clock()
    desk.session.execute(sa.delete(Strand))  # whose fields have the same names
    desk.session.commit()
    return Stale(
        page=f"/portal/programmes/{desk.world.programme.code}",
        form="programme",
        who=ada,
        mine={"summary": "My words."},
        button="save",
        other=grace,
        typed={"summary": "Their words."},
    )


def paired(desk: Desk) -> str:
    it = desk.world
    made = Pairing(
        programme_id=it.programme.id,
        name="Two cities",
        kind=PairingKind.PAIR,
        sdgs=[],
        cities=[it.granada, it.mannheim],
    )
    desk.session.add(made)
    desk.session.commit()
    return f"/manage/funds/IUC-ASIA/pairings/{made.id}"


@case("manage.pairing", "save")
def pairing(desk: Desk) -> Stale:
    return Stale(
        page=paired(desk),
        form="pairing",
        who=desk.world.helena,
        mine={"action_plan": "My plan."},
        button="save",
        other=desk.world.viktor,
        typed={"action_plan": "Their plan."},
    )


@case("manage.pairing", "remove")
def unpairing(desk: Desk) -> Stale:
    page = paired(desk)

    def corrected() -> None:
        form = desk.browser(desk.world.viktor).get(page).forms["pairing"]
        form["action_plan"] = "Their plan."
        form.submit("save", status=303)

    return Stale(page=page, form="remove=1", who=desk.world.helena, theirs=corrected)


@case("account", "save_details")
def details(desk: Desk) -> Stale:
    return Stale(
        page="/account",
        form="details",
        who=desk.world.lucia,
        mine={"name": "My Lucía"},
        button="save_details",
        other=desk.world.lucia,
        typed={"name": "Lucía in another window"},
    )


# The check and the evaluation ---------------------------------------------------


@case("proposal.check")
def checking(desk: Desk) -> Stale:
    proposal = desk.evaluating.three()[0]
    desk.evaluating.close_call()
    return Stale(
        page=f"/proposals/{proposal.reference}/check",
        form="check",
        who=desk.world.helena,
        mine={"met-letter": "yes", "evidence-letter": "My evidence."},
        button="save",
        other=desk.world.viktor,
        typed={"met-letter": "no", "reason-letter": "Their reason."},
    )


@case("proposal.check.complete")
def concluding(desk: Desk) -> Stale:
    proposal, checks = desk.evaluating.three()[0], desk.services.checks
    desk.evaluating.close_call()
    for item in checks.of(proposal):
        checks.answer(proposal, item.code, met=True, by=desk.world.helena)
    desk.session.commit()
    page = f"/proposals/{proposal.reference}/check"

    def answered() -> None:
        form = desk.browser(desk.world.viktor).get(page).forms["check"]
        form["met-letter"], form["reason-letter"] = "no", "Their reason."
        form.submit("save", status=303)

    return Stale(page=page, form="/check/complete", who=desk.world.helena, theirs=answered)


def asked(desk: Desk) -> Any:
    it, made = desk.world, answerable(desk)
    desk.services.clarifications.ask(
        made,
        question="How many people live in the city?",
        fields=["cities.population"],
        due_at=desk.evaluating.clock() + timedelta(days=7),
        by=it.helena,
    )
    desk.session.commit()
    return made


def answerable(desk: Desk) -> Any:
    it = desk.world
    made = submitted_version(desk.services, it.call, it.granada, it.lucia).proposal
    desk.session.commit()
    desk.evaluating.close_call()
    return made


@case("proposal.clarifications")
def asking_a_question(desk: Desk) -> Stale:
    page = f"/proposals/{answerable(desk).reference}/clarifications"

    def asked_too() -> None:
        form = desk.browser(desk.world.viktor).get(page).forms["clarification"]
        form["question"], form["due_on"] = "Their question?", "2020-04-10"
        form.fields["fields"][0].checked = True
        form.submit("ask", status=303)

    return Stale(
        page=page,
        form="clarification",
        who=desk.world.helena,
        mine={"question": "My question?", "due_on": "2020-04-11"},
        button="ask",
        theirs=asked_too,
    )


@case("proposal.clarifications.withdraw")
def withdrawing_a_question(desk: Desk) -> Stale:
    page = f"/proposals/{asked(desk).reference}/clarifications"

    def withdrawn() -> None:
        form = found(desk.browser(desk.world.viktor).get(page), "/clarifications/withdraw")
        form["reason"] = "Their reason."
        form.submit(status=303)

    return Stale(
        page=page,
        form="/clarifications/withdraw",
        who=desk.world.helena,
        mine={"reason": "My reason."},
        theirs=withdrawn,
    )


@case("proposal.clarification")
def answering_a_question(desk: Desk) -> Stale:
    page = f"/proposals/{asked(desk).reference}/clarification"

    def answered() -> None:
        form = desk.browser(desk.world.lucia, 2).get(page).forms["clarification"]
        form["answer"] = "Their answer."
        form.submit("send", status=303)

    return Stale(
        page=page,
        form="clarification",
        who=desk.world.lucia,
        mine={"answer": "My answer."},
        button="send",
        theirs=answered,
    )


@case("manage.stage", "open")
def opening(desk: Desk) -> Stale:
    three = desk.evaluating.three()
    desk.evaluating.close_call()
    for proposal in three:
        desk.evaluating.check(proposal)
    return Stale(
        page="/manage/calls/IUC-2020/stage",
        form="stage",
        who=desk.world.helena,
        mine={"due_on": "2020-06-30"},
        button="open",
        other=desk.world.viktor,
        typed={"due_on": "2020-05-30"},
    )


@case("manage.stage", "close")
def closing(desk: Desk) -> Stale:
    desk.reviewed()

    def reopened() -> None:
        desk.services.reviews.reopen(_review(desk), reason="More, please.", by=desk.world.viktor)
        desk.session.commit()

    return Stale(
        page="/manage/calls/IUC-2020/stage",
        form="close=yes",
        who=desk.world.helena,
        theirs=reopened,
    )


def _review(desk: Desk) -> Assignment:
    return desk.session.scalars(
        sa.select(Assignment).where(Assignment.status == "submitted").order_by(Assignment.id)
    ).first()


def waiting(desk: Desk) -> tuple[Assignment, Declaration]:
    assignment = desk.offered()
    desk.services.reviews.declare(
        assignment, Interest.POTENTIAL, explanation="We met.", by=assignment.reviewer
    )
    desk.session.commit()
    return assignment, desk.session.query(Declaration).one()


def planned(desk: Desk) -> str:
    """Have the portal plan who reviews Granada's proposal."""
    it = desk.world
    one = desk.evaluating.submit(it.granada, it.lucia, "Blockchain for smart cities")
    stage = desk.evaluating.open_stage(one)
    settings = PlanSettings(reviews=2, most=3)
    plan = desk.services.assignment_plans.propose(stage, settings, by=it.helena)
    desk.session.commit()
    return f"/manage/calls/IUC-2020/assign/plans/{plan.number}"


@case("manage.plan", "approve")
def approving_a_plan(desk: Desk) -> Stale:
    return Stale(
        page=planned(desk),
        form="settle",
        who=desk.world.helena,
        button="approve",
        other=desk.world.viktor,
        saved="discard",
    )


@case("manage.plan", "discard")
def discarding_a_plan(desk: Desk) -> Stale:
    return Stale(
        page=planned(desk),
        form="settle",
        who=desk.world.helena,
        button="discard",
        other=desk.world.viktor,
        saved="approve",
    )


@case("manage.reviewer")
def knowing_a_reviewer(desk: Desk) -> Stale:
    return Stale(
        page=f"/manage/funds/IUC-ASIA/reviewers/{desk.world.wei.id}",
        form="expertise",
        who=desk.world.helena,
        mine={"languages": "English"},
        button="save",
        other=desk.world.viktor,
        typed={"languages": "Spanish"},
    )


@case("reviews.expertise")
def saying_what_one_knows(desk: Desk) -> Stale:
    return Stale(
        page="/reviews/expertise/IUC-ASIA",
        form="expertise",
        who=desk.world.wei,
        mine={"languages": "English"},
        button="save",
        other=desk.world.wei,
        typed={"languages": "Spanish"},
    )


@case("manage.interests")
def ruling(desk: Desk) -> Stale:
    _assignment, declaration = waiting(desk)
    return Stale(
        page="/manage/calls/IUC-2020/interests",
        form=f"rule-{declaration.id}",
        who=desk.world.helena,
        mine={"ruling": "conflicted", "reason": "My reason."},
        button="rule",
        other=desk.world.viktor,
        typed={"ruling": "allowed", "reason": "Their reason."},
    )


@case("proposal.interest")
def interest(desk: Desk) -> Stale:
    proposal = desk.evaluating.three()[0]
    desk.evaluating.close_call()
    return Stale(
        page=f"/proposals/{proposal.reference}/interest",
        form="interest",
        who=desk.world.helena,
        mine={"interest": "none", "explanation": "My words."},
        button="declare",
        other=desk.world.helena,
        typed={"interest": "none", "explanation": "In another window."},
    )


@case("review.declare")
def declaring(desk: Desk) -> Stale:
    assignment = desk.offered()
    return Stale(
        page=f"/reviews/{assignment.id}/interests",
        form="interest",
        who=assignment.reviewer,
        mine={"interest": "potential", "explanation": "My words."},
        button="declare",
        other=assignment.reviewer,
        typed={"interest": "none", "explanation": "In another window."},
    )


@case("review.decline")
def declining(desk: Desk) -> Stale:
    assignment = desk.offered()

    def accepted() -> None:
        desk.services.reviews.declare(assignment, Interest.NONE, by=assignment.reviewer)
        desk.session.commit()

    return Stale(
        page=f"/reviews/{assignment.id}",
        form="decline",
        who=assignment.reviewer,
        mine={"reason": "My reason."},
        button="decline",
        theirs=accepted,
    )


def submitted_review(desk: Desk, form: str, button: str, theirs: str) -> Stale:
    desk.reviewed()
    review = _review(desk)
    page = f"/proposals/{review.proposal.reference}/reviewers"

    def other() -> None:
        there = desk.browser(desk.world.viktor).get(page).forms[f"{theirs}-{review.id}"]
        there["reason"] = "Their reason."
        there.submit(theirs, status=303)

    return Stale(
        page=page,
        form=f"{form}-{review.id}",
        who=desk.world.helena,
        mine={"reason": "My reason."},
        button=button,
        theirs=other,
    )


@case("proposal.review.reopen")
def reopening(desk: Desk) -> Stale:
    return submitted_review(desk, "reopen", "reopen", "reopen")


@case("proposal.review.exclude")
def voiding(desk: Desk) -> Stale:
    return submitted_review(desk, "exclude", "exclude", "reopen")


def written(desk: Desk) -> Assignment:
    assignment = desk.offered()
    reviews, by = desk.services.reviews, assignment.reviewer
    reviews.declare(assignment, Interest.NONE, by=by)
    reviews.save(assignment, draft(HALVES), revision=0, tab="one", by=by)
    desk.session.commit()
    return assignment


@case("review")
def reviewing(desk: Desk) -> Stale:
    assignment = written(desk)
    return Stale(
        page=f"/reviews/{assignment.id}",
        form="review",
        who=assignment.reviewer,
        mine={"overall_comment": "My comment."},
        button="save",
        other=assignment.reviewer,
        typed={"overall_comment": "In another window."},
    )


@case("review.submit")
def submitting(desk: Desk) -> Stale:
    assignment = written(desk)

    def saved() -> None:
        desk.services.reviews.save(
            assignment,
            draft(dict.fromkeys(HALVES, 2)),
            revision=assignment.review.revision,
            tab="two",
            by=assignment.reviewer,
        )
        desk.session.commit()

    return Stale(
        page=f"/reviews/{assignment.id}/submit",
        form="/submit",
        who=assignment.reviewer,
        theirs=saved,
    )


# Panels -----------------------------------------------------------------------------


def panel_planned(desk: Desk) -> Any:
    """Plan a meeting of Wei, Anna and Marc on Granada's proposal, which everybody reviewed."""
    it = desk.world
    it.call.rules = it.call.rules | {"panel": {"band_halves": 2}}
    one = desk.evaluating.submit(it.granada, it.lucia, "Blockchain for smart cities")
    stage = desk.evaluating.open_stage(one)
    desk.evaluating.review_all(stage, [(one, HALVES)])
    people = (it.wei.id, it.anna.id, it.marc.id)
    facts = PanelFacts(
        title="Panel",
        place="",
        starts_at=desk.evaluating.clock(),
        chair=it.wei.id,
        members=people,
        quorum=2,
    )
    meeting = desk.services.panels.plan(stage, facts, by=it.helena)
    desk.session.commit()
    return meeting


def panel_sitting(desk: Desk) -> Any:
    meeting = panel_planned(desk)
    desk.services.panels.open(meeting, by=desk.world.helena)
    for member in list(meeting.members):
        desk.services.panels.attend(meeting, member.person_id, present=True, by=desk.world.helena)
    desk.services.panel_items.begin(meeting.items[0], by=desk.world.helena)
    desk.session.commit()
    return meeting


def panel_concluded(desk: Desk, words: str = "To be funded.") -> Any:
    meeting = panel_sitting(desk)
    panel_concludes(desk, meeting, words)
    return meeting


def panel_concludes(desk: Desk, meeting: Any, words: str) -> None:
    desk.services.panel_items.conclude(
        meeting.items[0],
        PanelConclusion(
            votes={it.person_id: PanelVoteKind.FOR for it in meeting.members},
            conclusion=words,
            scores={},
        ),
        by=desk.world.viktor,
    )
    desk.session.commit()


@case("manage.panel", "open")
def opening_a_panel(desk: Desk) -> Stale:
    meeting = panel_planned(desk)

    def opened() -> None:
        desk.services.panels.open(meeting, by=desk.world.viktor)
        desk.session.commit()

    return Stale(
        page="/manage/calls/IUC-2020/panels/1",
        form="open=yes",
        who=desk.world.helena,
        theirs=opened,
    )


@case("manage.panel", "close")
def closing_a_panel(desk: Desk) -> Stale:
    meeting = panel_concluded(desk)

    def left() -> None:
        desk.services.panels.attend(
            meeting, desk.world.marc.id, present=False, by=desk.world.viktor
        )
        desk.session.commit()

    return Stale(
        page="/manage/calls/IUC-2020/panels/1",
        form="close=yes",
        who=desk.world.helena,
        theirs=left,
    )


@case("manage.panel", "cancel")
def cancelling_a_panel(desk: Desk) -> Stale:
    meeting = panel_planned(desk)

    def opened() -> None:
        desk.services.panels.open(meeting, by=desk.world.viktor)
        desk.session.commit()

    return Stale(
        page="/manage/calls/IUC-2020/panels/1",
        form="cancel",
        who=desk.world.helena,
        mine={"reason": "My reason."},
        button="cancel",
        theirs=opened,
    )


@case("manage.panel.item", "recuse")
def recusing(desk: Desk) -> Stale:
    meeting = panel_planned(desk)

    def recused() -> None:
        desk.services.panel_items.recuse(
            meeting.items[0], desk.world.marc.id, reason="Theirs.", by=desk.world.viktor
        )
        desk.session.commit()

    return Stale(
        page="/manage/calls/IUC-2020/panels/1/1",
        form="recuse",
        who=desk.world.helena,
        mine={"reason": "My reason."},
        button="recuse",
        theirs=recused,
    )


@case("manage.panel.item", "conclude")
def concluding_on_an_item(desk: Desk) -> Stale:
    meeting = panel_sitting(desk)

    def recused() -> None:
        desk.services.panel_items.recuse(
            meeting.items[0], desk.world.marc.id, reason="Theirs.", by=desk.world.viktor
        )
        desk.session.commit()

    return Stale(
        page="/manage/calls/IUC-2020/panels/1/1",
        form="conclude",
        who=desk.world.helena,
        mine={"conclusion": "My words."},
        button="conclude",
        theirs=recused,
    )


@case("manage.panel.item", "retract")
def withdrawing_a_conclusion(desk: Desk) -> Stale:
    meeting = panel_concluded(desk)

    def anew() -> None:
        items, item = desk.services.panel_items, meeting.items[0]
        items.retract(item, reason="Theirs.", by=desk.world.viktor)
        panel_concludes(desk, meeting, "On second thoughts.")

    return Stale(
        page="/manage/calls/IUC-2020/panels/1/1",
        form="retract",
        who=desk.world.helena,
        mine={"reason": "My reason."},
        button="retract",
        theirs=anew,
    )


@case("panel.item")
def declaring_to_a_panel(desk: Desk) -> Stale:
    meeting = panel_planned(desk)
    return Stale(
        page=f"/panels/{meeting.id}/proposals/IUC-2020-001",
        form="interest",
        who=desk.world.wei,
        mine={"interest": "none", "explanation": "My words."},
        button="declare",
        other=desk.world.wei,
        typed={"interest": "none", "explanation": "In another window."},
    )


# Consensus reports ------------------------------------------------------------------


def agreeing(desk: Desk) -> Any:
    """Have Wei write the consensus report on Granada's proposal, which everybody reviewed."""
    it = desk.world
    it.call.rules = it.call.rules | {"consensus": "ALL"}
    one = desk.evaluating.submit(it.granada, it.lucia, "Blockchain for smart cities")
    stage = desk.evaluating.open_stage(one)
    desk.evaluating.review_all(stage, [(one, HALVES)])
    report = desk.services.consensus.begin(stage, one, it.wei, by=it.helena)
    desk.session.commit()
    return report


def agreed(desk: Desk, report: Any, words: str = "Agreed.") -> None:
    """Have the rapporteur write on, in another window."""
    scores = {code: AgreedScore(halves=8, comment=words) for code in HALVES}
    desk.services.consensus.save(
        report,
        ConsensusDraft(scores=scores),
        revision=report.revision,
        tab=words,
        by=desk.world.wei,
    )
    desk.session.commit()


def circulated(desk: Desk) -> Any:
    report = agreeing(desk)
    agreed(desk, report)
    desk.services.consensus.circulate(report, by=desk.world.wei)
    desk.session.commit()
    return report


def circulated_anew(desk: Desk, report: Any) -> None:
    desk.services.consensus.revise(report, by=desk.world.wei)
    agreed(desk, report, "Agreed on second thoughts.")
    desk.services.consensus.circulate(report, by=desk.world.wei)
    desk.session.commit()


def consensus_page(desk: Desk, person: Any) -> str:
    own = desk.session.query(Assignment).filter_by(reviewer_id=person.id).one()
    return f"/reviews/{own.id}/consensus"


@case("review.consensus", "save")
def agreeing_on_a_text(desk: Desk) -> Stale:
    report = agreeing(desk)
    return Stale(
        page=consensus_page(desk, desk.world.wei),
        form="consensus",
        who=desk.world.wei,
        mine={"overall_comment": "My comment."},
        button="save",
        theirs=lambda: agreed(desk, report),
    )


@case("review.consensus", "circulate")
def circulating(desk: Desk) -> Stale:
    return replace(agreeing_on_a_text(desk), button="circulate")


@case("review.consensus", "approve")
def approving(desk: Desk) -> Stale:
    report = circulated(desk)
    return Stale(
        page=consensus_page(desk, desk.world.anna),
        form="approve=yes",
        who=desk.world.anna,
        theirs=lambda: circulated_anew(desk, report),
    )


@case("review.consensus", "dissent")
def dissenting(desk: Desk) -> Stale:
    report = circulated(desk)
    return Stale(
        page=consensus_page(desk, desk.world.anna),
        form="minority",
        who=desk.world.anna,
        mine={"minority_view": "My view."},
        button="dissent",
        theirs=lambda: circulated_anew(desk, report),
    )


@case("review.consensus", "revise")
def revising(desk: Desk) -> Stale:
    report = circulated(desk)

    def answered() -> None:
        desk.services.consensus.answer(report, by=desk.world.anna)
        desk.session.commit()

    return Stale(
        page=consensus_page(desk, desk.world.wei),
        form="revise=yes",
        who=desk.world.wei,
        theirs=answered,
    )


@case("proposal.consensus", "finalise")
def finalising(desk: Desk) -> Stale:
    report = circulated(desk)

    def answered() -> None:
        desk.services.consensus.answer(report, minority_view="No.", by=desk.world.anna)
        desk.session.commit()

    return Stale(
        page=f"/proposals/{report.proposal.reference}/consensus",
        form="finalise",
        who=desk.world.helena,
        mine={"reason": "My reason."},
        button="finalise",
        theirs=answered,
    )


@case("proposal.consensus", "withdraw")
def withdrawing_a_report(desk: Desk) -> Stale:
    report = circulated(desk)
    return Stale(
        page=f"/proposals/{report.proposal.reference}/consensus",
        form="withdraw",
        who=desk.world.helena,
        mine={"reason": "My reason."},
        button="withdraw",
        theirs=lambda: circulated_anew(desk, report),
    )


# Redress ----------------------------------------------------------------------------


def told_no(desk: Desk) -> Any:
    """Have Łódź be told that it is not awarded, under a call that offers redress."""
    desk.world.call.rules = desk.world.call.rules | {"redress_days": 14}
    _granada, _mannheim, lodz = desk.awarding.decide()
    desk.services.decisions.send_letters(desk.world.call, by=desk.world.helena)
    desk.session.commit()
    return lodz


def redress_of(desk: Desk, proposal: Any, grounds: str) -> Any:
    decision = desk.services.decisions.notified(proposal)
    made = desk.services.redress.ask(proposal, decision, grounds=grounds, by=desk.world.zofia)
    desk.session.commit()
    return made


@case("proposal.redress")
def asking_for_redress(desk: Desk) -> Stale:
    lodz = told_no(desk)
    return Stale(
        page=f"/proposals/{lodz.reference}/redress",
        form="redress",
        who=desk.world.zofia,
        mine={"grounds": "My grounds."},
        button="ask",
        theirs=lambda: redress_of(desk, lodz, "Their grounds."),
    )


@case("manage.redress.request")
def settling_redress(desk: Desk) -> Stale:
    asked = redress_of(desk, told_no(desk), "A tie.")
    one, other = (
        world.person(desk.session, name, f"{name.lower()}@fund.example", desk.services.clock())
        for name in ("Olena", "Pavlo")
    )
    for person in (one, other):
        desk.session.add(
            Appointment(
                person=person,
                role=Role.MANAGER,
                fund=desk.world.fund,
                since=desk.services.clock(),
            )
        )
    desk.session.commit()
    return Stale(
        page=f"/manage/calls/IUC-2020/redress/{asked.id}",
        form="settle",
        who=one,
        mine={"outcome": "founded", "reasons": "My reasons."},
        button="settle",
        other=other,
        typed={"outcome": "unfounded", "reasons": "Their reasons."},
    )


# The ranking and what follows -----------------------------------------------------


def level(desk: Desk) -> str:
    """Have three proposals come out level, of which the money reaches two."""
    three = desk.evaluating.three()
    stage = desk.evaluating.open_stage(*three)
    same = dict.fromkeys(HALVES, 8)
    desk.evaluating.review_all(stage, [(proposal, same) for proposal in three])
    desk.evaluating.close_stage(stage)
    desk.services.rankings.compute(desk.world.call, by=desk.world.helena)
    desk.session.commit()
    return "/manage/calls/IUC-2020/ranking"


@case("manage.ranking.draw")
def drawing(desk: Desk) -> Stale:
    page = level(desk)
    order = {f"IUC-2020-00{number}": str(number) for number in (1, 2, 3)}
    turned = {f"IUC-2020-00{number}": str(4 - number) for number in (1, 2, 3)}
    return Stale(
        page=page,
        form="draw-1",
        who=desk.world.helena,
        mine={**order, "reason": "My draw."},
        button="draw",
        other=desk.world.viktor,
        typed={**turned, "reason": "Their draw."},
    )


@case("manage.ranking.adopt")
def adopting(desk: Desk) -> Stale:
    stage = desk.reviewed()
    desk.evaluating.close_stage(stage)
    rankings, call = desk.services.rankings, desk.world.call
    rankings.compute(call, by=desk.world.helena)
    desk.session.commit()

    def computed() -> None:
        one = desk.session.query(Assignment).first().proposal
        desk.services.proposals.withdraw(one, by=desk.world.lucia)
        rankings.compute(call, by=desk.world.viktor)
        desk.session.commit()

    return Stale(
        page="/manage/calls/IUC-2020/ranking",
        form="/adopt",
        who=desk.world.helena,
        theirs=computed,
    )


@case("proposal.decide", "decide")
def deciding(desk: Desk) -> Stale:
    proposal = desk.evaluating.rank_three()[0]
    return Stale(
        page=f"/proposals/{proposal.reference}/decision",
        form="decision",
        who=desk.world.helena,
        mine={"reasons": "My reasons."},
        button="decide",
        other=desk.world.viktor,
        typed={"reasons": "Their reasons."},
    )


@case("proposal.decide", "countersign")
def countersigning(desk: Desk) -> Stale:
    proposal = desk.evaluating.rank_three()[0]

    def decide(reasons: str) -> None:
        desk.services.decisions.decide(
            proposal,
            DecisionKind.REJECT_OTHER,
            reasons=reasons,
            justification="It cannot be done.",
            signatory=desk.world.viktor,
            by=desk.world.helena,
        )
        desk.session.commit()

    decide("First reasons.")

    def again() -> None:
        desk.evaluating.clock.move_to(desk.evaluating.clock() + timedelta(minutes=1))
        decide("Other reasons.")

    return Stale(
        page=f"/proposals/{proposal.reference}/decision",
        form="countersign=",
        who=desk.world.viktor,
        theirs=again,
    )


@case("manage.decisions")
def sending(desk: Desk) -> Stale:
    proposal = desk.awarding.decide()[0]

    def decided() -> None:
        page = f"/proposals/{proposal.reference}/decision"
        form = desk.browser(desk.world.viktor).get(page).forms["decision"]
        form["reasons"] = "Their reasons."
        form.submit("decide", status="*")

    return Stale(
        page="/manage/calls/IUC-2020/decisions",
        form="/decisions",
        who=desk.world.helena,
        theirs=decided,
    )


@case("manage.decisions.many")
def deciding_many(desk: Desk) -> Stale:
    proposal = desk.evaluating.rank_three()[0]

    def decided() -> None:
        form = desk.browser(desk.world.viktor).get(f"/proposals/{proposal.reference}/decision")
        theirs = form.forms["decision"]
        theirs["reasons"] = "Their reasons."
        theirs.submit("decide", status="*")

    return Stale(
        page="/manage/calls/IUC-2020/decisions/many",
        form="many",
        who=desk.world.helena,
        button="decide",
        theirs=decided,
    )


@case("manage.stage", "enter")
def entering(desk: Desk) -> Stale:
    staging, three = Staging(desk.evaluating), desk.evaluating.three()
    staging.plan()
    staging.judge(dict(zip(three, (9, 8, 7), strict=True)))

    def withdrawn() -> None:
        desk.services.proposals.withdraw(three[0], by=desk.world.lucia)
        desk.session.commit()

    return Stale(
        page="/manage/calls/IUC-2020/stage",
        form="enter=yes",
        who=desk.world.helena,
        theirs=withdrawn,
    )


# Teams and projects ---------------------------------------------------------------


@case("proposal.answer")
def answering(desk: Desk) -> Stale:
    granada, _mannheim, _lodz = desk.awarding.decide()
    world, services = desk.world, desk.services
    day = desk.evaluating.clock().date() + timedelta(days=30)
    services.decisions.send_letters(world.call, by=world.helena, answer_by=day)
    desk.session.commit()

    def accepted() -> None:
        decision = services.decisions.notified(granada)
        services.award_answers.answer(granada, decision, accepted=True, reason="", by=world.lucia)
        desk.session.commit()

    return Stale(
        page=f"/proposals/{granada.reference}/answer",
        form="answer",
        who=world.lucia,
        mine={"reason": "My reason."},
        button="answer",
        theirs=accepted,
    )


@case("proposal.withdraw")
def withdrawing(desk: Desk) -> Stale:
    proposal = desk.evaluating.three()[0]

    def taken_back() -> None:
        desk.services.proposals.take_back(proposal, by=desk.world.lucia)
        desk.session.commit()

    return Stale(
        page=f"/proposals/{proposal.reference}/withdraw",
        form="withdraw",
        who=desk.world.lucia,
        mine={"reason": "My reason."},
        button="withdraw",
        theirs=taken_back,
    )


@case("proposal.section")
def section(desk: Desk) -> Stale:
    proposal = desk.services.proposals.start(
        desk.world.call, desk.world.granada, by=desk.world.lucia, key="a-key-of-its-own"
    )
    desk.session.commit()
    return Stale(
        page=f"/proposals/{proposal.reference}/sections/project",
        form="section",
        who=desk.world.lucia,
        mine={"title": "My title"},
        button="save",
        other=desk.world.lucia,
        typed={"title": "Their title"},
    )


def agreement(desk: Desk, form: str, button: str, *, conditions: str = "", **mine: str) -> Stale:
    project = desk.awarding.granadas(running=False)
    project.agreement.conditions = conditions
    desk.session.commit()
    page = f"/projects/{project.reference}/agreement"

    def dated() -> None:
        there = desk.browser(desk.world.viktor).get(page).forms["dates"]
        there["ends_on"] = "2021-06-30"
        there.submit("save", status=303)

    return Stale(
        page=page, form=form, who=desk.world.helena, mine=mine, button=button, theirs=dated
    )


def running(desk: Desk, form: str, button: str, **mine: str) -> Stale:
    project = desk.awarding.granadas()

    def touched() -> None:
        agreed = project.agreement
        agreed.ends_on = agreed.ends_on.replace(day=1)
        desk.session.commit()

    page = f"/projects/{project.reference}/agreement"
    return Stale(
        page=page, form=form, who=desk.world.helena, mine=mine, button=button, theirs=touched
    )


@case("project.agreement")
def dating(desk: Desk) -> Stale:
    return agreement(desk, "dates", "save", ends_on="2021-05-31")


@case("project.sign")
def signing(desk: Desk) -> Stale:
    return agreement(desk, "sign", "sign", signed_on="2020-04-01")


@case("project.conditions")
def meeting_conditions(desk: Desk) -> Stale:
    return agreement(desk, "conditions", "meet", conditions="A new budget.", note="My note.")


@case("project.signature_date")
def correcting_the_signature(desk: Desk) -> Stale:
    mine = {"signed_on": "2020-04-01", "reason": "My reason."}
    return running(desk, "signing", "correct", **mine)


@case("project.terminate")
def terminating(desk: Desk) -> Stale:
    return running(desk, "terminate", "terminate", reason="My reason.", freed_cents="1,000.00")


@case("project.cancel")
def failing(desk: Desk) -> Stale:
    return agreement(desk, "fail", "fail", reason="My reason.")


def delivered(desk: Desk) -> Any:
    """Hand Granada's first deliverable over."""
    project = desk.awarding.granadas()
    it = project.deliverables[0]
    it.description, it.address = "It took place.", "https://granada.example/webinar"
    it.links = [{"title": "Recording", "url": "https://granada.example/recording"}]
    desk.session.flush()
    _deliverables(desk).deliver(it, by=desk.world.lucia)
    desk.session.commit()
    return it


def _deliverables(desk: Desk) -> Any:
    return desk.portal.services(desk.session).deliverables


def returned(desk: Desk, it: Any) -> Callable[[], object]:
    """Have it returned, and submitted again with other words."""

    def again() -> None:
        deliverables = _deliverables(desk)
        deliverables.give_back(it, reason="Their reason.", by=desk.world.viktor)
        it.description, it.revision = "It took place twice.", it.revision + 1
        deliverables.deliver(it, by=desk.world.lucia)
        desk.session.commit()

    return again


@case("deliverable.accept")
def accepting(desk: Desk) -> Stale:
    it = delivered(desk)
    return Stale(
        page=f"/projects/{it.project.reference}/deliverables/{it.number}",
        form="/accept",
        who=desk.world.helena,
        theirs=returned(desk, it),
    )


@case("deliverable.return")
def returning(desk: Desk) -> Stale:
    it = delivered(desk)
    return Stale(
        page=f"/projects/{it.project.reference}/deliverables/{it.number}",
        form="return",
        who=desk.world.helena,
        mine={"reason": "My reason."},
        button="return",
        theirs=returned(desk, it),
    )


@case("project.close")
def ending(desk: Desk) -> Stale:
    project = desk.awarding.granadas()
    for it in project.deliverables:
        it.delivered_at = it.accepted_at = desk.evaluating.clock()
        it.status = "delivered"
        it.status = "accepted"
    desk.session.commit()

    def touched() -> None:
        agreed = project.agreement
        agreed.ends_on = agreed.ends_on.replace(day=1)
        desk.session.commit()

    return Stale(
        page=f"/projects/{project.reference}",
        form="/close",
        who=desk.world.helena,
        theirs=touched,
    )


def logged(desk: Desk, button: str) -> Stale:
    it = desk.awarding.granadas().deliverables[0]
    return Stale(
        page=f"/projects/{it.project.reference}/deliverables/{it.number}",
        form="log",
        who=desk.world.lucia,
        mine={"description": "My words."},
        button=button,
        saved="save",
        other=desk.world.lucia,
        typed={"description": "In another window."},
    )


@case("deliverable")
def logging(desk: Desk) -> Stale:
    return logged(desk, "save")


@case("deliverable.submit")
def delivering(desk: Desk) -> Stale:
    """Submitted is what was saved with the same form."""
    return logged(desk, "deliver")


# The tests --------------------------------------------------------------------------


@pytest.fixture
def desk(evaluating, portal, session, services, sign_in):
    return Desk(evaluating, services, session, portal, sign_in)


def test_every_form_carries_a_version_or_says_why_not(app):
    posted = {
        (address.name, way.button)
        for address in addresses(app)
        for way, _needed in address.ways
        if way.method == "POST"
    }

    assert posted - set(NEEDS_NONE) == set(CASES), "a form without a version, or a list of old"
    assert not set(NEEDS_NONE) - posted


@pytest.mark.parametrize("named", sorted(CASES), ids=lambda named: ".".join(filter(None, named)))
def test_whoever_comes_second_is_told_and_overwrites_nothing(desk, app, named):
    stale = CASES[named](desk)
    desk.session.commit()
    read = desk.browser(stale.who).get(stale.page)
    require_versions(app, read)
    mine = found(read, stale.form)
    if stale.theirs:
        stale.theirs()
    else:
        theirs = found(desk.browser(stale.other, 2).get(stale.page), stale.form)
        fill(theirs, stale.typed)
        theirs.submit(stale.saved or stale.button, status=303)
    before = everything(desk)

    fill(mine, stale.mine)
    told = mine.submit(stale.button or None, status=409)

    assert everything(desk) == before
    assert told.html.select_one("[data-problem]")
    for words in stale.mine.values():
        assert words in typed(told), words


def found(page: Any, name: str) -> Any:
    """Find a form by its id, by a hidden field, or by the end of its address."""
    if name in page.forms:
        return page.forms[name]
    for form in page.forms.values():
        key, _equals, value = name.partition("=")
        if form.action.endswith(name) or (
            _equals and key in form.fields and form[key].value.startswith(value)
        ):
            return form
    raise LookupError(f"{name}: {[(it.id, it.action) for it in page.forms.values()]}")


def fill(form: Any, given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        form[name] = value


def typed(page: Any) -> str:
    """Gather what stands in the inputs of a page, and its text."""
    inputs = [str(it.get("value", "")) for it in page.html.find_all("input")]
    chosen = [str(it.get("value", "")) for it in page.html.select("option[selected]")]
    return " ".join([page.html.get_text(" "), *inputs, *chosen])


def everything(desk: Desk) -> dict[str, list[Any]]:
    """Read all that the database keeps, but for who is signed in."""
    desk.session.rollback()
    desk.session.expire_all()
    but = {"web_session", "job", "ledger_entry"}
    found = {
        name: sorted(map(repr, desk.session.execute(sa.select(table))))
        for name, table in Base.metadata.tables.items()
        if name not in but
    }
    desk.session.rollback()
    return found


def require_versions(app: Any, page: Any) -> None:
    """Fail if the page shows a form that carries no version and is none of those that need none."""
    for form in page.forms.values():
        if form.method.lower() != "post":
            continue
        path = urlsplit(form.action).path or page.request.path
        name = app.routes_mapper(Request.blank(path))["route"].name
        free = {route for route, _button in NEEDS_NONE}
        carried = CARRY & set(form.fields) or "revision=" in form.action
        assert carried or name in free, f"{name}: {form.action}"
