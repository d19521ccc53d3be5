"""What reviewers know and how much they want to do: said by themselves, or by the fund."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from grants.accounts.models import Appointment, Person
from grants.calls.models import Call, Fund
from grants.evaluation.models import ReviewerProfile
from grants.kit.service import Service
from grants.rules.workflow import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertiseFacts:
    """What a reviewer's entry in the pool of a fund says."""

    topics: Sequence[str]
    languages: Sequence[str]
    country: str
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Expertise(Service):
    """The pool of a fund's reviewers."""

    def pool(self, fund: Fund) -> list[tuple[Person, ReviewerProfile | None]]:
        """List the reviewers of a fund and its calls with their entries, by name."""
        here = or_(
            Appointment.fund_id == fund.id,
            Appointment.call_id.in_(select(Call.id).where(Call.fund_id == fund.id)),
        )
        people = select(Appointment.person_id).where(Appointment.role == Role.REVIEWER, here)
        tied = (ReviewerProfile.person_id == Person.id) & (ReviewerProfile.fund_id == fund.id)
        query = select(Person, ReviewerProfile).outerjoin(ReviewerProfile, tied)
        rows = [
            (it, profile) for it, profile in self.db.execute(query.where(Person.id.in_(people)))
        ]
        return sorted(rows, key=lambda row: (row[0].name.casefold(), row[0].id))

    def reviewer(self, fund: Fund, number: int) -> Person | None:
        """Find somebody of the pool by their number."""
        return next((it for it, _profile in self.pool(fund) if it.id == number), None)

    def funds(self, person: Person) -> list[Fund]:
        """List the funds for which somebody reviews, by name."""
        held = select(Appointment).where(
            Appointment.person_id == person.id, Appointment.role == Role.REVIEWER
        )
        loaded = held.options(
            joinedload(Appointment.fund), joinedload(Appointment.call).joinedload(Call.fund)
        )
        found = {
            it.id: it
            for each in self.db.scalars(loaded)
            if (it := each.fund or (each.call and each.call.fund))
        }
        return sorted(found.values(), key=lambda it: (it.name.casefold(), it.id))

    def of(self, person: Person, fund: Fund) -> ReviewerProfile | None:
        """Find somebody's entry; none before anything was said."""
        return self.db.scalar(
            select(ReviewerProfile)
            .where(ReviewerProfile.person_id == person.id, ReviewerProfile.fund_id == fund.id)
            .execution_options(populate_existing=True)
        )

    def save(self, person: Person, fund: Fund, facts: ExpertiseFacts, *, by: Person) -> None:
        """Keep what an entry says; the ledger keeps it too, and what it said before."""
        profile, before = self.of(person, fund), None
        if profile is None:
            profile = ReviewerProfile(person_id=person.id, fund_id=fund.id)
        else:
            before = _said(profile)
        profile.topics, profile.languages = sorted(facts.topics), sorted(facts.languages)
        profile.country, profile.least, profile.most = facts.country, facts.least, facts.most
        profile.saved_at, profile.saved_by_id = self.clock(), by.id
        self.db.add(profile)
        self.db.flush()
        if before == _said(profile):
            return
        self.record(
            "save",
            "reviewer profile",
            f"{fund.code}/{person.id}",
            by=by,
            facts={"before": before, "after": _said(profile)},
        )


def _said(profile: ReviewerProfile) -> dict[str, object]:
    names = ("topics", "languages", "country", "least", "most")
    return {name: getattr(profile, name) for name in names}
