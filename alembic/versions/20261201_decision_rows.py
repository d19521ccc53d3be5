"""A row for each decision: what is decided anew leaves the former as it was made.

Of what was decided before, rows are rebuilt from the ledger, from the letters that were kept and
from what the applicant was told last. Texts are taken only where the ledger's hash proves them;
what nobody knows any more is empty and named in `unknown`.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b7e2904fd16c"
down_revision = "d05a7c31e9b4"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
_DECISION = sa.table(
    "decision",
    *map(sa.column, ("id", "proposal_id", "call_id", "kind", "awarded_cents", "reasons")),
    *map(sa.column, ("conditions", "justification", "signatory_id", "decided_by_id", "number")),
    *map(sa.column, ("told_kind",)),
    *(sa.column(name, sa.Boolean) for name in ("departs", "is_current")),
    *(sa.column(name, MOMENT) for name in ("signed_at", "decided_at", "notified_at", "told_at")),
    sa.column("unknown", JSON),
)
_PROPOSAL = sa.table("proposal", *map(sa.column, ("id", "reference", "dossier_id")))
_PERSON = sa.table("person", sa.column("id"))
_DOCUMENT = sa.table("document", *map(sa.column, ("id", "dossier_id", "kind", "made_of")))
_ENTRY = sa.table(
    "ledger_entry",
    *map(sa.column, ("seq", "action", "actor_id", "subject_kind", "subject_reference")),
    *map(sa.column, ("to_status", "reason")),
    sa.column("at", MOMENT),
    sa.column("payload", JSON),
)
_AWARDS = ("award", "award_with_conditions")
_WORDS = ("reasons", "conditions", "justification")
_AFTER = {"sqlite": "is_current = 1", "postgresql": "is_current"}

Row = dict[str, Any]


def upgrade() -> None:
    """Go forward."""
    op.drop_index("ix_decision_call_sent", table_name="decision")
    op.drop_index("ix_decision_call_awarded", table_name="decision")
    with op.batch_alter_table("decision") as batch:
        batch.drop_constraint(op.f("ck_decision_told"), type_="check")
        batch.drop_constraint("uq_decision_proposal_id", type_="unique")
        batch.alter_column("letter_sent_at", new_column_name="notified_at", existing_type=MOMENT)
        batch.add_column(sa.Column("number", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("is_current", sa.Boolean(), nullable=True))
        batch.add_column(sa.Column("unknown", JSON, nullable=True))
    connection = op.get_bind()
    connection.execute(sa.update(_DECISION).values(number=1, is_current=True, unknown=[]))
    _rebuild(connection)
    with op.batch_alter_table("decision") as batch:
        batch.drop_column("told_kind")
        batch.drop_column("told_at")
        batch.alter_column("number", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("is_current", existing_type=sa.Boolean(), nullable=False)
        batch.alter_column("unknown", existing_type=JSON, nullable=False)
        batch.create_check_constraint(op.f("ck_decision_number"), "number > 0")
    columns = ["proposal_id", "number"]
    op.create_index("uq_decision_proposal_number", "decision", columns, unique=True)
    _partial("uq_decision_current", "proposal_id", "", _AFTER, unique=True)
    columns = ["call_id", "is_current", "notified_at"]
    op.create_index("ix_decision_call_notified", "decision", columns)
    _partial("ix_decision_call_awarded", "call_id", "awarded_cents IS NOT NULL AND ", _AFTER)


def downgrade() -> None:
    """Go back: what was decided before stays in the ledger and in the letters alone."""
    for name in ("call_awarded", "call_notified"):
        op.drop_index(f"ix_decision_{name}", table_name="decision")
    for name in ("current", "proposal_number"):
        op.drop_index(f"uq_decision_{name}", table_name="decision")
    with op.batch_alter_table("decision") as batch:
        batch.drop_constraint(op.f("ck_decision_number"), type_="check")
        batch.add_column(sa.Column("told_kind", sa.String(40), nullable=True))
        batch.add_column(sa.Column("told_at", MOMENT, nullable=True))
    _tell_again(op.get_bind())
    with op.batch_alter_table("decision") as batch:
        for name in ("number", "is_current", "unknown"):
            batch.drop_column(name)
        batch.alter_column("notified_at", new_column_name="letter_sent_at", existing_type=MOMENT)
        batch.create_unique_constraint("uq_decision_proposal_id", ["proposal_id"])
        batch.create_check_constraint(
            op.f("ck_decision_told"),
            "(told_at IS NULL) = (told_kind IS NULL)"
            " AND (letter_sent_at IS NULL OR letter_sent_at = told_at)",
        )
    op.create_index("ix_decision_call_sent", "decision", ["call_id", "letter_sent_at"])
    _partial("ix_decision_call_awarded", "call_id", "awarded_cents IS NOT NULL", {})


def _partial(
    name: str, column: str, first: str, after: Mapping[str, str], *, unique: bool = False
) -> None:
    where = {kind: sa.text(first + after.get(kind, "")) for kind in ("sqlite", "postgresql")}
    op.create_index(
        name,
        "decision",
        [column],
        unique=unique,
        sqlite_where=where["sqlite"],
        postgresql_where=where["postgresql"],
    )


def _rebuild(connection: sa.Connection) -> None:
    """Put the former decisions before today's, and have each letter name the one that it tells."""
    people = set(connection.scalars(sa.select(_PERSON.c.id)))
    entries = _entries(connection)
    letters = _letters(connection)
    rows = connection.execute(
        sa.select(*_DECISION.c, _PROPOSAL.c.reference, _PROPOSAL.c.dossier_id)
        .join(_PROPOSAL, _PROPOSAL.c.id == _DECISION.c.proposal_id)
        .order_by(_DECISION.c.id)
    )
    for found in rows.mappings().all():
        today = dict(found)
        its = letters.get(today["dossier_id"], [])
        former = list(_in_ledger(today, entries.get(today["reference"], ()), people))
        _add_told(today, former)
        told = list(_add_lettered(today, former, its))
        former.sort(key=lambda row: _utc(row["decided_at"]))
        for number, row in enumerate([*former, today], start=1):
            row["number"] = number
        if former:
            connection.execute(sa.insert(_DECISION), [_kept(row) for row in former])
            last = sa.update(_DECISION).where(_DECISION.c.id == today["id"])
            connection.execute(last.values(number=today["number"]))
        for letter, row in zip(its, told, strict=True):
            named = sa.update(_DOCUMENT).where(_DOCUMENT.c.id == letter["id"])
            connection.execute(named.values(made_of=f"decision/{row['number']}"))


