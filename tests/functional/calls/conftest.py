"""What the tests of calls and the programme share."""

import pytest

from grants.directory.models import Pairing, PairingKind


@pytest.fixture
def pairing(session, iuc):
    """Granada and Mannheim work together."""
    made = Pairing(
        programme_id=iuc.programme.id,
        name="Smart and circular",
        kind=PairingKind.PAIR,
        sdgs=["9", "11"],
        cities=[iuc.granada, iuc.mannheim],
        topics=[iuc.topics[0]],
    )
    session.add(made)
    session.commit()
    return made
