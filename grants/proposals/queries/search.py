"""The search over proposals: kept up to date in the transaction that changes one, asked by lists.

SQLite searches by FTS5 and PostgreSQL by tsvector. Both get the same words, cut by
`grants.kit.text_search`, so that both find the same: accents folded, Chinese inside words.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, event, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

from grants.calls.models import Topic
from grants.directory.models import Organisation
from grants.kit.database import db
from grants.kit.text_search import Phrase, folded, phrases, words
from grants.proposals.models import FULL_TEXT, Proposal, ProposalWords

_LONGEST = 120
_AT_ONCE = 500
_WORDS: Any = ProposalWords.__table__
_TEXT = sa.table(FULL_TEXT, sa.column("rowid", sa.Integer), sa.column("words", sa.Text))
_SAID = {
    Proposal: ("reference", "title", "topic", "topic_id", "organisation", "organisation_id"),
    Organisation: ("name",),
    Topic: ("name",),
}


def follow(sessions: sessionmaker[Session]) -> None:
    """Have every session keep the search as it changes what is searched."""
    event.listen(sessions, "after_flush", _keep)


def found_by(session: Session, asked: str) -> ColumnElement[bool]:
    """Return the condition on Proposal of having all these words, by their beginnings."""
    wanted = phrases(asked)
    if not wanted:
        return sa.false() if asked.strip() else sa.true()
    if db.is_sqlite(session):
        query = " AND ".join(f"{' + '.join(_quoted(it))} *" for it in wanted)
        match = sa.literal_column(FULL_TEXT).op("MATCH")(query)
        return Proposal.id.in_(select(_TEXT.c.rowid).where(match))
    query = " & ".join(f"({' <-> '.join(_lexemes(it))}:*)" for it in wanted)
    match = _WORDS.c.words.op("@@")(sa.cast(sa.literal(query, sa.Text), postgresql.TSQUERY))
    return Proposal.id.in_(select(_WORDS.c.proposal_id).where(match))


def rebuild(session: Session) -> None:
    """Make the search anew from what there is: after rows were written past the ORM."""
    session.flush()
    everything = session.scalars(select(Proposal.id).order_by(Proposal.id)).all()
    for start in range(0, len(everything), _AT_ONCE):
        _write(session, everything[start : start + _AT_ONCE])
    db.has_written(session)


def _keep(session: Session, _context: object) -> None:
    changed = [it for it in (*session.new, *session.dirty) if _says_else(it)]
    known = [row for it in changed if (row := _known(it)) is not None]
    if changed and len(known) == len(changed):
        _put(session, known)
    elif changed:
        _write(session, sorted(_proposals(session, changed)))


def _known(it: Any) -> tuple[Any, ...] | None:
    """Return what is searched of a proposal where it was read before: nothing is asked again."""
    if not isinstance(it, Proposal) or {"organisation", "topic"} & inspect(it).unloaded:
        return None
    topic = it.topic
    if it.organisation.id != it.organisation_id or (topic and topic.id) != it.topic_id:
        return None
    named = topic.name if topic else ""
    return it.id, it.call_id, it.reference, it.title, it.organisation.name, named


def _says_else(it: object) -> bool:
    names = next((names for kind, names in _SAID.items() if isinstance(it, kind)), ())
    attributes: Any = inspect(it).attrs if names else ()
    return any(attributes[name].history.has_changes() for name in names)


def _proposals(session: Session, changed: Iterable[Any]) -> set[int]:
    found = {it.id for it in changed if isinstance(it, Proposal)}
    for kind, column in (
        (Organisation, Proposal.organisation_id),
        (Topic, Proposal.topic_id),
    ):
        if numbers := [it.id for it in changed if isinstance(it, kind)]:
            asked = select(Proposal.id).where(column.in_(numbers))
            found.update(session.connection().execute(asked).scalars())
    return found


def _write(session: Session, numbers: Sequence[int]) -> None:
    rows = (
        session.connection()
        .execute(
            select(
                Proposal.id,
                Proposal.call_id,
                Proposal.reference,
                Proposal.title,
                Organisation.name,
                sa.func.coalesce(Topic.name, ""),
            )
            .join(Organisation, Organisation.id == Proposal.organisation_id)
            .outerjoin(Topic, Topic.id == Proposal.topic_id)
            .where(Proposal.id.in_(numbers))
        )
        .all()
    )
    if rows:
        _put(session, rows)


def _put(session: Session, rows: Sequence[Any]) -> None:
    """Keep what is searched of these proposals, in the place of what was kept before."""
    connection, on_sqlite = session.connection(), db.is_sqlite(session)
    made = [_row(row, on_sqlite=on_sqlite) for row in rows]
    insert: Any = sqlite.insert(_WORDS) if on_sqlite else postgresql.insert(_WORDS)
    anew = {name: insert.excluded[name] for name in made[0] if name != "proposal_id"}
    connection.execute(
        insert.on_conflict_do_update(index_elements=["proposal_id"], set_=anew), made
    )
    if on_sqlite:
        texts = [{"rowid": it["proposal_id"], "words": it["words"]} for it in made]
        connection.execute(sa.insert(_TEXT).prefix_with("OR REPLACE"), texts)


def _row(row: Any, *, on_sqlite: bool) -> dict[str, Any]:
    number, call, reference, title, organisation, topic = row
    said = words(f"{reference} {title} {organisation} {topic}")
    return {
        "proposal_id": number,
        "call_id": call,
        "title_key": folded(title)[:_LONGEST],
        "organisation_key": folded(organisation)[:_LONGEST],
        "words": " ".join(said) if on_sqlite else _vector(said),
    }


def _vector(said: Collection[str]) -> str:
    return " ".join(f"'{word}':{at}" for at, word in enumerate(said, 1))


def _quoted(phrase: Phrase) -> list[str]:
    return [f'"{word}"' for word in phrase]


def _lexemes(phrase: Phrase) -> list[str]:
    return [f"'{word}'" for word in phrase]
