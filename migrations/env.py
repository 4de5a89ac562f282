"""Alembic: the schema's history, for SQLite and PostgreSQL alike."""

from alembic import context
from sqlalchemy import Connection

from mmo_lti.config import load_config
from mmo_lti.models.base import Named, Utc
from mmo_lti.models.database import Database
from mmo_lti.models.registry import metadata


def plain_type(kind: str, thing: object, _context: object) -> str | bool:
    """Write our column types as what the databases know: a migration must not change when our code does."""
    if kind == "type" and isinstance(thing, Utc):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Named):
        return "sa.String(40)"
    return False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=plain_type,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    database = Database(load_config().database_url)
    with database.engine.connect() as opened:
        migrate(opened)
        opened.commit()
    database.close()
