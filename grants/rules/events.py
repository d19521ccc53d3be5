"""What happened, told to whoever listens: see `grants.kit.subscribing`.

Events are frozen dataclasses. Services publish them; what follows (ledger entries, documents,
letters, refusals) is in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grants import models
    from grants.calls.queries.facts import CallFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Something that the ledger keeps: a change of status, a score, a ruling, a decision."""

    at: datetime
    by: models.Person | None
    """Nobody, when the portal did it by itself."""
    action: str
    subject: str
    """The kind of thing: proposal, review, ranking, decision, deliverable, call ..."""
    reference: str
    before: str | None = None
    after: str | None = None
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOpened:
    """Somebody registered, and has to confirm the address by the link."""

    person: models.Person
    token: str
    onward: str = ""
    """The address on this portal where they wanted to go when they registered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAsked:
    """Somebody asked for a link to be sent to an address; nobody looked yet whose it is."""

    email: str
    purpose: models.Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordForgotten:
    """Somebody asked for a link with which to set a new password."""

    person: models.Person
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FundOpened:
    """Whoever runs or administers the portal made somebody manager of a fund.

    `token` is of the link with which they set a password; empty, where they have one.
    """

    person: models.Person
    fund: models.Fund
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredAgain:
    """Somebody tried to register an address that has an account: only its owner is told."""

    person: models.Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Somebody was invited to an organisation, to a proposal's team, or to a role."""

    invitation: models.Invitation
    place: str
    """The organisation, call, fund or proposal, by its name."""
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerAppointed:
    """Somebody took up an invitation to manage a fund; its other managers are told."""

    appointment: models.Appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class ActProposed:
    """Something waits for a second signature; whoever may give it is told."""

    act: models.ProposedAct


@dataclass(frozen=True, slots=True, kw_only=True)
class ActSettled:
    """A proposed act was signed, refused or withdrawn; whoever proposed it is told."""

    act: models.ProposedAct


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEnded:
    """Somebody no longer belongs to an organisation or a team, or no longer holds a role."""

    ended: models.EndedPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerChanged:
    """Somebody became an authorised officer of an organisation, or is none any more."""

    person: models.Person
    organisation: models.Organisation
    by: models.Person
    fund: models.Fund | None
    """The fund whose manager did it; none where an officer did."""
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationWithdrawn:
    """An invitation that nobody accepted works no more."""

    invitation: models.Invitation


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBlocking:
    """An account is about to be blocked; whoever cannot have that refuses."""

    person: models.Person


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBlocked:
    """An administrator of the portal closed an account, or opened it again."""

    person: models.Person


@dataclass(frozen=True, slots=True, kw_only=True)
class CallChanging:
    """A call is about to say something else; whoever cannot have that refuses."""

    call: models.Call
    facts: CallFacts
    """What it is to say."""
    mends_the_currency: bool
    """Whether a new currency is the one in which the form asks for all amounts anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCorrected:
    """A published call has a new version; whoever is writing under it is told why."""

    call: models.Call
    version: models.CallVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalSubmitted:
    """A team submitted a proposal."""

    proposal: models.Proposal
    version: models.ProposalVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineSet:
    """A call was published, or corrected: what its end brings is to come at its deadline."""

    call: models.Call


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalTakenBack:
    """A team reopened its proposal for changes; `version` counts meanwhile."""

    proposal: models.Proposal
    version: models.ProposalVersion
    by: models.Person


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalWithdrawn:
    """A team withdrew its proposal; until the deadline it can undo that."""

    proposal: models.Proposal
    by: models.Person
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRestored:
    """A team undid its withdrawal; `version` counts again, if it ever submitted."""

    proposal: models.Proposal
    version: models.ProposalVersion | None
    by: models.Person


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalStands:
    """A call closed, and what was reopened and not submitted again counts as `version`."""

    proposal: models.Proposal
    version: models.ProposalVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarificationAsked:
    """A question was asked during the check, and fields of the proposal are open for it."""

    clarification: models.Clarification


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarificationWithdrawn:
    """A question was withdrawn before anybody answered it, and its fields are closed again."""

    clarification: models.Clarification


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalInvited:
    """A proposal goes on to a stage for which its team writes a form of its own."""

    proposal: models.Proposal
    stage: models.Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewersAssigned:
    """Reviewers were asked to review a proposal."""

    assignments: tuple[models.Assignment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelPlanned:
    """A meeting of a panel was planned: its members are told."""

    meeting: models.PanelMeeting


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelCancelled:
    """A meeting of a panel does not take place: its members are told why."""

    meeting: models.PanelMeeting


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsensusBegun:
    """A rapporteur was named, who is to write what the reviewers of a proposal agree."""

    report: models.ConsensusReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsensusCirculated:
    """A consensus report is there for the reviewers of its proposal to answer."""

    report: models.ConsensusReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewReopened:
    """A submitted review may be changed again; its reviewer is told why."""

    assignment: models.Assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSent:
    """The decision on a proposal is told to its applicant."""

    proposal: models.Proposal
    decision: models.Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class RedressAsked:
    """An applicant asks the fund to look again at how a decision came about."""

    request: models.RedressRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class RedressSettled:
    """Somebody who was not involved settled a request for redress."""

    request: models.RedressRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardAnswered:
    """An applicant accepted or declined an award; its team and the fund's managers are told."""

    answer: models.AwardAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPrepared:
    """An award became a project, with an agreement to sign."""

    project: models.Project


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSigned:
    """The agreement of a project is signed: work may begin."""

    project: models.Project


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectTerminated:
    """A running project was ended before it delivered everything; its team is told why."""

    project: models.Project


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverableReturned:
    """A deliverable needs more; its project is told what."""

    deliverable: models.Deliverable


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverableAccepted:
    """A deliverable is done: what took place on a day belongs into the calendar."""

    deliverable: models.Deliverable
