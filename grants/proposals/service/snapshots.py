"""Freezing a proposal: what the version says, its hash, and its receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.calls.queries.definitions import definition_of
from grants.kit.dossiers.models import File
from grants.proposals.models import Proposal, ProposalVersion
from grants.proposals.queries import newest_version
from grants.rules import canonical
from grants.rules.forms.answers import Answers
from grants.rules.forms.key_fields import lifted


def freeze(
    db: Session,
    proposal: Proposal,
    answers: Answers,
    *,
    by: Person,
    at: datetime,
    files: Sequence[File] | None = None,
    before: ProposalVersion | None = None,
) -> ProposalVersion:
    """Keep a proposal as it is now, under the next number, with a hash and a receipt.

    `files` are those it has now, unless others are named. Who applies, and under which version of
    the call, is as it is now, or as it was in the version `before`.
    """
    files = present_files(db, proposal) if files is None else files
    content = _content(proposal, answers, files)
    if before is not None:
        content |= {name: before.content[name] for name in ("organisation", "call")}
    last = db.scalar(newest_version.version(proposal).with_only_columns(ProposalVersion.number))
    number = (last or 0) + 1
    version = ProposalVersion(
        proposal=proposal,
        number=number,
        form=proposal.form,
        answers=content["answers"],
        content=content,
        sha256=canonical.digest(content),
        receipt=f"R-{proposal.reference}-{number:02d}",
        submitted_at=at,
        submitted_by=by,
    )
    db.add(version)
    return version


def present_files(db: Session, proposal: Proposal) -> Sequence[File]:
    """List the files that a proposal holds now, in the order in which they came."""
    return db.scalars(
        select(File)
        .where(File.dossier_id == proposal.dossier_id, File.removed_at.is_(None))
        .order_by(File.id)
    ).all()


def _content(proposal: Proposal, answers: Answers, files: Sequence[File]) -> dict[str, Any]:
    form = proposal.form
    return {
        "reference": proposal.reference,
        "call": {"code": proposal.call.code, "version": proposal.call.number},
        "organisation": {
            "name": proposal.organisation.name,
            "country": proposal.organisation.country,
        },
        "form": {"code": form.code, "number": form.number, "sha256": form.sha256},
        "answers": {code: dict(given) for code, given in answers.items()},
        "files": [_file(file) for file in files],
        "lifted": _plain(asdict(lifted(definition_of(form), answers))),
    }


def _file(file: File) -> Mapping[str, Any]:
    names = ("token", "field", "name", "content_type", "size", "sha256")
    return {name: getattr(file, name) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
