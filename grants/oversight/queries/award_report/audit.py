"""How a call was decided, for its award report: from versions, reviews, decisions and acts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from grants.accounts.models import Person
from grants.calls.models import Call, CallVersion, ProposedAct, Stage
from grants.calls.queries.criteria_in_words import scale_in_words
from grants.calls.queries.rules_in_words import evaluation_rules
from grants.calls.queries.tie_facts import NAMES
from grants.decisions.models import Decision
from grants.decisions.queries.offers import Offers
from grants.decisions.service.redress import Redress
from grants.evaluation.models import Assignment, Ranking, Review
from grants.evaluation.queries.draw_seeds import seed_of
from grants.evaluation.queries.stored_rankings import draws
from grants.evaluation.service.stages import NOT_SUBMITTED, review_reference
from grants.kit.language.formats import Formats
from grants.kit.language.i18n import translations
from grants.kit.service import Service
from grants.ledger import LedgerEntry
from grants.oversight.documents import award_audit as paper
from grants.oversight.queries.award_report.clarification_entries import (
    clarification_entries,
)
from grants.oversight.queries.award_report.consensus_entries import consensus_entries
from grants.oversight.queries.award_report.earlier_stages import EarlierStages
from grants.oversight.queries.award_report.panel_entries import panel_entries
from grants.oversight.queries.award_report.redress_entries import redress_entries
from grants.projects.models import Project
from grants.projects.service.terminations import ENDINGS
from grants.rules import scoring
from grants.rules.labels import present_reason
from grants.rules.money import percentages
from grants.rules.scoring import Rules, weight_shown
from grants.rules.words import N_
from grants.rules.workflow import (
    ASSIGNMENT_STEPS,
    FORMER_STEPS,
    PROJECT_STEPS,
    ActKind,
    ActStatus,
    AssignmentStatus,
    ProjectStatus,
)

_ENDED = (ProjectStatus.FAILED, ProjectStatus.TERMINATED)


@dataclass(frozen=True, slots=True)
class AwardAudits(Service):
    """What an auditor asks of a ranking that was adopted."""

    def audit(
        self,
        ranking: Ranking,
        decisions: Iterable[Decision],
        projects: Iterable[Project],
        said: Formats,
        versions: Sequence[CallVersion],
    ) -> paper.Audit:
        """Gather it; as many queries however many proposals."""
        signed = self._signed(ranking.call)
        rules, seed = Rules.from_dict(ranking.stage.rules), seed_of(self.db, ranking.stage)
        out = self._reviews(ranking, AssignmentStatus.EXCLUDED)
        return paper.Audit(
            rules=evaluation_rules(rules, ranking.stage.minimum_reviews, said),
            criteria=_criteria(rules, said),
            earlier=EarlierStages(self.db).entries(ranking, said),
            draws=self._draws(ranking),
            separated=list(_separated(ranking, said)),
            seed=(seed.sha256, seed.seed) if seed else None,
            departures=[_departure(it, ranking.call, said) for it in decisions if it.departs],
            excluded=self._excluded(signed, [it for it in out if not _unfinished(it)]),
            corrections=list(_corrections(versions, signed, said)),
            ended=self._ended(signed, [it for it in projects if it.status in _ENDED], said),
            reviews=self._counted(ranking),
            unfinished=sum(_unfinished(it) for it in out),
            late=self._late(ranking),
            consensus=consensus_entries(self.db, ranking, said),
            panels=panel_entries(self.db, ranking, said),
            redress=redress_entries(Redress(self.db, self.publish, self.clock), ranking.call, said),
            clarifications=clarification_entries(self.db, ranking.call, said, self.clock()),
        )

    def _draws(self, ranking: Ranking) -> list[paper.DrawEntry]:
        """Return the lots of the ranking, then those that were drawn among its reserve list."""
        return [
            *(
                paper.DrawEntry(order=it.order, at=it.at, by=it.by, reason=it.reason, seed=it.seed)
                for it in draws(ranking.draws)
            ),
            *(
                paper.DrawEntry(
                    order=it.order,
                    at=it.held_at,
                    by=it.held_by.name,
                    reason=it.reason,
                    reserve=True,
                    seed=it.seed,
                )
                for it in Offers(self.db).draws(ranking)
            ),
        ]

    def _reviews(self, ranking: Ranking, status: AssignmentStatus) -> Sequence[Assignment]:
        query = (
            select(Assignment)
            .join(Assignment.stage)
            .where(Stage.call_id == ranking.call_id, Assignment.status == status)
            .options(joinedload(Assignment.proposal))
            .order_by(Assignment.id)
        )
        return self.db.scalars(query).all()

    def _counted(self, ranking: Ranking) -> int:
        query = (
            select(func.count(Assignment.id))
            .join(Assignment.stage)
            .where(Stage.call_id == ranking.call_id, Assignment.status == AssignmentStatus.LOCKED)
        )
        return self.db.scalar(query) or 0

    def _late(self, ranking: Ranking) -> list[str]:
        """Name the reviews that count and came after they were due."""
        query = (
            select(Assignment)
            .join(Assignment.review)
            .join(Assignment.stage)
            .where(
                Stage.call_id == ranking.call_id,
                Assignment.status == AssignmentStatus.LOCKED,
                Review.first_submitted_at > Stage.due_at,
            )
            .options(joinedload(Assignment.proposal))
            .order_by(Assignment.id)
        )
        return [review_reference(it) for it in self.db.scalars(query)]

    def _excluded(
        self, acts: Sequence[ProposedAct], out: Sequence[Assignment]
    ) -> list[paper.ExcludedReview]:
        references = [review_reference(it) for it in out]
        told = self._told(ASSIGNMENT_STEPS.noun, references, "exclude")
        signed = {it.subject: it for it in acts if it.kind is ActKind.EXCLUDE_REVIEW}
        return [
            paper.ExcludedReview(
                reference=reference,
                reason=review.reason,
                excluded=_proposed(signed.get(reference)) or told.get(reference),
                second=_second(signed.get(reference)),
            )
            for review, reference in zip(out, references, strict=True)
        ]

    def _ended(
        self, acts: Sequence[ProposedAct], projects: Sequence[Project], said: Formats
    ) -> list[paper.EndedEntry]:
        """Tell of agreements given up and projects that ended early, with both signatures."""
        signed = {it.subject: it for it in acts if it.kind in ENDINGS}
        references = [it.reference for it in projects]
        told = (
            self._told(PROJECT_STEPS.noun, references, "fail", "terminate", "decline")
            if projects
            else {}
        )
        return [
            paper.EndedEntry(
                reference=it.reference,
                title=it.title,
                what=_what_ended(it, said),
                reason=it.failure_reason or it.termination_reason,
                proposed=_proposed(signed.get(it.reference)) or told.get(it.reference),
                second=_second(signed.get(it.reference)),
            )
            for it in projects
        ]

    def _told(
        self, noun: str, references: Sequence[str], *actions: str
    ) -> Mapping[str, paper.Signature]:
        """Read in the ledger who did something to which thing, and when."""
        formerly = [old for old, now in FORMER_STEPS.items() if now in actions]
        query = (
            select(LedgerEntry.subject_reference, LedgerEntry.at, Person.name)
            .join(Person, Person.id == LedgerEntry.actor_id)
            .where(
                LedgerEntry.subject_kind == noun,
                LedgerEntry.subject_reference.in_(references),
                LedgerEntry.action.in_((*actions, *formerly)),
            )
        )
        return {
            reference: paper.Signature(name=name, at=at)
            for reference, at, name in self.db.execute(query)
        }

    def _signed(self, call: Call) -> Sequence[ProposedAct]:
        """List all that two people did in a call, in the order in which it was proposed."""
        query = (
            select(ProposedAct)
            .where(
                ProposedAct.call_id == call.id,
                ProposedAct.status == ActStatus.SIGNED,
            )
            .options(joinedload(ProposedAct.proposed_by), joinedload(ProposedAct.settled_by))
            .order_by(ProposedAct.id)
        )
        return self.db.scalars(query).all()

    def versions(self, call: Call) -> Sequence[CallVersion]:
        """List what was published, the first first."""
        query = (
            select(CallVersion)
            .where(CallVersion.call_id == call.id)
            .options(joinedload(CallVersion.published_by), joinedload(CallVersion.signed_by))
        )
        return self.db.scalars(query.order_by(CallVersion.number)).all()


def changed_envelope(versions: Sequence[CallVersion], since: datetime) -> CallVersion | None:
    """Find the last version that changed the envelope after a moment."""
    pairs = pairwise(versions)
    found = [
        after
        for before, after in pairs
        if after.published_at > since and _envelope(before) != _envelope(after)
    ]
    return found[-1] if found else None


def _separated(ranking: Ranking, said: Formats) -> Iterator[tuple[str, str]]:
    """Name by which facts ties were ended, with those who were separated, best first."""
    say = translations(said.language).gettext
    for code, words in NAMES.items():
        places = ranking.result["places"]
        if found := [it["reference"] for it in places if it.get("separated_by") == code]:
            yield say(words), ", ".join(found)


def _unfinished(review: Assignment) -> bool:
    """Return whether a review was excluded because it was not submitted when its stage closed."""
    return present_reason(review.reason) == NOT_SUBMITTED


def _criteria(rules: Rules, said: Formats) -> list[paper.CriterionEntry]:
    shares = percentages([each.weight * rules.scale_of(each).maximum for each in rules.criteria])
    return [
        paper.CriterionEntry(
            name=each.name,
            scale=scale_in_words(rules.scale_of(each), said),
            weight=said.figure(weight_shown(each.weight)),
            share=share,
            threshold=None
            if each.threshold_halves is None
            else scoring.points(each.threshold_halves),
        )
        for each, share in zip(rules.criteria, shares, strict=True)
    ]


def _departure(decision: Decision, call: Call, said: Formats) -> paper.DepartureEntry:
    words = said.words(decision.kind)
    if decision.awarded_cents is not None:
        words = f"{words}: {said.money(decision.awarded_cents, call.currency)}"
    second = decision.signatory
    return paper.DepartureEntry(
        reference=decision.proposal.reference,
        title=decision.proposal.title,
        decision=words,
        justification=decision.justification,
        decided=paper.Signature(name=decision.decided_by.name, at=decision.decided_at),
        second=paper.Signature(name=second.name, at=decision.signed_at) if second else None,
    )


def _what_ended(project: Project, said: Formats) -> str:
    say = translations(said.language).gettext
    freed = project.awarded_cents if project.freed_cents is None else project.freed_cents
    free = say(N_("{amount} released")).format(amount=said.money(freed, project.currency))
    failed = project.status is ProjectStatus.FAILED
    words = say(N_("There is no agreement")) if failed else said.words(project.status)
    return f"{words}: {free}"


def _corrections(
    versions: Sequence[CallVersion], acts: Sequence[ProposedAct], said: Formats
) -> Iterator[paper.CorrectionEntry]:
    """Tell of corrections; of those that two signed, also when they were proposed."""
    signed = sorted(
        (it for it in acts if it.kind is ActKind.CORRECT_CALL),
        key=lambda it: it.settled_at or it.proposed_at,
    )
    proposed = iter(signed)
    for before, version in pairwise(versions):
        act = next(proposed, None) if version.signed_by else None
        yield _correction(before, version, act, said)


def _correction(
    before: CallVersion, version: CallVersion, act: ProposedAct | None, said: Formats
) -> paper.CorrectionEntry:
    was, now = _envelope(before), _envelope(version)
    currency = version.content["currency"]
    change = f"{said.money(was, currency)} → {said.money(now, currency)}" if was != now else ""
    closes = datetime.fromisoformat(before.content["closes_at"])
    at, second = version.published_at, version.signed_by
    return paper.CorrectionEntry(
        number=version.number,
        reason=version.reason,
        published=_proposed(act) or paper.Signature(name=version.published_by.name, at=at),
        second=paper.Signature(name=second.name, at=at) if second else None,
        late=version.published_at >= closes,
        change=change,
    )


def _envelope(version: CallVersion) -> int:
    cents: int = version.content["envelope_cents"]
    return cents


def _proposed(act: ProposedAct | None) -> paper.Signature | None:
    return paper.Signature(name=act.proposed_by.name, at=act.proposed_at) if act else None


def _second(act: ProposedAct | None) -> paper.Signature | None:
    if act is None or act.settled_by is None:
        return None
    return paper.Signature(name=act.settled_by.name, at=act.settled_at)
