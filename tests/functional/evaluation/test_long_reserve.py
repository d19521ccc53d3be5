"""A reserve list longer than what is read of it at once: nobody on it loses their turn."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from grants.calls.models import Call
from grants.decisions.models import Decision
from grants.decisions.queries.offers import Offers
from grants.evaluation.models import Ranking, RankingPlace
from grants.proposals.models import Proposal
from grants.rules.workflow import DecisionKind
from tests.load.seeding import Seeding
from tests.support.migrating import SMALL

LONG = replace(SMALL, proposals=150, awards=5)


@pytest.fixture
def call(session, portal):
    Seeding(session, portal.storage, LONG).seed()
    return session.scalars(sa.select(Call).where(Call.code == "IUC-2019")).one()


@pytest.fixture
def waiting(session, call):
    """Everybody who waits, in their order, with what each asks for."""
    kinds = (DecisionKind.RESERVE, DecisionKind.REJECT_BUDGET)
    return session.execute(
        sa.select(Proposal.reference, Proposal.requested_cents)
        .join(Decision, Decision.proposal_id == Proposal.id)
        .join(RankingPlace, RankingPlace.reference == Proposal.reference)
        .where(Proposal.call_id == call.id, Decision.kind.in_(kinds))
        .order_by(RankingPlace.position)
    ).all()


def offered(session, call) -> dict[str, int]:
    ranking = session.scalars(sa.select(Ranking).where(Ranking.call_id == call.id)).one()
    offers = Offers(session).reserve(ranking, call)
    return {reference: offer.cents for reference, offer in offers.items() if offer.cents}


def test_with_money_for_all_everybody_is_offered_what_they_ask_for(session, call, waiting):
    call.envelope_cents = 10**12

    assert len(waiting) > 60
    assert offered(session, call) == dict(waiting)


def test_money_for_some_goes_down_the_list(session, call, waiting):
    awarded = sa.select(sa.func.sum(Decision.awarded_cents))
    ranks = dict(session.execute(sa.select(RankingPlace.reference, RankingPlace.place)).all())
    level = [ranks[reference]["rank"] for reference, _asked in waiting]
    end = next(n for n in range(70, len(level)) if level[n] != level[n - 1])  # between two ties
    first = dict(waiting[:end])
    call.envelope_cents = session.scalar(awarded) + sum(first.values())

    assert offered(session, call) == first


def test_less_than_the_smallest_grant_is_nobodys(session, call, waiting):
    call.envelope_cents = session.scalar(sa.select(sa.func.sum(Decision.awarded_cents)))
    call.envelope_cents += call.smallest_cents - 1

    assert offered(session, call) == {}
