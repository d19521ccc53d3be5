"""Whoever is reminded of a deadline reads what is missing in their own language."""

import pytest

from grants.proposals.service.after_closing import NOTICE, await_end
from tests.functional.links.language import Left, typed_in


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", "- Städte und Partner, Einwohnerzahl der federführenden Stadt: "),
        ("es", "- Ciudades y socios, Población de la ciudad líder: "),
    ],
)
@pytest.mark.usefixtures("draft")
def test_what_is_missing_is_named_in_the_readers_language(
    language, line, iuc, session, clock, mailbox
):
    iuc.lucia.language = language
    await_end(session, iuc.call)
    session.commit()
    clock.move_to(iuc.call.closes_at - NOTICE)

    mailbox.open()
    [letter] = mailbox.letters("lucia@example.org")

    assert line in letter.get_body(("plain",)).get_content()
    assert Left(language, typed_in(session)).in_letter(letter) == []
