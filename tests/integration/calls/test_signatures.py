"""Second signatures: what one proposes and another signs, and who may sign beside whom."""

import pytest
from sqlalchemy.exc import IntegrityError

from grants.accounts.models import Appointment
from grants.calls.models import ProposedAct
from grants.ledger import LedgerEntry
from grants.rules.canonical import digest
from grants.rules.errors import Incomplete, NotAllowedNow, OutOfDate, Refused
from grants.rules.workflow import ActKind, ActStatus, Role

HERE = digest("as it is")


@pytest.fixture
def propose(services, iuc):
    def proposing(by=None, **more):
        given = {"payload": {"to": 1}, "stands_on": HERE, "reason": "It was wrong."} | more
        return services.signatures.propose(
            ActKind.CORRECT_CALL, call=iuc.call, subject=iuc.call.code, by=by or iuc.helena, **given
        )

    return proposing


@pytest.fixture
def appoint(session, iuc, clock):
    """Make somebody a manager of the fund by another one's invitation."""

    def appointing(person, by):
        made = Appointment(
            person=person,
            role=Role.MANAGER,
            fund_id=iuc.fund.id,
            since=clock(),
            appointed_by_id=by.id,
        )
        session.add(made)
        session.flush()
        return made

    return appointing


def test_what_waits_is_listed_for_those_who_may_sign_and_for_nobody_else(services, iuc, propose):
    act = propose()

    assert [it.number for it in services.pending_signatures.of(iuc.viktor)] == [act.id]
    for other in (iuc.helena, iuc.olga, iuc.wei, iuc.lucia, iuc.stranger):
        assert services.pending_signatures.of(other) == []


def test_a_signature_needs_another_manager_and_what_they_read(services, iuc, propose):
    act, signatures = propose(), services.signatures

    for by in (iuc.helena, iuc.olga, iuc.stranger):
        with pytest.raises(Refused, match="Another manager must sign"):
            signatures.require_signable(act, by=by, read=act.sha256, stands_on=HERE)
    with pytest.raises(OutOfDate, match="not what you have read"):
        signatures.require_signable(act, by=iuc.viktor, read=digest("other"), stands_on=HERE)
    with pytest.raises(OutOfDate, match="has changed since it was proposed"):
        signatures.require_signable(act, by=iuc.viktor, read=act.sha256, stands_on=digest("moved"))
    signatures.require_signable(act, by=iuc.viktor, read=act.sha256, stands_on=HERE)


def test_the_digest_is_of_all_that_is_read(propose, services, iuc, session):
    first = propose()
    services.signatures.take_back(first, by=iuc.helena)
    others = []
    for more in ({"payload": {"to": 2}}, {"reason": "Another."}, {"stands_on": digest("there")}):
        others.append(propose(**more))
        services.signatures.take_back(others[-1], by=iuc.helena)

    assert len({it.sha256 for it in (first, *others)}) == 4


def test_an_act_is_refused_with_a_reason_or_taken_back_by_its_proposer(services, iuc, propose):
    signatures, act = services.signatures, propose()
    with pytest.raises(Incomplete, match="the person who proposed it reads it"):
        signatures.refuse(act, reason=" ", by=iuc.viktor)
    with pytest.raises(Refused, match="withdraw it instead"):
        signatures.refuse(act, reason="No.", by=iuc.helena)
    with pytest.raises(Refused, match="Only the person who proposed"):
        signatures.take_back(act, by=iuc.viktor)

    signatures.refuse(act, reason="It was right.", by=iuc.viktor)
    with pytest.raises(NotAllowedNow, match="no longer awaits"):
        signatures.take_back(act, by=iuc.helena)
    again = propose()
    signatures.take_back(again, by=iuc.helena)

    assert (act.status, act.settled_by, act.settled_reason) == (
        ActStatus.REFUSED,
        iuc.viktor,
        "It was right.",
    )
    assert again.status is ActStatus.REVOKED
    assert services.pending_signatures.of(iuc.viktor) == []


def test_the_same_is_not_proposed_twice_at_once(propose):
    propose()

    with pytest.raises(NotAllowedNow, match="already awaits a second signature"):
        propose()


def test_the_ledger_keeps_what_was_proposed_and_what_became_of_it(session, services, iuc, propose):
    act = propose()
    services.signatures.refuse(act, reason="It was right.", by=iuc.viktor)
    session.commit()

    signed = session.query(LedgerEntry).filter_by(subject_kind="second signature")
    entries = signed.order_by(LedgerEntry.seq).all()

    assert [(it.action, it.from_status, it.to_status, it.reason) for it in entries] == [
        ("propose", None, "waiting", "It was wrong."),
        ("refuse", "waiting", "refused", "It was right."),
    ]
    assert {it.payload["sha256"] for it in entries} == {act.sha256}


def test_the_database_itself_keeps_signatures_apart(session, iuc, propose):
    act = propose()
    act.settled_at, act.settled_by_id = act.proposed_at, act.proposed_by_id

    act.status = ActStatus.SIGNED
    with pytest.raises(IntegrityError, match="two_signatures"):
        session.flush()


def test_a_manager_whom_one_invited_does_not_sign_beside_them(services, iuc, appoint, propose):
    appoint(iuc.stranger, by=iuc.helena)
    act = propose()

    assert services.pending_signatures.of(iuc.stranger) == []
    with pytest.raises(Refused, match="only by that person’s invitation"):
        services.signatures.require_signable(act, by=iuc.stranger, read=act.sha256, stands_on=HERE)
    assert services.decisions.signatories(iuc.call, but=iuc.helena) == [iuc.viktor]
    assert iuc.stranger in services.decisions.signatories(iuc.call, but=iuc.viktor)


def test_invitations_through_several_accounts_make_no_signatory(services, iuc, appoint):
    appoint(iuc.stranger, by=iuc.helena)
    appoint(iuc.marc, by=iuc.stranger)

    for one, other in ((iuc.helena, iuc.marc), (iuc.marc, iuc.helena), (iuc.stranger, iuc.marc)):
        assert other not in services.decisions.signatories(iuc.call, but=one)


def test_a_manager_signs_beside_whoever_invited_them_once_another_confirmed(services, iuc, appoint):
    held = appoint(iuc.stranger, by=iuc.helena)
    chained = appoint(iuc.marc, by=iuc.stranger)
    confirm = services.programmes.confirm_manager
    for by in (iuc.helena, iuc.stranger, iuc.marc, iuc.olga):
        with pytest.raises(Refused):
            confirm(iuc.fund, held, by=by)

    confirm(iuc.fund, held, by=iuc.viktor)

    assert iuc.stranger in services.decisions.signatories(iuc.call, but=iuc.helena)
    assert iuc.marc not in services.decisions.signatories(iuc.call, but=iuc.stranger)
    confirm(iuc.fund, chained, by=iuc.helena)
    assert iuc.marc in services.decisions.signatories(iuc.call, but=iuc.stranger)


def test_nothing_is_proposed_that_nobody_could_sign(session, services, iuc, propose):
    session.query(Appointment).filter_by(person_id=iuc.viktor.id).delete()

    with pytest.raises(Refused, match="no one is entitled to give it"):
        propose()

    assert session.query(ProposedAct).count() == 0
