"""What a reviewer reads of a proposal: all of it, or all that does not tell who applies.

Each page, list, document and file of a reviewer takes titles, names and answers from here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.calls.models import Stage
from grants.calls.queries.definitions import definition_of
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import Assignment, Review
from grants.proposals.models import Proposal, ProposalVersion
from grants.proposals.queries.unnamed_texts import names_of, readable_files, unnamed_version
from grants.rules.forms.answers import Answers
from grants.rules.forms.hiding import masked


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedHeading:
    """How a proposal is called before its reviewer; `organisation` is "" where it is hidden."""

    reference: str
    title: str
    organisation: str
    country: str

    @property
    def is_hidden(self) -> bool:
        """Whether the reviewer must not learn who applies."""
        return not self.organisation


def hides_applicants(stage: Stage) -> bool:
    """Return whether reviewers of a stage must not learn who applies."""
    return stage.opened_at is not None and frozen_rules(stage).hides_applicants


def heading(assignment: Assignment, mask: str) -> ReviewedHeading:
    """Return how a proposal is called before its reviewer; `mask` is MASK in their language."""
    if hides_applicants(assignment.stage):
        return _hidden(assignment, assignment.review.version, mask)
    return _whole(assignment)


def headings(
    db: Session, assignments: Sequence[Assignment], mask: str
) -> Mapping[int, ReviewedHeading]:
    """Return the same for several reviews, by their numbers; at most one query."""
    unnamed = [it.id for it in assignments if hides_applicants(it.stage)]
    versions = _versions(db, unnamed) if unnamed else {}
    return {
        it.id: _hidden(it, versions[it.id], mask) if it.id in versions else _whole(it)
        for it in assignments
    }


def answers_shown(assignment: Assignment, mask: str) -> Answers:
    """Return the answers of the version under review as its reviewer reads them."""
    version = assignment.review.version
    if not hides_applicants(assignment.stage):
        return version.answers
    return unnamed_version(version, mask)


def files_shown(assignment: Assignment, answers: Answers) -> frozenset[str]:
    """Name the files, by their tokens, that a reviewer reads of the version under review."""
    tokens = frozenset(it["token"] for it in assignment.review.version.content["files"])
    if not hides_applicants(assignment.stage):
        return tokens
    return tokens & readable_files(answers)


def file_name_shown(assignment: Assignment, name: str, mask: str) -> str:
    """Return the name of a file as its reviewer reads it."""
    version = assignment.review.version
    if not hides_applicants(assignment.stage):
        return name
    return masked(name, names_of(version), mask)


def _whole(assignment: Assignment) -> ReviewedHeading:
    return _named(assignment.proposal)


def _named(it: Proposal) -> ReviewedHeading:
    return ReviewedHeading(
        reference=it.reference,
        title=it.title,
        organisation=it.organisation.name,
        country=it.organisation.country,
    )


def version_heading(
    stage: Stage, proposal: Proposal, version: ProposalVersion, mask: str
) -> ReviewedHeading:
    """Return how a proposal is called before whoever judges it, also without a review."""
    if hides_applicants(stage):
        return _unnamed(proposal.reference, version, mask)
    return _named(proposal)


def _hidden(assignment: Assignment, version: ProposalVersion, mask: str) -> ReviewedHeading:
    return _unnamed(assignment.proposal.reference, version, mask)


def _unnamed(reference: str, version: ProposalVersion, mask: str) -> ReviewedHeading:
    found = definition_of(version.form).playing("title")
    title = version.content["lifted"]["title"]
    if found is None or found[1].names_applicant:
        title = ""
    return ReviewedHeading(
        reference=reference,
        title=masked(title, names_of(version), mask) or reference,
        organisation="",
        country="",
    )


def _versions(db: Session, reviews: Sequence[int]) -> dict[int, ProposalVersion]:
    rows = db.execute(
        select(Review.assignment_id, ProposalVersion)
        .join(ProposalVersion, ProposalVersion.id == Review.version_id)
        .where(Review.assignment_id.in_(reviews))
        .options(
            joinedload(ProposalVersion.form),
            joinedload(ProposalVersion.submitted_by),
        )
    )
    return dict(rows.all())
