"""What an awarded proposal says about the project that it becomes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from grants.calls.queries.definitions import definition_of
from grants.decisions.models import Decision
from grants.kit.language.i18n import translations
from grants.projects.models import Agreement, Deliverable, DeliverableType, Project
from grants.proposals.models import ProposalVersion
from grants.rules import timezones
from grants.rules.forms import formtext
from grants.rules.forms.answers import Answers
from grants.rules.forms.definition import Definition
from grants.rules.forms.key_fields import KeyFields, lifted
from grants.rules.forms.kinds.budgets import BudgetField
from grants.rules.money import apportion
from grants.rules.workflow import DeliverableStatus, ProjectStatus

PAIRED = "paired_city"
"""The kind of the partner with which a city is paired."""

_USUAL = timedelta(days=365)
"""How long a project lasts where the form asked for no period."""


def project_of(version: ProposalVersion, decision: Decision, *, at: datetime) -> Project:
    """Make a project of a version that was awarded; `at` is the moment its applicant was told."""
    proposal = version.proposal
    definition = definition_of(proposal.form)
    facts = lifted(definition, version.answers)
    awarded = decision.awarded_cents or 0
    starts_on = facts.starts_on or timezones.day(at, proposal.call.zone)
    ends_on = max(starts_on, facts.ends_on or starts_on + _USUAL)
    return Project(
        reference=f"{proposal.reference}-P",
        proposal=proposal,
        status=ProjectStatus.PREPARATION,
        title=facts.title or proposal.title,
        summary=facts.summary,
        awarded_cents=awarded,
        currency=proposal.call.currency,
        budget=budget_of(definition, version.answers, awarded),
        partners=_partners(facts),
        public=facts.may_publish,
        agreement=Agreement(
            proposal=proposal,
            sequence=1,
            prepared_at=at,
            starts_on=starts_on,
            ends_on=ends_on,
            granted_cents=awarded,
            total_cents=max(awarded, facts.total_cents or proposal.total_cents or 0),
            conditions=decision.conditions,
        ),
        created_at=at,
        deliverables=list(_deliverables(facts, ends_on)),
    )


def budget_of(definition: Definition, answers: Answers, awarded_cents: int) -> list[dict[str, Any]]:
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
        {"code": it.code, "name": it.name, "total_cents": total, "granted_cents": cents}
        for it, total, cents in zip(costly, totals, granted, strict=True)
    ]


def budget_in(project: Project, language: str) -> list[dict[str, Any]]:
    """Return the lines of a budget with the headings as the form names them in a language."""
    found = definition_of(project.proposal.form).in_language(language).playing("budget")
    asked = found[1].computed(None).headings if found and isinstance(found[1], BudgetField) else ()
    say = translations(language).gettext
    said = {it.code: formtext.said(it.name, language, say) for it in asked}
    return [{**line, "name": said.get(line["code"], line["name"])} for line in project.budget]


def paired_city(project: Project) -> Mapping[str, Any] | None:
    """Return the city with which the beneficiary is paired: its name and country."""
    return paired_among(project.partners)


def paired_among(partners: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Find the paired city among those who take part in a project."""
    return next((it for it in partners if it["kind"] == PAIRED), None)


def _partners(facts: KeyFields) -> list[dict[str, Any]]:
    city = facts.paired_city
    paired = [(city.name, PAIRED, city.country, "")] if city else []
    others = [(it.organisation, it.kind, it.country, it.role) for it in facts.partners]
    return [
        {"name": name, "kind": kind, "country": country, "role": role}
        for name, kind, country, role in [*paired, *others]
    ]


def _deliverables(facts: KeyFields, ends_on: date) -> Sequence[Deliverable]:
    types = {it.value: it for it in DeliverableType}
    return [
        Deliverable(
            number=number,
            type=types.get(it.type, DeliverableType.OTHER),
            title=it.title,
            planned=it.description,
            due_on=it.due_on or ends_on,
            proposed_due_on=it.due_on,
            status=DeliverableStatus.PLANNED,
            links=[],
            revision=0,
        )
        for number, it in enumerate(facts.deliverables, start=1)
    ]
