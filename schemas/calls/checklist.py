"""What a fund manager writes about the items of the eligibility check."""

import colander
from deform.widget import SelectWidget

from schemas.calls import stages
from schemas.calls.stages import one_of
from schemas.forms.base import _

KINDS = (
    ("admissibility", _("Admissibility: a formal requirement")),
    ("eligibility", _("Eligibility: who and what may be funded")),
)


class CheckSchema(colander.MappingSchema):
    """One item of the eligibility check."""

    kind = colander.SchemaNode(
        colander.String(),
        title=_("Kind"),
        widget=SelectWidget(values=KINDS),
        validator=colander.OneOf([kind for kind, _words in KINDS]),
    )
    text = colander.SchemaNode(
        colander.String(), title=_("What is checked"), validator=colander.Length(max=400)
    )
    phase = colander.SchemaNode(
        colander.String(),
        title=_("Checked in"),
        description=_("Other than the first form only where several are written."),
        default="1",
        missing="1",
        **one_of(stages.FORMS),
    )


class Checklist(colander.SequenceSchema):
    """All items of the eligibility check."""

    item = CheckSchema(title=_("Item"))
