"""What must always hold of a ranking, whatever the rules and the proposals."""

from dataclasses import replace
from itertools import permutations, product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grants.rules.scoring import (
    Criterion,
    Entry,
    ListRule,
    Outcome,
    Rules,
    allocation,
    canonical_json,
    combine,
    digest,
    rank,
)
from tests.unit.rules.scoring.strategies import contests, held

LAST = 10**6


def place_of(ranking, reference):
    """A rank as a number, with those below a threshold behind everyone."""
    rank = ranking.place(reference).rank
    return LAST if rank is None else rank


def walk(rules, requests):
    """Give what each of a fully ordered list is offered, as a person with a pencil would."""
    left, ended, offers = rules.envelope_cents, False, []
    for request in requests:
        offer = 0
        if not ended and request <= left:
            offer = request
        elif not ended and rules.list_rule is ListRule.OFFER_REDUCED:
            offer = left if left >= rules.minimum_grant_cents else 0
            ended = True
        elif rules.list_rule is ListRule.STRICT_STOP:
            ended = True
        left -= offer
        offers.append(offer)
    return offers


def all_orders(ranking):
    """Every full order that the open ties allow, as lists of places."""
    groups = {}
    for place in ranking.places:
        if place.passed:
            groups.setdefault(place.rank, []).append(place)
    for orders in product(*(permutations(group) for group in groups.values())):
        yield [place for order in orders for place in order]


def drawn_ties(draw, ranking, which=None):
    """Hold a draw for some or all of the open ties."""
    ties = [tie for tie in ranking.open_ties if which is None or draw(which)]
    return [held(draw(st.permutations(tie.references))) for tie in ties]


@given(contests(), st.data())
def test_the_order_of_inputs_changes_no_byte(contest, data):
    rules, entries = contest
    draws = drawn_ties(data.draw, rank(rules, entries), st.booleans())
    shuffled = [
        Entry(
            reference=entry.reference,
            reviews=tuple(
                dict(data.draw(st.permutations(list(review.items()))))
                for review in data.draw(st.permutations(entry.reviews))
            ),
            requested_cents=entry.requested_cents,
        )
        for entry in data.draw(st.permutations(entries))
    ]
    otherwise = replace(rules, criteria=tuple(data.draw(st.permutations(rules.criteria))))

    first = rank(rules, entries, draws)
    second = rank(otherwise, shuffled, data.draw(st.permutations(draws)))

    assert canonical_json(first) == canonical_json(second)
    assert digest(first) == digest(second)


@given(contests())
def test_rules_read_back_from_json_give_the_same_bytes(contest):
    rules, entries = contest

    again = Rules.from_dict(rules.to_dict())

    assert again == rules
    assert canonical_json(rank(again, entries)) == canonical_json(rank(rules, entries))


@given(contests())
def test_a_total_is_the_exact_weighted_sum(contest):
    rules, entries = contest

    ranking = rank(rules, entries)

    for entry in entries:
        scores = combine(rules, entry.reviews)
        place = ranking.place(entry.reference)
        assert place.score == scores
        assert place.total == sum(each.weight * scores[each.code] for each in rules.criteria)


@given(contests(), st.data())
def test_raising_a_score_never_worsens_ones_own_rank(contest, data):
    rules, entries = contest
    assume(entries)
    draws = drawn_ties(data.draw, rank(rules, entries), st.booleans())
    chosen = data.draw(st.integers(0, len(entries) - 1))
    which = data.draw(st.integers(0, len(entries[chosen].reviews) - 1))
    raised = [dict(review) for review in entries[chosen].reviews]
    # A score in place of none may lower a mean; one that is given is raised.
    assume(raised[which])
    criterion = data.draw(
        st.sampled_from([it for it in rules.criteria if it.code in raised[which]])
    )
    was, scale = raised[which][criterion.code], rules.scale_of(criterion)
    raised[which][criterion.code] = data.draw(
        st.sampled_from([it for it in scale.choices if it >= was])
    )
    better = [*entries]
    better[chosen] = replace(entries[chosen], reviews=tuple(raised))

    before, after = rank(rules, entries, draws), rank(rules, better, draws)

    reference = entries[chosen].reference
    assert place_of(after, reference) <= place_of(before, reference)


@given(contests())
def test_awards_stay_within_the_envelope_and_nobody_below_a_threshold_is_listed(contest):
    rules, entries = contest

    ranking = rank(rules, entries)

    offered = [place.offered_cents or 0 for place in ranking.places]
    assert sum(offered) == ranking.committed_cents <= rules.envelope_cents
    assert ranking.remaining_cents == rules.envelope_cents - sum(offered)
    assert sorted(place.reference for place in ranking.places) == sorted(
        entry.reference for entry in entries
    )
    for index, place in enumerate(ranking.places):
        assert place.cumulative_cents == sum(offered[: index + 1])
        assert (place.outcome is Outcome.BELOW_THRESHOLD) == bool(place.failed)
        assert (place.rank is None) == bool(place.failed)
        assert (place.offered_cents is None) == (place.outcome is Outcome.UNDECIDED)
        assert bool(place.offered_cents) == (place.outcome is Outcome.MAIN)


