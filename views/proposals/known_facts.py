"""What is known of an applicant, in sentences: beside the question, and before it is submitted."""

from collections.abc import Mapping, Sequence

from grants.directory.models import Organisation
from grants.proposals.queries.known_facts import Differing, FilledIn, differing
from grants.proposals.queries.presentation import Teller
from grants.rules.forms.answers import Answers
from grants.rules.forms.definition import Definition
from schemas.forms.base import _
from views.web.request import Request


def notes(
    request: Request,
    organisation: Organisation,
    definition: Definition,
    code: str,
    filled: FilledIn,
) -> Mapping[str, str]:
    """Say at each question of a section what was filled in, and what the record says else."""
    say, teller = request.localizer.translate, Teller(request.formats)
    own = _(
        "We filled this in from the record of ${organisation}. Check it, and change it if"
        " it is wrong: it is saved with this page.",
        mapping={"organisation": organisation.name},
    )
    said = {field: str(say(own)) for field in filled.fields}
    for it in differing(organisation, definition, filled.answers):
        if it.section == code and it.field.code not in said:
            known = teller.text(it.field, it.recorded)
            gaps = {"organisation": organisation.name, "recorded": known}
            words = _(
                "The record of ${organisation} says: ${recorded}. If your answer is right, contact"
                " the fund so that the record can be corrected.",
                mapping=gaps,
            )
            said[it.field.code] = str(say(words))
    return said


def differences(
    request: Request, organisation: Organisation, definition: Definition, answers: Answers
) -> Sequence[str]:
    """Say in a sentence each where the answers and the organisation's record differ."""
    asked = definition.in_language(request.language)
    return [_sentence(request, organisation, it) for it in differing(organisation, asked, answers)]


def _sentence(request: Request, organisation: Organisation, it: Differing) -> str:
    teller = Teller(request.formats)
    words = _(
        "${question}: the proposal says “${given}”, the record of ${organisation} says"
        " “${recorded}”.",
        mapping={
            "question": it.field.label,
            "given": teller.text(it.field, it.given),
            "organisation": organisation.name,
            "recorded": teller.text(it.field, it.recorded),
        },
    )
    return str(request.localizer.translate(words))
