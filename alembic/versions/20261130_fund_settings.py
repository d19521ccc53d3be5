"""What a fund shows of itself, who may apply to it, and which forms are its own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b61e0f9d2a47"
down_revision = "7c05e9d3b1f8"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
LOGO = "(logo_png IS NULL) = (logo_sha256 IS NULL) AND (logo_png IS NULL) = (logo_width IS NULL) AND (logo_png IS NULL) = (logo_height IS NULL)"
COLUMNS = (
    "summary",
    "accent",
    "zone",
    "languages",
    "run_by",
    "registration",
    "logo_png",
    "logo_sha256",
    "logo_width",
    "logo_height",
)


def upgrade() -> None:
    """Go forward: a fund shows itself as the portal does until it says otherwise."""
    with op.batch_alter_table("fund") as batch:
        batch.add_column(sa.Column("summary", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("accent", sa.Text(), nullable=True))
        batch.add_column(sa.Column("zone", sa.Text(), nullable=True))
        batch.add_column(sa.Column("languages", JSON, server_default="[]", nullable=False))
        batch.add_column(sa.Column("run_by", sa.Text(), server_default="", nullable=False))
        batch.add_column(
            sa.Column("registration", sa.String(40), server_default="open", nullable=False)
        )
        batch.add_column(sa.Column("logo_png", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("logo_sha256", sa.Text(), nullable=True))
        batch.add_column(sa.Column("logo_width", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("logo_height", sa.Integer(), nullable=True))
        batch.create_check_constraint(op.f("ck_fund_logo"), LOGO)
    with op.batch_alter_table("fund") as batch:
        batch.alter_column("languages", server_default=None)
    op.create_table(
        "listed_organisation",
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_by_id", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{column}_id"],
                [f"{table}.id"],
                name=op.f(f"fk_listed_organisation_{column}_id_{table}"),
            )
            for column, table in (
                ("fund", "fund"),
                ("organisation", "organisation"),
                ("listed_by", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("fund_id", "organisation_id", name=op.f("pk_listed_organisation")),
    )
    op.create_index(
        op.f("ix_listed_organisation_organisation_id"), "listed_organisation", ["organisation_id"]
    )
    with op.batch_alter_table("form_version") as batch:
        batch.add_column(sa.Column("fund_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_form_version_fund_id_fund"), "fund", ["fund_id"], ["id"])
        batch.create_index(op.f("ix_form_version_fund_id"), ["fund_id"])
    _give_forms_to_funds()


def _give_forms_to_funds() -> None:
    """Give a form to the one fund that asks it, or to the only one; others stay everybody's."""
    bind = op.get_bind()
    funds = [it for (it,) in bind.execute(sa.text("SELECT id FROM fund"))]
    asked = bind.execute(
        sa.text(
            "SELECT DISTINCT form_version.code, call.fund_id FROM form_version"
            " LEFT JOIN call ON call.form_id = form_version.id"
        )
    )
    by_code: dict[str, set[int]] = {}
    for code, fund in asked:
        by_code.setdefault(code, set()).update({fund} - {None})
    for code, of in by_code.items():
        owners = list(of) or funds
        if len(owners) == 1:
            bind.execute(
                sa.text("UPDATE form_version SET fund_id = :fund WHERE code = :code"),
                {"fund": owners[0], "code": code},
            )


def downgrade() -> None:
    """Go back: what a fund had set of its own is forgotten."""
    with op.batch_alter_table("form_version") as batch:
        batch.drop_index(op.f("ix_form_version_fund_id"))
        batch.drop_constraint(op.f("fk_form_version_fund_id_fund"), type_="foreignkey")
        batch.drop_column("fund_id")
    op.drop_table("listed_organisation")
    with op.batch_alter_table("fund") as batch:
        batch.drop_constraint(op.f("ck_fund_logo"), type_="check")
        for column in reversed(COLUMNS):
            batch.drop_column(column)
