"""The budget: rows under headings, indirect costs, and the grant asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from grants.forms import settings
from grants.forms.field import NOT_ANSWERED, Answer, Field, Finding, Shape, setting
from grants.forms.kinds.choices import Choice
from grants.forms.kinds.numbers import Money, Number
from grants.forms.kinds.rows import row_findings, row_is_blank, row_schema
from grants.forms.kinds.texts import ShortText
from grants.forms.settings import Option
from grants.i18n import N_


@dataclass(frozen=True, kw_only=True)
class Budget(Field):
    """What the project costs and what is asked for; amounts are integer cents.

    The answer holds `rows` (description, heading, quantity, unit_cost), `indirect` and `requested`.
    """

    kind: ClassVar[str] = "budget"
    shape: ClassVar[Shape] = Shape.BUDGET
    roles: ClassVar[frozenset[str]] = frozenset({"budget"})
    currency: str = setting(settings.currency, "EUR")
    headings: tuple[Option, ...] = setting(settings.options, ())
    max_rows: int = setting(settings.positive, 40)
    max_indirect_percent: int = setting(settings.count, 7)
    max_grant_percent: int = setting(settings.positive, 100)

    def sound(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Ask for headings and for shares that can be."""
        if not self.headings:
            yield N_("Name the headings of the budget."), {}
        if max(self.max_indirect_percent, self.max_grant_percent) > 100:
            yield N_("A share cannot be more than 100 %."), {}
        if self.max_rows > 100:
            yield N_("At most {limit} rows are possible."), {"limit": 100}

    @property
    def parts(self) -> tuple[Field, ...]:
        """The columns of a budget row. Quantities are whole, so that rows add up to the cent."""
        return (
            ShortText(code="description", label=N_("Description")),
            Choice(code="heading", label=N_("Heading"), options=self.headings),
            Number(code="quantity", label=N_("Quantity"), minimum=1, maximum=1_000_000),
            Money(code="unit_cost", label=N_("Unit cost"), currency=self.currency, minimum=1),
        )

    @property
    def beside(self) -> tuple[Field, ...]:
        """The amounts beside the rows."""
        return (
            Money(
                code="indirect",
                label=N_("Indirect costs"),
                currency=self.currency,
                minimum=0,
                required=False,
            ),
            Money(
                code="requested", label=N_("Grant asked for"), currency=self.currency, minimum=1
            ),
        )

    def is_blank(self, answer: Answer) -> bool:
        """Say whether nothing at all is written."""
        if not isinstance(answer, dict):
            return answer is None
        rows = answer.get("rows") or []
        amounts = [answer.get(part.code) for part in self.beside]
        return amounts == [None, None] and all(row_is_blank(row, self.parts) for row in rows)

    def check(self, answer: Answer) -> Iterator[Finding]:
        """Check each row, the amounts, and what they add up to."""
        rows = answer.get("rows") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            yield Finding(NOT_ANSWERED)
            return
        filled = [(n, row) for n, row in enumerate(rows) if not row_is_blank(row, self.parts)]
        if not filled:
            yield Finding(N_("Give at least one row."), missing=True)
        if len(filled) > self.max_rows:
            values = {"count": len(filled), "limit": self.max_rows}
            yield Finding(N_("There are {count} rows. Keep at most {limit}."), values)
        for number, row in filled:
            yield from (f.inside("rows", number) for f in row_findings(row, self.parts))
        for part in self.beside:
            yield from (f.inside(part.code) for f in part.findings(answer.get(part.code)))

    def json_schema(self) -> dict[str, Any]:
        """Describe rows and amounts; JSON Schema cannot add."""
        indirect, requested = self.beside
        return {
            "type": "object",
            "properties": {
                "rows": {
                    "type": "array",
                    "items": row_schema(self.parts),
                    "minItems": 1,
                    "maxItems": self.max_rows,
                },
                "indirect": {"anyOf": [{"type": "null"}, indirect.json_schema()]},
                "requested": requested.json_schema(),
            },
            "required": ["rows", "requested"],
            "additionalProperties": False,
        }


KINDS: tuple[type[Field], ...] = (Budget,)
