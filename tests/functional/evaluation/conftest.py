"""Browsers of the people of the evaluation."""

import pytest


@pytest.fixture
def helena(evaluating, sign_in):
    """Helena, who manages the fund, signed in."""
    return sign_in(evaluating.world.helena)


@pytest.fixture
def wei(evaluating, sign_in):
    """Wei, a reviewer, signed in."""
    return sign_in(evaluating.world.wei)
