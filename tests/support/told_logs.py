"""What is logged in a test, as a list of events."""

import io
import json
import logging

import pytest

from grants.kit import logs


@pytest.fixture
def root():
    """The root of all loggers, left as it was."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield root
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    logs.leave_to_others()


@pytest.fixture
def json_logs(root):
    """What is logged from now on, as a list of events."""
    stream = io.StringIO()
    logs.configure("json", stream=stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
