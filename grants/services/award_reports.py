"""The award report of a call: how proposals became awards, and where the money ended."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from grants import evaluation, ledger, moments
from grants.errors import NotAllowedNow
from grants.evaluation import Rules
from grants.face import Face
from grants.formats import Formats, formats
from grants.forms.lifted import lifted
from grants.i18n import N_
from grants.models import (
    Call,
    Decision,
    Fund,
    Project,
    Proposal,
    ProposalVersion,
    Ranking,
)
from grants.reports import award_report as paper
from grants.reports.award_pages import AwardEntry
from grants.reports.parts import PartnerEntry, PlannedDeliverable
from grants.reports.wording import Imprint
from grants.services.base import Service
from grants.services.definitions import definition_of
from grants.services.imprints import imprint
from grants.services.offers import AWARDS
from grants.services.project_papers import PARTNER_KINDS, planned
from grants.workflow import (
    DecisionKind,
    ProjectStatus,
    ProposalStatus,
    RankingStatus,
)

_BY_STATUS = {
    ProposalStatus.RESERVE: DecisionKind.RESERVE,
    ProposalStatus.BELOW_THRESHOLD: DecisionKind.REJECT_THRESHOLD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A proposal that was handed in, with what became of it."""

    proposal: Proposal
    decision: Decision | None
    project: Project | None

    @property
    def awarded_cents(self) -> int:
        """What it is granted: nothing if it was withdrawn, or its agreement failed."""
        failed = self.project is not None and self.project.status is ProjectStatus.FAILED
        withdrawn = self.proposal.status is ProposalStatus.WITHDRAWN
        if failed or withdrawn or self.decision is None or self.decision.kind not in AWARDS:
            return 0
        return self.decision.awarded_cents or 0


@dataclass(frozen=True, slots=True)
class AwardReports(Service):
    """Award reports of calls, and the figures in them."""

    face: Face = field(default_factory=Face, kw_only=True)

    def pdf(self, call: Call, *, language: str = "en") -> bytes:
        """Print the award report. Raises NotAllowedNow before the ranking is adopted."""
        return paper.render(self.report(call, language=language))

    def report(self, call: Call, *, language: str = "en") -> paper.AwardReport:
        """Gather what the report says; six queries however many proposals."""
        ranking = self._ranking(call)
        if ranking is None:
            raise NotAllowedNow(
                N_("The award report can be made once the ranking of this call is adopted.")
            )
        made = imprint(call, version=ranking.sha256, language=language, face=self.face)
        everything = self.received(call)
        teller = _Teller(made, formats(language), _places(ranking))
        head, programme = ledger.head(self.db), self._programme(call)
        awarded = self._in_rank(everything, ranking)
        summaries = self._summaries([it for it in awarded if it.project is None])
        return paper.AwardReport(
            imprint=made,
            reference=call.code,
            title=call.title,
            programme=programme,
            opened_at=call.opens_at,
            closed_at=call.closes_at,
            envelope_cents=call.envelope_cents,
            currency=call.currency,
            decided_on=_decided_on(call, awarded),
            funnel=funnel(everything, ranking),
            budget_line=ranking.result["budget_line"],
            ranking_sha256=ranking.sha256,
            ledger_head=head.hash,
            ledger_entries=head.seq,
            rules=teller.rules(Rules.from_dict(ranking.inputs["rules"])),
            ranking=teller.ranking(everything),
            awards=[teller.award(it, summaries) for it in awarded],
            not_funded=[teller.not_funded(it) for it in everything if not it.awarded_cents],
        )

    def received(self, call: Call, *, owed: bool = True) -> list[Received]:
        """List what was handed in under a call, with decisions and projects; one query.

        Another one, unless told otherwise, for what the projects owe.
        """
        also = (selectinload(Project.deliverables),) if owed else ()
        query = (
            select(Proposal, Decision, Project)
            .outerjoin(Decision, Decision.proposal_id == Proposal.id)
            .outerjoin(Project, Project.proposal_id == Proposal.id)
            .where(Proposal.call_id == call.id, Proposal.submitted_at.is_not(None))
            .options(
                joinedload(Proposal.organisation),
                joinedload(Proposal.topic),
                *also,
            )
            .order_by(Proposal.reference)
        )
        return [
            Received(proposal=proposal, decision=decision, project=project)
            for proposal, decision, project in self.db.execute(query)
        ]

    def funnel_of(self, call: Call, received: Sequence[Received]) -> paper.Funnel:
        """Count how many proposals came how far."""
        return funnel(received, self._ranking(call))

    def _ranking(self, call: Call) -> Ranking | None:
        return self.db.scalar(
            select(Ranking).where(
                Ranking.call_id == call.id, Ranking.status == RankingStatus.ADOPTED
            )
        )

    def _programme(self, call: Call) -> str:
        fund = self.db.scalars(
            select(Fund).where(Fund.id == call.fund_id).options(joinedload(Fund.programme))
        ).one()
        return fund.programme.name

    def _in_rank(self, everything: Sequence[Received], ranking: Ranking) -> list[Received]:
        order = {place["reference"]: n for n, place in enumerate(ranking.result["places"])}
        awarded = [it for it in everything if it.awarded_cents]
        return sorted(awarded, key=lambda it: order.get(it.proposal.reference, len(order)))

    def _summaries(self, unprepared: Sequence[Received]) -> Mapping[int, str]:
        """Read the summaries of awards whose letter has not left; one query."""
        newest = (
            select(ProposalVersion.proposal_id, func.max(ProposalVersion.number).label("number"))
            .where(ProposalVersion.proposal_id.in_([it.proposal.id for it in unprepared]))
            .group_by(ProposalVersion.proposal_id)
            .subquery()
        )
        same = and_(
            ProposalVersion.proposal_id == newest.c.proposal_id,
            ProposalVersion.number == newest.c.number,
        )
        found = select(ProposalVersion).join(newest, same)
        forms = found.options(joinedload(ProposalVersion.proposal).joinedload(Proposal.form))
        return {
            version.proposal_id: lifted(
                definition_of(version.proposal.form), version.answers
            ).summary
            for version in self.db.scalars(forms)
        }


