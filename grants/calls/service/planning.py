"""Planning the stages of a call: rows that follow what its managers write, until they begin."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from grants.calls.models import Call, Stage
from grants.calls.queries.facts import CallFacts
from grants.calls.queries.stage_plans import (
    EarlierStage,
    earlier_stages,
    planned_rules,
    review_rows,
)
from grants.rules.errors import NotAllowedNow, Refused
from grants.rules.words import N_
from grants.rules.workflow import StageKind, StageStatus

_FIRST_FREE = 4
"""The three stages that every call has are numbered 1 to 3."""
_CHECKS = (StageKind.ADMISSIBILITY, StageKind.ELIGIBILITY)


def plan_stages(db: Session, call: Call, earlier: Sequence[EarlierStage]) -> None:
    """Have the rows of a call's stages say what is planned.

    While nothing has begun they are laid out anew; after that only the end of a form that is
    written for a stage may move. Raises InvalidRules, NotAllowedNow.
    """
    there = earlier_stages(call)
    if [it.judged_by() for it in there] != [it.judged_by() for it in earlier]:
        if any(it.status is not StageStatus.PLANNED for it in call.stages):
            raise NotAllowedNow(N_("The evaluation has begun: its stages stay as they are."))
        _lay_out(db, call, earlier)
    for stage, following in zip(earlier, review_rows(call)[1:], strict=True):
        following.writing_closes_at = stage.closes_at
    db.flush()


def require_moveable(call: Call, facts: CallFacts, now: datetime) -> None:
    """Refuse to move the end of a form that is over, or to a moment that is."""
    for stage, wanted in zip(earlier_stages(call), facts.earlier, strict=False):
        before, after = stage.closes_at, wanted.closes_at
        if before is None or after is None or before == after:
            continue
        if before <= now:
            raise NotAllowedNow(
                N_("The form after “{stage}” has closed: its deadline stays as it is."),
                stage=stage.name,
            )
        if after <= now:
            raise Refused(
                N_("The form after “{stage}” would close before anyone could read about it."),
                stage=stage.name,
            )


def _lay_out(db: Session, call: Call, earlier: Sequence[EarlierStage]) -> None:
    """Keep the rows that every call has, and write those between them anew."""
    first = [it for it in call.stages if it.number < _FIRST_FREE]
    for row in [it for it in call.stages if it.number >= _FIRST_FREE]:
        db.delete(row)
    db.flush()
    rows = [it for it in first if it.kind in _CHECKS]
    number, phase = _FIRST_FREE, 1
    before: EarlierStage | None = None
    for planned in earlier:
        review = _row(call, number, phase, StageKind.INDIVIDUAL_REVIEW)
        review.name, review.plan = planned.name, _plan(planned)
        planned_rules(call, review.plan)  # refuses what nobody could judge by
        _enter(review, before)
        rows.append(review)
        number += 1
        if planned.form_id is not None:
            phase += 1
            for kind in _CHECKS:
                rows.append(_row(call, number, phase, kind))
                number += 1
        before = planned
    last = next(it for it in first if it.kind is StageKind.INDIVIDUAL_REVIEW)
    last.phase = phase
    _enter(last, before)
    rows.append(last)
    # No two rows ever have the same place: those that move make room first.
    for base in (1_000, 0):
        for place, row in enumerate(rows, base + 1):
            row.position = place
        db.add_all(rows)
        db.flush()
    db.refresh(call, ["stages"])


def _enter(row: Stage, before: EarlierStage | None) -> None:
    """Say who gets to a stage, and what they write for it."""
    row.entry = before.entry.to_dict() if before else {}
    row.form_id = before.form_id if before else None
    row.writing_closes_at = before.closes_at if before else None


def _row(call: Call, number: int, phase: int, kind: StageKind) -> Stage:
    return Stage(call_id=call.id, number=number, phase=phase, kind=kind)


def _plan(stage: EarlierStage) -> dict[str, object]:
    data = stage.to_dict()
    names = ("criteria", "overall_threshold", "basis", "minimum_reviews", "hides_applicants")
    return {name: data[name] for name in names if name in data}
