"""A past call, played through from the first draft to the last deliverable."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from grants.accounts.models import Person
from grants.calls.models import Call
from grants.demo import texts
from grants.demo.story_clock import Hands
from grants.directory.models import Organisation
from grants.evaluation.service.reviews import Draft, Score
from grants.projects.service.deliverables import Group, Link, Log
from grants.proposals.models import Proposal
from grants.rules.workflow import DecisionKind, Interest, ProposalStatus
from grants.services import Services

REVIEWERS = ("wei", "anna", "marc")


class History:
    """Plays what people did, at the moments when they did it."""

    def __init__(
        self,
        services: Services,
        clock: Hands,
        people: Mapping[str, Person],
        cities: Mapping[str, Organisation],
    ) -> None:
        self.services, self.clock = services, clock
        self.people, self.cities = people, cities

    def play(self, call: Call, past: texts.PastCall) -> None:
        """Have proposals submitted, checked, scored, ranked, decided; projects delivered."""
        for story in past.proposals:
            self._submit(call, story)
        self._at(call.closes_at + timedelta(days=3))
        proposals = [self._proposal(it) for it in past.proposals]
        for proposal in proposals:
            self._check(proposal)
        self._evaluate(call, past, proposals)
        self._decide(call, past)
        for story in past.proposals:
            if story.delivered:
                self._deliver(story)

    def _at(self, moment: datetime) -> None:
        self.clock.moment = moment

    def _proposal(self, story: texts.Story) -> Proposal:
        found = self.services.proposals.get(self._references[story.title])
        assert found is not None  # noqa: S101  -- it was submitted a moment ago
        return found

    def _submit(self, call: Call, story: texts.Story) -> None:
        person, proposals = self.people[story.officer], self.services.proposals
        self._at(call.opens_at + timedelta(days=10))
        draft = proposals.start(call, self.cities[story.city], by=person, key=secrets.token_hex(8))
        self._references = getattr(self, "_references", {}) | {story.title: draft.reference}
        for code, answers in texts.answers(story).items():
            self.clock.moment += timedelta(hours=5)
            proposals.save(draft, code, answers, by=person, revision=0, tab="")
        for field, name in (
            ("mayor_letter", "Letter of commitment.pdf"),
            ("paired_confirmation", "Confirmation of the paired city.pdf"),
        ):
            content = BytesIO(_letter(f"{name[:-4]}: {story.title}"))
            self.services.files.attach(
                draft, f"annexes.{field}", name=name, content=content, by=person
            )
        self._at(call.closes_at - timedelta(days=1, minutes=story.requested_cents % 97))
        proposals.submit(draft, by=person)
        self.services.db.flush()

    def _check(self, proposal: Proposal) -> None:
        checks, helena = self.services.checks, self.people["helena"]
        for item in proposal.call.checklist:
            checks.answer(
                proposal,
                item["code"],
                met=True,
                evidence="Seen in the proposal and its annexes.",
                by=helena,
            )
        checks.conclude(proposal, by=helena)

    def _evaluate(self, call: Call, past: texts.PastCall, proposals: list[Proposal]) -> None:
        services, helena = self.services, self.people["helena"]
        self._at(call.closes_at + timedelta(days=7))
        stage = services.stages.open(
            call, by=helena, due_at=self.clock() + timedelta(days=30), name="Evaluation"
        )
        reviewers = [self.people[name] for name in REVIEWERS]
        made = services.assignments.assign(stage, proposals, reviewers, by=helena)
        services.db.flush()
        scores = {self._references[it.title]: it.scores for it in past.proposals}
        for number, assignment in enumerate(made):
            self._at(stage.opened_at + timedelta(days=5, hours=number))
            reviewer = assignment.reviewer
            services.reviews.declare(assignment, Interest.NONE, by=reviewer)
            own = scores[assignment.proposal.reference][REVIEWERS.index(self._name(reviewer))]
            draft = Draft(
                scores={
                    code: Score(halves=halves, comment=texts.comment(code, halves))
                    for code, halves in own.items()
                },
                overall_comment=texts.overall(sum(own.values())),
                private_comment="",
            )
            services.reviews.save(
                assignment, draft, revision=assignment.revision, tab="", by=reviewer
            )
            services.reviews.submit(assignment, by=reviewer)
        self._at(stage.opened_at + timedelta(days=31))
        services.stages.close(stage, by=helena)
        ranking = services.rankings.compute(call, by=helena)
        services.rankings.adopt(call, seen=ranking.sha256, by=self.people["viktor"])

    def _name(self, person: Person) -> str:
        return next(name for name, it in self.people.items() if it is person)

    def _decide(self, call: Call, past: texts.PastCall) -> None:
        services, helena = self.services, self.people["helena"]
        self.clock.moment += timedelta(days=5)
        for story in past.proposals:
            proposal = self._proposal(story)
            if proposal.status is ProposalStatus.MAIN:
                services.decisions.decide(
                    proposal,
                    DecisionKind.AWARD,
                    reasons="The proposal is on the main list of the adopted ranking.",
                    awarded_cents=proposal.requested_cents,
                    by=helena,
                )
            else:
                services.decisions.decide(
                    proposal,
                    DecisionKind.REJECT_THRESHOLD,
                    reasons="The proposal did not reach the thresholds of the call.",
                    by=helena,
                )
        services.decisions.send_letters(call, by=helena)
        services.db.flush()

    def _deliver(self, story: texts.Story) -> None:
        services, helena = self.services, self.people["helena"]
        officer = self.people[story.officer]
        project = services.projects.of(self._proposal(story))
        assert project is not None  # noqa: S101  -- an award makes one
        self.clock.moment += timedelta(days=14)
        services.projects.sign(project, on=self.clock().date(), by=helena)
        for done in story.delivered:
            deliverable = project.deliverables[done.number - 1]
            listed = f"List of participants: {deliverable.planned.title}"
            noon = datetime.combine(done.held_on, datetime.min.time(), self.clock().tzinfo)
            self._at(noon + timedelta(days=2, hours=12))
            log = Log(
                held_on=done.held_on,
                held_until=done.held_until,
                place=done.place,
                address=done.address,
                description=done.description,
                participants=[Group(*group) for group in done.participants],
                links=[Link(*link) for link in done.links],
            )
            services.deliverables.save(
                deliverable, log, revision=deliverable.revision, tab="", by=officer
            )
            services.deliverables.attach(
                deliverable,
                name="List of participants.pdf",
                content=BytesIO(_letter(listed)),
                by=officer,
            )
            services.deliverables.deliver(deliverable, by=officer)
            if done.accepted:
                self.clock.moment += timedelta(days=6)
                services.deliverables.accept(deliverable, by=helena)


def _letter(title: str) -> bytes:
    """Make a page that stands for a signed letter or a list; its text says it is an example."""
    out = BytesIO()
    page = Canvas(out, pagesize=A4, invariant=1)
    page.setTitle("Example")
    page.drawString(72, 760, title.encode("ascii", "replace").decode())
    page.drawString(72, 736, "An example of the demonstration.")
    page.save()
    return out.getvalue()
