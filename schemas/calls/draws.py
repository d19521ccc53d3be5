"""How ties are drawn, as the form of a call asks it."""

import colander
from deform.widget import SelectWidget

from grants.rules.scoring import DrawRule
from schemas.forms.base import _

DRAWS = (
    (DrawRule.SEED, _("By a seed that is committed before the reviews, so that anyone can repeat")),
    (DrawRule.RECORDED, _("By lots that are drawn before witnesses and recorded")),
)


def how_ties_are_drawn() -> colander.SchemaNode:
    """Ask where the order of a draw comes from; by seed where nobody chose otherwise."""
    return colander.SchemaNode(
        colander.String(),
        title=_("How ties are drawn"),
        description=_(
            "Where tied proposals remain and funding depends on them. The seed is secret until the"
            " first draw; its SHA-256 is on the public page of the call."
        ),
        widget=SelectWidget(values=DRAWS),
        validator=colander.OneOf([kind.value for kind, _words in DRAWS]),
        default=DrawRule.SEED.value,
        missing=DrawRule.RECORDED.value,
    )
