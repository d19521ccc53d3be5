"""A fund's calls, as its managers write, publish and correct them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import colander
import deform
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config, view_defaults
from venusian import lift

from grants import models
from grants.access import role_in
from grants.calls.queries.check_rules import check_rules
from grants.calls.queries.criteria import criteria_of
from grants.calls.queries.criteria_in_words import criteria_in_words
from grants.calls.queries.definitions import topics_of
from grants.calls.queries.rules_in_words import earlier_in_words, judging
from grants.oversight.queries.edit_tokens import Version
from grants.rules import timezones
from grants.rules.workflow import CallStatus, ProposalStatus, Role
from schemas.calls.call import CallSchema, CorrectionSchema, NewCallSchema
from schemas.calls.presets import PRESETS, begun_with
from schemas.forms.base import _
from views.calls.call_texts import copied, defaults, facts_of, written
from views.evaluation.presentation import to_decide
from views.projects.awards import charts
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request

_TOLD = {ProposalStatus.AWARDED, ProposalStatus.REJECTED}
"""Once a letter has left for one of these, there is something to draw."""


@view_config(
    route_name="manage.fund",
    request_method="GET",
    permission="view",
    renderer="templates:calls/fund.jinja2",
)
def fund(context: resources.FundContext, request: Request) -> dict[str, Any]:
    """Show a fund's calls, and who works for it."""
    services = request.services
    return {
        "fund_shown": context.fund,
        "calls": services.calls.of_fund(context.fund, request.person),
        "people": services.programmes.people_of(context.fund),
        "confirmable": _confirmable(context, request),
        "now": request.arrived_at,
    }


@view_config(route_name="manage.confirm", request_method="POST", permission="confirm")
def confirm(context: resources.FundContext, request: Request) -> HTTPSeeOther:
    """Stand for a manager whom somebody else invited."""
    programmes, number = request.services.programmes, int(request.matchdict["number"])
    found = programmes.appointment(context.fund, number)
    if found is None:
        raise HTTPNotFound
    programmes.confirm_manager(context.fund, found, by=request.person)
    request.flash(_("You have confirmed ${name}.", mapping={"name": found.person.name}), "good")
    return HTTPSeeOther(request.route_path("manage.fund", fund=context.fund.code))


def _confirmable(context: resources.FundContext, request: Request) -> set[int]:
    """Number the appointments that whoever asks may confirm."""
    if not request.has_permission("confirm"):
        return set()
    programmes = request.services.programmes
    return {it.id for it in programmes.confirmable(context.fund, by=request.person)}