def _entries(connection: sa.Connection) -> dict[str, list[Row]]:
    query = sa.select(*_ENTRY.c).where(_ENTRY.c.subject_kind == "decision").order_by(_ENTRY.c.seq)
    found: dict[str, list[Row]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["subject_reference"], []).append(dict(row))
    return found


def _letters(connection: sa.Connection) -> dict[int, list[Row]]:
    query = sa.select(*_DOCUMENT.c).where(_DOCUMENT.c.kind == "letter").order_by(_DOCUMENT.c.id)
    found: dict[int, list[Row]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["dossier_id"], []).append(dict(row))
    return found


def _in_ledger(today: Row, entries: Sequence[Row], people: set[int]) -> Iterator[Row]:
    """Yield the decisions that the ledger knows before its last one, which is today's."""
    at = [place for place, it in enumerate(entries) if it["action"] == "decide"]
    for first, end in pairwise(at):
        after = {it["action"]: it["at"] for it in entries[first + 1 : end]}
        yield _recorded(today, entries[first], after, people)


def _recorded(today: Row, entry: Row, after: Mapping[str, datetime], people: set[int]) -> Row:
    facts = entry["payload"] or {}
    kind, author, signatory = entry["to_status"], entry["actor_id"], facts.get("signatory")
    row = _row(today, kind, entry["at"], after.get("send letter"))
    if author in people:
        row["decided_by_id"] = author
    else:
        row["unknown"].append("decided_by")
    row["awarded_cents"] = facts.get("awarded_cents") if kind in _AWARDS else None
    if signatory in people and signatory != row["decided_by_id"] and entry["reason"]:
        row |= {"departs": True, "signatory_id": signatory, "signed_at": after.get("countersign")}
    elif signatory is not None:
        row["unknown"].append("signatory")
    words, lost = _words(today, entry["reason"], facts.get("words"), signatory is not None)
    row |= words
    row["unknown"] += lost
    return row


