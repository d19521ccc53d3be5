"""All that happens to proposals, from the first word until they are judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import select

from grants.accounts.models import Person
from grants.calls.models import Call
from grants.calls.queries.definitions import definition_of
from grants.calls.queries.form_fit import require_one_currency
from grants.calls.service.funds import Funds
from grants.directory.models import Organisation
from grants.proposals.models import Proposal, ProposalVersion, Section
from grants.proposals.queries.reading import ProposalReading
from grants.proposals.service import snapshots
from grants.proposals.service.authorisation import Authorisation
from grants.rules.errors import CallClosed, Incomplete, NotAllowedNow, OutOfDate
from grants.rules.events import (
    ProposalRestored,
    ProposalSubmitted,
    ProposalTakenBack,
    ProposalWithdrawn,
)
from grants.rules.forms import merging
from grants.rules.forms.answers import Answers, Missing
from grants.rules.forms.definition import Definition
from grants.rules.forms.field import Answer, Shape
from grants.rules.forms.key_fields import lifted
from grants.rules.forms.merging import Prints
from grants.rules.words import N_
from grants.rules.workflow import PROPOSAL_STEPS, ProposalStatus


class SectionChanged(OutOfDate):
    """Somebody saved the section since this page was opened; `section` is what they wrote.

    `asked` names the answers that both changed, `taken` those that only they changed.
    """

    def __init__(self, section: Section, asked: Sequence[str], taken: Sequence[str]) -> None:
        super().__init__(N_("Someone else saved this section while you were writing."))
        self.section, self.asked, self.taken = section, tuple(asked), tuple(taken)


class NotComplete(Incomplete):
    """A proposal cannot be submitted yet; `missing` lists why."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__(N_("The proposal is incomplete and cannot be submitted yet."))
        self.missing = tuple(missing)


