"""Merging what two people wrote in one section: properties that hold for any answers."""

from hypothesis import given
from hypothesis import strategies as st

from grants.rules.forms import merging

CODES = ("title", "summary", "partners", "confirmed")
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 3),
    st.sampled_from(["", "one", "two", "three"]),
    st.lists(st.fixed_dictionaries({"name": st.sampled_from(["", "Granada", "Mannheim"])})),
)
ANSWERS = st.fixed_dictionaries(dict.fromkeys(CODES, VALUES))


def merged(base, theirs, mine):
    return merging.merge(merging.fingerprints(base, CODES), theirs, mine)


@given(ANSWERS, ANSWERS, ANSWERS)
def test_each_answer_is_that_of_whoever_changed_it_or_is_asked(base, theirs, mine):
    found = merged(base, theirs, mine)

    for code in CODES:
        changed = [not merging.same(base[code], side[code]) for side in (theirs, mine)]
        agreed = merging.same(theirs[code], mine[code])
        assert (code in found.asked) == (all(changed) and not agreed)
        if changed == [True, False]:
            assert merging.same(found.answers[code], theirs[code])
        else:
            assert merging.same(found.answers[code], mine[code])


@given(ANSWERS, ANSWERS, ANSWERS)
def test_whoever_comes_second_the_result_and_the_questions_are_the_same(base, theirs, mine):
    one, other = merged(base, theirs, mine), merged(base, mine, theirs)

    assert set(one.asked) == set(other.asked)
    for code in set(CODES) - set(one.asked):
        assert merging.same(one.answers[code], other.answers[code])


@given(ANSWERS, ANSWERS)
def test_who_changed_nothing_changes_nothing(base, theirs):
    found = merged(base, theirs, base)

    assert not found.asked
    assert all(merging.same(found.answers[code], theirs[code]) for code in CODES)


@given(ANSWERS, ANSWERS)
def test_whoever_is_alone_is_never_asked(base, mine):
    assert merged(base, base, mine) == merging.Merged(mine)


@given(ANSWERS, ANSWERS)
def test_without_knowing_what_was_read_every_difference_is_asked(theirs, mine):
    found = merging.merge({}, theirs, mine)

    assert found.taken == ()
    differing = [code for code in CODES if not merging.same(theirs[code], mine[code])]
    assert sorted(found.asked) == sorted(differing)


@given(ANSWERS)
def test_fingerprints_come_back_as_they_were_packed(base):
    prints = merging.fingerprints(base, CODES)

    assert merging.unpacked(merging.packed(prints)) == prints
    assert merging.unpacked("nonsense,title:short,:") == {}


@given(st.text("ab \n", max_size=40), st.text("ab \n", max_size=40))
def test_marked_pieces_are_the_whole_text(text, other):
    assert " ".join(piece for piece, _changed in merging.marked(text, other)) == text
    assert not any(changed for _piece, changed in merging.marked(text, text))
