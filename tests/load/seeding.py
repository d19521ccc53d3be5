"""A fund as large as it gets: hundreds of proposals under one call, reviewed, ranked and awarded.

Rows are written in bulk and not through the services, which would take minutes;
what they say is complete and hangs together, so that every page shows it.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants import ledger, models
from grants.accounts.models import Appointment, Membership, Person
from grants.calls.models import Call, ProposedAct
from grants.calls.queries.changes import as_it_is
from grants.calls.queries.definitions import definition_of
from grants.calls.queries.stage_rules import rules_of
from grants.directory.models import Organisation, OrganisationKind
from grants.evaluation.queries import stored_rankings
from grants.evaluation.service.check_stages import CHECKS
from grants.kit.database import db
from grants.kit.dossiers.models import HasDossier
from grants.kit.storage import Storage
from grants.projects.queries import project_from_award
from grants.proposals.models import Proposal, ProposalVersion
from grants.proposals.queries import search
from grants.proposals.queries.submission_checks import still_missing
from grants.rules import canonical, scoring
from grants.rules.forms.key_fields import lifted
from grants.rules.scoring import Entry, Outcome, Rules
from grants.rules.workflow import (
    ActKind,
    ActStatus,
    AssignmentStatus,
    CallStatus,
    DecisionKind,
    DeliverableStatus,
    Interest,
    ProjectStatus,
    ProposalStatus,
    RankingStatus,
    Role,
    StageKind,
    StageOutcome,
    StageStatus,
)
from tests.load import wording
from tests.support import samples, world
from tests.support.clock import Clock

NOW = datetime(2020, 2, 3, 9, 0, tzinfo=UTC)
REVIEWS = 3
ANNEXES = ("mayor_letter", "paired_confirmation")
COUNTRIES = ("ES", "DE", "PL", "GR", "SI", "HU", "FI", "IT", "FR", "PT", "CN", "VN", "IN", "JP")
_PDF = samples.PDF

_AT_ONCE = 2000

_Happened = tuple[datetime, str, str, tuple[int, int], tuple[str, str, str]]
"""When, the kind and the reference of what, in which call and proposal, and the step."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much of everything there is."""

    proposals: int = 500
    organisations: int = 200
    """Granada among them; one of them alone submits all proposals."""
    reviewers: int = 40
    awards: int = 40
    in_review: int = 20
    """Proposals under a second call, whose reviews are being written."""
    unchecked: int = 10
    """Proposals under the second call that wait for their check."""
    drafts: int = 5
    """Of Granada, under a third call, which is open."""
    calls: int = 3
    """Closed calls before these, without proposals."""
    events: int = 30
    deliverables: int = 6
    """Of each proposal and project."""
    pairings: int = 3
    members: int = 3
    """Of Granada, beside Lucía."""


