"""A short evening of a deadline: see tests/load/deadline.py for the long one."""

import pytest

from tests.load.deadline import SERVERS, run

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("server", SERVERS)
def test_what_is_sent_before_the_deadline_is_taken_however_many_sign_in(server):
    figures = run(server, runs=1, sign_ins=60)

    print(*figures.lines(), sep="\n")
    assert not figures.refused
    assert not figures.late_taken
    assert set(figures.sign_ins) == {303}
