"""Many decisions on one page: looked at together, ticked, saved together."""

from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config, view_defaults

from grants.decisions.service.batch_decisions import MOST, SuggestedDecision
from grants.decisions.service.decisions import CallMoney
from grants.rules.workflow import ProposalStatus
from schemas.decisions.batch import batch_schema
from schemas.forms.base import _
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request


@view_defaults(
    route_name="manage.decisions.many",
    permission="evaluate",
    renderer="templates:decisions/many.jinja2",
)
class ManyDecisions:
    """What waits for a decision, with what the ranking says of each."""

    def __init__(self, context: resources.CallContext, request: Request) -> None:
        self.context, self.request = context, request
        self.suggested = request.services.batch_decisions.suggested(context.call)

    @view_config(request_method="GET")
    def show(self) -> dict[str, Any]:
        """Show all of it; everything is ticked."""
        return self._page(Markup(self._form().render(self._all())))  # noqa: S704 -- ours escape

    @view_config(request_method="POST")
    def decide(self) -> Any:
        """Save the decisions that are ticked; their letters are sent later."""
        if not self.suggested:  # a double click, or somebody else decided on all of it
            code = self.context.call.code
            return HTTPSeeOther(self.request.route_path("manage.decisions", code=code))
        given, page = form_errors.answers(self.request, self._form(), self._all())
        if given is None:
            return self._page(page)
        groups = {ProposalStatus(name): it for name, it in given.items() if name in _STATUSES}
        made = self.request.services.batch_decisions.decide(
            self.context.call,
            {status: sorted(it["proposals"]) for status, it in groups.items()},
            {status: it["reasons"] for status, it in groups.items()},
            by=self.request.person,
        )
        self.request.flash(
            _("Decisions saved: ${count}. No letter is sent yet.", mapping={"count": len(made)}),
            "good",
        )
        code = self.context.call.code
        return HTTPSeeOther(self.request.route_path("manage.decisions", code=code))

    def _form(self) -> deform.Form:
        groups: dict[ProposalStatus, list[tuple[str, str]]] = {}
        for it in self.suggested:
            row = (it.proposal.reference, self._words(it))
            groups.setdefault(it.proposal.status, []).append(row)
        return self.request.form(
            batch_schema(groups),
            {"decide": _("Save these decisions")},
            formid="many",
            version=self.request.services.versions.letters(self.context.call),
        )

    def _words(self, it: SuggestedDecision) -> str:
        proposal, said = it.proposal, self.request.formats
        title = proposal.title or self.request.localizer.translate(_("Proposal without a title"))
        amount = f": {said.money(it.cents, self.context.call.currency)}" if it.cents else ""
        return f"{proposal.reference} · {title} · {proposal.organisation.name}{amount}"

    def _all(self) -> dict[str, Any]:
        """Tick everything."""
        given: dict[str, Any] = {}
        for it in self.suggested:
            group = given.setdefault(it.proposal.status.value, {"proposals": set(), "reasons": ""})
            group["proposals"].add(it.proposal.reference)
        return given

    def _page(self, form: Markup) -> dict[str, Any]:
        call = self.context.call
        money = self.request.services.decisions.money(call)
        offered = sum(it.cents or 0 for it in self.suggested)
        return {
            "call": call,
            "form": form if self.suggested else "",
            "envelope": money,
            "after": CallMoney(envelope=money.envelope, awarded=money.awarded + offered),
            "more": len(self.suggested) >= MOST,
        }


_STATUSES = frozenset(it.value for it in ProposalStatus)
