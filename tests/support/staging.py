"""A call in two stages: concept notes, then full proposals with a form of their own."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from grants.calls.models import FormVersion, Stage
from grants.calls.queries.criteria import CriterionFacts
from grants.calls.queries.stage_plans import EarlierStage, earlier_stages
from grants.calls.service.planning import plan_stages
from grants.proposals.models import Proposal
from grants.rules.forms.definition import Definition
from grants.rules.scoring import EntryKind, EntryRule
from tests.support.evaluating import Evaluating
from tests.support.world import FORM

PROMISE = "promise"
"""The one criterion by which concept notes are judged."""


def full_form() -> dict[str, Any]:
    """Return the form of the full proposal: that of the concept note, with a question more."""
    definition = json.loads(FORM.read_text(encoding="utf-8"))
    definition["title"] = "Full proposal"
    definition["sections"].append(
        {
            "code": "plan",
            "title": "Work plan",
            "fields": [
                {
                    "kind": "long_text",
                    "code": "steps",
                    "label": "How will you proceed?",
                    "max_words": 300,
                }
            ],
        }
    )
    return definition


def concept_notes(form: FormVersion, **changed: Any) -> EarlierStage:
    """Plan a stage in which one criterion is judged, and the best two go on."""
    return EarlierStage(
        **{
            "name": "Concept notes",
            "criteria": (
                CriterionFacts(
                    code=PROMISE,
                    name="Promise",
                    guidance="Is it worth a full proposal?",
                    weight="1",
                    threshold_halves=6,
                ),
            ),
            "overall_threshold": None,
            "basis": "UNWEIGHTED_SUM",
            "minimum_reviews": 2,
            "entry": EntryRule(EntryKind.BEST, 2),
            "form_id": form.id,
            **changed,
        }
    )


@dataclass
class Staging:
    """Takes a call of two stages through its evaluation."""

    evaluating: Evaluating

    def plan(self, **changed: Any) -> EarlierStage:
        """Give the world's call a stage of concept notes."""
        it = self.evaluating
        definition = Definition.from_json(full_form())
        form = it.services.calls.keep_form(
            "IUC-FULL", definition, fund=it.world.fund, by=it.world.helena
        )
        closes = it.world.call.closes_at + timedelta(days=90)
        planned = concept_notes(form, **{"closes_at": closes, **changed})
        plan_stages(it.session, it.world.call, [planned])
        it.session.commit()
        return earlier_stages(it.world.call)[0]

    def judge(self, scores: dict[Proposal, int]) -> Stage:
        """Have two reviewers judge the concept notes, and close their stage."""
        it = self.evaluating
        stage = it.open_stage(*scores)
        asked = it.services.assignments.assign(
            stage, list(scores), it.reviewers[:2], by=it.world.helena
        )
        it.session.commit()
        for assignment in asked:
            it.review(assignment, {PROMISE: scores[assignment.proposal]})
        it.close_stage(stage)
        return stage

    def go_on(self) -> Stage:
        """Have those go on whom the rule names."""
        it = self.evaluating
        entries, call, by = it.services.stage_entries, it.world.call, it.world.helena
        seen = entries.preview(call).sha256
        entry = entries.settle(call, seen=seen, by=by)
        it.session.commit()
        return entry.stage
