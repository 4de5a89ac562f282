"""E. Claims of LTI."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from mmo_lti.lti import vocabulary as v
from mmo_lti.lti.refusal import Outcome
from mmo_lti.lti.roles import SITE_ADMINISTRATOR, VOCABULARY
from mmo_lti.models.course import Course
from mmo_lti.models.office import Office
from mmo_lti.models.person import Account, Person
from mmo_lti.models.registration import Registration
from mmo_lti.models.web_session import WebSession
from mmo_lti.services.registration import add_deployment, register_platform
from mmo_lti.services.web_session import actor_of
from tests.lti.conftest import NOW, platform_facts
from tests.lti.platform import ISS, REMOVED, TOOL
from tests.lti.test_login import EVIL_TARGETS

MEMBERSHIP = VOCABULARY + "membership"


@pytest.mark.parametrize(
    "version", [REMOVED, None, "", "1.1", "1.3", "1.3.1", "LTI-1p0", 1.3, ["1.3.0"], "1.3.0 "], ids=str
)
def test_lti_048_version(journey, expect, version):
    expect.refused(journey.launch(**{v.VERSION: version}), Outcome.BROKEN, "malformed.version")


@pytest.mark.parametrize(
    "message",
    [
        REMOVED,
        None,
        "",
        "ltiresourcelinkrequest",
        "LtiSubmissionReviewRequest",
        ["LtiResourceLinkRequest"],
        {},
    ],
    ids=lambda value: str(value)[:30],
)
def test_lti_049_message_type(journey, expect, message):
    expect.refused(journey.launch(**{v.MESSAGE_TYPE: message}), Outcome.BROKEN, "malformed.message_type")


@pytest.mark.parametrize(
    "deployment", [REMOVED, None, "", ["1"], 1, "x" * 256, "1\n"], ids=lambda value: ascii(value)[:20]
)
def test_lti_050_deployment_is_missing_or_unusable(journey, expect, deployment):
    expect.refused(journey.launch(**{v.DEPLOYMENT_ID: deployment}), Outcome.BROKEN, "malformed.deployment_id")


def test_lti_050_deployment_must_be_known_for_this_client(journey, expect, database, registration):
    with database.write() as session:
        register_platform(session, platform_facts(client_id="SECOND", deployment_id="7"), frozenset(), NOW)
    for foreign in ("7", "nowhere"):
        journey.login(lti_deployment_id=REMOVED)
        token = journey.platform.sign(journey.claims(**{v.DEPLOYMENT_ID: foreign}))
        expect.refused(journey.post(token), Outcome.UNKNOWN, "unknown.deployment")
    with database.write() as session:
        add_deployment(session, session.get_one(Registration, registration.id), "2", NOW)
    expect.refused(journey.launch(**{v.DEPLOYMENT_ID: "2"}), Outcome.UNTRUSTED, "untrusted.deployment")
    journey.login(lti_deployment_id=REMOVED)
    expect.accepted(journey.post(journey.platform.sign(journey.claims(**{v.DEPLOYMENT_ID: "2"}))))


@pytest.mark.parametrize(
    "target", [REMOVED, None, "", 5, [], *EVIL_TARGETS], ids=range(5 + len(EVIL_TARGETS))
)
def test_lti_051_missing_or_foreign_target_link_uri(journey, expect, target):
    response = journey.launch(**{v.TARGET_LINK_URI: target})
    expect.refused(response, Outcome.BROKEN, "malformed.target_link_uri")


def test_lti_051_target_is_that_of_the_login(journey, expect):
    other = journey.launch(**{v.TARGET_LINK_URI: f"{TOOL}/associations"})
    expect.refused(other, Outcome.UNTRUSTED, "untrusted.target_link_uri")
    page = f"{TOOL}/a/MMO-02?year=2026"
    journey.login(target_link_uri=page)
    response = journey.post(journey.platform.sign(journey.claims(**{v.TARGET_LINK_URI: page})))
    expect.accepted(response, "/a/MMO-02?year=2026")


@pytest.mark.parametrize(
    "link",
    [REMOVED, None, "1", ["1"], {}, {"title": "x"}, {"id": ""}, {"id": 1}, {"id": "x" * 256}, {"id": "1\0"}],
    ids=lambda value: ascii(value)[:20],
)
def test_lti_052_resource_link(journey, expect, link):
    expect.refused(journey.launch(**{v.RESOURCE_LINK: link}), Outcome.BROKEN, "malformed.resource_link")


@pytest.mark.parametrize(
    "roles",
    [REMOVED, None, {}, [1, {}], ["Learner", None], 5],
    ids=lambda value: str(value)[:30],
)
def test_lti_053_roles_of_the_wrong_type(journey, expect, roles):
    expect.refused(journey.launch(**{v.ROLES: roles}), Outcome.BROKEN, "malformed.roles")


@pytest.mark.parametrize(
    "roles", ["Instructor", "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"]
)
def test_lti_053_roles_as_a_string(journey, expect, roles):
    expect.refused(journey.launch(**{v.ROLES: roles}), Outcome.BROKEN, "malformed.roles")


def test_lti_053_no_roles_is_a_launch_without_rights(journey, expect, database):
    expect.accepted(journey.launch(**{v.ROLES: []}))
    with database.read() as session:
        row = session.scalars(select(WebSession)).one()
    assert (row.learner, row.course_staff, row.site_administrator) == (False, False, False)


def test_lti_056_platform_roles_never_make_an_officer(journey, expect, database):
    roles = [
        f"{VOCABULARY}institution/person#Administrator",
        f"{MEMBERSHIP}#Instructor",
        SITE_ADMINISTRATOR,
    ]
    expect.accepted(journey.launch(**{v.ROLES: roles}))
    with database.read() as session:
        row = session.scalars(select(WebSession)).one()
        actor = actor_of(row)
        assert session.scalar(select(func.count()).select_from(Office)) == 0
    assert (actor.site_administrator, actor.course_staff) == (True, True)


@pytest.mark.parametrize(
    "context", [None, "2", 2, [], {}, {"id": ""}, {"id": 2}, {"title": "x"}, {"id": "x" * 256}], ids=str
)
def test_lti_057_context_of_the_wrong_form(journey, expect, context):
    expect.refused(journey.launch(**{v.CONTEXT: context}), Outcome.BROKEN, "malformed.context")


def test_lti_057_launch_without_a_course(journey, expect, database):
    response = journey.launch(**{v.CONTEXT: REMOVED})
    expect.accepted(response)
    with database.read() as session:
        row = session.scalars(select(WebSession)).one()
        account = session.scalars(select(Account)).one()
    assert row.course_id is None
    assert (account.name, account.email) == ("", "")
    page = journey.client.get(response.location + "course", base_url=TOOL)
    assert "не подключён" in page.text


OPTIONAL = [
    v.CUSTOM,
    v.LIS,
    v.LAUNCH_PRESENTATION,
    v.NAMES_AND_ROLES,
    v.GRADES,
    "name",
    "given_name",
    "family_name",
    "email",
]
TOOL_PLATFORM = "https://purl.imsglobal.org/spec/lti/claim/tool_platform"


@pytest.mark.parametrize(
    "value", [None, "", 5, [], [1], {"a": {}}, True, "$Message.locale"], ids=lambda value: str(value)[:30]
)
def test_lti_058_optional_claims_never_break_a_launch(journey, expect, value):
    expect.accepted(journey.launch(**dict.fromkeys([*OPTIONAL, TOOL_PLATFORM, "ext"], value)))


@pytest.mark.parametrize("value", ["", "$Moodle.Person.userGroupIds", None, "a,b", 5, "-1, 0", "9" * 40])
def test_lti_058_unresolved_groups_are_no_groups(journey, expect, database, value):
    journey.launch(**{v.CUSTOM: {"groups": value, "sourcedid": "$Person.sourcedId"}})
    with database.read() as session:
        assert session.scalars(select(WebSession)).one().group_ids == []


def test_lti_058_groups_of_the_person(journey, database):
    journey.launch(**{v.CUSTOM: {"groups": "7, 2,7"}})
    with database.read() as session:
        assert session.scalars(select(WebSession)).one().group_ids == [7, 2]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        (f"{ISS}/mod/lti/return.php?course=2", True),
        ("https://evil.example/", False),
        ("http://moodle.example/", False),
        ("javascript:alert(1)", False),
        (f"{ISS}@evil.example/", False),
        ("https://moodle.example:444/", False),
        (5, False),
    ],
    ids=lambda value: str(value)[:30],
)
def test_lti_059_return_url_on_the_platform_only(journey, database, url, kept):
    journey.launch(**{v.LAUNCH_PRESENTATION: {"return_url": url}})
    with database.read() as session:
        assert session.scalars(select(WebSession)).one().return_url == (url if kept else "")


@pytest.mark.parametrize(
    ("locale", "kept"),
    [
        ("ru", "ru"),
        ("en-GB", "en-GB"),
        ("zh_Hant_TW", "zh_Hant_TW"),
        ("../../etc", ""),
        ("x" * 500, ""),
        (5, ""),
        ("ru\n", "ru"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_lti_059_locale(journey, database, locale, kept):
    assert journey.launch(**{v.LAUNCH_PRESENTATION: {"locale": locale}}).status_code == 303
    with database.read() as session:
        assert session.scalars(select(WebSession)).one().locale == kept


STRANGE = [
    "<script>alert(1)</script>",
    "\"'><img src=x>",
    "\u202eоборот",
    "n" * 10_240,
    "👩\u200d🏫" * 50,
    "a\0b\ud800c",
    "  ",
]


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_lti_060_strange_names_are_cut_and_escaped(journey, expect, database, text):
    short = text if len(text) < 1000 else text[:1000]
    response = journey.launch(
        name=text,
        given_name=short,
        family_name=short,
        **{v.CONTEXT: {"id": "2", "title": short}, v.RESOURCE_LINK: {"id": "1", "title": short}},
    )
    expect.accepted(response)
    with database.read() as session:
        account = session.scalars(select(Account)).one()
        course = session.scalars(select(Course)).one()
        person = session.scalars(select(Person)).one()
    assert len(account.name) <= 300
    assert len(course.title) <= 300
    assert max(len(person.last), len(person.first), len(person.patronymic)) <= 150
    assert "\0" not in account.name
    assert "<script>" not in journey.client.get(response.location + "course", base_url=TOOL).text


def test_lti_061_next_launch_brings_moodles_facts_up_to_date(journey, database, clock):
    journey.launch()
    changed = {"name": "Анна Ивановна Петрова", "family_name": "Петрова", "email": "new@school.example"}
    journey.launch(**changed, **{v.CONTEXT: {"id": "2", "title": "Новое имя курса"}})
    with database.write() as session:
        account = session.scalars(select(Account)).one()
        assert (account.name, account.email) == ("Анна Ивановна Петрова", "new@school.example")
        assert account.person.last == "Петрова"
        assert session.scalars(select(Course)).one().title == "Новое имя курса"
        account.person.confirmed_at = clock()
    journey.launch(
        name="Анна Ивановна Сидорова", family_name="Сидорова", **{v.ROLES: [f"{MEMBERSHIP}#Instructor"]}
    )
    with database.read() as session:
        account = session.scalars(select(Account)).one()
        assert account.name == "Анна Ивановна Сидорова"
        assert account.person.last == "Петрова"
        assert session.scalar(select(func.count()).select_from(Office)) == 0
