"""The topics of a call: what its form offers, and what stays once somebody writes under it."""

import json
from fractions import Fraction

import pytest

from grants.calls.models import Topic
from grants.calls.queries.definitions import asked_of, named_of
from grants.rules.errors import Refused
from grants.rules.forms.definition import Definition
from grants.rules.forms.topics import ROLE
from tests.support.proposals import complete


@pytest.fixture
def draft(iuc, services, session):
    made = services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    session.commit()
    return made


def offered(page):
    labels = page.html.find(attrs={"data-field": "topic"}).find_all("label")
    return [label.text.strip() for label in labels]


def correct(helena, status, *, without=(), **changed):
    form = helena.get("/manage/calls/IUC-2020/correct").forms["call"]
    form["reason"] = "The topics were wrong."
    for box in form.fields["topic_ids"]:
        box.checked = box._value not in without
    for name, value in changed.items():
        form[name] = value
    return form.submit("save", status=status)


def test_the_form_offers_the_topics_of_the_call_and_no_others(iuc, draft, sign_in, session):
    page = sign_in(iuc.lucia).get(f"/proposals/{draft.reference}/sections/project")

    assert offered(page) == [topic.name for topic in sorted(iuc.topics, key=lambda it: it.name)]

    iuc.call.topics = [it for it in iuc.topics if it.code == "circular"]
    session.commit()
    page = sign_in(iuc.lucia).get(f"/proposals/{draft.reference}/sections/project")
    assert offered(page) == ["Circular economy"]


def test_what_is_chosen_is_never_lost(iuc, draft, services):
    answers = complete()["project"] | {"topic": "circular"}
    services.proposals.save(draft, "project", answers, by=iuc.lucia, revision=0, tab="t")

    assert draft.topic.name == "Circular economy"
    assert "circular-economy" not in str(asked_of(draft).playing(ROLE))


def test_a_topic_outside_the_call_is_told_and_still_named(iuc, draft, services):
    answers = complete()["project"] | {"topic": "mobility"}
    services.proposals.save(draft, "project", answers, by=iuc.lucia, revision=0, tab="t")

    wrong = [
        it for it in services.proposals.missing(draft, {"project": answers}) if it.field == "topic"
    ]
    assert [it.text() for it in wrong] == ["“mobility” is not one of the answers offered."]
    labels = {option.code: option.label for option in named_of(draft).playing(ROLE)[1].options}
    assert (labels["mobility"], labels["circular"]) == ("Urban mobility", "Circular economy")


def test_a_topic_stays_while_somebody_writes_under_it(iuc, draft, services, session, sign_in):
    answers = complete()["project"] | {"topic": "circular"}
    services.proposals.save(draft, "project", answers, by=iuc.lucia, revision=0, tab="t")
    session.commit()
    circular, smart = (
        str(next(it.id for it in iuc.topics if it.code == code)) for code in ("circular", "smart")
    )
    helena = sign_in(iuc.helena)

    page = correct(helena, 409, without=(circular,))
    assert (
        "Proposals are being written under “Circular economy”: the topic cannot be removed." in page
    )
    assert page.forms["call"]["reason"].value == "The topics were wrong."
    correct(helena, 303, without=(smart,))

    session.expire_all()
    assert [it.code for it in iuc.call.topics] == ["circular", "digital"]


def test_a_call_without_topics_needs_a_form_without_them(iuc, services, session):
    iuc.call.topics = []
    session.flush()
    assert [str(it) for it in services.calls.contradictions(iuc.call)] == [
        f"The form “{named(iuc)}” asks for a topic, and the call names none."
        " Tick the topics that proposals may choose from."
    ]

    plain = json.loads(json.dumps(iuc.form.definition))
    project = next(each for each in plain["sections"] if each["code"] == "project")
    project["fields"] = [each for each in project["fields"] if each["code"] != "topic"]
    iuc.call.form = services.calls.keep_form("plain", Definition.from_json(plain))
    session.flush()
    assert services.calls.contradictions(iuc.call) == []

    iuc.call.topics = session.query(Topic).all()
    session.flush()
    assert "does not ask for one" in str(services.calls.contradictions(iuc.call)[0])


def named(iuc):
    return Definition.from_json(iuc.form.definition).title


def test_a_form_keeps_out_nothing_that_the_call_gives(iuc, services, session):
    iuc.call.cofinancing = Fraction(19, 20)
    session.flush()

    [refusal] = services.calls.contradictions(iuc.call)
    assert "at most 90 % of the costs" in str(refusal)


def test_topics_may_come_from_the_call_alone():
    topic = {"kind": "choice", "code": "topic", "label": "Topic", "role": "topic"}
    form = {"title": "T", "sections": [{"code": "a", "title": "A", "fields": [topic]}]}

    assert Definition.from_json(form).playing(ROLE)
    with pytest.raises(Refused):
        Definition.from_json(json.loads(json.dumps(form).replace('"role": "topic"', '"help": ""')))
