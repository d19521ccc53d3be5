"""Everybody who could ask for a page, and the one proposal that they ask for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.accounts.models import Appointment, Person
from grants.calls.models import Fund, ProposedAct, Stage
from grants.directory.models import Pairing, PairingKind
from grants.evaluation.models import Assignment, Declaration, Review
from grants.projects.models import (
    Agreement,
    Deliverable,
    DeliverableType,
    PlannedDeliverable,
    Project,
)
from grants.proposals.models import Proposal
from grants.rules import canonical
from grants.rules.workflow import (
    ActKind,
    AssignmentStatus,
    CallStatus,
    DeliverableStatus,
    Interest,
    ProjectStatus,
    ProposalStatus,
    Role,
)
from grants.services import Services
from tests.support import world
from tests.support.clock import Clock
from tests.support.evaluating import Evaluating

State = tuple[str, ...]

NOBODY, ACCOUNT = "nobody signed in", "account"
PEOPLE = {
    NOBODY: "whoever has no session",
    ACCOUNT: "has an account and no role",
    "applicant": "belongs to the city that proposes",
    "other city": "belongs to another city, which proposes something else in the same call",
    "reviewer asked": "was asked for a review of the proposal and has not answered",
    "reviewer cleared": "declared no interest in the proposal",
    "reviewer with a conflict": "declared a disqualifying interest in the proposal",
    "reviewer with a potential conflict": "declared a potential interest on which nobody has ruled",
    "manager": "manages the fund",
    "manager with a conflict": "manages the fund, with a disqualifying interest in the proposal",
    "manager with a conflict elsewhere": "the same, but with the interest in another proposal",
    "auditor": "audits the fund",
    "auditor with a conflict": "audits the fund, with a disqualifying interest in the proposal",
    "administrator": "administers the portal: accounts and funds, but not what is in a fund",
    "manager of another fund": "manages a fund that has nothing to do with the call",
}
"""All who are asked about, and who they are."""

_CALLS = tuple((status.value,) for status in CallStatus)
STATES: dict[str, tuple[State, ...]] = {
    "PublicContext": ((),),
    "PortalFactory": ((),),
    "PublicFundFactory": ((),),
    "FundFactory": ((),),
    "OrganisationFactory": ((),),
    "PublishedCallFactory": _CALLS,
    "CallFactory": _CALLS,
    "ProposalFactory": tuple((status.value,) for status in ProposalStatus),
    "AssignmentFactory": tuple((status.value,) for status in AssignmentStatus),
    "ProjectFactory": tuple((status.value,) for status in ProjectStatus),
    "DeliverableFactory": tuple(
        (project.value, deliverable.value)
        for project in ProjectStatus
        for deliverable in DeliverableStatus
    ),
}
"""Where what an address stands for can stand, by the route's factory."""

USUAL: dict[str, State] = {
    "PublishedCallFactory": ("published",),
    "CallFactory": ("published",),
    "ProposalFactory": ("in_stage",),
    "AssignmentFactory": ("accepted",),
    "ProjectFactory": ("running",),
    "DeliverableFactory": ("running", "planned"),
}


AHEAD = world.CLOSES + timedelta(days=3650)


