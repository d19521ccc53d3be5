"""The requests for redress of a call, for its award report."""

from grants.calls.models import Call
from grants.decisions.queries.redress_days import redress_days
from grants.decisions.redress import RedressRequest
from grants.decisions.service.redress import Redress
from grants.kit.language.formats import Formats
from grants.oversight.documents.award_redress import RedressEntry


def redress_entries(redress: Redress, call: Call, said: Formats) -> list[RedressEntry]:
    """Tell of each request, by proposal; no query where the call offers no redress."""
    if redress_days(call) is None:
        return []
    requests = sorted(redress.in_call(call), key=lambda it: it.reference)
    return [_entry(it, said) for it in requests]


def _entry(it: RedressRequest, said: Formats) -> RedressEntry:
    return RedressEntry(
        reference=it.decision.proposal.reference,
        title=it.decision.proposal.title,
        asked_at=it.asked_at,
        grounds=it.grounds,
        outcome=said.words(it.status),
        reasons=it.reasons,
        settled_by=it.settled_by.name if it.settled_by else "",
    )
