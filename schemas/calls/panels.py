"""What a fund manager writes about the panel of a call."""

import colander
from deform.widget import CheckboxWidget, SelectWidget

from schemas.forms.base import _

BANDS = (
    ("", _("No: the scores stay")),
    ("1", _("By half a point at most")),
    ("2", _("By one point at most")),
    ("4", _("By two points at most")),
)


def meets() -> colander.SchemaNode:
    """Make the field that says whether a panel concludes on the proposals."""
    return colander.SchemaNode(
        colander.Boolean(),
        title=_("A panel meets"),
        description=_(
            "Before the last stage closes, members discuss each proposal, vote and conclude."
            " Whoever has an interest leaves the room; the minutes name them."
        ),
        widget=CheckboxWidget(),
        missing=False,
        default=False,
    )


def band() -> colander.SchemaNode:
    """Make the field that says how far a panel may move a score."""
    return colander.SchemaNode(
        colander.String(),
        title=_("The panel may move scores"),
        description=_("From what the reviews or the consensus report come to, with a reason."),
        widget=SelectWidget(values=BANDS),
        validator=colander.OneOf([value for value, _words in BANDS]),
        missing="",
        default="",
    )
