"""Files of a proposal: sent while one watches, fetched by those who may read them."""

import tempfile
from collections.abc import Callable
from typing import IO, BinaryIO, cast

from pyramid.httpexceptions import HTTPLengthRequired, HTTPNotFound
from pyramid.response import Response
from pyramid.view import view_config

from grants.kit.dossiers.models import File
from grants.proposals.service.files import shown_name
from grants.rules.errors import WrongFile
from grants.rules.words import N_
from grants.rules.workflow import Role
from views.web import resources
from views.web.downloads import as_download
from views.web.request import Request

Attach = Callable[[str, BinaryIO], File]
"""Takes a file by its name and content. Raises WrongFile, KeyError if it has no place there."""


@view_config(route_name="proposal.upload", request_method="PUT", permission="edit", renderer="json")
def upload(context: resources.ProposalContext, request: Request) -> dict[str, str]:
    """Take a file as an answer to a field."""
    proposal, place = context.proposal, request.matchdict["field"]

    def attach(name: str, content: BinaryIO) -> File:
        return request.services.files.attach(
            proposal, place, name=name, content=content, by=request.person
        )

    largest = request.services.files.largest(proposal, place)
    return take_in(request, attach, "proposal.file", largest=largest, reference=proposal.reference)


def take_in(
    request: Request, attach: Attach, route: str, *, largest: int, **keys: str | int
) -> dict[str, str]:
    """Take a file that is the request's whole body; say what the page shows of it, or why not."""
    name = shown_name(request.GET.get("name", ""))
    if request.content_length is None:
        raise HTTPLengthRequired
    try:
        _require_small(name, request.content_length, largest)
        file = attach(name, cast("BinaryIO", _seekable(request)))
    except KeyError:
        raise HTTPNotFound from None
    except WrongFile as refusal:
        request.response.status = 422
        return {"problem": request.said(refusal)}
    request.response.status = 201
    address = request.route_path(route, token=file.token, **keys)
    size = request.formats.size(file.size)
    return {"token": file.token, "name": file.name, "size": size, "url": address}


def _require_small(name: str, size: int, largest: int) -> None:
    """Refuse what is larger than its slot takes before any of it is read."""
    if size > largest:
        message = N_("{name} is too large. The limit is {megabytes} MB.")
        raise WrongFile(message, name=name, megabytes=largest // (1024 * 1024))


def _seekable(request: Request) -> IO[bytes]:
    """Return the body as a file to go back and forth in; the server has put it on disk if large."""
    body: IO[bytes] = request.body_file_raw
    if hasattr(body, "seek") and hasattr(body, "tell"):
        return body
    spooled = tempfile.SpooledTemporaryFile(max_size=512 * 1024)  # noqa: SIM115 -- ends with it
    while part := request.body_file.read(256 * 1024):
        spooled.write(part)
    spooled.seek(0)
    return spooled


@view_config(route_name="proposal.file", request_method="GET", permission="view")
def fetch(context: resources.ProposalContext, request: Request) -> Response:
    """Give a file to its team; to the fund, if it was submitted."""
    files, token = request.services.files, request.matchdict["token"]
    find = files.find if Role.APPLICANT in context.roles else files.find_submitted
    file = find(context.proposal, token)
    if file is None:
        raise HTTPNotFound
    return sent(request, file)


def sent(request: Request, file: File, *, name: str = "") -> Response:
    """Send a file's bytes a part at a time, to be saved and never shown; `name` is another name."""
    response = Response(
        app_iter=request.services.files.read(file),
        content_type=file.content_type,
        content_length=file.size,
    )
    return as_download(response, name or file.name)
