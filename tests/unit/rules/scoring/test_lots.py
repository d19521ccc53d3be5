"""Draws by a seed: the same whoever draws, and every order can come out."""

import hashlib
import subprocess
from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.rules.scoring import (
    Criterion,
    Draw,
    DrawRule,
    InvalidDraw,
    InvalidRules,
    Rules,
    commitment,
    drawn_order,
    lot,
)

SEED = "b1946ac92492d2347c6235b4d2611184"
TIED = ("IUC-007", "IUC-002", "IUC-011")
references = st.lists(
    st.text("ABC-0123456789", min_size=1, max_size=8), min_size=2, max_size=6, unique=True
)


def test_lots_are_what_sha256sum_prints_of_three_lines():
    command = "printf '%s\\n%s\\n%s' \"$0\" IUC-002,IUC-007,IUC-011 IUC-007 | sha256sum"
    printed = subprocess.run(
        ["sh", "-c", command, SEED], capture_output=True, text=True, check=True
    ).stdout

    assert lot(SEED, TIED, "IUC-007") == printed.split()[0]
    assert commitment(SEED) == hashlib.sha256(SEED.encode()).hexdigest()


def test_the_lowest_lot_is_drawn_first():
    lots = {name: lot(SEED, TIED, name) for name in TIED}

    assert list(drawn_order(SEED, TIED)) == sorted(TIED, key=lots.__getitem__)


@given(st.text(min_size=1, max_size=64), references, st.randoms())
def test_the_order_in_which_the_tied_are_given_means_nothing(seed, tied, chance):
    mixed = list(tied)
    chance.shuffle(mixed)

    drawn = drawn_order(seed, tied)
    assert drawn == drawn_order(seed, mixed)
    assert sorted(drawn) == sorted(tied)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_every_order_comes_out_of_some_seed_and_none_is_favoured(size):
    tied = [f"P-{number}" for number in range(size)]
    orders = list(permutations(tied))
    seeds = 60 * len(orders)

    counted = dict.fromkeys(orders, 0)
    for number in range(seeds):
        counted[drawn_order(f"seed {number}", tied)] += 1

    assert all(30 <= count <= 100 for count in counted.values())


def test_each_group_of_tied_has_lots_of_its_own():
    assert lot(SEED, TIED, "IUC-007") != lot(SEED, TIED[:2], "IUC-007")


@pytest.mark.parametrize("name", ["A,1", "A\n1"])
def test_what_could_be_read_in_two_ways_is_not_drawn(name):
    with pytest.raises(InvalidDraw, match="no commas"):
        drawn_order(SEED, [name, "B"])


def test_there_is_no_draw_without_a_seed():
    with pytest.raises(InvalidDraw, match="no seed"):
        drawn_order("", TIED)


def test_a_draw_tells_whether_its_order_follows_from_its_seed():
    record = {"at": datetime(2027, 3, 1, tzinfo=UTC), "by": "Helena", "reason": "tied"}
    order = drawn_order(SEED, TIED)

    assert Draw(order=order, seed=SEED, **record).follows
    assert not Draw(order=order[::-1], seed=SEED, **record).follows
    assert Draw(order=order[::-1], **record).follows, "typed in: nothing to compare"


def test_rules_say_how_ties_are_drawn_only_where_it_is_by_seed():
    rules = Rules(criteria=(Criterion("a", "A"),), envelope_cents=1)

    assert "draw" not in rules.to_dict()
    seeded = Rules.from_dict(rules.to_dict() | {"draw": "SEED"})
    assert seeded.draw is DrawRule.SEED
    assert Rules.from_dict(seeded.to_dict()) == seeded
    with pytest.raises(InvalidRules):
        Rules.from_dict(rules.to_dict() | {"draw": "COIN"})
