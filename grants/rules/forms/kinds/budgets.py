"""The budget: rows under headings, indirect costs, and the grant asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from grants.rules import money
from grants.rules.forms import settings
from grants.rules.forms.field import NOT_ANSWERED, Answer, AnswerError, Field, Shape, setting
from grants.rules.forms.kinds.choices import ChoiceField
from grants.rules.forms.kinds.numbers import MoneyField, RateField, amount_from_typed, is_whole
from grants.rules.forms.kinds.rows import row_findings, row_is_blank, row_schema
from grants.rules.forms.kinds.texts import ShortTextField
from grants.rules.forms.settings import Option
from grants.rules.words import N_

INDIRECT = "indirect"


@dataclass(frozen=True, kw_only=True)
class QuantityField(Field):
    """How much of something, up to two decimals; kept in hundredths, so 250 is 2.5 months."""

    kind: ClassVar[str] = "quantity"
    numeric: ClassVar[bool] = True
    unread: ClassVar[str] = N_(
        "We could not read “{typed}” as a quantity. Write digits, and at most two decimals."
    )
    most: ClassVar[int] = 100_000_000

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Ask for more than nothing."""
        if not is_whole(answer) or not 1 <= answer <= self.most:
            yield AnswerError(N_("Write a quantity above 0 and up to a million."))

    def json_schema(self) -> dict[str, Any]:
        """Describe hundredths."""
        return {"type": "integer", "minimum": 1, "maximum": self.most}

    def read(self, typed: str, language: str) -> Answer:
        """Read a quantity as the language writes numbers."""
        return amount_from_typed(typed, language)

    def show(self, answer: Answer, language: str) -> str:
        """Write a quantity; a whole one without decimals."""
        if not is_whole(answer):
            return super().show(answer, language)
        written = money.shown(answer, language=language)
        return written[:-3] if answer % 100 == 0 else written


@dataclass(frozen=True, kw_only=True)
class BudgetField(Field):
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
        if INDIRECT in [option.code for option in self.headings]:
            yield N_("Indirect costs are asked for already; no heading can have that code."), {}
        if max(self.max_indirect_percent, self.max_grant_percent) > 100:
            yield N_("A share cannot be more than 100 %."), {}
        if self.max_rows > 100:
            yield N_("At most {limit} rows are possible."), {"limit": 100}

    @property
    def parts(self) -> tuple[Field, ...]:
        """The columns of a budget row."""
        return (
            ShortTextField(code="description", label=N_("Description")),
            ChoiceField(code="heading", label=N_("Heading"), options=self.headings),
            QuantityField(code="quantity", label=N_("Quantity")),
            RateField(code="unit_cost", label=N_("Unit cost"), currency=self.currency, minimum=1),
        )

    @property
    def beside(self) -> tuple[Field, ...]:
        """The amounts beside the rows."""
        return (
            MoneyField(
                code="indirect",
                label=N_("Indirect costs"),
                currency=self.currency,
                minimum=0,
                required=False,
            ),
            MoneyField(
                code="requested", label=N_("Grant requested"), currency=self.currency, minimum=1
            ),
        )

    def is_blank(self, answer: Answer) -> bool:
        """Return whether nothing at all is written."""
        if not isinstance(answer, dict):
            return answer is None
        rows = answer.get("rows") or []
        amounts = [answer.get(part.code) for part in self.beside]
        return amounts == [None, None] and all(row_is_blank(row, self.parts) for row in rows)

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Check each row, the amounts, and what they add up to."""
        rows = answer.get("rows") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            yield AnswerError(NOT_ANSWERED)
            return
        filled = [(n, row) for n, row in enumerate(rows) if not row_is_blank(row, self.parts)]
        if not filled:
            yield AnswerError(N_("Give at least one row."), missing=True)
        if len(filled) > self.max_rows:
            values = {"count": len(filled), "limit": self.max_rows}
            yield AnswerError(N_("There are {count} rows. Keep at most {limit}."), values)
        for number, row in filled:
            yield from (f.inside("rows", number) for f in row_findings(row, self.parts))
        for part in self.beside:
            yield from (f.inside(part.code) for f in part.findings(answer.get(part.code)))
        yield from self._check_sums(answer)

    def _check_sums(self, answer: dict[str, Any]) -> Iterator[AnswerError]:
        """Hold indirect costs and the grant to their shares, as far as the rows can be read."""
        sums = self.computed(answer)
        if sums.total_cents > money.MOST_CENTS:
            message = N_("The costs add up to more than we can keep. At most {limit} is possible.")
            yield AnswerError(message, {"limit": self._amount(money.MOST_CENTS)})
        for over in sums.exceeded():
            values = {
                "percent": self.max_indirect_percent,
                "limit": self._amount(over.ceiling_cents),
            }
            message = N_("At most {percent} % of the direct costs are possible: {limit}.")
            yield AnswerError(message, values, (INDIRECT,))
        requested = answer.get("requested")
        most = money.flat_rate_cents(sums.total_cents, self.max_grant_percent * 100)
        if is_whole(requested) and requested > most:
            values = {"percent": self.max_grant_percent, "limit": self._amount(most)}
            message = N_("You can ask for at most {percent} % of the total: {limit}.")
            yield AnswerError(message, values, ("requested",))

    def _amount(self, cents: int) -> money.Amount:
        return money.Amount(cents, self.currency)

    def computed(self, answer: Answer) -> money.Budget:
        """Add up what can be read of an answer; indirect costs are a heading of their own."""
        given = answer if isinstance(answer, dict) else {}
        listed = given.get("rows")
        rows = [self._row(row) for row in (listed if isinstance(listed, list) else [])]
        indirect = given.get(INDIRECT)
        if is_whole(indirect) and indirect >= 0:
            rows.append(_money_row(INDIRECT, 100, indirect))
        return money.Budget(self._headings(), tuple(row for row in rows if row is not None))

    def _headings(self) -> tuple[money.Heading, ...]:
        cap = self.max_indirect_percent * 100
        indirect = money.Heading(
            code=INDIRECT,
            name=N_("Indirect costs"),
            kind=money.CostKind.FLAT_RATE,
            cap_basis_points=cap,
        )
        named = (money.Heading(code=one.code, name=one.label) for one in self.headings)
        return (*named, indirect)

    def _row(self, row: Answer) -> money.BudgetRow | None:
        if not isinstance(row, dict) or row.get("heading") not in [o.code for o in self.headings]:
            return None
        quantity, unit_cost = row.get("quantity"), row.get("unit_cost")
        if not is_whole(quantity) or quantity < 0:
            return None
        cents = self._unit_cents(unit_cost)
        if cents is None:
            return None
        return _money_row(row["heading"], quantity, cents, str(row.get("description") or ""))

    def _unit_cents(self, rate: Answer) -> int | Fraction | None:
        """Return a unit cost in cents, exactly; None for what is no rate."""
        if is_whole(rate) and rate >= 0:
            return rate
        decimals = money.decimals(self.currency)
        if isinstance(rate, str) and money.is_rate(rate, decimals=decimals):
            return money.rate_cents(rate, decimals=decimals)
        return None

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


def _money_row(
    heading: str, quantity: int, unit_cost: int | Fraction, description: str = ""
) -> money.BudgetRow:
    return money.BudgetRow(
        heading=heading,
        partner="",
        quantity_hundredths=quantity,
        unit_cents=unit_cost,
        description=description,
    )


KINDS: tuple[type[Field], ...] = (BudgetField,)
