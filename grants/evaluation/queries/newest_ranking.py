"""Of the runs of a ranking, the one that counts: the newest."""

from sqlalchemy import Select, select

from grants.calls.models import Call
from grants.evaluation.models import Ranking


def ranking(call: Call) -> Select[Ranking]:
    """Select the newest run of a call's ranking; earlier ones are superseded."""
    runs = select(Ranking).where(Ranking.call_id == call.id)
    return runs.order_by(Ranking.number.desc()).limit(1)
