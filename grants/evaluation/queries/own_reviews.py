"""Managers who review: of what they judge themselves they learn nothing before they have."""

from sqlalchemy.orm import Session

from grants.access import Access
from grants.accounts.models import Person
from grants.calls.models import Call
from grants.rules.errors import Refused
from grants.rules.words import N_


def require_own_done(db: Session, call: Call, by: Person) -> None:
    """Refuse to close a stage by somebody whose own reviews in it are still to come.

    Whether there are enough others is told by nothing, not even by a refusal.
    """
    if Access(db).untold(call, by):
        raise Refused(
            N_("You review in this stage yourself. Submit or decline your reviews first.")
        )
