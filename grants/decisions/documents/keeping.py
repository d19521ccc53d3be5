"""The decision letter as PDF: made once, when it is sent, and kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from grants.calls.queries.imprints import hashed, imprint
from grants.calls.queries.rules_in_words import OVERALL_NAMES, unit
from grants.decisions.documents import letter as paper
from grants.decisions.models import LETTER, Decision
from grants.decisions.queries.letter_facts import (
    CriterionOutcome,
    LetterFacts,
    SectionOutcome,
    letter_facts,
    letter_made_of,
)
from grants.decisions.queries.redress_days import last_day
from grants.kit.branding import Branding
from grants.kit.dossiers.documents import KeptDocuments
from grants.kit.dossiers.models import Document
from grants.kit.language.formats import formats
from grants.kit.pdf.wording import Imprint
from grants.kit.service import Service
from grants.kit.storage import Storage
from grants.proposals.models import Proposal
from grants.rules import timezones
from grants.rules.money import percentages
from grants.rules.words import N_

REDRESS = N_(
    "You may ask us to look again at the procedure that led to this decision. Write to {email} "
    "and say which step you think went wrong. The judgement of the reviewers is not repeated."
)
REDRESS_ON_PAGE = N_(
    "You may ask us, on the page of your proposal, to look again at the procedure that led to this"
    " decision. Say which step you think went wrong: somebody who was not involved looks at it. The"
    " judgement of the reviewers is not repeated."
)
WHOLE = N_("All criteria together")


@dataclass(frozen=True, slots=True)
class LetterPapers(Service):
    """Decision letters, as PDF: one of each decision that was sent."""

    storage: Storage = field(kw_only=True)
    branding: Branding = field(default_factory=Branding, kw_only=True)

    def keep(self, decision: Decision) -> Document:
        """Make the letter of a decision once, and keep it."""
        made_of = letter_made_of(decision)
        return self._documents.keep(
            decision.proposal, LETTER, made_of, lambda: self._print(decision)
        )

    def content(self, decision: Decision) -> bytes:
        """Return the letter as it was sent; printed now if its job has not run yet.

        Until it has, nobody decides anew: so it is the same letter.
        """
        kept = self._documents.get(decision.proposal, LETTER, letter_made_of(decision))
        return self._documents.content(kept) if kept else self._print(decision)

    @property
    def _documents(self) -> KeptDocuments:
        return KeptDocuments(self.db, self.publish, self.clock, storage=self.storage)

    def _print(self, decision: Decision) -> bytes:
        """Print it in the language of whoever began the proposal."""
        facts = letter_facts(self.db, decision.proposal, decision)
        return paper.render(_letter(facts, decision, self.branding))


def _letter(facts: LetterFacts, decision: Decision, branding: Branding) -> paper.LetterDocument:
    proposal = facts.proposal
    call = proposal.call
    language = call.fund.branded(branding).language(proposal.started_by.language)
    version = hashed(_frozen(facts, decision))
    made = imprint(call, version=version, language=language, branding=branding)
    return paper.LetterDocument(
        imprint=made,
        reference=proposal.reference,
        title=proposal.title,
        call=call.title,
        applicant=proposal.organisation.name,
        address=formats(language).country(proposal.organisation.country),
        decided_on=_day(decision, proposal),
        kind=decision.kind,
        reasons=_reasons(facts, decision, made),
        redress=made.say(
            REDRESS if last_day(decision, call) is None else REDRESS_ON_PAGE,
            email=call.fund.contact_email,
        ),
        conditions=[line for line in decision.conditions.splitlines() if line.strip()],
        amount_cents=decision.awarded_cents,
        currency=call.currency,
        requested_cents=_asked(decision),
        answer_by=decision.answer_by,
        redress_until=last_day(decision, call),
        criteria=_criteria(facts, made),
        total=_total(facts),
        signatory=decision.decided_by.name,
        signatory_role=made.fund,
    )


def _asked(decision: Decision) -> int | None:
    """Return what was asked for, where less is awarded."""
    asked = decision.proposal.requested_cents
    awarded = decision.awarded_cents
    return asked if asked and awarded is not None and awarded < asked else None


def _day(decision: Decision, proposal: Proposal) -> date:
    return timezones.day(decision.notified_at or decision.decided_at, proposal.call.zone)


def _reasons(facts: LetterFacts, decision: Decision, made: Imprint) -> str:
    """Return the reasons, and what the check of the proposal found missing."""
    words = N_("Not met: {item} {reason}")
    not_met = [made.say(words, item=item, reason=reason) for item, reason in facts.not_met]
    return "\n\n".join([decision.reasons, *not_met])


def _criteria(facts: LetterFacts, made: Imprint) -> Sequence[paper.CriterionScore]:
    weights = percentages([Fraction(it.weight) * Fraction(it.maximum) for it in facts.criteria])
    scored = [_criterion(it, weight) for it, weight in zip(facts.criteria, weights, strict=True)]
    scored += [_section(it, made) for it in facts.sections]
    if not facts.overall and not facts.comments:
        return scored
    together = paper.CriterionScore(
        name=made.say(OVERALL_NAMES[facts.basis] if facts.overall else WHOLE),
        score=_exact(facts.overall),
        maximum=Fraction(facts.overall_maximum),
        weight=None,
        threshold=_exact(facts.overall_threshold),
        comments=facts.comments,
        unit=unit(facts.basis),
    )
    return [*scored, together]


def _criterion(it: CriterionOutcome, weight: Fraction) -> paper.CriterionScore:
    return paper.CriterionScore(
        name=it.name,
        score=Fraction(it.score),
        maximum=Fraction(it.maximum),
        weight=weight,
        threshold=_exact(it.threshold),
        comments=it.comments,
    )


def _section(it: SectionOutcome, made: Imprint) -> paper.CriterionScore:
    return paper.CriterionScore(
        name=made.say(N_("Section {name}, by weights"), name=it.name),
        score=Fraction(it.score),
        maximum=Fraction(it.maximum),
        weight=None,
        threshold=_exact(it.threshold),
    )


def _total(facts: LetterFacts) -> paper.Total | None:
    if not facts.criteria:
        return None
    return paper.Total(score=Fraction(facts.total), maximum=Fraction(facts.maximum))


def _exact(shown: str) -> Fraction | None:
    """Read a figure as it is shown: it was rounded where the rules say how."""
    return Fraction(shown) if shown else None


def _frozen(facts: LetterFacts, decision: Decision) -> str:
    scores = [[it.code, it.score, *it.comments] for it in facts.criteria]
    told = [decision.kind.value, decision.awarded_cents, decision.reasons, decision.conditions]
    if decision.answer_by:
        told.append(decision.answer_by.isoformat())
    return json.dumps([facts.proposal.reference, told, facts.total, scores, facts.comments])
