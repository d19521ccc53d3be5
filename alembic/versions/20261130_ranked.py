"""Keep the places of a ranking one by one too, so that its page reads those it shows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "e5a90d714c3b"
down_revision = "b3f6c2d8e915"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "ranking_place",
        sa.Column("ranking_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("place", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["ranking_id"], ["ranking.id"], name=op.f("fk_ranking_place_ranking_id_ranking")
        ),
        sa.PrimaryKeyConstraint("ranking_id", "position", name=op.f("pk_ranking_place")),
    )
    op.create_index("ix_ranking_place_reference", "ranking_place", ["reference", "ranking_id"])
    op.add_column("ranking", sa.Column("summary", _JSON, nullable=True))
    _fill(op.get_bind())
    with op.batch_alter_table("ranking", schema=None) as batch_op:
        batch_op.alter_column("summary", existing_type=_JSON, nullable=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("ranking", schema=None) as batch_op:
        batch_op.drop_column("summary")
    op.drop_table("ranking_place")


def _fill(connection: sa.Connection) -> None:
    ranking = sa.table(
        "ranking",
        sa.column("id", sa.Integer),
        sa.column("result", _JSON),
        sa.column("summary", _JSON),
    )
    place = sa.table(
        "ranking_place",
        sa.column("ranking_id", sa.Integer),
        sa.column("position", sa.Integer),
        sa.column("reference", sa.Text),
        sa.column("place", _JSON),
    )
    for number in connection.execute(sa.select(ranking.c.id)).scalars().all():
        here = ranking.c.id == number
        result = connection.execute(sa.select(ranking.c.result).where(here)).scalar_one()
        places = result["places"]
        summary = {**result, "places": len(places)}
        connection.execute(sa.update(ranking).where(here).values(summary=summary))
        if places:
            connection.execute(
                sa.insert(place),
                [
                    {
                        "ranking_id": number,
                        "position": at,
                        "reference": each["reference"],
                        "place": each,
                    }
                    for at, each in enumerate(places)
                ],
            )
