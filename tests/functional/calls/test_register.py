"""The register of organisations and pairings: what is refused, and what stays as it was."""

import io

import pypdf
import pytest
import sqlalchemy as sa

from grants.directory.models import Organisation, OrganisationKind, Pairing, PairingKind
from grants.ledger import LedgerEntry
from tests.support.proposals import written

pytestmark = pytest.mark.both_databases

NO_DAYS = {"pilot_from": "", "pilot_until": ""}


@pytest.fixture
def granada(sign_in, iuc):
    """Helena's form about Granada."""
    path = f"/manage/funds/{iuc.fund.code}/organisations/{iuc.granada.id}"
    return lambda: sign_in(iuc.helena).get(path).forms["organisation"]


@pytest.fixture
def corrections(session):
    """How many corrections the ledger has."""
    count = sa.select(sa.func.count()).where(LedgerEntry.action == "correct")
    return lambda: session.scalar(count)


def send(form, status, **typed):
    for name, value in typed.items():
        form[name] = value
    return form.submit("save", status=status)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"pilot": "current"}, "Enter the date since which it is or was a pilot city."),
        (
            {"pilot": "former", "pilot_from": "2017-01-01"},
            "Enter the last day on which it was a pilot city.",
        ),
        (
            {"pilot": "former", "pilot_from": "2017-01-02", "pilot_until": "2017-01-01"},
            "It cannot have ended before it began.",
        ),
        ({"pilot": "none", "pilot_from": "2017-01-01"}, "It was never a pilot city."),
        (
            {"pilot": "current", "pilot_from": "2017-01-01", "kind": "company"},
            "Only a city can be a pilot city.",
        ),
        ({"name": "Miasto łódź", "pilot": "none"}, "Another organisation already has the name"),
        ({"name": ""}, "Please answer this."),
    ],
)
def test_what_contradicts_itself_is_refused_and_kept(granada, corrections, typed, sentence):
    page = send(granada(), 422, **NO_DAYS | {"population": "233,764"} | typed)

    assert sentence in page.html.find(class_="error-summary").text
    for name, value in typed.items():
        assert page.forms["organisation"][name].value == value
    assert corrections() == 0


def test_what_nobody_changed_is_no_correction(granada, corrections, iuc, session):
    send(granada(), 303)
    assert corrections() == 0

    send(granada(), 303, name="Ayuntamiento de Granada")
    session.rollback()
    session.expire_all()
    assert iuc.granada.name == "Ayuntamiento de Granada"
    assert corrections() == 1


def test_what_was_submitted_keeps_its_name(granada, services, iuc, session, sign_in):
    proposal = written(services, iuc.call, iuc.granada, iuc.lucia)
    services.proposals.submit(proposal, by=iuc.lucia)
    session.commit()
    lucia = sign_in(iuc.lucia)
    paths = [f"/proposals/{proposal.reference}/{it}.pdf" for it in ("proposal", "receipt")]
    before = [lucia.get(path).body for path in paths]

    send(granada(), 303, name="Ayuntamiento de Granada")

    assert [lucia.get(path).body for path in paths] == before
    assert "City of Granada" in pypdf.PdfReader(io.BytesIO(before[0])).pages[0].extract_text()


def test_an_auditor_reads_and_changes_nothing(sign_in, iuc):
    olga = sign_in(iuc.olga)
    fund = f"/manage/funds/{iuc.fund.code}"

    page = olga.get(f"{fund}/organisations")

    assert "City of Granada" in page
    assert f"{fund}/organisations/{iuc.granada.id}" not in page
    assert "Add a pairing" not in olga.get(f"{fund}/pairings")
    olga.get(f"{fund}/organisations/{iuc.granada.id}", status=403)


def test_organisations_are_found_by_parts_of_their_names_page_by_page(sign_in, iuc, session):
    session.add_all(
        Organisation(name=f"Cluster {it:03}", kind=OrganisationKind.CLUSTER, country="ES")
        for it in range(70)
    )
    session.commit()
    helena, path = sign_in(iuc.helena), f"/manage/funds/{iuc.fund.code}/organisations"

    # The directory is the portal's: Utrecht is in it, which proposes to another fund.
    assert "1 of 74 organisations" in helena.get(path, {"q": "lodz"})
    assert "Nothing found" in helena.get(path, {"q": "Atlantis"})
    second = helena.get(path).click("Next page")
    assert "Miasto Łódź" in second
    assert "Cluster 000" not in second
    assert "Miasto Łódź" in helena.get(path, {"page": "99"})
    assert "Cluster 000" in helena.get(path, {"page": "x"})


def test_who_is_not_there_is_not_found(sign_in, iuc):
    helena, fund = sign_in(iuc.helena), f"/manage/funds/{iuc.fund.code}"
    for path in ("organisations/999999999", "pairings/999999999"):
        helena.get(f"{fund}/{path}", status=404)


@pytest.mark.parametrize(
    ("kind", "cities", "sentence"),
    [
        ("pair", 1, "A pair has two cities."),
        ("pair", 3, "A pair has two cities."),
        ("trio", 2, "A trio has three cities."),
        ("cluster", 2, "A cluster has three cities or more."),
        ("cluster", 0, "A cluster has three cities or more."),
    ],
)
def test_a_pairing_has_as_many_cities_as_its_kind(sign_in, iuc, session, kind, cities, sentence):
    page = sign_in(iuc.helena).get(f"/manage/funds/{iuc.fund.code}/pairings/new")
    form = page.forms["pairing"]
    form["name"], form["kind"] = "Circular ports", kind
    for field in form.fields["cities"][:cities]:
        field.checked = True

    page = form.submit("save", status=422)

    assert sentence in page.html.find(class_="error-summary").text
    kept = page.forms["pairing"].fields["cities"]
    assert [it.checked for it in kept[:3]] == [it < cities for it in range(3)]
    assert session.query(Pairing).count() == 0


def test_a_pairing_is_corrected(sign_in, iuc, pairing, session, corrections):
    path = f"/manage/funds/{iuc.fund.code}/pairings/{pairing.id}"
    helena = sign_in(iuc.helena)

    helena.get(path).forms["pairing"].submit("save", status=303)
    assert corrections() == 0

    form = helena.get(path).forms["pairing"]
    form["name"], form["kind"] = "Circular ports", "trio"
    for field in form.fields["cities"][:3]:
        field.checked = True
    form.submit("save", status=303)
    session.rollback()
    session.expire_all()
    assert (pairing.name, pairing.kind, len(pairing.cities)) == (
        "Circular ports",
        PairingKind.TRIO,
        3,
    )
    assert (pairing.sdgs, pairing.topics) == (["9", "11"], [iuc.topics[0]])
    told = session.scalars(sa.select(LedgerEntry).filter_by(action="correct")).one().payload
    assert told["name"] == ["Smart and circular", "Circular ports"]
    assert len(told["cities"][1]) == 3
