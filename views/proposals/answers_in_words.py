"""What pages on which answers are read have beside the rest."""

from pyramid.events import BeforeRender, subscriber

from grants.proposals.queries import presentation
from grants.rules.forms.answers import Answers
from grants.rules.forms.definition import Definition
from views.web.request import Request


@subscriber(BeforeRender)
def give_words(event: BeforeRender) -> None:
    """Let templates put answers into words: see templates/proposals/answers.jinja2."""
    request: Request | None = event.get("request")
    if request is None or not hasattr(request, "formats"):
        return

    def in_words(definition: Definition, answers: Answers) -> list[presentation.ShownSection]:
        return presentation.sections(definition, answers, request.formats)

    event["in_words"] = in_words
