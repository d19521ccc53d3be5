"""The evaluation of a call, step by step, for tests that begin somewhere in it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.calls.models import Stage
from grants.directory.models import Organisation
from grants.evaluation.models import Assignment, Ranking
from grants.evaluation.service.reviews import Draft, Score
from grants.proposals.models import Proposal, ProposalVersion
from grants.rules.workflow import Interest, ProposalStatus
from grants.services import Services
from tests.support.clock import Clock
from tests.support.moments import Moments, moment
from tests.support.world import World

HALVES = {"excellence": 8, "impact": 8, "implementation": 8}
"""Four points on each criterion."""


@dataclass
class Evaluating:
    """Takes proposals through the evaluation."""

    session: Session
    services: Services
    clock: Clock
    world: World
    moments: Moments | None = None

    @moment
    def submit(
        self,
        organisation: Organisation,
        by: Person,
        title: str,
        cents: int = 4_000_000,
        *,
        answers: Mapping[str, Any] | None = None,
        commit: bool = True,
    ) -> Proposal:
        """Make a proposal that was submitted while the call was open, with its frozen version."""
        at, call = self.clock(), self.world.call
        number = self.session.query(Proposal).filter_by(call=call).count() + 1
        proposal = Proposal(
            reference=f"{call.code}-{number:03}",
            call=call,
            organisation=organisation,
            form=self.world.form,
            started_by=by,
            started_at=at,
            start_key=str(number),
            status=ProposalStatus.SUBMITTED,
            title=title,
            topic=self.world.topics[0],
            requested_cents=cents,
            total_cents=cents * 5 // 4,
            saved_at=at,
            submitted_at=at,
        )
        content = {
            "answers": dict(answers or {}),
            "files": [],
            "lifted": {"title": title},
            "organisation": {"name": organisation.name, "country": organisation.country},
        }
        self.session.add(proposal)
        self.session.add(
            ProposalVersion(
                proposal=proposal,
                form=proposal.form,
                number=1,
                answers=dict(answers or {}),
                content=content,
                sha256=hashlib.sha256(json.dumps(content).encode()).hexdigest(),
                receipt=f"R-{proposal.reference}",
                submitted_at=at,
                submitted_by=by,
            )
        )
        self.session.commit() if commit else self.session.flush()
        return proposal

    @moment
    def three(self) -> tuple[Proposal, Proposal, Proposal]:
        """Have Granada, Mannheim and Łódź submit, in this order."""
        it = self.world
        return (
            self.submit(it.granada, it.lucia, "Blockchain for smart, circular and biotech cities"),
            self.submit(it.mannheim, it.jonas, "Advanced Manufacturing Roadshow", 5_000_000),
            self.submit(it.lodz, it.zofia, "Zielone podwórka", 6_000_000),
        )

    def close_call(self) -> None:
        """Let the call close, and a day pass."""
        self.clock.move_to(max(self.clock(), self.world.call.closes_at + timedelta(days=1)))

    @moment
    def check(self, proposal: Proposal, **unmet: str) -> ProposalStatus:
        """Check a proposal; `unmet` maps items that are not met to the reason."""
        checks = self.services.checks
        for item in checks.of(proposal):
            reason = unmet.get(item.code, "")
            checks.answer(proposal, item.code, met=not reason, reason=reason, by=self.world.helena)
        found = checks.conclude(proposal, by=self.world.helena)
        self.session.commit()
        return found

    @moment
    def open_stage(self, *proposals: Proposal) -> Stage:
        """Close the call, check the proposals and open the stage."""
        self.close_call()
        for proposal in proposals:
            self.check(proposal)
        due = self.clock() + timedelta(days=30)
        stage = self.services.stages.open(self.world.call, by=self.world.helena, due_at=due)
        self.session.commit()
        return stage

    @property
    def reviewers(self) -> tuple[Person, Person, Person]:
        """Wei, Anna and Marc."""
        return self.world.wei, self.world.anna, self.world.marc

    @moment
    def assign(self, stage: Stage, *proposals: Proposal) -> tuple[Assignment, ...]:
        """Ask all three reviewers to review all these proposals."""
        made = self.services.assignments.assign(
            stage, proposals, self.reviewers, by=self.world.helena
        )
        self.session.commit()
        return made

    @moment
    def review(self, assignment: Assignment, halves: Mapping[str, int] = HALVES) -> None:
        """Have the reviewer accept, write and submit."""
        reviews, by = self.services.reviews, assignment.reviewer
        reviews.declare(assignment, Interest.NONE, by=by)
        reviews.save(assignment, draft(halves, by.name), revision=0, tab="one", by=by)
        reviews.submit(assignment, by=by)
        self.session.commit()

    @moment
    def review_all(
        self, stage: Stage, scores: Sequence[tuple[Proposal, Mapping[str, int]]]
    ) -> None:
        """Have every reviewer give a proposal these scores."""
        proposals = [proposal for proposal, _ in scores]
        for assignment in self.assign(stage, *proposals):
            given = next(h for proposal, h in scores if proposal is assignment.proposal)
            self.review(assignment, given)

    @moment
    def close_stage(self, stage: Stage) -> None:
        """Close the stage."""
        self.services.stages.close(stage, by=self.world.helena)
        self.session.commit()

    @moment
    def rank(self) -> Ranking:
        """Compute the ranking and adopt it."""
        rankings, call, by = self.services.rankings, self.world.call, self.world.helena
        seen = rankings.compute(call, by=by).sha256
        ranking = rankings.adopt(call, seen=seen, by=by)
        self.session.commit()
        return ranking

    @moment
    def rank_three(self) -> tuple[Proposal, Proposal, Proposal]:
        """Go all the way: Granada and Mannheim on the main list, Łódź below the threshold."""
        three = self.three()
        stage = self.open_stage(*three)
        good, fair, poor = (
            dict.fromkeys(HALVES, 9),
            dict.fromkeys(HALVES, 8),
            dict.fromkeys(HALVES, 4),
        )
        self.review_all(stage, list(zip(three, (good, fair, poor), strict=True)))
        self.close_stage(stage)
        self.rank()
        return three


def draft(halves: Mapping[str, int | None], who: str = "") -> Draft:
    """Write a whole review with these scores."""
    return Draft(
        scores={
            code: Score(halves=given, comment=f"On {code}, thought {who}.")
            for code, given in halves.items()
        },
        overall_comment=f"Good in parts, thought {who}.",
        private_comment="For the fund only.",
    )
