"""Granada's and Mannheim's projects, and those who work at them."""

import pytest

from grants.projects.models import Project
from tests.support.awarding import Awarding


@pytest.fixture
def awarding(evaluating) -> Awarding:
    return Awarding(evaluating)


@pytest.fixture
def granada(awarding) -> Project:
    """Granada's project: three webinars, a platform and a video; its agreement is signed."""
    return awarding.granadas()


@pytest.fixture
def unsigned(awarding) -> Project:
    """The same before its agreement is signed."""
    return awarding.granadas(running=False)


@pytest.fixture
def after_the_call(evaluating) -> None:
    """The call is closed: whoever signs in from now on stays signed in."""
    evaluating.close_call()


@pytest.fixture
def lucia(after_the_call, iuc, sign_in):
    """A browser in which Granada's officer is signed in."""
    return sign_in(iuc.lucia)


@pytest.fixture
def helena(after_the_call, iuc, sign_in):
    """A browser in which the fund's manager is signed in."""
    return sign_in(iuc.helena)
