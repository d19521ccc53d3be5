"""Files of a proposal: sent while one watches, fetched by those who may read them."""

import tempfile
from typing import IO, Any, BinaryIO, cast

from pyramid.httpexceptions import HTTPLengthRequired, HTTPNotFound
from pyramid.response import Response
from pyramid.view import view_config

from grants.errors import WrongFile
from grants.forms.kinds.files import LARGEST
from grants.i18n import N_
from grants.models import File
from grants.services.files import shown_name
from grants.workflow import Role
from views import resources
from views.downloads import as_download
from views.request import Request


@view_config(route_name="proposal.upload", request_method="PUT", permission="edit", renderer="json")
def upload(context: resources.Proposal, request: Request) -> Any:
    """Take a file that is the request's whole body; answer with what the page shows of it."""
    name = shown_name(request.GET.get("name", ""))
    if request.content_length is None:
        raise HTTPLengthRequired
    try:
        if request.content_length > LARGEST:
            message = N_("{name} is too large. The limit is {megabytes} MB.")
            raise WrongFile(message, name=name, megabytes=LARGEST // (1024 * 1024))
        file = request.services.files.attach(
            context.proposal,
            request.matchdict["field"],
            name=name,
            content=cast("BinaryIO", _seekable(request)),
            by=request.person,
        )
    except KeyError:
        raise HTTPNotFound from None
    except WrongFile as refusal:
        request.response.status = 422
        return {"problem": request.said(refusal)}
    request.response.status = 201
    address = request.route_path(
        "proposal.file", reference=context.proposal.reference, token=file.token
    )
    return {
        "token": file.token,
        "name": file.name,
        "size": request.formats.size(file.size),
        "url": address,
    }


def _seekable(request: Request) -> IO[bytes]:
    """Give the body as a file to go back and forth in; the server has put it on disk if large."""
    body: IO[bytes] = request.body_file_raw
    if hasattr(body, "seek") and hasattr(body, "tell"):
        return body
    spooled = tempfile.SpooledTemporaryFile(max_size=512 * 1024)  # noqa: SIM115 -- ends with it
    while part := request.body_file.read(256 * 1024):
        spooled.write(part)
    spooled.seek(0)
    return spooled


@view_config(route_name="proposal.file", request_method="GET", permission="view")
def fetch(context: resources.Proposal, request: Request) -> Response:
    """Give a file to its team; to the fund, if it was handed in."""
    files, token = request.services.files, request.matchdict["token"]
    find = files.find if Role.APPLICANT in context.roles else files.find_handed_in
    file = find(context.proposal, token)
    if file is None:
        raise HTTPNotFound
    return sent(request, file)


@view_config(route_name="review.file", request_method="GET", permission="read")
def fetch_for_review(context: resources.Assignment, request: Request) -> Response:
    """Give a reviewer a file of the version that is reviewed."""
    file = request.services.files.find_handed_in(
        context.assignment.proposal, request.matchdict["token"]
    )
    if file is None:
        raise HTTPNotFound
    return sent(request, file)


def sent(request: Request, file: File) -> Response:
    """Send a file's bytes a part at a time, to be saved and never shown."""
    response = Response(
        app_iter=request.services.files.read(file),
        content_type=file.content_type,
        content_length=file.size,
    )
    return as_download(response, file.name)
