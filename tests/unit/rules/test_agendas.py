"""The order of an agenda: all of it, the same from any order, with few people through the door."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from grants.rules.agendas import moves, ordered

ITEMS = st.dictionaries(
    st.text("ABCDEFGH", min_size=1, max_size=3),
    st.frozensets(st.integers(1, 4), max_size=3),
    max_size=9,
)


@given(ITEMS)
def test_everything_is_on_it_once(items):
    assert sorted(ordered(items)) == sorted(items)


@given(ITEMS, st.randoms())
def test_the_order_of_the_input_means_nothing(items, chance):
    shuffled = list(items.items())
    chance.shuffle(shuffled)

    assert ordered(dict(shuffled)) == ordered(items)


@given(ITEMS)
def test_items_with_the_same_people_follow_one_another(items):
    order = [frozenset(items[it]) for it in ordered(items)]
    changes = [one for one, other in pairwise(order) if one != other]

    assert len(changes) + 1 >= len(set(order)) >= len(changes) + (1 if order else 0)


@given(ITEMS)
def test_nobody_moves_more_often_than_by_name(items):
    # Grouping never costs more than leaving each group from an empty room.
    groups = {frozenset(it) for it in items.values()}

    assert moves(ordered(items), items) <= 2 * sum(map(len, groups))


def test_a_worked_agenda():
    items = {"A": {1}, "B": set(), "C": {1, 2}, "D": {2}, "E": {1}}

    assert ordered(items) == ["B", "A", "E", "C", "D"]
    assert moves(ordered(items), items) == 3
