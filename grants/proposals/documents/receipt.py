"""The receipt: proof that a proposal was submitted, when, and exactly which text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from grants.kit.pdf.document import Pages
from grants.kit.pdf.parts import FileEntry, add_files
from grants.kit.pdf.wording import Imprint
from grants.rules.words import N_


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a receipt says. `submitted_at` is an aware moment, `sha256` of the frozen version."""

    imprint: Imprint
    number: str
    reference: str
    title: str
    call: str
    applicant: str
    submitted_by: str
    submitted_at: datetime
    version_number: int
    sha256: str
    files: Sequence[FileEntry] = ()


def render(document: Receipt) -> bytes:
    """Print a receipt."""
    it, say = document, document.imprint.say
    pages = Pages(it.imprint, kind=say(N_("Receipt")), title=it.title, reference=it.reference)
    pages.title(it.title, say(N_("Receipt {number}"), number=it.number))
    pages.panel(
        say(N_("We have received your proposal.")),
        [it.imprint.moment(it.submitted_at), it.imprint.moment_utc(it.submitted_at)],
    )
    pages.facts(_facts(it))
    pages.heading(say(N_("What was submitted")))
    pages.text(
        say(
            N_(
                "The text and its files were frozen at that moment. Their SHA-256 is a fingerprint:"
                " anyone who holds the same version computes the same one. You can reopen the"
                " proposal and submit it again until the call closes; the last submitted version"
                " counts."
            )
        )
    )
    pages.panel(say(N_("SHA-256 of the frozen version")), [it.sha256])
    pages.heading(say(N_("Files")))
    add_files(pages, it.files)
    return pages.pdf()


def _facts(it: Receipt) -> list[tuple[str, str]]:
    say = it.imprint.say
    return [
        (say(N_("Reference")), it.reference),
        (say(N_("Receipt number")), it.number),
        (say(N_("Call")), it.call),
        (say(N_("Applicant")), it.applicant),
        (say(N_("Submitted by")), it.submitted_by),
        (say(N_("Version")), it.imprint.number(it.version_number)),
    ]
