"""One way of writing inputs and results down, so that equal things have equal bytes and hashes."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from grants.rules import canonical
from grants.rules.scoring.results import Draw, Entry, OpenTie, RankedPlace, Ranking
from grants.rules.scoring.rules import Rules
from grants.rules.scoring.scoring import Shortfall
from grants.rules.scoring.ties import used_fields


def to_dict(ranking: Ranking) -> dict[str, Any]:
    """Return a ranking as plain JSON values for storing; exact numbers are strings like "29/2"."""
    return {
        "rules": rules_to_dict(ranking.rules),
        "places": [_place(place) for place in ranking.places],
        "budget_line": ranking.budget_line,
        "open_ties": [_open_tie(tie) for tie in ranking.open_ties],
        "needs_draw": ranking.needs_draw,
        "draws": [draw_to_dict(draw) for draw in ranking.draws],
        "unused_draws": [draw_to_dict(draw) for draw in ranking.unused_draws],
        "committed_cents": ranking.committed_cents,
        "remaining_cents": ranking.remaining_cents,
        "inputs_digest": ranking.inputs_digest,
    }


def canonical_json(ranking: Ranking) -> bytes:
    """Write a ranking as UTF-8 JSON: sorted keys, no spaces, same bytes for the same inputs."""
    return canonical.written(to_dict(ranking))


def written(kept: Mapping[str, Any]) -> bytes:
    """Write a ranking that was kept as plain values in the bytes that it had when it was made."""
    return canonical.written(dict(kept))


def digest(ranking: Ranking) -> str:
    """Return the SHA-256 of the canonical JSON, in hex."""
    return canonical.digest(to_dict(ranking))


def inputs_digest(rules: Rules, entries: Sequence[Entry], draws: Sequence[Draw]) -> str:
    """Return the SHA-256 of all that a ranking is computed from, in whatever order it comes."""
    facts = used_fields(rules.tie_rules)
    return canonical.digest(
        {
            "rules": rules_to_dict(rules),
            "entries": [
                _entry(each) | ({name: getattr(each, name) for name in facts} if facts else {})
                for each in sorted(entries, key=lambda it: it.reference)
            ],
            "draws": [draw_to_dict(each) for each in sorted(draws, key=lambda it: it.order)],
        }
    )


def rules_to_dict(rules: Rules) -> dict[str, Any]:
    """Give rules with their criteria by code: the order of criteria means nothing."""
    written = rules.to_dict()
    return written | {"criteria": sorted(written["criteria"], key=lambda each: str(each["code"]))}


def draw_to_dict(draw: Draw) -> dict[str, Any]:
    """Return a draw as plain JSON values, its moment in UTC; its seed only where it has one."""
    return {
        "order": list(draw.order),
        "at": draw.at.astimezone(UTC).isoformat(),
        "by": draw.by,
        "reason": draw.reason,
        **({"seed": draw.seed} if draw.seed else {}),
    }


def facts_to_dict(rules: Rules, entry: Entry) -> dict[str, str]:
    """Return the facts of an entry that a rule uses; what no rule uses is no input."""
    return {name: getattr(entry, name) for name in used_fields(rules.tie_rules)}


def _entry(entry: Entry) -> dict[str, Any]:
    reviews = [dict(sorted(review.items())) for review in entry.reviews]
    return {
        "reference": entry.reference,
        "reviews": sorted(reviews, key=lambda review: tuple(review.items())),
        "requested_cents": entry.requested_cents,
    }


def _place(place: RankedPlace) -> dict[str, Any]:
    return {
        "reference": place.reference,
        "rank": place.rank,
        "tie_group": place.tie_group,
        "scores": {code: str(score) for code, score in place.scores},
        "total": str(place.total),
        "passed": place.passed,
        "failed": [_shortfall(each) for each in place.shortfalls],
        "outcome": place.outcome.value,
        "requested_cents": place.requested_cents,
        "offered_cents": place.offered_cents,
        "cumulative_cents": place.cumulative_cents,
        **({"separated_by": place.separated_by} if place.separated_by else {}),
    }


def _shortfall(shortfall: Shortfall) -> dict[str, str]:
    return {
        "code": shortfall.code,
        "score": str(shortfall.score),
        "threshold": str(shortfall.threshold),
        "missing": str(shortfall.missing),
    }


def _open_tie(tie: OpenTie) -> dict[str, Any]:
    return {
        "number": tie.number,
        "references": list(tie.references),
        "decides_money": tie.decides_money,
    }
