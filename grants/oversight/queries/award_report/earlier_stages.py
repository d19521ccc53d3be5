"""The stages of reviews before the last one, for the award report: rules, numbers, who went on."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.calls.queries.frozen_rules import frozen_rules
from grants.calls.queries.rules_in_words import entry_in_words, rules_of_stage
from grants.calls.queries.stage_plans import review_rows
from grants.evaluation.models import Ranking, StageResult
from grants.kit.language.formats import Formats
from grants.kit.language.i18n import translations
from grants.ledger import LedgerEntry
from grants.oversight.documents.award_audit import EarlierStageEntry, Signature
from grants.rules.scoring import EntryRule
from grants.rules.words import N_
from grants.rules.workflow import StageOutcome, StageStatus


@dataclass(frozen=True, slots=True)
class EarlierStages:
    """What came before the stage that was ranked."""

    db: Session

    def entries(self, ranking: Ranking, said: Formats) -> list[EarlierStageEntry]:
        """Tell of each, in order; no query of its own where there is none."""
        if not ranking.stage.entry:
            return []
        rows = review_rows(ranking.call)
        results = self._results([it.id for it in rows])
        settled = self._settled([it.reference for it in rows])
        say = translations(said.language).gettext
        return [
            EarlierStageEntry(
                name=stage.name,
                rules=[
                    *rules_of_stage(stage, frozen_rules(stage), said),
                    (
                        say(N_("Who goes on")),
                        entry_in_words(EntryRule.from_dict(following.entry), said),
                    ),
                ],
                evaluated=sum(results[stage.id].values()),
                passed=sum(results[stage.id].values()) - results[stage.id][StageOutcome.FAILED],
                went_on=settled.get(following.reference, (0, None))[0],
                settled=settled.get(following.reference, (0, None))[1],
            )
            for stage, following in pairwise(rows)
            if stage.status is StageStatus.CLOSED
        ]

    def _results(self, stages: list[int]) -> dict[int, Counter[StageOutcome]]:
        found: dict[int, Counter[StageOutcome]] = {number: Counter() for number in stages}
        columns = (StageResult.stage_id, StageResult.outcome)
        query = select(*columns, func.count()).where(StageResult.stage_id.in_(stages))
        for stage, outcome, count in self.db.execute(query.group_by(*columns)):
            found[stage][outcome] += count
        return found

    def _settled(self, references: list[str]) -> dict[str, tuple[int, Signature]]:
        """Return how many went on to each stage, and who settled it when."""
        query = (
            select(LedgerEntry, Person.name)
            .outerjoin(Person, Person.id == LedgerEntry.actor_id)
            .where(
                LedgerEntry.subject_kind == "stage",
                LedgerEntry.subject_reference.in_(references),
                LedgerEntry.action == "enter",
            )
        )
        return {
            entry.subject_reference: (
                len(entry.payload["going_on"]),
                Signature(name=name or "", at=entry.at),
            )
            for entry, name in self.db.execute(query)
        }
