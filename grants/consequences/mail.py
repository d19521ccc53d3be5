"""Who is written to, and about what. The letters leave after the transaction, as jobs."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from grants import correspondence, events
from grants.consequences.context import Context
from grants.kit import tokens
from grants.kit.formats import formats
from grants.kit.mail.wording import letter, letter_to, unlinked
from grants.models import (
    Appointment,
    Membership,
    OneTimeLink,
    Person,
    Proposal,
    ProposalVersion,
    TeamMember,
)
from grants.rules.scope import NOWHERE, Scope
from grants.rules.workflow import ProposalStatus, Role
from grants.services.signatories import Signatories


def confirm(event: events.AccountOpened, context: Context) -> None:
    """Ask somebody to confirm their address."""
    url = _url(context, "confirm", event.token)
    if event.onward:
        url += "?" + urlencode({"next": event.onward})
    until = _end_of(context, event.token)
    _write(context, event.person, "confirm", useful_until=until, url=url)


def already(event: events.RegisteredAgain, context: Context) -> None:
    """Tell the owner of an address that somebody tried to register it."""
    _write(context, event.person, "registered_again")


def reset(event: events.PasswordForgotten, context: Context) -> None:
    """Send the link with which a new password is set."""
    url, until = _url(context, "reset", event.token), _end_of(context, event.token)
    _write(context, event.person, "reset", useful_until=until, url=url)


def opened(event: events.FundOpened, context: Context) -> None:
    """Send the link with which a fund's first manager sets a password."""
    _write(
        context,
        event.person,
        "fund_opened",
        place=event.fund.name,
        url=_url(context, "reset", event.token),
        again=_url(context, "forgot"),
    )


def invite(event: events.Invited, context: Context) -> None:
    """Send an invitation to an address; nobody may have an account with it yet."""
    it = event.invitation
    written = letter_to(
        it.email,
        "invitation",
        context.settings,
        by=unlinked(it.invited_by.name),
        place=unlinked(event.place),
        role=it.role.value,
        until=it.expires_at,
        url=_url(context, "invitations", event.token),
    )
    place = it.proposal or it.call or it.fund
    scope = place.scope if place else NOWHERE
    correspondence.post(context.db, written, about=scope, useful_until=it.expires_at)


def corrected(event: events.CallCorrected, context: Context) -> None:
    """Tell everybody who is writing under the call."""
    writing = select(Proposal).where(
        Proposal.call_id == event.call.id, Proposal.status != ProposalStatus.WITHDRAWN
    )
    told: dict[int, Person] = {}
    for proposal in context.db.scalars(writing):
        told |= {person.id: person for person in team_of(proposal, context)}
    for person in told.values():
        closes = formats(person.language).moment(event.call.closes_at, event.call.zone)
        _write(
            context,
            person,
            "call_corrected",
            about=event.call.scope,
            key=f"corrected/{event.call.code}/{event.version.number}/{person.id}",
            title=event.call.title,
            code=event.call.code,
            reason=event.version.reason,
            closes=closes,
            url=_url(context, "calls", event.call.code),
        )


def taken_back(event: events.ProposalTakenBack, context: Context) -> None:
    """Tell the whole team that its proposal was taken back, by whom, and what counts now."""
    _to_team(context, event.proposal, "taken_back", event.version, by=event.by.name)


def stands(event: events.ProposalStands, context: Context) -> None:
    """Tell the team which version counts, now that the call is closed."""
    _to_team(context, event.proposal, "version_counts", event.version)


def withdrawn(event: events.ProposalWithdrawn, context: Context) -> None:
    """Tell the whole team that its proposal is withdrawn, by whom, and how to undo that."""
    call, values = event.proposal.call, {"by": event.by.name, "reason": event.reason}
    undone = call.closes_at > (event.proposal.withdrawn_at or call.closes_at)
    _to_team(context, event.proposal, "withdrawn", None, undone=undone, **values)


def restored(event: events.ProposalRestored, context: Context) -> None:
    """Tell the whole team that the withdrawal was undone, by whom, and where that leaves it."""
    _to_team(context, event.proposal, "restored", event.version, by=event.by.name)


def _to_team(
    context: Context,
    proposal: Proposal,
    template: str,
    version: ProposalVersion | None,
    **values: Any,
) -> None:
    call = proposal.call
    for person in team_of(proposal, context):
        said = formats(person.language)
        _write(
            context,
            person,
            template,
            title=version.content["lifted"]["title"] if version else proposal.title,
            reference=proposal.reference,
            receipt=version.receipt if version else "",
            received=said.moment(version.submitted_at, call.zone) if version else "",
            closes=said.moment(call.closes_at, call.zone),
            url=_url(context, "proposals", proposal.reference),
            **values,
        )


def assigned(event: events.ReviewersAssigned, context: Context) -> None:
    """Write one letter to each reviewer, however many proposals they were given."""
    by_reviewer = sorted(event.assignments, key=lambda it: it.reviewer_id)
    for _number, group in groupby(by_reviewer, key=lambda it: it.reviewer_id):
        mine = list(group)
        stage = mine[0].stage
        said = formats(mine[0].reviewer.language)
        _write(
            context,
            mine[0].reviewer,
            "assigned",
            about=stage.call.scope,
            count=len(mine),
            call=stage.call.title,
            until=said.moment(stage.due_at, stage.call.zone) if stage.due_at else None,
            url=_url(context, "reviews"),
        )


