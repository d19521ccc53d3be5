"""Long texts of the fixed forms: a line's end is one character, as the page counts it."""

import colander
import pytest
from deform.widget import TextAreaWidget

from grants.evaluation.service.checks import Item
from grants.projects.service.deliverables import LONGEST
from schemas.calls.call import CorrectionSchema
from schemas.decisions import decision
from schemas.directory import pairing
from schemas.evaluation import check, consensus, interest, ranking, stage
from schemas.evaluation.review import _comment
from schemas.projects import award_answer
from schemas.projects.deliverable import deliverable_form
from schemas.proposals import start_and_withdraw

FORMS = (
    check.check_form([Item(code="a", kind="eligibility", text="Two countries.", answer=None)]),
    consensus.MinorityView(),
    award_answer.AwardAnswerSchema(),
    CorrectionSchema(),
    decision.DecisionSchema(),
    deliverable_form("en"),
    interest.Declare(),
    interest.Rule(),
    pairing.PairingSchema(),
    ranking.draw_form({"A": "a", "B": "b"}, 0),
    stage.Reason(),
    start_and_withdraw.Withdraw(),
    _comment("comment", "Comment", ""),
)


def texts(node: colander.SchemaNode):
    if isinstance(node.widget, TextAreaWidget):
        yield node
    for child in node.children:
        yield from texts(child)


@pytest.mark.parametrize(
    "node",
    [node for form in FORMS for node in texts(form)],
    ids=lambda node: f"{node.name}-{node.title}",
)
def test_a_line_s_end_counts_once_however_a_browser_sends_it(node):
    longest = LONGEST if node.validator is None else node.validator.max
    lines = "line\r\n" * (longest // 5) + "x" * (longest % 5)

    read = node.deserialize(lines + "\r\n")

    assert read == lines.strip().replace("\r\n", "\n")
    assert len(read) > longest - 5


def test_a_text_that_is_too_long_is_refused_all_the_same():
    node = stage.Reason()["reason"]

    with pytest.raises(colander.Invalid):
        node.deserialize("a" * (stage.LONGEST + 1))
