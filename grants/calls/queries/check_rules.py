"""What the portal computes of the formal check, in words: for the public and for managers."""

from collections.abc import Mapping

from grants.calls.models import Call
from grants.kit.language.formats import Formats
from grants.kit.language.i18n import translations
from grants.rules.checking import CheckRule, CheckRuleKind
from grants.rules.words import N_

_ASKED: Mapping[CheckRuleKind, str] = {
    CheckRuleKind.COUNTRIES: N_(
        "Lead city, paired city and partners are of at least {bound} countries."
    ),
    CheckRuleKind.POPULATION: N_("The applicant has at least {bound} inhabitants."),
    CheckRuleKind.PARTNERS: N_("The proposal names at least {bound} partners."),
    CheckRuleKind.MONTHS: N_("The project takes at most {bound} months."),
    CheckRuleKind.PILOT: N_("The applicant is or was a pilot city when the call closes."),
    CheckRuleKind.AMOUNT: N_("The grant requested is within the limits of the call."),
}


def rule_in_words(rule: CheckRule, said: Formats) -> str:
    """Return what an item asks, in a reader's language."""
    bound = said.number(rule.bound or 0)
    return translations(said.language).gettext(_ASKED[rule.kind]).format(bound=bound)


def check_rules(call: Call, said: Formats) -> dict[str, str]:
    """Return what the portal computes of a call's checklist, by the codes of the items."""
    return {
        line["code"]: rule_in_words(rule, said)
        for line in call.checklist
        if (rule := CheckRule.from_dict(line.get("rule")))
    }
