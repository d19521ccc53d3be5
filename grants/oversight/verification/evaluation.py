"""The evaluation: checks, interests, reviews, rankings, decisions."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from grants.decisions.models import Decision
from grants.decisions.queries.letter_facts import words_digest
from grants.evaluation.models import (
    Assignment,
    AssignmentPlan,
    CheckItem,
    Declaration,
    Ranking,
    Review,
)
from grants.evaluation.queries import stored_rankings
from grants.evaluation.service.assignment_plans import pairs_digest
from grants.evaluation.service.stages import review_reference
from grants.oversight.verification import consensus, panels, stages
from grants.oversight.verification.entries import Entries, Finding, KeptEntry
from grants.oversight.verification.proposals import status
from grants.proposals.models import Proposal
from grants.rules.scoring import serialization
from grants.rules.workflow import (
    ASSIGNMENT_STEPS,
    PLAN_STEPS,
    AssignmentStatus,
)

REVIEW = ASSIGNMENT_STEPS.noun
_FINAL = (AssignmentStatus.SUBMITTED, AssignmentStatus.LOCKED)


def findings(session: Session, entries: Entries) -> Iterator[Finding]:
    """Compare every judgement with what was recorded of it."""
    yield from _checks(session, entries)
    yield from stages.findings(session, entries)
    yield from _declarations(session, entries)
    yield from _reviews(session, entries)
    yield from consensus.findings(session, entries)
    yield from panels.findings(session, entries)
    yield from _plans(session, entries)
    yield from _rankings(session, entries)
    yield from _decisions(session, entries)


def _checks(session: Session, entries: Entries) -> Iterator[Finding]:
    there = set()
    query = sa.select(CheckItem).options(joinedload(CheckItem.proposal)).order_by(CheckItem.id)
    for item in session.scalars(query):
        reference = f"{item.proposal.reference}/{item.code}"
        there.add(reference)
        last = entries.last("check item", reference)
        said = "open" if item.met is None else "met" if item.met else "not met"
        if last is None:
            yield _unknown("check item", reference)
        elif last.after != said:
            yield Finding(reference=reference, what=f"it says {said}, the ledger {last.after}")
        elif last.reason != item.reason:
            yield Finding(reference=reference, what="its reason is not the one in the ledger")
        elif last.facts.get("evidence", item.evidence) != item.evidence:
            yield Finding(reference=reference, what="its evidence is not the one in the ledger")
    yield from _lost(entries, "check item", there)


def _declarations(session: Session, entries: Entries) -> Iterator[Finding]:
    there = set()
    query = sa.select(Declaration).options(joinedload(Declaration.proposal))
    for it in session.scalars(query.order_by(Declaration.id)):
        reference = f"{it.proposal.reference}/D{it.id}"
        there.add(reference)
        declared = entries.last("declaration", reference, "declare")
        ruled = entries.last("declaration", reference, "rule")
        if declared is None:
            yield _unknown("declaration", reference)
        elif declared.after != it.interest.value:
            yield Finding(reference=reference, what="the interest is not the one in the ledger")
        if it.ruling is not None and (ruled is None or ruled.after != it.ruling.value):
            yield Finding(reference=reference, what="the ruling is not the one in the ledger")
    yield from _lost(entries, "declaration", there)


def _reviews(session: Session, entries: Entries) -> Iterator[Finding]:
    there = set()
    query = sa.select(Assignment).options(
        joinedload(Assignment.proposal),
        joinedload(Assignment.review).selectinload(Review.marks),
    )
    for assignment in session.scalars(query.order_by(Assignment.id)):
        reference, review = review_reference(assignment), assignment.review
        there.add(reference)
        if not entries.of(REVIEW, reference):
            yield _unknown(REVIEW, reference)
            continue
        if review is None:
            yield Finding(reference=reference, what="what it says is gone")
            continue
        yield from status(entries, REVIEW, reference, assignment.status.value)
        if assignment.status not in _FINAL:
            continue
        submitted = entries.last(REVIEW, reference, "submit")
        if submitted is None:
            yield Finding(reference=reference, what="the ledger knows no submission of it")
            continue
        scores = {mark.code: mark.halves for mark in review.marks}
        if "halves" in submitted.facts and submitted.facts["halves"] != scores:
            yield Finding(reference=reference, what="its scores are not those in the ledger")
        if submitted.at != review.submitted_at:
            yield Finding(reference=reference, what="its moment is not the one in the ledger")
    yield from _lost(entries, REVIEW, there)


def _plans(session: Session, entries: Entries) -> Iterator[Finding]:
    """Compare plans of assignments with what was proposed, and what became of it."""
    there, kind = set(), PLAN_STEPS.noun
    for it in session.scalars(sa.select(AssignmentPlan).order_by(AssignmentPlan.id)):
        there.add(it.reference)
        proposed = entries.last(kind, it.reference, "propose")
        if proposed is None:
            yield _unknown(kind, it.reference)
            continue
        yield from status(entries, kind, it.reference, it.status.value)
        if proposed.facts.get("pairs", pairs_digest(it)) != pairs_digest(it):
            yield Finding(reference=it.reference, what="what it assigns is not what was proposed")
    yield from _lost(entries, kind, there)


def _rankings(session: Session, entries: Entries) -> Iterator[Finding]:
    there = set()
    for it in session.scalars(sa.select(Ranking).order_by(Ranking.id)):
        reference = f"{it.call.code}/{it.number}"
        there.add(reference)
        yield from status(entries, "ranking", reference, it.status.value)
        recorded = entries.last("ranking", reference)
        if recorded is None:
            yield _unknown("ranking", reference)
        elif recorded.facts.get("sha256", it.sha256) != it.sha256:
            yield Finding(reference=reference, what="its hash is not the one in the ledger")
        try:
            again = stored_rankings.recomputed(it.inputs)
        except (KeyError, ValueError, TypeError):
            yield Finding(reference=reference, what="what it was computed from cannot be read")
            continue
        if serialization.digest(again) != it.sha256:
            yield Finding(reference=reference, what="computed again, it is another one")
        if serialization.to_dict(again) != it.result:
            yield Finding(reference=reference, what="its result does not follow from its inputs")
        # Pages and offers read these copies, and not the result itself.
        copied = [(each.position, each.reference, each.place) for each in it.places]
        counted = enumerate(it.result["places"])
        if copied != [(at, place["reference"], place) for at, place in counted]:
            yield Finding(reference=reference, what="its places are not those of its result")
        if it.summary != {**it.result, "places": len(it.result["places"])}:
            yield Finding(reference=reference, what="its summary is not that of its result")
    yield from _lost(entries, "ranking", there)


def _decisions(session: Session, entries: Entries) -> Iterator[Finding]:
    there = set()
    query = (
        sa.select(Decision)
        .join(Decision.proposal)
        .options(contains_eager(Decision.proposal))
        .order_by(Proposal.reference, Decision.number)
    )
    for proposal, rows in groupby(session.scalars(query), key=lambda it: it.proposal):
        there.add(proposal.reference)
        yield from _decided(list(rows), proposal, entries)
    yield from _lost(entries, "decision", there)


def _decided(rows: list[Decision], proposal: Proposal, entries: Entries) -> Iterator[Finding]:
    """Compare each decision on a proposal with its own entry, the newest with the newest."""
    reference = proposal.reference
    if any(it.call_id != proposal.call_id for it in rows):
        yield Finding(reference=reference, what="its decision is kept under another call")
    if [it.is_current for it in rows] != [False] * (len(rows) - 1) + [True]:
        yield Finding(reference=reference, what="its newest decision is not the one that stands")
    made = _by_decision(entries.of("decision", reference))
    if not made:
        yield Finding(reference=reference, what="the ledger knows no decision on it")
        return
    known = [it for it in rows if "decided_at" not in it.unknown]
    if len(known) != len(made):
        what = f"the ledger knows {len(made)} decisions on it, and there are {len(known)}"
        yield Finding(reference=reference, what=what)
    for it, (entry, signed) in zip(reversed(known), reversed(made), strict=False):
        compared = {
            "kind": (entry.after, it.kind.value),
            "amount": (entry.facts.get("awarded_cents"), it.awarded_cents),
            "second signatory": (entry.facts.get("signatory"), it.signatory_id),
            "author": (entry.actor_id, it.decided_by_id),
            "moment": (entry.at, it.decided_at),
            "words": (entry.facts.get("words", words_digest(it)), words_digest(it)),
        }
        lost = {_SAID.get(name, "words") for name in it.unknown}
        for name, (recorded, now) in compared.items():
            if recorded != now and name not in lost:
                what = f"the {name} of its decision is not the one in the ledger"
                yield Finding(reference=reference, what=what)
        if it.signed_at is not None and (signed is None or signed.actor_id != it.signatory_id):
            yield Finding(reference=reference, what="the ledger knows no second signature of it")


_SAID = {"decided_by": "author", "awarded_cents": "amount", "signatory": "second signatory"}
"""What is compared of the columns that nobody knows any more; the others are words."""


def _by_decision(entries: Sequence[KeptEntry]) -> list[tuple[KeptEntry, KeptEntry | None]]:
    """Return each decision of the ledger with its last second signature."""
    made: list[tuple[KeptEntry, KeptEntry | None]] = []
    for entry in entries:
        if entry.action == "decide":
            made.append((entry, None))
        elif entry.action == "countersign" and made:
            made[-1] = (made[-1][0], entry)
    return made


def _unknown(kind: str, reference: str) -> Finding:
    """Name what a table holds and nobody ever did."""
    return Finding(reference=reference, what=f"the ledger does not know this {kind}")


def _lost(entries: Entries, kind: str, there: set[str]) -> Iterator[Finding]:
    """Name what the ledger knows and no table holds any more."""
    for reference in entries.references(kind):
        if reference not in there:
            yield Finding(reference=reference, what=f"the ledger knows this {kind}, and it is gone")
