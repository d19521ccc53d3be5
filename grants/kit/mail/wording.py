"""The words of the letters that the portal writes by itself."""

import re
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

import jinja2

from grants.kit.branding import Branded
from grants.kit.language.formats import formats
from grants.kit.language.i18n import translations
from grants.kit.mail import Attachment, Letter
from grants.kit.settings import Settings

WEB_ADDRESS = re.compile(r"(?i)\b(?:[a-z][a-z+.-]*://|www\.)\S*")
"""What mail programs make a link of, whoever typed it."""


def unlinked(text: str) -> str:
    """Leave web addresses out of what somebody typed: it goes to people who do not know them."""
    return " ".join(WEB_ADDRESS.sub("", text).split())


class Recipient(Protocol):
    """Somebody with an account."""

    email: str
    name: str
    language: str


def letter(
    template: str,
    person: Recipient,
    settings: Settings,
    *,
    fund: Branded | None = None,
    attachments: tuple[Attachment, ...] = (),
    **values: Any,
) -> Letter:
    """Write to somebody with an account, in their language where the fund speaks it."""
    return letter_to(
        person.email,
        template,
        settings,
        fund=fund,
        name=person.name,
        language=person.language,
        attachments=attachments,
        **values,
    )


def letter_to(
    address: str,
    template: str,
    settings: Settings,
    *,
    fund: Branded | None = None,
    name: str = "",
    language: str = "",
    attachments: tuple[Attachment, ...] = (),
    **values: Any,
) -> Letter:
    """Write to an address, in the name of a fund or else of the portal.

    The template's block `subject` is the subject, in one line.
    """
    branding = fund.branded(settings.branding) if fund else settings.branding
    found = _environment(branding.language(language)).get_template(f"{template}.txt.jinja2")
    context = found.new_context(
        {
            "name": name,
            "fund": {"name": branding.name},
            "portal": settings.portal_url,
            "zone": branding.zone,
            **values,
        }
    )
    subject = " ".join("".join(found.blocks["subject"](context)).split())
    return Letter(
        to=address,
        to_name=" ".join(name.split()),
        sender_name=" ".join(branding.name.split()) if fund else "",
        reply_to=branding.reply_to,
        subject=subject,
        body=found.render(context.get_all()).strip() + "\n",
        attachments=attachments,
    )


@cache
def _environment(language: str) -> jinja2.Environment:
    made = jinja2.Environment(
        # Letters are plain text: there is no markup to escape for.
        autoescape=False,  # noqa: S701
        loader=jinja2.FileSystemLoader(str(files("templates") / "mail")),
        extensions=["jinja2.ext.i18n"],
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    said = translations(language)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        said.gettext, said.ngettext, newstyle=False
    )
    words = formats(language)
    made.globals |= {"moment": words.moment, "day": words.day, "money": words.money}
    return made