def funnel(everything: Sequence[Received], ranking: Ranking | None) -> paper.Funnel:
    """Count how many proposals came how far."""
    places = ranking.result["places"] if ranking else ()
    staged = [it for it in everything if it.proposal.stage is not None]
    eligible = [it for it in everything if it.proposal.status is ProposalStatus.ELIGIBLE]
    return paper.Funnel(
        received=len(everything),
        eligible=len(staged) + len(eligible),
        evaluated=len(places),
        above_thresholds=sum(bool(place["passed"]) for place in places),
        awarded=sum(bool(it.awarded_cents) for it in everything),
    )


def _places(ranking: Ranking) -> dict[str, dict[str, Any]]:
    return {place["reference"]: place for place in ranking.result["places"]}


def _decided_on(call: Call, awarded: Sequence[Received]) -> Any:
    decided = [it.decision.decided_at for it in awarded if it.decision is not None]
    return moments.day(max(decided), call.zone) if decided else None


@dataclass(frozen=True, slots=True)
class _Teller:
    """Says what happened in the words of the report."""

    made: Imprint
    said: Formats
    places: Mapping[str, Mapping[str, Any]]

    def rules(self, rules: Rules) -> list[tuple[str, str]]:
        """Name what the ranking was computed by."""
        say, names = self.made.say, {it.code: it.name for it in rules.criteria}
        ties = [names.get(code, code) for code in map(str, rules.to_dict().get("tie_rules", ()))]
        weights = [f"{it.name} × {evaluation.shown(it.weight)}" for it in rules.criteria]
        threshold = rules.overall_threshold
        return [
            (say(N_("Criteria and weights")), "\n".join(weights)),
            (
                say(N_("Overall threshold")),
                "" if threshold is None else self.made.score(threshold),
            ),
            (say(N_("Ties are decided by")), ", ".join(ties)),
        ]

    def ranking(self, everything: Sequence[Received]) -> list[paper.RankedEntry]:
        """Give the ranking's lines in their order."""
        known = {it.proposal.reference: it for it in everything}
        groups = Counter(place["tie_group"] for place in self.places.values())
        return [
            self._ranked(known[reference], place, groups)
            for reference, place in self.places.items()
            if reference in known
        ]

    def _ranked(
        self, it: Received, place: Mapping[str, Any], groups: Counter[int | None]
    ) -> paper.RankedEntry:
        proposal, group = it.proposal, place["tie_group"]
        level = groups[group] - 1 if group is not None else 0
        tie = N_("Equal scores with {number} more")
        return paper.RankedEntry(
            rank=place["rank"],
            reference=proposal.reference,
            title=proposal.title,
            applicant=proposal.organisation.name,
            score=Fraction(place["total"]),
            requested_cents=place["requested_cents"],
            granted_cents=it.awarded_cents,
            outcome=self._outcome(it, place),
            tie=self.made.say(tie, number=level) if level > 0 else "",
        )

    def _outcome(self, it: Received, place: Mapping[str, Any]) -> str:
        if it.proposal.status is ProposalStatus.WITHDRAWN:
            return self.said.words(it.proposal.status)
        if it.decision is None:
            return self.said.words(str(place["outcome"]).lower())
        return self.said.words(it.decision.kind)

    def award(self, it: Received, summaries: Mapping[int, str]) -> AwardEntry:
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
            total_cents=project.total_cents if project else proposal.total_cents or 0,
            starts_on=project.starts_on if project else proposal.starts_on,
            ends_on=project.ends_on if project else proposal.ends_on,
            summary=project.summary if project else summaries.get(proposal.id, ""),
            reasons=decision.reasons if decision else "",
            conditions=[line for line in conditions.splitlines() if line.strip()],
            partners=self._partners(project) if project else (),
            deliverables=self._planned(project) if project else (),
        )

    def _partners(self, project: Project) -> list[PartnerEntry]:
        return [
            PartnerEntry(
                name=it["name"],
                kind=self.made.say(PARTNER_KINDS.get(it["kind"], it["kind"])),
                country=self.said.country(it["country"]),
                role=it["role"],
            )
            for it in project.partners
        ]

    def _planned(self, project: Project) -> Sequence[PlannedDeliverable]:
        return planned(project, self.said.language)

    def not_funded(self, it: Received) -> paper.NotFundedEntry:
        """Tell of a proposal without an award, and why."""
        kind, note = self._why(it)
        return paper.NotFundedEntry(
            reference=it.proposal.reference,
            title=it.proposal.title,
            applicant=it.proposal.organisation.name,
            kind=kind,
            note=note,
        )

    def _why(self, it: Received) -> tuple[DecisionKind, str]:
        status, decision = it.proposal.status, it.decision
        if status is ProposalStatus.WITHDRAWN:
            return DecisionKind.REJECT_OTHER, self.said.words(status)
        if decision is not None and decision.kind in AWARDS:
            words = N_("Awarded, but there is no agreement: {reason}")
            reason = it.project.failure_reason if it.project else ""
            return DecisionKind.REJECT_OTHER, self.made.say(words, reason=reason)
        if decision is not None:
            other = decision.kind is DecisionKind.REJECT_OTHER
            return decision.kind, decision.reasons if other else ""
        undecided = self.made.say(N_("Not decided yet"))
        return _BY_STATUS.get(status, DecisionKind.REJECT_OTHER), undecided
