"""Calls: written, published, corrected, found."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload

from grants.access import Access
from grants.accounts.models import Appointment, Person
from grants.calls.models import Call, CallVersion, Criterion, FormVersion, Fund, Stage, Topic
from grants.calls.queries import form_fit, newest_form
from grants.calls.queries.definitions import definition_of
from grants.calls.queries.facts import CallFacts, coded, frozen
from grants.calls.queries.first_stages import first_stages
from grants.calls.queries.stage_plans import earlier_stages
from grants.calls.queries.stage_rules import rules_of
from grants.calls.service.draw_seeds import DrawSeeds
from grants.calls.service.planning import plan_stages, require_moveable
from grants.kit.service import Service
from grants.rules import canonical, money
from grants.rules.errors import NotAllowedNow, Refused
from grants.rules.events import CallChanging, CallCorrected, DeadlineSet
from grants.rules.forms.definition import Definition
from grants.rules.words import N_
from grants.rules.workflow import CALL_STEPS, CallStatus, Role


def one_call(code: str) -> Select[Call]:
    """Select a call with its fund, topics and form."""
    return (
        select(Call)
        .where(Call.code == code)
        .options(
            joinedload(Call.fund),
            joinedload(Call.topics),
            joinedload(Call.form).defer(FormVersion.definition),
        )
    )


@dataclass(frozen=True, slots=True)
class Calls(Service):
    """All calls."""

    def get(self, code: str) -> Call | None:
        """Find a call with its fund, topics and form."""
        return self.db.scalars(one_call(code)).unique().one_or_none()

    def published(self, code: str) -> Call | None:
        """Find a call that the public may see, with all that its page shows."""
        return self.db.scalar(
            select(Call)
            .where(Call.code == code, Call.status != CallStatus.DRAFT)
            .options(
                joinedload(Call.fund),
                joinedload(Call.form),
                selectinload(Call.topics),
                selectinload(Call.criteria),
                selectinload(Call.versions),
                selectinload(Call.stages),
            )
        )

    def public(self, fund: Fund | None = None) -> Sequence[Call]:
        """List the calls that the public may see, of one fund or of all, latest deadline first."""
        found = select(Call).where(Call.status != CallStatus.DRAFT).options(joinedload(Call.fund))
        if fund is not None:
            found = found.where(Call.fund_id == fund.id)
        return self.db.scalars(found.order_by(Call.closes_at.desc())).all()

    def later_forms(self, calls: Collection[Call]) -> Sequence[Stage]:
        """List the stages of these calls for which a form of its own is written; one query."""
        wanted = select(Stage).where(
            Stage.call_id.in_([it.id for it in calls]), Stage.writing_closes_at.is_not(None)
        )
        return self.db.scalars(wanted.order_by(Stage.id)).all()

    def since(self) -> Mapping[int, datetime]:
        """Tell of each call, by number, since when it says what it says to the public."""
        last = select(CallVersion.call_id, func.max(CallVersion.published_at))
        return dict(self.db.execute(last.group_by(CallVersion.call_id)).all())

    def open_now(self) -> Sequence[Call]:
        """List the calls that take proposals now, the most urgent first."""
        at = self.clock()
        return self.db.scalars(
            select(Call)
            .where(Call.status == CallStatus.PUBLISHED, Call.opens_at <= at, at < Call.closes_at)
            .options(joinedload(Call.fund))
            .order_by(Call.closes_at)
        ).all()

    def of_fund(self, fund: Fund, person: Person) -> Sequence[Call]:
        """List the calls of a fund that somebody can open, the latest deadline first."""
        found = Access(self.db).calls_for(person).where(Call.fund_id == fund.id)
        return self.db.scalars(found.order_by(Call.closes_at.desc())).all()

    def reviewers(self, call: Call) -> Sequence[Person]:
        """List who may be asked to review under a call."""
        return self.db.scalars(
            select(Person)
            .join(Person.appointments)
            .where(Appointment.role == Role.REVIEWER, Appointment.call_id == call.id)
            .order_by(Person.name)
        ).all()

    def versions(self, call: Call) -> Sequence[CallVersion]:
        """List what was published, the newest first."""
        return self.db.scalars(
            select(CallVersion)
            .where(CallVersion.call_id == call.id)
            .options(joinedload(CallVersion.published_by), joinedload(CallVersion.signed_by))
            .order_by(CallVersion.number.desc())
        ).all()

    def forms(self, fund: Fund, held: Collection[int] = ()) -> Sequence[FormVersion]:
        """List the newest version of every form that a fund's calls may ask, the newest first.

        With the numbers of the versions that a call holds, these are among them too.
        """
        last = select(FormVersion.code, func.max(FormVersion.number)).group_by(FormVersion.code)
        rows = self.db.execute(last).all()
        latest = (
            select(FormVersion)
            .where(or_(FormVersion.fund_id == fund.id, FormVersion.fund_id.is_(None)))
            .order_by(FormVersion.created_at.desc(), FormVersion.id.desc())
        )
        found = self.db.scalars(latest).all()
        wanted = {(code, number) for code, number in rows}
        return [it for it in found if (it.code, it.number) in wanted or it.id in held]

    def form_versions(self, fund: Fund) -> Sequence[FormVersion]:
        """List all versions of the forms that a fund's calls may ask, each form's newest first."""
        query = select(FormVersion).options(defer(FormVersion.definition))
        mine = or_(FormVersion.fund_id == fund.id, FormVersion.fund_id.is_(None))
        ordered = query.where(mine).order_by(FormVersion.code, FormVersion.number.desc())
        return self.db.scalars(ordered).all()

    def keep_form(
        self,
        code: str,
        definition: Definition,
        *,
        fund: Fund | None = None,
        by: Person | None = None,
    ) -> FormVersion:
        """Keep a form's definition as a new version, unless it is the newest one already.

        It is asked by the calls of one fund, or of all. Raises Refused for another fund's code.
        """
        definition.require_one_currency()
        last = self.db.scalar(newest_form.form(code))
        if last and fund and last.fund_id != fund.id:
            raise Refused(N_("A form of another fund has the code “{code}”."), code=code)
        if last and last.sha256 == definition.digest:
            return last
        made = FormVersion(
            fund_id=last.fund_id if last else fund.id if fund else None,
            code=code,
            number=last.number + 1 if last else 1,
            title=definition.title,
            definition=definition.to_json(),
            sha256=definition.digest,
            created_at=self.clock(),
        )
        self.db.add(made)
        self.db.flush()
        self.record("keep", "form", f"{code}/{made.number}", by=by, facts={"sha256": made.sha256})
        return made

    def create(self, fund: Fund, code: str, facts: CallFacts, *, by: Person) -> Call:
        """Write a call; nobody but the fund sees it until it is published."""
        if self.db.scalar(select(Call.id).where(Call.code == code)):
            raise Refused(N_("There is a call “{code}” already."), code=code)
        call = Call(code=code, fund=fund, status=CallStatus.DRAFT, number=0, stages=first_stages())
        self._write(call, facts)
        self.db.add(call)
        self.db.flush()
        plan_stages(self.db, call, facts.earlier)
        self.record("create", "call", code, by=by, after=call.status.value)
        return call

    def edit(self, call: Call, facts: CallFacts, *, by: Person) -> None:
        """Change a call that is not published yet."""
        self.move(CALL_STEPS, call, "edit", by=by, reference=call.code)
        self._write(call, facts)
        plan_stages(self.db, call, facts.earlier)

    def open_to_public(self, call: Call, *, by: Person) -> CallVersion:
        """Open a call to the public; from now on it is frozen."""
        if not call.criteria:
            raise Refused(N_("A call needs at least one criterion before it is published."))
        if call.closes_at <= self.clock():
            raise Refused(N_("This call would close before it opens."))
        self._require_fitting(call)
        # The status and its evidence change together: the database checks that they do.
        with self.db.no_autoflush:
            call.published_at = self.clock()
            self.move(CALL_STEPS, call, "publish", by=by, reference=call.code)
        version = self._freeze(call, by=by, reason="")
        self.publish(DeadlineSet(call=call))
        return version

    def correct(self, call: Call, facts: CallFacts, *, reason: str, by: Person) -> CallVersion:
        """Correct a published call: a new version, of which its applicants are told.

        Raises NotAllowedNow once it has closed: then one proposes it, and another signs.
        """
        self._require_reason(reason)
        self._lock(call)
        if self.needs_second(call):
            raise NotAllowedNow(
                N_("The call has closed: a correction needs a second signature from now on.")
            )
        self._require_correctable(call, facts)
        return self._correct(call, facts, reason=reason, by=by)

    def needs_second(self, call: Call) -> bool:
        """Return whether no one person corrects a call any more: its proposals are in hand."""
        return call.status is not CallStatus.DRAFT and call.closes_at <= self.clock()

    def _correct(
        self,
        call: Call,
        facts: CallFacts,
        *,
        reason: str,
        by: Person,
        signed_by: Person | None = None,
    ) -> CallVersion:
        signed = {"signed_by": signed_by.id} if signed_by else None
        self.move(
            CALL_STEPS, call, "correct", by=by, reference=call.code, reason=reason, facts=signed
        )
        self._write(call, facts)
        plan_stages(self.db, call, facts.earlier)
        self._require_fitting(call)
        version = self._freeze(call, by=by, reason=reason)
        version.signed_by = signed_by
        self.db.flush()
        self.publish(CallCorrected(call=call, version=version))
        self.publish(DeadlineSet(call=call))
        return version

    def _lock(self, call: Call) -> None:
        self.db.execute(select(Call.id).where(Call.id == call.id).with_for_update())

    def _require_reason(self, reason: str) -> None:
        if not reason.strip():
            raise Refused(N_("State why the call is corrected: applicants will read it."))

    def _require_correctable(self, call: Call, facts: CallFacts) -> None:
        if facts.closes_at != call.closes_at and facts.closes_at <= self.clock():
            raise Refused(N_("This call would close before anyone could read about it."))
        require_moveable(call, facts, self.clock())
        asked = definition_of(call.form).currencies if call.form else ()
        mends = asked == (facts.currency,)
        self.publish(CallChanging(call=call, facts=facts, mends_the_currency=mends))

    def contradictions(self, call: Call) -> list[Refused]:
        """Return all in which a call does not fit its form: it is not published before it does."""
        form = self.db.get(FormVersion, call.form_id) if call.form_id else None
        if form is None:
            return [Refused(N_("A call needs a form before it is published."))]
        earlier = earlier_stages(call)
        later = [self.db.get(FormVersion, it.form_id) for it in earlier if it.form_id]
        forms = [form, *(it for it in later if it is not None)]
        return [
            *form_fit.moments(call, earlier),
            *(it for each in forms for it in form_fit.contradictions(call, definition_of(each))),
        ]

    def _require_fitting(self, call: Call) -> None:
        for refusal in self.contradictions(call):
            raise refusal

    def _require_own_form(self, fund: Fund, number: int) -> None:
        form = self.db.get(FormVersion, number)
        if form is None or form.fund_id not in (None, fund.id):
            raise Refused(N_("Choose one of the fund’s forms."))

    def _write(self, call: Call, facts: CallFacts) -> None:
        money.require_currency(facts.currency)
        for name in (
            "title",
            "summary",
            "currency",
            "envelope_cents",
            "smallest_cents",
            "largest_cents",
            "cofinancing",
            "opens_at",
            "closes_at",
            "zone",
            "form_id",
        ):
            setattr(call, name, getattr(facts, name))
        for number in (facts.form_id, *(it.form_id for it in facts.earlier)):
            if number is not None:
                self._require_own_form(call.fund, number)
        call.rules = dict(facts.rules)
        call.checklist = coded(call, facts.checklist)
        call.topics = list(
            self.db.scalars(
                select(Topic).where(Topic.fund_id == call.fund.id, Topic.id.in_(facts.topic_ids))
            )
        )
        call.criteria.clear()
        self.db.flush()
        call.criteria.extend(
            Criterion(
                position=position,
                code=it.code,
                name=it.name,
                guidance=it.guidance,
                weight=it.weight,
                threshold_halves=it.threshold_halves,
                options=it.options,
            )
            for position, it in enumerate(facts.criteria)
        )
        rules_of(call)  # refuses what nobody could rank by

    def _freeze(self, call: Call, *, by: Person, reason: str) -> CallVersion:
        content = frozen(call)
        call.number += 1
        version = CallVersion(
            call=call,
            number=call.number,
            content=content,
            sha256=canonical.digest(content),
            reason=reason,
            published_at=self.clock(),
            published_by=by,
        )
        self.db.add(version)
        self.db.flush()
        facts = {"version": version.number, "sha256": version.sha256}
        self.record("keep", "call", call.code, by=by, facts=facts)
        DrawSeeds(self.db, self.publish, self.clock).commit(call, by=by)
        return version
