"""What became of proposals, in the words of the award report."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from grants.accounts.models import Person
from grants.calls.models import CallVersion
from grants.decisions.models import Decision
from grants.decisions.queries.awarded_money import AWARDS
from grants.evaluation.models import Ranking
from grants.kit.language.formats import Formats
from grants.kit.pdf.parts import PlannedDeliverableEntry
from grants.kit.pdf.wording import Imprint
from grants.oversight.documents import award_report as paper
from grants.oversight.documents.award_pages import AwardEntry
from grants.oversight.queries.award_report.audit import changed_envelope
from grants.projects.documents.keeping import partners, planned
from grants.projects.models import Project
from grants.proposals.models import Proposal
from grants.rules import timezones
from grants.rules.scoring import Basis, Rules
from grants.rules.words import N_
from grants.rules.workflow import DecisionKind, ProjectStatus, ProposalStatus

_BY_STATUS = {
    ProposalStatus.RESERVE: DecisionKind.RESERVE,
    ProposalStatus.BELOW_THRESHOLD: DecisionKind.REJECT_THRESHOLD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedProposal:
    """A proposal that was submitted, with what became of it."""

    proposal: Proposal
    decision: Decision | None
    project: Project | None

    @property
    def failed(self) -> bool:
        """Whether it was awarded and came to no agreement."""
        return self.project is not None and self.project.status is ProjectStatus.FAILED

    @property
    def awarded_cents(self) -> int:
        """What it is granted: nothing if it was withdrawn, or its agreement failed."""
        withdrawn = self.proposal.status is ProposalStatus.WITHDRAWN
        if self.failed or withdrawn or self.decision is None or self.decision.kind not in AWARDS:
            return 0
        return self.decision.awarded_cents or 0


@dataclass(frozen=True, slots=True)
class OutcomeTeller:
    """Says what happened in the words of the report."""

    made: Imprint
    said: Formats
    rules: Rules
    places: Mapping[str, Mapping[str, Any]]

    def ranking(self, everything: Sequence[ReportedProposal]) -> list[paper.RankedEntry]:
        """Return the ranking's lines in their order."""
        known = {it.proposal.reference: it for it in everything}
        groups = Counter(place["tie_group"] for place in self.places.values())
        return [
            self._ranked(known[reference], place, groups)
            for reference, place in self.places.items()
            if reference in known
        ]

    def _ranked(
        self, it: ReportedProposal, place: Mapping[str, Any], groups: Counter[int | None]
    ) -> paper.RankedEntry:
        proposal, group = it.proposal, place["tie_group"]
        level = groups[group] - 1 if group is not None else 0
        return paper.RankedEntry(
            rank=place["rank"],
            reference=proposal.reference,
            title=proposal.title,
            applicant=proposal.organisation.name,
            score=Fraction(place["total"]),
            requested_cents=place["requested_cents"],
            granted_cents=it.awarded_cents,
            outcome=self._outcome(it, place),
            tie="\n".join(self._notes(it, level)),
            offered_cents=place["offered_cents"] or 0,
            share=Fraction(place["total"]) / self.rules.maximum_total
            if self.rules.basis is Basis.WEIGHTED_SHARE
            else None,
        )

    def _notes(self, it: ReportedProposal, level: int) -> Iterator[str]:
        if level > 0:
            yield self.made.say(N_("Tied with {number} more"), number=level)
        if it.decision is not None and it.decision.departs:
            yield self.made.say(N_("Departs from the ranking"))

    def _outcome(self, it: ReportedProposal, place: Mapping[str, Any]) -> str:
        if it.proposal.status is ProposalStatus.WITHDRAWN:
            return self.said.words(it.proposal.status)
        if it.decision is None:
            return self.said.words(str(place["outcome"]).lower())
        words = self.said.words(it.decision.kind)
        return self.made.say(N_("{decision}, no agreement"), decision=words) if it.failed else words

    def award(self, it: ReportedProposal, summaries: Mapping[int, str]) -> AwardEntry:
        """Tell of one award."""
        proposal, project, decision = it.proposal, it.project, it.decision
        place = self.places.get(proposal.reference)
        conditions = decision.conditions if decision else ""
        return AwardEntry(
            rank=place["rank"] if place else None,
            reference=proposal.reference,
            title=proposal.title,
            applicant=proposal.organisation.name,
            country=self.said.country(proposal.organisation.country),
            topic=proposal.topic.name if proposal.topic else "",
            score=Fraction(place["total"]) if place else Fraction(0),
            requested_cents=proposal.requested_cents or 0,
            amount_cents=it.awarded_cents,
            total_cents=project.agreement.total_cents if project else proposal.total_cents or 0,
            starts_on=project.agreement.starts_on if project else proposal.starts_on,
            ends_on=project.agreement.ends_on if project else proposal.ends_on,
            summary=project.summary if project else summaries.get(proposal.id, ""),
            reasons=decision.reasons if decision else "",
            decided=self._signed(decision.decided_by, decision.decided_at) if decision else "",
            signed=self._signed(decision.signatory, decision.signed_at) if decision else "",
            justification=decision.justification if decision else "",
            conditions=[line for line in conditions.splitlines() if line.strip()],
            partners=partners(project, self.made, self.said) if project else (),
            deliverables=self._planned(project) if project else (),
        )

    def _signed(self, person: Person | None, at: datetime | None) -> str:
        if person is None:
            return ""
        day = self.made.day(timezones.day(at, self.made.zone)) if at else N_("not signed yet")
        return f"{person.name}, {day if at else self.made.say(day)}"

    def envelope(self, versions: Sequence[CallVersion], ranking: Ranking) -> str:
        """Return when and why the envelope was changed after the ranking was computed."""
        changed = changed_envelope(versions, ranking.computed_at)
        if changed is None:
            return ""
        day = self.made.day(timezones.day(changed.published_at, self.made.zone))
        return f"{day}: {changed.reason}"

    def _planned(self, project: Project) -> Sequence[PlannedDeliverableEntry]:
        return planned(project, self.said.language)

    def not_funded(self, it: ReportedProposal) -> paper.NotFundedEntry:
        """Tell of a proposal without an award, and why."""
        kind, note = self._why(it)
        return paper.NotFundedEntry(
            reference=it.proposal.reference,
            title=it.proposal.title,
            applicant=it.proposal.organisation.name,
            kind=kind,
            note=note,
        )

    def _why(self, it: ReportedProposal) -> tuple[DecisionKind, str]:
        status, decision = it.proposal.status, it.decision
        if status is ProposalStatus.WITHDRAWN:
            return DecisionKind.REJECT_OTHER, self.said.words(status)
        if decision is not None and decision.kind in AWARDS:
            words = N_("Awarded, but no agreement: {reason}")
            reason = it.project.failure_reason if it.project else ""
            return DecisionKind.REJECT_OTHER, self.made.say(words, reason=reason)
        if decision is not None:
            other = decision.kind is DecisionKind.REJECT_OTHER
            return decision.kind, decision.reasons if other else ""
        undecided = self.made.say(N_("Not decided yet"))
        return _BY_STATUS.get(status, DecisionKind.REJECT_OTHER), undecided
