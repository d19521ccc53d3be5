"""The people of the demonstration, all with the same well-known password."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import passwords
from grants.accounts.models import Identity, IdentityKind, Person

PASSWORD = "granada-mannheim-2020"  # noqa: S105  -- shown to everybody who starts the demonstration

ACCOUNTS = (
    ("city officer", "lucia@granada.example"),
    ("city officer", "jonas@mannheim.example"),
    ("city officer", "zofia@lodz.example"),
    ("reviewer", "wei@reviewers.example"),
    ("reviewer", "anna@reviewers.example"),
    ("reviewer", "marc@reviewers.example"),
    ("fund manager", "helena@fund.example"),
    ("second manager", "viktor@fund.example"),
    ("auditor", "olga@audit.example"),
)
"""One line per account: the part somebody plays, and the address to sign in with."""

STAGED_ACCOUNTS = (
    ("officer, 2 stages", "officer1@cities.example"),
    ("reviewer, panel", "ruth@reviewers.example"),
    ("third manager", "ines@fund.example"),
)
"""The same of the fund with the two-stage call; `grants people` lists everybody."""

NAMES = (
    "Lucía Fernández",
    "Jonas Weber",
    "Zofia Kowalska",
    "Wei Zhang 张伟",
    "Anna Rossi",
    "Marc Dubois",
    "Helena Novak",
    "Viktor Lind",
    "Olga Petrou",
)


def make(session: Session, at: datetime) -> dict[str, Person]:
    """Make everybody; the keys are first names in small letters."""
    secret = passwords.hashed(PASSWORD)
    people = {}
    for (_part, email), name in zip(ACCOUNTS, NAMES, strict=True):
        person = Person(
            email=email,
            name=name,
            language="en",
            confirmed_at=at,
            created_at=at,
            is_demonstration=True,
        )
        kind = IdentityKind.PASSWORD
        person.identities = [Identity(kind=kind, secret=secret, created_at=at)]
        session.add(person)
        people[email.partition("@")[0]] = person
    return people
