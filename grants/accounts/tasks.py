"""One-time links that somebody asked for: made and sent as jobs.

Whoever asks is answered before anybody looks whether there is such an account,
so neither the answer nor the time it takes tells.
"""

from grants.accounts.models import Purpose
from grants.accounts.service.people import People
from grants.kit.database import db
from grants.kit.jobs import Context, task


@task("send_link")
def send_link(context: Context, *, email: str, purpose: str) -> None:
    """Send a link to an address that has an account; a second run soon after sends none."""
    with db.writing(context.sessions) as session:
        people = People(session, context.publisher(session), context.clock)
        people.send_link(email=email, purpose=Purpose(purpose))
