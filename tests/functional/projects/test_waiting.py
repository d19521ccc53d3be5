"""What waits after the awards: conditions, second signatures, money that is free again."""

import pytest

from grants.rules.workflow import DecisionKind
from tests.support.awarding import terminate
from tests.support.evaluating import HALVES

AWARD = DecisionKind.AWARD


@pytest.fixture
def waits(services, iuc):
    """Name what waits for a manager, with its number."""

    def named(person):
        return {it.kind.value: it.count for it in services.waits.of(person)}

    return named


def test_open_conditions_wait_before_the_signature(unsigned, services, session, iuc, waits):
    unsigned.agreement.conditions = "A new budget."
    session.commit()
    assert waits(iuc.helena) == {"conditions": 1}

    services.projects.meet_conditions(unsigned, note="Budget of 3 June.", by=iuc.helena)
    session.commit()

    assert waits(iuc.helena) == {"agree": 1}


def test_the_page_and_the_mail_say_it(unsigned, session, helena):
    unsigned.agreement.conditions = "A new budget."
    session.commit()

    page = helena.get("/work")

    page.mustcontain("Awards with conditions not yet met: 1", "/decisions")


def test_an_end_waits_for_the_second_manager_alone(unsigned, services, session, iuc, waits):
    services.terminations.propose_failure(unsigned, reason="They hesitate.", by=iuc.helena)
    session.commit()

    assert waits(iuc.viktor) == {"sign": 1, "agree": 1}
    assert waits(iuc.helena) == {"agree": 1}


def test_money_of_a_terminated_project_is_free_again(evaluating, services, session, iuc, waits):
    """Mannheim's project ends early, while Łódź waits on the reserve list."""
    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    scores = [dict.fromkeys(HALVES, halves) for halves in (9, 8, 7)]
    evaluating.review_all(stage, list(zip(three, scores, strict=True)))
    evaluating.close_stage(stage)
    evaluating.rank()
    for proposal, kind in zip(three, (AWARD, AWARD, DecisionKind.RESERVE), strict=True):
        cents = proposal.requested_cents if kind is AWARD else None
        services.decisions.decide(
            proposal, kind, reasons="As ranked.", awarded_cents=cents, by=iuc.helena
        )
    services.decisions.send_letters(iuc.call, by=iuc.helena)
    project = services.projects.get(f"{three[1].reference}-P")
    services.projects.sign(project, on=services.clock().date(), by=iuc.helena)
    session.commit()
    assert "money_free" not in waits(iuc.helena)

    terminate(services, project, iuc, "The city ended it.", 2_000_000)
    session.commit()

    assert waits(iuc.helena)["money_free"] == 1
