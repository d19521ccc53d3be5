"""Ranking proposals: by total, then by the tie rules, then by a recorded draw.

The result does not depend on the order of proposals, reviews, criteria or draws.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import dropwhile, groupby
from math import lcm

from grants.rules.scoring import serialization
from grants.rules.scoring.allocation import AllocationStep, Offers, allocate, walk
from grants.rules.scoring.criteria import FACT
from grants.rules.scoring.errors import InvalidDraw, InvalidEntry
from grants.rules.scoring.results import Draw, Entry, OpenTie, Outcome, RankedPlace, Ranking
from grants.rules.scoring.rules import Rules
from grants.rules.scoring.scoring import Result, evaluate
from grants.rules.scoring.ties import FIELDS, MainList, TieFact
from grants.rules.words import N_


@dataclass(frozen=True)
class JudgedEntry:
    """An entry with what its reviews come to, and the key by which it is ranked."""

    entry: Entry
    result: Result
    key: tuple[Fraction, ...]


@dataclass(frozen=True)
class _Group:
    """Proposals that stand level: one, or an open tie; `tie` numbers the group of equal keys.

    One that `waits` stays tied until a draw above it is held: a rule depends on that.
    """

    members: tuple[JudgedEntry, ...]
    rank: int
    tie: int | None
    waits: bool = False
    separated_by: str = ""

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
    passed = [each for each in judged if each.result.passed]
    groups, used, steps = _walked(rules, passed, recorded)
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
    groups, _used, steps = _walked(rules, _in_order(passed), _by_members(tuple(draws)))
    return _ranked(groups, steps)


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
    key = [result.total]
    for code in rules.tie_rules:
        if code not in scores:
            break  # a fact: it and what comes after are looked at on the way down
        key.append(scores[code])
    return JudgedEntry(entry, result, tuple(key))


def _by_members(draws: Collection[Draw]) -> dict[frozenset[str], Draw]:
    found = {frozenset(draw.order): draw for draw in sorted(draws, key=lambda it: it.order)}
    if len(found) < len(draws):
        raise InvalidDraw(N_("Two draws are recorded for the same tie."))
    return found


def _walked(
    rules: Rules, passed: Sequence[JudgedEntry], recorded: dict[frozenset[str], Draw]
) -> tuple[Sequence[_Group], tuple[Draw, ...], Sequence[AllocationStep]]:
    """Group those that are level, and walk down with the money; at once where facts ask for it."""
    facts = tuple(dropwhile(lambda code: not code.startswith(FACT), rules.tie_rules))
    if facts:
        walk_down = _FactWalk(rules, facts, recorded)
        walk_down.go(passed)
        return walk_down.groups, tuple(walk_down.used), walk_down.steps
    groups, used = _groups(passed, recorded)
    return groups, used, allocate(rules, [group.requests for group in groups])


class _FactWalk:
    """Separates ties by facts while the money is walked down.

    A country or a topic is new if nobody that is placed above all the tied brings it to the main
    list. Where that hangs on a draw, they stay tied, and draws among them count for nothing yet.
    """

    def __init__(
        self, rules: Rules, left: tuple[str, ...], recorded: dict[frozenset[str], Draw]
    ) -> None:
        self.groups: list[_Group] = []
        self.steps: list[AllocationStep] = []
        self.used: list[Draw] = []
        self._rules, self._left, self._recorded = rules, left, recorded
        self._main = MainList()
        self._ahead = self._ties = 0

    def go(self, passed: Sequence[JudgedEntry]) -> None:
        """Walk down: each group is made when all above it have their offers."""
        for step in walk(self._rules, self._requests(passed)):
            self.steps.append(step)
            for judged, offers in zip(self.groups[-1].members, step.offers, strict=True):
                self._main.note(judged.entry, offers)

    def _requests(self, passed: Sequence[JudgedEntry]) -> Iterator[Sequence[int]]:
        for _, equal in groupby(passed, key=lambda each: each.key):
            for group in self._separated(tuple(equal), self._left, ""):
                self.groups.append(group)
                yield group.requests

    def _separated(
        self, members: tuple[JudgedEntry, ...], left: tuple[str, ...], by: str
    ) -> Iterator[_Group]:
        if len(members) == 1 or not left:
            yield from self._level(members, by)
            return
        values = [self._value(each, left[0]) for each in members]
        if None in values:
            yield from self._level(members, by, waits=True)
            return
        for value in sorted({each for each in values if each is not None}, reverse=True):
            part = tuple(each for each, its in zip(members, values, strict=True) if its == value)
            fact = left[0] if left[0].startswith(FACT) and len(part) < len(members) else by
            yield from self._separated(part, left[1:], fact)

    def _value(self, judged: JudgedEntry, rule: str) -> Fraction | None:
        """Return what a rule compares, more being better; None if it hangs on a draw."""
        if rule == TieFact.REQUEST:
            return Fraction(-judged.entry.requested_cents)
        if not rule.startswith(FACT):
            return dict(judged.result.scores)[rule]
        field = FIELDS[TieFact(rule)]
        new = self._main.is_new(field, getattr(judged.entry, field))
        return None if new is None else Fraction(new)

    def _level(
        self, members: tuple[JudgedEntry, ...], by: str, *, waits: bool = False
    ) -> Iterator[_Group]:
        ahead, tie = self._ahead, None
        self._ahead += len(members)
        if len(members) > 1:
            self._ties += 1
            tie = self._ties
        draw = self._recorded.get(frozenset(each.entry.reference for each in members))
        if draw and not waits:
            self.used.append(draw)
            for group in _drawn(members, draw, ahead, tie):
                yield replace(group, separated_by=by)
        else:
            yield _Group(members, ahead + 1, tie, waits=waits, separated_by=by)


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
                _place(
                    judged,
                    outcome,
                    offered,
                    cumulative,
                    rank=group.rank,
                    tie_group=group.tie,
                    separated_by=group.separated_by,
                )
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
    separated_by: str = "",
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
        separated_by=separated_by,
    )


def _budget_line(ranked: Sequence[RankedPlace]) -> int | None:
    beyond = (index for index, place in enumerate(ranked) if place.outcome is not Outcome.MAIN)
    return next(beyond, None)


def _open_ties(groups: Sequence[_Group], steps: Sequence[AllocationStep]) -> tuple[OpenTie, ...]:
    return tuple(
        OpenTie(
            group.tie,
            tuple(each.entry.reference for each in group.members),
            step.decides and not group.waits,
        )
        for group, step in zip(groups, steps, strict=True)
        if group.tie is not None and len(group.members) > 1
    )
