"""O. Rights after the launch."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from mmo_lti.lti import vocabulary as v
from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course
from mmo_lti.models.office import Office, OfficeKind
from mmo_lti.models.person import Account, Person
from mmo_lti.models.registration import Deployment, Registration
from mmo_lti.models.web_session import WebSession
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.services import permission
from mmo_lti.services.invitation import invite_coordinator, redeem
from mmo_lti.services.permission import NotFound
from mmo_lti.services.registration import switch
from mmo_lti.services.web_session import actor_of, end_own_session, own_sessions, purge
from tests.lti.conftest import NOW
from tests.lti.pages import SEEN
from tests.lti.platform import ISS, TOOL

UNCONNECTED = {v.CONTEXT: {"id": "77", "title": "7 «А» класс"}}


def office(database, kind: OfficeKind) -> None:
    """The one person of the test becomes an officer."""
    with database.write() as session:
        person = session.scalars(select(Person)).one()
        session.add(
            Office(
                centre_id=person.centre_id, person_id=person.id, kind=kind, since=NOW.date(), created_at=NOW
            )
        )


def test_lti_128_unconnected_course_reads_no_names(journey, expect, database):
    response = journey.launch(**UNCONNECTED, email="pupil@school.example")
    expect.accepted(response, "/course")
    with database.read() as session:
        account = session.scalars(select(Account)).one()
        course = session.scalars(select(Course).where(Course.context_id == "77")).one()
        person = session.scalars(select(Person)).one()
    assert (account.sub, account.name, account.email, account.locale) == ("3", "", "", "")
    assert (person.last, person.first, person.patronymic, person.sort_key) == ("", "", "", "")
    assert (course.title, course.connected_at) == ("", None)


def test_lti_128_unconnected_course_opens_no_page(journey, app):
    handle = journey.launch(**UNCONNECTED).location.split("/")[4]
    closed = journey.client.get(f"/s/{handle}/try/page", base_url=TOOL)
    assert (closed.status_code, "inside" in closed.text) == (403, False)
    assert "не подключ" in closed.text
    handle = journey.launch().location.split("/")[4]
    assert journey.client.get(f"/s/{handle}/try/page", base_url=TOOL).text == "inside"


@pytest.mark.parametrize("kind", [OfficeKind.COORDINATOR, OfficeKind.DIRECTOR, OfficeKind.ACTING_DIRECTOR])
def test_lti_128_officers_work_from_any_course(journey, app, database, kind):
    journey.launch(**UNCONNECTED)
    office(database, kind)
    location = journey.launch(**UNCONNECTED).location
    assert location.endswith("/course" if kind is OfficeKind.COORDINATOR else "/")
    handle = location.split("/")[4]
    assert journey.client.get(f"/s/{handle}/try/page", base_url=TOOL).text == "inside"
    with database.read() as session:
        assert session.scalars(select(Account)).one().name == "Анна Ивановна Иванова"


def test_lti_128_site_administrator_sees_technical_pages_only(journey, app):
    roles = {v.ROLES: ["http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"]}
    handle = journey.launch(**UNCONNECTED, **roles).location.split("/")[4]
    assert journey.client.get(f"/s/{handle}/admin/try", base_url=TOOL).text == "technical"
    assert journey.client.get(f"/s/{handle}/try/page", base_url=TOOL).status_code == 403


def test_lti_128_nobody_is_signed_in(client, app):
    response = client.get("/try/page", base_url=TOOL)
    assert (response.status_code, "inside" in response.text) == (401, False)
    assert "Откройте курс в Moodle" in response.text
    client.set_cookie("__Host-mmo_session_aaaaaaaaaaaa", "1.guess", domain="tool.example", secure=True)
    assert client.get("/try/page", base_url=TOOL).status_code == 401


def test_lti_128_actor_comes_from_the_server_session(journey, database):
    location = journey.launch().location
    lie = {"person_id": "1", "centre_id": "2", "roles": "coordinator", "course_id": "9"}
    journey.client.get(location + "try/who", query_string=lie, base_url=TOOL, headers={"X-Person": "1"})
    with database.read() as session:
        row = session.scalars(select(WebSession)).one()
        assert [actor_of(row)] == SEEN
        assert SEEN[0].person_id == row.account.person_id


def test_lti_128_other_centre_is_not_found(journey, database):
    journey.launch()
    with database.write() as session:
        other = Centre(iss="https://other.example", name="x", created_at=NOW)
        session.add(other)
        session.flush()
        foreign = Association(centre_id=other.id, uid="u", code="MMO-01", genitive="x", created_at=NOW)
        session.add(foreign)
        session.flush()
        actor = actor_of(session.scalars(select(WebSession)).one())
        assert not permission.may(session, actor, Action.ASSOCIATION_CARD_SEE, NOW.date(), foreign)
        with pytest.raises(NotFound):
            permission.require(session, actor, Action.ASSOCIATION_CARD_SEE, NOW.date(), foreign)


PAGE = "try/page"


def test_lti_129_idle_and_absolute_time(journey, clock):
    location = journey.launch().location
    for _ in range(3):
        clock.forward(hours=3, minutes=50)
        assert journey.client.get(location + PAGE, base_url=TOOL).status_code == 200
    clock.forward(minutes=31)
    assert journey.client.get(location + PAGE, base_url=TOOL).status_code == 401
    location = journey.launch().location
    clock.forward(hours=4, seconds=1)
    assert journey.client.get(location + PAGE, base_url=TOOL).status_code == 401


def test_lti_129_last_request_is_written_seldom(journey, clock, database):
    location = journey.launch().location
    for minutes, seen in ((4, 0), (2, 6), (4, 6), (2, 12)):
        clock.forward(minutes=minutes)
        journey.client.get(location + PAGE, base_url=TOOL)
        with database.read() as session:
            row = session.scalars(select(WebSession)).one()
        assert (row.last_seen_at - NOW).total_seconds() == seen * 60


@pytest.mark.parametrize("what", ["registration", "deployment", "account", "session"])
def test_lti_129_disabling_ends_sessions_at_once(journey, database, what):
    location = journey.launch().location
    assert journey.client.get(location + PAGE, base_url=TOOL).status_code == 200
    with database.write() as session:
        if what == "registration":
            switch(session, session.scalars(select(Registration)).one(), False, NOW)
        elif what == "deployment":
            switch(session, session.scalars(select(Deployment)).one(), False, NOW)
        elif what == "account":
            session.scalars(select(Account)).one().disabled = True
        else:
            session.scalars(select(WebSession)).one().ended_at = NOW
    assert journey.client.get(location + PAGE, base_url=TOOL).status_code == 401


def test_lti_129_disabled_account_cannot_launch_again(journey, database, expect):
    journey.launch()
    with database.write() as session:
        session.scalars(select(Account)).one().disabled = True
    response = journey.launch()
    assert (response.status_code, expect.lines()[-1]["reason"]) == (403, "denied.account")
    assert expect.sessions() == 1


def test_lti_129_own_devices_are_listed_and_ended(journey, database, clock):
    journey.launch()
    journey.launch(sub="4")
    with database.write() as session:
        rows = session.scalars(select(WebSession).order_by(WebSession.id)).all()
        for row in rows:
            row.first_party = True
        session.flush()
        mine, theirs = (actor_of(row) for row in rows)
        assert [row.id for row in own_sessions(session, mine, clock())] == [rows[0].id]
        with pytest.raises(NotFound):
            end_own_session(session, mine, rows[1].id, clock())
        end_own_session(session, mine, rows[0].id, clock())
        assert own_sessions(session, mine, clock()) == []
        assert len(own_sessions(session, theirs, clock())) == 1


def test_lti_129_ended_sessions_are_forgotten_after_a_day(journey, database, clock):
    journey.launch()
    clock.forward(hours=35)
    with database.write() as session:
        assert purge(session, clock()) == 0
        clock.forward(hours=2)
        assert purge(session, clock()) == 1
        assert session.scalar(select(func.count()).select_from(WebSession)) == 0


def test_first_coordinator_code_is_used_once(journey, database, clock):
    """R1: one-time, of this centre, while it has no coordinator."""
    journey.launch()
    journey.launch(sub="4")
    with database.write() as session:
        centre = session.scalars(select(Centre).where(Centre.iss == ISS)).one()
        old = invite_coordinator(session, centre, clock())
        code = invite_coordinator(session, centre, clock())
        first, second = (actor_of(row) for row in session.scalars(select(WebSession).order_by(WebSession.id)))
        for wrong in ("", "x", old, code[:-1]):
            with pytest.raises(RuleError, match=r"R1\.invitation"):
                redeem(session, first, wrong, clock())
        made = redeem(session, first, f" {code.lower().replace('-', ' ')} ", clock())
        assert (made.kind, made.person_id) == (OfficeKind.COORDINATOR, first.person_id)
        with pytest.raises(RuleError, match=r"R1\.coordinator_exists"):
            redeem(session, second, code, clock())
        assert invite_coordinator(session, centre, clock()) is None


def test_first_coordinator_code_of_another_centre_or_too_old(journey, database, clock):
    journey.launch()
    with database.write() as session:
        other = Centre(iss="https://other.example", name="x", created_at=NOW)
        session.add(other)
        session.flush()
        foreign = invite_coordinator(session, other, clock())
        actor = actor_of(session.scalars(select(WebSession)).one())
        with pytest.raises(RuleError, match=r"R1\.invitation"):
            redeem(session, actor, foreign, clock())
        centre = session.scalars(select(Centre).where(Centre.iss == ISS)).one()
        code = invite_coordinator(session, centre, clock())
        clock.forward(days=14)
        with pytest.raises(RuleError, match=r"R1\.invitation"):
            redeem(session, actor, code, clock())
