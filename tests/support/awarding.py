"""Awards and the projects they become: Granada's webinars and Mannheim's mission and roadshow."""

import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from grants.decisions.models import Decision
from grants.projects.models import Agreement, ParticipantKind, Project
from grants.projects.service.deliverables import Group, Link, Log
from grants.proposals.models import Proposal
from grants.rules.workflow import DecisionKind, ProjectStatus, ProposalStatus
from grants.services import Services
from tests.support.evaluating import HALVES, Evaluating
from tests.support.moments import Moments, moment
from tests.support.proposals import GRANADA, MANNHEIM, complete
from tests.support.world import World

_GRANADA = (
    ("webinar", "Webinar: blockchain in the smart city", "2020-10-31"),
    ("webinar", "Webinar: blockchain in the circular economy", "2020-11-15"),
    ("webinar", "Webinar: blockchain in biotech", "2020-11-30"),
    ("platform", "Platform for joint projects on blockchain", "2020-12-15"),
    ("video", "Video on the objectives and next goals", "2020-12-31"),
)
_MANNHEIM = (
    ("mission", "Expert mission to Education+ in Xi’an", "2020-11-30"),
    ("roadshow", "Mannheim-China Advanced Manufacturing Roadshow", "2020-12-15"),
)


@dataclass
class Awarding:
    """Takes the call to its awards, and the awards to running projects."""

    evaluating: Evaluating

    @property
    def moments(self) -> Moments | None:
        """Where the test is in the story."""
        return self.evaluating.moments

    @moment
    def decide(self) -> tuple[Proposal, Proposal, Proposal]:
        """Award Granada and Mannheim, reject Łódź; no letter has left."""
        it, world = self.evaluating, self.evaluating.world
        three = (
            it.submit(world.granada, world.lucia, GRANADA, 3_500_000, answers=granada()),
            it.submit(world.mannheim, world.jonas, MANNHEIM, 5_000_000, answers=mannheim()),
            it.submit(world.lodz, world.zofia, "Zielone podwórka", 6_000_000, answers=complete()),
        )
        stage = it.open_stage(*three)
        scores = [dict.fromkeys(HALVES, halves) for halves in (9, 8, 4)]
        it.review_all(stage, list(zip(three, scores, strict=True)))
        it.close_stage(stage)
        it.rank()
        kinds = (DecisionKind.AWARD, DecisionKind.AWARD, DecisionKind.REJECT_THRESHOLD)
        for proposal, kind, cents in zip(three, kinds, (3_500_000, 5_000_000, None), strict=True):
            reasons = "As ranked by the panel."
            it.services.decisions.decide(
                proposal, kind, reasons=reasons, awarded_cents=cents, by=world.helena
            )
        it.session.commit()
        return three

    @moment
    def award(self) -> tuple[Project, Project]:
        """Send the letters; give the two projects that are to be prepared."""
        it = self.evaluating
        granada, mannheim, _lodz = self.decide()
        it.services.decisions.send_letters(it.world.call, by=it.world.helena)
        it.session.commit()
        return self._project(granada), self._project(mannheim)

    @moment
    def run(self) -> tuple[Project, Project]:
        """Sign both agreements."""
        it, both = self.evaluating, self.award()
        for project in both:
            on = it.clock().date()
            it.services.projects.sign(project, on=on, by=it.world.helena)
        it.session.commit()
        return both

    @moment
    def granadas(self, *, running: bool = True) -> Project:
        """Give Granada's project at once, without anything that was before its award."""
        it, world = self.evaluating, self.evaluating.world
        proposal = it.submit(world.granada, world.lucia, GRANADA, answers=granada())
        it.close_call()
        decision = Decision(
            proposal=proposal,
            kind=DecisionKind.AWARD,
            awarded_cents=3_500_000,
            reasons="Ranked first.",
            decided_at=it.clock(),
            decided_by=world.helena,
            letter_sent_at=it.clock(),
            told_kind=DecisionKind.AWARD,
            told_at=it.clock(),
        )
        it.session.add(decision)
        path = ("admissible", "eligible", "in_stage", "passed", "ranked", "main", "awarded")
        for status in path:
            proposal.status = ProposalStatus(status)
        projects = it.services.projects
        project = projects.prepare(proposal, decision, by=world.helena)
        if running:
            projects.sign(project, on=it.clock().date(), by=world.helena)
        it.session.commit()
        return project

    def _project(self, proposal: Proposal) -> Project:
        projects = self.evaluating.services.projects
        found = projects.get(f"{proposal.reference}-P")
        assert found is not None
        return found


def failed(proposal: Proposal, cents: int, *, at: datetime) -> Project:
    """Make the project of an award that came to no agreement, past the services."""
    agreement = Agreement(
        proposal=proposal,
        sequence=1,
        prepared_at=at,
        starts_on=at.date(),
        ends_on=at.date(),
        granted_cents=cents,
        total_cents=cents,
    )
    return Project(
        reference=f"{proposal.reference}-P",
        proposal=proposal,
        agreement=agreement,
        status=ProjectStatus.FAILED,
        title=proposal.title,
        awarded_cents=cents,
        currency="EUR",
        created_at=at,
    )


def give_up(services: Services, project: Project, world: World, reason: str) -> None:
    """Give an agreement up: Helena proposes it, Viktor signs."""
    act = services.terminations.propose_failure(project, reason=reason, by=world.helena)
    services.signing.sign(act, read=act.sha256, by=world.viktor)


def terminate(
    services: Services, project: Project, world: World, reason: str, freed_cents: int
) -> None:
    """End a project before its time: Helena proposes it, Viktor signs."""
    act = services.terminations.propose_termination(
        project, reason=reason, freed_cents=freed_cents, by=world.helena
    )
    services.signing.sign(act, read=act.sha256, by=world.viktor)


def granada() -> dict[str, dict[str, Any]]:
    """What Granada answers: three webinars, a platform, a video."""
    return _answers(GRANADA, ("Granada", "ES"), ("Kunming", "CN"), _GRANADA)


def mannheim() -> dict[str, dict[str, Any]]:
    """What Mannheim answers: a mission and a roadshow."""
    return _answers(MANNHEIM, ("Mannheim", "DE"), ("Chongqing", "CN"), _MANNHEIM)


def webinar() -> Log:
    """What Granada's team says of its first webinar."""
    return Log(
        held_on=date(2020, 10, 19),
        place="Online",
        address="https://example.org/webinar",
        description="The state of the art in the participating cities.",
        participants=(
            Group("ES", ParticipantKind.CITY_COUNCIL, 12),
            Group("ES", ParticipantKind.ACADEMIA, 18),
            Group("CN", ParticipantKind.CLUSTER, 9),
        ),
        links=(Link("Recording", "https://example.org/recording"),),
    )


def _answers(
    title: str, city: tuple[str, str], paired: tuple[str, str], owed: tuple[tuple[str, ...], ...]
) -> dict[str, dict[str, Any]]:
    answers = copy.deepcopy(complete(title))
    for field, (name, country) in (("lead_city", city), ("paired_city", paired)):
        answers["cities"][field] = {"name": name, "country": country}
    answers["deliverables"]["planned"] = [
        {"type": kind, "title": named, "due_on": due, "description": f"{named}, as promised."}
        for kind, named, due in owed
    ]
    return answers
