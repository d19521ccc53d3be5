"""The proposals that a call received: found, ordered, paged; and as a file for spreadsheets."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pyramid.response import Response
from pyramid.view import view_config

from grants.access import role_in
from grants.calls.models import Call
from grants.kit import spreadsheets
from grants.kit.spreadsheets import Cell
from grants.oversight.queries.received_proposals import ORDERS, Query, Received
from grants.rules.money import decimals
from grants.rules.workflow import ProposalStatus
from schemas.forms.base import _
from views.evaluation.presentation import next_step, shape, to_decide
from views.web import paging, resources
from views.web.request import Request

MOST_WORDS = 200

COLUMNS = (
    _("Reference"),
    _("Title"),
    _("Organisation"),
    _("Country"),
    _("Topic"),
    _("Status"),
    _("Requested"),
    _("Total"),
    _("Currency"),
    _("Submitted (UTC)"),
    _("Reviews submitted"),
    _("Reviews assigned"),
    _("Offered"),
    _("Decision"),
    _("Awarded"),
)


@view_config(
    route_name="manage.proposals",
    request_method="GET",
    permission="view",
    renderer="templates:oversight/received_proposals.jinja2",
)
def proposals(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """List what a call received."""
    call, services = context.call, request.services
    query = _query(request)
    page = services.listing.page(
        call, request.person, role_in(context.roles), query, now=request.arrived_at
    )
    stage, adopted = services.stages.of(call), services.rankings.is_adopted(call)
    return {
        "call": call,
        "next": next_step(
            request,
            call,
            context.roles,
            page.by_status,
            stage,
            adopted=adopted,
            waits=to_decide(request, call, page.by_status),
        ),
        "orders": _orders(request, query),
        "page": page,
        "pages": paging.links(request, page.number, page.pages),
        "query": query,
        "roles": context.roles,
        "shape": shape,
        "statuses": [each for each in ProposalStatus if page.by_status.get(each)],
        "csv_url": request.route_path("manage.proposals.csv", code=call.code),
        "xlsx_url": request.route_path("manage.proposals.xlsx", code=call.code),
    }


@view_config(route_name="manage.proposals.csv", request_method="GET", permission="view")
def as_csv(context: resources.CallContext, request: Request) -> Response:
    """Give all of them as a file for spreadsheets, in the reader's own signs."""
    body = spreadsheets.as_csv(
        _header(request), _table(context, request), language=request.language
    )
    return _sent(body, spreadsheets.CSV_TYPE, f"{context.call.code}.csv")


@view_config(route_name="manage.proposals.xlsx", request_method="GET", permission="view")
def as_xlsx(context: resources.CallContext, request: Request) -> Response:
    """Give all of them as a workbook, with numbers and moments as such."""
    call = context.call
    body = spreadsheets.as_xlsx(
        _header(request), _table(context, request), title=call.code, at=request.arrived_at
    )
    return _sent(body, spreadsheets.XLSX_TYPE, f"{call.code}.xlsx")


def _sent(body: bytes, content_type: str, name: str) -> Response:
    charset = "utf-8" if content_type == spreadsheets.CSV_TYPE else None
    return Response(
        body=body,
        content_type=content_type,
        charset=charset,
        content_disposition=f'attachment; filename="{name}"',
    )


def _header(request: Request) -> list[str]:
    return [request.localizer.translate(column) for column in COLUMNS]


def _table(context: resources.CallContext, request: Request) -> Iterator[list[Cell]]:
    rows = request.services.listing.all(
        context.call, request.person, role_in(context.roles), now=request.arrived_at
    )
    offers = request.services.rankings.offers(context.call)
    return (list(_cells(request, context.call, row, offers.get(row.reference))) for row in rows)


def _cells(
    request: Request, call: Call, row: Received, offered_cents: int | None
) -> Iterator[Cell]:
    words = request.formats.words
    yield from (row.reference, row.title, row.organisation, row.country, row.topic)
    amounts = (_amount(it, call.currency) for it in (row.requested_cents, row.total_cents))
    yield from (words(row.status), *amounts, call.currency)
    yield from (row.submitted_at, row.reviews_done, row.reviews_asked)
    yield _amount(offered_cents, call.currency)
    yield from (
        words(row.decision) if row.decision else "",
        _amount(row.awarded_cents, call.currency),
    )


def _amount(cents: int | None, currency: str) -> Decimal | None:
    return None if cents is None else Decimal(cents).scaleb(-decimals(currency))


def _query(request: Request) -> Query:
    given = request.GET
    known = set(ProposalStatus)
    order = given.get("order", "")
    statuses = (ProposalStatus(each) for each in given.getall("status") if each in known)
    return Query(
        words=given.get("q", "").strip()[:MOST_WORDS],
        statuses=frozenset(statuses),
        order=order if order in ORDERS else "reference",
        descending=given.get("down") == "1",
        page=paging.asked(request),
    )


def _orders(request: Request, query: Query) -> dict[str, tuple[str, str]]:
    """Give for each order the address that turns to it, and how the list stands now."""
    found = {}
    for name in ORDERS:
        here = name == query.order
        down = "1" if here and not query.descending else ""
        state = ("descending" if query.descending else "ascending") if here else ""
        found[name] = (paging.address(request, order=name, down=down, page=""), state)
    return found
