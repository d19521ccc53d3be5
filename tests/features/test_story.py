"""The steps of story.feature; what people do in each is in tests/support/story/."""

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from grants.demo import ACCOUNTS
from tests.support.story import calling, delivering, judging, papers, proposing, texts
from tests.support.story.portal import running as running_portal
from tests.support.story.scene import ADDRESSES, OFFICERS, Scene, reads

scenarios("story.feature")

pytestmark = [
    pytest.mark.both_databases,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.usefixtures("portal"),
]


@pytest.fixture
def portal(database_kind, make_database, tmp_path):
    with running_portal(make_database(database_kind), tmp_path) as it:
        yield it


@pytest.fixture
def address(portal):
    return portal.address


@pytest.fixture
def scene(portal, database_kind, visit, tmp_path):
    return Scene(portal, visit, tmp_path, looking=database_kind == "sqlite")


@given("Helena manages the IUC Asia competitive fund")
def a_fund(scene):
    scene.day(2, 3)
    reads(scene.at("Helena").page, "IUC Asia competitive fund")


@given("Granada, Mannheim and Łódź have accounts")
def three_cities():
    assert {ADDRESSES[name] for name in OFFICERS.values()} <= {email for _part, email in ACCOUNTS}


@when("Helena writes the call of the year after next with three criteria")
def writes_the_call(scene):
    calling.write_the_call(scene)


@then("only the fund sees it")
def nobody_sees_it(scene):
    page = scene.window("Reader").go(f"/calls/{texts.CODE}")
    reads(page, "We cannot find this page")


@when("she publishes it")
def publishes_it(scene):
    calling.publish(scene)


@then("everybody can read it")
def everybody_reads_it(scene):
    calling.read_the_call(scene)


@when("she invites Wei, Anna and Marc to review")
def invites_reviewers(scene):
    calling.invite(scene, "Wei", "Anna", "Marc")


@then("each of them accepts by the link in the mail")
def reviewers_accept(scene):
    for name in ("Wei", "Anna", "Marc"):
        calling.accept(scene, name)


@when("Granada starts a proposal from the call's page")
def granada_starts(scene):
    proposing.start(scene, "Granada")


@then("Granada reads what is missing, and each line leads to its question")
def granada_reads_what_is_missing(scene):
    proposing.follow_what_is_missing(scene, "Granada")


@when("Granada answers every question of the form")
def granada_answers(scene):
    proposing.answer(scene, "Granada")


@then(parsers.parse('its budget adds up to "{total}" while it is typed'))
def the_budget_adds_up(scene, total):
    proposing.add_up(scene, "Granada", total)


@then("Granada reads the whole proposal as its readers will")
def granada_reads_it(scene):
    proposing.preview(scene, "Granada")


@when("Granada submits the proposal")
def granada_submits(scene):
    proposing.submit(scene, "Granada")


@then("Granada has a receipt: on the page, as a PDF and by mail")
def granada_has_a_receipt(scene):
    proposing.has_a_receipt(scene, "Granada")


@when(parsers.re("(?P<city>Mannheim|Łódź) proposes .+"))
def proposes(scene, city):
    proposing.start(scene, city)
    proposing.answer(scene, city)
    proposing.submit(scene, city)


@then("Mannheim and Łódź have their receipts")
def they_have_receipts(scene):
    for city in ("Mannheim", "Łódź"):
        proposing.has_a_receipt(scene, city)


@when("the deadline passes")
def the_deadline_passes(scene):
    scene.day(3, 31, 15, 0)


@then("nobody can start a proposal any more")
def nobody_can_start(scene):
    page = scene.window("Reader").go(f"/calls/{texts.CODE}")
    reads(page, f"This call closed on 31 March {texts.YEAR}")
    scene.look(scene.window("Reader"), "call-closed")


@when("Helena checks each proposal item by item")
def helena_checks(scene):
    scene.day(4, 2)
    for city in ("Granada", "Mannheim", "Łódź"):
        judging.check(scene, city)


