"""The formal checks of all proposals of a call, as those who check them list them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from grants.access import Access
from grants.accounts.models import Person
from grants.calls.models import Call, Stage
from grants.directory.models import Organisation
from grants.evaluation.models import CheckItem
from grants.kit import paging
from grants.proposals.clarifications import Clarification
from grants.proposals.models import Proposal
from grants.rules.workflow import ProposalStatus, Role
from grants.rules.workflow.clarifications import ClarificationStatus


class CheckFilter(StrEnum):
    """What is looked for in the list of checks."""

    OPEN = "open"
    FAILURE = "failure"
    CLARIFYING = "clarifying"
    DONE = "done"


_WAITS = Proposal.status.in_((ProposalStatus.SUBMITTED, ProposalStatus.TAKEN_BACK))
_FAILS = (
    select(CheckItem.id)
    .where(CheckItem.proposal_id == Proposal.id, CheckItem.met.is_(False))
    .exists()
)
_DONE = Proposal.status.not_in(
    (
        ProposalStatus.SUBMITTED,
        ProposalStatus.TAKEN_BACK,
        ProposalStatus.INVITED,
        ProposalStatus.LAPSED,
        ProposalStatus.WITHDRAWN,
    )
)


def _conditions(now: datetime) -> Mapping[CheckFilter, ColumnElement[bool]]:
    asked = (
        select(Clarification.id)
        .where(
            Clarification.proposal_id == Proposal.id,
            Clarification.status == ClarificationStatus.ASKED,
            Clarification.due_at > now,
        )
        .exists()
    )
    return {
        CheckFilter.OPEN: _WAITS,
        CheckFilter.FAILURE: _FAILS,
        CheckFilter.CLARIFYING: sa.and_(_WAITS, asked),
        CheckFilter.DONE: _DONE,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRow:
    """One proposal: where it stands, and what was said to each item of its form's checklist."""

    reference: str
    title: str
    organisation: str
    country: str
    status: ProposalStatus
    phase: int
    answers: Mapping[str, bool | None]

    @property
    def is_open(self) -> bool:
        """Whether its check is not completed."""
        return self.status in (ProposalStatus.SUBMITTED, ProposalStatus.TAKEN_BACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPage:
    """A page of what was found, and how much there is of everything."""

    rows: Sequence[CheckedRow]
    counts: Mapping[CheckFilter, int]
    all: int
    found: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages what was found fills."""
        return paging.pages(self.found)


@dataclass(frozen=True, slots=True)
class CheckList:
    """Lists of checks. Whoever may not see a proposal finds and counts none of it."""

    db: Session

    def page(
        self,
        call: Call,
        person: Person,
        role: Role,
        wanted: CheckFilter | None,
        number: int,
        *,
        now: datetime,
    ) -> CheckPage:
        """Find and cut out one page; three queries, however many proposals there are."""
        visible = Access(self.db).proposals_in(call, person, role)
        conditions = _conditions(now)
        counts, every = self._counts(visible, conditions)
        found = every if wanted is None else counts[wanted]
        number = paging.within(number, found)
        if wanted is not None:
            visible = visible.where(conditions[wanted])
        return CheckPage(
            rows=self._rows(paging.cut(_columns(visible), number)),
            counts=counts,
            all=every,
            found=found,
            number=number,
        )

    def following(
        self, call: Call, person: Person, role: Role, after: str, *, now: datetime
    ) -> str | None:
        """Name the next proposal that can be checked by now, after one and then from the first."""
        visible = Access(self.db).proposals_in(call, person, role)
        closes_at = func.coalesce(Stage.writing_closes_at, call.closes_at)
        waiting = (
            visible.outerjoin(Stage, Stage.id == Proposal.invited_to_id)
            .where(
                Proposal.status == ProposalStatus.SUBMITTED,
                closes_at <= now,
                Proposal.reference != after,
            )
            .with_only_columns(Proposal.reference)
            .order_by(Proposal.reference <= after, Proposal.reference)
        )
        return self.db.scalar(waiting.limit(1))

    def _counts(
        self, visible: Select[Proposal], conditions: Mapping[CheckFilter, ColumnElement[bool]]
    ) -> tuple[Mapping[CheckFilter, int], int]:
        sums = (func.sum(sa.case((it, 1), else_=0)) for it in conditions.values())
        row = self.db.execute(visible.with_only_columns(func.count(), *sums)).one()
        every, *numbers = (int(it or 0) for it in row)
        return dict(zip(conditions, numbers, strict=True)), every

    def _rows(self, columns: Select[*tuple[object, ...]]) -> list[CheckedRow]:
        rows = self.db.execute(columns).mappings().all()
        said: defaultdict[int, dict[str, bool | None]] = defaultdict(dict)
        query = select(CheckItem.proposal_id, CheckItem.code, CheckItem.met)
        for number, code, met in self.db.execute(
            query.where(CheckItem.proposal_id.in_([row["id"] for row in rows]))
        ):
            said[number][code] = met
        return [
            CheckedRow(
                **{name: value for name, value in row.items() if name != "id"},
                answers=said[row["id"]],
            )
            for row in rows
        ]


def _columns(visible: Select[Proposal]) -> Select[*tuple[object, ...]]:
    return (
        visible.join(Organisation, Organisation.id == Proposal.organisation_id)
        .outerjoin(Stage, Stage.id == Proposal.invited_to_id)
        .with_only_columns(
            Proposal.id,
            Proposal.reference,
            Proposal.title,
            Organisation.name.label("organisation"),
            Organisation.country,
            Proposal.status,
            func.coalesce(Stage.phase, 1).label("phase"),
        )
        .order_by(Proposal.reference)
    )
