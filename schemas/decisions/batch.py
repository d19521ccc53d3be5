"""Many decisions at once: which proposals, and for each kind of result the reasons."""

from collections.abc import Mapping, Sequence
from typing import Any

import colander
from deform.widget import CheckboxChoiceWidget, TextAreaWidget

from grants.rules.workflow import ProposalStatus
from schemas.decisions.decision import LONGEST
from schemas.forms.base import FormSchema, _, stripped

_GROUPS: Mapping[ProposalStatus, str] = {
    ProposalStatus.MAIN: _("On the main list: award what the ranking offers"),
    ProposalStatus.RESERVE: _("On the reserve list"),
    ProposalStatus.BELOW_THRESHOLD: _("Below a threshold: reject"),
    ProposalStatus.NOT_INVITED: _("Not invited to the next stage: reject"),
    ProposalStatus.LAPSED: _("Not submitted in time: reject"),
    ProposalStatus.INELIGIBLE: _("Not eligible: reject"),
    ProposalStatus.INADMISSIBLE: _("Not admissible: reject"),
}


def _whole(node: colander.SchemaNode, given: dict[str, Any]) -> None:
    if given["proposals"] and not given["reasons"]:
        wrong = colander.Invalid(node)
        wrong["reasons"] = _("Give the reasons: the applicant reads them.")
        raise wrong


def batch_schema(groups: Mapping[ProposalStatus, Sequence[tuple[str, str]]]) -> FormSchema:
    """Return the form for these proposals: reference and words of each, by where it stands."""
    schema = FormSchema()
    for status, proposals in groups.items():
        schema.add(
            colander.SchemaNode(
                colander.Mapping(),
                colander.SchemaNode(
                    colander.Set(),
                    name="proposals",
                    title=_("Proposals"),
                    widget=CheckboxChoiceWidget(values=list(proposals), unmarked=True),
                    missing=frozenset(),
                ),
                colander.SchemaNode(
                    colander.String(),
                    name="reasons",
                    title=_("Reasons"),
                    description=_("The same for all that are ticked. The applicants read them."),
                    widget=TextAreaWidget(rows=3, unmarked=True),
                    preparer=stripped,
                    validator=colander.Length(max=LONGEST),
                    missing="",
                ),
                name=status.value,
                title=_GROUPS[status],
                validator=_whole,
            )
        )
    return schema
