"""Tasks for tests of the queues: what they did is in a table, where a kill cannot undo it."""

import os
import signal
import time

import sqlalchemy as sa

from grants.kit.database import db
from grants.kit.database.tables import Base
from grants.kit.jobs import Context, task

metadata = sa.MetaData()

started = sa.Table("started", metadata, sa.Column("n", sa.Integer), sa.Column("pid", sa.Integer))
effect = sa.Table("effect", metadata, sa.Column("n", sa.Integer, primary_key=True))

__all__ = ["Base", "effect", "metadata", "started"]


@task("tests.count", attempts=30)
def count(context: Context, *, n: int, slowly: float = 0) -> None:
    """Have an effect, once, however often it is run."""
    with db.writing(context.sessions) as session:
        session.execute(started.insert().values(n=n, pid=os.getpid()))
    time.sleep(slowly)  # the work that a kill interrupts
    with db.writing(context.sessions) as session:
        if session.scalar(sa.select(effect.c.n).where(effect.c.n == n)) is None:
            session.execute(effect.insert().values(n=n))


@task("tests.fail", attempts=2)
def fail(context: Context, *, n: int) -> None:
    """Fail each time, leaving a trace."""
    with db.writing(context.sessions) as session:
        session.execute(started.insert().values(n=n, pid=os.getpid()))
    raise RuntimeError(f"no {n}")


@task("tests.die", attempts=2)
def die(context: Context, *, n: int) -> None:
    """Take the worker down with it."""
    with db.writing(context.sessions) as session:
        session.execute(started.insert().values(n=n, pid=os.getpid()))
    os.kill(os.getpid(), signal.SIGKILL)
