"""By what people are recognised: a password today, kept apart from who they are."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from grants.accounts import passwords
from grants.accounts.models import Identity, IdentityKind, Person
from grants.kit.clock import Clock


@dataclass(frozen=True, slots=True)
class Identities:
    """The identities of all people."""

    db: Session
    clock: Clock

    def by_password(self, email: str, password: str) -> Person | None:
        """Find the person of an address who knows the password.

        It takes as long, and asks the database as much, where there is no such account or where
        it has no password. Raises TooManyTries where too many passwords are compared now.
        """
        identity = self._password_of(email)
        stored = identity.secret if identity else None
        if not passwords.matches(password, stored) or identity is None:
            return None
        if passwords.needs_rehash(identity.secret):
            identity.secret = passwords.hashed(password)
        identity.used_at = self.clock()
        return identity.person

    def set_password(self, person: Person, password: str) -> None:
        """Have a person recognised by a password, in the place of the one before."""
        secret, at = passwords.hashed(password), self.clock()
        identity = self._password_of(person.email)
        if identity is None:
            kind = IdentityKind.PASSWORD
            self.db.add(Identity(person=person, kind=kind, secret=secret, created_at=at))
        else:
            identity.secret, identity.created_at, identity.used_at = secret, at, None

    def _password_of(self, email: str) -> Identity | None:
        return self.db.scalar(
            select(Identity)
            .join(Identity.person)
            .where(Person.email == email, Identity.kind == IdentityKind.PASSWORD)
            .options(contains_eager(Identity.person))
        )
