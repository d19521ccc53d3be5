"""Fixed forms through our own templates."""

import colander
import deform
import pytest
from deform import widget

from schemas.forms import rendering, rows
from schemas.forms.base import FormSchema, _
from tests.support import markup


class Criterion(colander.MappingSchema):
    name = colander.SchemaNode(colander.String(), title="Name")
    weight = colander.SchemaNode(colander.Integer(), title="Weight")


class Criteria(colander.SequenceSchema):
    criterion = Criterion(title="Criterion")


class CallSchema(FormSchema):
    email = colander.SchemaNode(
        colander.String(),
        title="Email",
        description="Your <own>",
        validator=colander.Email(),
        widget=widget.TextInputWidget(attributes={"type": "email"}),
    )
    password = colander.SchemaNode(
        colander.String(), title="Password", widget=widget.PasswordWidget()
    )
    twice = colander.SchemaNode(
        colander.String(), title="Twice", widget=widget.CheckedPasswordWidget()
    )
    about = colander.SchemaNode(
        colander.String(), title="About", missing="", widget=widget.TextAreaWidget()
    )
    topic = colander.SchemaNode(
        colander.String(),
        title="Topic",
        widget=widget.SelectWidget(
            values=[("", "Choose"), widget.OptGroup("Air", ("a", "Clean air"))]
        ),
    )
    score = colander.SchemaNode(
        colander.String(), title="Score", widget=widget.RadioChoiceWidget(values=[("0", "0")])
    )
    agree = colander.SchemaNode(
        colander.Boolean(), title="I agree", missing=False, widget=widget.CheckboxWidget()
    )
    roles = colander.SchemaNode(
        colander.Set(), title="Roles", widget=widget.CheckboxChoiceWidget(values=[("m", "M")])
    )
    day = colander.SchemaNode(colander.Date(), title="Day", widget=widget.DateInputWidget())
    file = colander.SchemaNode(
        deform.FileData(), title="File", missing=None, widget=widget.FileUploadWidget({})
    )
    place = Criterion(title="Place")
    criteria = Criteria(title="Criteria")


ROW = [
    ("__start__", "criteria:sequence"),
    ("__start__", "criterion:mapping"),
    ("name", "<Impact>"),
    ("weight", "heavy"),
    ("__end__", "criterion:mapping"),
    ("__end__", "criteria:sequence"),
]


@pytest.fixture
def form():
    bound = CallSchema().bind(csrf_token="of now")
    return rendering.form(bound, translate=str, formid="call", attributes={"data-x": "1"})


@pytest.fixture
def refused(form):
    with pytest.raises(deform.ValidationFailure) as failure:
        form.validate([("csrf_token", "of then"), ("email", "me"), *ROW])
    return failure.value.render()


def test_a_fresh_form_can_be_used_by_everyone(form):
    assert markup.faults(form.render()) == []


def test_a_refused_form_can_be_used_by_everyone(refused):
    assert markup.faults(refused) == []
    assert markup.soup(refused).find(id="call-email")["aria-invalid"] == "true"


def test_all_errors_are_listed_in_words(refused):
    links = [link.text for link in markup.soup(refused).select(".error-summary a")]

    assert links[:2] == [
        "Email: Write an email address, such as name@example.org.",
        "Password: Please answer this.",
    ]
    assert links[-1] == "Criteria, 1, Weight: “heavy” is not a number. Write digits only."


def test_typed_text_is_kept_and_escaped(refused):
    assert 'value="&lt;Impact&gt;"' in refused
    assert "Your &lt;own&gt;" in refused


def test_the_token_is_the_one_of_now(refused):
    assert markup.soup(refused).find("input", {"name": "csrf_token"})["value"] == "of now"


def test_rows_are_added_and_removed_without_a_script(form):
    added = rows.with_rows_changed(form, [*ROW[:-1], ("add_row:criteria", "1"), ROW[-1]])
    removed = rows.with_rows_changed(form, [*ROW, ("remove_row:criteria:0", "1")])

    assert len(markup.soup(added).select("[data-row]")) == 2
    assert len(markup.soup(removed).select("[data-row]")) == 0
    assert 'value="&lt;Impact&gt;"' in added
    assert rows.with_rows_changed(form, ROW) is None


def test_sentences_are_translated_whichever_way_the_translator_works():
    message = _("At most ${most}", mapping={"most": 3})
    german = {"At most ${most}": "Höchstens ${most}"}

    def catalogue(words):
        return german.get(words, words)

    assert rendering.said(message, catalogue) == "Höchstens 3"
    assert rendering.said(message, str) == "At most 3"
    assert rendering.said(message, lambda one: one) == "At most 3"
    assert rendering.said(None, str) == ""


def test_all_templates_compile():
    rendering.warm_up()
