"""Awarded projects as everybody may see them: nothing that is not meant for the public."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVarTuple

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from grants.calls.models import Call, Fund, Topic
from grants.directory.models import Organisation
from grants.kit.service import Service
from grants.projects.models import Agreement, Deliverable, DeliverableType, Participation, Project
from grants.projects.service.deliverables import Link
from grants.proposals.models import Proposal
from grants.rules.workflow import DeliverableStatus, ProjectStatus

Columns = TypeVarTuple("Columns")

SHOWN = (ProjectStatus.RUNNING, ProjectStatus.CLOSED, ProjectStatus.TERMINATED)
"""A project is public once its agreement is signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A deliverable that was accepted."""

    title: str
    type: DeliverableType
    held_on: date | None
    held_until: date | None
    place: str
    address: str
    description: str
    links: Sequence[Link]
    participations: Sequence[Participation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """A project with what the public may know of it; no person, no draft, no evidence."""

    reference: str
    title: str
    summary: str
    """Empty where the beneficiary did not agree to publish more than the law asks for."""
    status: ProjectStatus
    organisation: str
    country: str
    city: tuple[str, str] | None
    """The paired city: its name and country."""
    topic: str
    call: str
    fund: Fund
    awarded_cents: int
    currency: str
    starts_on: date
    ends_on: date
    public: bool
    """Whether the beneficiary agreed to publish more than what is published in any case."""
    owed: int
    """How many deliverables there are to be; 0 where the beneficiary did not agree."""
    done: int
    """How many were accepted; 0 where the beneficiary did not agree to publish them."""
    delivered: Sequence[Delivered] = ()
    """What was accepted; left out of lists."""

    @property
    def participations(self) -> Sequence[Participation]:
        """Everybody who took part in anything that was accepted."""
        return [who for it in self.delivered for who in it.participations]


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardFilters:
    """By what awards can be filtered: countries by code, topics by code and name."""

    countries: Sequence[str]
    topics: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What all public projects come to; participants of what beneficiaries agreed to publish."""

    projects: int
    participants: int


@dataclass(frozen=True, slots=True)
class Awards(Service):
    """What the public sees of awards."""

    def public(self, *, country: str = "", topic: str = "") -> list[Award]:
        """List awarded projects, the newest first; one query however many."""
        query = _shown().add_columns(_count(), _count(DeliverableStatus.ACCEPTED))
        if country:
            query = query.where(Organisation.country == country)
        if topic:
            query = query.where(Topic.code == topic)
        rows = self.db.execute(query.order_by(Project.signed_on.desc(), Project.id.desc()))
        return [_award(project, owed, done) for project, owed, done in rows]

    def find(self, reference: str) -> Award | None:
        """Find one awarded project."""
        loaded = selectinload(Project.deliverables).selectinload(Deliverable.participations)
        query = _shown().where(Project.reference == reference).options(loaded)
        project = self.db.scalar(query)
        if project is None:
            return None
        delivered = tuple(_delivered(project.deliverables)) if project.public else ()
        return replace(
            _award(project, len(project.deliverables), len(delivered)), delivered=delivered
        )

    def figures(self) -> Figures:
        """Count what the public may know of all projects together; one query."""
        people = (
            select(func.coalesce(func.sum(Participation.people), 0))
            .join(Deliverable, Deliverable.id == Participation.deliverable_id)
            .join(Project, Project.id == Deliverable.project_id)
            .where(
                Project.status.in_(SHOWN),
                Project.public,
                Deliverable.status == DeliverableStatus.ACCEPTED,
            )
        )
        projects = select(func.count()).select_from(Project).where(Project.status.in_(SHOWN))
        row = self.db.execute(select(projects.scalar_subquery(), people.scalar_subquery())).one()
        return Figures(projects=int(row[0]), participants=int(row[1]))

    def choices(self) -> AwardFilters:
        """Return the countries and topics that have awards."""
        columns = (Organisation.country, Topic.code, Topic.name)
        rows = self.db.execute(_joined(select(*columns).distinct())).all()
        topics = {(code, name) for _country, code, name in rows if code}
        return AwardFilters(
            countries=sorted({country for country, _code, _name in rows}),
            topics=sorted(topics, key=lambda it: it[1]),
        )


def _joined(query: Select[*Columns]) -> Select[*Columns]:
    return (
        query.select_from(Project)
        .join(Proposal, Proposal.id == Project.proposal_id)
        .join(Organisation, Organisation.id == Proposal.organisation_id)
        .outerjoin(Topic, Topic.id == Proposal.topic_id)
        .where(Project.status.in_(SHOWN))
    )


def _shown() -> Select[Project]:
    proposal = joinedload(Project.proposal)
    return _joined(select(Project)).options(
        joinedload(Project.agreement).joinedload(Agreement.paired_city),
        proposal.joinedload(Proposal.organisation),
        proposal.joinedload(Proposal.topic),
        proposal.joinedload(Proposal.call).load_only(Call.title).joinedload(Call.fund),
    )


def _count(status: DeliverableStatus | None = None) -> ScalarSelect[int]:
    query = select(func.count()).where(Deliverable.project_id == Project.id)
    if status:
        query = query.where(Deliverable.status == status)
    return query.correlate(Project).scalar_subquery()


def _award(project: Project, owed: int, done: int) -> Award:
    proposal, city = project.proposal, project.agreement.paired_city
    return Award(
        reference=project.reference,
        title=project.title,
        summary=project.summary if project.public else "",
        status=project.status,
        organisation=proposal.organisation.name,
        country=proposal.organisation.country,
        city=(city.name, city.country) if city else None,
        topic=proposal.topic.name if proposal.topic else "",
        call=proposal.call.title,
        fund=proposal.call.fund,
        awarded_cents=project.awarded_cents,
        currency=project.currency,
        starts_on=project.agreement.starts_on,
        ends_on=project.agreement.ends_on,
        public=project.public,
        owed=owed if project.public else 0,
        done=done if project.public else 0,
    )


def _delivered(deliverables: Iterable[Deliverable]) -> Iterable[Delivered]:
    for it in deliverables:
        if it.status is DeliverableStatus.ACCEPTED:
            yield Delivered(
                title=it.planned.title,
                type=it.planned.type,
                held_on=it.held_on,
                held_until=it.held_until,
                place=it.place,
                address=it.address,
                description=it.description,
                links=[Link(link["title"], link["url"]) for link in it.links],
                participations=it.participations,
            )
