"""Consensus reports: begun by the fund, written by a rapporteur, answered by each reviewer."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from grants.accounts.models import Person
from grants.calls.models import Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import Assignment, Review
from grants.evaluation.models.consensus import ConsensusReport, ConsensusScore, ConsensusView
from grants.evaluation.queries.agreed_texts import (
    BEGUN_WITH,
    OUTSIDE,
    REVIEWS_MOVED,
    AgreedScore,
    ConsensusDraft,
    digest_of,
    draft_of,
    kept_reviews,
    missing_of,
)
from grants.evaluation.queries.consensus_progress import (
    ConsensusProgress,
    awaited,
    needing,
    require_reviews,
)
from grants.evaluation.queries.counted_scores import live_report, marks_of
from grants.evaluation.service.stages import lock_open, require_open
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.rules import canonical
from grants.rules.errors import Incomplete, NotAllowedNow, OutOfDate, Refused
from grants.rules.events import ConsensusBegun, ConsensusCirculated
from grants.rules.scoring.consensus import is_needed, nearest, seeds
from grants.rules.words import N_
from grants.rules.workflow import (
    CONSENSUS_STEPS,
    SUBMITTED_REVIEWS,
    ConsensusAnswer,
    ConsensusStatus,
    ProposalStatus,
)


@dataclass(frozen=True, slots=True)
class ConsensusReports(Service):
    """All that happens to consensus reports."""

    def of(self, stage: Stage, proposal: Proposal) -> ConsensusReport | None:
        """Find the report of a proposal that was not withdrawn, with all that is in it."""
        query = live_report(stage).where(ConsensusReport.proposal_id == proposal.id)
        return self.db.scalar(
            query.options(
                selectinload(ConsensusReport.scores),
                selectinload(ConsensusReport.views).joinedload(ConsensusView.reviewer),
                joinedload(ConsensusReport.rapporteur),
            )
        )

    def withdrawn(self, stage: Stage, proposal: Proposal) -> Sequence[ConsensusReport]:
        """List the reports of a proposal that were withdrawn, the first one first."""
        query = select(ConsensusReport).where(
            ConsensusReport.stage_id == stage.id,
            ConsensusReport.proposal_id == proposal.id,
            ConsensusReport.status == ConsensusStatus.WITHDRAWN,
        )
        return self.db.scalars(query.order_by(ConsensusReport.number)).all()

    def reviewed(self, stage: Stage, proposal: Proposal) -> Sequence[Assignment]:
        """List the submitted reviews of a proposal with their marks, in the order of asking."""
        query = (
            select(Assignment)
            .where(
                Assignment.stage_id == stage.id,
                Assignment.proposal_id == proposal.id,
                Assignment.status.in_(SUBMITTED_REVIEWS),
            )
            .options(
                joinedload(Assignment.reviewer),
                joinedload(Assignment.review).selectinload(Review.marks),
            )
        )
        return self.db.scalars(query.order_by(Assignment.id)).all()

    def is_needed(self, stage: Stage, reviewed: Sequence[Assignment]) -> bool:
        """Return whether the call asks for a report on a proposal with these reviews."""
        return is_needed(frozen_rules(stage), [marks_of(it.review) for it in reviewed])

    def is_current(self, report: ConsensusReport, reviewed: Sequence[Assignment]) -> bool:
        """Return whether the reviews are still those that the report began with."""
        return report.reviews == kept_reviews(reviewed)

    def begin(
        self, stage: Stage, proposal: Proposal, rapporteur: Person, *, by: Person
    ) -> ConsensusReport:
        """Begin a report with what the reviews come to, and name who writes it."""
        lock_open(self.db, stage)
        if proposal.status is not ProposalStatus.IN_STAGE or proposal.stage_id != stage.id:
            raise NotAllowedNow(N_("This proposal is not in the stage."))
        if self.of(stage, proposal) is not None:
            raise OutOfDate(N_("A consensus report of this proposal has begun already."))
        reviewed = self.reviewed(stage, proposal)
        if by.id in {it.reviewer_id for it in reviewed}:
            raise NotAllowedNow(OUTSIDE)
        require_reviews(self.db, stage, proposal, reviewed)
        if rapporteur.id not in {it.reviewer_id for it in reviewed}:
            raise Refused(N_("The rapporteur is one of those who reviewed the proposal."))
        rules = frozen_rules(stage)
        found = seeds(rules, [marks_of(it.review) for it in reviewed])
        report = ConsensusReport(
            stage=stage,
            proposal=proposal,
            number=len(self.withdrawn(stage, proposal)) + 1,
            rapporteur=rapporteur,
            status=ConsensusStatus.DRAFT,
            seeds={code: str(value) for code, value in sorted(found.items())},
            reviews=kept_reviews(reviewed),
            begun_at=self.clock(),
            begun_by=by,
            scores=[
                ConsensusScore(code=it.code, halves=nearest(rules.scale_of(it), found[it.code]))
                for it in rules.criteria
            ],
        )
        self.db.add(report)
        self.db.flush()
        facts = {name: getattr(report, name) for name in BEGUN_WITH}
        kind, now = CONSENSUS_STEPS.noun, report.status.value
        self.record("begin", kind, report.reference, by=by, after=now, facts=facts)
        self.publish(ConsensusBegun(report=report))
        return report

    def progress(self, stage: Stage) -> tuple[ConsensusProgress, ...]:
        """List the proposals for which the call asks for a report, and where each stands."""
        return needing(self.db, stage)

    def may_begin(self, stage: Stage, proposal: Proposal, reviewed: Sequence[Assignment]) -> bool:
        """Return whether the reviews are in, and the call asks for a report on them."""
        enough = len(reviewed) >= stage.minimum_reviews and self.is_needed(stage, reviewed)
        return enough and not awaited(self.db, stage, proposal)

    def begin_all(
        self, stage: Stage, *, but: Collection[int] = (), by: Person
    ) -> Sequence[ConsensusReport]:
        """Begin all reports whose reviews are in, but for these proposals, by number.

        Each goes to whichever of its reviewers writes fewest by then, in the order of asking.
        """
        lock_open(self.db, stage)
        rows = self.progress(stage)
        load = Counter(it.report.rapporteur_id for it in rows if it.report is not None)
        begun = []
        for it in rows:
            if it.report is not None or not it.is_ready or it.proposal.id in but:
                continue
            reviewed = self.reviewed(stage, it.proposal)
            chosen = min(reviewed, key=lambda each: (load[each.reviewer_id], each.id)).reviewer
            try:
                begun.append(self.begin(stage, it.proposal, chosen, by=by))
            except Refused:
                continue  # its own page says why
            load[chosen.id] += 1
        return begun

    def save(
        self, report: ConsensusReport, draft: ConsensusDraft, *, revision: int, tab: str, by: Person
    ) -> int:
        """Keep a report as far as it is written; give the new revision.

        Raises OutOfDate if another window saved since, NotAScore for what is not on a scale.
        """
        self._lock(report)
        self._require_rapporteur(report, by)
        if draft == draft_of(report):
            return report.revision  # a double click, too
        CONSENSUS_STEPS.target("write", report.status)
        if not report.was_read(revision=revision, tab=tab):
            raise OutOfDate(N_("This report was saved in another window in the meantime."))
        self._write(report, draft)
        report.is_saved(tab=tab, at=self.clock())
        return report.revision

    def circulate(self, report: ConsensusReport, *, by: Person) -> None:
        """Send a report to all who reviewed the proposal. Raises Incomplete."""
        self._lock(report)
        if report.status is ConsensusStatus.CIRCULATED and report.rapporteur_id == by.id:
            return  # a double click
        self._require_rapporteur(report, by)
        self._require_current(report)
        if missing := missing_of(report):
            raise Incomplete(
                N_("Some scores, comments or reasons are missing: {names}."),
                names=", ".join(missing),
            )
        report.round += 1
        report.circulated_at = self.clock()
        facts = {"round": report.round, "halves": report.halves, "sha256": digest_of(report)}
        self._move(report, "circulate", by, facts=facts)
        self.publish(ConsensusCirculated(report=report))
        self._end(report, by)

    def revise(self, report: ConsensusReport, *, by: Person) -> None:
        """Take a report back into writing; what was answered to it is kept."""
        self._lock(report)
        self._require_rapporteur(report, by)
        self._move(report, "revise", by)

    def answer(self, report: ConsensusReport, *, minority_view: str = "", by: Person) -> None:
        """Approve a report that was circulated, or write a minority view; once in each round."""
        self._lock(report)
        self._require_current(report)
        if by.id == report.rapporteur_id:
            raise Refused(N_("The rapporteur agrees by circulating the report."))
        if by.id not in {it.reviewer_id for it in self.reviewed(report.stage, report.proposal)}:
            raise NotAllowedNow(N_("Only those who reviewed the proposal answer."))
        view = minority_view.strip()
        answer = ConsensusAnswer.DISSENT if view else ConsensusAnswer.APPROVE
        there = report.answers.get(by.id)
        if there is not None and (there.answer, there.minority_view) == (answer, view):
            return  # a double click
        if there is not None:
            raise OutOfDate(N_("You have answered this report already."))
        report.views.append(
            ConsensusView(
                round=report.round,
                reviewer=by,
                answer=answer,
                minority_view=view,
                answered_at=self.clock(),
            )
        )
        self.db.flush()
        facts = {"round": report.round, "view": canonical.digest(view) if view else None}
        self._move(report, answer.value, by, facts=facts)
        self._end(report, by)

    def finalise(self, report: ConsensusReport, *, reason: str, by: Person) -> None:
        """Make a report final although not everybody answered, with a reason."""
        self._lock(report)
        self._require_current(report)
        self._require_outside(report, by)
        if not reason.strip():
            raise Incomplete(N_("State why the report becomes final before everybody answered."))
        report.reason = reason.strip()
        self._finalise(report, by, reason=report.reason)

    def withdraw(self, report: ConsensusReport, *, reason: str, by: Person) -> None:
        """Withdraw a report, which is kept; a final one stays, unless a review changed."""
        self._lock(report)
        self._require_outside(report, by)
        if report.status is ConsensusStatus.FINAL and self.is_current(
            report, self.reviewed(report.stage, report.proposal)
        ):
            raise NotAllowedNow(
                N_("A final report stays, unless a review of the proposal has changed.")
            )
        if not reason.strip():
            raise Incomplete(N_("State why the report is withdrawn: it is kept with the reason."))
        report.reason = reason.strip()
        self._move(report, "withdraw", by, reason=report.reason)

    def unanswered(self, report: ConsensusReport) -> Sequence[Person]:
        """List the reviewers who have not answered a report that was circulated."""
        done = {report.rapporteur_id, *report.answers}
        reviewed = self.reviewed(report.stage, report.proposal)
        return [it.reviewer for it in reviewed if it.reviewer_id not in done]

    def _end(self, report: ConsensusReport, by: Person) -> None:
        """Make a report final once all have answered."""
        if not self.unanswered(report):
            self._finalise(report, by)

    def _finalise(self, report: ConsensusReport, by: Person, reason: str = "") -> None:
        report.finalised_at = self.clock()
        facts = {"halves": report.halves, "sha256": digest_of(report)}
        self._move(report, "finalise", by, reason=reason, facts=facts)

    def _lock(self, report: ConsensusReport) -> None:
        """Have others wait who write, answer or close at this moment, and see what they did."""
        self.db.flush()
        # Closing takes a stronger lock of the stage; those who write do not wait for each other.
        self.db.refresh(report.stage, ["status"], with_for_update={"read": True})
        require_open(report.stage)
        self.db.refresh(report, with_for_update={"key_share": True, "of": ConsensusReport})

    def _require_current(self, report: ConsensusReport) -> None:
        if not self.is_current(report, self.reviewed(report.stage, report.proposal)):
            raise OutOfDate(REVIEWS_MOVED)

    def _require_rapporteur(self, report: ConsensusReport, by: Person) -> None:
        if report.rapporteur_id != by.id:
            raise NotAllowedNow(N_("Only the rapporteur writes the consensus report."))

    def _require_outside(self, report: ConsensusReport, by: Person) -> None:
        """Refuse managers who reviewed the proposal themselves."""
        if by.id in {it.reviewer_id for it in self.reviewed(report.stage, report.proposal)}:
            raise NotAllowedNow(OUTSIDE)

    def _write(self, report: ConsensusReport, draft: ConsensusDraft) -> None:
        rules = frozen_rules(report.stage)
        written = {it.code: it for it in report.scores}
        for criterion in rules.criteria:
            given = draft.scores.get(criterion.code, AgreedScore())
            if given.halves is not None:
                rules.scale_of(criterion).check(given.halves)
            row = written[criterion.code]
            row.halves, row.comment = given.halves, given.comment
            row.departure = given.departure
        report.overall_comment = draft.overall_comment

    def _move(
        self,
        report: ConsensusReport,
        action: str,
        by: Person,
        *,
        reason: str = "",
        facts: Mapping[str, object] | None = None,
    ) -> None:
        self.move(
            CONSENSUS_STEPS,
            report,
            action,
            by=by,
            reference=report.reference,
            reason=reason,
            facts=facts,
        )
