"""G. Valid and bad launches of the certification suite, and launches recorded from Moodle 4.5."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from mmo_lti.lti import vocabulary as v
from mmo_lti.lti.refusal import Outcome
from mmo_lti.lti.roles import VOCABULARY
from mmo_lti.models.course import Course
from mmo_lti.models.course_service import CourseService
from mmo_lti.models.person import Account
from mmo_lti.models.web_session import WebSession
from tests.lti.platform import CLIENT, ISS, LAUNCH, REMOVED, TOOL

RECORDED = Path(__file__).parent.parent / "recorded" / "moodle-4.5"
LEARNER = VOCABULARY + "membership#Learner"
INSTRUCTOR = VOCABULARY + "membership#Instructor"
NAMELESS = {"name": REMOVED, "given_name": REMOVED, "family_name": REMOVED}

ROLES = {"learner": (LEARNER, "Learner"), "instructor": (INSTRUCTOR, "Instructor")}


def rights(database) -> tuple[bool, bool]:
    with database.read() as session:
        row = session.scalars(select(WebSession)).one()
    return row.learner, row.course_staff


def shown_name(database) -> str:
    with database.read() as session:
        return session.scalars(select(Account)).one().name


@pytest.fixture(params=ROLES)
def role(request) -> tuple[str, str, tuple[bool, bool]]:
    """Full name, short name, and the rights (learner, course staff) of the role."""
    return *ROLES[request.param], (request.param == "learner", request.param == "instructor")


def test_lti_068_plain_launch(journey, expect, database, role):
    expect.accepted(journey.launch(**{v.ROLES: [role[0]]}))
    assert rights(database) == role[2]
    assert shown_name(database) == "Анна Ивановна Иванова"


def test_lti_069_several_role_values(journey, expect, database, role):
    values = [role[0], f"{VOCABULARY}institution/person#Staff", f"{VOCABULARY}membership#Mentor"]
    expect.accepted(journey.launch(**{v.ROLES: values}))
    assert rights(database) == role[2]


def test_lti_070_short_role_value(journey, expect, database, role):
    expect.accepted(journey.launch(**{v.ROLES: [role[1]]}))
    assert rights(database) == role[2]


def test_lti_071_unknown_role(journey, expect, database):
    expect.accepted(journey.launch(**{v.ROLES: ["http://example.org/roles#Unheard"]}))
    assert rights(database) == (False, False)


def test_lti_072_no_role(journey, expect, database):
    expect.accepted(journey.launch(**{v.ROLES: []}))
    assert rights(database) == (False, False)


def test_lti_073_email_only(journey, expect, database, role):
    expect.accepted(journey.launch(**NAMELESS, **{v.ROLES: [role[0]]}))
    with database.read() as session:
        account = session.scalars(select(Account)).one()
    assert (account.name, account.email) == ("", "teacher01@school.example")


def test_lti_074_names_only(journey, expect, database, role):
    expect.accepted(journey.launch(email=REMOVED, **{v.ROLES: [role[0]]}))
    with database.read() as session:
        account = session.scalars(select(Account)).one()
    assert (account.name, account.email) == ("Анна Ивановна Иванова", "")


def test_lti_074_parts_without_the_whole_name(journey, database):
    journey.launch(name=REMOVED)
    assert shown_name(database) == "Анна Ивановна Иванова"


def test_lti_075_no_personal_data(journey, expect, database, role):
    response = journey.launch(email=REMOVED, **NAMELESS, **{v.ROLES: [role[0]]})
    expect.accepted(response)
    assert shown_name(database) == ""
    assert journey.client.get(response.location + "course", base_url=TOOL).status_code == 200


def test_lti_076_email_only_and_no_context(journey, expect, database, role):
    response = journey.launch(**NAMELESS, **{v.ROLES: [role[0]], v.CONTEXT: REMOVED})
    expect.accepted(response)
    assert "не подключён" in journey.client.get(response.location + "course", base_url=TOOL).text


BAD = {
    "no kid": (Outcome.UNTRUSTED, "untrusted.kid_missing", {"header": {"typ": "JWT", "alg": "RS256"}}),
    "wrong kid": (Outcome.UNTRUSTED, "untrusted.kid", {"header": {"alg": "RS256", "kid": "imstester_66067"}}),
    "wrong version": (Outcome.BROKEN, "malformed.version", {v.VERSION: "11.3"}),
    "no version": (Outcome.BROKEN, "malformed.version", {v.VERSION: REMOVED}),
    "not LTI": (Outcome.UNTRUSTED, "untrusted.iss", {"raw": '{"name": "badltilaunch"}'}),
    "missing claims": (Outcome.UNTRUSTED, "untrusted.iss", {"raw": '{"aud": "CLIENT_ID"}'}),
    "wrong times": (Outcome.STALE, "stale.exp", {"iat": 11111, "exp": 22222}),
    "no message type": (Outcome.BROKEN, "malformed.message_type", {v.MESSAGE_TYPE: REMOVED}),
    "no role": (Outcome.BROKEN, "malformed.roles", {v.ROLES: REMOVED}),
    "no deployment": (Outcome.BROKEN, "malformed.deployment_id", {v.DEPLOYMENT_ID: REMOVED}),
    "no resource link": (Outcome.BROKEN, "malformed.resource_link", {v.RESOURCE_LINK: {"title": "x"}}),
    "no sub": (Outcome.ANONYMOUS, "malformed.sub", {"sub": REMOVED}),
}


@pytest.mark.parametrize("name", BAD)
def test_lti_077_bad_payloads_of_the_suite(journey, expect, name):
    outcome, reason, changed = BAD[name]
    changed = dict(changed)
    header, raw = changed.pop("header", None), changed.pop("raw", None)
    journey.login()
    token = journey.platform.sign(raw or journey.claims(**changed), header)
    expect.refused(journey.post(token), outcome, reason)
    assert expect.lines()[-1]["iss"] == ISS


RECORDED_ROLES = {
    "editing_teacher": (False, True, False),
    "non_editing_teacher": (False, True, False),
    "student": (True, False, False),
    "student_second_link": (True, False, False),
    "manager": (False, True, False),
    "site_admin": (False, True, True),
}


@pytest.mark.parametrize("who", RECORDED_ROLES)
def test_lti_078_recorded_launches_of_moodle(journey, expect, database, who):
    recorded = json.loads((RECORDED / f"lti_launch_{who}.json").read_text())["claims"]
    journey.login()
    at = int(journey.clock().timestamp())
    fresh = {
        "nonce": journey.sent["nonce"],
        "iat": at,
        "exp": at + 60,
        "aud": CLIENT,
        v.TARGET_LINK_URI: LAUNCH,
    }
    expect.accepted(journey.post(journey.platform.sign({**recorded, **fresh})))
    with database.read() as session:
        row = session.scalars(select(WebSession)).one()
        account = session.scalars(select(Account)).one()
        course = session.scalars(select(Course)).one()
        service = session.scalars(select(CourseService)).one()
    assert (row.learner, row.course_staff, row.site_administrator) == RECORDED_ROLES[who]
    assert (account.sub, account.name) == (recorded["sub"], recorded["name"])
    assert (course.context_id, course.title) == ("2", "Методические объединения")
    assert course.resource_link_id == recorded[v.RESOURCE_LINK]["id"]
    groups = recorded[v.CUSTOM]["groups"]
    assert row.group_ids == [int(number) for number in groups.split(",") if number]
    assert service.memberships_url == recorded[v.NAMES_AND_ROLES]["context_memberships_url"]
    assert service.lineitems_url == recorded[v.GRADES]["lineitems"]


@pytest.mark.parametrize("name", ["lti_login_initiation", "lti_login_initiation_second_link"])
def test_lti_078_recorded_login_initiations(journey, name):
    sent = json.loads((RECORDED / f"{name}.json").read_text())["params"]
    response = journey.login(**{**sent, "client_id": CLIENT})
    assert response.status_code == 302
    assert journey.sent["lti_message_hint"] == sent["lti_message_hint"]
