"""Once a day: what has served its purpose is deleted, and the database takes stock."""

from dataclasses import asdict
from datetime import timedelta

from sqlalchemy.orm import Session

from grants.kit import logs
from grants.kit.database import db
from grants.kit.jobs import Context, defer, task
from grants.oversight.service.tidying import STRAY_FILES, Tidying
from grants.projects.service.deliverables import Deliverables
from grants.proposals.service.files import Files

log = logs.get(__name__)

DAILY = timedelta(days=1)


@task("tidy", at_start=True)
def tidy(context: Context) -> None:
    """Delete what is due, and come again tomorrow."""
    with db.writing(context.sessions) as session:
        deleted = _tidying(context, session).tidy()
        over = (session, context.publisher(session), context.clock)
        delivered = Deliverables(*over, storage=context.storage).was_delivered
        removed = Files(*over, storage=context.storage).forget_removed(but=delivered)
        db.take_stock(session)
        defer(session, "tidy", key="tidy/daily", at=context.clock() + DAILY)
    # After the commit: a file without its row harms nobody, a row without its file does.
    for key in removed:
        context.storage.delete(key)
    log.info("tidied", **asdict(deleted), files=len(removed), stray=_delete_stray(context))


def _delete_stray(context: Context) -> int:
    """Delete bytes that no row names: whoever stored them was refused afterwards."""
    # The list first: what is stored after it is not in it, so its row cannot be missed.
    old = context.storage.older_than(context.clock() - STRAY_FILES)
    if not old:
        return 0
    with context.sessions() as session:
        named = _tidying(context, session).named_keys()
    stray = [key for key in old if key not in named]
    for key in stray:
        context.storage.delete(key)
    return len(stray)


def _tidying(context: Context, session: Session) -> Tidying:
    return Tidying(session, context.publisher(session), context.clock)
