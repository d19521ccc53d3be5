"""Rules, reviews and proposals for property tests: small numbers, so that ties are common."""

from datetime import UTC, datetime
from fractions import Fraction

from hypothesis import strategies as st

from grants.rules.scoring import (
    Basis,
    Combine,
    Criterion,
    Draw,
    Entry,
    ListRule,
    NotAssessed,
    Rules,
    Scale,
    SectionThreshold,
)

CODES = ("E", "I", "M")
WEIGHTS = st.fractions(min_value=0, max_value=3, max_denominator=4)
SCALES = (Scale(2, 10, 2), Scale(0, 20, 2), Scale(0, 200, 2), Scale(0, 6, 2))


@st.composite
def rules(draw, list_rules=tuple(ListRule)):
    codes = draw(st.sampled_from([CODES[:1], CODES[:2], CODES]))
    weights = [Fraction(1), draw(WEIGHTS), draw(WEIGHTS)]
    criteria = tuple(
        draw(criteria_of(code, weight, first=code == codes[0]))
        for code, weight in zip(codes, weights, strict=False)
    )
    free = Rules(criteria=criteria, envelope_cents=0, basis=draw(st.sampled_from(Basis)))
    sections = [
        SectionThreshold(name, free.maximum_of_section(name) * draw(st.integers(0, 8)) / 16)
        for name in sorted({it.section for it in criteria if it.section})
        if draw(st.booleans())
    ]
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
        sections=tuple(sections),
        hides_applicants=draw(st.booleans()),
    )


@st.composite
def criteria_of(draw, code, weight, *, first):
    """A criterion; the first of the rules is no bonus, so that something decides."""
    usual = draw(st.booleans())
    bonus = not usual and not first and draw(st.booleans())
    return Criterion(
        code,
        f"Criterion {code}",
        weight,
        None if bonus else draw(st.none() | st.integers(0, 6)),
        scale=None if usual else draw(st.sampled_from(SCALES)),
        bonus=bonus,
        not_assessed=None if usual else draw(st.none() | st.sampled_from(NotAssessed)),
        section="" if usual else draw(st.sampled_from(["", "One", "Two"])),
    )


@st.composite
def entries(draw, rules, at_most=6):
    # Some contests in which nearly all are tied, since that is where the order matters.
    some = draw(st.sampled_from([(4, 6, 8, 10), (6, 8), (8,)]))
    halves = {it.code: scores(rules.scale_of(it), some) for it in rules.criteria}
    left = {it.code for it in rules.criteria if it.not_assessed}
    review = st.fixed_dictionaries(
        {code: halves[code] for code in rules.codes if code not in left},
        optional={code: halves[code] for code in sorted(left)},
    )
    references = draw(st.lists(st.sampled_from("ABCDEFGH"), max_size=at_most, unique=True))
    return [
        Entry(
            reference=reference,
            reviews=tuple(draw(st.lists(review, min_size=1, max_size=3))),
            requested_cents=draw(st.integers(1, 15)),
        )
        for reference in references
    ]


def scores(scale, some):
    """Scores that a scale has, of the few that are wanted."""
    return st.sampled_from([it for it in some if it in scale.choices] or scale.choices)


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
