"""Both databases are there, empty, and can be copied."""

import pytest
import sqlalchemy as sa

from grants.kit.database.db import make_engine

pytestmark = pytest.mark.both_databases


def test_a_database_is_fresh_and_its_copy_has_what_it_had(database_kind, make_database):
    url = make_database(database_kind)
    engine = make_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE city (name TEXT)"))
        connection.execute(sa.text("INSERT INTO city VALUES ('Łódź')"))
    engine.dispose()

    copy = make_engine(make_database(database_kind, template=url), poolclass=sa.NullPool)

    with copy.connect() as connection:
        assert connection.execute(sa.text("SELECT name FROM city")).scalars().all() == ["Łódź"]
    with make_engine(make_database(database_kind), poolclass=sa.NullPool).connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
