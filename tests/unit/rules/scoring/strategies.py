"""Rules, reviews and proposals for property tests: small numbers, so that ties are common."""

from datetime import UTC, datetime
from fractions import Fraction

from hypothesis import strategies as st

from grants.rules.scoring import Basis, Combine, Criterion, Draw, Entry, ListRule, Rules

CODES = ("E", "I", "M")
WEIGHTS = st.fractions(min_value=0, max_value=3, max_denominator=4)


@st.composite
def rules(draw, list_rules=tuple(ListRule)):
    codes = draw(st.sampled_from([CODES[:1], CODES[:2], CODES]))
    criteria = tuple(
        Criterion(code, f"Criterion {code}", weight, draw(st.none() | st.integers(0, 6)))
        for code, weight in zip(codes, [Fraction(1), draw(WEIGHTS), draw(WEIGHTS)], strict=False)
    )
    free = Rules(criteria=criteria, envelope_cents=0, basis=draw(st.sampled_from(Basis)))
    sixteenths = st.integers(0, 10).map(lambda count: count * free.maximum / 16)
    return Rules(
        criteria=criteria,
        envelope_cents=draw(st.integers(0, 30)),
        basis=free.basis,
        overall_threshold=draw(st.none() | sixteenths),
        combine=draw(st.sampled_from(Combine)),
        tie_rules=tuple(draw(st.lists(st.sampled_from(codes), unique=True))),
        list_rule=draw(st.sampled_from(list_rules)),
        minimum_grant_cents=draw(st.integers(0, 5)),
    )


@st.composite
def entries(draw, rules, at_most=6):
    # Some contests in which nearly all are tied, since that is where the order matters.
    halves = st.sampled_from(draw(st.sampled_from([(4, 6, 7, 10), (6, 7), (7,)])))
    review = st.fixed_dictionaries(dict.fromkeys(rules.codes, halves))
    references = draw(st.lists(st.sampled_from("ABCDEFGH"), max_size=at_most, unique=True))
    return [
        Entry(
            reference=reference,
            reviews=tuple(draw(st.lists(review, min_size=1, max_size=3))),
            requested_cents=draw(st.integers(1, 15)),
        )
        for reference in references
    ]


@st.composite
def contests(draw, list_rules=tuple(ListRule), at_most=6):
    """Rules with proposals that are judged by them."""
    chosen = draw(rules(list_rules))
    return chosen, draw(entries(chosen, at_most))


def held(order):
    """A draw with this result."""
    return Draw(
        order=tuple(order),
        at=datetime(2020, 6, 1, 9, 30, tzinfo=UTC),
        by="The chair",
        reason="Equal on every rule",
    )
