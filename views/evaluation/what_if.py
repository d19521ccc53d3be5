"""What another rule would change in a ranking, and how much hangs on one reviewer."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound
from pyramid.view import view_config, view_defaults

from grants.evaluation.service.ranking_analysis import RankingAnalysis
from grants.rules.scoring import ListRule, Outcome, Unusable, shown
from grants.rules.scoring.analysis.what_if import WhatIf, changed_rules
from schemas.evaluation.what_if import WhatIfSchema
from schemas.forms.base import _
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request


@view_defaults(
    route_name="manage.ranking.what_if",
    permission="inspect",
    renderer="templates:evaluation/what_if.jinja2",
)
class RankingWhatIf:
    """Asked with the form and answered at once; nothing is kept."""

    def __init__(self, context: resources.CallContext, request: Request) -> None:
        self.call, self.request = context.call, request
        ranking = request.services.rankings.of(context.call)
        if ranking is None:
            raise HTTPNotFound
        self.analysis: RankingAnalysis = request.services.ranking_analyses.of(ranking)

    @view_config(request_method="GET")
    def show(self) -> dict[str, Any]:
        """Show the rules as they are, and what hangs on each reviewer."""
        form = Markup(self._form().render(self._rules()))  # noqa: S704 -- ours escape
        return self._page(form, None)

    @view_config(request_method="POST")
    def ask(self) -> dict[str, Any]:
        """Show what other rules would change."""
        form = self._form()
        given, page = form_errors.answers(self.request, form, self._rules())
        if given is None:
            return self._page(page, None)
        threshold = given["overall_threshold"]
        try:
            changed = changed_rules(
                self.analysis.rules,
                envelope_cents=given["envelope_cents"],
                list_rule=ListRule(given["list_rule"]),
                overall_threshold=None if threshold is None else Fraction(threshold),
            )
        except Unusable as refusal:
            return self._page(form_errors.refuse(self.request, form, refusal), None)
        page = Markup(self._form().render(given))  # noqa: S704 -- ours escape
        return self._page(page, self.analysis.under(changed))

    def _form(self) -> deform.Form:
        return self.request.form(
            WhatIfSchema(),
            {"ask": _("Show what would change")},
            formid="what-if",
            language=self.request.language,
            currency=self.call.currency,
        )

    def _rules(self) -> dict[str, Any]:
        rules = self.analysis.rules
        threshold = rules.overall_threshold
        return {
            "envelope_cents": rules.envelope_cents,
            "list_rule": rules.list_rule.value,
            "overall_threshold": None if threshold is None else str(threshold),
        }

    def _page(self, form: Markup, found: WhatIf | None) -> dict[str, Any]:
        without = self.analysis.without_each()
        fragile = Counter(
            reference for it in without.values() for reference in (*it.entering, *it.leaving)
        )
        return {
            "call": self.call,
            "form": form,
            "found": found,
            "spent": self._spent(found) if found else (),
            "proposals": self.analysis.proposals,
            "without": [(self.analysis.reviewers[who], it) for who, it in without.items()],
            "too_large": self.analysis.is_too_large,
            "fragile": sorted(fragile.items(), key=lambda it: (-it[1], it[0])),
            "strictness": [
                (self.analysis.reviewers[it.reviewer], it.proposals, self._signed(it.mean))
                for it in self.analysis.strictness()
            ],
        }

    def _signed(self, mean: Fraction) -> str:
        figure = self.request.formats.figure(shown(abs(mean)))
        return figure if mean == 0 else f"{'+' if mean > 0 else '−'}{figure}"

    def _spent(self, found: WhatIf) -> Sequence[tuple[str, int]]:
        """Add up what would be offered, by topic and by country."""
        topics: Counter[str] = Counter()
        countries: Counter[str] = Counter()
        for place in found.places:
            if place.outcome is Outcome.MAIN:
                proposal, cents = self.analysis.proposals[place.reference], place.offered_cents or 0
                topics[proposal.topic or "–"] += cents
                countries[self.request.formats.country(proposal.country)] += cents
        return [*sorted(topics.items()), *sorted(countries.items())]
