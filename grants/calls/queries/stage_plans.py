"""Stages of reviews before the last one, as managers write them and as rows of the call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

from grants.calls.models import Call, Stage
from grants.calls.queries.criteria import CriterionFacts
from grants.rules.scoring import EntryRule, Rules
from grants.rules.workflow import StageKind


@dataclass(frozen=True, kw_only=True)
class EarlierStage:
    """A stage of reviews that comes before the last one, and who goes on from it.

    `form_id` and `closes_at` are of the form that those who go on write; with neither, the next
    stage judges what there is.
    """

    name: str
    criteria: tuple[CriterionFacts, ...]
    overall_threshold: str | None
    basis: str
    minimum_reviews: int
    entry: EntryRule
    form_id: int | None = None
    closes_at: datetime | None = None
    hides_applicants: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values: what a call's version keeps."""
        return {
            "name": self.name,
            "criteria": [it.to_dict() for it in self.criteria],
            "overall_threshold": self.overall_threshold,
            "basis": self.basis,
            "minimum_reviews": self.minimum_reviews,
            "entry": self.entry.to_dict(),
            "form_id": self.form_id,
            "closes_at": self.closes_at and self.closes_at.isoformat(),
            **({"hides_applicants": True} if self.hides_applicants else {}),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "EarlierStage":
        """Read what `to_dict` wrote."""
        until = data["closes_at"]
        return cls(
            **{
                **data,
                "criteria": tuple(CriterionFacts(**it) for it in data["criteria"]),
                "entry": EntryRule.from_dict(data["entry"]),
                "closes_at": until and datetime.fromisoformat(until),
            }
        )

    def judged_by(self) -> tuple[object, ...]:
        """Return what it judges by, exact where people write the same number in several ways."""
        threshold = self.overall_threshold
        return (
            self.name,
            [it.judged_by() for it in self.criteria],
            (threshold and Fraction(threshold), self.basis, self.minimum_reviews),
            self.hides_applicants,
            self.entry,
            self.form_id,
        )


def earlier_stages(call: Call) -> tuple[EarlierStage, ...]:
    """Read the stages of reviews that come before the last one, in order."""
    reviews = review_rows(call)
    return tuple(
        EarlierStage(
            name=stage.name,
            criteria=tuple(CriterionFacts(**it) for it in stage.plan["criteria"]),
            overall_threshold=stage.plan["overall_threshold"],
            basis=stage.plan["basis"],
            minimum_reviews=stage.plan["minimum_reviews"],
            entry=EntryRule.from_dict(following.entry),
            form_id=following.form_id,
            closes_at=following.writing_closes_at,
            hides_applicants=stage.plan.get("hides_applicants", False),
        )
        for stage, following in pairwise(reviews)
    )


def review_rows(call: Call) -> list[Stage]:
    """List the stages of a call in which reviewers judge, in order."""
    return [it for it in call.stages if it.kind is StageKind.INDIVIDUAL_REVIEW]


def hides_applicants_in(call: Call, phase: int) -> bool:
    """Return whether reviewers of one of a call's forms, the first being 1, see no applicants."""
    return any(
        bool((it.rules or it.plan or call.rules).get("hides_applicants"))
        for it in review_rows(call)
        if it.phase == phase
    )


def planned_rules(call: Call, plan: Mapping[str, Any]) -> Rules:
    """Put together what an earlier stage judges by. Raises InvalidRules."""
    return Rules.from_dict(
        {
            "criteria": [CriterionFacts(**it).as_rule() for it in plan["criteria"]],
            "overall_threshold": plan["overall_threshold"],
            "basis": plan["basis"],
            **({"hides_applicants": True} if plan.get("hides_applicants") else {}),
            **({"combine": call.rules["combine"]} if "combine" in call.rules else {}),
            "envelope_cents": call.envelope_cents,
            "minimum_grant_cents": call.smallest_cents,
        }
    )


def forms_in_order(call: Call, earlier: Sequence[EarlierStage]) -> tuple[int, ...]:
    """Name the forms, by number, that are written under a call one after the other."""
    first = () if call.form_id is None else (call.form_id,)
    return (*first, *(it.form_id for it in earlier if it.form_id is not None))
