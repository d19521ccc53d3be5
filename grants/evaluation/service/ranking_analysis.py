"""A ranking looked at from other sides: other rules, one reviewer less, how strict reviewers are.

Nothing of it is kept, and nothing of it corrects the ranking.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grants.accounts.models import Person
from grants.evaluation.models import Assignment, Ranking, Review
from grants.evaluation.queries import stored_rankings
from grants.evaluation.service.stages import marks_of
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.rules.scoring import Rules
from grants.rules.scoring.analysis.severity import Severity, severity
from grants.rules.scoring.analysis.what_if import (
    ReviewedEntry,
    WhatIf,
    what_if,
    without_each_reviewer,
)
from grants.rules.scoring.results import Draw
from grants.rules.workflow import AssignmentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingAnalysis:
    """What a ranking was computed from, as the tables hold it, with reviewers by number."""

    rules: Rules
    entries: Sequence[ReviewedEntry]
    draws: tuple[Draw, ...]
    proposals: dict[str, Proposal]
    reviewers: dict[str, Person]

    def under(self, changed: Rules) -> WhatIf:
        """Return what other rules would change."""
        return what_if(self.rules, changed, [it.entry() for it in self.entries], self.draws)

    def without_each(self) -> dict[str, WhatIf]:
        """Return what would change without each reviewer."""
        return without_each_reviewer(self.rules, self.entries, self.draws)

    def strictness(self) -> Sequence[Severity]:
        """Return how strict each reviewer is beside the others on the same proposals."""
        return severity(self.rules, {it.reference: it.reviews for it in self.entries})


@dataclass(frozen=True, slots=True)
class RankingAnalyses(Service):
    """Reads what rankings were computed from."""

    def of(self, ranking: Ranking) -> RankingAnalysis:
        """Read it; as many queries however many proposals."""
        ranked = {it.reference for it in ranking.places}
        query = (
            select(Assignment)
            .join(Assignment.proposal)
            .where(
                Assignment.stage_id == ranking.stage_id,
                Assignment.status == AssignmentStatus.LOCKED,
            )
            .options(
                joinedload(Assignment.proposal).joinedload(Proposal.organisation),
                joinedload(Assignment.proposal).joinedload(Proposal.topic),
                joinedload(Assignment.reviewer),
                joinedload(Assignment.review).subqueryload(Review.marks),
            )
            .order_by(Proposal.reference, Assignment.id)
        )
        reviews: dict[str, dict[str, dict[str, int]]] = {}
        proposals: dict[str, Proposal] = {}
        reviewers: dict[str, Person] = {}
        for it in self.db.scalars(query):
            reference, who = it.proposal.reference, str(it.reviewer_id)
            if reference in ranked:
                proposals[reference], reviewers[who] = it.proposal, it.reviewer
                reviews.setdefault(reference, {})[who] = marks_of(it.review)
        return RankingAnalysis(
            rules=Rules.from_dict(ranking.stage.rules),
            entries=[
                ReviewedEntry(
                    reference=reference,
                    reviews=given,
                    requested_cents=proposals[reference].requested_cents or 0,
                )
                for reference, given in reviews.items()
            ],
            draws=stored_rankings.draws(ranking.draws),
            proposals=proposals,
            reviewers=reviewers,
        )
