"""What people type to get an account, to sign in, and to change what we know of them."""

import unicodedata
from typing import Any

import colander
from deform.widget import (
    CheckboxWidget,
    HiddenWidget,
    PasswordWidget,
    SelectWidget,
    TextInputWidget,
)

from grants.accounts import passwords
from grants.kit.mail.wording import WEB_ADDRESS
from grants.rules.addresses import mailable
from grants.rules.words import LANGUAGES
from schemas.forms.base import FormSchema, _, lowered, stripped

LONGEST_KEPT = 600_000
"""Characters of a form that is carried through signing in again."""


def email_node(**more: Any) -> colander.SchemaNode:
    """Ask for an e-mail address; it is kept in small letters."""
    return colander.SchemaNode(
        colander.String(),
        name="email",
        title=_("E-mail address"),
        preparer=[stripped, lowered, as_mailed],
        validator=colander.All(require_mailable, colander.Length(max=254)),
        widget=TextInputWidget(attributes={"type": "email", "autocomplete": "username"}),
        **more,
    )


def as_mailed(text: Any) -> Any:
    """Write an address as mail servers take it; what they would not take stays as it was typed."""
    return (mailable(text) or text) if text else text


def require_mailable(node: colander.SchemaNode, text: str) -> None:
    """Refuse an address to which no letter could be sent."""
    if mailable(text) is None:
        raise colander.Invalid(node, _("Write an e-mail address, such as name@example.org."))


def one_line(text: Any) -> Any:
    """Write a name on one line: it goes into the heads of letters. Missing ones come here too."""
    if not text:
        return text
    seen = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text)
    return " ".join(seen.split())


def no_web_address(node: colander.SchemaNode, text: str) -> None:
    """Refuse a web address in a name: names stand in letters to people who know neither."""
    if WEB_ADDRESS.search(text):
        raise colander.Invalid(node, _("A name contains no web address."))


def name_node() -> colander.SchemaNode:
    """Ask for somebody's name."""
    return colander.SchemaNode(
        colander.String(),
        name="name",
        title=_("Your name"),
        description=_("As colleagues and the fund should read it."),
        preparer=one_line,
        validator=colander.All(colander.Length(max=200), no_web_address),
        widget=TextInputWidget(attributes={"autocomplete": "name"}),
    )


def new_password_node() -> colander.SchemaNode:
    """Ask for a new password."""
    return colander.SchemaNode(
        colander.String(),
        name="password",
        title=_("New password"),
        description=_("At least 12 characters. A few words in a row are easy to keep."),
        widget=PasswordWidget(redisplay=False, attributes={"autocomplete": "new-password"}),
    )


def language_node(title: str = _("Language of pages and mail")) -> colander.SchemaNode:
    """Ask for the language of pages and mail."""
    return colander.SchemaNode(
        colander.String(),
        name="language",
        title=title,
        validator=colander.OneOf(tuple(LANGUAGES)),
        widget=SelectWidget(values=tuple(LANGUAGES.items())),
    )


class SignInSchema(FormSchema):
    """Who you are, and the proof; and what to go on with afterwards."""

    email = email_node()
    password = colander.SchemaNode(
        colander.String(),
        title=_("Password"),
        widget=PasswordWidget(redisplay=False, attributes={"autocomplete": "current-password"}),
    )
    next = colander.SchemaNode(colander.String(), widget=HiddenWidget(), missing="")
    resume = colander.SchemaNode(
        colander.String(),
        widget=HiddenWidget(),
        missing="",
        validator=colander.Length(max=LONGEST_KEPT),
    )


class EmailSchema(FormSchema):
    """Where to send a link."""

    email = email_node()


class NewPasswordSchema(FormSchema):
    """A new password for an account; bound to its `email` and `name`."""

    password = new_password_node()

    @colander.deferred
    def validator(self, bound: dict[str, Any]) -> Any:
        """Refuse what others would find out."""
        return lambda node, typed: _require_strong(node, typed, bound["email"], bound["name"])


class RegisterSchema(FormSchema):
    """A new account; and where somebody wanted to go when they found that they need one."""

    name = name_node()
    email = email_node()
    language = language_node()
    next = colander.SchemaNode(
        colander.String(), widget=HiddenWidget(), missing="", validator=colander.Length(max=2000)
    )


class WelcomeSchema(FormSchema):
    """An account for whoever proved by a link that an address is theirs; bound to its `email`."""

    name = name_node()
    password = new_password_node()
    language = language_node()

    @colander.deferred
    def validator(self, bound: dict[str, Any]) -> Any:
        """Refuse a password that others would find out."""
        return lambda node, typed: _require_strong(node, typed, bound["email"], typed["name"])


class DetailsSchema(FormSchema):
    """How somebody is called and addressed."""

    name = name_node()
    language = language_node()
    digest = colander.SchemaNode(
        colander.Boolean(),
        title=_("Send me a mail each morning on which something waits for me"),
        widget=CheckboxWidget(),
        missing=False,
    )


class ChangePasswordSchema(FormSchema):
    """The old password and the new one; bound to the account's `email` and `name`."""

    old = colander.SchemaNode(
        colander.String(),
        title=_("Your password now"),
        widget=PasswordWidget(redisplay=False, attributes={"autocomplete": "current-password"}),
    )
    password = new_password_node()

    @colander.deferred
    def validator(self, bound: dict[str, Any]) -> Any:
        """Refuse what others would find out."""
        return lambda node, typed: _require_strong(node, typed, bound["email"], bound["name"])


def _require_strong(
    node: colander.SchemaNode, typed: dict[str, str], email: str, name: str
) -> None:
    if reason := passwords.weak(typed["password"], email=email, name=name):
        wrong = colander.Invalid(node)
        wrong["password"] = _(reason)
        raise wrong