@dataclass
class Scene:
    """One proposal, all that can become of it, and everybody."""

    session: Session
    world: world.World
    people: Mapping[str, Person | None]
    proposal: Proposal
    assignments: Mapping[str, Assignment]
    project: Project
    deliverable: Deliverable
    act: ProposedAct

    def stand(self, factory: str, state: State) -> None:
        """Have the thing that a route stands for stand where it is wanted."""
        places: dict[str, Callable[..., None]] = {
            "PublishedCallFactory": self._call,
            "CallFactory": self._call,
            "ProposalFactory": self._proposal,
            "AssignmentFactory": self._assignments,
            "ProjectFactory": self._project,
            "DeliverableFactory": self._deliverable,
        }
        if factory in places:
            places[factory](*state)

    def keys(self, who: str, factory: str) -> dict[str, Any]:
        """Give what somebody puts into an address: their own review, if they have one."""
        own = self.assignments.get(who, self.assignments["reviewer cleared"])
        granada = self.world.granada.id  # and the number of the pairing as well
        numbers = {
            "FundFactory": granada,
            "OrganisationFactory": granada,
            "DeliverableFactory": self.deliverable.number,
            "CallFactory": self.act.id,
        }
        return {
            "code": self.world.call.code,
            "fund": self.world.fund.code,
            "programme": self.world.programme.code,
            "reference": self.proposal.reference,
            "number": numbers.get(factory, own.id),
            "section": "project",
            "field": "annexes.mayor_letter",
            "token": "no-such-token",
            "name": "funnel",
            "member": 1,
            "position": 1,
            "invitation": 1,
        }

    def _call(self, status: str) -> None:
        call = self.world.call
        published = None if status == "draft" else call.opens_at
        self._set(call, status=CallStatus(status), published_at=published)

    def _proposal(self, status: str) -> None:
        at = self.proposal.saved_at
        self._set(
            self.proposal,
            status=ProposalStatus(status),
            submitted_at=None if status == "draft" else at,
            withdrawn_at=at if status == "withdrawn" else None,
        )
        # Only under an open call: its end settles what was reopened.
        closes = AHEAD if status in ("taken_back", "invited") else world.CLOSES
        self._set(self.world.call, closes_at=closes)

    def _assignments(self, status: str) -> None:
        self._proposal("in_stage")
        for assignment in self.assignments.values():
            self._set(assignment.review, submitted_at=assignment.assigned_at)
            self._set(assignment, status=AssignmentStatus(status))

    def _project(self, status: str) -> None:
        self._proposal("awarded")
        ended = status == "terminated"
        self._set(
            self.project,
            status=ProjectStatus(status),
            terminated_at=self.proposal.saved_at if ended else None,
            freed_cents=0 if ended else None,
            termination_reason="The city gave it up." if ended else "",
        )

    def _deliverable(self, project: str, status: str) -> None:
        self._project(project)
        at = self.proposal.saved_at
        self._set(
            self.deliverable, status=DeliverableStatus(status), delivered_at=at, accepted_at=at
        )

    def _set(self, row: Any, **values: Any) -> None:
        # Past the workflow, which knows no way from everywhere to everywhere.
        model = type(row)
        self.session.execute(sa.update(model).where(model.id == row.id).values(**values))
        self.session.expire(row)


def make(session: Session, services: Services, clock: Clock, it: world.World) -> Scene:
    """Make the proposal, what becomes of it, and everybody."""
    evaluating = Evaluating(session, services, clock, it)
    proposal = evaluating.submit(it.granada, it.lucia, "Blockchain for smart cities")
    elsewhere = evaluating.submit(it.mannheim, it.jonas, "Roadshow", 5_000_000)
    people = _people(session, clock, it)
    stage = evaluating.open_stage(proposal, elsewhere)
    assignments = _assignments(session, clock, it, stage, proposal, people)
    for who, about, interest in (
        ("reviewer cleared", proposal, Interest.NONE),
        ("reviewer with a conflict", proposal, Interest.DISQUALIFYING),
        ("reviewer with a potential conflict", proposal, Interest.POTENTIAL),
        ("manager with a conflict", proposal, Interest.DISQUALIFYING),
        ("manager with a conflict elsewhere", elsewhere, Interest.DISQUALIFYING),
        ("auditor with a conflict", proposal, Interest.DISQUALIFYING),
    ):
        session.add(
            Declaration(
                person=people[who],
                proposal=about,
                interest=interest,
                explanation="We know each other.",
                declared_at=clock(),
            )
        )
    project, deliverable = _project(session, clock, it, proposal)
    session.add(
        Pairing(
            id=it.granada.id,
            programme_id=it.programme.id,
            name="Two cities",
            kind=PairingKind.PAIR,
            sdgs=[],
            cities=[it.granada, it.mannheim],
        )
    )
    session.flush()  # the act names the review by its number
    act = ProposedAct(
        kind=ActKind.EXCLUDE_REVIEW,
        call=it.call,
        proposal=proposal,
        subject=f"{proposal.reference}/R1",
        payload={"assignment": assignments["reviewer cleared"].id},
        sha256=canonical.digest("what is read"),
        stands_on=canonical.digest("what it is about"),
        reason="It is of another text.",
        proposed_at=clock(),
        proposed_by=it.helena,
    )
    session.add(act)
    session.commit()
    return Scene(session, it, people, proposal, assignments, project, deliverable, act)


