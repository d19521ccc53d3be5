"""What follows for calls: a fund that opens, deadlines that are set, second signatures."""

from sqlalchemy import select

from grants.accounts.correspondence import write
from grants.accounts.models import Appointment, Person
from grants.calls.models import ProposedAct
from grants.calls.service.who_may_sign import Signatories
from grants.kit.subscribing import EventContext, Handlers
from grants.rules import events
from grants.rules.workflow import Role


def opened(event: events.FundOpened, context: EventContext) -> None:
    """Tell somebody that they manage a fund, with the link to set a password if they have none."""
    page = ("reset", event.token) if event.token else ("manage", "funds", event.fund.code)
    write(
        context,
        event.person,
        "fund_opened",
        fund=event.fund,
        place=event.fund.name,
        url=context.settings.url(*page),
        again=context.settings.url("forgot") if event.token else "",
    )


def new_manager(event: events.ManagerAppointed, context: EventContext) -> None:
    """Tell all other managers of a fund who joined them, and by whose invitation."""
    it = event.appointment
    if it.fund is None:
        return
    held = select(Appointment.person_id).where(
        Appointment.fund_id == it.fund_id, Appointment.role == Role.MANAGER
    )
    others = select(Person).where(Person.id.in_(held), Person.id != it.person_id)
    for person in context.db.scalars(others.order_by(Person.id)):
        write(
            context,
            person,
            "new_manager",
            fund=it.fund,
            key=f"new manager/{it.id}/{person.id}",
            who=it.person.name,
            by=it.appointed_by.name if it.appointed_by else "",
            fund_name=it.fund.name,
            url=context.settings.url("manage", "funds", it.fund.code),
        )


def to_sign(event: events.ActProposed, context: EventContext) -> None:
    """Ask everybody who may sign second."""
    act = event.act
    for person in Signatories(context.db).beside(act.call, act.proposed_by):
        if person.id != act.payload.get("not_by"):
            write(
                context,
                person,
                "to_sign",
                fund=act.call.fund,
                key=f"to sign/{act.id}/{person.id}",
                kind=act.kind.value,
                code=act.call.code,
                by=act.proposed_by.name,
                reason=act.reason,
                url=context.settings.url(
                    "manage", "calls", act.call.code, "signatures", str(act.id)
                ),
            )


def settled(event: events.ActSettled, context: EventContext) -> None:
    """Tell whoever proposed something what became of it."""
    act = event.act
    if act.settled_by is None or act.settled_by_id == act.proposed_by_id:
        return
    write(
        context,
        act.proposed_by,
        "settled",
        fund=act.call.fund,
        key=f"settled/{act.id}",
        kind=act.kind.value,
        status=act.status.value,
        code=act.call.code,
        by=act.settled_by.name,
        reason=act.settled_reason,
        url=_page(act, context),
    )


def _page(act: ProposedAct, context: EventContext) -> str:
    return context.settings.url("manage", "calls", act.call.code, "signatures", str(act.id))


HANDLERS: Handlers = {
    events.FundOpened: (opened,),
    events.ManagerAppointed: (new_manager,),
    events.ActProposed: (to_sign,),
    events.ActSettled: (settled,),
}
