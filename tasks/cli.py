"""`mmo`: the operator's command. The only place besides the jobs that may know both sides."""

from __future__ import annotations

import logging
import sys
from datetime import datetime
from pathlib import Path

import click
from alembic import command
from alembic.config import Config as AlembicConfig

from mmo_lti.config import Config, load_config
from mmo_lti.lti.log import FORM
from mmo_lti.models.database import Database
from mmo_lti.services import clock
from tasks.cli_doctor import doctor
from tasks.cli_journal import journal
from tasks.cli_keys import keys
from tasks.cli_outbox import outbox_commands
from tasks.cli_platform import platform

ROOT = Path(__file__).resolve().parent.parent


@click.group()
def main() -> None:
    """The methodical associations of a city, inside its Moodle."""


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    migrate_database(load_config())


def migrate_database(config: Config) -> None:
    """Run the migrations that `config`'s database still lacks."""
    database = Database(config.database_url)
    alembic = AlembicConfig()
    # The settings' own language has a meaning for %.
    alembic.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    with database.engine.connect() as connection:
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "head")
        connection.commit()
    database.close()


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=8, show_default=True)
def web(host: str, port: int, threads: int) -> None:
    """Serve the tool."""
    from waitress import serve  # noqa: PLC0415 - the other commands need no web server

    from mmo_lti.app import create_app  # noqa: PLC0415

    # One line an event, to where the process manager looks; what may stand in it is `lti/log.py`'s to say.
    logging.basicConfig(level=logging.INFO, format=FORM)
    config = load_config()
    if not config.secure and host not in {"127.0.0.1", "localhost", "::1"}:
        raise click.UsageError(
            "plain http is served on the loopback interface only: set MMO_PUBLIC_URL to https"
        )
    serve(
        create_app(config),
        host=host,
        port=port,
        threads=threads,
        clear_untrusted_proxy_headers=not config.proxies,
    )


@main.command()
@click.option("--pool", default="solo", show_default=True, help="Celery's pool: solo, threads, prefork")
@click.option("--concurrency", default=1, show_default=True)
def worker(pool: str, concurrency: int) -> None:
    """Work off the outbox."""
    from tasks.app import app  # noqa: PLC0415

    app.worker_main(
        ["worker", f"--pool={pool}", f"--concurrency={concurrency}", "--loglevel=INFO", "--without-mingle"]
    )


@main.command()
def beat() -> None:
    """Tick: what is due follows from rows and the clock."""
    from tasks.app import app  # noqa: PLC0415

    app.Beat(loglevel="INFO").run()


@main.group()
def demo_clock() -> None:
    """Move the demo's clock; refused outside demo mode."""


@demo_clock.command("set")
@click.argument("moment")
def set_clock(moment: str) -> None:
    """Set the demo's clock to an ISO moment with its zone."""
    config = load_config()
    if not config.demo:
        raise click.UsageError("the clock moves in demo mode only (MMO_DEMO=1)")
    database = Database(config.database_url)
    with database.write() as session:
        clock.shift_to(session, _moment(moment), config.clock_file)
    database.close()


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise click.BadParameter("a moment with its zone is wanted: 2027-06-20T09:00:00+03:00")
    return found


for command_or_group in (platform, keys, journal, outbox_commands, doctor):
    main.add_command(command_or_group)


if __name__ == "__main__":
    sys.exit(main())
