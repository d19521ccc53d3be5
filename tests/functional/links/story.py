"""A call from its draft to its last project, walked forward in one database.

At each stop the world stands still, and everybody may look around.
"""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from io import BytesIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.accounts.models import Appointment, Person
from grants.calls.models import Call, Fund, Stage
from grants.directory.models import Organisation
from grants.evaluation.models import Assignment
from grants.portal import Portal
from grants.projects.models import Deliverable, Project
from grants.proposals.models import Proposal, TeamMember
from grants.rules.workflow import CallStatus, DecisionKind, Interest, Role, Ruling
from tests.support import world
from tests.support.awarding import webinar
from tests.support.clock import Clock
from tests.support.evaluating import HALVES, Evaluating, draft
from tests.support.proposals import complete
from tests.support.running import run_waiting
from tests.support.samples import PDF

NOBODY = "nobody"
GOOD, FAIR, POOR = (dict.fromkeys(HALVES, halves) for halves in (9, 8, 4))


class Walk:
    """Walks a call through all that can become of it."""

    def __init__(self, portal: Portal, session: Session, clock: Clock) -> None:
        self.portal, self.session, self.clock = portal, session, clock
        self.services = portal.services(session)
        self.letters: list[EmailMessage] = []
        """All that was sent until now."""
        self.world = it = world.make(session, clock)
        self.evaluating = Evaluating(session, self.services, clock, it)
        other = Fund(
            code="OTHER", name="Other fund", contact_email="o@example.org", programme=it.programme
        )
        session.add(other)
        session.flush()
        call, fund = {"call_id": it.call.id}, {"fund_id": it.fund.id}
        self.guest = world.person(session, "Gustavo Guest", "gustavo@example.org", clock())
        self.petra = self._appoint("petra", Role.REVIEWER, **call)
        self.edith = self._appoint("edith", Role.MANAGER, **fund)
        otto = self._appoint("otto", Role.AUDITOR, **fund)
        self.otto = otto
        farid = self._appoint("farid", Role.MANAGER, fund_id=other.id)
        people = {
            NOBODY: None,
            "account": it.stranger,
            "applicant": it.lucia,
            "guest": self.guest,
            "other city": it.jonas,
            "third city": it.zofia,
            "reviewer": it.wei,
            "reviewer who declines": it.anna,
            "reviewer with a conflict": it.marc,
            "reviewer never asked": self.petra,
            "manager": it.helena,
            "manager with a conflict": it.viktor,
            "second manager": self.edith,
            "auditor": it.olga,
            "auditor with a conflict": otto,
            "manager of another fund": farid,
        }
        session.commit()
        self.people = {who: person and person.id for who, person in people.items()}
        session.commit()

    def speak(self, *languages: str) -> dict[str, str]:
        """Give everybody a language, in turns; tell who has which, by their address."""
        people = self.session.scalars(sa.select(Person).order_by(Person.id)).all()
        for number, person in enumerate(people):
            person.language = languages[number % len(languages)]
        self.session.commit()
        return {it.email: it.language for it in people}

    def stops(self) -> Iterator[str]:
        """Walk on, and name each stop."""
        for chapter in (self._apply, self._evaluate, self._decide, self._run):
            for stop in chapter():
                self.session.commit()
                sent = run_waiting(self.portal)
                self.letters.extend(sent.messages)
                yield stop
                # Else what others did meanwhile would lie beyond what this session has read.
                self.session.rollback()

    def standing(self) -> dict[str, str]:
        """Tell how each proposal, review, project and deliverable stands."""
        rows = self.session.query
        found = {it.reference: f"a-{it.status}-proposal" for it in rows(Proposal)}
        found |= {it.reference: f"a-{it.status}-project" for it in rows(Project)}
        return found | {f"reviews/{it.id}": f"a-{it.status}-review" for it in rows(Assignment)}

    def _apply(self) -> Iterator[str]:
        it, services = self.world, self.services
        call = it.call
        # Past the workflow, which knows no way back: the world begins with an open call.
        draft = sa.update(Call).values(status=CallStatus.DRAFT, published_at=None)
        self.session.execute(draft)
        self.session.expire(call)
        yield "draft call"
        services.calls.open_to_public(call, by=it.helena)
        yield "published"
        self.granada = self._write(it.granada, it.lucia, "Blockchain for smart cities", 4)
        self.mannheim = self._write(it.mannheim, it.jonas, "Manufacturing roadshow", 5)
        self.session.add(TeamMember(proposal=self.granada, person=self.guest, since=self.clock()))
        yield "drafts"
        proposals = services.proposals
        self.lodz = self._write(it.lodz, it.zofia, "Zielone podwórka", 6)
        self.poor = self._write(it.lodz, it.zofia, "Not so good", 1)
        self.short = self._write(it.mannheim, it.jonas, "Not complete", 1)
        gone = self._write(it.granada, it.lucia, "Withdrawn later", 1)
        self._write(it.granada, it.lucia, "Never submitted", 1)
        for one in (self.granada, self.mannheim, self.lodz, self.poor, self.short, gone):
            proposals.submit(one, by=one.started_by)
        proposals.take_back(self.mannheim, by=it.jonas)
        proposals.withdraw(gone, by=it.lucia)
        yield "submitted"
        proposals.submit(self.mannheim, by=it.jonas)
        self.evaluating.close_call()
        yield "call closed"

    def _evaluate(self) -> Iterator[str]:
        it, services, evaluating = self.world, self.services, self.evaluating
        for person in (it.viktor, self.otto):
            services.interests.declare(
                person, self.granada, Interest.DISQUALIFYING, "It is my city."
            )
        evaluating.check(self.granada)
        evaluating.check(self.short, complete="Two annexes are missing.")
        yield "half checked"
        for one in (self.mannheim, self.lodz, self.poor):
            evaluating.check(one)
        yield "checked"
        due = self.clock() + timedelta(days=30)
        stage = services.stages.open(it.call, by=it.helena, due_at=due)
        yield "stage open"
        all_of_them = (self.granada, self.mannheim, self.lodz, self.poor)
        asked = evaluating.assign(stage, *all_of_them)
        yield "reviewers asked"
        self._answer(asked)
        yield "reviewers answered"
        self.clock.advance(days=40)
        yield "reviews overdue"
        self._finish(stage, asked)
        yield "reviewed"
        services.stages.close(stage, by=it.helena)
        yield "stage closed"
        services.rankings.compute(it.call, by=it.helena)
        yield "ranking computed, with a tie over the money"
        order = [self.mannheim.reference, self.lodz.reference]
        seen = services.rankings.draw(it.call, order, reason="By lot.", by=it.helena).sha256
        yield "lots drawn"
        services.rankings.adopt(it.call, seen=seen, by=it.helena)
        yield "ranking adopted"

    def _answer(self, asked: tuple[Assignment, ...]) -> None:
        it, reviews = self.world, self.services.reviews
        for one in asked:
            if one.reviewer is it.wei:
                reviews.declare(one, Interest.NONE, by=it.wei)
                reviews.save(one, draft(HALVES, "Wei"), revision=0, tab="one", by=it.wei)
                if one.proposal is self.mannheim:
                    reviews.submit(one, by=it.wei)
                    reviews.reopen(one, reason="Say more.", by=it.helena)
            elif one.reviewer is it.marc and one.proposal is self.granada:
                reviews.declare(one, Interest.POTENTIAL, explanation="A friend.", by=it.marc)
            elif one.reviewer is it.marc and one.proposal is self.lodz:
                reviews.declare(one, Interest.DISQUALIFYING, explanation="My town.", by=it.marc)
            elif one.reviewer is it.anna and one.proposal is self.poor:
                reviews.decline(one, reason="No time.", by=it.anna)

    def _finish(self, stage: Stage, asked: tuple[Assignment, ...]) -> None:
        it, services = self.world, self.services
        declared = services.interests.of(it.marc, self.granada)
        assert declared is not None
        services.interests.rule(declared, Ruling.CONFLICTED, reason="Too close.", by=it.helena)
        more = services.assignments.assign(
            stage, [self.granada, self.lodz, self.poor], [self.petra], by=it.helena
        )
        scores = {self.granada: GOOD, self.mannheim: FAIR, self.lodz: FAIR, self.poor: POOR}
        for one in (*asked, *more):
            self.session.refresh(one)
            if one.status.value in ("declined", "conflicted"):
                continue
            if one.status.value == "offered":
                services.reviews.declare(one, Interest.NONE, by=one.reviewer)
            services.reviews.save(
                one,
                draft(scores[one.proposal], one.reviewer.name),
                revision=one.review.revision,
                tab="one",
                by=one.reviewer,
            )
            services.reviews.submit(one, by=one.reviewer)

    def _decide(self) -> Iterator[str]:
        it, decisions = self.world, self.services.decisions
        self._award(self.granada)
        yield "half decided"
        self._award(self.mannheim)
        for one, kind in (
            (self.lodz, DecisionKind.RESERVE),
            (self.poor, DecisionKind.REJECT_THRESHOLD),
            (self.short, DecisionKind.REJECT_OTHER),
        ):
            decisions.decide(one, kind, reasons="As it was ranked.", by=it.helena)
        yield "decided"
        decisions.send_letters(it.call, by=it.helena)
        yield "letters sent"

    def _award(self, proposal: Proposal) -> None:
        self.services.decisions.decide(
            proposal,
            DecisionKind.AWARD,
            reasons="As it was ranked.",
            awarded_cents=proposal.requested_cents,
            by=self.world.helena,
        )

    def _run(self) -> Iterator[str]:
        it, services = self.world, self.services
        granada, mannheim = self._project(self.granada), self._project(self.mannheim)
        services.projects.sign(granada, on=self.clock().date(), by=it.helena)
        yield "project running, another in preparation"
        act = services.terminations.propose_failure(
            mannheim, reason="No partner any more.", by=self.edith
        )
        yield "giving an agreement up proposed"
        services.signing.sign(act, read=act.sha256, by=it.helena)
        yield "money free again"
        [owed] = granada.deliverables
        self._deliver(owed)
        yield "delivered"
        services.deliverables.give_back(owed, reason="The list is missing.", by=it.helena)
        yield "returned"
        self.clock.move_to(self.clock().replace(year=2021))
        yield "overdue"
        self._deliver(owed)
        services.deliverables.accept(owed, by=it.helena)
        yield "accepted"
        services.projects.close(granada, by=it.helena)
        yield "closed"

    def _deliver(self, owed: Deliverable) -> None:
        by, deliverables = self.world.lucia, self.services.deliverables
        deliverables.save(owed, webinar(), revision=owed.revision, tab="", by=by)
        deliverables.attach(owed, name="evidence.pdf", content=BytesIO(PDF), by=by)
        deliverables.deliver(owed, by=by)

    def _project(self, proposal: Proposal) -> Project:
        found = self.services.projects.of(proposal)
        assert found is not None
        return found

    def _write(self, of: Organisation, by: Person, title: str, millions: int) -> Proposal:
        proposals, files = self.services.proposals, self.services.files
        made = proposals.start(self.world.call, of, by=by, key=title)
        answers = complete(title)
        costs = answers["budget"]["costs"]
        costs["requested"] = millions * 1_000_000
        costs["rows"][0]["unit_cost"] = millions * 160_000
        for code, typed in answers.items():
            proposals.save(made, code, typed, by=by, revision=0, tab="")
        for name in ("mayor_letter", "paired_confirmation"):
            files.attach(made, f"annexes.{name}", name=f"{name}.pdf", content=BytesIO(PDF), by=by)
        return made

    def _appoint(self, name: str, role: Role, **where: int) -> Person:
        at = self.clock()
        made = world.person(self.session, name.title(), f"{name}@example.org", at)
        self.session.flush()
        self.session.add(Appointment(person=made, role=role, since=at, **where))
        return made