def _people(session: Session, clock: Clock, it: world.World) -> dict[str, Person | None]:
    def another(name: str, role: Role, **where: Any) -> Person:
        made = world.person(session, name.title(), f"{name}@example.org", clock())
        session.flush()
        session.add(Appointment(person=made, role=role, since=clock(), **where))
        return made

    other_fund = Fund(
        code="OTHER", name="Other fund", contact_email="o@example.org", programme=it.programme
    )
    session.add(other_fund)
    session.flush()
    fund = {"fund_id": it.fund.id}
    return {
        NOBODY: None,
        ACCOUNT: it.stranger,
        "applicant": it.lucia,
        "other city": it.jonas,
        "reviewer asked": it.wei,
        "reviewer cleared": it.anna,
        "reviewer with a conflict": it.marc,
        "reviewer with a potential conflict": another("petra", Role.REVIEWER, call_id=it.call.id),
        "manager": it.helena,
        "manager with a conflict": it.viktor,
        "manager with a conflict elsewhere": another("edith", Role.MANAGER, **fund),
        "auditor": it.olga,
        "auditor with a conflict": another("otto", Role.AUDITOR, **fund),
        "administrator": _administrator(session, clock),
        "manager of another fund": another("farid", Role.MANAGER, fund_id=other_fund.id),
    }


def _administrator(session: Session, clock: Clock) -> Person:
    made = world.person(session, "Ada", "ada@example.org", clock())
    made.administers_since = clock()
    return made


def _assignments(
    session: Session,
    clock: Clock,
    it: world.World,
    stage: Stage,
    proposal: Proposal,
    people: Mapping[str, Person | None],
) -> dict[str, Assignment]:
    made = {
        who: Assignment(
            stage=stage,
            proposal=proposal,
            review=Review(version=proposal.versions[0]),
            reviewer=person,
            status=status,
            assigned_at=clock(),
            assigned_by_id=it.helena.id,
        )
        for who, status in (
            ("reviewer asked", AssignmentStatus.OFFERED),
            ("reviewer cleared", AssignmentStatus.ACCEPTED),
            ("reviewer with a conflict", AssignmentStatus.CONFLICTED),
            ("reviewer with a potential conflict", AssignmentStatus.CONFLICTED),
        )
        if (person := people[who])
    }
    session.add_all(made.values())
    return made


def _project(
    session: Session, clock: Clock, it: world.World, proposal: Proposal
) -> tuple[Project, Deliverable]:
    today = clock().date()
    project = Project(
        # Of one name with its proposal, so that one address leads to either.
        reference=proposal.reference,
        proposal=proposal,
        title=proposal.title,
        awarded_cents=100,
        currency="EUR",
        agreement=Agreement(
            proposal=proposal,
            sequence=1,
            prepared_at=clock(),
            starts_on=today,
            ends_on=today,
            granted_cents=100,
            total_cents=125,
            signed_on=today,
        ),
        signed_on=today,
        created_at=clock(),
    )
    planned = PlannedDeliverable(
        number=1, type=DeliverableType.WEBINAR, title="Webinar", due_on=today
    )
    project.agreement.planned.append(planned)
    deliverable = Deliverable(
        project=project,
        number=1,
        planned=planned,
        links=[],
    )
    session.add_all([project, deliverable])
    return project, deliverable
