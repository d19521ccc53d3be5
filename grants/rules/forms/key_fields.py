"""What the portal itself needs from answers: the fields that play a role."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from grants.rules.forms.answers import Answers, answer_to, is_visible
from grants.rules.forms.definition import Definition
from grants.rules.forms.field import Answer, Field
from grants.rules.forms.kinds.budgets import BudgetField
from grants.rules.forms.kinds.dates import day
from grants.rules.money import MOST_CENTS


@dataclass(frozen=True)
class NamedDeliverable:
    """Something the project promises to deliver, as the applicant names it."""

    type: str
    title: str
    due_on: date | None
    description: str


@dataclass(frozen=True)
class NamedPartner:
    """An organisation that takes part, as the applicant names it."""

    organisation: str
    kind: str
    country: str
    role: str
    email: str


@dataclass(frozen=True)
class NamedCity:
    """A city and its country, as the applicant names them."""

    name: str
    country: str


@dataclass(frozen=True)
class KeyFields:
    """The answers that the portal shows in lists and carries on into projects.

    What is not answered, not asked, unreadable or too large is empty or None. Amounts are
    integer cents.
    """

    title: str = ""
    summary: str = ""
    topics: tuple[str, ...] = ()
    requested_cents: int | None = None
    total_cents: int | None = None
    currency: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    city: NamedCity | None = None
    paired_city: NamedCity | None = None
    deliverables: tuple[NamedDeliverable, ...] = ()
    partners: tuple[NamedPartner, ...] = ()
    may_publish: bool = True
    """Whether an awarded project may be shown in public; also where the form does not ask."""

    @property
    def topic(self) -> str | None:
        """The code of the topic, the first if there are several."""
        return self.topics[0] if self.topics else None


def lifted(definition: Definition, answers: Answers) -> KeyFields:
    """Take out of the answers what plays a role."""

    def playing(role: str) -> Answer:
        found = definition.playing(role)
        if found is None or not is_visible(definition, *found, answers):
            return None
        return answer_to(answers, found[0].code, found[1].code)

    period = _mapping(playing("period"))
    topic = playing("topic")
    return KeyFields(
        title=_text(playing("title")),
        summary=_text(playing("summary")),
        topics=tuple(t for t in (topic if isinstance(topic, list) else [topic]) if _text(t)),
        **_amounts(definition, playing("budget"), playing("requested_amount")),
        starts_on=day(period.get("from")),
        ends_on=day(period.get("to")),
        city=_place(playing("city")),
        paired_city=_place(playing("paired_city")),
        deliverables=tuple(_deliverable(row) for row in _rows(playing("deliverables"))),
        partners=tuple(_partner(row) for row in _rows(playing("partners"))),
        may_publish=definition.playing("may_publish") is None or playing("may_publish") is True,
    )


def _text(answer: Answer) -> str:
    return answer if isinstance(answer, str) else ""


def _mapping(answer: Answer) -> dict[str, Any]:
    return answer if isinstance(answer, dict) else {}


def _rows(answer: Answer) -> list[dict[str, Any]]:
    rows = answer if isinstance(answer, list) else []
    return [row for row in rows if isinstance(row, dict) and any(row.values())]


def _cents(answer: Answer) -> int | None:
    return answer if isinstance(answer, int) and not isinstance(answer, bool) else None


def _place(answer: Answer) -> NamedCity | None:
    given = _mapping(answer)
    name = _text(given.get("name"))
    return NamedCity(name, _text(given.get("country"))) if name else None


def _deliverable(row: dict[str, Any]) -> NamedDeliverable:
    return NamedDeliverable(
        type=_text(row.get("type")),
        title=_text(row.get("title")),
        due_on=day(row.get("due_on")),
        description=_text(row.get("description")),
    )


def _partner(row: dict[str, Any]) -> NamedPartner:
    names = ("organisation", "kind", "country", "role", "email")
    return NamedPartner(**{name: _text(row.get(name)) for name in names})


def _amounts(definition: Definition, budget: Answer, requested: Answer) -> dict[str, Any]:
    """Take the grant asked for from the field of its own if there is one, else from the budget."""
    own = _cents(requested)
    field = _field(definition, "budget")
    total = (
        field.computed(budget).total_cents if isinstance(field, BudgetField) and budget else None
    )
    if total is not None and total > MOST_CENTS:
        total = None  # no database takes it; the budget says that it is too large
    source = field or _field(definition, "requested_amount")
    return {
        "requested_cents": own if own is not None else _cents(_mapping(budget).get("requested")),
        "total_cents": total,
        "currency": getattr(source, "currency", None),
    }


def _field(definition: Definition, role: str) -> Field | None:
    found = definition.playing(role)
    return found[1] if found else None