@then("all three are eligible")
def all_eligible(scene):
    judging.all_eligible(scene)


@when("she opens the evaluation and asks Wei, Anna and Marc to review everything")
def opens_the_evaluation(scene):
    judging.open_the_stage(scene, "Wei", "Anna", "Marc")


@then("each of them has a letter about three proposals")
def reviewers_are_asked(scene):
    for name in ("Wei", "Anna", "Marc"):
        judging.was_asked(scene, name)


@when("Marc declares an interest in Mannheim's proposal")
def marc_declares(scene):
    scene.day(4, 6)
    judging.declare_an_interest(scene, "Marc", "Mannheim")


@then("Marc sees nothing of it any more")
def marc_sees_nothing(scene):
    judging.sees_nothing(scene, "Marc", "Mannheim")


@when("Ingrid is invited and takes his place there")
def ingrid_takes_his_place(scene):
    calling.invite(scene, "Ingrid")
    calling.accept(scene, "Ingrid")
    judging.replace(scene, "Ingrid", "Mannheim")


@when("the reviewers score in half points, comment and submit")
def reviewers_review(scene):
    scene.day(4, 20)
    for city, names in (
        ("Granada", ("Wei", "Anna", "Marc")),
        ("Mannheim", ("Wei", "Anna", "Ingrid")),
        ("Łódź", ("Wei", "Anna", "Marc")),
    ):
        for name in names:
            judging.review(scene, name, city)


@then("every proposal has three reviews")
def three_reviews_each(scene):
    judging.three_reviews_each(scene)


@when("Helena closes the evaluation and computes the ranking")
def closes_and_ranks(scene):
    scene.day(5, 4)
    judging.close_and_rank(scene)


@then("Granada is first, Mannheim second, and Łódź is below a threshold")
def is_ranked(scene):
    judging.is_ranked(scene)


@when("she adopts the ranking")
def adopts(scene):
    judging.adopt(scene)


@when("she awards Granada 35,000 euro and Mannheim 50,000 euro, and rejects Łódź")
def decides(scene):
    judging.decide(scene, "Granada", "Award", "35,000")
    judging.decide(scene, "Mannheim", "Award", "50,000")
    judging.decide(scene, "Łódź", "Reject: below a threshold")


@when("she sends the letters")
def sends_the_letters(scene):
    judging.send_letters(scene)


@then("each city has its letter, and no letter names a reviewer")
def each_city_has_its_letter(scene):
    for city in ("Granada", "Mannheim", "Łódź"):
        judging.has_its_letter(scene, city)


@when("the agreements with Granada and Mannheim are signed")
def agreements_are_signed(scene):
    scene.day(6, 10)
    for city in ("Granada", "Mannheim"):
        delivering.sign(scene, city)


@when("Granada reports its three webinars, its platform and its video")
def granada_logs(scene):
    scene.day(12, 14)
    delivering.log_all(scene, "Granada")


@when("Mannheim reports its mission to Xi'an, its exhibition and its roadshow")
def mannheim_logs(scene):
    delivering.log_all(scene, "Mannheim")


@when("Helena returns the webinar of 19 October and says what is missing")
def returns_a_webinar(scene):
    scene.day(12, 15)
    delivering.give_back(scene, "Granada", 2)


@then("Granada reads why, and delivers it again")
def delivers_again(scene):
    delivering.deliver_again(scene, "Granada", 2)


@when("Helena accepts all that was delivered and closes both projects")
def accepts_all(scene):
    scene.day(12, 17)
    for city in ("Granada", "Mannheim"):
        delivering.accept_all(scene, city)


@then("everybody can read what came of the awards")
def everybody_reads_what_came(scene):
    for city in ("Granada", "Mannheim"):
        delivering.is_public(scene, city)


@then("every paper says what it should")
def every_paper(scene):
    papers.all_of_them(scene)


@then("the ledger of all this is whole")
def the_ledger_is_whole(portal):
    assert portal.command("verify") == 0
