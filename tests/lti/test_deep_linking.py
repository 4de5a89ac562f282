"""L. Deep linking."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import select

from mmo_lti.lti import tool_keys
from mmo_lti.lti import vocabulary as v
from mmo_lti.lti.refusal import Outcome
from mmo_lti.lti.roles import VOCABULARY
from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.rules.states import AssociationState
from tests.lti.platform import CLIENT, ISS, LAUNCH, REMOVED, TOOL
from tests.lti.world import MOODLE, World, connect, tool_of

RECORDED = Path(__file__).parent.parent / "recorded" / "moodle-4.5"
RETURN = f"{ISS}/mod/lti/contentitem_return.php?course=2&id=1&sesskey=SESSKEY"
SETTINGS = {
    "deep_link_return_url": RETURN,
    "accept_types": ["ltiResourceLink"],
    "accept_presentation_document_targets": ["iframe"],
    "accept_multiple": True,
}
STAFF = {v.ROLES: [VOCABULARY + "membership#Instructor"]}


def asking(**changed):
    settings = {name: value for name, value in {**SETTINGS, **changed}.items() if value is not REMOVED}
    return {
        v.MESSAGE_TYPE: "LtiDeepLinkingRequest",
        v.RESOURCE_LINK: REMOVED,
        v.DEEP_LINKING_SETTINGS: settings,
        **STAFF,
    }


@pytest.fixture
def associations(database, clock) -> None:
    with database.write() as session:
        centre = session.scalars(select(Centre)).one()
        other = Centre(iss="https://other.example", name="x", created_at=clock())
        session.add(other)
        session.flush()
        for code, genitive, owner in (
            ("MMO-01", "учителей \"физики\" <b>'и'</b>", centre.id),
            ("MMO-99", "чужого города", other.id),
        ):
            session.add(
                Association(
                    centre_id=owner,
                    uid=code,
                    code=code,
                    genitive=genitive,
                    state=AssociationState.ACTIVE,
                    created_at=clock(),
                )
            )


class Chooser:
    """The person in front of the page where one chooses."""

    def __init__(self, journey, database, clock) -> None:
        self.journey, self.database, self.clock = journey, database, clock
        self.where = ""
        self.page = None

    def open(self, **changed) -> None:
        response = self.journey.launch(**asking(**changed))
        assert response.status_code == 303
        self.where = response.location
        self.page = self.journey.client.get(self.where, base_url=TOOL)

    def send(self, *pages: str, origin: str = TOOL, **more: str):
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page.text)
        data = {"csrf_token": token[1], "page": list(pages), **more}
        return self.journey.client.post(self.where, data=data, base_url=TOOL, headers={"Origin": origin})

    def answer(self, response) -> dict:
        """The claims of the form that goes back to the platform."""
        assert response.status_code == 200, response.text
        form = re.search(r'<form method="post" action="([^"]+)"', response.text)
        assert html.unescape(form[1]) == RETURN
        fields = re.findall(r'<input[^>]* name="([^"]+)" value="([^"]+)"', response.text)
        assert [name for name, _ in fields] == ["JWT"]
        with self.database.read() as session:
            keys = KeySet.import_key_set({"keys": tool_keys.published(session, self.clock())})
        token = jwt.decode(fields[0][1], keys, algorithms=["RS256"])
        assert token.header["kid"] == "mmo-1"
        return token.claims


@pytest.fixture
def chooser(journey, database, clock, associations) -> Chooser:
    return Chooser(journey, database, clock)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"deep_link_return_url": REMOVED}, "deep_link_return_url"),
        ({"deep_link_return_url": "https://evil.example/"}, "deep_link_return_url"),
        ({"deep_link_return_url": "http://moodle.example/"}, "deep_link_return_url"),
        ({"accept_types": REMOVED}, "deep_linking_settings"),
        ({"accept_types": []}, "deep_linking_settings"),
        ({"accept_types": "ltiResourceLink"}, "deep_linking_settings"),
        ({"accept_presentation_document_targets": REMOVED}, "deep_linking_settings"),
        ({"data": 5}, "deep_linking_data"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_lti_101_request_is_whole(journey, expect, changed, reason):
    expect.refused(journey.launch(**asking(**changed)), Outcome.BROKEN, f"malformed.{reason}")


def test_lti_101_no_settings_at_all(journey, expect):
    request = {**asking(), v.DEEP_LINKING_SETTINGS: REMOVED}
    expect.refused(journey.launch(**request), Outcome.BROKEN, "malformed.deep_linking_settings")


def test_lti_101_recorded_request(journey, expect):
    recorded = json.loads((RECORDED / "lti_deep_linking_request.json").read_text())["claims"]
    journey.login()
    fresh = {**journey.claims(), v.RESOURCE_LINK: None}
    names = ("nonce", "iat", "exp", "aud", v.TARGET_LINK_URI)
    token = journey.platform.sign({**recorded, **{name: fresh[name] for name in names}})
    expect.accepted(journey.post(token), "/lti/deep-link")


def test_lti_102_only_course_staff_chooses(journey, expect):
    learner = {**asking(), v.ROLES: [VOCABULARY + "membership#Learner"]}
    expect.refused(journey.launch(**learner), Outcome.DENIED, "denied.deep_link")


def test_lti_102_choosing_shows_names_of_the_own_citys_associations(chooser):
    chooser.open()
    assert chooser.page.status_code == 200
    assert "учителей &#34;физики&#34; &lt;b&gt;" in chooser.page.text
    assert "чужого города" not in chooser.page.text
    assert "Иванова" not in chooser.page.text


def test_lti_103_answer(chooser, clock):
    chooser.open()
    claims = chooser.answer(chooser.send("/a/MMO-01", "/"))
    at = int(clock().timestamp())
    nonce, items = claims.pop("nonce"), claims.pop(v.CONTENT_ITEMS)
    assert len(nonce) >= 22
    assert claims == {
        "iss": CLIENT,
        "aud": ISS,
        "iat": at,
        "exp": at + 300,
        v.MESSAGE_TYPE: "LtiDeepLinkingResponse",
        v.VERSION: "1.3.0",
        v.DEPLOYMENT_ID: "1",
    }
    assert [item["custom"]["page"] for item in items] == ["/a/MMO-01", "/"]
    assert {item["type"] for item in items} == {"ltiResourceLink"}
    assert {item["url"] for item in items} == {LAUNCH}


@pytest.mark.parametrize("data", ["opaque", "", '{"a": "я"}'])
def test_lti_104_data_comes_back(chooser, data):
    chooser.open(data=data)
    assert chooser.answer(chooser.send("/"))[v.DEEP_LINKING_DATA] == data


def test_lti_104_no_data_none_comes_back(chooser):
    chooser.open()
    assert v.DEEP_LINKING_DATA not in chooser.answer(chooser.send("/"))


def test_lti_105_one_item_unless_several_are_accepted(chooser):
    chooser.open(accept_multiple=False)
    assert 'type="radio"' in chooser.page.text
    assert len(chooser.answer(chooser.send("/", "/a/MMO-01"))[v.CONTENT_ITEMS]) == 1


def test_lti_105_only_accepted_types(chooser):
    chooser.open(accept_types=["file", "html"])
    claims = chooser.answer(chooser.send("/"))
    assert claims[v.CONTENT_ITEMS] == []


def test_lti_105_cancel_is_an_empty_list_with_a_message(chooser):
    chooser.open()
    claims = chooser.answer(chooser.send("/", cancel="1"))
    assert claims[v.CONTENT_ITEMS] == []
    assert claims[v.DEEP_LINKING_MSG] == "Ничего не выбрано"


def test_lti_105_what_was_not_offered_is_not_answered(chooser):
    chooser.open()
    claims = chooser.answer(chooser.send("/a/MMO-99", "/city/settings", "https://evil.example/"))
    assert claims[v.CONTENT_ITEMS] == []


@pytest.mark.parametrize(
    ("page", "lands"),
    [
        ("/a/MMO-01", "/a/MMO-01"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/lti/ticket/x", "/"),
        ("/s/aaaaaaaaaaaa/city", "/"),
        ("$ResourceLink.id", "/"),
        ("plan", "/"),
        (5, "/"),
    ],
)
def test_lti_106_page_of_a_picked_link_is_a_wish(journey, expect, page, lands):
    expect.accepted(journey.launch(**{v.CUSTOM: {"page": page}}), lands)


def test_lti_107_second_answer_and_foreign_forms(chooser, app, expect):
    chooser.open()
    foreign = chooser.send("/", origin="https://evil.example")
    assert foreign.status_code == 401
    assert expect.lines()[-1]["reason"] == "untrusted.form_origin"
    assert (
        app.test_client().post(chooser.where, data={"page": "/"}, headers={"Origin": TOOL}).status_code == 401
    )
    chooser.answer(chooser.send("/"))
    again = chooser.send("/")
    assert (again.status_code, expect.lines()[-1]["reason"]) == (401, "stale.deep_link")


def test_lti_107_quotes_cannot_break_the_form(chooser):
    chooser.open(deep_link_return_url=RETURN + "&x='\"><script>")
    response = chooser.send("/")
    assert "<script>" not in response.text.replace('<script nonce="', "")
    assert "&#34;&gt;&lt;script&gt;" in response.text
    assert f"form-action 'self' {ISS};" in response.headers["Content-Security-Policy"]


def test_lti_106_two_items_become_activities_of_the_sandbox(world: World, database):
    connect(world)
    teacher = world.browser("metodist")
    page = teacher.get(
        f"{MOODLE}/mod/lti/contentitem.php?id={tool_of(world).id}&course={world.site.course_id}"
    )
    assert "Что разместить" in page.text, page.text
    done = teacher.submit(page, page="/associations")
    assert done.status_code == 200, done.text
    (activity,) = world.site.moodle.activities.values()
    assert activity.custom == {"page": "/associations"}
    teacher.get(f"{MOODLE}/mod/lti/launch.php?id={activity.cmid}")
    with database.write() as session:
        from mmo_lti.models.course import Course

        for course in session.scalars(select(Course)):
            course.connected_at = course.connected_at or world.installation.wall()
    teacher.get(f"{MOODLE}/mod/lti/launch.php?id={activity.cmid}")
    assert teacher.at.endswith("/associations")
