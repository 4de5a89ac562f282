"""What the operator does by `mmo`: platforms, keys, journal, background work, and the doctor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import responses
from click.testing import CliRunner, Result
from joserfc.jwk import RSAKey
from sqlalchemy import select, update

from mmo_lti.config import load_config
from mmo_lti.lti import tool_keys
from mmo_lti.models.centre import Centre
from mmo_lti.models.database import Database
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.registration import Registration
from mmo_lti.services import clock, journal_seal, outbox
from tasks.cli import main
from tests.lti.platform import Platform

Run = Callable[..., Result]
ISS = "https://moodle.example"
CLIENT = "CLIENT_ID"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `mmo` on a database of its own that was migrated."""
    for name in ("DATABASE_URL", "REDIS_URL", "MMO_DEMO", "MMO_LOOPBACK_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MMO_DATA", str(tmp_path))
    monkeypatch.setenv("MMO_SECRET", "secret of the tests")
    monkeypatch.setenv("MMO_PUBLIC_URL", "https://mmo.example")

    def run(*arguments: str, **env: str) -> Result:
        return CliRunner().invoke(main, arguments, env=env, catch_exceptions=False)

    assert run("migrate").exit_code == 0
    return run


@pytest.fixture
def database(run: Run, tmp_path: Path) -> Iterator[Database]:
    made = Database(load_config({"MMO_DATA": str(tmp_path)}).database_url)
    yield made
    made.close()


def add(run: Run, *options: str, iss: str = ISS) -> Result:
    return run("platform", "add", iss, CLIENT, *options)


def test_lti_116_a_platform_is_registered_by_hand(run: Run, database: Database) -> None:
    result = add(run, "--deployment", "1", "--name", "МБУ МЦ")
    assert result.exit_code == 0
    assert "code of the first coordinator: " in result.output
    with database.read() as session:
        one = session.scalars(select(Registration)).one()
        assert (one.jwks_uri, one.centre.name) == (f"{ISS}/mod/lti/certs.php", "МБУ МЦ")
        assert [each.deployment_id for each in one.deployments] == ["1"]
    add(run, "--jwks", f"{ISS}/keys")
    with database.read() as session:
        assert session.scalars(select(Registration)).one().jwks_uri == f"{ISS}/keys"


@pytest.mark.parametrize(
    "iss", ["http://moodle.example", "moodle.example", "https://10.0.0.1", "https://a b"]
)
def test_lti_116_an_address_that_no_platform_has_is_refused(run: Run, database: Database, iss: str) -> None:
    result = add(run, iss=iss)
    assert result.exit_code == 2
    assert "this iss cannot be used" in result.output
    with database.read() as session:
        assert session.scalar(select(Registration)) is None


def test_a_deployment_is_told_later(run: Run) -> None:
    assert "launches wait for the deployment" in add(run).output
    assert run("platform", "deployment", ISS, CLIENT, "7").exit_code == 0
    assert run("platform", "list").output == f"{ISS}\t{CLIENT}\tenabled\t7\n"
    assert run("platform", "deployment", ISS, "OTHER", "7").exit_code == 2
    assert run("platform", "deployment", ISS, CLIENT, "x" * 256).exit_code == 2


def test_a_platform_is_switched_off_and_on(run: Run) -> None:
    add(run, "--deployment", "1")
    assert run("platform", "disable", ISS, CLIENT).output == f"disabled: {ISS} {CLIENT}\n"
    assert "disabled" in run("platform", "list").output
    run("platform", "enable", ISS, CLIENT)
    run("platform", "disable", ISS, CLIENT, "--deployment", "1")
    assert run("platform", "list").output == f"{ISS}\t{CLIENT}\tenabled\t1 (disabled)\n"
    assert run("platform", "disable", ISS, CLIENT, "--deployment", "2").exit_code == 2
    assert run("platform", "disable", "https://other.example", CLIENT).exit_code == 2


def test_a_moodle_that_changed_its_host_is_followed(run: Run) -> None:
    add(run, "--deployment", "1")
    new = "https://school.example"
    assert run("platform", "move", ISS, new).exit_code == 0
    assert run("platform", "list").output.startswith(new)
    again = run("platform", "move", ISS, new)
    assert (again.exit_code, "this old cannot be used" in again.output) == (2, True)


def test_values_for_moodle_are_printed(run: Run) -> None:
    output = run("platform", "values").output
    for value in ("/lti/launch", "/lti/login", "/lti/jwks"):
        assert f"https://mmo.example{value}" in output
    assert "groups=$Moodle.Person.userGroupIds" in output


