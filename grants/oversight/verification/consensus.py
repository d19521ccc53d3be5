"""Consensus reports: what they say, who answered, and that they began with what reviews came to."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.evaluation.models import Review
from grants.evaluation.models.consensus import ConsensusReport
from grants.evaluation.queries.agreed_texts import BEGUN_WITH, digest_of
from grants.evaluation.queries.counted_scores import marks_of
from grants.oversight.verification.entries import Entries, Finding, KeptEntry
from grants.oversight.verification.proposals import status
from grants.rules import canonical
from grants.rules.scoring import Rules
from grants.rules.scoring.consensus import seeds
from grants.rules.workflow import CONSENSUS_STEPS, ConsensusStatus, StageStatus

_KIND = CONSENSUS_STEPS.noun
_ANSWERS = ("approve", "dissent")


def findings(session: Session, entries: Entries) -> Iterator[Finding]:
    """Compare every report with what was recorded of it, and compute its beginning again."""
    there = set()
    query = sa.select(ConsensusReport).options(
        joinedload(ConsensusReport.proposal),
        joinedload(ConsensusReport.stage),
        selectinload(ConsensusReport.scores),
        selectinload(ConsensusReport.views),
    )
    for it in session.scalars(query.order_by(ConsensusReport.id)):
        there.add(it.reference)
        begun = entries.last(_KIND, it.reference, "begin")
        if begun is None:
            yield Finding(reference=it.reference, what="the ledger does not know this report")
            continue
        yield from status(entries, _KIND, it.reference, it.status.value)
        if begun.facts != {name: getattr(it, name) for name in BEGUN_WITH}:
            what = "its rapporteur or what it began with is not what the ledger has"
            yield Finding(reference=it.reference, what=what)
        if it.status is ConsensusStatus.FINAL:
            yield from _final(session, it, entries)
        yield from _answers(it, entries.of(_KIND, it.reference))
    for reference in entries.references(_KIND):
        if reference not in there:
            what = "the ledger knows this consensus report, and it is gone"
            yield Finding(reference=reference, what=what)


def _final(session: Session, it: ConsensusReport, entries: Entries) -> Iterator[Finding]:
    final = entries.last(_KIND, it.reference, "finalise")
    if final is None or final.facts.get("halves") != it.halves:
        yield Finding(reference=it.reference, what="its scores are not those in the ledger")
    if final is None or final.facts.get("sha256") != digest_of(it):
        yield Finding(reference=it.reference, what="its text is not the one in the ledger")
    numbers = {each["review"]: each["revision"] for each in it.reviews}
    loaded = sa.select(Review).options(selectinload(Review.marks))
    reviews = session.scalars(loaded.where(Review.id.in_(numbers))).all()
    if not reviews or {each.id: each.revision for each in reviews} != numbers:
        # While the stage is open that is allowed, and the report counts no more.
        if it.stage.status is StageStatus.CLOSED:
            yield Finding(reference=it.reference, what="a review that it began with has changed")
        return
    found = seeds(Rules.from_dict(it.stage.rules), [marks_of(each) for each in reviews])
    if {code: str(value) for code, value in found.items()} != it.seeds:
        what = "what it began with does not follow from its reviews"
        yield Finding(reference=it.reference, what=what)


def _answers(it: ConsensusReport, recorded: Sequence[KeptEntry]) -> Iterator[Finding]:
    kept = {
        (
            each.round,
            each.reviewer_id,
            each.answer.value,
            canonical.digest(each.minority_view) if each.minority_view else None,
        )
        for each in it.views
    }
    known = {
        (entry.facts.get("round"), entry.actor_id, entry.action, entry.facts.get("view"))
        for entry in recorded
        if entry.action in _ANSWERS
    }
    if kept != known:
        yield Finding(reference=it.reference, what="its answers are not those in the ledger")
