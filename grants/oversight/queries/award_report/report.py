"""The award report of a call: how proposals became awards, and where the money ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload, undefer

from grants import ledger
from grants.calls.models import Call, Fund
from grants.calls.queries.definitions import definition_of
from grants.calls.queries.imprints import imprint
from grants.decisions.models import Decision
from grants.decisions.queries.current import CURRENT
from grants.evaluation.models import Ranking
from grants.kit.branding import Branding
from grants.kit.language.formats import formats
from grants.kit.service import Service
from grants.oversight.documents import award_report as paper
from grants.oversight.queries.award_report.audit import AwardAudits
from grants.oversight.queries.award_report.outcomes import OutcomeTeller, ReportedProposal
from grants.projects.models import Agreement, Project
from grants.proposals.models import Proposal, ProposalVersion
from grants.proposals.queries import newest_version
from grants.rules import timezones
from grants.rules.errors import NotAllowedNow
from grants.rules.forms.key_fields import lifted
from grants.rules.scoring import ListRule, Rules
from grants.rules.words import N_
from grants.rules.workflow import ProposalStatus, RankingStatus


@dataclass(frozen=True, slots=True)
class AwardReports(Service):
    """Award reports of calls, and the figures in them."""

    branding: Branding = field(default_factory=Branding, kw_only=True)

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
        programme = self._programme(call)  # with the fund, of which the imprint asks
        made = imprint(call, version=ranking.sha256, language=language, branding=self.branding)
        everything = self.received(call)
        audits = AwardAudits(self.db, self.publish, self.clock)
        said = formats(made.language)
        rules = Rules.from_dict(ranking.inputs["rules"])
        teller = OutcomeTeller(made, said, rules, _places(ranking))
        head = ledger.head(self.db)
        versions, awarded = audits.versions(call), self._in_rank(everything, ranking)
        summaries = self._summaries([it for it in awarded if it.project is None])
        return paper.AwardReport(
            imprint=made,
            reference=call.code,
            title=call.title,
            programme=programme,
            opened_at=call.opens_at,
            closed_at=call.closes_at,
            envelope_cents=rules.envelope_cents,
            envelope_now_cents=call.envelope_cents,
            envelope_changed=teller.envelope(versions, ranking),
            maximum=rules.maximum_total,
            moves_up=rules.list_rule is ListRule.SKIP_FILL,
            by_topic=bool(call.topics),
            freed_cents=sum((it.project.freed_cents or 0) for it in everything if it.project),
            currency=call.currency,
            decided_on=_decided_on(call, awarded),
            funnel=funnel(everything, ranking),
            budget_line=ranking.result["budget_line"],
            ranking_sha256=ranking.sha256,
            ledger_head=head.hash,
            ledger_entries=head.seq,
            audit=audits.audit(
                ranking,
                [it.decision for it in everything if it.decision is not None],
                [it.project for it in everything if it.project is not None],
                said,
                versions,
            ),
            ranking=teller.ranking(everything),
            awards=[teller.award(it, summaries) for it in awarded],
            not_funded=[teller.not_funded(it) for it in everything if not it.awarded_cents],
        )

    def received(self, call: Call, *, owed: bool = True) -> list[ReportedProposal]:
        """List what was submitted under a call, with decisions and projects; one query.

        With whoever takes part in the projects, and another one for what they owe, unless told
        otherwise.
        """
        also = (
            (
                joinedload(Project.agreement).options(
                    joinedload(Agreement.partners), selectinload(Agreement.planned)
                ),
                joinedload(Decision.decided_by),
                joinedload(Decision.signatory),
            )
            if owed
            else ()
        )
        query = (
            select(Proposal, Decision, Project)
            .outerjoin(Decision, CURRENT)
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
            ReportedProposal(proposal=proposal, decision=decision, project=project)
            for proposal, decision, project in self.db.execute(query).unique()
        ]

    def funnel_of(self, call: Call, received: Sequence[ReportedProposal]) -> paper.Funnel:
        """Count how many proposals came how far."""
        return funnel(received, self._ranking(call))

    def _ranking(self, call: Call) -> Ranking | None:
        return self.db.scalar(
            select(Ranking)
            .where(Ranking.call_id == call.id, Ranking.status == RankingStatus.ADOPTED)
            .options(joinedload(Ranking.stage), undefer(Ranking.inputs), undefer(Ranking.result))
        )

    def _programme(self, call: Call) -> str:
        fund = self.db.scalars(
            select(Fund).where(Fund.id == call.fund_id).options(joinedload(Fund.programme))
        ).one()
        return fund.programme.name

    def _in_rank(
        self, everything: Sequence[ReportedProposal], ranking: Ranking
    ) -> list[ReportedProposal]:
        order = {place["reference"]: n for n, place in enumerate(ranking.result["places"])}
        awarded = [it for it in everything if it.awarded_cents]
        return sorted(awarded, key=lambda it: order.get(it.proposal.reference, len(order)))

    def _summaries(self, unprepared: Sequence[ReportedProposal]) -> Mapping[int, str]:
        """Read the summaries of awards whose letter has not left; one query."""
        found = newest_version.versions([it.proposal.id for it in unprepared])
        forms = found.options(joinedload(ProposalVersion.form))
        return {
            version.proposal_id: lifted(definition_of(version.form), version.answers).summary
            for version in self.db.scalars(forms)
        }


def funnel(everything: Sequence[ReportedProposal], ranking: Ranking | None) -> paper.Funnel:
    """Count how many proposals came how far."""
    places = ranking.result["places"] if ranking else ()
    staged = [it for it in everything if it.proposal.stage_id is not None]
    eligible = [
        it
        for it in everything
        if it.proposal.status is ProposalStatus.ELIGIBLE and it.proposal.stage_id is None
    ]
    return paper.Funnel(
        received=len(everything),
        eligible=len(staged) + len(eligible),
        evaluated=len(places),
        above_thresholds=sum(bool(place["passed"]) for place in places),
        awarded=sum(bool(it.awarded_cents) for it in everything),
    )


def _places(ranking: Ranking) -> dict[str, dict[str, Any]]:
    return {place["reference"]: place for place in ranking.result["places"]}


def _decided_on(call: Call, awarded: Sequence[ReportedProposal]) -> Any:
    decided = [it.decision.decided_at for it in awarded if it.decision is not None]
    return timezones.day(max(decided), call.zone) if decided else None
