"""The schema's history: it leads an empty database to exactly what the models say, and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from mmo_lti.config import Config, load_config
from mmo_lti.models.database import Database
from mmo_lti.models.registry import metadata
from tasks.cli import ROOT, migrate_database
from tests.databases import create_postgresql, drop_postgresql, postgresql_url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Config]:
    """Settings that name an empty database."""
    env = {"MMO_DATA": str(tmp_path), "MMO_SECRET": "secret"}
    if request.param == "sqlite":
        yield load_config(env)
        return
    name = create_postgresql()
    yield load_config(env | {"DATABASE_URL": postgresql_url(name)})
    drop_postgresql(name)


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    database = Database(config.database_url)
    yield database
    database.close()


def test_the_newest_schema_is_what_the_models_say(config: Config, database: Database) -> None:
    migrate_database(config)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_changes_nothing(config: Config, database: Database) -> None:
    migrate_database(config)
    migrate_database(config)
    assert set(inspect(database.engine).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_the_way_back_leaves_nothing_behind(config: Config, database: Database) -> None:
    migrate_database(config)
    alembic = AlembicConfig()
    alembic.set_main_option("script_location", str(ROOT / "migrations"))
    with database.engine.connect() as connection:
        alembic.attributes["connection"] = connection
        command.downgrade(alembic, "base")
        connection.commit()
    assert inspect(database.engine).get_table_names() == ["alembic_version"]


def test_the_history_is_one_line() -> None:
    """Two branches of it would leave a server without a newest schema."""

    script = ScriptDirectory(str(ROOT / "migrations"))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
