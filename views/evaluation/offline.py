"""Reviewing without a network: all proposals as one document, reviews as a spreadsheet."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pyramid.httpexceptions import HTTPBadRequest, HTTPNotFound, HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config

from grants.evaluation.documents.review_sheet import workbook
from grants.evaluation.models import Assignment
from grants.evaluation.queries.offline_reviews import writable
from grants.evaluation.queries.review_sheets import (
    LONGEST,
    SheetReading,
    read_sheet,
    sheet_of,
)
from grants.evaluation.service.reviews import Draft, Score
from grants.kit.spreadsheets import XLSX_TYPE
from schemas.forms.base import _
from views.evaluation.reviewed_texts import headings, read_version
from views.web.downloads import as_download
from views.web.forms import windows
from views.web.request import Request

PAGE = "templates:evaluation/offline.jinja2"
LARGEST_FILE = 1_000_000


@view_config(route_name="reviews.offline", request_method="GET", permission="work", renderer=PAGE)
def show(request: Request) -> dict[str, Any]:
    """Offer what a reviewer takes along, and take back what was written."""
    return _page(request, _reviews(request))


@view_config(route_name="reviews.offline.pdf", request_method="GET", permission="work")
def proposals(request: Request) -> Response:
    """Print all proposals of a call that somebody reviews, as one document."""
    reviews = _reviews(request)
    call = reviews[0].stage.call
    content = request.services.proposal_papers.together(
        [read_version(request, it) for it in reviews],
        title=call.title,
        lead=request.person.name,
        language=request.language,
    )
    response = Response(body=content, content_type="application/pdf")
    return as_download(response, f"{call.code}.pdf")


@view_config(route_name="reviews.offline.xlsx", request_method="GET", permission="work")
def sheet(request: Request) -> Response:
    """Put the reviews that somebody is writing into a spreadsheet."""
    reviews = writable(_reviews(request))
    if not reviews:
        raise HTTPNotFound
    call, shown = reviews[0].stage.call, headings(request, reviews)
    made = sheet_of(reviews, shown, request.formats, title=call.title, at=request.arrived_at)
    response = Response(body=workbook(made), content_type=XLSX_TYPE)
    return as_download(response, f"{call.code}.xlsx")


@view_config(
    route_name="reviews.offline",
    request_method="POST",
    request_param="upload",
    permission="work",
    renderer=PAGE,
)
def upload(request: Request) -> dict[str, Any]:
    """Show what was understood of a spreadsheet; nothing is kept yet."""
    reviews, sent = _reviews(request), request.POST.get("file")
    content = sent.file.read(LARGEST_FILE + 1) if hasattr(sent, "file") else b""
    if not content or len(content) > LARGEST_FILE:
        request.response.status = 422
        problem = _("Choose the spreadsheet of your reviews first; it has at most 1 MB.")
        return _page(request, reviews, problems=[request.localizer.translate(problem)])
    reading = read_sheet(content, writable(reviews), request.formats)
    if reading.problems:
        request.response.status = 422
    said = [request.said(it) for it in reading.problems]
    return _page(request, reviews, reading=reading, problems=said)


@view_config(
    route_name="reviews.offline", request_method="POST", request_param="keep", permission="work"
)
def keep(request: Request) -> HTTPSeeOther:
    """Save what was understood and looked at; all of it, or nothing where one has moved on."""
    reviews = {it.id: it for it in writable(_reviews(request))}
    drafts = _sent(request.POST.get("changes", ""))
    if drafts.keys() - reviews.keys():
        raise HTTPNotFound
    for number, (revision, draft) in drafts.items():
        request.services.reviews.save(
            reviews[number], draft, revision=revision, tab=windows.new_tab(), by=request.person
        )
    said = _(
        "Saved in ${count} reviews. Check and submit them here.", mapping={"count": len(drafts)}
    )
    request.flash(said)
    return HTTPSeeOther(request.route_path("reviews"))


def _reviews(request: Request) -> Sequence[Assignment]:
    """List what somebody reviews in the call that is asked for; nobody else learns of it."""
    found = request.services.offline_reviews.readable(request.person, request.matchdict["code"])
    if not found:
        raise HTTPNotFound
    return found


def _page(
    request: Request,
    reviews: Sequence[Assignment],
    *,
    reading: SheetReading | None = None,
    problems: Sequence[str] = (),
) -> dict[str, Any]:
    changes = reading.changes if reading and not problems else ()
    return {
        "call": reviews[0].stage.call,
        "reviews": reviews,
        "writable": writable(reviews),
        "shown": headings(request, reviews),
        "reading": reading,
        "problems": problems,
        "changes": json.dumps(
            {str(it.assignment.id): _kept(it.assignment, it.draft) for it in changes}
        ),
    }


def _kept(assignment: Assignment, draft: Draft) -> dict[str, Any]:
    return {
        "revision": assignment.review.revision,
        "scores": {
            code: [it.halves, it.comment, it.not_assessed] for code, it in draft.scores.items()
        },
        "overall": draft.overall_comment,
        "private": draft.private_comment,
    }


def _sent(text: str) -> Mapping[int, tuple[int, Draft]]:
    """Read what the page carried. Raises HTTPBadRequest for anything else."""
    try:
        return {
            int(number): (int(it["revision"]), _draft(it))
            for number, it in json.loads(text).items()
        }
    except (AttributeError, KeyError, TypeError, ValueError) as wrong:
        raise HTTPBadRequest from wrong


def _draft(data: Mapping[str, Any]) -> Draft:
    scores = {}
    for code, (halves, comment, left) in data["scores"].items():
        if not (halves is None or type(halves) is int) or type(left) is not bool:
            raise ValueError(code)
        scores[code] = Score(halves=halves, comment=str(comment), not_assessed=left)
    texts = [*(it.comment for it in scores.values()), str(data["overall"]), str(data["private"])]
    if max(map(len, texts)) > LONGEST:
        raise ValueError
    return Draft(
        scores=scores, overall_comment=str(data["overall"]), private_comment=str(data["private"])
    )
