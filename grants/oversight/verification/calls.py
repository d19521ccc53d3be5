"""Calls: each published version by its hash, and the call as it stands now."""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.calls.models import Call, CallVersion, Stage
from grants.calls.queries.facts import frozen
from grants.oversight.verification.entries import Entries, Finding
from grants.rules import canonical
from grants.rules.workflow import CallStatus


def findings(session: Session, entries: Entries) -> Iterator[Finding]:
    """Compare versions with their hashes, the call with its newest, stages with their rules."""
    for call in session.scalars(sa.select(Call).order_by(Call.code)):
        versions = sorted(call.versions, key=lambda it: it.number)
        for version in versions:
            yield from _version(call, version, entries)
        if versions and call.status is not CallStatus.DRAFT:
            yield from _now(call, versions[-1])
        status = entries.status("call", call.code)
        if status is not None and status != call.status.value:
            yield Finding(reference=call.code, what=f"its status is {call.status}, not {status}")
    for stage in session.scalars(sa.select(Stage).order_by(Stage.id)):
        yield from _stage(stage, entries)


def _version(call: Call, version: CallVersion, entries: Entries) -> Iterator[Finding]:
    reference = f"{call.code}, version {version.number}"
    if canonical.digest(version.content) != version.sha256:
        yield Finding(reference=reference, what="its content does not agree with its hash")
    kept = [it for it in entries.of("call", call.code) if it.facts.get("version") == version.number]
    if kept and kept[-1].facts.get("sha256") != version.sha256:
        yield Finding(reference=reference, what="its hash is not the one in the ledger")


def _now(call: Call, newest: CallVersion) -> Iterator[Finding]:
    now = json.loads(json.dumps(frozen(call)))
    for name, value in newest.content.items():
        if name in now and now[name] != value:
            yield Finding(
                reference=call.code,
                what=f"its {name} is not what version {newest.number} published",
            )


def _stage(stage: Stage, entries: Entries) -> Iterator[Finding]:
    reference = stage.reference
    if canonical.digest(stage.rules) != stage.rules_sha256:
        yield Finding(reference=reference, what="its rules do not agree with their hash")
    opened = entries.last("stage", reference, "open")
    if opened and opened.facts.get("rules") != stage.rules_sha256:
        yield Finding(
            reference=reference, what="the hash of its rules is not the one in the ledger"
        )
    status = entries.status("stage", reference)
    if status is not None and status != stage.status.value:
        yield Finding(reference=reference, what=f"its status is {stage.status}, not {status}")
