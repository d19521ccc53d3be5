"""What is kept in earlier words is shown in today's; what people wrote stays theirs."""

import pytest

from grants.rules.labels import FORMER_REASONS, present_reason


@pytest.mark.parametrize("former", FORMER_REASONS)
def test_a_reason_of_the_portal_is_said_in_the_words_of_today(former):
    assert present_reason(former) != former
    assert present_reason(present_reason(former)) == present_reason(former)


def test_a_reason_that_somebody_wrote_stays_as_it_is():
    assert present_reason("He handed it in too late.") == "He handed it in too late."
