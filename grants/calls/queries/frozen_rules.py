"""Rules that are frozen with a stage, read once."""

from grants.calls.models import Stage
from grants.rules.scoring import Rules


def frozen_rules(stage: Stage) -> Rules:
    """Return the rules under which a stage judges; they are frozen, and so read once."""
    if stage.rules_sha256 not in _READ:
        if len(_READ) >= _KEPT:
            _READ.clear()
        _READ[stage.rules_sha256] = Rules.from_dict(stage.rules)
    return _READ[stage.rules_sha256]


_KEPT = 256
_READ: dict[str, Rules] = {}
"""By the hash of what was frozen: the same hash is the same rules, of whichever stage."""
