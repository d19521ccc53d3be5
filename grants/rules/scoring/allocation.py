"""Walking down a ranking with an envelope, for every order that open ties allow.

A ranking with open ties stands for all orders of the tied. `allocate` finds, without
trying them all, what each proposal gets in every one of them. Because requests are
larger than zero:

- STRICT_STOP and OFFER_REDUCED end the list inside a tie whose sum exceeds the money,
  in whatever order, so that one figure of money left always describes all orders.
- SKIP_FILL goes on, with as many different figures as there are sums of the funded.
  Beyond `MOST_FIGURES` of them only the least and the most are followed: a proposal may
  then count as depending on a draw although it does not, never the other way round.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, takewhile
from typing import Final

from grants.rules.scoring.rules import ListRule, Rules

MOST_FIGURES: Final = 512

Offers = frozenset[int]
"""What a proposal is offered in one order or another, in cents; 0 stands for the reserve."""


@dataclass(frozen=True)
class AllocatedMoney:
    """The figures of money that may be left, and whether the list has ended.

    `interval` tells that everything between the least and the most may be left.
    """

    left: frozenset[int]
    ended: bool = False
    interval: bool = False


@dataclass(frozen=True)
class AllocationStep:
    """What one tie group (or one proposal) gets; `decides` if its own order matters."""

    offers: tuple[Offers, ...]
    money: AllocatedMoney
    decides: bool


def allocate(rules: Rules, groups: Sequence[Sequence[int]]) -> tuple[AllocationStep, ...]:
    """Return a step for each group of tied requests (in cents), best group first."""
    return tuple(walk(rules, groups))


def walk(rules: Rules, groups: Iterable[Sequence[int]]) -> Iterator[AllocationStep]:
    """Give the steps of `allocate` one by one: who comes after the list has ended is not needed."""
    money = AllocatedMoney(frozenset({rules.envelope_cents}))
    for requests in groups:
        if rules.list_rule is ListRule.SKIP_FILL:
            step = _skip(requests, money)
        else:
            step = _stop(rules, requests, money)
        yield step
        money = step.money


def _stop(rules: Rules, requests: Sequence[int], money: AllocatedMoney) -> AllocationStep:
    (left,) = money.left
    if money.ended:
        return AllocationStep(tuple(Offers({0}) for _ in requests), money, decides=False)
    if sum(requests) <= left:
        rest = AllocatedMoney(frozenset({left - sum(requests)}))
        return AllocationStep(tuple(Offers({request}) for request in requests), rest, decides=False)
    offers = tuple(_offers_at_the_end(rules, request, requests, left) for request in requests)
    return AllocationStep(
        offers, replace(money, ended=True), decides=any(len(each) > 1 for each in offers)
    )


def _offers_at_the_end(rules: Rules, request: int, requests: Sequence[int], left: int) -> Offers:
    """Return what one of a group that exceeds the money gets: first in line, and last."""
    reduced = 0
    if rules.list_rule is ListRule.OFFER_REDUCED and left >= rules.minimum_grant_cents:
        reduced = left
    first = request if request <= left else reduced
    return Offers({first}) if len(requests) == 1 else Offers({first, 0})


def _skip(requests: Sequence[int], money: AllocatedMoney) -> AllocationStep:
    if money.interval:
        return _skip_roughly(requests, min(money.left), max(money.left))
    steps = [_skip_exactly(requests, left) for left in sorted(money.left)]
    figures = frozenset().union(*(step.money.left for step in steps if step))
    if None in steps or len(figures) > MOST_FIGURES:
        return _skip_roughly(requests, min(money.left), max(money.left))
    exact = [step for step in steps if step]
    offers = tuple(Offers().union(*each) for each in zip(*(s.offers for s in exact), strict=True))
    return AllocationStep(
        offers, AllocatedMoney(figures), decides=any(step.decides for step in exact)
    )


def _skip_exactly(requests: Sequence[int], left: int) -> AllocationStep | None:
    """Follow one figure of money through a group; None if there are too many sums."""
    ordered = sorted(request for request in requests if request <= left)
    if sum(ordered) <= left:
        offers = tuple(Offers({request if request <= left else 0}) for request in requests)
        return AllocationStep(
            offers, AllocatedMoney(frozenset({left - sum(ordered)})), decides=False
        )
    figures = _figures_left(ordered, left)
    if figures is None:
        return None
    offers = tuple(_offers_in_passing(request, ordered, left) for request in requests)
    return AllocationStep(
        offers, AllocatedMoney(figures), decides=any(len(each) > 1 for each in offers)
    )


def _offers_in_passing(request: int, fitting: Sequence[int], left: int) -> Offers:
    """Return what one of a group gets: all when first, nothing when others leave too little."""
    if request > left:
        return Offers({0})
    others = list(fitting)
    others.remove(request)
    sums = _sums(others, left)
    passed_over = sums is None or max(sums) > left - request
    return Offers({request, 0}) if passed_over else Offers({request})


def _figures_left(ordered: Sequence[int], left: int) -> frozenset[int] | None:
    """Find all figures that any order of a group leaves; None if there are too many.

    The funded of some order are those sets to which nobody passed over could be added.
    They are counted by the smallest request that was passed over.
    """
    figures: set[int] = set()
    smaller = takewhile(lambda funded: funded <= left, accumulate(ordered, initial=0))
    for index, funded in enumerate(smaller):
        sums = _sums(ordered[index + 1 :], left - funded)
        if sums is None:
            return None
        rests = {left - funded - each for each in sums}
        figures |= {rest for rest in rests if rest < ordered[index]}
    return frozenset(figures)


def _sums(requests: Sequence[int], most: int) -> set[int] | None:
    """Return all sums of some of `requests` up to `most`; None if there are too many."""
    sums = {0}
    for request in requests:
        sums |= {each + request for each in sums if each + request <= most}
        if len(sums) > MOST_FIGURES:
            return None
    return sums


def _skip_roughly(requests: Sequence[int], least: int, most: int) -> AllocationStep:
    """Follow only the least and the most that may be left: certain where it says certain."""
    fits_all = sum(requests) <= least
    offers = tuple(
        Offers({0} if request > most else {request} if fits_all else {request, 0})
        for request in requests
    )
    spent_at_most = sum(request for request in requests if request <= most)
    spent_for_sure = sum(requests) if fits_all else 0
    rest = frozenset({max(0, least - spent_at_most), most - spent_for_sure})
    decides = len(requests) > 1 and any(len(each) > 1 for each in offers)
    return AllocationStep(offers, AllocatedMoney(rest, interval=True), decides=decides)
