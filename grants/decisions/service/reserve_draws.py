"""Lots among those of the reserve list between whom free money has to choose."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from grants.accounts.models import Person
from grants.calls.models import Call
from grants.decisions.models import ReserveDraw
from grants.decisions.queries.offers import Offers
from grants.evaluation.models import Ranking
from grants.evaluation.service.rankings import Rankings
from grants.kit.service import Service
from grants.rules.errors import Incomplete, Refused
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
        if not reason.strip():
            raise Incomplete(N_("State how the draw was held."))
        held = ReserveDraw(
            ranking=ranking,
            order=list(order),
            reason=reason.strip(),
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
            facts={"order": list(order), "list": "reserve"},
        )
        return held
