"""How far the proposals of a call have come, from received to signed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from grants.access import Access
from grants.accounts.models import Person
from grants.calls.models import Call, ProposedAct
from grants.evaluation.models import Declaration, Ranking
from grants.evaluation.queries import newest_ranking
from grants.projects.models import Project
from grants.projects.queries.awards import SHOWN
from grants.proposals.models import Proposal
from grants.rules.workflow import ActStatus, Interest, ProposalStatus, RankingStatus, Role

_ = ProposalStatus
STEPS: dict[str, frozenset[ProposalStatus]] = {
    "received": frozenset({_.SUBMITTED, _.TAKEN_BACK, _.ADMISSIBLE}),
    "checked": frozenset({_.INADMISSIBLE, _.INELIGIBLE, _.ELIGIBLE, _.IN_STAGE}),
    "reviewed": frozenset({_.BELOW_THRESHOLD, _.PASSED, _.INVITED, _.NOT_INVITED, _.LAPSED}),
    "ranked": frozenset({_.RANKED, _.MAIN, _.RESERVE}),
    "decided": frozenset({_.REJECTED, _.AWARDED}),
}
"""The last step behind a proposal, by its status; drafts and withdrawn ones have none."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many things of a kind there are, and how many of them wait for somebody."""

    number: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many proposals of a call stand where; `signed` counts awards with a signed agreement."""

    by_status: Mapping[ProposalStatus, int]
    signed: int
    ranked: bool
    """Whether a ranking was adopted."""
    interests: Tally
    """Declared in these proposals."""
    signatures: Tally
    """Acts that need a second signature."""

    @property
    def line(self) -> dict[str, int]:
        """Count the proposals at each step, each proposal once."""
        counted = {
            step: sum(self.by_status.get(status, 0) for status in statuses)
            for step, statuses in STEPS.items()
        }
        return counted | {"decided": counted["decided"] - self.signed, "signed": self.signed}


@dataclass(frozen=True, slots=True)
class Standings:
    """How far calls have come."""

    db: Session

    def of(self, call: Call, person: Person, role: Role) -> Standing:
        """Return where the proposals of a call stand that somebody sees; two queries."""
        return standing_of(Access(self.db).proposals_for(person, role), call, self.db)


def standing_of(seen: Select[Proposal], call: Call, db: Session) -> Standing:
    """Count those of the proposals `seen` that a call has, and what is about them; two queries."""
    signed = Project.status.in_(SHOWN)
    rows = db.execute(
        seen.where(Proposal.call_id == call.id)
        .outerjoin(Project, Project.proposal_id == Proposal.id)
        .with_only_columns(Proposal.status, func.count(), func.count().filter(signed))
        .group_by(Proposal.status)
    ).all()
    run, interests, unruled, acts, unsigned = db.execute(_about(seen, call)).one()
    return Standing(
        by_status={status: count for status, count, _signed in rows},
        signed=sum(it[2] for it in rows if it[0] is ProposalStatus.AWARDED),
        ranked=run is RankingStatus.ADOPTED,
        interests=Tally(interests, unruled),
        signatures=Tally(acts, unsigned),
    )


def _about(seen: Select[Proposal], call: Call) -> Select[RankingStatus | None, int, int, int, int]:
    """Ask for the newest ranking's status, and how many interests and proposed acts there are."""
    run = newest_ranking.ranking(call).with_only_columns(Ranking.status).scalar_subquery()
    proposals = seen.where(Proposal.call_id == call.id).with_only_columns(Proposal.id)
    declared = (
        select(func.count())
        .select_from(Declaration)
        .where(Declaration.proposal_id.in_(proposals), Declaration.interest != Interest.NONE)
    )
    unruled = declared.where(
        Declaration.interest == Interest.POTENTIAL, Declaration.ruling.is_(None)
    )
    acts = select(func.count()).select_from(ProposedAct).where(ProposedAct.call_id == call.id)
    unsigned = acts.where(ProposedAct.status == ActStatus.WAITING)
    return select(
        run,
        declared.scalar_subquery(),
        unruled.scalar_subquery(),
        acts.scalar_subquery(),
        unsigned.scalar_subquery(),
    )
