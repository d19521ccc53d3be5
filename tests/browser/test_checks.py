"""Pages of the formal check in a real browser: the table, the list, a question and its answer."""

from datetime import timedelta

import pytest

from tests.support.proposals import complete, submitted_version

pytestmark = pytest.mark.browser

LONG = "Nachhaltigkeitsverträglichkeitsprüfungsgesellschaft und weitere Partnerstädte " * 2


@pytest.fixture
def checked(evaluating, services, session):
    """Granada's whole proposal, and many others; one item of some is answered."""
    it = evaluating.world
    it.call.checklist = [
        *it.call.checklist,
        {
            "code": "two-countries",
            "kind": "eligibility",
            "text": "Cities of two countries take part.",
            "rule": {"kind": "countries", "bound": 2},
        },
        {
            "code": "large",
            "kind": "eligibility",
            "text": "The city is large.",
            "rule": {"kind": "population", "bound": 1_000_000},
        },
    ]
    granada = submitted_version(services, it.call, it.granada, it.lucia).proposal
    for number in range(8):
        title = LONG if number % 3 == 0 else f"Proposal {number}"
        evaluating.submit(it.mannheim, it.jonas, title, answers=complete(), commit=False)
    session.commit()
    evaluating.close_call()
    services.checks.answer(
        granada, "letter", met=False, evidence="Annex 2", reason="It is not signed.", by=it.helena
    )
    session.commit()
    return granada


def test_pages_of_the_check_are_accessible(checked, evaluating, services, session, enter):
    it, reference = evaluating.world, checked.reference
    helena = enter(it.helena)
    look(helena, "check-table", f"/proposals/{reference}/check")
    look(helena, "check-list", "/manage/calls/IUC-2020/checks")
    look(helena, "clarification-ask", f"/proposals/{reference}/clarifications")
    asked = services.clarifications.ask(
        checked,
        question="How many people live in the city? " * 4,
        fields=["cities.population", "work.objectives"],
        due_at=evaluating.clock() + timedelta(days=7),
        by=it.helena,
    )
    session.commit()
    lucia = enter(it.lucia)
    look(lucia, "clarification-home", f"/proposals/{reference}")
    look(lucia, "clarification-answer", f"/proposals/{reference}/clarification")
    services.clarifications.answer(
        asked,
        answers={"cities": {"population": 250_000}},
        text="It was the number of 2015.",
        by=it.lucia,
    )
    session.commit()
    look(helena, "clarification-answered", f"/proposals/{reference}/clarifications")


def look(visitor, name, path):
    visitor.go(path)
    visitor.shoot(name)
    visitor.require_accessible()
    visitor.require_fit()