@dataclass
class Seeding:
    """Fills an empty database; afterwards it knows what is where."""

    session: Session
    storage: Storage
    size: Size = field(default_factory=Size)

    def seed(self) -> "Seeding":
        """Make everything, and commit it."""
        self.world = world.make(self.session, Clock(NOW), alone=True)
        self.session.flush()
        self._people()
        self.ended = self._call("IUC-2019", closed=date(2019, 3, 31))
        self.under_way = self._call("IUC-2019-B", closed=date(2019, 12, 15))
        self._other_calls()
        self.references = self._propose(self.ended, self.size.proposals, ProposalStatus.PASSED)
        self.checked = self._propose(self.under_way, self.size.in_review, ProposalStatus.IN_STAGE)
        self.unchecked = self._propose(
            self.under_way, self.size.unchecked, ProposalStatus.SUBMITTED, start=self.size.in_review
        )
        self.drafts = self._propose(
            self.world.call, self.size.drafts, ProposalStatus.DRAFT, start=0, only_granada=True
        )
        self._evaluate()
        self._write_ledger()
        self._events()
        self._pairings()
        self._acts()
        search.rebuild(self.session)
        self.session.commit()
        self.names  # noqa: B018  -- while the session is open
        return self

    # Who there is ------------------------------------------------------------

    def _people(self) -> None:
        it, size = self.session, self.size
        made = [
            Organisation(
                name=f"{wording.CITIES[n % 8][0]} development body {n:03}",
                kind=tuple(OrganisationKind)[n % 5],
                country=COUNTRIES[n % len(COUNTRIES)],
                population=50_000 + 1_000 * n if n % 5 == 0 else None,
            )
            for n in range(1, size.organisations)
        ]
        it.add_all(made)
        self.organisations = [self.world.granada, *made]
        self.reviewers = [self.world.wei] + [
            world.person(it, f"Reviewer Number{n:02}", f"reviewer{n}@example.org", NOW)
            for n in range(1, size.reviewers)
        ]
        for n in range(size.members):
            colleague = world.person(it, f"Member {n:03}", f"member{n}@example.org", NOW)
            it.add(Membership(person=colleague, organisation=self.world.granada, since=NOW))
        it.flush()

    def _call(self, code: str, *, closed: date) -> Call:
        closes = datetime(closed.year, closed.month, closed.day, 15, tzinfo=UTC)
        call = world.make_call(self.world.fund, self.world.form, self.world.topics, closes)
        call.code, call.title = code, f"Competitive fund {code[4:]}"
        call.opens_at, call.closes_at = closes - timedelta(days=60), closes
        call.published_at = call.opens_at
        call.envelope_cents = max(call.largest_cents, 2_020_000 * self.size.awards)
        self.session.add(call)
        self.session.flush()
        for person in self.reviewers:
            since = call.opens_at
            self.session.add(
                Appointment(person=person, role=Role.REVIEWER, call_id=call.id, since=since)
            )
        return call

    def _other_calls(self) -> None:
        planned = self._call("IUC-2021", closed=date(2021, 3, 31))
        self.session.execute(
            sa.update(Call)
            .where(Call.id == planned.id)
            .values(status=CallStatus.DRAFT, number=0, published_at=None)
        )
        for n in range(self.size.calls):
            call = self._call(f"IUC-{2018 - n}", closed=date(2018, 1 + n % 12, 10))
            call.title = f"Older call {n}"

    def _events(self) -> None:
        first = NOW.date() + timedelta(days=10)
        self._add(
            models.Event,
            [
                {
                    "token": f"event{n}",
                    "programme_id": self.world.programme.id,
                    "title": f"Exchange number {n} in {wording.CITIES[n % 8][0]}",
                    "description": wording.text(40, n),
                    "place": wording.CITIES[n % 8][0],
                    "starts_on": first + timedelta(days=n),
                    "ends_on": first + timedelta(days=n + 1),
                    "zone": "Europe/Brussels",
                }
                for n in range(self.size.events)
            ],
        )

    def _acts(self) -> None:
        """Have corrections of the closed call refused, and one that waits for a signature."""
        before = as_it_is(self.ended)
        helena, viktor = self.world.helena, self.world.viktor
        acts = [
            ProposedAct(
                kind=ActKind.CORRECT_CALL,
                status=ActStatus.REFUSED if n else ActStatus.WAITING,
                call=self.ended,
                subject=self.ended.code,
                payload={"before": before, "after": before | {"title": f"Title {n}"}},
                sha256=canonical.digest(n),
                stands_on=canonical.digest(before),
                reason="It was wrong.",
                proposed_at=NOW,
                proposed_by=viktor,
                settled_at=NOW if n else None,
                settled_by=helena if n else None,
                settled_reason="It was right." if n else "",
            )
            for n in range(self.size.pairings)
        ]
        self.session.add_all(acts)
        self.session.flush()
        self.act = acts[0].id

    def _pairings(self) -> None:
        it = self.world
        made = [
            models.Pairing(
                programme_id=it.programme.id,
                name=f"Exchange {n:03}",
                kind=models.PairingKind.PAIR,
                sdgs=["9", "11"],
                cities=[it.granada, it.mannheim],
                topics=it.topics[:2],
            )
            for n in range(self.size.pairings)
        ]
        self.session.add_all(made)
        self.session.flush()
        self.pairing = made[0].id

    # What they proposed ------------------------------------------------------

    def _propose(
        self,
        call: Call,
        count: int,
        status: ProposalStatus,
        *,
        start: int = 0,
        only_granada: bool = False,
    ) -> list[str]:
        numbers = range(start, start + count)
        owners = self.organisations[:1] if only_granada else self.organisations
        rows = [self._proposal(call, n, owners[n % len(owners)], status) for n in numbers]
        ids = self._add(Proposal, rows)
        for identity, row in zip(ids, rows, strict=True):
            row["id"] = identity
        written = [self._annexed(row, n) for row, n in zip(rows, numbers, strict=True)]
        self._put(models.File, [file for row in rows for file in row["files"]])
        self._sections(rows, written)
        if status is not ProposalStatus.DRAFT:
            self._versions(call, rows, written)
        self.session.flush()
        return [row["reference"] for row in rows]

    def _proposal(
        self, call: Call, number: int, owner: Organisation, status: ProposalStatus
    ) -> dict[str, Any]:
        at = call.opens_at + timedelta(hours=number % 160)
        return {
            "reference": f"{call.code}-{number + 1:03}",
            "call_id": call.id,
            "organisation_id": owner.id,
            "form_id": self.world.form.id,
            "started_by_id": self.world.lucia.id,
            "started_at": at,
            "start_key": f"{call.code}{number}",
            "status": status,
            "stage_id": _reviews_of(call).id if status in _STAGED else None,
            "title": wording.title(number),
            "topic_id": self.world.topics[number % len(self.world.topics)].id,
            "requested_cents": wording.requested(number),
            "total_cents": wording.requested(number) * 2,
            "starts_on": date(2020, 5, 1),
            "ends_on": date(2021, 4, 30),
            "saved_at": at,
            "submitted_at": None
            if status is ProposalStatus.DRAFT
            else call.closes_at - _spread(at),
        }

    def _annexed(self, row: dict[str, Any], number: int) -> wording.Answers:
        answers = wording.answers(number, deliverables=self.size.deliverables)
        stored = self._stored
        files = [
            {
                "token": f"{row['reference']}-{name}",
                "dossier_id": row["dossier_id"],
                "field": f"annexes.{name}",
                "name": f"{name}.pdf",
                "content_type": "application/pdf",
                "size": stored.size,
                "sha256": stored.sha256,
                "storage_key": stored.key,
                "uploaded_at": row["saved_at"],
                "uploaded_by_id": self.world.lucia.id,
            }
            for name in ANNEXES
        ]
        row["files"] = files
        return answers | {
            "annexes": {name: [file["token"]] for name, file in zip(ANNEXES, files, strict=True)}
        }

    @cached_property
    def _stored(self) -> Any:
        return self.storage.put(_PDF)

    def _sections(self, rows: Rows, written: Sequence[wording.Answers]) -> None:
        self._put(
            models.Section,
            [
                {
                    "proposal_id": row["id"],
                    "code": code,
                    "answers": answers,
                    "revision": 3,
                    "saved_at": row["saved_at"],
                    "saved_by_id": self.world.lucia.id,
                }
                for row, sections in zip(rows, written, strict=True)
                for code, answers in sections.items()
            ],
        )

    def _versions(self, call: Call, rows: Rows, written: Sequence[wording.Answers]) -> None:
        assert not still_missing(call, definition_of(self.world.form), written[0])
        versions = [self._version(call, row, it) for row, it in zip(rows, written, strict=True)]
        ids = self._add(ProposalVersion, versions)
        self.version_of.update({row["id"]: it for row, it in zip(rows, ids, strict=True)})

    @cached_property
    def version_of(self) -> dict[int, int]:
        """Name the frozen version of each proposal."""
        return {}

    def _version(self, call: Call, row: dict[str, Any], answers: wording.Answers) -> dict[str, Any]:
        form, owner = self.world.form, self.session.get(Organisation, row["organisation_id"])
        facts = asdict(lifted(definition_of(form), answers))
        told = ("token", "field", "name", "content_type", "size", "sha256")
        content = {
            "reference": row["reference"],
            "call": {"code": call.code, "version": 1},
            "organisation": {"name": owner.name, "country": owner.country},
            "form": {"code": form.code, "number": form.number, "sha256": form.sha256},
            "answers": answers,
            "files": [{name: file[name] for name in told} for file in row.pop("files")],
            "lifted": _plain(facts),
        }
        return {
            "proposal_id": row["id"],
            "number": 1,
            "answers": answers,
            "content": content,
            "form_id": form.id,
            "sha256": hashlib.sha256(canonical.written(content)).hexdigest(),
            "receipt": f"R-{row['reference']}-01",
            "submitted_at": row["submitted_at"],
            "submitted_by_id": self.world.lucia.id,
        }

    # How they were judged ----------------------------------------------------

    def _evaluate(self) -> None:
        self.stage = self._stage(self.ended, StageStatus.CLOSED)
        self.open_stage = self._stage(self.under_way, StageStatus.OPEN)
        for call, references in ((self.ended, self.references), (self.under_way, self.checked)):
            self._check(call, references)
            self._conclude(call, references)
        marks = self._review(
            self.stage, self.references, lambda _n: AssignmentStatus.LOCKED, Random(1)
        )
        self._review(self.open_stage, self.checked, _in_hand, Random(2))
        self._rank(marks)

    def _stage(self, call: Call, status: StageStatus) -> models.Stage:
        frozen, closed = rules_of(call).to_dict(), status is StageStatus.CLOSED
        stage = _reviews_of(call)
        for each in call.stages:
            each.status, each.opened_at = StageStatus.OPEN, call.closes_at + timedelta(days=7)
            if closed or each is not stage:
                each.status, each.closed_at = (
                    StageStatus.CLOSED,
                    call.closes_at + timedelta(days=60),
                )
        stage.name, stage.minimum_reviews = "Evaluation", REVIEWS
        stage.rules, stage.rules_sha256 = frozen, canonical.digest(frozen)
        stage.due_at = NOW + timedelta(days=20)
        self.session.flush()
        return stage

    def _check(self, call: Call, references: Sequence[str]) -> None:
        self._put(
            models.CheckItem,
            [
                {
                    "proposal_id": number,
                    "code": item["code"],
                    "met": True,
                    "evidence": "Seen in the proposal and its annexes.",
                    "checked_at": call.closes_at + timedelta(days=3),
                    "checked_by_id": self.world.helena.id,
                }
                for number in self.numbers(references).values()
                for item in call.checklist
            ],
        )

    def _conclude(self, call: Call, references: Sequence[str]) -> None:
        """Keep that all passed the checks."""
        numbers = self.numbers(references).values()
        for stage in call.stages:
            if stage.kind in CHECKS:
                self._keep(stage, dict.fromkeys(numbers, StageOutcome.PASSED))

    def _keep(self, stage: models.Stage, outcomes: dict[int, StageOutcome]) -> None:
        self._put(
            models.StageResult,
            [
                {
                    "stage_id": stage.id,
                    "proposal_id": number,
                    "outcome": outcome,
                    "reached_at": stage.closed_at,
                    "evidence": {},
                }
                for number, outcome in outcomes.items()
            ],
        )

    def numbers(self, references: Sequence[str]) -> dict[str, int]:
        """Look up the numbers of proposals."""
        asked = set(references)
        query = sa.select(Proposal.reference, Proposal.id)
        rows = self.session.execute(query)
        return dict(sorted((row.reference, row.id) for row in rows if row.reference in asked))

    def _review(
        self,
        stage: models.Stage,
        references: Sequence[str],
        status: Callable[[int], AssignmentStatus],
        random: Random,
    ) -> dict[str, list[dict[str, int]]]:
        """Have three reviewers judge each; the first of them judges what is under way most."""
        scored: dict[str, list[dict[str, int]]] = {}
        asked: Rows = []
        for n, (reference, number) in enumerate(self.numbers(references).items()):
            for nth in range(REVIEWS):
                reviewer = self.reviewers[self._who(stage, n, nth)]
                asked.append(self._assignment(stage, number, reviewer, status(nth)))
                base = random.randint(3, 9)
                halves = {c.code: min(10, base + random.randint(0, 2)) for c in stage.call.criteria}
                scored.setdefault(reference, []).append(halves)
        self._add(models.Assignment, asked)
        reviews = [self._written(each) for each in asked]
        flat = [halves for each in scored.values() for halves in each]
        marks = [
            _mark(identity, code, given)
            for identity, review, halves in zip(
                self._add(models.Review, reviews), reviews, flat, strict=True
            )
            if review["saved_at"]
            for code, given in halves.items()
        ]
        self._put(models.Mark, marks)
        self._declare([it for it in asked if it["status"] is not AssignmentStatus.OFFERED])
        return scored

    def _who(self, stage: models.Stage, n: int, nth: int) -> int:
        everybody = len(self.reviewers)
        if stage.status is StageStatus.OPEN:
            return (0, 1 + n % (everybody - 2), 2 + n % (everybody - 2))[nth]
        return (n * REVIEWS + nth) % everybody

    def _assignment(
        self, stage: models.Stage, proposal: int, reviewer: Person, status: AssignmentStatus
    ) -> dict[str, Any]:
        return {
            "stage_id": stage.id,
            "proposal_id": proposal,
            "reviewer_id": reviewer.id,
            "status": status,
            "assigned_at": stage.opened_at,
            "assigned_by_id": self.world.helena.id,
        }

    def _written(self, asked: dict[str, Any]) -> dict[str, Any]:
        at, proposal, status = asked["assigned_at"], asked["proposal_id"], asked["status"]
        begun = status is not AssignmentStatus.OFFERED
        submitted = status in (AssignmentStatus.SUBMITTED, AssignmentStatus.LOCKED)
        text = wording.text(120, proposal + asked["reviewer_id"])
        return {
            "assignment_id": asked["id"],
            "version_id": self.version_of[proposal],
            "saved_at": at + timedelta(days=9) if begun else None,
            "submitted_at": at + timedelta(days=10) if submitted else None,
            "revision": 4 if begun else 0,
            "overall_comment": text if begun else "",
            "private_comment": wording.text(30, proposal) if begun else "",
        }

    def _declare(self, reviews: Rows) -> None:
        self._put(
            models.Declaration,
            [
                {
                    "person_id": each["reviewer_id"],
                    "proposal_id": each["proposal_id"],
                    "interest": Interest.NONE,
                    "declared_at": each["assigned_at"],
                }
                for each in reviews
            ],
        )

    # What was decided --------------------------------------------------------

    def _rank(self, scored: dict[str, list[dict[str, int]]]) -> None:
        requested = dict(
            self.session.execute(
                sa.select(Proposal.reference, Proposal.requested_cents).where(
                    Proposal.call_id == self.ended.id
                )
            ).all()
        )
        entries = [
            Entry(reference=it, reviews=tuple(given), requested_cents=requested[it])
            for it, given in scored.items()
        ]
        rules, at = Rules.from_dict(self.stage.rules), self.ended.closes_at + timedelta(days=61)
        found = scoring.rank(rules, entries)
        self.session.add(
            models.Ranking(
                call=self.ended,
                stage=self.stage,
                number=1,
                status=RankingStatus.ADOPTED,
                inputs=stored_rankings.written(rules, entries, ()),
                result=scoring.to_dict(found),
                sha256=scoring.digest(found),
                draws=[],
                computed_at=at,
                computed_by=self.world.helena,
                adopted_at=at,
                adopted_by=self.world.helena,
            )
        )
        outcomes = {place.reference: place.outcome for place in found.places}
        numbers = self.numbers(list(outcomes))
        self._keep(
            self.stage,
            {
                numbers[it]: _RESULTS.get(came, StageOutcome.RESERVE)
                for it, came in outcomes.items()
            },
        )
        self._decide(list(outcomes), outcomes, at + timedelta(days=1))

    def _decide(self, ranked: Sequence[str], outcomes: dict[str, Outcome], at: datetime) -> None:
        """Award the best, keep some in reserve, reject the others; all have their letters."""
        numbers = self.numbers(ranked)
        self.awarded = list(ranked[: self.size.awards])
        self.reserve = list(ranked[self.size.awards : self.size.awards + 10])
        rows: Rows = []
        stand: Rows = []
        awarded, reserve = set(self.awarded), set(self.reserve)
        for reference in ranked:
            kind, status = _decision(
                outcomes[reference], reference in awarded, reference in reserve
            )
            stand.append({"number": numbers[reference], "stands": status})
            rows.append(
                {
                    "proposal_id": numbers[reference],
                    "call_id": self.ended.id,
                    "kind": kind,
                    "awarded_cents": 2_000_000 if kind is DecisionKind.AWARD else None,
                    "reasons": wording.text(60, numbers[reference]),
                    "decided_at": at,
                    "decided_by_id": self.world.helena.id,
                    "notified_at": at,
                    "number": 1,
                    "is_current": True,
                    "unknown": [],
                }
            )
        proposals = Proposal.__table__
        self.session.connection().execute(
            sa.update(proposals)
            .where(proposals.c.id == sa.bindparam("number"))
            .values(status=sa.bindparam("stands")),
            stand,
        )
        self._put(models.Decision, rows)
        self._projects(self.awarded, at)

    def _projects(self, awarded: Sequence[str], at: datetime) -> None:
        query = (
            sa.select(ProposalVersion, models.Decision)
            .join(ProposalVersion.proposal)
            .join(models.Decision, models.Decision.proposal_id == Proposal.id)
            .where(Proposal.id.in_(self.numbers(awarded).values()))
            .order_by(Proposal.reference)
        )
        self.projects = []
        for n, (version, decision) in enumerate(self.session.execute(query).all()):
            project = project_from_award.project_of(version, decision, at=at)
            if n < len(awarded) - 1:  # the last one's agreement is still to be signed
                project.agreement.signed_on = project.signed_on = at.date()
                project.status = ProjectStatus.RUNNING
                self._deliver(project, n, at)
            self.session.add(project)
            self.projects.append(project.reference)
        self.session.flush()

    def _deliver(self, project: models.Project, n: int, at: datetime) -> None:
        for deliverable in project.deliverables[: max(1, self.size.deliverables - 1 - n % 5)]:
            deliverable.status = DeliverableStatus.DELIVERED
            deliverable.delivered_at = deliverable.saved_at = at + timedelta(days=30)
            deliverable.delivered_by, deliverable.held_on = self.world.lucia, at.date()
            deliverable.place, deliverable.description = "Granada", wording.text(90, n)
            deliverable.links = [{"title": "Recording", "url": "https://example.org/recording"}]
            for country, kind, people in (("ES", "city_council", 12), ("CN", "cluster", 9)):
                deliverable.participations.append(
                    models.Participation(
                        country=country, kind=models.ParticipantKind(kind), people=people
                    )
                )
            deliverable.status = DeliverableStatus.ACCEPTED
            deliverable.accepted_at = at + timedelta(days=40)
            deliverable.accepted_by = self.world.helena

    # What the ledger kept ----------------------------------------------------

    def _write_ledger(self) -> None:
        """Write the chain as `ledger.append` would, in bulk."""
        rows: Rows = []
        last = ledger.head(self.session)
        for at, kind, reference, (call, number), (action, before, after) in self._happened():
            row = {
                "seq": last.seq + 1,
                "at": at,
                "actor_id": self.world.helena.id,
                "action": action,
                "subject_kind": kind,
                "subject_id": None,
                "subject_reference": reference,
                "from_status": before or None,
                "to_status": after,
                "reason": "",
                "payload": {},
                "previous_hash": last.hash,
                "fund_id": self.world.fund.id,
                "call_id": call,
                "proposal_id": number,
            }
            row["hash"] = ledger._digest({name: row[name] for name in ledger._HASHED})
            last = ledger.Head(seq=row["seq"], hash=row["hash"])
            rows.append(row)
        self._put(models.LedgerEntry, rows)

    def _happened(
        self,
    ) -> Iterator[tuple[datetime, str, str, tuple[int, int], tuple[str, str, str]]]:
        for call, references in ((self.ended, self.references), (self.under_way, self.checked)):
            for reference, number in self.numbers(references).items():
                for step in _STEPS:
                    yield call.closes_at, "proposal", reference, (call.id, number), step
        reviews = self.session.execute(
            sa.select(models.Assignment.id, Proposal.reference, Proposal.id)
            .join(models.Assignment.proposal)
            .where(models.Assignment.stage_id == self.stage.id)
            .order_by(models.Assignment.id)
        )
        at, call = self.ended.closes_at, self.ended.id
        for review, reference, number in reviews.all():
            for step in _REVIEW_STEPS:
                yield at, "review", f"{reference}/R{review}", (call, number), step

    @cached_property
    def names(self) -> dict[str, object]:
        """Name one of each, for addresses."""
        reviews = self.session.execute(
            sa.select(models.Assignment.status, sa.func.min(models.Assignment.id))
            .where(models.Assignment.proposal_id == self.numbers(self.checked[:1])[self.checked[0]])
            .group_by(models.Assignment.status)
        )
        by_status = dict(row for row in reviews)
        return {
            "organisation": self.world.granada.id,
            "pairing": self.pairing,
            "reviewer": self.world.wei.id,
            "act": self.act,
            "draft": self.drafts[0],
            "ended": self.references[0],
            "checked": self.checked[0],
            "unchecked": self.unchecked[0],
            "reserve": self.reserve[0],
            "review": by_status[AssignmentStatus.DRAFT],
            "submitted": by_status[AssignmentStatus.SUBMITTED],
            "project": self.projects[0],
            "unsigned": self.projects[-1],
        }

    def _add(self, model: Any, rows: Rows) -> Sequence[int]:
        """Insert rows at once, numbered on from those that there are; give their numbers."""
        last = self.session.scalar(sa.select(sa.func.max(model.id))) or 0
        for number, row in enumerate(rows, last + 1):
            row["id"] = number
        self._put(model, rows)
        if rows and not db.is_sqlite(self.session):
            sequence = sa.func.pg_get_serial_sequence(model.__tablename__, "id")
            self.session.execute(sa.select(sa.func.setval(sequence, rows[-1]["id"])))
        return [row["id"] for row in rows]

    def _put(self, model: Any, rows: Rows) -> None:
        """Insert rows at once, less what is no column of theirs; each with its dossier."""
        self.session.flush()
        if issubclass(model, HasDossier) and rows:
            opened = self._add(models.Dossier, [{"kind": model.__tablename__} for _row in rows])
            for row, number in zip(rows, opened, strict=True):
                row["dossier_id"] = number
        known = set(model.__table__.columns.keys())
        for start in range(0, len(rows), _AT_ONCE):
            batch = rows[start : start + _AT_ONCE]
            shaped = [{name: row[name] for name in row if name in known} for row in batch]
            self.session.connection().execute(sa.insert(model.__table__), shaped)


