"""Steps of stages.feature: a call of two stages, through its pages."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from grants.kit.mail.models import WaitingMail
from grants.kit.secrets.sealing import SECRET, opened
from grants.oversight.verification import stages
from grants.oversight.verification.entries import Entries
from grants.proposals.models import Proposal
from tests.functional.calls.test_calls import fill
from tests.support.evaluating import HALVES
from tests.support.proposals import GRANADA, annex, complete
from tests.support.staging import Staging

scenarios("stages.feature")

STAGE = "/manage/calls/IUC-2020/stage"


@dataclass
class Scene:
    """A call of two stages, its proposals by city, and the page that somebody looks at."""

    staging: Staging
    sign_in: Any
    browser: Any
    proposals: dict[str, Proposal] = field(default_factory=dict)
    page: Any = None

    def open(self, name: str, address: str, status: Any = 200) -> Any:
        self.staging.evaluating.session.commit()
        person = getattr(self.staging.evaluating.world, name.lower())
        browser = self.sign_in(person)
        self.page = browser.get(address, status="*")
        if self.page.status_int == 303:  # the form's end was settled first
            self.page = self.page.follow(status=status)
        assert self.page.status_int == status
        return self.page

    def fresh(self, city: str) -> Proposal:
        session = self.staging.evaluating.session
        session.rollback()
        session.refresh(self.proposals[city])
        return self.proposals[city]


@pytest.fixture
def scene(evaluating, sign_in, browser):
    return Scene(Staging(evaluating), sign_in, browser)


def _typed(scene, criterion_stage):
    """Fill in a call with a stage of concept notes, of which one criterion is."""
    it = scene.staging
    it.plan()
    full = it.evaluating.world.call.stages[-1].form
    page = scene.open("Helena", "/manage/funds/IUC-ASIA/calls/new")
    form = fill(page.forms["call"], it.evaluating.world)
    form = form.submit("add_row:criteria", value="1", status=422).forms["call"]
    form = form.submit("add_row:earlier", value="1", status=422).forms["call"]
    names = form.fields["name"]
    names[1].value, names[2].value = "Promise", "Concept notes"
    form.fields["weight"][1].value = "1"
    form.fields["stage"][1].value = criterion_stage
    form["entry"], form["entry_most"] = "best", "2"
    form.fields["form_id"][1].value = str(full.id)
    form.fields["closes"][1].value = "2020-07-30T17:00"
    return form


@when("Helena writes a call with concept notes before full proposals")
def two_stages(scene):
    scene.page = _typed(scene, "1").submit("save", status=303).follow()
    forms = [it for it in scene.page.forms.values() if it.action.endswith("/publish")]
    scene.page = forms[0].submit(status=303).follow()


@when("Helena writes a call with concept notes that nothing is judged by")
def no_criterion(scene):
    scene.page = _typed(scene, "0").submit("save", status=422)


@then(parsers.parse('the public reads "{words}"'))
def public(scene, words):
    assert words in " ".join(scene.browser.get("/calls/IUC-2021").text.split())


@then(parsers.parse('{name} still reads "{words}" in the form'))
def kept(scene, name, words):
    assert words in [it.value for it in scene.page.forms["call"].fields["name"]]


def _submitted(scene, *halves):
    evaluating, it = scene.staging.evaluating, scene.staging.evaluating.world
    scene.staging.plan()
    cities = {
        "Granada": (it.granada, it.lucia, GRANADA),
        "Mannheim": (it.mannheim, it.jonas, "Roadshow"),
        "Łódź": (it.lodz, it.zofia, "Zielone podwórka"),
    }
    scene.proposals = {
        name: evaluating.submit(city, by, title, answers=complete(title))
        for name, (city, by, title) in cities.items()
    }
    scene.staging.judge(dict(zip(scene.proposals.values(), halves, strict=True)))


@given("Granada, Mannheim and Łódź submitted concept notes that scored 4.5, 4 and 3.5")
def judged(scene):
    _submitted(scene, 9, 8, 7)


@given("no concept note reached the threshold")
def none_passed(scene):
    _submitted(scene, 5, 4, 3)


@given("Granada and Mannheim were invited to write the full proposal")
def invited(scene):
    _submitted(scene, 9, 8, 5)
    scene.staging.go_on()


@given("Granada and Mannheim submitted their full proposals, and the form is closed")
def both_written(scene):
    invited(scene)
    evaluating, world = scene.staging.evaluating, scene.staging.evaluating.world
    for city, by in (("Granada", world.lucia), ("Mannheim", world.jonas)):
        _write(evaluating, scene.proposals[city], by)
        evaluating.services.proposals.submit(scene.proposals[city], by=by)
    evaluating.session.commit()
    closes(scene)


def _write(evaluating, proposal, by):
    annex(evaluating.services, proposal, by)
    steps = {"steps": "First we meet, then we build."}
    evaluating.services.proposals.save(proposal, "plan", steps, by=by, revision=0, tab="one")
    evaluating.session.commit()


@when("Helena opens the evaluation of the call")
def opens_stage(scene):
    scene.open("Helena", STAGE)


@when("Helena lets them go on")
def lets_go_on(scene):
    form = next(it for it in scene.page.forms.values() if "enter" in it.fields)
    scene.page = form.submit(status=303).follow()


@when(parsers.parse("{name} opens the proposal of {city}"))
def opens_proposal(scene, name, city):
    scene.open(name, f"/proposals/{scene.proposals[city].reference}")


@when("the form of the full proposal closes")
def closes(scene):
    evaluating = scene.staging.evaluating
    until = evaluating.world.call.stages[-1].writing_closes_at
    evaluating.clock.move_to(until + timedelta(hours=1))


@when("Lucia writes the work plan and submits")
def submits(scene):
    world = scene.staging.evaluating.world
    _write(scene.staging.evaluating, scene.proposals["Granada"], world.lucia)
    page = scene.open("Lucia", f"/proposals/{scene.proposals['Granada'].reference}/submit")
    form = next(it for it in page.forms.values() if it.action.endswith("/submit"))
    scene.page = form.submit(status=303).follow()


@when("Helena opens the last stage")
def opens_last(scene):
    form = scene.open("Helena", STAGE).forms["stage"]
    scene.page = form.submit("open", status=303).follow()


@when("everything in it is reviewed and the stage is closed")
def reviewed(scene):
    evaluating = scene.staging.evaluating
    evaluating.session.rollback()
    stage = evaluating.services.stages.of(evaluating.world.call)
    both = [scene.fresh(city) for city in ("Granada", "Mannheim")]
    best = dict.fromkeys(HALVES, 9)
    evaluating.review_all(stage, [(both[0], best), (both[1], HALVES)])
    evaluating.close_stage(stage)


@when("Helena adopts the ranking")
def adopts(scene):
    scene.staging.evaluating.rank()


@then(parsers.parse('{name} reads "{words}"'))
def reads(scene, name, words):
    assert words in " ".join(scene.page.text.split())


@then("Lucia finds her title in it")
def finds_title(scene):
    reference = scene.proposals["Granada"].reference
    page = scene.open("Lucia", f"/proposals/{reference}/sections/project")
    assert GRANADA in page.text


@then(parsers.parse('{city}\'s proposal is "{status}"'))
def stands(scene, city, status):
    assert scene.fresh(city).status.value == status


def _letters(scene, to):
    session = scene.staging.evaluating.session
    found = session.query(WaitingMail).filter_by(to=to.email)
    return [opened(it.body, session.info[SECRET]) for it in found]


@then(parsers.parse('the team of Granada is written to about "{words}"'))
def written_to(scene, words):
    assert any(words in it for it in _letters(scene, scene.staging.evaluating.world.lucia))


@then("Zofia reads nothing of it yet")
def nothing_yet(scene):
    zofia = scene.staging.evaluating.world.zofia
    assert not any("next stage" in it for it in _letters(scene, zofia))
    page = scene.open("Zofia", f"/proposals/{scene.proposals['Łódź'].reference}")
    assert "In evaluation" in page.text


@then("what the stages came to agrees with the ledger")
def verified(scene):
    session = scene.staging.evaluating.session
    assert list(stages.findings(session, Entries.read(session))) == []


@then("nobody can be let go on")
def nobody(scene):
    assert not any("enter" in it.fields for it in scene.page.forms.values())


@then("nothing says that the concept note counts for it")
def does_not_count(scene):
    proposals = scene.staging.evaluating.services.proposals
    assert "this one counts" not in scene.page
    reference = scene.proposals["Granada"].reference
    asked = scene.open("Lucia", f"/proposals/{reference}/submit")
    assert "Until you submit it again" not in asked
    assert proposals.counting_version(scene.fresh("Granada")) is None
    scene.open("Lucia", f"/proposals/{reference}")
