"""Files that go with a proposal, on both databases and a storage of their own."""

import io

import pytest
from sqlalchemy import select

from grants.kit.dossiers.models import File
from grants.kit.uploads.scanning import Scan
from grants.proposals.service import files
from grants.proposals.service.files import LONGEST_NAME, shown_name
from grants.rules.errors import NotAllowedNow, WrongFile
from tests.support.proposals import written
from tests.support.samples import PDF

pytestmark = pytest.mark.both_databases

LETTER = "annexes.mayor_letter"


@pytest.fixture
def draft(services, iuc):
    return services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k1")


@pytest.fixture
def attach(services, iuc):
    def attach(proposal, content=PDF, *, name="letter.pdf", place=LETTER):
        return services.files.attach(
            proposal, place, name=name, content=io.BytesIO(content), by=iuc.lucia
        )

    return attach


def test_a_file_becomes_an_answer_and_its_bytes_are_kept(services, draft, attach):
    file = attach(draft)

    assert services.proposals.answers(draft)["annexes"]["mayor_letter"] == [file.token]
    assert b"".join(services.files.read(file)) == PDF
    assert (file.content_type, file.size, file.scan) == (
        "application/pdf",
        len(PDF),
        Scan.UNSCANNED,
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [("letter.pdf", b"GIF89a"), ("letter.docx", PDF), ("letter.pdf", b"")],
)
def test_what_is_not_asked_for_is_refused_by_name(services, draft, attach, name, content):
    with pytest.raises(WrongFile) as refusal:
        attach(draft, content, name=name)

    assert refusal.value.values["name"] == name
    assert services.files.present(draft) == []


def test_a_file_that_is_too_large_is_refused(draft, attach):
    with pytest.raises(WrongFile, match="too large"):
        attach(draft, PDF + b"x" * (25 * 1024 * 1024))


def test_no_more_files_than_asked_for(draft, attach):
    attach(draft)

    with pytest.raises(WrongFile, match="Remove one"):
        attach(draft, name="second.pdf")


@pytest.mark.parametrize(
    "place", ["annexes.nonsense", "nonsense.mayor_letter", "project.title", ""]
)
def test_a_place_that_takes_no_files(draft, attach, place):
    with pytest.raises(KeyError):
        attach(draft, place=place)


def test_saving_the_section_leaves_its_files_alone(services, iuc, draft, attach):
    file = attach(draft)

    services.proposals.save(
        draft, "annexes", {"mayor_letter": []}, by=iuc.lucia, revision=0, tab=""
    )

    assert services.proposals.answers(draft)["annexes"]["mayor_letter"] == [file.token]


def test_a_file_is_taken_away_once(services, iuc, draft, attach):
    file = attach(draft)

    for _again in range(2):
        services.files.remove(draft, file.token, by=iuc.lucia)

    assert services.files.present(draft) == []
    assert services.files.find(draft, file.token) is None
    assert services.proposals.answers(draft)["annexes"]["mayor_letter"] == []


def test_what_was_submitted_keeps_its_files(services, iuc, session):
    proposal = written(services, iuc.call, iuc.granada, iuc.lucia)
    token = services.files.present(proposal)[0].token
    version = services.proposals.submit(proposal, by=iuc.lucia)
    services.proposals.take_back(proposal, by=iuc.lucia)
    services.files.remove(proposal, token, by=iuc.lucia)
    session.flush()

    assert token in [file.token for file in services.files.of_version(version)]
    assert services.files.find(proposal, token) is not None
    assert services.files.find_submitted(proposal, token) is not None


def test_the_fund_finds_no_file_of_a_draft(services, draft, attach):
    assert services.files.find_submitted(draft, attach(draft).token) is None


def test_nothing_is_added_to_or_taken_from_what_is_submitted(services, iuc, attach):
    proposal = written(services, iuc.call, iuc.granada, iuc.lucia)
    token = services.files.present(proposal)[0].token
    services.proposals.submit(proposal, by=iuc.lucia)

    with pytest.raises(NotAllowedNow):
        attach(proposal, place="annexes.more")
    with pytest.raises(NotAllowedNow):
        services.files.remove(proposal, token, by=iuc.lucia)


def test_a_virus_is_not_kept(draft, attach, session):
    eicar = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

    with pytest.raises(WrongFile):
        attach(draft, eicar)

    assert session.query(File).count() == 0


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (r"C:\Users\Lucía\carta.pdf", "carta.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("", "file"),
        ("...", "file"),
        ("格拉纳达.pdf", "格拉纳达.pdf"),
    ],
)
def test_names_are_shown_without_folders_and_control_signs(given, shown):
    assert shown_name(given) == shown


def test_a_long_name_keeps_its_ending():
    shown = shown_name("a" * 300 + ".pdf")

    assert (len(shown), shown[-4:]) == (LONGEST_NAME, ".pdf")
    assert len(shown_name("a" * 300)) == LONGEST_NAME


def test_a_proposal_holds_files_up_to_its_quota(services, draft, attach, monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", len(PDF) + 10)
    attach(draft, name="one.pdf", place="annexes.more")

    with pytest.raises(WrongFile, match=r"two\.pdf does not fit: all files together"):
        attach(draft, name="two.pdf", place="annexes.more")

    assert [it.name for it in services.files.present(draft)] == ["one.pdf"]


def test_sending_and_removing_again_and_again_fills_no_disk(
    services, iuc, draft, attach, monkeypatch
):
    monkeypatch.setattr(files, "MOST_STORED", 2 * len(PDF) + 10)
    for _time in range(2):
        services.files.remove(draft, attach(draft).token, by=iuc.lucia)

    with pytest.raises(WrongFile, match="too much was sent and removed here"):
        attach(draft)


def test_a_removed_file_is_forgotten_after_a_month(services, iuc, draft, attach, clock, session):
    removed = attach(draft, name="wrong.pdf", place="annexes.more")
    kept = attach(draft, name="right.pdf", place="annexes.more")
    services.files.remove(draft, removed.token, by=iuc.lucia)
    key = removed.storage_key
    clock.advance(days=30)
    assert services.files.forget_removed(but=services.deliverables.was_delivered) == []

    clock.advance(seconds=1)

    assert services.files.forget_removed(but=services.deliverables.was_delivered) == [key]
    assert session.scalars(select(File.token)).all() == [kept.token]


def test_what_was_submitted_is_never_forgotten(services, iuc, clock):
    proposal = written(services, iuc.call, iuc.granada, iuc.lucia)
    services.proposals.submit(proposal, by=iuc.lucia)
    services.proposals.take_back(proposal, by=iuc.lucia)
    for file in services.files.present(proposal):
        services.files.remove(proposal, file.token, by=iuc.lucia)
    clock.advance(days=40)

    assert services.files.forget_removed(but=services.deliverables.was_delivered) == []
