"""What the portal refuses, said in the reader's language throughout."""

from fractions import Fraction

import colander
import pytest

from grants.kit.language.formats import formats
from grants.rules.errors import NotAllowedNow
from grants.rules.forms.definition import Definition
from grants.rules.forms.definition_errors import InvalidDefinition
from grants.rules.scoring import NotAScore, Scale
from grants.rules.workflow import PROPOSAL_STEPS, ProposalStatus
from schemas.forms.amounts import Cents, Halves, PartOfWhole, Share


def bound(typ, language):
    return colander.SchemaNode(typ, name="it").bind(language=language, currency="EUR")


def test_a_status_in_a_refusal_is_a_word_of_the_readers_language():
    with pytest.raises(NotAllowedNow) as refused:
        PROPOSAL_STEPS.target("submit", ProposalStatus.WITHDRAWN)

    assert "Zurückgezogen" in formats("de").said(refused.value)
    assert "“Withdrawn”" in formats("en").said(refused.value)
    assert "“withdrawn”" in str(refused.value)


def test_a_score_in_a_refusal_has_the_languages_own_sign():
    with pytest.raises(NotAScore) as refused:
        Scale().check(11)

    assert formats("de").said(refused.value).startswith("5,5 ")
    assert str(refused.value).startswith("5.5 ")


def test_every_fault_of_a_form_is_said():
    with pytest.raises(InvalidDefinition) as refused:
        Definition.from_json(
            {"title": "A form", "sections": [{"code": "one", "title": " ", "fields": []}]}
        )

    german, english = (formats(code).said(refused.value) for code in ("de", "en"))
    assert english == str(refused.value)
    assert "Section 1" in english
    assert "Section" not in german


@pytest.mark.parametrize(
    ("typ", "kept", "english", "german"),
    [
        (PartOfWhole(), Fraction(33, 40), "82.5", "82,5"),
        (Halves(), 7, "3.5", "3,5"),
        (Share(), "3/2", "3/2", "3/2"),
        (Cents(), 123450, "1,234.50", "1.234,50"),
    ],
)
def test_numbers_in_fields_are_written_as_they_are_read(typ, kept, english, german):
    for language, written in (("en", english), ("de", german)):
        node = bound(typ, language)

        assert node.serialize(kept) == written
        assert node.deserialize(written) == kept


def test_what_a_field_refuses_is_translated():
    with pytest.raises(colander.Invalid) as refused:
        bound(Cents(), "de").deserialize("viel")

    assert "viel" in refused.value.msg
    assert "Write it like" not in refused.value.msg
