"""What tests in a real browser start from; the browser itself is in tests/support/visitors.py."""

import pytest


@pytest.fixture
def draft(services, iuc, session):
    """Granada's proposal, begun and empty."""
    made = services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    session.commit()
    return made
