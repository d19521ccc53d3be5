"""Rankings: computed from frozen rules and final reviews, drawn where level, then adopted."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grants.accounts.models import Person
from grants.calls.models import Call, DrawSeed, Stage
from grants.calls.service.draw_seeds import DrawSeeds
from grants.evaluation.models import Ranking, StageResult
from grants.evaluation.queries import newest_ranking, ranking_pages, stored_rankings
from grants.evaluation.queries.counted_scores import counted, final_reports
from grants.evaluation.queries.draw_seeds import NOT_TYPED, SEEDED, seed_of
from grants.evaluation.queries.panel_scores import decided_scores
from grants.evaluation.queries.ranking_pages import RankingPage
from grants.evaluation.queries.submitted_countries import submitted_countries
from grants.evaluation.service.stages import Stages, is_last
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.rules import scoring
from grants.rules.errors import NotAllowedNow, OutOfDate, Refused
from grants.rules.scoring import Draw, Entry, Outcome, Rules, drawn_order
from grants.rules.scoring.serialization import draw_to_dict
from grants.rules.words import N_
from grants.rules.workflow import (
    PROPOSAL_STEPS,
    ProposalStatus,
    RankingStatus,
    StageOutcome,
    StageStatus,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """A run beside the same computed again: the bytes of both, and the places that differ."""

    kept: bytes
    found: bytes
    sha256: str
    as_adopted: str
    differing: tuple[tuple[str, Mapping[str, Any], Mapping[str, Any] | None], ...]
    """Reference, the place in the run, and the place now."""

    @property
    def same(self) -> bool:
        """Return whether both are the same bytes, and the hash is that which was adopted."""
        return self.kept == self.found and self.sha256 == self.as_adopted


@dataclass(frozen=True, slots=True)
class Rankings(Service):
    """All that happens to ranking runs."""

    def of(self, call: Call) -> Ranking | None:
        """Find the newest run of a call."""
        loaded = newest_ranking.ranking(call).options(
            joinedload(Ranking.computed_by),
            joinedload(Ranking.adopted_by),
            joinedload(Ranking.stage),
        )
        return self.db.scalar(loaded)

    def is_adopted(self, call: Call) -> bool:
        """Return whether the newest run of a call was adopted, without reading what it found."""
        found = self.db.scalar(newest_ranking.ranking(call).with_only_columns(Ranking.status))
        return found is RankingStatus.ADOPTED

    def offers(self, call: Call) -> dict[str, int]:
        """Return what the adopted ranking offers, in cents by reference; nothing before."""
        ranking = self.of(call)
        if ranking is None or ranking.status is not RankingStatus.ADOPTED:
            return {}
        return {
            place["reference"]: place["offered_cents"]
            for place in ranking.result["places"]
            if place["offered_cents"]
        }

    def page(self, ranking: Ranking, number: int = 1) -> RankingPage:
        """Return a page of the ranking, and where what decides is found in it."""
        return ranking_pages.page(self.db, ranking, number, self.proposals)

    def proposals(
        self, ranking: Ranking, references: Collection[str] | None = None
    ) -> dict[str, Proposal]:
        """Give ranked proposals by reference, with their organisations: all, or those named."""
        if references is None:
            references = [place["reference"] for place in ranking.result["places"]]
        query = select(Proposal).where(
            Proposal.call_id == ranking.call_id, Proposal.reference.in_(references)
        )
        loaded = query.options(joinedload(Proposal.organisation), joinedload(Proposal.topic))
        return {proposal.reference: proposal for proposal in self.db.scalars(loaded)}

    def compute(self, call: Call, *, by: Person) -> Ranking:
        """Rank what the closed stage judged; draws held before stay in force."""
        last = self.of(call)
        draws = stored_rankings.draws(last.draws) if last else ()
        return self._run(call, last, draws, by)

    def draw(self, call: Call, order: Sequence[str], *, reason: str, by: Person) -> Ranking:
        """Record a lot that was drawn among an open tie, first drawn first, and rank again.

        Refused where the call committed a seed: then nobody chooses an order.
        """
        last = self.last(call)
        if seed_of(self.db, last.stage) is not None:
            raise Refused(NOT_TYPED)
        return self._drawn(call, last, order, by, reason=reason)

    def draw_by_seed(self, call: Call, tied: Collection[str], *, by: Person) -> Ranking:
        """Draw among an open tie by the seed that the call committed, and rank again."""
        last = self.last(call)
        seed = seed_of(self.db, last.stage)
        if seed is None or last.status is not RankingStatus.COMPUTED:
            raise NotAllowedNow(N_("There is nothing to draw by the seed of this call."))
        self._require_tied(last, tied)
        secret = DrawSeeds(self.db, self.publish, self.clock).reveal(seed, by=by)
        return self._drawn(call, last, drawn_order(secret, tied), by, reason=SEEDED, seed=secret)

    def seed(self, ranking: Ranking) -> DrawSeed | None:
        """Find the seed by which the ties of a run are drawn; nothing where people draw lots."""
        return seed_of(self.db, ranking.stage)

    def _require_tied(self, last: Ranking, order: Collection[str]) -> None:
        tied = {frozenset(tie["references"]) for tie in last.summary["open_ties"]}
        if frozenset(order) not in tied or len(set(order)) != len(order):
            raise Refused(N_("A draw lists every proposal of one open tie, each exactly once."))

    def _drawn(
        self,
        call: Call,
        last: Ranking,
        order: Sequence[str],
        by: Person,
        *,
        reason: str,
        seed: str = "",
    ) -> Ranking:
        self._require_tied(last, order)
        held = Draw(order=tuple(order), at=self.clock(), by=by.name, reason=reason, seed=seed)
        self.record(
            "draw",
            "ranking",
            f"{call.code}/{last.number}",
            by=by,
            reason=reason,
            facts={"order": list(order), **({"seed": seed} if seed else {})},
        )
        return self._run(call, last, (*stored_rankings.draws(last.draws), held), by)

    def adopt(self, call: Call, *, seen: str, by: Person) -> Ranking:
        """Adopt the run that was looked at: the main list and the reserve list stand.

        `seen` is the SHA-256 of what that run found. Refused while money depends on a draw;
        OutOfDate if there is another result by now, or something changed since.
        """
        ranking = self.last(call)
        self.db.flush()
        self.db.refresh(ranking, ["status"], with_for_update=True)
        if ranking.status is RankingStatus.ADOPTED:
            return ranking  # a double click
        if ranking.sha256 != seen:
            raise OutOfDate(N_("Someone computed the ranking again. Please check the new result."))
        if ranking.summary["needs_draw"]:
            raise Refused(
                N_("The allocation of funds depends on a tie. Draw lots and record the draw first.")
            )
        self._require_fresh(ranking)
        ranking.status, ranking.adopted_at = RankingStatus.ADOPTED, self.clock()
        ranking.adopted_by = by
        self._record("adopt", ranking, by, before=RankingStatus.COMPUTED)
        self._list(ranking, by)
        return ranking

    def holds(self, ranking: Ranking) -> bool:
        """Return whether computing a run again from what was kept of it gives the same bytes."""
        again = stored_rankings.recomputed(ranking.inputs)
        return scoring.digest(again) == ranking.sha256

    def again(self, ranking: Ranking) -> Recomputed:
        """Rank again from the frozen rules and the final reviews, and compare it byte by byte.

        From the tables as they are now and not from what the run kept: so that a score changed
        in either shows.
        """
        now = scoring.rank(
            Rules.from_dict(ranking.stage.rules),
            self._ranked(ranking),
            stored_rankings.draws(ranking.draws),
        )
        there = {place["reference"]: place for place in scoring.to_dict(now)["places"]}
        return Recomputed(
            kept=scoring.written(ranking.result),
            found=scoring.canonical_json(now),
            sha256=scoring.digest(now),
            as_adopted=ranking.sha256,
            differing=tuple(
                (place["reference"], place, there.get(place["reference"]))
                for place in ranking.result["places"]
                if there.get(place["reference"]) != place
            ),
        )

    def _ranked(self, ranking: Ranking) -> tuple[Entry, ...]:
        """Gather what a run ranked, as it stands now: wherever its proposals went since."""
        scores = self._scores(ranking.stage)
        proposals = self.proposals(ranking)
        countries = submitted_countries(self.db, ranking.stage)
        return tuple(
            _entry(proposal, scores.get(proposal.id, ()), countries)
            for _reference, proposal in sorted(proposals.items())
        )

    def _list(self, ranking: Ranking, by: Person) -> None:
        proposals, results = self.proposals(ranking), self._results(ranking)
        for place in ranking.result["places"]:
            if place["outcome"] == Outcome.BELOW_THRESHOLD:
                continue
            main = place["outcome"] == Outcome.MAIN
            facts = {"rank": place["rank"], "ranking": ranking.sha256}
            result = results[proposals[place["reference"]].id]
            result.outcome = StageOutcome.MAIN if main else StageOutcome.RESERVE
            result.reached_at = self.clock()
            result.evidence = result.evidence | facts
            for action in ("rank", "list" if main else "reserve"):
                self.move(
                    PROPOSAL_STEPS,
                    proposals[place["reference"]],
                    action,
                    by=by,
                    reference=place["reference"],
                    facts=facts,
                )

    def _results(self, ranking: Ranking) -> dict[int, StageResult]:
        query = select(StageResult).where(StageResult.stage_id == ranking.stage_id)
        return {result.proposal_id: result for result in self.db.scalars(query)}

    def _run(
        self, call: Call, last: Ranking | None, draws: tuple[Draw, ...], by: Person
    ) -> Ranking:
        if last and last.status is RankingStatus.ADOPTED:
            raise NotAllowedNow(N_("The ranking of this call was adopted and is final."))
        stage = self._closed_stage(call)
        rules, entries = Rules.from_dict(stage.rules), self._entries(stage)
        result = scoring.rank(rules, entries, draws)
        if last:
            last.status = RankingStatus.SUPERSEDED
            self._record("supersede", last, by, before=RankingStatus.COMPUTED)
        ranking = Ranking(
            call=call,
            stage=stage,
            number=last.number + 1 if last else 1,
            status=RankingStatus.COMPUTED,
            inputs=stored_rankings.written(rules, entries, draws),
            result=scoring.to_dict(result),
            sha256=scoring.digest(result),
            draws=[draw_to_dict(each) for each in draws],
            computed_at=self.clock(),
            computed_by=by,
        )
        self.db.add(ranking)
        self.db.flush()
        self._record("compute", ranking, by)
        return ranking

    def _entries(self, stage: Stage) -> tuple[Entry, ...]:
        """Gather what is ranked: everything the stage judged and nobody withdrew."""
        query = (
            select(Proposal)
            .join(StageResult, StageResult.proposal_id == Proposal.id)
            .where(StageResult.stage_id == stage.id, Proposal.status != ProposalStatus.WITHDRAWN)
        )
        query = query.options(joinedload(Proposal.organisation), joinedload(Proposal.topic))
        proposals = list(self.db.scalars(query.order_by(Proposal.reference)))
        if not proposals:
            raise Refused(N_("There is nothing to rank."))
        scores, countries = self._scores(stage), submitted_countries(self.db, stage)
        return tuple(
            _entry(proposal, scores.get(proposal.id, ()), countries) for proposal in proposals
        )

    def _scores(self, stage: Stage) -> Mapping[int, tuple[dict[str, int], ...]]:
        """Gather the scores that count, by the number of the proposal."""
        reviews = Stages(self.db, self.publish, self.clock).locked_reviews(stage)
        return counted(reviews, final_reports(self.db, stage), decided_scores(self.db, stage))

    def _require_fresh(self, ranking: Ranking) -> None:
        rules = Rules.from_dict(ranking.stage.rules)
        draws = stored_rankings.draws(ranking.draws)
        now = scoring.rank(rules, self._entries(ranking.stage), draws)
        if scoring.digest(now) != ranking.sha256:
            raise OutOfDate(
                N_("A proposal has been withdrawn or changed since. Compute the ranking again.")
            )

    def _closed_stage(self, call: Call) -> Stage:
        stage = Stages(self.db, self.publish, self.clock).of(call)
        if stage is None or stage.status is not StageStatus.CLOSED or not is_last(stage):
            raise NotAllowedNow(N_("Close the last stage first: only its reviews are ranked."))
        return stage

    def last(self, call: Call) -> Ranking:
        """Find the newest run of a call. Raises NotAllowedNow before there is one."""
        last = self.of(call)
        if last is None:
            raise NotAllowedNow(N_("Compute the ranking first."))
        return last

    def _record(
        self, action: str, ranking: Ranking, by: Person, before: RankingStatus | None = None
    ) -> None:
        self.record(
            action,
            "ranking",
            f"{ranking.call.code}/{ranking.number}",
            by=by,
            before=before,
            after=ranking.status,
            facts={"sha256": ranking.sha256},
        )


def _entry(
    proposal: Proposal, scores: Iterable[scoring.Review], countries: Mapping[int, str]
) -> Entry:
    """Return a proposal as it is ranked, with the facts that may separate it from others."""
    return Entry(
        reference=proposal.reference,
        reviews=tuple(scores),
        requested_cents=proposal.requested_cents or 0,
        country=countries.get(proposal.id, proposal.organisation.country),
        topic=proposal.topic.code if proposal.topic else "",
    )
