"""Accounts: opened, confirmed, recognised and changed by their owners."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from grants.accounts import passwords
from grants.accounts.models import OneTimeLink, Person, Purpose, WebSession
from grants.accounts.service.identities import Identities
from grants.accounts.service.sessions import Sessions
from grants.accounts.service.sign_in_limits import SignInLimits
from grants.kit.secrets import tokens
from grants.kit.service import Service
from grants.rules.errors import Refused
from grants.rules.events import (
    AccountBlocked,
    AccountBlocking,
    AccountOpened,
    LinkAsked,
    PasswordForgotten,
    RegisteredAgain,
)
from grants.rules.words import N_

CONFIRM_WITHIN = timedelta(days=2)
RESET_WITHIN = timedelta(hours=1)
_LIFETIMES = {Purpose.CONFIRM: CONFIRM_WITHIN, Purpose.RESET: RESET_WITHIN}
_PAUSE = timedelta(minutes=2)
"""Between two links for the same purpose: nobody's mailbox is to be flooded from here."""


_TOLD_AGAIN = timedelta(days=1)
"""Between two letters that tell somebody of attempts to register their address."""


class WeakPassword(Refused):
    """A password that others would find out."""


class WrongPassword(Refused):
    """Not the password of the account."""


@dataclass(frozen=True, slots=True)
class People(Service):
    """All that happens to accounts."""

    def register(
        self,
        *,
        email: str,
        name: str,
        language: str = "en",
        address: str,
        onward: str = "",
    ) -> None:
        """Open an account, to be confirmed by mail. Says nothing about whether there was one.

        It has no password before: whoever confirms sets it, and nobody else ever knew one.
        `email` is in small letters; the link in the mail leads `onward`. Raises TooManyTries
        when too much was asked for from `address`.
        """
        self._attempts.ask(address)
        if known := self.by_email(email):
            self._register_again(known)
            return
        person = Person(
            email=email,
            name=name,
            language=language,
            created_at=self.clock(),
        )
        self.db.add(person)
        self.db.flush()
        self.record("register", "person", str(person.id), by=person)
        token = self._link(person, Purpose.CONFIRM)
        self.publish(AccountOpened(person=person, token=token, onward=onward))

    def confirm_again(self, *, email: str, address: str) -> None:
        """Send the link of a new account once more. Says nothing about whether there is one."""
        self._attempts.ask(address)
        self.publish(LinkAsked(email=email, purpose=Purpose.CONFIRM))

    def confirm(self, link: OneTimeLink, *, name: str, password: str, language: str) -> Person:
        """Take the link as proof that the address is theirs, and the password from its owner.

        Whoever registered may have been somebody else: what they typed is typed anew.
        """
        person = link.person
        self._require_strong(password, email=person.email, name=name)
        self._use(link)
        self._take_over(person, name=name, password=password, language=language)
        return person

    def recognise(
        self, *, email: str, password: str, address: str, device: str = ""
    ) -> Person | None:
        """Find the person who knows the password; nobody, when it is wrong.

        `device` names a browser in which this account was signed in before. A wrong password is
        remembered, so the caller must let this be committed. Raises TooManyTries.
        """
        self._attempts.require_few(email=email, address=address, device=device)
        person = self._identities.by_password(email, password)
        if person is None:
            self._attempts.remember(email=email, address=address, device=device)
            return None
        self._attempts.forgive(email, address=address, device=device)
        return person

    def forgot(self, *, email: str, address: str) -> None:
        """Send a link for a new password. Says nothing about whether there is such an account."""
        self._attempts.ask(address)
        self.publish(LinkAsked(email=email, purpose=Purpose.RESET))

    def send_link(self, *, email: str, purpose: Purpose) -> None:
        """Send a link that was asked for, if there is an account which it is of use to."""
        person = self.by_email(email)
        if person is None or person.blocked_at or not self._may_send(person, purpose):
            return
        if purpose is Purpose.RESET:
            token = self._link(person, purpose)
            self.publish(PasswordForgotten(person=person, token=token))
        elif person.confirmed_at is None:
            token = self._link(person, purpose)
            self.publish(AccountOpened(person=person, token=token))

    def reset_password(self, link: OneTimeLink, password: str) -> None:
        """Set a new password by a link from the mailbox; whoever was signed in is out."""
        person = link.person
        self._require_strong(password, email=person.email, name=person.name)
        self._use(link)
        self._identities.set_password(person, password)
        self._confirmed(person)
        self._void_links(person)
        self._attempts.forgive(person.email)
        self._sessions.end_all(person)
        self.record("reset_password", "person", str(person.id), by=person)

    def link(self, token: str, purpose: Purpose) -> OneTimeLink | None:
        """Find a link that may still be used."""
        return self.db.scalar(
            select(OneTimeLink)
            .where(
                OneTimeLink.token_hash == tokens.hashed(token),
                OneTimeLink.purpose == purpose,
                OneTimeLink.used_at.is_(None),
                OneTimeLink.expires_at > self.clock(),
                OneTimeLink.email == Person.email,  # one sent to an earlier address is dead
            )
            .join(OneTimeLink.person)
        )

    def change(self, person: Person, *, name: str, language: str, digest: bool) -> None:
        """Change how somebody is called and addressed, and whether a daily mail tells them more."""
        person.digest = digest
        if (person.name, person.language) != (name, language):
            person.name, person.language = name, language
            self.record("correct", "person", str(person.id), by=person)

    def change_password(
        self, person: Person, *, old: str, new: str, address: str, keep: WebSession | None
    ) -> None:
        """Set a new password; other browsers are signed out.

        Raises WrongPassword, WeakPassword, and TooManyTries. A wrong one is
        remembered, so the caller must let this be committed.
        """
        signed_in = f"person {person.id}"  # a session is worth no less than a known browser
        known = self.recognise(email=person.email, password=old, address=address, device=signed_in)
        if known is None:
            raise WrongPassword(N_("This is not your password."))
        self._require_strong(new, email=person.email, name=person.name)
        self._identities.set_password(person, new)
        self._void_links(person)
        self._sessions.end_all(person, but=keep)
        self.record("change_password", "person", str(person.id), by=person)

    def welcome(self, *, email: str, name: str, password: str, language: str) -> Person:
        """Open an account for somebody whose address is already proved, by an invitation.

        One that somebody registered with this address and nobody confirmed becomes theirs.
        """
        self._require_strong(password, email=email, name=name)
        person = self.by_email(email)
        if person is None:
            person = Person(email=email, name=name, created_at=self.clock())
            self.db.add(person)
            self.db.flush()
            self.record("register", "person", str(person.id), by=person)
        self._take_over(person, name=name, password=password, language=language)
        return person

    def block(self, person: Person, *, reason: str, by: Person | None) -> None:
        """Close an account: nobody signs in with it, and whoever is, is out. Roles are kept.

        Raises LastOne where a fund would have no manager who can sign in.
        """
        if by is not None and by.id == person.id:
            raise Refused(N_("You cannot block your own account."))
        if not reason.strip():
            raise Refused(N_("Give the reason: the ledger keeps it."))
        if person.blocked_at is not None:
            return
        self.publish(AccountBlocking(person=person))
        person.blocked_at, person.blocked_reason = self.clock(), reason.strip()
        self._void_links(person)
        self._sessions.end_all(person)
        self.record("block", "person", str(person.id), by=by, reason=person.blocked_reason)
        self.publish(AccountBlocked(person=person))

    def unblock(self, person: Person, *, by: Person | None) -> None:
        """Open an account again, with the roles that it holds."""
        if person.blocked_at is None:
            return
        person.blocked_at, person.blocked_reason = None, ""
        self.record("unblock", "person", str(person.id), by=by)
        self.publish(AccountBlocked(person=person))

    def make_administrator(self, person: Person, *, administers: bool, by: Person | None) -> None:
        """Let somebody block and unblock accounts, or no longer."""
        if administers is (person.administers_since is not None):
            return
        person.administers_since = self.clock() if administers else None
        action = "appoint" if administers else "end"
        facts = {"role": "administrator"}
        self.record(action, "person", str(person.id), by=by, facts=facts)

    def get(self, number: int) -> Person | None:
        """Find an account by its number."""
        return self.db.get(Person, number)

    def find(self, words: str, *, most: int = 50) -> list[Person]:
        """Find accounts by their address or name; without words, those that are blocked."""
        query = select(Person).options(selectinload(Person.appointments)).limit(most)
        wanted = words.strip().lower()
        if not wanted:
            blocked = query.where(Person.blocked_at.is_not(None))
            return list(self.db.scalars(blocked.order_by(Person.blocked_at.desc())))
        here = or_(
            Person.email.contains(wanted, autoescape=True),
            func.lower(Person.name).contains(wanted, autoescape=True),
        )
        return list(self.db.scalars(query.where(here).order_by(Person.email)))

    def everybody(self) -> list[Person]:
        """List all accounts with the roles they hold."""
        found = select(Person).options(selectinload(Person.appointments)).order_by(Person.email)
        return list(self.db.scalars(found))

    def by_email(self, email: str) -> Person | None:
        """Find the account of an address, in small letters."""
        return self.db.scalar(select(Person).where(Person.email == email))

    def _take_over(self, person: Person, *, name: str, password: str, language: str) -> None:
        """Give an account to whoever proved that its address is theirs."""
        person.name, person.language = name, language
        self._identities.set_password(person, password)
        self._confirmed(person)
        self._void_links(person)
        self._attempts.forgive(person.email)
        self._sessions.end_all(person)

    def _void_links(self, person: Person) -> None:
        """Let no link that was sent before set another password, or confirm anything."""
        mine = select(OneTimeLink).where(
            OneTimeLink.person_id == person.id, OneTimeLink.used_at.is_(None)
        )
        for each in self.db.scalars(mine):
            each.used_at = self.clock()

    def _register_again(self, known: Person) -> None:
        self.record("register_again", "person", str(known.id), by=None)
        confirmed = known.confirmed_at is not None
        # Also where it is not sent, so that the database is asked as much as for a new account.
        may_send = self._may_send(known, Purpose.CONFIRM, _TOLD_AGAIN if confirmed else _PAUSE)
        token = self._link(known, Purpose.CONFIRM)
        if confirmed and may_send:
            self.publish(RegisteredAgain(person=known))
        elif not confirmed and may_send:
            self.publish(AccountOpened(person=known, token=token))

    def _confirmed(self, person: Person) -> None:
        if person.confirmed_at is None:
            person.confirmed_at = self.clock()
            self.record("confirm", "person", str(person.id), by=person)

    def _require_strong(self, password: str, *, email: str, name: str) -> None:
        if reason := passwords.weak(password, email=email, name=name):
            raise WeakPassword(reason)

    def _link(self, person: Person, purpose: Purpose) -> str:
        token = tokens.fresh()
        self.db.add(
            OneTimeLink(
                token_hash=tokens.hashed(token),
                purpose=purpose,
                person=person,
                email=person.email,
                expires_at=self.clock() + _LIFETIMES[purpose],
            )
        )
        return token

    def _may_send(self, person: Person, purpose: Purpose, pause: timedelta = _PAUSE) -> bool:
        latest = select(OneTimeLink.id).where(
            OneTimeLink.person_id == person.id,
            OneTimeLink.purpose == purpose,
            OneTimeLink.expires_at > self.clock() + _LIFETIMES[purpose] - pause,
        )
        return self.db.scalar(latest.limit(1)) is None

    def _use(self, link: OneTimeLink) -> None:
        """Use up a link, and all others for the same purpose."""
        mine = select(OneTimeLink).where(
            OneTimeLink.person_id == link.person_id,
            OneTimeLink.purpose == link.purpose,
            OneTimeLink.used_at.is_(None),
        )
        unused = list(self.db.scalars(mine.with_for_update()))
        if link not in unused:  # two clicks at the same moment
            raise Refused(N_("This link has already been used."))
        for each in unused:
            each.used_at = self.clock()

    @property
    def _attempts(self) -> SignInLimits:
        return SignInLimits(self.db, self.clock)

    @property
    def _identities(self) -> Identities:
        return Identities(self.db, self.clock)

    @property
    def _sessions(self) -> Sessions:
        return Sessions(self.db, self.publish, self.clock)
