"""What people do in the evaluation, over one session and one clock: a part of all services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grants.evaluation.queries.check_list import CheckList
from grants.evaluation.queries.offline_reviews import OfflineReviews
from grants.evaluation.queries.panel_reading import PanelReading
from grants.evaluation.queries.review_list import ReviewList
from grants.evaluation.service.assignment_plans import AssignmentPlans
from grants.evaluation.service.assignments import Assignments
from grants.evaluation.service.checks import Checks
from grants.evaluation.service.closed_call_corrections import Corrections
from grants.evaluation.service.computed_checks import ComputedChecks
from grants.evaluation.service.consensus import ConsensusReports
from grants.evaluation.service.entries import StageEntries
from grants.evaluation.service.interests import Interests
from grants.evaluation.service.panel_items import PanelItems
from grants.evaluation.service.panels import Panels
from grants.evaluation.service.ranking_analysis import RankingAnalyses
from grants.evaluation.service.rankings import Rankings
from grants.evaluation.service.reviews import Reviews
from grants.evaluation.service.stages import Stages

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from grants.kit.clock import Clock


class EvaluationServices:
    """The services of the evaluation, for whatever has a session, a publisher and a clock."""

    __slots__ = ()

    if TYPE_CHECKING:
        db: Session
        publish: Callable[[object], None]
        clock: Clock

    @property
    def checks(self) -> Checks:
        """The formal check of proposals."""
        return Checks(self.db, self.publish, self.clock)

    @property
    def computed_checks(self) -> ComputedChecks:
        """What the portal computes of the formal check."""
        return ComputedChecks(self.db, self.publish, self.clock)

    @property
    def check_list(self) -> CheckList:
        """The formal checks of all proposals of a call."""
        return CheckList(self.db)

    @property
    def interests(self) -> Interests:
        """Declared interests, and rulings on them."""
        return Interests(self.db, self.publish, self.clock)

    @property
    def stages(self) -> Stages:
        """The stages of the evaluation."""
        return Stages(self.db, self.publish, self.clock)

    @property
    def stage_entries(self) -> StageEntries:
        """Who goes on from one stage of the evaluation to the next."""
        return StageEntries(self.db, self.publish, self.clock)

    @property
    def assignments(self) -> Assignments:
        """Who reviews what."""
        return Assignments(self.db, self.publish, self.clock)

    @property
    def reviews(self) -> Reviews:
        """Reviews."""
        return Reviews(self.db, self.publish, self.clock)

    @property
    def review_list(self) -> ReviewList:
        """What reviewers are asked to review."""
        return ReviewList(self.db)

    @property
    def panels(self) -> Panels:
        """Meetings of panels."""
        return Panels(self.db, self.publish, self.clock)

    @property
    def panel_reading(self) -> PanelReading:
        """Meetings of panels, as their members read them."""
        return PanelReading(self.db)

    @property
    def panel_items(self) -> PanelItems:
        """What panels conclude on each proposal."""
        return PanelItems(self.db, self.publish, self.clock)

    @property
    def offline_reviews(self) -> OfflineReviews:
        """What a reviewer takes along."""
        return OfflineReviews(self.db)

    @property
    def consensus(self) -> ConsensusReports:
        """What reviewers of a proposal agree."""
        return ConsensusReports(self.db, self.publish, self.clock)

    @property
    def rankings(self) -> Rankings:
        """Ranking runs."""
        return Rankings(self.db, self.publish, self.clock)

    @property
    def corrections(self) -> Corrections:
        """Corrections of calls that have closed."""
        return Corrections(self.db, self.publish, self.clock)

    @property
    def assignment_plans(self) -> AssignmentPlans:
        """Plans of who reviews what."""
        return AssignmentPlans(self.db, self.publish, self.clock)

    @property
    def ranking_analyses(self) -> RankingAnalyses:
        """Rankings looked at from other sides."""
        return RankingAnalyses(self.db, self.publish, self.clock)
