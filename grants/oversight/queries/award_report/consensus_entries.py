"""Consensus reports of a ranking's stage, for the award report."""

from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import Assignment, Ranking
from grants.evaluation.models.consensus import ConsensusReport
from grants.evaluation.queries.agreed_texts import departs
from grants.kit.language.formats import Formats
from grants.kit.language.i18n import translations
from grants.oversight.documents.award_consensus import ConsensusEntry
from grants.proposals.models import Proposal
from grants.rules.scoring import shown
from grants.rules.words import N_
from grants.rules.workflow import AssignmentStatus, ConsensusStatus

_TOLD = (ConsensusStatus.FINAL, ConsensusStatus.WITHDRAWN)


def consensus_entries(db: Session, ranking: Ranking, said: Formats) -> list[ConsensusEntry]:
    """Tell of all reports that became final or were withdrawn; no query where none is asked for."""
    if frozen_rules(ranking.stage).consensus is None:
        return []
    query = (
        select(ConsensusReport)
        .join(ConsensusReport.proposal)
        .where(ConsensusReport.stage_id == ranking.stage_id, ConsensusReport.status.in_(_TOLD))
        .options(
            joinedload(ConsensusReport.proposal),
            selectinload(ConsensusReport.scores),
            selectinload(ConsensusReport.views),
        )
        .order_by(Proposal.reference, ConsensusReport.number)
    )
    counted = (
        select(Assignment.proposal_id, func.count())
        .where(
            Assignment.stage_id == ranking.stage_id,
            Assignment.status == AssignmentStatus.LOCKED,
        )
        .group_by(Assignment.proposal_id)
    )
    reviewers: dict[int, int] = dict(db.execute(counted).all())
    return [_entry(it, reviewers.get(it.proposal_id, 0), said) for it in db.scalars(query)]


def _entry(it: ConsensusReport, reviewers: int, said: Formats) -> ConsensusEntry:
    final = it.status is ConsensusStatus.FINAL
    views = [each.minority_view for each in it.answers.values() if each.minority_view]
    return ConsensusEntry(
        reference=it.proposal.reference,
        title=it.proposal.title,
        final_at=it.finalised_at if final else None,
        departures=_departures(it, said) if final else (),
        minority_views=views if final else (),
        unanswered=max(0, reviewers - 1 - len(it.answers)) if final else 0,
        reason=it.reason,
    )


def _departures(it: ConsensusReport, said: Formats) -> list[str]:
    rules, written = frozen_rules(it.stage), {each.code: each for each in it.scores}
    say = translations(said.language).gettext
    found = []
    for each in rules.criteria:
        row, seed = written[each.code], it.seeds[each.code]
        if row.halves is not None and departs(rules, each, row.halves, seed):
            found.append(
                say(N_("{name}: {score} in place of {seed}. {reason}")).format(
                    name=each.name,
                    score=said.halves(row.halves),
                    seed=said.figure(shown(Fraction(seed))),
                    reason=row.departure,
                )
            )
    return found
