"""Files that go with a proposal: taken in, kept, given out."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import BinaryIO

from sqlalchemy import select

from grants import filetypes, scanning
from grants.errors import WrongFile
from grants.forms.kinds.files import File as FileField
from grants.i18n import N_
from grants.models import File, Person, Proposal, ProposalVersion
from grants.services.base import Service
from grants.services.definitions import definition_of
from grants.services.freezing import present_files
from grants.services.proposals import Proposals
from grants.storage import Storage
from grants.workflow import PROPOSAL_STEPS

LONGEST_NAME = 150


@dataclass(frozen=True, slots=True)
class Files(Service):
    """Files of proposals. A field is named section.field."""

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
        """Find a file that its team may read: what is there, and what was handed in."""
        file = self._file(proposal, token)
        if file is None or file.removed_at is None or self._is_frozen(proposal, token):
            return file
        return None

    def find_handed_in(self, proposal: Proposal, token: str) -> File | None:
        """Find a file that the fund and its reviewers may read: of the version that counts."""
        newest = self.db.scalars(
            select(ProposalVersion)
            .where(ProposalVersion.proposal_id == proposal.id)
            .order_by(ProposalVersion.number.desc())
            .limit(1)
        ).first()
        tokens = [each["token"] for each in newest.content["files"]] if newest else []
        return self._file(proposal, token) if token in tokens else None

    def read(self, file: File) -> Iterator[bytes]:
        """Give a file's bytes, a part at a time."""
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
        sections = proposals.sections_now(proposal)
        answers = sections.get(section) or proposals.begin_section(proposal, section, by)
        held = list(answers.answers.get(code) or [])
        name = shown_name(name)
        if len(held) >= asked.max_files:
            message = N_("“{name}” was not added: there are {limit} files already. Remove one.")
            raise WrongFile(message, name=name, limit=asked.max_files)
        file = self.take_in(asked, name, content, by=by)
        file.proposal_id, file.field = proposal.id, place
        self.db.add(file)
        answers.answers = {**answers.answers, code: [*held, file.token]}
        answers.saved_at, answers.saved_by = self.clock(), by
        proposal.saved_at = self.clock()
        return file

    def remove(self, proposal: Proposal, token: str, *, by: Person) -> None:
        """Take a file away. What was handed in with it keeps it."""
        proposals = Proposals(self.db, self.publish, self.clock)
        proposals.lock(proposal)
        PROPOSAL_STEPS.target("edit", proposal.status)
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
        found = filetypes.inspect(content, name=name, accepted=asked.types, largest=asked.max_bytes)
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

    def _asked(self, proposal: Proposal, section: str, code: str) -> FileField:
        asked = definition_of(proposal.form).section(section).field(code)
        if not isinstance(asked, FileField):
            raise KeyError(code)
        return asked

    def _file(self, proposal: Proposal, token: str) -> File | None:
        return self.db.scalar(
            select(File).where(File.proposal_id == proposal.id, File.token == token)
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
