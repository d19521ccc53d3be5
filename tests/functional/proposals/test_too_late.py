"""After the deadline nothing is written into a draft; what was typed is shown to its writer."""

import copy
from datetime import datetime, timedelta
from io import BytesIO

import pytest

from grants.rules.errors import CallClosed
from tests.functional.proposals.conftest import ADDRESS
from tests.support.samples import PDF

SECTION = f"{ADDRESS}/sections/project"
TYPED = "Typed at five to five, sent at five past"


@pytest.fixture
def form(draft, clock, iuc, sign_in):
    """The first section as it was opened a second before the deadline."""
    clock.move_to(iuc.call.closes_at - timedelta(seconds=1))
    opened = sign_in(iuc.lucia).get(SECTION).forms["section"]
    opened["title"] = TYPED
    return opened


def test_what_comes_too_late_is_not_saved_and_shown_to_be_copied(form, clock, iuc, services):
    clock.move_to(iuc.call.closes_at)

    page = form.submit("save", status=409)

    assert "This came after the deadline and was not saved" in page
    assert page.forms["section"]["title"].value == TYPED
    assert page.html.select("button[name=save_next]") == []
    proposal = services.proposals.get("IUC-2020-001")
    assert services.proposals.answers(proposal) == {}


def test_what_is_saved_while_one_types_comes_too_late_as_well(form, clock, iuc, services):
    clock.move_to(iuc.call.closes_at)

    form.submit("save", headers={"HX-Request": "true"}, status=409)

    assert services.proposals.answers(services.proposals.get("IUC-2020-001")) == {}


def test_what_arrived_in_time_is_saved_however_long_it_takes(form, clock, app, iuc, services):
    def slow() -> datetime:
        # The first look at the clock is the request's arrival; every later one comes too late.
        moment, clock.moment = clock.moment, iuc.call.closes_at + timedelta(hours=1)
        return moment

    app.registry["clock"] = slow

    form.submit("save", status=303)

    answers = services.proposals.answers(services.proposals.get("IUC-2020-001"))
    assert answers["project"]["title"] == TYPED


def test_files_come_too_late_as_well(draft, services, clock, iuc):
    clock.move_to(iuc.call.closes_at)

    with pytest.raises(CallClosed):
        services.files.attach(
            draft, "annexes.mayor_letter", name="a.pdf", content=BytesIO(PDF), by=iuc.lucia
        )
    with pytest.raises(CallClosed):
        services.files.remove(draft, "anything", by=iuc.lucia)


def test_a_closed_call_offers_nothing_to_save(draft, clock, iuc, sign_in):
    clock.move_to(iuc.call.closes_at)

    page = sign_in(iuc.lucia).get(SECTION)

    assert "nothing more can be saved here" in page
    assert page.html.select("[data-autosave], button[name=save_next]") == []


def test_a_file_over_the_limit_of_its_slot_is_told_that_limit(draft, lucia, session):
    definition = copy.deepcopy(draft.form.definition)
    asked = [field for section in definition["sections"] for field in section["fields"]]
    next(field for field in asked if field["code"] == "mayor_letter")["max_bytes"] = 1024 * 1024
    draft.form.definition, draft.form.sha256 = definition, "1" * 64
    session.commit()
    token = lucia.get(SECTION).html.find("input", {"name": "csrf_token"})["value"]

    answer = lucia.put(
        f"{ADDRESS}/files/annexes.mayor_letter?name=letter.pdf",
        b"%PDF-1.4" + b"x" * 2 * 1024 * 1024,
        headers={"X-CSRF-Token": token},
        status=422,
    )

    assert "The limit is 1 MB." in answer.json["problem"]
