"""What tests of proposals' pages start from."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
import sqlalchemy as sa

from tests import mailbox as mailboxes
from tests.proposals import written

ADDRESS = "/proposals/IUC-2020-001"


@pytest.fixture
def lucia(sign_in, iuc):
    """Lucía of Granada, signed in."""
    return sign_in(iuc.lucia)


@pytest.fixture
def mailbox(core) -> mailboxes.Mailbox:
    """Everybody's mail."""
    return mailboxes.of(core)


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
    """Granada's proposal, handed in."""
    services.proposals.submit(whole, by=iuc.lucia)
    session.commit()
    return whole


@pytest.fixture
def statements(core) -> Callable[[], AbstractContextManager[list[str]]]:
    """A context that collects what the database is asked."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        asked: list[str] = []

        def note(_connection, _cursor, statement, *_rest) -> None:
            asked.append(statement)

        sa.event.listen(core.engine, "before_cursor_execute", note)
        yield asked
        sa.event.remove(core.engine, "before_cursor_execute", note)

    return counting
