"""Documents that leave by mail: made once, kept, and sent to each member of the team.

A job may run more than once: the document is the one that was kept, and each letter has a key
under which it is sent once.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from grants.accounts import correspondence
from grants.accounts.models import Person
from grants.kit.jobs import Context
from grants.kit.mail import Attachment
from grants.kit.mail.wording import letter
from grants.proposals.models import Document, Proposal

PATIENT = 120
"""Tried for five days, as the letters themselves are: a storage may be away over a weekend."""


def post_document(
    context: Context,
    session: Session,
    about: Proposal,
    person: Person,
    template: str,
    key: str,
    kept: Document,
    name: str,
    values: Mapping[str, Any],
) -> None:
    """Send a kept document to somebody, as `name`.pdf; once under each key."""
    attached = Attachment(name=f"{name}.pdf", type="application/pdf", key=kept.storage_key)
    fund = about.call.fund
    written = letter(
        template, person, context.settings, fund=fund, attachments=(attached,), **values
    )
    correspondence.post(session, written, key=key, about=about.scope)
