"""What all forms share."""

from collections.abc import Mapping
from typing import Any

import colander
from deform.widget import HiddenWidget
from translationstring import TranslationStringFactory

from grants.forms import counting

_ = TranslationStringFactory("grants")


class FormSchema(colander.MappingSchema):
    """A form that carries a CSRF token, and does not give it to the application.

    Pyramid checks the token before the view runs, so here it is only shown.
    """

    csrf_token = colander.SchemaNode(
        colander.String(),
        widget=HiddenWidget(),
        default=colander.deferred(lambda _node, bound: bound["csrf_token"]),
        missing=colander.drop,
    )

    def deserialize(self, cstruct: Any = colander.null) -> Mapping[str, Any]:
        """Read the form; leave the token out."""
        answers = super().deserialize(cstruct)
        return {name: answer for name, answer in answers.items() if name != "csrf_token"}


def lowered(text: Any) -> Any:
    """Write in small letters; preparers see missing answers too."""
    return text.lower() if text else text


def stripped(text: Any) -> Any:
    """Leave out blanks before and after, and count a line's end once, as pages do.

    Preparers see missing answers too.
    """
    return counting.normalised(text).strip() if text else text
