"""Files that go with a proposal: taken in, kept, given out."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePath
from typing import BinaryIO

from sqlalchemy import ColumnElement, func, select

from grants.accounts.models import Person
from grants.calls.queries.definitions import definition_of
from grants.kit.dossiers.models import File, HasDossier
from grants.kit.service import Service
from grants.kit.storage import Storage
from grants.kit.uploads import filetypes, scanning
from grants.proposals.models import Proposal, ProposalVersion
from grants.proposals.queries import newest_version
from grants.proposals.service.proposals import Proposals
from grants.proposals.service.snapshots import present_files
from grants.rules.errors import WrongFile
from grants.rules.forms.kinds.files import LARGEST
from grants.rules.forms.kinds.files import FileField as FileField
from grants.rules.words import N_
from grants.rules.workflow import PROPOSAL_STEPS

LONGEST_NAME = 150
MEGABYTE = 1024 * 1024
MOST_BYTES = 250 * MEGABYTE
"""Of all files that a proposal holds at one time."""
MOST_STORED = 4 * MOST_BYTES
"""Of these and of those that were removed and are not deleted yet, so that no disk is filled."""
KEPT_AFTER_REMOVAL = timedelta(days=30)
"""How long a removed file stays in the storage, for whoever removed it by mistake."""


@dataclass(frozen=True, slots=True)
class Files(Service):
    """Files of proposals, and of whatever has a dossier. A field is named section.field."""

    storage: Storage = field(kw_only=True)
    clamd: str = field(default="", kw_only=True)

    def present(self, proposal: Proposal) -> Sequence[File]:
        """List the files that a proposal holds now."""
        return present_files(self.db, proposal)

    def of_version(self, version: ProposalVersion) -> Sequence[File]:
        """List the files that were frozen with a version."""
        frozen = [each["token"] for each in version.content["files"]]
        return self.db.scalars(select(File).where(File.token.in_(frozen)).order_by(File.id)).all()

    def find(self, proposal: Proposal, token: str) -> File | None:
        """Find a file that its team may read: what is there, and what was submitted."""
        file = self._file(proposal, token)
        if file is None or file.removed_at is None or self._is_frozen(proposal, token):
            return file
        return None

    def find_submitted(self, proposal: Proposal, token: str) -> File | None:
        """Find a file that the fund and its reviewers may read: of the version that counts."""
        version = self.db.scalar(newest_version.version(proposal))
        tokens = [each["token"] for each in version.content["files"]] if version else []
        return self._file(proposal, token) if token in tokens else None

    def read(self, file: File) -> Iterator[bytes]:
        """Give a file's bytes, a part at a time. Raises FileChanged if they are not those sent."""
        self.storage.require_unchanged(file.storage_key, file.sha256)
        return self.storage.open(file.storage_key)

    def attach(
        self, proposal: Proposal, place: str, *, name: str, content: BinaryIO, by: Person
    ) -> File:
        """Take a file in as an answer. Raises WrongFile, KeyError without such a field."""
        section, _dot, code = place.partition(".")
        asked = self._asked(proposal, section, code)
        proposals = Proposals(self.db, self.publish, self.clock)
        proposals.lock(proposal)
        PROPOSAL_STEPS.target("edit", proposal.status)
        proposals.require_open(proposal.call)
        sections = proposals.sections_now(proposal)
        answers = sections.get(section) or proposals.begin_section(proposal, section, by)
        held = list(answers.answers.get(code) or [])
        name = shown_name(name)
        if len(held) >= asked.max_files:
            message = N_("“{name}” was not added: there are {limit} files already. Remove one.")
            raise WrongFile(message, name=name, limit=asked.max_files)
        file = self.take_in(asked, name, content, by=by)
        self.put(file, proposal, place, present=MOST_BYTES)
        answers.answers = {**answers.answers, code: [*held, file.token]}
        answers.saved_at, answers.saved_by = self.clock(), by
        proposal.saved_at = self.clock()
        return file

    def remove(self, proposal: Proposal, token: str, *, by: Person) -> None:
        """Take a file away. What was submitted with it keeps it."""
        proposals = Proposals(self.db, self.publish, self.clock)
        proposals.lock(proposal)
        PROPOSAL_STEPS.target("edit", proposal.status)
        proposals.require_open(proposal.call)
        file = self._file(proposal, token)
        if file is None or file.removed_at is not None:
            return
        section, _dot, code = file.field.partition(".")
        answers = proposals.sections_now(proposal)[section]
        held = [one for one in answers.answers.get(code) or [] if one != token]
        answers.answers = {**answers.answers, code: held}
        answers.saved_at, answers.saved_by = self.clock(), by
        file.removed_at = proposal.saved_at = self.clock()

    def take_in(self, asked: FileField, name: str, content: BinaryIO, *, by: Person) -> File:
        """Look at a file, scan it and store it; where it belongs is for the caller to say."""
        found = filetypes.inspect(
            content, name=name, accepted=asked.accepted, largest=asked.max_bytes
        )
        verdict = scanning.scan(content, name=name, clamd=self.clamd)
        stored = self.storage.put(content)
        return File(
            token=secrets.token_urlsafe(16),
            name=name,
            content_type=found.kind.type,
            size=stored.size,
            sha256=stored.sha256,
            storage_key=stored.key,
            scan=verdict,
            uploaded_at=self.clock(),
            uploaded_by=by,
        )

    def put(self, file: File, thing: HasDossier, place: str, *, present: int) -> None:
        """Put a file that was taken in into the dossier of a thing. Raises WrongFile.

        A dossier holds so many bytes at one time as are `present`, and not many more with what
        was sent and removed again.
        """
        self._require_room(file, File.dossier_id == thing.dossier_id, present=present)
        file.dossier_id, file.field = thing.dossier_id, place
        self.db.add(file)

    def _require_room(self, file: File, place: ColumnElement[bool], *, present: int) -> None:
        """Hold what is stored at a place to its limits; what does not fit is not kept."""
        size = func.coalesce(func.sum(File.size), 0)
        stored = int(self.db.scalar(select(size).where(place)) or 0)
        held = int(self.db.scalar(select(size).where(place, File.removed_at.is_(None))) or 0)
        if held + file.size <= present and stored + file.size <= MOST_STORED:
            return
        self.storage.delete(file.storage_key)
        if held + file.size > present:
            message = N_(
                "{name} does not fit: all files together may have {megabytes} MB."
                " Remove one, or send a smaller one."
            )
            raise WrongFile(message, name=file.name, megabytes=present // MEGABYTE)
        message = N_("{name} does not fit: too much was sent and removed here. Write to the fund.")
        raise WrongFile(message, name=file.name)

    def forget_removed(self, *, but: Callable[[File], bool]) -> list[str]:
        """Delete the rows of files that were removed long ago, and return their storage keys.

        What was ever submitted stays, and what `but` says was delivered. The bytes are deleted by
        the caller, after the commit: a row without its file would be worse than a file without
        its row.
        """
        old = select(File).where(File.removed_at < self.clock() - KEPT_AFTER_REMOVAL)
        found = self.db.scalars(old.order_by(File.id)).all()
        gone = [it for it in found if not (self._was_submitted(it) or but(it))]
        for file in gone:
            self.db.delete(file)
        self.db.flush()
        return [file.storage_key for file in gone]

    def _was_submitted(self, file: File) -> bool:
        its = select(Proposal).where(Proposal.dossier_id == file.dossier_id)
        proposal = self.db.scalar(its)
        return proposal is not None and self._is_frozen(proposal, file.token)

    def largest(self, proposal: Proposal, place: str) -> int:
        """Return how many bytes a file of a field may have; the most of all if there is no such."""
        section, _dot, code = place.partition(".")
        try:
            return self._asked(proposal, section, code).max_bytes
        except KeyError:
            return LARGEST

    def _asked(self, proposal: Proposal, section: str, code: str) -> FileField:
        asked = definition_of(proposal.form).section(section).field(code)
        if not isinstance(asked, FileField):
            raise KeyError(code)
        return asked

    def _file(self, proposal: Proposal, token: str) -> File | None:
        return self.db.scalar(
            select(File).where(File.dossier_id == proposal.dossier_id, File.token == token)
        )

    def _is_frozen(self, proposal: Proposal, token: str) -> bool:
        contents = self.db.scalars(
            select(ProposalVersion.content).where(ProposalVersion.proposal_id == proposal.id)
        )
        return any(each["token"] == token for content in contents for each in content["files"])


def shown_name(name: str) -> str:
    """Make a file's name safe to show and to save under: no folders, no control signs."""
    last = PurePath(name.replace("\\", "/")).name
    kept = "".join(sign for sign in last if sign.isprintable()).strip(" .") or "file"
    if len(kept) <= LONGEST_NAME:
        return kept
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if dot else kept[:LONGEST_NAME]
