"""The stages of the evaluation: what each came to for each proposal, and who got to the next."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from itertools import groupby, pairwise

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grants.calls.models import Stage
from grants.evaluation.models import StageResult
from grants.oversight.verification.entries import Entries, Finding, KeptEntry
from grants.proposals.models import Proposal
from grants.rules import scoring
from grants.rules.workflow import PROPOSAL_STEPS, StageKind, StageOutcome


def findings(session: Session, entries: Entries) -> Iterator[Finding]:
    """Compare results and entries of stages with what was recorded of them."""
    yield from _results(session, entries)
    yield from _stage_entries(session, entries)


_CONCLUSIONS: Mapping[StageKind, Mapping[str, StageOutcome]] = {
    StageKind.ADMISSIBILITY: {"admit": StageOutcome.PASSED, "exclude": StageOutcome.FAILED},
    StageKind.ELIGIBILITY: {"qualify": StageOutcome.PASSED, "disqualify": StageOutcome.FAILED},
    StageKind.INDIVIDUAL_REVIEW: {
        "pass": StageOutcome.PASSED,
        "fail": StageOutcome.FAILED,
        "list": StageOutcome.MAIN,
        "reserve": StageOutcome.RESERVE,
    },
}
"""What each step of a proposal says of the stage that it ended."""


_REVIEWS = StageKind.INDIVIDUAL_REVIEW
_ONWARD = ("invite_next", "advance")
"""The steps between one stage of reviews and the next; the first brings another form."""


def _results(session: Session, entries: Entries) -> Iterator[Finding]:
    """Compare what stages came to with the steps of their proposals."""
    there = set()
    query = sa.select(StageResult).options(
        joinedload(StageResult.proposal), joinedload(StageResult.stage)
    )
    turn = _turns(session)
    for it in session.scalars(query.order_by(StageResult.id)):
        reference, kind = it.proposal.reference, it.stage.kind
        steps, number = _CONCLUSIONS.get(kind, {}), turn[it.stage_id]
        there.add((reference, kind, number))
        last = _last(entries, reference, kind, number)
        if last is None:
            what = f"the ledger does not know this result of {kind}"
            yield Finding(reference=reference, what=what)
        elif steps[last.action] is not it.outcome:
            what = f"its result of {kind} is {it.outcome}, not {steps[last.action]}"
            yield Finding(reference=reference, what=what)
    for reference in entries.references(PROPOSAL_STEPS.noun):
        for kind in _CONCLUSIONS:
            for number in range(len(_parts(entries, reference, kind))):
                known = (reference, kind, number) in there
                if not known and _last(entries, reference, kind, number):
                    yield Finding(reference=reference, what=f"its result of {kind} is gone")


def _turns(session: Session) -> Mapping[int, int]:
    """Count each stage among those of its kind in its call, the first being 0."""
    columns = (Stage.id, Stage.call_id, Stage.kind)
    found: dict[int, int] = {}
    before: Counter[tuple[int, StageKind]] = Counter()
    for number, call, kind in session.execute(sa.select(*columns).order_by(Stage.position)):
        found[number] = before[call, kind]
        before[call, kind] += 1
    return found


def _parts(entries: Entries, reference: str, kind: StageKind) -> list[list[KeptEntry]]:
    """Return a proposal's steps in parts: one for each stage of a kind that it came through."""
    onward = _ONWARD if kind is _REVIEWS else _ONWARD[:1]
    parts: list[list[KeptEntry]] = [[]]
    for entry in entries.of(PROPOSAL_STEPS.noun, reference):
        if entry.action in onward:
            parts.append([])
        elif entry.action in _CONCLUSIONS[kind]:
            parts[-1].append(entry)
    return parts


def _last(entries: Entries, reference: str, kind: StageKind, number: int) -> KeptEntry | None:
    """Return the step that said last what a stage came to."""
    parts = _parts(entries, reference, kind) if kind in _CONCLUSIONS else []
    return parts[number][-1] if number < len(parts) and parts[number] else None


def _stage_entries(session: Session, entries: Entries) -> Iterator[Finding]:
    """Apply each rule of entry again to the totals that were kept, and compare who went on."""
    stages = sa.select(Stage).where(Stage.kind == _REVIEWS).order_by(Stage.call_id, Stage.position)
    for _call, rows in groupby(session.scalars(stages), key=lambda it: it.call_id):
        for before, stage in pairwise(list(rows)):
            recorded = entries.last("stage", stage.reference, "enter")
            if (recorded is None) != (stage.entered_at is None):
                yield Finding(reference=stage.reference, what="who got there is not in the ledger")
            if recorded is not None:
                yield from _entered(session, entries, before, stage, recorded)


def _entered(
    session: Session, entries: Entries, before: Stage, stage: Stage, recorded: KeptEntry
) -> Iterator[Finding]:
    rule, digest = recorded.facts["rule"], recorded.facts["sha256"]
    if stage.entry != rule:
        yield Finding(reference=stage.reference, what="its rule of entry is not the one applied")
    query = sa.select(StageResult).where(StageResult.stage_id == before.id)
    loaded = query.options(joinedload(StageResult.proposal).selectinload(Proposal.versions))
    contenders, went_on = [], set()
    for it in session.scalars(loaded):
        reference = it.proposal.reference
        steps = [
            entry
            for entry in entries.of(PROPOSAL_STEPS.noun, reference)
            if entry.facts.get("entry") == digest
        ]
        if not steps:
            continue  # it fell short, or had been withdrawn
        if steps[-1].action in _ONWARD:
            went_on.add(reference)
        if steps[-1].facts["total"] != it.evidence["total"]:
            yield Finding(reference=reference, what="its total is not the one that it went on with")
        contenders.append(
            scoring.Contender(
                reference=reference,
                total=Fraction(it.evidence["total"]),
                passed=True,
                requested_cents=_requested(it.proposal, recorded.at),
            )
        )
    again = scoring.entering(scoring.EntryRule.from_dict(rule), contenders, _envelope(before))
    if not again == went_on == set(recorded.facts["going_on"]):
        what = "who got there does not follow from its rule of entry"
        yield Finding(reference=stage.reference, what=what)


def _requested(proposal: Proposal, at: datetime) -> int:
    """Return what a proposal asked for at a moment, in cents."""
    versions = [it for it in proposal.versions if it.submitted_at <= at]
    return int(versions[-1].content["lifted"].get("requested_cents") or 0) if versions else 0


def _envelope(stage: Stage) -> int:
    return int(stage.rules["envelope_cents"])
