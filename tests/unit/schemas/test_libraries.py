"""No sentence of a library reaches anybody: all of colander's and deform's are known here."""

import ast
import inspect
from types import ModuleType

import colander
import deform.schema
import deform.widget
import pytest
from translationstring import TranslationStringFactory

from schemas.forms import rendering
from schemas.forms.rendering import said


def sentences(module: ModuleType) -> set[str]:
    """Gather what a module marks to be translated."""
    calls = (
        it for it in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(it, ast.Call)
    )
    named = [it for it in calls if getattr(it.func, "id", "") == "_" and it.args]
    return {it.args[0].value for it in named if isinstance(it.args[0], ast.Constant)}


MARKED = [
    *(("colander", it) for it in sorted(sentences(colander))),
    *(("deform", it) for it in sorted(sentences(deform.widget) | sentences(deform.schema))),
]


def test_the_libraries_are_read_as_they_are():
    assert len(MARKED) > 40
    known = {sentence for _library, sentence in MARKED}
    assert set(rendering.REWORDED) <= known
    assert set(rendering._WORDS) <= known


@pytest.mark.parametrize(("library", "sentence"), MARKED)
def test_people_read_our_words_instead(library, sentence):
    gaps = dict.fromkeys(("val", "min", "max", "choices", "err", "exp", "was"), "4")
    shown = said(TranslationStringFactory(library)(sentence, mapping=gaps), lambda it: it)

    if sentence not in rendering._WORDS:
        assert shown != sentence
        assert "${" not in shown


def test_a_number_is_told_what_is_wrong_with_it():
    node = colander.SchemaNode(colander.Integer(), validator=colander.Range(min=0))
    with pytest.raises(colander.Invalid) as wrong:
        node.deserialize("-4")

    assert said(wrong.value.msg, lambda it: it) == (
        "-4 is too small. The smallest number possible is 0."
    )
