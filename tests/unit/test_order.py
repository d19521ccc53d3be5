"""Each process of a run begins with its part of what takes long."""

import pytest

from tests.support.order import dealt


@pytest.mark.parametrize("processes", [1, 2, 3, 4])
@pytest.mark.parametrize("slow", [0, 1, 2, 5, 9])
@pytest.mark.parametrize("others", [0, 1, 7, 100])
def test_each_test_is_there_once(processes, slow, others):
    found = dealt(range(slow), range(slow, slow + others), processes)

    assert sorted(found) == list(range(slow + others))


def test_two_processes_begin_with_every_other_slow_one():
    found = dealt(range(5), range(5, 21), 2)

    assert found[:3] == [0, 2, 4]
    assert found[10:12] == [1, 3]