def _words(
    today: Row, said: str, digest: str | None, departs: bool
) -> tuple[dict[str, str], list[str]]:
    """Return a decision's texts, and which of them are not known.

    The ledger says the justification of what departs, and the reasons of all else; today's texts
    may have been its own as well, which its hash proves.
    """
    reasons = (today["reasons"],) if departs else (said,)
    for reason, conditions in product(reasons, ("", today["conditions"])):
        texts = (reason, conditions, said if departs else "")
        if hashlib.sha256("\0".join(texts).encode()).hexdigest() == digest:
            return dict(zip(_WORDS, texts, strict=True)), []
    if departs:
        return {"justification": said}, ["reasons", "conditions"]
    return {"reasons": said}, ["conditions"]


def _add_told(today: Row, former: list[Row]) -> None:
    """Add what the applicant was told last, unless it is today's decision or the ledger has it."""
    kind, at = today["told_kind"], today["told_at"]
    if kind is None or today["notified_at"] is not None:
        return
    if not any(_told(row, kind, _minute(at)) for row in former):
        former.append(_unrecorded(today, kind, at, []))


def _add_lettered(today: Row, former: list[Row], letters: Sequence[Row]) -> Iterator[Row]:
    """Yield the decision of each letter that was kept; one that nothing else knows is added."""
    for letter in letters:
        kind, _slash, minutes = letter["made_of"].partition("/")
        found = (row for row in [today, *former] if _told(row, kind, int(minutes)))
        row = next(found, None)
        if row is None:
            at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=int(minutes))
            row = _unrecorded(today, kind, at, ["notified_at"])
            former.append(row)
        yield row


def _unrecorded(today: Row, kind: str, at: datetime, also: list[str]) -> Row:
    """Return a decision of which only its kind is known, and when its letter left."""
    row = _row(today, kind, at, at)
    money = ["awarded_cents"] if kind in _AWARDS else []
    row["unknown"] = ["decided_at", "decided_by", *money, *_WORDS, "signatory", *also]
    return row


def _row(today: Row, kind: str, at: datetime, notified_at: datetime | None) -> Row:
    return {
        "proposal_id": today["proposal_id"],
        "call_id": today["call_id"],
        "kind": kind,
        "awarded_cents": None,
        "reasons": "",
        "conditions": "",
        "departs": False,
        "justification": "",
        "signatory_id": None,
        "signed_at": None,
        "decided_at": at,
        "decided_by_id": today["decided_by_id"],
        "notified_at": notified_at,
        "is_current": False,
        "unknown": [],
    }


def _kept(row: Row) -> Row:
    moments = ("signed_at", "decided_at", "notified_at")
    return row | {name: _utc(row[name]) for name in moments if row[name] is not None}


def _told(row: Row, kind: str, minutes: int) -> bool:
    at = row["notified_at"]
    return at is not None and row["kind"] == kind and _minute(at) == minutes


def _minute(at: datetime) -> int:
    return int(_utc(at).timestamp()) // 60


def _utc(at: datetime) -> datetime:
    """Read a moment as SQLite keeps it, without its zone."""
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _tell_again(connection: sa.Connection) -> None:
    """Note at the decision that stands what was told last, and forget the others."""
    query = (
        sa.select(*_DECISION.c, _PROPOSAL.c.dossier_id)
        .join(_PROPOSAL, _PROPOSAL.c.id == _DECISION.c.proposal_id)
        .where(_DECISION.c.notified_at.is_not(None))
        .order_by(_DECISION.c.proposal_id, _DECISION.c.number)
    )
    for row in connection.execute(query).mappings().all():
        # In their order, so that the newest stays.
        current = sa.and_(_DECISION.c.proposal_id == row["proposal_id"], _DECISION.c.is_current)
        told = {"told_kind": row["kind"], "told_at": _utc(row["notified_at"])}
        connection.execute(sa.update(_DECISION).where(current).values(told))
        connection.execute(
            sa.update(_DOCUMENT)
            .where(
                _DOCUMENT.c.dossier_id == row["dossier_id"],
                _DOCUMENT.c.kind == "letter",
                _DOCUMENT.c.made_of == f"decision/{row['number']}",
            )
            .values(made_of=f"{row['kind']}/{_minute(row['notified_at'])}")
        )
    connection.execute(sa.delete(_DECISION).where(~_DECISION.c.is_current))
