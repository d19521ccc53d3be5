"""What the portal computes of items of the formal check, and how it says so.

A number of inhabitants is the proposal's, or the register's where the proposal does not say it;
pilot cities are the register's alone, which the fund keeps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from grants.calls.queries.definitions import definition_of
from grants.directory.models import PilotStatus
from grants.kit.language.formats import Formats
from grants.kit.language.i18n import translations
from grants.proposals.models import Proposal, ProposalVersion
from grants.proposals.queries.known_facts import POPULATION
from grants.rules.checking import CheckFacts, CheckRule, CheckRuleKind, is_met
from grants.rules.forms.answers import answer_to, is_visible
from grants.rules.forms.key_fields import KeyFields, lifted
from grants.rules.words import N_

_FOUND: Mapping[CheckRuleKind, str] = {
    CheckRuleKind.COUNTRIES: N_("Countries: {countries}."),
    CheckRuleKind.POPULATION: N_("Inhabitants: {population}."),
    CheckRuleKind.PARTNERS: N_("Partners named: {partners}."),
    CheckRuleKind.MONTHS: N_("From {starts} to {ends}."),
    CheckRuleKind.PILOT: N_("Pilot city since: {pilot}."),
    CheckRuleKind.AMOUNT: N_("Requested: {requested}. Costs: {total}."),
}


@dataclass(frozen=True, kw_only=True)
class ComputedItem:
    """What the portal computes of one item; `met` is None where the proposal says too little."""

    rule: CheckRule
    met: bool | None
    facts: CheckFacts
    currency: str

    def in_words(self, said: Formats) -> str:
        """Return what was found, in a reader's language."""
        facts, say = self.facts, translations(said.language).gettext
        values = {
            "countries": ", ".join(said.country(it) for it in sorted(facts.countries)) or "–",
            "population": "–" if facts.population is None else said.number(facts.population),
            "partners": said.number(facts.partners),
            "starts": said.day(facts.starts_on),
            "ends": said.day(facts.ends_on),
            "pilot": said.day(facts.pilot_since),
            "requested": self._money(facts.requested_cents, said),
            "total": self._money(facts.total_cents, said),
        }
        return say(_FOUND[self.rule.kind]).format(**values)

    def _money(self, cents: int | None, said: Formats) -> str:
        return "–" if cents is None else said.money(cents, self.currency)


def computed_items(proposal: Proposal, version: ProposalVersion) -> dict[str, ComputedItem]:
    """Compute the items of a proposal's checklist that have a rule, by their codes."""
    rules = {
        line["code"]: rule
        for line in proposal.call.checklist
        if line.get("phase", 1) == proposal.phase
        and (rule := CheckRule.from_dict(line.get("rule")))
    }
    if not rules:
        return {}
    facts = _facts(proposal, version)
    return {
        code: ComputedItem(
            rule=rule, met=is_met(rule, facts), facts=facts, currency=proposal.call.currency
        )
        for code, rule in rules.items()
    }


def _facts(proposal: Proposal, version: ProposalVersion) -> CheckFacts:
    call, applicant = proposal.call, proposal.organisation
    named = lifted(definition_of(version.form), version.answers)
    return CheckFacts(
        countries=_countries(proposal, named),
        population=_population(proposal, version),
        partners=len(named.partners),
        starts_on=named.starts_on,
        ends_on=named.ends_on,
        pilot_since=None if applicant.pilot is PilotStatus.NONE else applicant.pilot_from,
        closes_on=call.closes_at.astimezone(ZoneInfo(call.zone)).date(),
        requested_cents=named.requested_cents,
        total_cents=named.total_cents,
        smallest_cents=call.smallest_cents,
        largest_cents=call.largest_cents,
        share=call.cofinancing,
    )


def _countries(proposal: Proposal, named: KeyFields) -> frozenset[str]:
    cities = [it.country for it in (named.city, named.paired_city) if it]
    lead = [] if named.city else [proposal.organisation.country]
    return frozenset(
        it for it in (*lead, *cities, *(each.country for each in named.partners)) if it
    )


def _population(proposal: Proposal, version: ProposalVersion) -> int | None:
    definition = definition_of(version.form)
    found = definition.playing(POPULATION)
    if found is not None and is_visible(definition, *found, version.answers):
        answer = answer_to(version.answers, found[0].code, found[1].code)
        if isinstance(answer, int) and not isinstance(answer, bool):
            return answer
    return proposal.organisation.population
