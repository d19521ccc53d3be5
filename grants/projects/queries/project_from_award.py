"""What an awarded proposal says about the project that it becomes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from grants.calls.queries.definitions import definition_of
from grants.decisions.models import Decision
from grants.kit.language.i18n import translations
from grants.projects.models import (
    PAIRED,
    Agreement,
    BudgetLine,
    Deliverable,
    DeliverableType,
    Partner,
    PlannedDeliverable,
    Project,
)
from grants.proposals.models import ProposalVersion
from grants.rules import timezones
from grants.rules.forms import formtext
from grants.rules.forms.answers import Answers
from grants.rules.forms.definition import Definition
from grants.rules.forms.key_fields import KeyFields, lifted
from grants.rules.forms.kinds.budgets import BudgetField
from grants.rules.money import apportion
from grants.rules.workflow import DeliverableStatus, ProjectStatus

_USUAL = timedelta(days=365)
"""How long a project lasts where the form asked for no period."""


def project_of(version: ProposalVersion, decision: Decision, *, at: datetime) -> Project:
    """Make a project of a version that was awarded; `at` is the moment its applicant was told."""
    proposal = version.proposal
    definition = definition_of(version.form)
    facts = lifted(definition, version.answers)
    awarded = decision.awarded_cents or 0
    starts_on = facts.starts_on or timezones.day(at, proposal.call.zone)
    ends_on = max(starts_on, facts.ends_on or starts_on + _USUAL)
    budget = budget_of(definition, version.answers, awarded)
    cost = sum(it.total_cents for it in budget) or facts.total_cents or proposal.total_cents or 0
    planned = _planned(facts, ends_on)
    return Project(
        reference=f"{proposal.reference}-P",
        proposal=proposal,
        status=ProjectStatus.PREPARATION,
        title=facts.title or proposal.title,
        summary=facts.summary,
        awarded_cents=awarded,
        currency=proposal.call.currency,
        public=facts.may_publish,
        agreement=Agreement(
            proposal=proposal,
            sequence=1,
            prepared_at=at,
            starts_on=starts_on,
            ends_on=ends_on,
            granted_cents=awarded,
            total_cents=max(awarded, cost),
            conditions=decision.conditions,
            budget=list(budget),
            partners=list(_partners(facts)),
            planned=list(planned),
        ),
        created_at=at,
        deliverables=[_owed(it) for it in planned],
    )


def budget_of(definition: Definition, answers: Answers, awarded_cents: int) -> Sequence[BudgetLine]:
    """Sum the costs by heading; the grant is split by their share, exact to the cent."""
    found = definition.playing("budget")
    if found is None or not isinstance(found[1], BudgetField):
        return []
    section, field = found[0], found[1]
    sums = field.computed((answers.get(section.code) or {}).get(field.code))
    by_heading = sums.by_heading()
    costly = [heading for heading in sums.headings if by_heading[heading.code]]
    totals = [by_heading[heading.code] for heading in costly]
    granted = apportion(awarded_cents, totals) if costly else ()
    return [
        BudgetLine(
            position=position, code=it.code, name=it.name, total_cents=total, granted_cents=cents
        )
        for position, (it, total, cents) in enumerate(
            zip(costly, totals, granted, strict=True), start=1
        )
    ]


def budget_in(project: Project, language: str) -> Sequence[tuple[str, BudgetLine]]:
    """Return the lines of a budget, each with its heading as the form names it in a language."""
    found = definition_of(project.proposal.form).in_language(language).playing("budget")
    asked = found[1].computed(None).headings if found and isinstance(found[1], BudgetField) else ()
    say = translations(language).gettext
    said = {it.code: formtext.said(it.name, language, say) for it in asked}
    return [(said.get(line.code, line.name), line) for line in project.agreement.budget]


def _partners(facts: KeyFields) -> Sequence[Partner]:
    city = facts.paired_city
    paired = [(city.name, PAIRED, city.country, "")] if city else []
    others = [(it.organisation, it.kind, it.country, it.role) for it in facts.partners]
    return [
        Partner(position=position, name=name, kind=kind, country=country, role=role)
        for position, (name, kind, country, role) in enumerate([*paired, *others], start=1)
    ]


def _planned(facts: KeyFields, ends_on: date) -> Sequence[PlannedDeliverable]:
    types = {it.value: it for it in DeliverableType}
    return [
        PlannedDeliverable(
            number=number,
            type=types.get(it.type, DeliverableType.OTHER),
            title=it.title,
            description=it.description,
            due_on=it.due_on or ends_on,
            proposed_due_on=it.due_on,
        )
        for number, it in enumerate(facts.deliverables, start=1)
    ]


def _owed(planned: PlannedDeliverable) -> Deliverable:
    return Deliverable(
        number=planned.number,
        planned=planned,
        status=DeliverableStatus.PLANNED,
        links=[],
        revision=0,
    )
