"""A ranking run as it is kept: everything it was computed from, to compute it again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from grants.rules import scoring
from grants.rules.scoring import Draw, Entry, Rules
from grants.rules.scoring.serialization import draw_to_dict, facts_to_dict, rules_to_dict


def written(rules: Rules, entries: Iterable[Entry], draws: Iterable[Draw]) -> dict[str, Any]:
    """Return the inputs of a ranking as plain JSON values."""
    return {
        "rules": rules_to_dict(rules),
        "entries": [
            {
                "reference": entry.reference,
                "reviews": [dict(review) for review in entry.reviews],
                "requested_cents": entry.requested_cents,
                **facts_to_dict(rules, entry),
            }
            for entry in entries
        ],
        "draws": [draw_to_dict(each) for each in draws],
    }


def recomputed(inputs: Mapping[str, Any]) -> scoring.Ranking:
    """Rank again from what was kept: the same bytes as the first time."""
    entries = (
        Entry(
            reference=entry["reference"],
            reviews=tuple(entry["reviews"]),
            requested_cents=entry["requested_cents"],
            country=entry.get("country", ""),
            topic=entry.get("topic", ""),
        )
        for entry in inputs["entries"]
    )
    return scoring.rank(Rules.from_dict(inputs["rules"]), entries, draws(inputs["draws"]))


def draws(kept: Sequence[Mapping[str, Any]]) -> tuple[Draw, ...]:
    """Read draws as they were kept."""
    return tuple(
        Draw(
            order=tuple(each["order"]),
            at=datetime.fromisoformat(each["at"]),
            by=each["by"],
            reason=each["reason"],
            seed=each.get("seed", ""),
        )
        for each in kept
    )