def reopened(event: events.ReviewReopened, context: Context) -> None:
    """Tell a reviewer why a submitted review is open again."""
    it = event.assignment
    _write(
        context,
        it.reviewer,
        "reopened",
        about=it.proposal.scope,
        reference=it.proposal.reference,
        reason=it.reason,
        url=_url(context, "reviews", str(it.id)),
    )


def returned(event: events.DeliverableReturned, context: Context) -> None:
    """Tell a project's team what is missing from a deliverable."""
    it = event.deliverable
    address = _url(context, "projects", it.project.reference, "deliverables", str(it.number))
    for person in team_of(it.project.proposal, context):
        _write(
            context,
            person,
            "deliverable_returned",
            about=it.project.proposal.scope,
            title=it.title,
            reference=it.project.reference,
            number=it.number,
            reason=it.return_reason,
            url=address,
        )


def terminated(event: events.ProjectTerminated, context: Context) -> None:
    """Tell a project's team that it ends here, and why."""
    it = event.project
    for person in team_of(it.proposal, context):
        _write(
            context,
            person,
            "terminated",
            key=f"terminated/{it.id}/{person.id}",
            reference=it.reference,
            title=it.title,
            reason=it.termination_reason,
            url=_url(context, "projects", it.reference),
        )


def new_manager(event: events.ManagerAppointed, context: Context) -> None:
    """Tell all other managers of a fund who joined them, and by whose invitation."""
    it = event.appointment
    if it.fund is None:
        return
    held = select(Appointment.person_id).where(
        Appointment.fund_id == it.fund_id, Appointment.role == Role.MANAGER
    )
    others = select(Person).where(Person.id.in_(held), Person.id != it.person_id)
    for person in context.db.scalars(others.order_by(Person.id)):
        _write(
            context,
            person,
            "new_manager",
            key=f"new manager/{it.id}/{person.id}",
            who=it.person.name,
            by=it.appointed_by.name if it.appointed_by else "",
            fund_name=it.fund.name,
            url=_url(context, "manage", "funds", it.fund.code),
        )


def to_sign(event: events.ActProposed, context: Context) -> None:
    """Ask everybody who may sign second."""
    act = event.act
    for person in Signatories(context.db).beside(act.call, act.proposed_by):
        if person.id != act.payload.get("not_by"):
            _write(
                context,
                person,
                "to_sign",
                key=f"to sign/{act.id}/{person.id}",
                kind=act.kind.value,
                code=act.call.code,
                by=act.proposed_by.name,
                reason=act.reason,
                url=_url(context, "manage", "calls", act.call.code, "signatures", str(act.id)),
            )


def settled(event: events.ActSettled, context: Context) -> None:
    """Tell whoever proposed something what became of it."""
    act = event.act
    if act.settled_by is None or act.settled_by_id == act.proposed_by_id:
        return
    _write(
        context,
        act.proposed_by,
        "settled",
        key=f"settled/{act.id}",
        kind=act.kind.value,
        status=act.status.value,
        code=act.call.code,
        by=act.settled_by.name,
        reason=act.settled_reason,
        url=_url(context, "manage", "calls", act.call.code, "signatures", str(act.id)),
    )


def team_of(proposal: Proposal, context: Context) -> Iterable[Person]:
    """List who writes a proposal: the applicant's members, and who was asked to join."""
    members = select(Membership.person_id).where(
        Membership.organisation_id == proposal.organisation_id
    )
    joined = select(TeamMember.person_id).where(TeamMember.proposal_id == proposal.id)
    team = select(Person).where(Person.id.in_(members.union(joined))).order_by(Person.id)
    return context.db.scalars(team).all()


def _write(
    context: Context,
    person: Person,
    template: str,
    *,
    key: str | None = None,
    about: Scope = NOWHERE,
    useful_until: datetime | None = None,
    **values: Any,
) -> None:
    written = letter(template, person, context.settings, **values)
    correspondence.post(context.db, written, key=key, about=about, useful_until=useful_until)


def _end_of(context: Context, token: str) -> datetime | None:
    """Tell when a link ends: a letter that comes later would only mislead."""
    # Made a moment ago: asking the database would tell a new account from a known one by a query.
    for it in (*context.db.new, *context.db.identity_map.values()):
        if isinstance(it, OneTimeLink) and it.token_hash == tokens.hashed(token):
            return it.expires_at
    return None


def _url(context: Context, *parts: str) -> str:
    return "/".join((context.settings.portal_url, *parts))


HANDLERS: Mapping[type, tuple[Callable[[Any, Context], None], ...]] = {
    events.AccountOpened: (confirm,),
    events.RegisteredAgain: (already,),
    events.PasswordForgotten: (reset,),
    events.FundOpened: (opened,),
    events.Invited: (invite,),
    events.CallCorrected: (corrected,),
    events.ProposalTakenBack: (taken_back,),
    events.ProposalWithdrawn: (withdrawn,),
    events.ProposalRestored: (restored,),
    events.ProposalStands: (stands,),
    events.ReviewersAssigned: (assigned,),
    events.ReviewReopened: (reopened,),
    events.DeliverableReturned: (returned,),
    events.ProjectTerminated: (terminated,),
    events.ManagerAppointed: (new_manager,),
    events.ActProposed: (to_sign,),
    events.ActSettled: (settled,),
}
