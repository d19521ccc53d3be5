"""Count the money of drafts in the smallest unit of their currency: a yen, a thousandth of a dinar.

Amounts were kept in hundredths of every currency. What is published or handed in is frozen and
hashed, so it is not rewritten: a portal that has such a call in a currency without hundredths
cannot go on by itself.
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "8a3f51c7d02e"
down_revision = "7d2b9e40c1aa"

NONE = [
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "ISK",
    "JPY",
    "KMF",
    "KRW",
    "PYG",
    "RWF",
    "UGX",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
]
THREE = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
CALL = sa.table(
    "call",
    sa.column("code", sa.Text),
    sa.column("number", sa.Integer),
    sa.column("currency", sa.Text),
    sa.column("envelope_cents", sa.BigInteger),
    sa.column("smallest_cents", sa.BigInteger),
    sa.column("largest_cents", sa.BigInteger),
)
AMOUNTS = (CALL.c.envelope_cents, CALL.c.smallest_cents, CALL.c.largest_cents)


def upgrade() -> None:
    """Go forward."""
    published = sa.select(CALL.c.code).where(CALL.c.number > 0, CALL.c.currency.in_(NONE + THREE))
    if codes := op.get_bind().scalars(published.order_by(CALL.c.code)).all():
        raise RuntimeError(
            f"These calls are published in a currency that has no hundredths, and their amounts "
            f"are kept in hundredths: {', '.join(codes)}. What is published is frozen, so they "
            f"cannot be converted. Publish them anew with this version, from an empty database."
        )
    _rescale(NONE, lambda column: column // 100)
    _rescale(THREE, lambda column: column * 10)


def downgrade() -> None:
    """Go back."""
    _rescale(NONE, lambda column: column * 100)
    _rescale(THREE, lambda column: column // 10)


def _rescale(currencies: list[str], scaled: Callable[[sa.Column], sa.ColumnElement]) -> None:
    """Change the amounts of drafts; whole numbers are divided as whole numbers."""
    drafts = (CALL.c.number == 0, CALL.c.currency.in_(currencies))
    values = {column: scaled(column) for column in AMOUNTS}
    op.execute(sa.update(CALL).where(*drafts).values(values))
