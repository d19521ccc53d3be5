"""Steps of consensus.feature: in browsers without script."""

from dataclasses import dataclass
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from grants.evaluation.models import Assignment
from grants.oversight.verification import evaluation
from grants.oversight.verification.entries import Entries
from grants.proposals.models import Proposal
from grants.rules.workflow import ConsensusStatus, StageStatus
from tests.support.evaluating import Evaluating

scenarios("consensus.feature")

pytestmark = pytest.mark.usefixtures("portal")

CALL = "/manage/calls/IUC-2020"
EVEN = {"excellence": 8, "impact": 8, "implementation": 8}


@dataclass
class Scene:
    """The call's proposals by the name of their city, and everybody's browser."""

    evaluating: Evaluating
    sign_in: Any
    proposals: dict[str, Proposal]

    def at(self, name: str) -> Any:
        self.evaluating.session.commit()
        return self.sign_in(getattr(self.evaluating.world, name.lower()))

    def own(self, name: str) -> str:
        """Return the address of somebody's consensus report on Granada."""
        person = getattr(self.evaluating.world, name.lower())
        found = self.evaluating.session.query(Assignment).filter_by(
            proposal_id=self.proposals["Granada"].id, reviewer_id=person.id
        )
        return f"/reviews/{found.one().id}/consensus"

    def report(self) -> Any:
        self.evaluating.session.rollback()
        self.evaluating.session.expire_all()
        granada = self.proposals["Granada"]
        return self.evaluating.services.consensus.of(granada.stage, granada)


@pytest.fixture
def scene(evaluating, sign_in):
    return Scene(evaluating, sign_in, {})


@given("a call that asks for a consensus report where reviews disagree")
def asks(scene):
    call = scene.evaluating.world.call
    call.rules = call.rules | {"divergence": {"criterion": "1.5"}, "consensus": "DISAGREEING"}


@given("the reviews of Granada give impact 2, 4 and 4.5, those of Mannheim agree")
def reviewed(scene):
    evaluating, it = scene.evaluating, scene.evaluating.world
    scene.proposals = {
        "Granada": evaluating.submit(it.granada, it.lucia, "Blockchain for circular cities"),
        "Mannheim": evaluating.submit(it.mannheim, it.jonas, "Advanced manufacturing"),
    }
    both = tuple(scene.proposals.values())
    stage = evaluating.open_stage(*both)
    impact = {it.wei.id: 4, it.anna.id: 8, it.marc.id: 9}
    for assignment in evaluating.assign(stage, *both):
        apart = assignment.proposal is both[0]
        given = {"impact": impact[assignment.reviewer_id]} if apart else {}
        evaluating.review(assignment, EVEN | given)


@given("Helena has begun the consensus reports")
@when("Helena begins the consensus reports")
def begin(scene):
    page = scene.at("Helena").get(f"{CALL}/consensus")
    next(it for it in page.forms.values() if it.action.endswith("/consensus")).submit(status=303)


@then("Wei is asked to write about Granada and nobody about Mannheim")
def asked(scene):
    assert scene.report().rapporteur is scene.evaluating.world.wei
    assert "Write a consensus report" in scene.at("Wei").get("/reviews")
    mannheim = scene.proposals["Mannheim"]
    assert scene.evaluating.services.consensus.of(mannheim.stage, mannheim) is None


@when(parsers.parse('Wei agrees on an impact of 2.5, since "{reason}"'))
def agree(scene, reason):
    form = scene.at("Wei").get(scene.own("Wei")).forms["consensus"]
    form["consensus-scores-impact-score"] = "5"
    form.get("departure", index=1).value = reason
    for index in range(3):
        form.get("comment", index=index).value = "Agreed."
    form.submit("save", status=303)


@when("Wei circulates the report")
def circulate(scene):
    form = scene.at("Wei").get(scene.own("Wei")).forms["consensus"]
    page = form.submit("circulate", status=303).follow()
    assert "The report is circulated." in page


@when("Anna approves it")
def approve(scene):
    page = scene.at("Anna").get(scene.own("Anna"))
    next(it for it in page.forms.values() if "approve" in it.fields).submit(status=303)


@when(parsers.parse('Marc writes the minority view "{view}"'))
def dissent(scene, view):
    form = scene.at("Marc").get(scene.own("Marc")).forms["minority"]
    form["minority_view"] = view
    form.submit("dissent", status=303)


@then("the report is final")
def is_final(scene):
    assert scene.report().status is ConsensusStatus.FINAL


@then("Helena can close the stage")
def close(scene):
    page = scene.at("Helena").get(f"{CALL}/stage")
    next(it for it in page.forms.values() if "close" in it.fields).submit(status=303)
    assert scene.report().stage.status is StageStatus.CLOSED


@then("Helena cannot close the stage, since a consensus report is missing")
def cannot_close(scene):
    page = scene.at("Helena").get(f"{CALL}/stage")
    assert not [it for it in page.forms.values() if "close" in it.fields]
    assert "Consensus reports that are not final: 1." in page


@then(parsers.parse("Granada's total is {granada}, Mannheim's is {mannheim}"))
def totals(scene, granada, mannheim):
    scene.evaluating.rank()
    page = " ".join(scene.at("Helena").get(f"{CALL}/ranking").html.find("main").text.split())
    for figure in (granada, mannheim):
        assert figure in page


@then(parsers.parse('the award report tells "{words}"'))
def told(scene, words):
    report = scene.evaluating.services.award_reports.report(scene.evaluating.world.call)
    (told,) = report.audit.consensus
    assert words in [*told.departures, *told.minority_views]


@then("what is kept agrees with the ledger")
def agrees(scene):
    session = scene.evaluating.session
    assert list(evaluation.findings(session, Entries.read(session))) == []


@when("Helena reopens Anna's review")
def reopen(scene):
    granada = scene.proposals["Granada"]
    page = scene.at("Helena").get(f"/proposals/{granada.reference}/reviewers")
    number = scene.own("Anna").split("/")[2]
    form = page.forms[f"reopen-{number}"]
    form["reason"] = "The tone."
    form.submit("reopen", status=303)


@then("Wei cannot circulate the report")
def cannot_circulate(scene):
    page = scene.at("Wei").get(scene.own("Wei"))
    assert "A review has changed since this report began." in page


@when(parsers.parse('Helena withdraws the report, since "{reason}"'))
def withdraw(scene, reason):
    granada = scene.proposals["Granada"]
    form = scene.at("Helena").get(f"/proposals/{granada.reference}/consensus").forms["withdraw"]
    form["reason"] = reason
    form.submit("withdraw", status=303)


@then("Granada has no consensus report")
def none_there(scene):
    assert scene.report() is None


@then("Anna cannot read the consensus report")
def cannot_read(scene):
    scene.at("Anna").get(scene.own("Anna"), status=409)