def test_lti_080_keys_turn_in_steps(run: Run, database: Database) -> None:
    first = run("keys", "rotate")
    assert first.exit_code == 0
    assert run("keys", "rotate").output == first.output
    lines = run("keys", "list").output.splitlines()
    assert [line.split("\t")[1] for line in lines] == ["next", "signing"]
    with database.read() as session:
        later = clock.now(session) + timedelta(hours=25)
        assert [each.state for each in tool_keys.timetable(session, later)] == ["signing", "previous"]
        later += timedelta(hours=24)
        assert [each.state for each in tool_keys.timetable(session, later)] == ["signing"]


def test_the_journal_is_verified(run: Run, database: Database) -> None:
    add(run)
    result = run("journal", "verify")
    assert (result.exit_code, result.output) == (0, f"{ISS}\twhole\t0 sealed\t1 not sealed yet\n")
    with database.write() as session:
        journal_seal.seal(session, session.scalars(select(Centre.id)).one())
    assert "1 sealed\t0 not sealed yet" in run("journal", "verify", ISS).output
    with database.write() as session:
        session.execute(update(JournalEntry).values(action="something.else"))
    broken = run("journal", "verify", "1")
    assert (broken.exit_code, "broken at 1" in broken.output) == (1, True)
    assert run("journal", "verify", "https://other.example").exit_code == 2


def dead_row(database: Database) -> int:
    with database.write() as session:
        centre = session.scalars(select(Centre.id)).one()
        row = outbox.want(session, centre, "sync_course", 5, clock.wall_clock())
        row.dead, row.failure, row.attempts = True, "moodle.no_access", 8
        session.flush()
        return row.id


def test_given_up_work_is_listed_and_wanted_again(run: Run, database: Database) -> None:
    add(run)
    number = dead_row(database)
    assert (
        run("outbox", "list", "--dead").output == f"{number}\t1\tsync_course\t5\tdead\t8\tmoodle.no_access\n"
    )
    assert run("outbox", "retry", str(number)).exit_code == 0
    assert run("outbox", "list", "--dead").output == ""
    (line,) = run("outbox", "list").output.splitlines()
    assert line.split("\t")[2:5] == ["sync_course", "5", "waiting"]
    assert run("outbox", "retry", str(number)).exit_code == 2


def test_given_up_work_is_dropped(run: Run, database: Database) -> None:
    add(run)
    number = dead_row(database)
    assert run("outbox", "drop", str(number)).exit_code == 0
    assert run("outbox", "list").output == ""
    with database.read() as session:
        assert session.get_one(OutboxRow, number).done_at is not None
    assert run("outbox", "drop", "999").exit_code == 2


@pytest.fixture
def moodle() -> Iterator[responses.RequestsMock]:
    """A platform whose key set and token endpoint answer."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(f"{ISS}/mod/lti/certs.php", json=Platform(RSAKey.generate_key(2048)).jwks())
        mock.post(f"{ISS}/mod/lti/token.php", json={"access_token": "x", "expires_in": 3600})
        yield mock


def test_doctor_names_every_step_that_works(run: Run, moodle: responses.RequestsMock) -> None:
    add(run, "--deployment", "1")
    run("keys", "rotate")
    result = run("doctor")
    assert result.exit_code == 0, result.output
    for sentence in ("Ключи Moodle получены.", "Moodle узнаёт наш ключ", "ещё никто не входил"):
        assert sentence in result.output
    english = run("doctor", ISS, "--language", "en")
    assert "Moodle's keys were fetched." in english.output
    assert moodle.calls[0].request.headers["User-Agent"].startswith("mmo-lti")


def test_doctor_says_which_step_is_wrong(run: Run, moodle: responses.RequestsMock) -> None:
    add(run)
    run("keys", "rotate")
    moodle.replace("GET", f"{ISS}/mod/lti/certs.php", status=404)
    moodle.replace("POST", f"{ISS}/mod/lti/token.php", status=400, json={"error": "invalid_client"})
    result = run("doctor")
    assert result.exit_code == 1
    wrong = [line for line in result.output.splitlines() if line.startswith("x ")]
    assert len(wrong) == 3
    assert "номер размещения" in wrong[0]
    assert "certs.php (status_404)" in wrong[1]
    assert "token.php, token_status_400" in wrong[2]


def test_doctor_tells_a_changed_secret(run: Run, moodle: responses.RequestsMock) -> None:
    add(run, "--deployment", "1")
    run("keys", "rotate")
    result = run("doctor", MMO_SECRET="another")
    assert result.exit_code == 1
    assert "MMO_SECRET" in result.output
