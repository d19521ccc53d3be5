"""How a portal begins: its programme, its fund, and the first manager, made by whoever runs it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from grants.accounts.models import Appointment, OneTimeLink, Person, Purpose
from grants.accounts.service.people import RESET_WITHIN
from grants.calls.models import Fund, Programme, Topic
from grants.calls.service.who_may_sign import Signatories
from grants.kit.secrets import tokens
from grants.kit.service import Service
from grants.rules.addresses import mailable
from grants.rules.errors import Refused
from grants.rules.events import FundOpened
from grants.rules.words import N_
from grants.rules.workflow import Role

_CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*", re.ASCII)
_TOPIC = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_LONGEST_CODE = 30


class NotFounded(Refused):
    """A fund cannot be made like this."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a fund is to be."""

    code: str
    name: str
    contact_email: str
    programme_code: str
    programme: str
    languages: Sequence[str] = ()
    """Codes, its main language first; none: all of the portal."""
    topics: Mapping[str, str] = field(default_factory=dict)
    """Names by their codes, such as `smart`: `Smart cities`."""


@dataclass(frozen=True, slots=True)
class Founding(Service):
    """What happens before anybody has an account. Done twice, it adds only what is missing."""

    def new_fund(self, plan: Plan, *, by: Person) -> Fund:
        """Make a fund that is not there yet, by an administrator. Raises NotFounded."""
        taken = self.db.scalar(select(Fund.id).where(Fund.code == plan.code))
        if taken is not None:
            raise NotFounded(N_("There is a fund with the code “{code}”."), code=plan.code)
        there = self.db.scalar(select(Programme).where(Programme.code == plan.programme_code))
        if there is not None and there.name != plan.programme:
            raise NotFounded(
                N_("The programme “{name}” has the code “{code}”. Select it from the list."),
                name=there.name,
                code=there.code,
            )
        return self.fund(plan, by=by)

    def fund(self, plan: Plan, *, by: Person | None = None) -> Fund:
        """Make a fund with its programme and topics; one that is there gets further topics.

        By an administrator, or by whoever runs the portal.
        """
        _require_possible(plan)
        fund = self.db.scalar(select(Fund).where(Fund.code == plan.code))
        if fund is None:
            fund = Fund(
                code=plan.code,
                name=plan.name,
                contact_email=plan.contact_email,
                programme=self._programme(plan),
                languages=list(plan.languages),
            )
            self.db.add(fund)
            self.record("open", "fund", fund.code, by=by, facts={"name": fund.name})
        self._add_topics(fund, plan.topics, by)
        self.db.flush()
        return fund

    def manager(
        self,
        fund: Fund,
        *,
        email: str,
        name: str,
        language: str = "en",
        by: Person | None = None,
    ) -> str | None:
        """Make somebody manager of a fund; return the token with which they set their password.

        None for somebody who has an account and a password already. Whom an administrator appoints
        owes the place to them, until another one confirms it: see `Signatories`.
        """
        address = mailable(email)
        if address is None:
            raise NotFounded(N_("{email} is not an email address."), email=email)
        email = address.lower()
        person = self.db.scalar(select(Person).where(Person.email == email))
        if person is None:
            person = self._account(email, name, language, by)
        if by is not None and person.id == by.id:
            raise NotFounded(N_("You cannot appoint yourself as manager of a fund."))
        appointed = self._appoint(person, fund, by)
        if person.confirmed_at is not None:
            if appointed:
                self.publish(FundOpened(person=person, fund=fund, token=""))
            return None
        token = self._link(person)
        self.publish(FundOpened(person=person, fund=fund, token=token))
        return token

    def confirmable(self, fund: Fund, *, by: Person) -> list[Appointment]:
        """List the managers for whom an administrator may stand: others appointed them."""
        held = select(Appointment).where(
            Appointment.fund_id == fund.id, Appointment.role == Role.MANAGER
        )
        signatories = Signatories(self.db)
        found = self.db.scalars(held.order_by(Appointment.id)).all()
        return [it for it in found if signatories.may_confirm(it, fund, by)]

    def confirm(self, fund: Fund, appointment: Appointment, *, by: Person) -> None:
        """Stand, as an administrator, for a manager whom another one appointed.

        From then on they sign second beside everybody who did not appoint them.
        """
        if not Signatories(self.db).may_confirm(appointment, fund, by):
            raise NotFounded(
                N_("A manager is confirmed by someone who neither appointed nor invited them.")
            )
        appointment.confirmed_at, appointment.confirmed_by = self.clock(), by
        self.db.flush()
        facts = {"role": appointment.role.value, "person": appointment.person_id}
        self.record("confirm", "fund", fund.code, by=by, facts=facts)

    def _programme(self, plan: Plan) -> Programme:
        found = self.db.scalar(select(Programme).where(Programme.code == plan.programme_code))
        return found or Programme(code=plan.programme_code, name=plan.programme)

    def _add_topics(self, fund: Fund, topics: Mapping[str, str], by: Person | None) -> None:
        there = {topic.code for topic in fund.topics}
        added = sorted(set(topics) - there)
        fund.topics.extend(Topic(code=code, name=topics[code]) for code in added)
        if added:
            self.record("add_topics", "fund", fund.code, by=by, facts={"topics": added})

    def _account(self, email: str, name: str, language: str, by: Person | None) -> Person:
        if not name.strip():
            raise NotFounded(N_("Please also enter the name of {email}."), email=email)
        person = Person(
            email=email,
            name=name.strip(),
            language=language,
            created_at=self.clock(),
        )
        self.db.add(person)
        self.db.flush()
        self.record("register", "person", str(person.id), by=by)
        return person

    def _appoint(self, person: Person, fund: Fund, by: Person | None) -> bool:
        """Make somebody manager; return whether they were none before."""
        held = select(Appointment.id).where(
            Appointment.person_id == person.id,
            Appointment.role == Role.MANAGER,
            Appointment.fund_id == fund.id,
        )
        if self.db.scalar(held) is not None:
            return False
        self.db.add(
            Appointment(
                person=person,
                role=Role.MANAGER,
                fund=fund,
                since=self.clock(),
                appointed_by=by,
            )
        )
        facts = {"role": Role.MANAGER.value, "person": person.id}
        self.record("appoint", "fund", fund.code, by=by, facts=facts)
        return True

    def _link(self, person: Person) -> str:
        token = tokens.fresh()
        self.db.add(
            OneTimeLink(
                token_hash=tokens.hashed(token),
                purpose=Purpose.RESET,
                person=person,
                email=person.email,
                expires_at=self.clock() + RESET_WITHIN,
            )
        )
        return token


def _require_possible(plan: Plan) -> None:
    for code in (plan.code, plan.programme_code):
        if not _CODE.fullmatch(code) or len(code) > _LONGEST_CODE:
            raise NotFounded(
                N_(
                    "“{code}” is not a valid code: use capital letters and digits, such as"
                    " IUC-ASIA."
                ),
                code=code,
            )
    for code, name in plan.topics.items():
        if not _TOPIC.fullmatch(code) or len(code) > _LONGEST_CODE or not name.strip():
            raise NotFounded(
                N_("“{code}” is not a topic: write it as smart=Smart cities."), code=code
            )
    if not plan.name.strip() or not plan.programme.strip():
        raise NotFounded(N_("A fund and its programme have names."))
    if not mailable(plan.contact_email):
        raise NotFounded(N_("{email} is not an email address."), email=plan.contact_email)