@dataclass(frozen=True, slots=True)
class Proposals(ProposalReading):
    """All that happens to proposals."""

    # What people do -----------------------------------------------------------

    def start(self, call: Call, organisation: Organisation, *, by: Person, key: str) -> Proposal:
        """Begin a proposal; the same key begins one only. Raises CallClosed."""
        begun = self.db.scalar(
            select(Proposal).where(Proposal.started_by_id == by.id, Proposal.start_key == key)
        )
        if begun:
            return begun
        self.require_open(call)
        if call.form is None:
            raise NotAllowedNow(N_("This call has no form yet."))
        Funds(self.db, self.publish, self.clock).require_may_apply(call.fund, organisation)
        moment = self.clock()
        proposal = Proposal(
            reference=self._next_reference(call),
            call=call,
            organisation=organisation,
            form=call.form,
            started_by=by,
            started_at=moment,
            start_key=key,
            saved_at=moment,
            status=ProposalStatus.DRAFT,
        )
        self.db.add(proposal)
        self.db.flush()
        after = ProposalStatus.DRAFT.value
        self.record("start", PROPOSAL_STEPS.noun, proposal.reference, by=by, after=after)
        return proposal

    def save(
        self,
        proposal: Proposal,
        code: str,
        answers: Mapping[str, Answer],
        *,
        by: Person,
        revision: int,
        tab: str,
        base: Prints | None = None,
    ) -> Section:
        """Keep a section, however incomplete. Raises SectionChanged if it would undo a save.

        Raises CallClosed for what arrived after the deadline: what is there then, stays.
        `base` are the fingerprints of the answers that the window had read: what only others
        changed since is kept, and refused is what both changed. One window goes on from its own
        saves. Files are not part of what is typed: they keep what `Files` put there.
        """
        self.lock(proposal)
        PROPOSAL_STEPS.target("edit", proposal.status)
        self.require_writing(proposal)
        sections = self.sections_now(proposal)
        section = sections.get(code) or self.begin_section(proposal, code, by)
        definition = definition_of(proposal.form)
        typed = {**answers, **_files_in(definition, code, section.answers)}
        if section.revision != revision:
            typed = _merged(section, typed, base or {}, own=section.tab == tab)
        if typed == section.answers and section.revision:
            return section
        section.answers, section.saved_by = typed, by
        section.is_saved(tab=tab, at=self.clock())
        proposal.saved_at = section.saved_at
        if proposal.status is ProposalStatus.DRAFT:
            self.lift(proposal, {**sections, code: section})
        return section

    def submit(self, proposal: Proposal, *, by: Person) -> ProposalVersion:
        """Submit it: freeze a version with a receipt.

        Raises CallClosed, NotComplete, NotAuthorised. Submitting what is submitted already gives
        the version that there is. What differs from that is new: it came in time, and the call's
        end settled the proposal while it waited.
        """
        self.lock(proposal)
        PROPOSAL_STEPS.target("submit", proposal.status)
        self._require_binding(proposal, by)
        written = self.sections_now(proposal)
        answers = {code: section.answers for code, section in written.items()}
        last = self.newest_version(proposal)
        if proposal.status is ProposalStatus.SUBMITTED and last and last.answers == answers:
            return last
        self.require_writing(proposal)
        require_one_currency(proposal.call, definition_of(proposal.form))
        missing = self.missing(proposal, answers)
        if missing:
            raise NotComplete(missing)
        self.lift(proposal, written)
        version = snapshots.freeze(self.db, proposal, answers, by=by, at=self.clock())
        proposal.submitted_at = version.submitted_at
        self.move(
            PROPOSAL_STEPS,
            proposal,
            "submit",
            by=by,
            reference=proposal.reference,
            facts={"version": version.number, "receipt": version.receipt, "sha256": version.sha256},
        )
        self.db.flush()  # whoever hears of it asks for the version by its number
        self.publish(ProposalSubmitted(proposal=proposal, version=version))
        return version

    def take_back(self, proposal: Proposal, *, by: Person) -> None:
        """Open it for changes, until the deadline. Raises CallClosed, NotAuthorised.

        The version that was submitted counts until another one is.
        """
        self.lock(proposal)
        self._require_binding(proposal, by)
        self.require_writing(proposal)
        version = self.versions(proposal)[-1]
        facts = {"version": version.number, "receipt": version.receipt}
        self.move(
            PROPOSAL_STEPS,
            proposal,
            "take_back",
            by=by,
            reference=proposal.reference,
            facts=facts,
        )
        self.publish(ProposalTakenBack(proposal=proposal, version=version, by=by))

    def withdraw(self, proposal: Proposal, *, by: Person, reason: str = "") -> None:
        """End it; what was submitted is kept. Until the deadline that can be undone.

        Raises NotAuthorised.
        """
        self.lock(proposal)
        PROPOSAL_STEPS.target("withdraw", proposal.status)
        self._require_binding(proposal, by)
        proposal.withdrawn_at = self.clock()
        self.move(
            PROPOSAL_STEPS, proposal, "withdraw", by=by, reference=proposal.reference, reason=reason
        )
        self.publish(ProposalWithdrawn(proposal=proposal, by=by, reason=reason))

    def restore(self, proposal: Proposal, *, by: Person) -> None:
        """Undo a withdrawal, until the deadline: what was submitted counts.

        Raises CallClosed, NotAuthorised.
        """
        self.lock(proposal)
        self._require_binding(proposal, by)
        self.require_writing(proposal)
        version = self.newest_version(proposal)
        counts = self.counting_version(proposal)
        action = "restore" if counts else "restore_invited" if version else "restore_draft"
        PROPOSAL_STEPS.target(action, proposal.status)
        proposal.withdrawn_at = None
        proposal.submitted_at = version.submitted_at if version else None
        self.move(PROPOSAL_STEPS, proposal, action, by=by, reference=proposal.reference)
        self.publish(ProposalRestored(proposal=proposal, version=counts, by=by))

    # What the steps share ------------------------------------------------------

    def lock(self, proposal: Proposal) -> None:
        """Have others who change it wait, and see it as it is now."""
        self.db.flush()  # refreshing drops what is not written yet
        self.db.refresh(proposal, ["status", "submitted_at"], with_for_update={"key_share": True})

    def begin_section(self, proposal: Proposal, code: str, by: Person) -> Section:
        """Open a section in which nothing is written yet. Raises KeyError if the form has none."""
        definition_of(proposal.form).section(code)
        section = Section(
            proposal=proposal, code=code, answers={}, revision=0, saved_at=self.clock(), saved_by=by
        )
        self.db.add(section)
        return section

    def lift(self, proposal: Proposal, sections: Mapping[str, Section]) -> None:
        """Copy into the proposal what lists show of its answers.

        While it is reopened they show what counts, which is the version submitted last.
        """
        self.lift_answers(proposal, {code: it.answers for code, it in sections.items()})

    def lift_answers(self, proposal: Proposal, answers: Answers) -> None:
        """Copy into the proposal what lists show of these answers."""
        facts = lifted(definition_of(proposal.form), answers)
        proposal.title = facts.title
        proposal.requested_cents, proposal.total_cents = facts.requested_cents, facts.total_cents
        proposal.starts_on, proposal.ends_on = facts.starts_on, facts.ends_on
        named = {topic.code: topic for topic in proposal.call.topics}
        proposal.topic = next((named[code] for code in facts.topics if code in named), None)

    def require_open(self, call: Call) -> None:
        """Raise CallClosed unless the call takes proposals at this moment."""
        moment = self.clock()
        if call.is_open(moment):
            return
        late = moment >= call.closes_at
        message = N_("This call closed on {day} at {time}.")
        raise _closed(
            call.closes_at if late else call.opens_at,
            call.zone,
            message if late else N_("This call opens on {day} at {time}."),
        )

    def require_writing(self, proposal: Proposal) -> None:
        """Raise CallClosed unless its team writes at this moment the form that it is at."""
        if proposal.invited_to is None:
            self.require_open(proposal.call)
        elif not proposal.is_open(self.clock()):
            message = N_("This form closed on {day} at {time}.")
            raise _closed(proposal.closes_at, proposal.call.zone, message)

    def _require_binding(self, proposal: Proposal, by: Person) -> None:
        """Raise NotAuthorised where the call asks for an authorised officer, and this is none."""
        Authorisation(self.db).require(proposal, by=by)

    def _next_reference(self, call: Call) -> str:
        """Number the call's proposals from 001; others who begin one at the same time wait."""
        self.db.execute(select(Call.id).where(Call.id == call.id).with_for_update(key_share=True))
        begun = self.db.scalar(
            select(sa.func.count()).select_from(Proposal).where(Proposal.call_id == call.id)
        )
        return f"{call.code}-{(begun or 0) + 1:03d}"


def _closed(at: datetime, zone: str, message: str) -> CallClosed:
    there = at.astimezone(ZoneInfo(zone))
    return CallClosed(message, day=there.date(), time={"clock": there, "zone": zone})


def _merged(
    section: Section, typed: Mapping[str, Answer], base: Prints, *, own: bool
) -> dict[str, Answer]:
    """Merge what was typed with what was saved since. Raises SectionChanged if both changed it."""
    merged = merging.merge(base, section.answers, typed)
    if merged.asked and not own:
        raise SectionChanged(section, merged.asked, merged.taken)
    return merged.answers


def _files_in(
    definition: Definition, code: str, answers: Mapping[str, Answer]
) -> Mapping[str, Any]:
    fields = (f.code for f in definition.section(code).fields if f.shape is Shape.FILES)
    return {field: answers[field] for field in fields if field in answers}
