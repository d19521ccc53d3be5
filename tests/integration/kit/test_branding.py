"""How a fund shows itself, on every paper; and how the portal does."""

import io
import subprocess

import pikepdf
import pytest

from grants.kit import settings
from grants.kit.branding import Branding
from grants.kit.settings import BadSettings, parse
from grants.portal import Portal
from tests.integration.kit.test_settings import LEAST
from tests.support.awarding import Awarding

NAME, PORTAL = "Fonds für Städte", "Portal der Ministerien"


@pytest.mark.parametrize("colour", ["#1d4f7", "1d4f733", "#1d4f7g", "red; x: y", ""])
def test_a_setting_that_is_no_colour_is_refused_by_its_name(colour):
    with pytest.raises(BadSettings, match=r"portal\.accent"):
        settings.parse(LEAST | {"portal.accent": colour})


def test_ink_stands_out_on_the_accent():
    assert (Branding(accent="#ffcc00").ink, Branding(accent="#1d4f73").ink) == ("#000", "#fff")


def words(content: bytes) -> str:
    """Read a PDF's words."""
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True)
    return read.stdout.decode()


def colours(content: bytes) -> bytes:
    """Read all drawing of a PDF, where colours stand as shares of one."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return b"".join(page.Contents.read_bytes() for page in pdf.pages)


@pytest.fixture
def portal(settings, clock):
    """A portal with a name and a colour of its own: green."""
    portal = Portal(parse(settings | {"portal.name": PORTAL, "portal.accent": "#008000"}), clock)
    yield portal
    portal.engine.dispose()


def test_every_paper_carries_the_name_and_the_colour(services, session, evaluating, iuc):
    iuc.fund.name, iuc.fund.accent = NAME, "#800000"
    granada, mannheim = Awarding(evaluating).run()
    proposal = granada.proposal
    papers, version = services.proposal_papers, services.proposals.newest_version(proposal)

    printed = {
        "draft": papers.proposal(mannheim.proposal, as_team=False, language="en"),
        "proposal": papers.version(version, language="en"),
        "receipt": papers.receipt(version),
        "letter": services.letter_papers.content(services.decisions.of(proposal)),
        "agreement": services.project_papers.agreement(granada),
        "deliverables": services.project_papers.deliverables(granada, as_team=True),
        "awards": services.award_reports.pdf(iuc.call),
    }

    for name, content in printed.items():
        assert NAME in words(content), name
        assert b".501961 0 0 rg" in colours(content), name
        assert PORTAL not in words(content), name
