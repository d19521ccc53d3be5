"""How the two-stage call is judged: checks, reviews, consensus, a panel, a draw, decisions."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from grants.accounts.models import Person
from grants.calls.models import Call, Stage
from grants.demo.staged.cast import APART, SCORES
from grants.demo.story_clock import Hands
from grants.evaluation.models import Assignment
from grants.evaluation.queries.agreed_texts import AgreedScore, ConsensusDraft, draft_of
from grants.evaluation.queries.assignment_inputs import PlanSettings
from grants.evaluation.service.panel_items import MovedScore, PanelConclusion
from grants.evaluation.service.panels import PanelFacts
from grants.evaluation.service.reviews import Draft, Score
from grants.kit.language.formats import formats
from grants.proposals.models import Proposal
from grants.rules.workflow import (
    DecisionKind,
    Interest,
    PanelVoteKind,
    ProposalStatus,
    Ruling,
)
from grants.services import Services

INCOMPLETE, ASKED, TOO_SMALL = 37, 33, 38
"""Places of the proposals that are not admissible, were asked a question, and not eligible."""
CUT, DECLINED, MOVED, LEFT = 2, 4, 13, 5
"""Places of the award that was cut, the one declined, the score that the panel moved, and the
proposal for which a member left the room."""
MEMBERS = ("ruth", "kenji", "layla", "greta", "paulo")
_EXAMPLE = "An example of the demonstration."


class Evaluation:
    """Judges the proposals of the story, in the order of the cast."""

    def __init__(
        self,
        services: Services,
        clock: Hands,
        people: Mapping[str, Person],
        proposals: Sequence[Proposal],
        now: datetime,
    ) -> None:
        self.services, self.clock, self.people = services, clock, people
        self.proposals, self.now = proposals, now
        self.places = {it.id: place for place, it in enumerate(proposals)}

    def check_concept_notes(self, call: Call) -> None:
        """Check all but the one that was withdrawn; one is asked a question, two fail."""
        helena, viktor = self.people["helena"], self.people["viktor"]
        self._at(days=-178)
        asked = self.services.clarifications.ask(
            self.proposals[ASKED],
            question="Does the number of inhabitants include the surrounding municipalities?",
            fields=["cities.population"],
            due_at=self.clock() + timedelta(days=7),
            by=helena,
        )
        self._at(days=-175)
        self.services.clarifications.answer(
            asked,
            answers={"cities": {"population": 690_000}},
            text="Yes: with them it is 690,000.",
            by=self.people[f"officer-{ASKED}"],
        )
        self._at(days=-173)
        self.services.computed_checks.fill_in(call, formats("en"), by=helena)
        formal = call.checklist[0]["code"]
        for place, proposal in enumerate(self.proposals[:-1]):
            self.clock.moment += timedelta(minutes=9)
            complete, by = place != INCOMPLETE, viktor if place % 3 else helena
            self.services.checks.answer(
                proposal,
                formal,
                met=complete,
                evidence="Read from beginning to end." if complete else "",
                reason="" if complete else "The summary is a placeholder.",
                by=by,
            )
            self.services.checks.conclude(proposal, by=by)
        self.services.db.flush()

    def judge_concept_notes(self, call: Call) -> None:
        """Have two reviewers judge each, by a plan of the portal; the best go on."""
        stage = self._open(call, days=-170, due=-145)
        for nth, assignment in enumerate(self._assign(stage, 2)):
            self.clock.moment += timedelta(minutes=31)
            place = self.places[assignment.proposal_id]
            halves = 10 - place // 5 if place < len(SCORES) else max(3, 7 - place // 8)
            self._review(assignment, {"promise": halves}, late=nth in (11, 40))
        self._at(days=-140)
        self.services.stages.close(stage, by=self.people["helena"])
        entries = self.services.stage_entries
        self._at(days=-138)
        seen = entries.preview(call).sha256
        entries.settle(call, seen=seen, by=self.people["viktor"])
        self.services.db.flush()

    def judge_full_proposals(self, call: Call) -> None:
        """Check, review, agree, hold the panel, rank with a draw, adopt."""
        helena, viktor = self.people["helena"], self.people["viktor"]
        self._at(days=-97)
        fits = call.checklist[-1]["code"]
        for proposal in self.proposals[: len(SCORES)]:
            self.services.checks.answer(
                proposal, fits, met=True, evidence="Hours and costs agree.", by=viktor
            )
            self.services.checks.conclude(proposal, by=viktor)
        declared = self.services.interests.declare(
            self.people["layla"],
            self.proposals[LEFT],
            Interest.POTENTIAL,
            "I advised the paired city until two years ago.",
        )
        stage = self._open(call, days=-95, due=-70)
        assigned = self._assign(stage, 2)
        seen: set[int] = set()
        for nth, assignment in enumerate(sorted(assigned, key=lambda it: it.id)):
            self.clock.moment += timedelta(minutes=47)
            place = self.places[assignment.proposal_id]
            given = dict(
                zip(("excellence", "impact", "implementation"), SCORES[place], strict=True)
            )
            if place in APART and place in seen:
                given["impact"] -= APART[place]
            seen.add(place)
            self._review(assignment, given, late=nth == 17)
        self._at(days=-66)
        self.services.interests.rule(
            declared, Ruling.CONFLICTED, reason="It is too recent.", by=helena
        )
        self._agree(stage)
        self._meet(stage)
        self._at(days=-50)
        self.services.stages.close(stage, by=helena)
        ranking = self.services.rankings.compute(call, by=helena)
        while ties := [it for it in ranking.result["open_ties"] if it["decides_money"]]:
            tied = ties[0]["references"]
            ranking = self.services.rankings.draw_by_seed(call, tied, by=helena)
        self._at(days=-49)
        self.services.rankings.adopt(call, seen=ranking.sha256, by=viktor)
        self.services.db.flush()

    def decide(self, call: Call) -> None:
        """Decide as ranked but for one award, send letters, hear what applicants say."""
        helena, viktor = self.people["helena"], self.people["viktor"]
        decisions = self.services.decisions
        self._at(days=-45)
        cut = decisions.decide(
            self.proposals[CUT],
            DecisionKind.AWARD,
            reasons="It is on the main list. One of its costs is not eligible.",
            awarded_cents=4_500_000,
            justification="The purchase of a vehicle is not eligible under the call.",
            signatory=viktor,
            by=helena,
        )
        decisions.countersign(cut, by=viktor)
        chosen: dict[ProposalStatus, list[str]] = {}
        for it in self.services.batch_decisions.suggested(call):
            chosen.setdefault(it.proposal.status, []).append(it.proposal.reference)
        reasons = dict.fromkeys(
            chosen, "As ranked by the adopted ranking, or as the check concluded."
        )
        self.services.batch_decisions.decide(call, chosen, reasons, by=helena)
        self._at(days=-40)
        until = (self.now - timedelta(days=15)).date()
        decisions.send_letters(call, by=helena, answer_by=until)
        self.services.db.flush()
        self._hear(call)

    def _hear(self, call: Call) -> None:
        answers = self.services.award_answers
        for place, proposal in enumerate(self.proposals[: len(SCORES)]):
            decision = self.services.decisions.notified(proposal)
            if decision is None or decision.awarded_cents is None:
                continue
            self._at(days=-30 + place)
            accepted = place != DECLINED
            if place == 1:
                continue  # still to be answered
            answers.answer(
                proposal,
                decision,
                accepted=accepted,
                reason="" if accepted else "The city council did not vote its own share.",
                by=self.people[f"officer-{place}"],
            )
        for place in (0, CUT):
            self._at(days=-20 + place)
            project = self.services.projects.of(self.proposals[place])
            if project is None:
                raise LookupError(place)
            helena = self.people["helena"]
            self.services.projects.sign(project, on=self.clock().date(), by=helena)
        for place, grounds in (
            (17, "The second reviewer seems to have read an earlier version of our work plan."),
            (18, "Our answer on the paired city was not mentioned in the comments."),
        ):
            self._at(days=-18 + place / 10)
            decided = self.services.decisions.notified(self.proposals[place])
            if decided is None:
                raise LookupError(place)
            asked = self.services.redress.ask(
                self.proposals[place],
                decided,
                grounds=grounds,
                by=self.people[f"officer-{place}"],
            )
            if place == 17:
                self._at(days=-12)
                self.services.redress.settle(
                    asked,
                    founded=False,
                    reasons="Both reviews point at the version that was submitted.",
                    by=self.people["ines"],
                )
        self.services.db.flush()

    def _at(self, *, days: float) -> None:
        moment = (self.now + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
        self.clock.moment = max(moment, self.clock.moment)

    def _open(self, call: Call, *, days: int, due: int) -> Stage:
        self._at(days=days)
        due_at = (self.now + timedelta(days=due)).replace(minute=0, second=0, microsecond=0)
        return self.services.stages.open(call, by=self.people["helena"], due_at=due_at)

    def _assign(self, stage: Stage, reviews: int) -> Sequence[Assignment]:
        plans, helena = self.services.assignment_plans, self.people["helena"]
        plan = plans.propose(stage, PlanSettings(reviews=reviews, most=12), by=helena)
        self.clock.moment += timedelta(hours=3)
        made = plans.approve(plan, by=helena, aware=True)
        self.services.db.flush()
        return made

    def _review(
        self, assignment: Assignment, halves: Mapping[str, int], *, late: bool = False
    ) -> None:
        reviews, by, at = self.services.reviews, assignment.reviewer, self.clock.moment
        reviews.declare(assignment, Interest.NONE, by=by)
        draft = Draft(
            scores={
                code: Score(halves=given, comment=_comment(given)) for code, given in halves.items()
            },
            overall_comment=f"Read with interest. {_EXAMPLE}",
        )
        revision = assignment.review.revision
        reviews.save(assignment, draft, revision=revision, tab="", by=by)
        if late and assignment.stage.due_at:
            self.clock.moment = assignment.stage.due_at + timedelta(days=2)
        reviews.submit(assignment, by=by)
        self.clock.moment = at

    def _agree(self, stage: Stage) -> None:
        """Have reviewers agree where they lie apart; one keeps a minority view."""
        consensus = self.services.consensus
        for nth, report in enumerate(consensus.begin_all(stage, by=self.people["helena"])):
            self.clock.moment += timedelta(hours=5)
            written = {
                code: AgreedScore(
                    halves=it.halves, comment="What we agree after we spoke.", departure=""
                )
                for code, it in draft_of(report).scores.items()
            }
            by = report.rapporteur
            consensus.save(report, ConsensusDraft(scores=written), revision=0, tab="", by=by)
            consensus.circulate(report, by=by)
            for person in list(consensus.unanswered(report)):
                self.clock.moment += timedelta(hours=2)
                view = "I still think that few would gain." if nth else ""
                consensus.answer(report, minority_view=view, by=person)
        self.services.db.flush()

    def _meet(self, stage: Stage) -> None:
        """Hold the panel: somebody leaves the room, and one score moves."""
        panels, items, by = self.services.panels, self.services.panel_items, self.people["helena"]
        self._at(days=-58)
        members = tuple(sorted(self.people[it].id for it in MEMBERS))
        meeting = panels.plan(
            stage,
            PanelFacts(
                title="Panel on the full proposals",
                place="Video conference",
                starts_at=self.clock() + timedelta(days=3),
                chair=self.people["ruth"].id,
                members=members,
                quorum=3,
            ),
            by=by,
        )
        self._at(days=-55)
        panels.open(meeting, by=by)
        for person in members:
            self.clock.moment += timedelta(minutes=1)
            panels.attend(meeting, person, present=True, by=by)
        for item in list(meeting.items):
            self.clock.moment += timedelta(minutes=2)
            place = self.places[item.proposal_id]
            items.begin(item, by=by)
            self.clock.moment += timedelta(minutes=12)
            moved = (
                {
                    "implementation": MovedScore(
                        halves=8, reason="The plan was explained by its annex."
                    )
                }
                if place == MOVED
                else {}
            )
            out = {it.person_id for it in item.recusals}
            votes = {
                person: PanelVoteKind.ABSTAIN if nth == place % 7 else PanelVoteKind.FOR
                for nth, person in enumerate(members)
                if person not in out
            }
            items.conclude(
                item,
                PanelConclusion(
                    votes=votes,
                    conclusion=f"The panel follows the reviews. {_EXAMPLE}",
                    scores=moved,
                ),
                by=by,
            )
        panels.close(meeting, by=by)
        self.services.db.flush()


def _comment(halves: int) -> str:
    words = (
        "Convincing: clear aims, and people who can reach them."
        if halves >= 8
        else "Sound, with gaps in how it is to be done."
        if halves >= 6
        else "It stays too general to be judged well."
    )
    return f"{words} {_EXAMPLE}"
