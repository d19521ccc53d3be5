"""What all forms share."""

from collections.abc import Mapping
from typing import Any

import colander
from deform.widget import HiddenWidget
from translationstring import TranslationStringFactory

from grants.rules.forms import text_length

_ = TranslationStringFactory("grants")


VERSION = "version"
"""The hidden field with the version of what a form's page showed."""

CARRIED = ("csrf_token", VERSION)
"""What forms carry beside what people type."""


class FormSchema(colander.MappingSchema):
    """A form that carries a CSRF token and a version, and gives neither to the application.

    Pyramid checks the token before the view runs, `views.web.forms.form_errors.answers` the
    version, so here they are only shown. Bind `version` for a form that changes what others may
    change too.
    """

    csrf_token = colander.SchemaNode(
        colander.String(),
        widget=HiddenWidget(),
        default=colander.deferred(lambda _node, bound: bound["csrf_token"]),
        missing=colander.drop,
    )

    version = colander.SchemaNode(
        colander.String(),
        widget=HiddenWidget(),
        default=colander.deferred(lambda _node, bound: bound.get("version") or ""),
        missing=colander.drop,
    )

    def after_bind(self, node: colander.SchemaNode, bound: Mapping[str, Any]) -> None:
        """Leave the version out where there is none."""
        if not bound.get("version"):
            del node[VERSION]

    def deserialize(self, cstruct: Any = colander.null) -> Mapping[str, Any]:
        """Read the form; leave out what it carries."""
        answers = super().deserialize(cstruct)
        return {name: answer for name, answer in answers.items() if name not in CARRIED}


def lowered(text: Any) -> Any:
    """Write in small letters; preparers see missing answers too."""
    return text.lower() if text else text


def stripped(text: Any) -> Any:
    """Leave out blanks before and after, and count a line's end once, as pages do.

    Preparers see missing answers too.
    """
    return text_length.normalised(text).strip() if text else text


class AskedNode(colander.SchemaNode):
    """A question that a draft may leave open, and that is not called optional for it."""

    @property
    def required(self) -> bool:
        """Say that an answer is wanted in the end."""
        return True
