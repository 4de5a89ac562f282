"""`mmo`: the operator's command."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import inspect

from mmo_lti.config import load_config
from mmo_lti.models.database import Database
from mmo_lti.models.registry import metadata
from mmo_lti.services import clock
from mmo_lti.services.registration import register_platform
from tasks.cli import main
from tests.factories.moment import NOW, moment
from tests.lti.conftest import platform_facts

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run `mmo` with settings of its own."""
    for name in ("DATABASE_URL", "REDIS_URL", "MMO_DEMO", "MMO_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MMO_DATA", str(tmp_path))

    def run(*arguments: str, **env: str) -> Result:
        return CliRunner().invoke(main, arguments, env=env, catch_exceptions=False)

    return run


def database(tmp_path: Path) -> Database:
    return Database(load_config({"MMO_DATA": str(tmp_path)}).database_url)


def test_migrate_makes_every_table_and_may_run_again(run, tmp_path: Path) -> None:
    for _ in range(2):
        assert run("migrate").exit_code == 0
    made = database(tmp_path)
    assert set(metadata.tables) <= set(inspect(made.engine).get_table_names())
    made.close()


def test_migrate_takes_a_folder_with_a_percent_sign(run, tmp_path: Path) -> None:
    folder = tmp_path / "100%"
    assert run("migrate", MMO_DATA=str(folder)).exit_code == 0
    assert (folder / "mmo.sqlite3").exists()


def test_an_invitation_is_an_address_good_once(run, tmp_path: Path) -> None:
    run("migrate")
    result = run("platform", "invite", MMO_PUBLIC_URL="https://mmo.example")
    assert re.fullmatch(r"https://mmo\.example/lti/register/[\w-]{20,}\n", result.output)
    assert result.output != run("platform", "invite", MMO_PUBLIC_URL="https://mmo.example").output


def test_platforms_are_listed_with_their_client_ids(run, tmp_path: Path) -> None:
    run("migrate")
    made = database(tmp_path)
    with made.write() as session:
        register_platform(session, platform_facts(), frozenset(), NOW)
    made.close()
    assert run("platform", "list").output == "https://moodle.example\tCLIENT_ID\tenabled\t1\n"


def test_the_clock_moves_in_a_demo_only(run, tmp_path: Path) -> None:
    run("migrate")
    result = run("demo-clock", "set", "2027-06-20T09:00:00+03:00")
    assert result.exit_code == 2
    assert "demo mode only" in result.output


def test_the_demos_clock_moves_for_tool_and_sandbox_alike(run, tmp_path: Path) -> None:
    run("migrate")
    assert run("demo-clock", "set", "2030-06-20T09:00:00+03:00", MMO_DEMO="1").exit_code == 0
    made = database(tmp_path)
    with made.read() as session:
        now = clock.now(session)
        shift = now - clock.wall_clock()
        assert abs(now - moment(2030, 6, 20, 6)) < A_MINUTE
        assert abs(shift - timedelta(seconds=int((tmp_path / "clock").read_text()))) < A_MINUTE
        with pytest.raises(clock.ClockShiftRefused):
            clock.refuse_shift(session, demo=False)
    made.close()


@pytest.mark.parametrize("text", ["2030-06-20T09:00:00", "завтра"])
def test_a_moment_without_a_zone_is_asked_for_again(run, text: str) -> None:
    run("migrate")
    result = run("demo-clock", "set", text, MMO_DEMO="1")
    assert result.exit_code == 2
    assert "2027-06-20T09:00:00+03:00" in result.output


def test_plain_http_is_not_served_to_a_network(run) -> None:
    result = run("web", "--host", "0.0.0.0")
    assert result.exit_code == 2
    assert "MMO_PUBLIC_URL" in result.output


@pytest.mark.parametrize("command", [(), ("platform",), ("worker",), ("beat",), ("web",), ("migrate",)])
def test_every_command_says_what_it_is_for(run, command: tuple[str, ...]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert result.output.startswith("Usage:")