_STEPS = (
    ("start", "", "draft"),
    ("submit", "draft", "submitted"),
    ("admit", "submitted", "admissible"),
    ("qualify", "admissible", "eligible"),
    ("evaluate", "eligible", "in_stage"),
    ("pass", "in_stage", "passed"),
)
_REVIEW_STEPS = (
    ("declare", "offered", "accepted"),
    ("submit", "draft", "submitted"),
    ("lock", "submitted", "locked"),
)


_RESULTS = {
    Outcome.MAIN: StageOutcome.MAIN,
    Outcome.RESERVE: StageOutcome.RESERVE,
    Outcome.BELOW_THRESHOLD: StageOutcome.FAILED,
}
_STAGED = (ProposalStatus.PASSED, ProposalStatus.IN_STAGE)


def _reviews_of(call: Call) -> models.Stage:
    return next(it for it in call.stages if it.kind is StageKind.INDIVIDUAL_REVIEW)


def _in_hand(nth: int) -> AssignmentStatus:
    """Wei writes; the others have submitted, or were just asked."""
    return (AssignmentStatus.DRAFT, AssignmentStatus.SUBMITTED, AssignmentStatus.OFFERED)[nth]


def _spread(at: datetime) -> timedelta:
    return timedelta(minutes=5 + at.hour)


def _mark(review: int, code: str, halves: int) -> dict[str, Any]:
    comment = wording.text(80, review * 7 + len(code))
    return {"review_id": review, "code": code, "halves": halves, "comment": comment}


def _decision(
    outcome: Outcome, awarded: bool, reserve: bool
) -> tuple[DecisionKind, ProposalStatus]:
    if awarded:
        return DecisionKind.AWARD, ProposalStatus.AWARDED
    if reserve:
        return DecisionKind.RESERVE, ProposalStatus.RESERVE
    low = outcome is Outcome.BELOW_THRESHOLD
    kind = DecisionKind.REJECT_THRESHOLD if low else DecisionKind.REJECT_BUDGET
    return kind, ProposalStatus.REJECTED


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def references(seeded: Seeding) -> Iterator[str]:
    """Go round all proposals of the ended call, so that pages are not always of the same one."""
    while True:
        yield from seeded.references
