"""What tests of proposals' pages start from."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.load.measuring import counted
from tests.support import mailbox as mailboxes
from tests.support.proposals import written

ADDRESS = "/proposals/IUC-2020-001"


@pytest.fixture
def lucia(sign_in, iuc):
    """Lucía of Granada, signed in."""
    return sign_in(iuc.lucia)


@pytest.fixture
def mailbox(portal) -> mailboxes.Mailbox:
    """Everybody's mail."""
    return mailboxes.of(portal)


@pytest.fixture
def draft(services, iuc, session):
    """Granada's proposal, begun and empty."""
    made = services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    session.commit()
    return made


@pytest.fixture
def whole(services, iuc, session):
    """Granada's proposal with all that is asked for, still a draft."""
    made = written(services, iuc.call, iuc.granada, iuc.lucia)
    session.commit()
    return made


@pytest.fixture
def submitted(services, iuc, session, whole):
    """Granada's proposal, submitted."""
    services.proposals.submit(whole, by=iuc.lucia)
    session.commit()
    return whole


@pytest.fixture
def statements(portal) -> Callable[[], AbstractContextManager[list[str]]]:
    """A context that collects what the database is asked."""
    return lambda: counted(portal.engine)
