"""Draws by a seed: committed before any score, secret until the first draw, the same for anyone."""

import json

import pytest
import sqlalchemy as sa

from grants.calls.models import DrawSeed
from grants.ledger import LedgerEntry
from grants.oversight.verification import draw_seeds
from grants.oversight.verification.entries import Entries
from grants.rules.errors import NotAllowedNow, Refused
from grants.rules.scoring import commitment, drawn_order
from tests.support.evaluating import HALVES

GOOD = dict.fromkeys(HALVES, 9)

pytestmark = pytest.mark.both_databases


@pytest.fixture
def level(evaluating):
    """Granada and Mannheim are level; the envelope pays for one of them; Łódź is above both."""
    granada, mannheim, lodz = evaluating.three()
    call = evaluating.world.call
    call.rules = call.rules | {"draw": "SEED"}
    call.envelope_cents = 11_000_000
    stage = evaluating.open_stage(granada, mannheim, lodz)
    evaluating.review_all(stage, [(granada, HALVES), (mannheim, HALVES), (lodz, GOOD)])
    evaluating.close_stage(stage)
    evaluating.services.rankings.compute(call, by=evaluating.world.helena)
    return granada, mannheim, lodz


def _seed(evaluating):
    return evaluating.session.scalars(sa.select(DrawSeed)).one()


def _draw(evaluating, *tied):
    names = [it.reference for it in tied]
    helena = evaluating.world.helena
    return evaluating.services.rankings.draw_by_seed(evaluating.world.call, names, by=helena)


def _found(evaluating):
    evaluating.session.flush()
    evaluating.session.expire_all()
    db = evaluating.session
    return [it.what for it in draw_seeds.findings(db, Entries.read(db))]


def test_the_seed_is_committed_when_the_stage_opens_at_the_latest(evaluating, level):
    seed = _seed(evaluating)

    assert commitment(seed.secret) == seed.sha256
    assert len(seed.secret) == 64
    assert seed.committed_at <= evaluating.services.stages.of(evaluating.world.call).opened_at


def test_nothing_tells_the_seed_before_the_first_draw(evaluating, level):
    seed, ledger = _seed(evaluating), evaluating.session.scalars(sa.select(LedgerEntry)).all()
    told = json.dumps([[it.reason, it.payload] for it in ledger])

    assert seed.seed == ""
    assert "commit" in {it.action for it in ledger}
    assert seed.secret not in told


def test_one_press_draws_and_reveals_the_seed(evaluating, level):
    granada, mannheim, lodz = level
    ranking = _draw(evaluating, granada, mannheim)
    seed = _seed(evaluating)

    (drawn,) = ranking.draws
    order = list(drawn_order(seed.seed, [granada.reference, mannheim.reference]))
    assert (drawn["order"], drawn["seed"], drawn["by"]) == (order, seed.secret, "Helena Novak")
    assert not ranking.summary["needs_draw"]
    assert [it["reference"] for it in ranking.result["places"]] == [lodz.reference, *order]
    entries, call = Entries.read(evaluating.session), evaluating.world.call
    assert entries.last("draw seed", call.code, "reveal").facts["seed"] == seed.secret
    assert entries.last("ranking", f"{call.code}/1", "draw").facts["seed"] == seed.secret
    assert evaluating.services.rankings.holds(ranking)
    assert _found(evaluating) == []


def test_nobody_types_an_order_in_where_a_seed_is_committed(evaluating, level):
    granada, mannheim, _lodz = level
    order = [granada.reference, mannheim.reference]

    with pytest.raises(Refused, match="Nobody types it in"):
        evaluating.services.rankings.draw(
            evaluating.world.call, order, reason="Lots", by=evaluating.world.helena
        )


def test_only_a_tie_is_drawn(evaluating, level):
    granada, _mannheim, lodz = level

    with pytest.raises(Refused, match="every proposal of one open tie"):
        _draw(evaluating, granada, lodz)
    assert _seed(evaluating).revealed_at is None


def test_a_call_that_was_opened_without_a_seed_has_lots_drawn_as_before(evaluating):
    granada, mannheim, lodz = evaluating.three()
    call, helena = evaluating.world.call, evaluating.world.helena
    call.envelope_cents = 11_000_000
    stage = evaluating.open_stage(granada, mannheim, lodz)
    evaluating.review_all(stage, [(granada, HALVES), (mannheim, HALVES), (lodz, GOOD)])
    evaluating.close_stage(stage)
    evaluating.services.rankings.compute(call, by=helena)

    assert evaluating.session.scalars(sa.select(DrawSeed)).all() == []
    with pytest.raises(NotAllowedNow, match="nothing to draw by the seed"):
        _draw(evaluating, granada, mannheim)
    order = [mannheim.reference, granada.reference]
    ranking = evaluating.services.rankings.draw(call, order, reason="Lots", by=helena)
    assert "seed" not in ranking.draws[0]
    assert _found(evaluating) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE draw_seed SET secret = 'other'", "seed of draws is not the one it committed"),
        ("UPDATE draw_seed SET sha256 = 'other'", "hash of its seed of draws is not the one"),
        ("UPDATE draw_seed SET revealed_at = NULL", "whether its seed of draws is revealed"),
        ("DELETE FROM draw_seed", "the ledger knows its seed of draws, and it is gone"),
    ],
)
def test_a_seed_that_was_changed_is_named(evaluating, level, change, named):
    _draw(evaluating, *level[:2])
    evaluating.session.flush()
    evaluating.session.execute(sa.text(change))

    assert any(named in it for it in _found(evaluating))


@pytest.mark.parametrize("what", ["order", "seed"])
def test_a_drawn_order_that_was_changed_is_named(evaluating, level, what):
    ranking = _draw(evaluating, *level[:2])
    evaluating.session.flush()
    (drawn,) = ranking.draws
    value = drawn["order"][::-1] if what == "order" else "another"
    changed = json.dumps([drawn | {what: value}])
    evaluating.session.execute(
        sa.text("UPDATE ranking SET draws = :draws WHERE id = :id"),
        {"draws": changed, "id": ranking.id},
    )

    found = _found(evaluating)
    assert "its draws are not those it was computed from" in found
    wanted = "not what its seed gives" if what == "order" else "another seed than its call’s"
    assert any(wanted in it for it in found)
    assert "a draw of it is not in the ledger" in found


def test_the_award_report_tells_of_the_seed_and_of_what_it_drew(evaluating, level):
    call, helena = evaluating.world.call, evaluating.world.helena
    ranking = _draw(evaluating, *level[:2])
    evaluating.services.rankings.adopt(call, seen=ranking.sha256, by=helena)
    seed = _seed(evaluating)

    audit = evaluating.services.award_reports.report(call).audit

    assert audit.seed == (seed.sha256, seed.secret)
    assert [(list(it.order), it.seed) for it in audit.draws] == [
        (ranking.draws[0]["order"], seed.secret)
    ]
    assert evaluating.services.award_reports.pdf(call, language="de")[:5] == b"%PDF-"
