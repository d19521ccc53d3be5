"""The kinds of fields a form is made of: one table.

A kind is a class in a module here, with all that it is: its settings, how an answer is typed,
checked, kept, described in JSON Schema, and read. What it is typed into is in
`schemas/proposal_form/inputs.py`, by the same name: see CONTRIBUTING.md.
"""

from typing import Any

from grants.rules.forms import reading
from grants.rules.forms.definition_errors import Source
from grants.rules.forms.field import Field
from grants.rules.forms.kinds import budgets, choices, dates, files, numbers, places, rows, texts
from grants.rules.words import N_

FAMILIES = (texts, choices, numbers, dates, places, files, rows, budgets)

KINDS: dict[str, type[Field]] = {kind.kind: kind for family in FAMILIES for kind in family.KINDS}
"""Every kind by its name in a definition."""


def read_field(data: Any, source: Source) -> Field | None:
    """Read one field of a definition; what is wrong with it goes to the source."""
    if not isinstance(data, dict):
        source.refuse(N_("A field needs a kind, a code and a label."))
        return None
    here = source.at(field=str(data.get("code", "?")))
    kind = KINDS.get(data["kind"]) if isinstance(data.get("kind"), str) else None
    if kind is None:
        here.refuse(N_("There is no kind of field “{kind}”."), kind=data.get("kind"))
        return None
    return reading.read_as(kind, data, here)
