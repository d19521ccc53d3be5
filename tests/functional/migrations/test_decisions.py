"""Decisions that were made already are found after their migrations: today's, and the former."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants import ledger
from grants.decisions.documents.keeping import LetterPapers
from grants.decisions.models import Decision
from grants.decisions.queries.letter_facts import words_digest
from grants.decisions.service.decisions import Decisions
from grants.kit.storage import make_storage
from grants.oversight.verification import evaluation
from grants.oversight.verification.entries import Entries
from grants.proposals.models import Proposal
from tests.support.migrating import filled

pytestmark = pytest.mark.both_databases

FOUND = "7c05e9d3b1f8"
CALLS = """SELECT decision.id, decision.call_id, proposal.call_id
FROM decision JOIN proposal ON proposal.id = decision.proposal_id ORDER BY decision.id"""
WORDS = "SELECT id, proposal_id, kind, reasons, decided_at FROM decision ORDER BY id"


def test_decisions_survive_the_way_back_and_forth(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        before = portal.rows(WORDS)
        portal.below(FOUND)
        columns, between = portal.columns("decision"), portal.rows(WORDS)
        portal.up("head")
        after, calls = portal.rows(WORDS), portal.rows(CALLS)

    assert "call_id" not in columns
    assert len(before) == 14
    assert before == between == after
    assert all(its == proposals for _number, its, proposals in calls)
    assert len(calls) == 14


ROWS = "b7e2904fd16c"
TOLD = "SELECT id, kind, letter_sent_at, told_kind, told_at FROM decision ORDER BY id"
LETTERS = "SELECT id, made_of, reference, storage_key, sha256 FROM document ORDER BY id"
MOMENTS = [datetime(2020, 3, day, 12, 30, 15, tzinfo=UTC) for day in (1, 2, 3, 4)]
DECIDED, SENT, ANEW, AGAIN = MOMENTS


class Before:
    """Decides as it was done while each proposal had one row."""

    def __init__(self, portal, storage):
        self.portal, self.storage = portal, storage
        query = """SELECT p.reference, d.id, p.dossier_id FROM decision d
            JOIN proposal p ON p.id = d.proposal_id ORDER BY d.id"""
        self.found = {name: (number, dossier) for name, number, dossier in portal.rows(query)}
        self.helena, self.viktor = (
            number
            for [(number,)] in (
                portal.rows("SELECT id FROM person WHERE email = :email", email=email)
                for email in ("helena@example.org", "viktor@example.org")
            )
        )

    def row(self, reference, kind, *, sent=None, told=None, at=ANEW, **more):
        """Overwrite the one row of a proposal."""
        values = {
            "kind": kind,
            "letter_sent_at": sent,
            "told_at": (told or (None,))[0],
            "told_kind": told[1] if told else None,
            "decided_at": at,
            "decided_by_id": self.helena,
            "awarded_cents": None,
            **more,
        }
        at = sa.DateTime(timezone=True)
        moments = ("letter_sent_at", "told_at", "decided_at", "signed_at")
        typed = [sa.column(it, at if it in moments else None) for it in ("id", *values)]
        table = sa.table("decision", *typed)
        self.portal.connection.execute(
            sa.update(table).where(table.c.id == self.found[reference][0]).values(values)
        )
        self.portal.connection.commit()

    def entry(self, reference, action, at, kind, reason="", by=None, **facts):
        """Have the ledger keep an act, as it did."""
        with Session(self.portal.connection) as session:
            ledger.append(
                session,
                at=at,
                actor=SimpleNamespace(id=by or self.helena),
                action=action,
                subject=ledger.Subject(kind="decision", reference=reference),
                after=kind,
                reason=reason,
                payload=facts,
            )
            session.commit()

    def letter(self, reference, kind, at):
        """Keep a letter, as it was named."""
        stored = self.storage.put(f"{reference} {kind}".encode())
        minutes = int(at.timestamp()) // 60
        sequence = self.portal.rows("SELECT COUNT(*) + 1 FROM document")[0][0]
        self.portal.execute(
            "INSERT INTO document (dossier_id, kind, sequence, made_of, reference, storage_key,"
            " sha256, size, made_at) VALUES (:dossier, 'letter', :sequence, :made_of, :reference,"
            " :key, :sha256, :size, '2020-03-01 12:00:00')",
            dossier=self.found[reference][1],
            sequence=sequence,
            made_of=f"{kind}/{minutes}",
            reference=f"{reference}/letter-{minutes}",
            key=stored.key,
            sha256=stored.sha256,
            size=stored.size,
        )


def digest(reasons, conditions="", justification=""):
    texts = {"reasons": reasons, "conditions": conditions, "justification": justification}
    return words_digest(Decision(**texts))


def decided_before(before):
    """Have decisions made anew in all ways, and name the proposals by them."""
    called, gone, lost, twice, bare = list(before.found)[:5]
    # Told of the reserve list, called up since, which nobody has signed; the ledger knows all.
    before.row(
        called,
        "award",
        told=(SENT, "reserve"),
        awarded_cents=900,
        reasons="Called up.",
        departs=True,
        justification="Granada gave up.",
        signatory_id=before.viktor,
    )
    before.entry(
        called, "decide", DECIDED, "reserve", "No money.", signatory=None, words=digest("No money.")
    )
    before.entry(called, "send letter", SENT, "reserve", "No money.")
    departing = {"awarded_cents": 900, "signatory": before.viktor}
    words = digest("Called up.", "", "Granada gave up.")
    before.entry(called, "decide", ANEW, "award", "Granada gave up.", words=words, **departing)
    before.letter(called, "reserve", SENT)
    # A departure that was signed and sent, and one more after it: its reasons nobody knows.
    before.row(gone, "reject_budget", sent=AGAIN, told=(AGAIN, "reject_budget"), reasons="None.")
    before.entry(gone, "decide", DECIDED, "reserve", "So.", words="0", signatory=before.viktor)
    before.entry(gone, "countersign", DECIDED, "reserve", "So.", by=before.viktor)
    before.entry(gone, "send letter", SENT, "reserve", "So.", signatory=before.viktor)
    before.entry(gone, "decide", ANEW, "reject_budget", "None.", signatory=None)
    before.letter(gone, "reserve", SENT)
    before.letter(gone, "reject_budget", AGAIN)
    # The ledger knows nothing of it: it is told by what the applicant knows, or by a letter.
    before.row(lost, "reserve", told=(SENT, "reserve"), reasons="Others.")
    before.row(bare, "reject_other", sent=ANEW, told=(ANEW, "reject_other"), reasons="Late.")
    before.letter(bare, "award", SENT)
    # Decided twice before any letter.
    before.row(twice, "reject_threshold", reasons="Below.")
    for at, reasons in ((DECIDED, "Belov."), (ANEW, "Below.")):
        words = digest(reasons)
        before.entry(twice, "decide", at, "reject_threshold", reasons, signatory=None, words=words)
    return called, gone, lost, twice, bare


def said(row):
    return (row.number, row.is_current, row.kind.value, row.reasons, row.notified_at, row.unknown)


def test_what_was_decided_before_becomes_rows(database_kind, make_database):
    storage = make_storage("memory:")
    with filled(database_kind, make_database) as portal:
        portal.below(ROWS)
        before = Before(portal, storage)
        names = decided_before(before)
        told, letters = portal.rows(TOLD), portal.rows(LETTERS)
        portal.up(ROWS)
        first = portal.rows("SELECT proposal_id, number, kind FROM decision ORDER BY 1, 2")
        portal.below(ROWS)
        assert portal.rows(TOLD) == told
        assert portal.rows(LETTERS) == letters
        portal.up("head")
        again = portal.rows("SELECT proposal_id, number, kind FROM decision ORDER BY 1, 2")
        with Session(portal.connection) as session:
            found = {}
            for name in names:
                query = sa.select(Decision).join(Decision.proposal).order_by(Decision.number)
                found[name] = list(session.scalars(query.where(Proposal.reference == name)))
            called, gone = found[names[0]], found[names[1]]
            rows = {name: [said(it) for it in its] for name, its in found.items()}
            papers = LetterPapers(session, lambda _event: None, storage=storage)
            decisions = Decisions(session, lambda _event: None)
            read = {
                (name, it.number): papers.content(it)
                for name in (names[0], names[1], names[4])
                for it in found[name]
                if it.notified_at and (name, it.number) != (names[4], 2)
            }
            known = decisions.notified(called[0].proposal)
            assert known is called[0]
            wrong = [
                it.what
                for it in evaluation.findings(session, Entries.read(session))
                if it.reference in (names[0], names[1], names[3])
                and ("decision" in it.what or "signature" in it.what)
            ]
            signed = (gone[0].departs, gone[0].justification, gone[0].signatory_id)
            when = (gone[0].decided_at, gone[0].signed_at, called[0].decided_at)

    assert first == again
    assert rows[names[0]] == [
        (1, False, "reserve", "No money.", SENT, []),
        (2, True, "award", "Called up.", None, []),
    ]
    assert rows[names[1]] == [
        (1, False, "reserve", "", SENT, ["reasons", "conditions"]),
        (2, True, "reject_budget", "None.", AGAIN, []),
    ]
    assert signed == (True, "So.", before.viktor)
    assert when == (DECIDED, DECIDED, DECIDED)
    nothing = ["decided_at", "decided_by", "reasons", "conditions", "justification", "signatory"]
    assert rows[names[2]] == [
        (1, False, "reserve", "", SENT, nothing),
        (2, True, "reserve", "Others.", None, []),
    ]
    assert rows[names[3]] == [
        (1, False, "reject_threshold", "Belov.", None, []),
        (2, True, "reject_threshold", "Below.", None, []),
    ]
    assert rows[names[4]] == [
        (
            *(1, False, "award", "", SENT.replace(second=0)),
            [*nothing[:2], "awarded_cents", *nothing[2:], "notified_at"],
        ),
        (2, True, "reject_other", "Late.", ANEW, []),
    ]
    assert read == {
        (names[0], 1): f"{names[0]} reserve".encode(),
        (names[1], 1): f"{names[1]} reserve".encode(),
        (names[1], 2): f"{names[1]} reject_budget".encode(),
        (names[4], 1): f"{names[4]} award".encode(),
    }
    assert wrong == []
