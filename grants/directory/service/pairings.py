"""The cities of a programme that cooperate, as its fund managers enter them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from grants.accounts.models import Person
from grants.calls.models import Topic
from grants.directory.models import Organisation, OrganisationKind, Pairing, PairingKind
from grants.kit.service import Service
from grants.rules.errors import Refused
from grants.rules.words import N_

SIZES = {PairingKind.PAIR: (2, 2), PairingKind.TRIO: (3, 3), PairingKind.CLUSTER: (3, 50)}
"""How many cities each kind of pairing has, at least and at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairingFacts:
    """What is known of a pairing: cities and topics by their numbers, SDGs "1" to "17"."""

    name: str
    kind: PairingKind
    cities: frozenset[int]
    topics: frozenset[int]
    sdgs: Sequence[str]
    action_plan: str


@dataclass(frozen=True, slots=True)
class Pairings(Service):
    """All pairings of programmes."""

    def of_all(self) -> Sequence[Pairing]:
        """List the cities that cooperate in any programme, with their topics; three queries."""
        return self.db.scalars(self._with_cities()).all()

    def of(self, programme_id: int) -> Sequence[Pairing]:
        """List the cities that cooperate in a programme, with their topics; three queries."""
        mine = self._with_cities().where(Pairing.programme_id == programme_id)
        return self.db.scalars(mine).all()

    def _with_cities(self) -> Select[Pairing]:
        return (
            select(Pairing)
            .options(selectinload(Pairing.cities), selectinload(Pairing.topics))
            .order_by(Pairing.name, Pairing.id)
        )

    def get(self, programme_id: int, number: int) -> Pairing | None:
        """Find a pairing of a programme."""
        return self.db.scalar(
            select(Pairing).where(Pairing.id == number, Pairing.programme_id == programme_id)
        )

    def add(self, programme_id: int, facts: PairingFacts, *, by: Person) -> Pairing:
        """Enter a pairing. Raises Refused if it has too few cities, or too many, for its kind."""
        made = Pairing(programme_id=programme_id, sdgs=[])
        self._write(made, facts)
        self.db.add(made)
        self.db.flush()
        self.record("add", "pairing", str(made.id), by=by, facts=self._told(made))
        return made

    def correct(self, pairing: Pairing, facts: PairingFacts, *, by: Person) -> None:
        """Correct a pairing; the ledger keeps what was there before. Raises Refused as `add`."""
        before = self._told(pairing)
        self._write(pairing, facts)
        after = self._told(pairing)
        changed = {
            name: [before[name], after[name]] for name in after if after[name] != before[name]
        }
        if changed:
            self.record("correct", "pairing", str(pairing.id), by=by, facts=changed)

    def remove(self, pairing: Pairing, *, by: Person) -> None:
        """Take a pairing off the programme; the ledger keeps what it was."""
        self.record("remove", "pairing", str(pairing.id), by=by, facts=self._told(pairing))
        self.db.delete(pairing)

    def _write(self, pairing: Pairing, facts: PairingFacts) -> None:
        least, most = SIZES[facts.kind]
        cities = self.db.scalars(
            select(Organisation).where(
                Organisation.id.in_(facts.cities), Organisation.kind == OrganisationKind.CITY
            )
        ).all()
        if not least <= len(cities) <= most:
            raise Refused(_needed(facts.kind))
        pairing.name, pairing.kind = facts.name, facts.kind
        pairing.cities = list(cities)
        pairing.topics = list(self.db.scalars(select(Topic).where(Topic.id.in_(facts.topics))))
        pairing.sdgs = sorted(facts.sdgs, key=int)
        pairing.action_plan = facts.action_plan

    def _told(self, pairing: Pairing) -> dict[str, object]:
        return {
            "name": pairing.name,
            "kind": pairing.kind.value,
            "cities": sorted(it.name for it in pairing.cities),
            "topics": sorted(it.code for it in pairing.topics),
            "sdgs": list(pairing.sdgs),
            "action_plan": pairing.action_plan,
        }


def _needed(kind: PairingKind) -> str:
    return {
        PairingKind.PAIR: N_("A pair has two cities. Mark exactly two."),
        PairingKind.TRIO: N_("A trio has three cities. Mark exactly three."),
        PairingKind.CLUSTER: N_("A cluster has three cities or more. Mark at least three."),
    }[kind]
