"""Managers who review: of what they judge themselves they learn nothing before they have."""

from sqlalchemy.orm import Session

from grants.models import Call, Person
from grants.rules.errors import Refused
from grants.rules.words import N_
from grants.services.access import Access


def require_own_done(db: Session, call: Call, by: Person) -> None:
    """Refuse to close a stage by somebody whose own reviews in it are still to come.

    Whether there are enough others is told by nothing, not even by a refusal.
    """
    if Access(db).untold(call, by):
        raise Refused(
            N_("You review in this stage yourself. Hand in or decline your reviews first.")
        )
