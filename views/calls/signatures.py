"""What no one person does alone: read, signed second, refused or withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.calls.models import ProposedAct
from grants.calls.queries.changes import Change, changes
from grants.calls.queries.facts import SubmittedBy
from grants.calls.queries.rules_in_words import disagreeing
from grants.calls.queries.stage_plans import EarlierStage
from grants.projects.service.terminations import ENDINGS
from grants.rules.scoring import DivergenceRule
from grants.rules.workflow import ActKind, ActStatus
from schemas.calls.call import BASES, KINDS, LIST_RULES, SUBMITTED_BY, CallSchema
from schemas.calls.stages import ENTRIES, FORMS
from schemas.evaluation.stage import Reason
from schemas.forms.base import _
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request

PAGE = "templates:calls/signature.jinja2"
SHAPES = {
    ActStatus.WAITING: "waiting",
    ActStatus.SIGNED: "good",
    ActStatus.REFUSED: "bad",
    ActStatus.REVOKED: "ended",
}
"""The shape beside each word."""

_WORDS = dict((*BASES, *LIST_RULES, *KINDS, *SUBMITTED_BY))
_ENTRIES = dict(ENTRIES)
_FIELDS = {
    "opens_at": "opens",
    "closes_at": "closes",
    "tie_rules": "ties",
}
"""Where a call's form calls something by another name than the call."""