@view_config(
    route_name="manage.call",
    request_method="GET",
    permission="view",
    renderer="templates:calls/manage.jinja2",
)
def manage(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """Show where a call stands, and what to do next."""
    call, calls = context.call, request.services.calls
    standing = request.services.standings.of(call, request.person, role_in(context.roles))
    counts = standing.by_status
    told = not _TOLD.isdisjoint(counts) and request.has_permission("report")
    draft = call.status is CallStatus.DRAFT
    return {
        "call": call,
        "versions": calls.versions(call),
        "version": request.services.versions.call(call).token,
        "charts": charts(context, request) if told else (),
        "counts": counts,
        "line": standing.line,
        "standing": standing,
        "topics": topics_of(call, request.language),
        "judging": judging(call, request.formats),
        "check_rules": check_rules(call, request.formats),
        "earlier": earlier_in_words(call, request.formats),
        "criteria": criteria_in_words(criteria_of(call.criteria), request.formats),
        "contradictions": [request.said(it) for it in calls.contradictions(call)] if draft else (),
        "to_sign": request.services.pending_signatures.in_call(call)
        if request.has_permission("read_signatures")
        else (),
        # Before, there is nothing that an award report could say.
        "ranked": standing.ranked,
        "waits": to_decide(request, call, counts),
        "reviewers": calls.reviewers(call),
        "now": request.arrived_at,
        "is_open": call.is_open(request.arrived_at),
        "only_reads": context.roles == {Role.AUDITOR},
    }


@view_config(route_name="manage.call.publish", request_method="POST", permission="publish")
def publish(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Open a call to the public."""
    form_errors.require_unchanged(request, request.services.versions.call(context.call))
    request.services.calls.open_to_public(context.call, by=request.person)
    request.flash(_("The call is published."), "good")
    return HTTPSeeOther(request.route_path("manage.call", code=context.call.code))


@dataclass
class CallForm:
    """What the three forms on a call have in common."""

    context: Any
    request: Request

    def _form(
        self, schema: colander.SchemaNode, words: object, version: Version | None = None
    ) -> deform.Form:
        zones = [(name, name.replace("_", " ")) for name in timezones.zones()]
        forms = [
            (str(it.id), f"{it.title} ({it.code}, {it.number})")
            for it in self.request.services.calls.forms(self._fund, self._held)
        ]
        topics = [(str(it.id), it.name) for it in self._fund.topics]
        return self.request.form(
            schema,
            {"save": words},
            formid="call",
            version=version,
            language=self.request.language,
            currency=self.request.POST.get("currency") or self._currency,
            currencies=tuple(self.request.formats.currencies()),
            zones=zones,
            forms=forms,
            topics=topics,
        )

    @property
    def _fund(self) -> models.Fund:
        found: models.Fund = (
            self.context.fund
            if isinstance(self.context, resources.FundContext)
            else self.context.call.fund
        )
        return found

    @property
    def _currency(self) -> str:
        """Return the currency of the call as it is by now: its amounts are shown in it."""
        of_call = isinstance(self.context, resources.CallContext)
        currency: str = self.context.call.currency if of_call else "EUR"
        return currency

    @property
    def _held(self) -> Collection[int]:
        """Return the forms that the call holds by now: newer versions do not take their place."""
        if not isinstance(self.context, resources.CallContext):
            return ()
        call = self.context.call
        forms = (call.form_id, *(it.form_id for it in call.stages))
        return [it for it in forms if it is not None]


@view_defaults(
    route_name="manage.calls.new",
    permission="create_call",
    renderer="templates:calls/edit.jinja2",
)
class NewCall(CallForm):
    """A call that does not exist yet."""

    @view_config(request_method="GET")
    def show(self) -> dict[str, Any]:
        """Ask what the call is."""
        return self._page(self._form(NewCallSchema(), _("Save")).render(self._begun()))

    def _begun(self) -> dict[str, Any]:
        """Begin with usual rules, with those of an earlier call of the fund, or with nothing."""
        preset = PRESETS.get(self.request.GET.get("preset", ""))
        if preset is not None:
            return defaults() | begun_with(preset, self.request.localizer.translate)
        code = self.request.GET.get("copy")
        mine = {it.code: it for it in self._earlier_calls()}
        return copied(mine[code], self.request.localizer.translate) if code in mine else defaults()

    def _earlier_calls(self) -> Sequence[models.Call]:
        return self.request.services.calls.of_fund(self._fund, self.request.person)

    @view_config(request_method="POST")
    def create(self) -> Any:
        """Write it; it stays a draft."""
        typed, page = form_errors.answers(self.request, self._form(NewCallSchema(), _("Save")))
        if typed is None:
            return self._page(page)
        call = self.request.services.calls.create(
            self.context.fund, typed["code"], facts_of(typed), by=self.request.person
        )
        self.request.flash(_("The call is saved. Only the fund sees it."), "good")
        return HTTPSeeOther(self.request.route_path("manage.call", code=call.code))

    def _page(self, form: str) -> dict[str, Any]:
        title, fund = self.request.localizer.translate(_("New call")), self._fund
        return {
            "title": title,
            "form": form,
            "call": None,
            "fund_shown": fund,
            "second": False,
            "presets": PRESETS if self.request.method == "GET" else {},
            "earlier_calls": self._earlier_calls() if self.request.method == "GET" else (),
        }


@view_defaults(
    route_name="manage.call.edit", permission="edit", renderer="templates:calls/edit.jinja2"
)
class EditCall(CallForm):
    """A call that is not published yet."""

    schema: type[CallSchema] = CallSchema
    title: object = _("Edit the call")

    @view_config(request_method="GET")
    def show(self) -> dict[str, Any]:
        """Show what is written so far."""
        return self._page(
            self._asked().render(written(self.context.call, self.request.localizer.translate))
        )

    @view_config(request_method="POST")
    def save(self) -> Any:
        """Keep what was written."""
        form = self._asked()
        typed, page = form_errors.answers(
            self.request, form, written(self.context.call, self.request.localizer.translate)
        )
        if typed is None:
            return self._page(page)
        return HTTPSeeOther(self._keep(typed))

    def _asked(self) -> deform.Form:
        version = self.request.services.versions.call(self.context.call)
        return self._form(self.schema(), _("Save"), version)

    def _keep(self, typed: Mapping[str, Any]) -> str:
        self.request.services.calls.edit(self.context.call, facts_of(typed), by=self.request.person)
        self.request.flash(_("The call is saved."), "good")
        return self._manage

    @property
    def _manage(self) -> str:
        return str(self.request.route_path("manage.call", code=self.context.call.code))

    def _page(self, form: str) -> dict[str, Any]:
        call = self.context.call
        second = self.request.services.calls.needs_second(call)
        return {
            "title": self.request.localizer.translate(self.title),
            "form": form,
            "call": call,
            "fund_shown": call.fund,
            "second": second,
        }


@view_defaults(
    route_name="manage.call.correct",
    permission="correct",
    renderer="templates:calls/edit.jinja2",
)
@lift()  # the views of its parent are its own as well
class CorrectCall(EditCall):
    """A published call that has to be corrected: a new version, with a reason."""

    schema = CorrectionSchema
    title = _("Correct the call")

    def _keep(self, typed: Mapping[str, Any]) -> str:
        calls, call, by = self.request.services.calls, self.context.call, self.request.person
        facts, reason = facts_of(typed), typed["reason"]
        if calls.needs_second(call):
            act = self.request.services.corrections.propose(call, facts, reason=reason, by=by)
            self.request.flash(_("Your correction awaits the signature of another manager."))
            address = self.request.route_path("manage.signature", code=call.code, number=act.id)
            return str(address)
        calls.correct(call, facts, reason=reason, by=by)
        self.request.flash(
            _("The correction is published. Everyone preparing a proposal is notified."), "good"
        )
        return self._manage
