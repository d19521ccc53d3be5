"""What a correction changes in a call, in words: for whoever signs it, and for the public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from grants.calls.models import Fund
from grants.calls.queries.changes import Change, changes
from grants.calls.queries.check_rules import rule_in_words
from grants.calls.queries.criteria import CriterionFacts
from grants.calls.queries.criteria_in_words import criteria_in_words
from grants.calls.queries.facts import SubmittedBy
from grants.calls.queries.rules_in_words import disagreeing, panel_in_words
from grants.calls.queries.stage_plans import EarlierStage
from grants.calls.queries.tie_facts import NAMES
from grants.rules.checking import CheckRule
from grants.rules.scoring import DivergenceRule, DrawRule, PanelRule
from schemas.calls.call import (
    BASES,
    COMBINES,
    CONSENSUS,
    KINDS,
    LIST_RULES,
    SUBMITTED_BY,
    CallSchema,
)
from schemas.calls.draws import DRAWS
from schemas.calls.stages import ENTRIES, FORMS
from schemas.forms.base import _
from views.web.request import Request

_WORDS = dict((*BASES, *COMBINES, *CONSENSUS, *DRAWS, *LIST_RULES, *KINDS, *SUBMITTED_BY))
_ENTRIES = dict(ENTRIES)
_FIELDS = {
    "opens_at": "opens",
    "closes_at": "closes",
    "tie_rules": "ties",
}
"""Where a call's form calls something by another name than the call."""


def changes_in_words(
    request: Request, fund: Fund, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Sequence[tuple[str, str, str]]:
    """Return what differs between two texts of a call: its name in the form, before and after."""
    told = [ChangeTeller(request, fund, it) for it in (before, after)]
    return [
        (told[0].name(it), told[0].value(it, it.before), told[1].value(it, it.after))
        for it in changes(before, after)
    ]


@dataclass(frozen=True)
class ChangeTeller:
    """Says one of the two texts of a call in words, each in its own currency and zone."""

    request: Request
    fund: Fund
    data: Mapping[str, Any]

    def name(self, change: Change) -> str:
        """Name what changed as the form of a call does."""
        field = _FIELDS.get(change.name, change.name)
        if change.name == "divergence":
            return self._said(_("Where reviews disagree"))
        titles = {node.name: node.title for node in CallSchema()}
        return self._said(titles.get(field, _("Form")))

    def value(self, change: Change, value: Any) -> str:
        """Say one of the two values."""
        said, name = self.request.formats, change.name
        if name == "handed_in_by":
            return self._said(_WORDS[SubmittedBy(value or SubmittedBy.MEMBERS)])
        if name == "draw":
            return self._said(_WORDS[DrawRule(value or DrawRule.RECORDED)])
        if name == "panel" and value is not None:
            return panel_in_words(PanelRule(**value), said)
        if value is None or value in ("", [], ()):
            return "–"
        if name.endswith("_cents"):
            return said.money(value, self.data["currency"])
        match name:
            case "opens_at" | "closes_at":
                return said.moment(datetime.fromisoformat(value), self.data["zone"])
            case "cofinancing":
                return said.share(Fraction(value))
            case "combine" | "consensus" | "basis" | "list_rule":
                return self._said(_WORDS.get(value, value))
            case "hides_applicants":
                return self._said(_("Yes"))
            case "overall_threshold":
                return said.exact(value)
            case "divergence":
                rule = DivergenceRule.from_dict(value)
                return "\n".join(disagreeing(rule, said)) if rule else "–"
            case "topic_ids":
                topics = {key: it.name for it in self.fund.topics for key in (it.id, it.code)}
                return "\n".join(topics.get(it, str(it)) for it in value)
            case "form_id":
                forms = self.request.services.calls.forms(self.fund, [value])
                return next((f"{it.title} ({it.number})" for it in forms if it.id == value), "–")
            case "checklist":
                return "\n".join(self._item(it) for it in value)
            case "earlier":
                return "\n\n".join(self._stage(EarlierStage.from_dict(it)) for it in value)
            case "criteria":
                return "\n".join(self._criterion(CriterionFacts(**it)) for it in value)
            case "sections":
                return "\n".join(f"{it['section']}: {said.exact(it['threshold'])}" for it in value)
            case "tie_rules":
                names = {it["code"]: it["name"] for it in self.data["criteria"]}
                facts = {code: self._said(_(words)) for code, words in NAMES.items()}
                return ", ".join((names | facts).get(code, code) for code in value)
        return str(value)

    def _item(self, it: Mapping[str, Any]) -> str:
        said = f"{it['text']} ({self._said(_WORDS[it['kind']])})"
        if rule := CheckRule.from_dict(it.get("rule")):
            said = f"{said} {rule_in_words(rule, self.request.formats)}"
        phase = str(it.get("phase", 1))
        return said if phase == "1" else f"{said} – {self._said(dict(FORMS)[phase])}"

    def _stage(self, it: EarlierStage) -> str:
        said, rule = self.request.formats, it.entry
        lines = [it.name, *(self._criterion(each) for each in it.criteria)]
        if it.overall_threshold is not None:
            lines.append(f"{self._said(_('Overall threshold'))} {said.exact(it.overall_threshold)}")
            lines.append(self._said(_WORDS[it.basis]))
        lines.append(f"{self._said(_('Reviews for each proposal'))}: {it.minimum_reviews}")
        if it.hides_applicants:
            lines.append(self._said(_("Reviewers do not learn who applies")))
        most = f" ({rule.most})" if rule.most else ""
        lines.append(f"{self._said(_('Who goes on'))}: {self._said(_ENTRIES[rule.kind])}{most}")
        if it.closes_at is not None:
            closes = said.moment(it.closes_at, self.data["zone"])
            lines.append(f"{self._said(_('That form closes'))}: {closes}")
        return "\n".join(lines)

    def _criterion(self, facts: CriterionFacts) -> str:
        (it,) = criteria_in_words([facts], self.request.formats)
        parts = [f"{self._said(_('Weight'))} {it.weight}"]
        if it.threshold:
            parts.append(f"{self._said(_('Threshold'))} {it.threshold}")
        parts.append(f"{self._said(_('Scale'))} {it.scale}")
        if facts.comment_below_halves is not None:
            below = self.request.formats.halves(facts.comment_below_halves)
            parts.append(f"{self._said(_('A comment is needed below'))} {below}")
        if it.section:
            parts.append(f"{self._said(_('Section'))} {it.section}")
        return " ".join([f"{it.name} ({', '.join(parts)})", *it.about, *it.meanings])

    def _said(self, words: object) -> str:
        return str(self.request.localizer.translate(words))
