"""Ranking proposals: by total, then by the tie rules, then by a recorded draw.

The result does not depend on the order of proposals, reviews, criteria or draws.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import lcm

from grants.rules.scoring import serialization
from grants.rules.scoring.allocation import AllocationStep, Offers, allocate
from grants.rules.scoring.errors import InvalidDraw, InvalidEntry
from grants.rules.scoring.results import Draw, Entry, OpenTie, Outcome, RankedPlace, Ranking
from grants.rules.scoring.rules import Rules
from grants.rules.scoring.scoring import Result, evaluate
from grants.rules.words import N_


@dataclass(frozen=True)
class JudgedEntry:
    """An entry with what its reviews come to, and the key by which it is ranked."""

    entry: Entry
    result: Result
    key: tuple[Fraction, ...]


@dataclass(frozen=True)
class _Group:
    """Proposals that stand level: one, or an open tie; `tie` numbers the group of equal keys."""

    members: tuple[JudgedEntry, ...]
    rank: int
    tie: int | None

    @property
    def requests(self) -> tuple[int, ...]:
        return tuple(each.entry.requested_cents for each in self.members)


def rank(rules: Rules, entries: Iterable[Entry], draws: Iterable[Draw] = ()) -> Ranking:
    """Rank proposals and draw the budget line.

    Raises InvalidEntry or NotAScore for what cannot be judged, InvalidDraw when two draws
    are recorded for the same tie.
    """
    entries, draws = tuple(entries), tuple(draws)
    judged = _judge(rules, entries)
    recorded = _by_members(draws)
    groups, used = _groups([each for each in judged if each.result.passed], recorded)
    steps = allocate(rules, [group.requests for group in groups])
    above = _ranked(groups, steps)
    below = tuple(_below(each, above) for each in judged if not each.result.passed)
    return Ranking(
        rules=rules,
        places=above + below,
        budget_line=_budget_line(above),
        open_ties=_open_ties(groups, steps),
        draws=used,
        unused_draws=tuple(draw for draw in recorded.values() if draw not in used),
        committed_cents=above[-1].cumulative_cents if above else 0,
        inputs_digest=serialization.inputs_digest(rules, entries, draws),
    )


def placed(
    rules: Rules, judged: Iterable[JudgedEntry], draws: Iterable[Draw] = ()
) -> tuple[RankedPlace, ...]:
    """Return the places of those that passed, best first: what an analysis asks again and again."""
    passed = [each for each in judged if each.result.passed]
    groups, _used = _groups(_in_order(passed), _by_members(tuple(draws)))
    return _ranked(groups, allocate(rules, [group.requests for group in groups]))


def _judge(rules: Rules, entries: Sequence[Entry]) -> list[JudgedEntry]:
    counted = Counter(entry.reference for entry in entries)
    if twice := sorted(reference for reference, count in counted.items() if count > 1):
        raise InvalidEntry(N_("Proposal {reference} is there twice."), reference=twice[0])
    return _in_order([judged_entry(rules, entry) for entry in entries])


def _in_order(judged: Sequence[JudgedEntry]) -> list[JudgedEntry]:
    """Put the best first, those that are level by reference.

    Keys are compared as whole numbers over one denominator each: exact, and ten times as fast.
    """
    columns = zip(*(each.key for each in judged), strict=True)
    below = [lcm(*{figure.denominator for figure in column}) for column in columns]

    def whole(each: JudgedEntry) -> tuple[int, ...]:
        pairs = zip(each.key, below, strict=True)
        return tuple(figure.numerator * (common // figure.denominator) for figure, common in pairs)

    ordered = sorted(judged, key=lambda it: it.entry.reference)
    return sorted(ordered, key=whole, reverse=True)


def judged_entry(rules: Rules, entry: Entry) -> JudgedEntry:
    """Judge one entry. Raises InvalidEntry or NotAScore."""
    result = evaluate(rules, entry.reviews)
    scores = dict(result.scores)
    return JudgedEntry(entry, result, (result.total, *(scores[code] for code in rules.tie_rules)))


def _by_members(draws: Collection[Draw]) -> dict[frozenset[str], Draw]:
    found = {frozenset(draw.order): draw for draw in sorted(draws, key=lambda it: it.order)}
    if len(found) < len(draws):
        raise InvalidDraw(N_("Two draws are recorded for the same tie."))
    return found


def _groups(
    passed: Sequence[JudgedEntry], recorded: dict[frozenset[str], Draw]
) -> tuple[tuple[_Group, ...], tuple[Draw, ...]]:
    groups: list[_Group] = []
    used: list[Draw] = []
    ahead, ties = 0, 0
    for _, equal in groupby(passed, key=lambda each: each.key):
        members = tuple(equal)
        ties += len(members) > 1
        tie = ties if len(members) > 1 else None
        draw = recorded.get(frozenset(each.entry.reference for each in members))
        if draw:
            used.append(draw)
            groups += _drawn(members, draw, ahead, tie)
        else:
            groups.append(_Group(members, ahead + 1, tie))
        ahead += len(members)
    return tuple(groups), tuple(used)


def _drawn(members: Sequence[JudgedEntry], draw: Draw, ahead: int, tie: int | None) -> list[_Group]:
    by_reference = {each.entry.reference: each for each in members}
    return [
        _Group((by_reference[reference],), ahead + position, tie)
        for position, reference in enumerate(draw.order, start=1)
    ]


def _ranked(groups: Sequence[_Group], steps: Sequence[AllocationStep]) -> tuple[RankedPlace, ...]:
    places: list[RankedPlace] = []
    cumulative = 0
    for group, step in zip(groups, steps, strict=True):
        for judged, offers in zip(group.members, step.offers, strict=True):
            outcome, offered = _outcome(offers)
            cumulative += offered or 0
            places.append(
                _place(judged, outcome, offered, cumulative, rank=group.rank, tie_group=group.tie)
            )
    return tuple(places)


def _outcome(offers: Offers) -> tuple[Outcome, int | None]:
    if len(offers) > 1:
        return Outcome.UNDECIDED, None
    (offered,) = offers
    return (Outcome.MAIN if offered else Outcome.RESERVE), offered


def _below(judged: JudgedEntry, above: Sequence[RankedPlace]) -> RankedPlace:
    committed = above[-1].cumulative_cents if above else 0
    return _place(judged, Outcome.BELOW_THRESHOLD, 0, committed, rank=None, tie_group=None)


def _place(
    judged: JudgedEntry,
    outcome: Outcome,
    offered: int | None,
    cumulative: int,
    *,
    rank: int | None,
    tie_group: int | None,
) -> RankedPlace:
    return RankedPlace(
        reference=judged.entry.reference,
        rank=rank,
        tie_group=tie_group,
        scores=judged.result.scores,
        total=judged.result.total,
        shortfalls=judged.result.shortfalls,
        outcome=outcome,
        requested_cents=judged.entry.requested_cents,
        offered_cents=offered,
        cumulative_cents=cumulative,
    )


def _budget_line(ranked: Sequence[RankedPlace]) -> int | None:
    beyond = (index for index, place in enumerate(ranked) if place.outcome is not Outcome.MAIN)
    return next(beyond, None)


def _open_ties(groups: Sequence[_Group], steps: Sequence[AllocationStep]) -> tuple[OpenTie, ...]:
    return tuple(
        OpenTie(group.tie, tuple(each.entry.reference for each in group.members), step.decides)
        for group, step in zip(groups, steps, strict=True)
        if group.tie is not None and len(group.members) > 1
    )
