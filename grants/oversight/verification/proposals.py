"""Proposals, their versions and their projects: content, moments, amounts, statuses."""

from collections.abc import Iterator
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grants.oversight.verification.entries import Entries, Finding
from grants.projects.models import Agreement, Deliverable, Project
from grants.projects.service.projects import deliverable_reference
from grants.proposals.models import Proposal, ProposalVersion
from grants.rules import canonical
from grants.rules.workflow import DELIVERABLE_STEPS, PROJECT_STEPS, PROPOSAL_STEPS

NOUN = PROPOSAL_STEPS.noun


def findings(session: Session, entries: Entries) -> Iterator[Finding]:
    """Compare what was submitted, and where everything stands."""
    rows = session.scalars(
        sa.select(ProposalVersion)
        .join(ProposalVersion.proposal)
        .order_by(Proposal.reference, ProposalVersion.number)
        .execution_options(yield_per=100)
    )
    for proposal, versions in groupby(rows, key=lambda it: it.proposal):
        yield from _versions(proposal, list(versions), entries)
    versioned = set(session.scalars(sa.select(ProposalVersion.proposal_id)))
    for proposal in session.scalars(sa.select(Proposal).order_by(Proposal.reference)):
        if proposal.id not in versioned:
            yield from _versions(proposal, [], entries)
        yield from status(entries, NOUN, proposal.reference, proposal.status.value)
    yield from _projects(session, entries)
    yield from gone(session, entries)


def _versions(
    proposal: Proposal, versions: list[ProposalVersion], entries: Entries
) -> Iterator[Finding]:
    submitted = {
        it.facts["version"]: it
        for it in entries.of(NOUN, proposal.reference)
        if it.action in ("submit", "clarify") and "version" in it.facts
    }
    for version in versions:
        reference = version.receipt
        if canonical.digest(version.content) != version.sha256:
            yield Finding(reference=reference, what="its content does not agree with its hash")
        if version.answers != version.content["answers"]:
            yield Finding(reference=reference, what="its answers are not those of its content")
        entry = submitted.pop(version.number, None)
        if entry is None:
            yield Finding(reference=reference, what="the ledger knows no such submission")
            continue
        if entry.facts.get("sha256") != version.sha256:
            yield Finding(reference=reference, what="its hash is not the one in the ledger")
        if entry.at != version.submitted_at:
            yield Finding(reference=reference, what="its moment is not the one in the ledger")
    for number in submitted:
        yield Finding(reference=proposal.reference, what=f"version {number} is gone")
    if versions:
        yield from _asked(proposal, versions[-1])


def _asked(proposal: Proposal, newest: ProposalVersion) -> Iterator[Finding]:
    """Compare the amount in the table with the one that was submitted, unless it is a draft."""
    if proposal.status.value == "draft":
        return
    asked = newest.content.get("lifted", {}).get("requested_cents")
    if asked is not None and asked != proposal.requested_cents:
        yield Finding(
            reference=proposal.reference,
            what="the amount it asks for is not the one that was submitted",
        )


def _projects(session: Session, entries: Entries) -> Iterator[Finding]:
    lines = joinedload(Project.agreement).selectinload(Agreement.budget)
    for project in session.scalars(sa.select(Project).options(lines).order_by(Project.reference)):
        yield from status(entries, PROJECT_STEPS.noun, project.reference, project.status.value)
        yield from _agreed(project, entries)
    for it in session.scalars(sa.select(Deliverable).order_by(Deliverable.id)):
        yield from status(
            entries, DELIVERABLE_STEPS.noun, deliverable_reference(it), it.status.value
        )


def _agreed(project: Project, entries: Entries) -> Iterator[Finding]:
    """Compare what an agreement gives, when it was signed, and what came free by its end."""
    noun, reference = PROJECT_STEPS.noun, project.reference
    agreed = project.agreement
    signed = agreed.signed_on.isoformat() if agreed.signed_on else None
    if not agreed.adds_up:
        yield Finding(reference=reference, what="its budget does not add up to what was agreed")
    compared = {
        "amount awarded": (("create",), "awarded_cents", project.awarded_cents),
        "amount agreed": (("create",), "awarded_cents", agreed.granted_cents),
        "day of its signature": (("sign", "correct signing"), "signed_on", signed),
        "amount that is free again": (("terminate",), "freed_cents", project.freed_cents),
    }
    for name, (actions, fact, now) in compared.items():
        last = entries.last(noun, reference, *actions)
        recorded = last.facts.get(fact, now) if last else None
        if recorded != now and (last or fact != "awarded_cents"):
            yield Finding(reference=reference, what=f"the {name} is not the one in the ledger")


def gone(session: Session, entries: Entries) -> Iterator[Finding]:
    """Name the proposals that the ledger knows and no table holds any more."""
    there = set(session.scalars(sa.select(Proposal.reference)))
    for reference in entries.references(NOUN):
        if reference not in there:
            yield Finding(reference=reference, what="the ledger knows it, and it is gone")


def status(entries: Entries, noun: str, reference: str, now: str) -> Iterator[Finding]:
    """Compare where something stands with its last step."""
    recorded = entries.status(noun, reference)
    if recorded is not None and recorded != now:
        yield Finding(reference=reference, what=f"its status is {now}, not {recorded}")
