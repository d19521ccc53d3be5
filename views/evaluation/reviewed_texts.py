"""What a reviewer reads of a proposal: page, document and files, without what must be hidden."""

from collections.abc import Mapping, Sequence
from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.response import Response
from pyramid.view import view_config

from grants.calls.queries.definitions import named_of
from grants.evaluation.models import Assignment
from grants.evaluation.queries.reviewed_texts import (
    ReviewedHeading,
    answers_shown,
    file_name_shown,
    files_shown,
    heading,
    hides_applicants,
)
from grants.proposals.documents.keeping import ReadVersion
from grants.proposals.queries.unnamed_texts import MASK
from grants.rules.forms.answers import Answers
from grants.rules.workflow import ASSIGNMENT_STEPS, Role
from schemas.forms.base import _
from views.proposals.files import sent
from views.web import resources
from views.web.downloads import as_download
from views.web.request import Request


@view_config(route_name="review.pdf", request_method="GET", permission="read")
def as_pdf(context: resources.AssignmentContext, request: Request) -> Response:
    """Print the version that is under review, as its reviewer reads it."""
    assignment, papers = context.assignment, request.services.proposal_papers
    if hides_applicants(assignment.stage):
        read = read_version(request, assignment)
        content = papers.without_applicant(read, language=request.language)
    else:
        content = papers.version(assignment.review.version, language=request.language)
    response = Response(body=content, content_type="application/pdf")
    return as_download(response, f"{assignment.proposal.reference}.pdf")


@view_config(route_name="review.file", request_method="GET", permission="read")
def fetch_file(context: resources.AssignmentContext, request: Request) -> Response:
    """Send a file of the version that is reviewed, if its reviewer reads it."""
    assignment, token = context.assignment, request.matchdict["token"]
    file = request.services.files.find_submitted(assignment.proposal, token)
    names = _files(request, assignment, answers_shown(assignment, _mask(request)))
    if file is None or token not in names:
        raise HTTPNotFound
    return sent(request, file, name=names[token])


def read_version(request: Request, assignment: Assignment) -> ReadVersion:
    """Gather what a reviewer reads of the version under review, for a document."""
    answers = answers_shown(assignment, _mask(request))
    return ReadVersion(
        version=assignment.review.version,
        title=heading_of(request, assignment).title,
        answers=answers,
        files=_files(request, assignment, answers),
        is_unnamed=hides_applicants(assignment.stage),
    )


def under_review(request: Request, assignment: Assignment) -> dict[str, Any]:
    """Gather the frozen version that is under review, for reading."""
    version = assignment.review.version
    answers = answers_shown(assignment, _mask(request))
    names = _files(request, assignment, answers)
    return {
        "assignment": assignment,
        "proposal": assignment.proposal,
        "shown": heading_of(request, assignment),
        "call": assignment.proposal.call,
        "definition": named_of(assignment.proposal, version),
        "answers": answers,
        "version": version,
        "files": {
            file.token: {
                "name": names[file.token],
                "size": request.formats.size(file.size),
                "url": request.route_path("review.file", number=assignment.id, token=file.token),
            }
            for file in request.services.files.of_version(version)
            if file.token in names
        },
        "actions": ASSIGNMENT_STEPS.actions(assignment.status, Role.REVIEWER),
    }


def heading_of(request: Request, assignment: Assignment) -> ReviewedHeading:
    """Return how a proposal is called before its reviewer."""
    return heading(assignment, _mask(request))


def headings(request: Request, reviews: Sequence[Assignment]) -> Mapping[int, ReviewedHeading]:
    """Return the same for several reviews, by their numbers."""
    return request.services.review_list.headings(reviews, _mask(request))


def _files(request: Request, assignment: Assignment, answers: Answers) -> dict[str, str]:
    """Name the files that the reviewer reads, by their tokens."""
    tokens = files_shown(assignment, answers)
    return {
        it["token"]: file_name_shown(assignment, it["name"], _mask(request))
        for it in assignment.review.version.content["files"]
        if it["token"] in tokens
    }


def _mask(request: Request) -> str:
    return str(request.localizer.translate(_(MASK)))
