"""Lots among those of the reserve list between whom free money has to choose."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from grants.accounts.models import Person
from grants.calls.models import Call
from grants.calls.service.draw_seeds import DrawSeeds
from grants.decisions.models import ReserveDraw
from grants.decisions.queries.offers import Offers
from grants.evaluation.models import Ranking
from grants.evaluation.queries.draw_seeds import NOT_TYPED, SEEDED, seed_of
from grants.evaluation.service.rankings import Rankings
from grants.kit.service import Service
from grants.rules.errors import Incomplete, NotAllowedNow, Refused
from grants.rules.scoring import drawn_order
from grants.rules.words import N_


@dataclass(frozen=True, slots=True)
class ReserveDraws(Service):
    """Draws among the reserve list of an adopted ranking."""

    def of(self, ranking: Ranking) -> Sequence[ReserveDraw]:
        """List the draws that were held among the reserve list of an adopted ranking."""
        return Offers(self.db).draws(ranking)

    def tie_to_draw(
        self, call: Call, ranking: Ranking | None = None, drawn: Sequence[ReserveDraw] | None = None
    ) -> tuple[str, ...]:
        """Name those on the reserve list among whom a draw decides now: see `Offers`."""
        return Offers(self.db).tie_to_draw(call, ranking, drawn)

    def hold(self, call: Call, order: Sequence[str], *, reason: str, by: Person) -> ReserveDraw:
        """Record a lot among those of the reserve list between whom free money has to choose.

        The adopted ranking stays as it is. Refused unless exactly they are named, once each.
        """
        self.db.execute(select(Call.id).where(Call.id == call.id).with_for_update())
        offers = Offers(self.db)
        ranking, tied = (
            Rankings(self.db, self.publish, self.clock).last(call),
            offers.tie_to_draw(call),
        )
        if not tied or sorted(order) != sorted(tied):
            raise Refused(N_("A draw lists every proposal of one open tie, each exactly once."))
        if seed_of(self.db, ranking.stage) is not None:
            raise Refused(NOT_TYPED)
        if not reason.strip():
            raise Incomplete(N_("State how the draw was held."))
        return self._record_draw(call, ranking, order, reason=reason.strip(), by=by)

    def hold_by_seed(self, call: Call, tied: Sequence[str], *, by: Person) -> ReserveDraw:
        """Draw among those of the reserve list by the seed that the call committed.

        Refused unless they are those between whom free money has to choose now.
        """
        self.db.execute(select(Call.id).where(Call.id == call.id).with_for_update())
        ranking = Rankings(self.db, self.publish, self.clock).last(call)
        seed = seed_of(self.db, ranking.stage)
        if seed is None:
            raise NotAllowedNow(N_("There is nothing to draw by the seed of this call."))
        wanted = Offers(self.db).tie_to_draw(call)
        if not wanted or sorted(wanted) != sorted(tied):
            raise Refused(N_("A draw lists every proposal of one open tie, each exactly once."))
        secret = DrawSeeds(self.db, self.publish, self.clock).reveal(seed, by=by)
        order = drawn_order(secret, wanted)
        return self._record_draw(call, ranking, order, reason=SEEDED, seed=secret, by=by)

    def _record_draw(
        self,
        call: Call,
        ranking: Ranking,
        order: Sequence[str],
        *,
        reason: str,
        by: Person,
        seed: str = "",
    ) -> ReserveDraw:
        held = ReserveDraw(
            ranking=ranking,
            order=list(order),
            seed=seed,
            reason=reason,
            held_at=self.clock(),
            held_by=by,
        )
        self.db.add(held)
        self.db.flush()
        self.record(
            "draw",
            "ranking",
            f"{call.code}/{ranking.number}",
            by=by,
            reason=held.reason,
            facts={"order": list(order), "list": "reserve", **({"seed": seed} if seed else {})},
        )
        return held
