"""A ranking looked at from other sides: other rules, one reviewer less, how strict reviewers are.

Nothing of it is kept, and nothing of it corrects the ranking.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from grants.accounts.models import Person
from grants.calls.models import Topic
from grants.directory.models import Organisation
from grants.evaluation.models import Assignment, Mark, Ranking, RankingPlace, Review
from grants.evaluation.queries import stored_rankings
from grants.evaluation.queries.counted_scores import final_reports
from grants.evaluation.queries.panel_scores import decided_scores
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

MOST_RANKED_ANEW = 100_000
"""Proposals times reviewers for which a page ranks anew: about a second; 400 x 60 are 24,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysedProposal:
    """What an analysis says of a proposal, and adds it up by; `topic` is "" where it has none."""

    number: int
    reference: str
    title: str
    requested_cents: int
    country: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingAnalysis:
    """What a ranking was computed from, as the tables hold it; names of reviewers by number."""

    rules: Rules
    entries: Sequence[ReviewedEntry]
    draws: tuple[Draw, ...]
    proposals: dict[str, AnalysedProposal]
    reviewers: dict[str, str]

    def under(self, changed: Rules) -> WhatIf:
        """Return what other rules would change."""
        return what_if(self.rules, changed, [it.entry() for it in self.entries], self.draws)

    @property
    def is_too_large(self) -> bool:
        """Return whether ranking anew for each reviewer takes longer than a page may."""
        return len(self.entries) * len(self.reviewers) > MOST_RANKED_ANEW

    def without_each(self) -> dict[str, WhatIf]:
        """Return what would change without each reviewer; nothing where that takes too long."""
        if self.is_too_large:
            return {}
        return without_each_reviewer(self.rules, self.entries, self.draws)

    def strictness(self) -> Sequence[Severity]:
        """Return how strict each reviewer is beside the others on the same proposals."""
        return severity(self.rules, {it.reference: it.reviews for it in self.entries})


@dataclass(frozen=True, slots=True)
class RankingAnalyses(Service):
    """Reads what rankings were computed from, column by column: of ten thousand no row is made."""

    def of(self, ranking: Ranking) -> RankingAnalysis:
        """Read it; three queries however many proposals."""
        proposals = {it.number: it for it in self._proposals(ranking)}
        reviews: dict[int, dict[str, dict[str, int]]] = {number: {} for number in proposals}
        marks = (
            select(Assignment.proposal_id, Assignment.reviewer_id, Mark.code, Mark.halves)
            .join(Review, Review.assignment_id == Assignment.id)
            .join(Mark, Mark.review_id == Review.id)
            .where(
                Assignment.stage_id == ranking.stage_id,
                Assignment.status == AssignmentStatus.LOCKED,
                Mark.halves.is_not(None),
            )
        )
        people, agreed = set(), final_reports(self.db, ranking.stage)
        for number, who, code, halves in self.db.execute(marks):
            if number in reviews and halves is not None:
                people.add(who)
                reviews[number].setdefault(str(who), {})[code] = halves
        decided = decided_scores(self.db, ranking.stage)
        names = select(Person.id, Person.name).where(Person.id.in_(people))
        return RankingAnalysis(
            rules=Rules.from_dict(ranking.stage.rules),
            entries=[
                ReviewedEntry(
                    reference=it.reference,
                    reviews=reviews[number],
                    requested_cents=it.requested_cents,
                    decided=decided.get(number, {}),
                    agreed=agreed[number].halves if number in agreed else None,
                    country=it.country,
                    topic=it.topic,
                )
                for number, it in proposals.items()
            ],
            draws=stored_rankings.draws(ranking.draws),
            proposals={it.reference: it for it in proposals.values()},
            reviewers={str(number): name for number, name in self.db.execute(names)},
        )

    def _proposals(self, ranking: Ranking) -> Iterator[AnalysedProposal]:
        query = (
            select(
                Proposal.id,
                Proposal.reference,
                Proposal.title,
                Proposal.requested_cents,
                Organisation.country,
                Topic.name,
            )
            .join(RankingPlace, RankingPlace.reference == Proposal.reference)
            .join(Organisation, Organisation.id == Proposal.organisation_id)
            .outerjoin(Topic, Topic.id == Proposal.topic_id)
            .where(RankingPlace.ranking_id == ranking.id, Proposal.call_id == ranking.call_id)
            .order_by(Proposal.reference)
        )
        for number, reference, title, cents, country, topic in self.db.execute(query):
            yield AnalysedProposal(
                number=number,
                reference=reference,
                title=title,
                requested_cents=cents or 0,
                country=country,
                topic=topic or "",
            )