@given(contests(list_rules=(ListRule.STRICT_STOP, ListRule.OFFER_REDUCED)))
def test_where_the_list_stops_the_main_list_is_a_prefix(contest):
    rules, entries = contest

    ranking = rank(rules, entries)

    main = ranking.listed(Outcome.MAIN)
    assert main == ranking.places[: len(main)]
    assert ranking.budget_line in (None, len(main))


@given(contests())
def test_equal_keys_share_a_rank_and_nothing_else_does(contest):
    rules, entries = contest

    ranking = rank(rules, entries)

    passed = [place for place in ranking.places if place.passed]
    for one, other in product(passed, repeat=2):
        key, other_key = (
            (it.total, *(it.score[code] for code in rules.tie_rules)) for it in (one, other)
        )
        assert (key == other_key) == (one.rank == other.rank)
        assert (key > other_key) == (one.rank < other.rank)
    assert [place.rank for place in passed] == [
        1 + sum(other.rank < place.rank for other in passed) for place in passed
    ]


@given(contests(at_most=5))
def test_undecided_are_exactly_those_for_whom_the_order_of_a_tie_matters(contest):
    rules, entries = contest
    possible = {}

    ranking = rank(rules, entries)
    for order in all_orders(ranking):
        offers = walk(rules, [place.requested_cents for place in order])
        for place, offer in zip(order, offers, strict=True):
            possible.setdefault(place.reference, set()).add(offer)

    for place in ranking.places:
        if not place.passed:
            continue
        if place.outcome is Outcome.UNDECIDED:
            assert len(possible[place.reference]) > 1
        else:
            assert possible[place.reference] == {place.offered_cents}
    undecided = ranking.listed(Outcome.UNDECIDED)
    assert ranking.needs_draw == bool(undecided)
    assert all(
        tie.decides_money == _decides(rules, ranking, tie.references) for tie in ranking.open_ties
    )


def _decides(rules, ranking, references):
    """Whether, the rest of an order being equal, another order of one tie changes an offer."""
    seen = {}
    for order in all_orders(ranking):
        rest = tuple(None if it.reference in references else it.reference for it in order)
        offers = walk(rules, [place.requested_cents for place in order])
        result = frozenset(
            (place.reference, offer) for place, offer in zip(order, offers, strict=True)
        )
        seen.setdefault(rest, set()).add(result)
    return any(len(results) > 1 for results in seen.values())


@given(
    st.lists(st.lists(st.integers(1, 15), min_size=1, max_size=4), max_size=3),
    st.integers(0, 40),
    st.integers(1, 4),
)
def test_what_is_certain_after_a_tie_too_large_to_follow_is_certain(groups, envelope, figures):
    rules = Rules(
        criteria=(Criterion("E", "Excellence"),),
        envelope_cents=envelope,
        list_rule=ListRule.SKIP_FILL,
    )
    numbered = [[(at, n, each) for n, each in enumerate(g)] for at, g in enumerate(groups)]
    possible = {}
    for orders in product(*(permutations(group) for group in numbered)):
        order = [each for group in orders for each in group]
        for each, offer in zip(order, walk(rules, [it[2] for it in order]), strict=True):
            possible.setdefault(each, set()).add(offer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation, "MOST_FIGURES", figures)
        steps = allocation.allocate(rules, groups)

    for group, step in zip(numbered, steps, strict=True):
        for each, offers in zip(group, step.offers, strict=True):
            assert possible[each] <= offers


@given(contests(), st.data())
def test_draws_separate_ties_and_do_nothing_else(contest, data):
    rules, entries = contest
    tied = rank(rules, entries)
    draws = drawn_ties(data.draw, tied)
    members = {reference for draw in draws for reference in draw.order}

    ranking = rank(rules, entries, draws)

    assert not ranking.needs_draw
    assert (ranking.open_ties, ranking.unused_draws) == ((), ())
    assert set(ranking.draws) == set(draws)
    assert ranking.listed(Outcome.UNDECIDED) == ()
    for before, after in zip(tied.places, ranking.places, strict=True):
        assert before.tie_group == after.tie_group
        if before.reference not in members:
            assert (before.reference, before.rank) == (after.reference, after.rank)
        if before.outcome in (Outcome.MAIN, Outcome.RESERVE):
            assert ranking.place(before.reference).outcome is before.outcome
    for draw in draws:
        ranks = [ranking.place(reference).rank for reference in draw.order]
        first = tied.place(draw.order[0]).rank
        assert ranks == list(range(first, first + len(ranks)))


@given(contests(), st.permutations("ABCDEFGH"))
def test_a_draw_for_no_present_tie_changes_nothing_but_is_shown(contest, order):
    rules, entries = contest
    tied = rank(rules, entries)
    stale = held(order[:4])
    assume(all(set(tie.references) != set(stale.order) for tie in tied.open_ties))

    ranking = rank(rules, entries, [stale])

    assert ranking.places == tied.places
    assert (ranking.draws, ranking.unused_draws) == ((), (stale,))