@view_config(
    route_name="manage.signatures",
    request_method="GET",
    permission="read_signatures",
    renderer="templates:calls/signatures.jinja2",
)
def listed(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """List all acts of a call that took or take two people, the newest first."""
    signatures = request.services.signatures
    acts = signatures.in_call(context.call)
    mine = signatures.signable(acts, request.person) if _settles(request) else ()
    return {"call": context.call, "acts": acts, "mine": mine, "shapes": SHAPES}


@view_config(
    route_name="manage.signature",
    request_method="GET",
    permission="read_signatures",
    renderer=PAGE,
)
def show(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """Show what was proposed and why; to those who may, with the buttons to go on with it."""
    return _page(context, request)


@view_config(
    route_name="manage.signature",
    request_method="POST",
    request_param="sign",
    permission="countersign",
    renderer=PAGE,
)
def sign(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Sign second: from now on it is done."""
    act = _act(context, request)
    request.services.signing.sign(act, read=request.POST["sign"], by=request.person)
    request.flash(_("You have signed. It is done."), "good")
    return _back(context, request)


@view_config(
    route_name="manage.signature",
    request_method="POST",
    request_param="refuse",
    permission="countersign",
    renderer=PAGE,
)
def refuse(context: resources.CallContext, request: Request) -> Any:
    """Say no, with a reason."""
    act = _act(context, request)
    given, wrong = form_errors.answers(request, _refusal(request))
    if given is None:
        return _page(context, request, refusal=wrong)
    request.services.signatures.refuse(act, reason=given["reason"], by=request.person)
    request.flash(_("You have refused it. The person who proposed it is informed why."))
    return _back(context, request)


@view_config(
    route_name="manage.signature",
    request_method="POST",
    request_param="revoke",
    permission="countersign",
    renderer=PAGE,
)
def take_back(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Withdraw what one proposed."""
    request.services.signatures.take_back(_act(context, request), by=request.person)
    request.flash(_("The request is withdrawn. Nothing has changed."))
    return _back(context, request)


def _page(
    context: resources.CallContext, request: Request, *, refusal: Markup | None = None
) -> dict[str, Any]:
    act = _act(context, request)
    waits = act.status is ActStatus.WAITING
    stale = waits and request.services.signing.is_stale(act)
    own = act.proposed_by_id == request.person.id
    settles = waits and _settles(request)
    may_refuse = settles and not own
    may_sign = may_refuse and request.services.signatures.signable([act], request.person)
    return {
        "call": context.call,
        "act": act,
        "shapes": SHAPES,
        "stale": stale,
        "may_sign": bool(may_sign) and not stale,
        "may_take_back": settles and own,
        "refusal": refusal or (Markup(_refusal(request).render()) if may_refuse else ""),  # noqa: S704 -- ours escape
        "refused_wrongly": refusal is not None,
        "may_refuse": may_refuse,
        "project": request.services.terminations.about(act) if act.kind in ENDINGS else None,
        "changes": _changes(request, act) if act.kind is ActKind.CORRECT_CALL else (),
    }


def _act(context: resources.CallContext, request: Request) -> ProposedAct:
    found = request.services.signatures.find(context.call, int(request.matchdict["number"]))
    if found is None:
        raise HTTPNotFound
    return found


def _settles(request: Request) -> bool:
    return bool(request.has_permission("countersign"))


def _refusal(request: Request) -> deform.Form:
    return request.form(Reason(), {"refuse": _("Refuse")}, formid="refusal")


def _back(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    return HTTPSeeOther(
        request.route_path(
            "manage.signature", code=context.call.code, number=request.matchdict["number"]
        )
    )


def _changes(request: Request, act: ProposedAct) -> Sequence[tuple[str, str, str]]:
    """Return what a correction changes: the name in the form, before and after."""
    before, after = act.payload["before"], act.payload["after"]
    told = [_Telling(request, act, it) for it in (before, after)]
    return [
        (told[0].name(it), told[0].value(it, it.before), told[1].value(it, it.after))
        for it in changes(before, after)
    ]


@dataclass(frozen=True)
class _Telling:
    """Says one of the two texts of a call in words, each in its own currency and zone."""

    request: Request
    act: ProposedAct
    data: Mapping[str, Any]

    def name(self, change: Change) -> str:
        field = _FIELDS.get(change.name, change.name)
        if change.name == "divergence":
            return self._said(_("Where reviews disagree"))
        titles = {node.name: node.title for node in CallSchema()}
        return self._said(titles.get(field, _("Form")))

    def value(self, change: Change, value: Any) -> str:
        said, name = self.request.formats, change.name
        if name == "handed_in_by":
            return self._said(_WORDS[SubmittedBy(value or SubmittedBy.MEMBERS)])
        if value is None or value in ("", [], ()):
            return "–"
        if name.endswith("_cents"):
            return said.money(value, self.data["currency"])
        match name:
            case "opens_at" | "closes_at":
                return said.moment(datetime.fromisoformat(value), self.data["zone"])
            case "cofinancing":
                return said.share(Fraction(value))
            case "basis" | "list_rule":
                return self._said(_WORDS.get(value, value))
            case "overall_threshold":
                return said.exact(value)
            case "divergence":
                rule = DivergenceRule.from_dict(value)
                return "\n".join(disagreeing(rule, said)) if rule else "–"
            case "topic_ids":
                topics = {it.id: it.name for it in self.act.call.fund.topics}
                return "\n".join(topics.get(it, str(it)) for it in value)
            case "form_id":
                forms = self.request.services.calls.forms(self.act.call.fund, value)
                return next((f"{it.title} ({it.number})" for it in forms if it.id == value), "–")
            case "checklist":
                return "\n".join(self._item(it) for it in value)
            case "earlier":
                return "\n\n".join(self._stage(EarlierStage.from_dict(it)) for it in value)
            case "criteria":
                return "\n".join(self._criterion(it) for it in value)
            case "tie_rules":
                names = {it["code"]: it["name"] for it in self.data["criteria"]}
                return ", ".join(names.get(code, code) for code in value)
        return str(value)

    def _item(self, it: Mapping[str, Any]) -> str:
        said = f"{it['text']} ({self._said(_WORDS[it['kind']])})"
        phase = str(it.get("phase", 1))
        return said if phase == "1" else f"{said} – {self._said(dict(FORMS)[phase])}"

    def _stage(self, it: EarlierStage) -> str:
        said, rule = self.request.formats, it.entry
        lines = [it.name, *(self._criterion(asdict(each)) for each in it.criteria)]
        if it.overall_threshold is not None:
            lines.append(f"{self._said(_('Overall threshold'))} {said.exact(it.overall_threshold)}")
            lines.append(self._said(_WORDS[it.basis]))
        lines.append(f"{self._said(_('Reviews for each proposal'))}: {it.minimum_reviews}")
        most = f" ({rule.most})" if rule.most else ""
        lines.append(f"{self._said(_('Who goes on'))}: {self._said(_ENTRIES[rule.kind])}{most}")
        if it.closes_at is not None:
            closes = said.moment(it.closes_at, self.data["zone"])
            lines.append(f"{self._said(_('That form closes'))}: {closes}")
        return "\n".join(lines)

    def _criterion(self, it: Mapping[str, Any]) -> str:
        said, halves = self.request.formats, it["threshold_halves"]
        parts = [f"{self._said(_('Weight'))} {said.exact(it['weight'])}"]
        if halves is not None:
            parts.append(f"{self._said(_('Threshold'))} {said.halves(halves)}")
        return f"{it['name']} ({', '.join(parts)}) {it['guidance']}".strip()

    def _said(self, words: object) -> str:
        return str(self.request.localizer.translate(words))
