"""What a call is ranked by: its criteria, its money and its rules, put together."""

from grants.calls.models import Call, Stage
from grants.calls.queries.criteria import criteria_of
from grants.calls.queries.stage_plans import planned_rules
from grants.rules.scoring import Rules

_NOT_RANKED_BY = ("minimum_reviews", "days_around", "handed_in_by", "redress_days")
"""Rules of a call that its ranking does not hang on."""


def rules_of(call: Call, stage: Stage | None = None) -> Rules:
    """Put together what a call, or one of its planned stages, judges by. Raises InvalidRules."""
    if stage is not None and stage.plan:
        return planned_rules(call, stage.plan)
    others = {key: value for key, value in call.rules.items() if key not in _NOT_RANKED_BY}
    money = {"envelope_cents": call.envelope_cents, "minimum_grant_cents": call.smallest_cents}
    criteria = [it.as_rule() for it in criteria_of(call.criteria)]
    return Rules.from_dict({**money, **others, "criteria": criteria})
