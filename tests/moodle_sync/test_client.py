"""The client: what it sends, when it tries again, and what it never shows."""

import json
import logging
from typing import Any

import pytest
import requests
import responses

from moodle_sync import errors, rows
from moodle_sync.batch import Answer
from moodle_sync.client import MoodleClient
from moodle_sync.encoding import Call, flatten, form_body
from moodle_sync.needs import ADD_MEMBERS, BATCH, COURSE_GROUPS, CREATE_GROUPS
from moodle_sync.sandbox import FaultKind
from moodle_sync.sandbox.roles import SERVICE
from moodle_sync.transport import Transport, new_session
from tests.contract.recorded import load, replaying
from tests.moodle_sync.conftest import NOW, URL, City
from tests.moodle_sync.replay import SECRET, replay_client


def test_arguments_are_php_arrays() -> None:
    args = {"members": [{"groupid": 1, "userid": 3}, {"groupid": 1, "userid": 4}], "flag": True, "none": None}
    assert list(flatten(args)) == [
        ("members[0][groupid]", "1"),
        ("members[0][userid]", "3"),
        ("members[1][groupid]", "1"),
        ("members[1][userid]", "4"),
        ("flag", "1"),
    ]


def test_token_and_format_stand_before_what_may_be_cut_off() -> None:
    body = form_body("T", Call(ADD_MEMBERS, {"members": [{"groupid": 1, "userid": 3}]}))
    names = [pair.split(b"=")[0] for pair in body.split(b"&")]
    assert names[:2] == [b"wstoken", b"moodlewsrestformat"]
    assert names.index(b"wsfunction") < names.index(b"members%5B0%5D%5Bgroupid%5D")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_reasons_are_asked_for_in_english_whatever_the_language_of_the_account(
    city: City, language: str
) -> None:
    """They stand in the message alone, and a Russian one says neither «hidden» nor «missing» to us."""
    city.moodle.users[city.site.service_id].lang = language
    city.moodle.roles[SERVICE].capabilities.discard("moodle/course:viewhiddencourses")
    city.moodle.courses[city.site.course_id].visible = False
    with pytest.raises(errors.CourseHidden):
        city.client.call(COURSE_GROUPS, courseid=city.site.course_id)
    with pytest.raises(errors.CourseMissing):
        city.client.call(COURSE_GROUPS, courseid=999)


def test_what_reads_is_tried_again_with_a_jittered_pause() -> None:
    down = load("conn_database_down")
    client, replay, pauses = replay_client(down, down, load("course_groups"))
    assert len(client.call(COURSE_GROUPS, courseid=2)) == 3
    assert pauses == [0.75, 1.5]
    assert client.requests == len(replay.forms) == 3


def test_what_writes_is_never_sent_twice(city: City) -> None:
    city.fail(FaultKind.TIMEOUT_AFTER, CREATE_GROUPS, times=0)
    row = {"courseid": city.site.course_id, "name": "Новая", "description": ""}
    with pytest.raises(errors.TimedOut) as caught:
        city.client.call(CREATE_GROUPS, groups=[row])
    assert caught.value.unknown
    assert city.client.requests == 1
    assert [group.name for group in city.moodle.groups.values()].count("Новая") == 1


def test_a_batch_that_writes_among_reads_is_not_sent_twice(city: City) -> None:
    city.fail(FaultKind.TIMEOUT_AFTER, times=0)
    row = {"courseid": city.site.course_id, "name": "Новая", "description": ""}
    calls = [Call(COURSE_GROUPS, {"courseid": 2}), Call(CREATE_GROUPS, {"groups": [row]})]
    answers = city.client.batch(calls)
    assert [type(answer.error) for answer in answers] == [errors.TimedOut, errors.TimedOut]
    assert city.client.requests == 1


def test_a_long_retry_after_is_not_waited_for() -> None:
    client, _, pauses = replay_client(load("conn_maintenance_cli"))
    with pytest.raises(errors.MaintenancePage) as caught:
        client.site_info()
    assert caught.value.params == {"after": 300}
    assert pauses == []


def test_redirects_are_never_followed() -> None:
    client, replay, _ = replay_client(load("conn_other_host_name"))
    with pytest.raises(errors.OtherHost) as caught:
        client.site_info()
    assert caught.value.params == {"host": "other.example"}
    assert len(replay.forms) == 1


@pytest.mark.parametrize("listed", [True, False])
def test_plain_http_goes_to_listed_hosts_only(listed: bool) -> None:
    session, replay = replaying("http://moodle.example", load("site_info"))
    client = MoodleClient(
        "http://moodle.example",
        SECRET,
        session=session,
        now=lambda: NOW,
        plain_http_hosts=["moodle.example"] if listed else ["other.example"],
    )
    if listed:
        assert client.site_info()["userid"] == 37
    else:
        with pytest.raises(errors.PlainHttpRefused):
            client.site_info()
    assert len(replay.forms) == listed


@pytest.mark.parametrize(
    "address", ["ftp://moodle.example", "moodle.example", "https://user:pw@moodle.example", "https://x/?a=1"]
)
def test_an_address_that_is_none_is_refused_before_anything_is_sent(address: str) -> None:
    with pytest.raises(ValueError, match="moodle_address_invalid"):
        Transport(address, new_session())


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (requests.exceptions.SSLError("certificate verify failed"), errors.TlsFailed),
        (requests.exceptions.ConnectTimeout("slow"), errors.Unreachable),
        (requests.exceptions.ReadTimeout("slow"), errors.TimedOut),
        (requests.exceptions.ConnectionError("NameResolutionError: nobody"), errors.Unreachable),
        (requests.exceptions.ConnectionError("Connection reset by peer"), errors.ConnectionLost),
        (requests.exceptions.ChunkedEncodingError("half"), errors.ConnectionLost),
    ],
)
def test_a_broken_connection_tells_whether_something_was_sent(raised: Exception, kind: type) -> None:
    class Broken(requests.adapters.HTTPAdapter):
        def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:  # type: ignore[override]
            raised.request = request  # type: ignore[attr-defined]
            raise raised

    session = requests.Session()
    session.mount(URL, Broken())
    client = MoodleClient(URL, SECRET, session=session, now=lambda: NOW)
    with pytest.raises(errors.MoodleError) as caught:
        client.call(ADD_MEMBERS, members=[])
    assert type(caught.value) is kind
    assert caught.value.unknown is (kind in (errors.TimedOut, errors.ConnectionLost))
    # The prepared request, and so the token, hangs on the cause.
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_json_cut_short_is_a_broken_answer(city: City) -> None:
    city.fail(FaultKind.TRUNCATED, times=0)
    with pytest.raises(errors.BrokenAnswer):
        city.client.call(COURSE_GROUPS, courseid=2)


@pytest.mark.parametrize("function", [COURSE_GROUPS, BATCH])
def test_json_nested_without_end_is_a_broken_answer(function: str) -> None:
    deep = "[" * 50_000
    text = deep if function != BATCH else json.dumps({"responses": [{"error": False, "data": deep}]})
    with responses.RequestsMock() as web, requests.Session() as session:
        web.post(f"{URL}/webservice/rest/server.php", body=text, content_type="application/json")
        client = MoodleClient(URL, SECRET, session=session, now=lambda: NOW)
        (answer,) = client.batch([Call(COURSE_GROUPS, {"courseid": 2})])
    assert isinstance(answer.error, errors.BrokenAnswer)


def test_the_token_shows_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client, _, _ = replay_client(load("conn_account_suspended"))
    with pytest.raises(errors.AccountSuspended) as caught:
        client.site_info()
    shown = f"{client!r} {client} {caught.value!r} {caught.value} {caught.value.args} {caplog.text}"
    assert SECRET not in shown
    assert "mmo-service" not in shown


def test_every_error_has_a_code_of_its_own() -> None:
    kinds = [getattr(errors, name) for name in errors.__all__]
    codes = [kind.code for kind in kinds]
    assert len(set(codes)) == len(codes)
    assert all(code.startswith("moodle_") for code in codes)


@pytest.mark.parametrize(
    "broken", [None, {}, "text", [None], [{}], [{"id": "x", "name": "n", "idnumber": None}], 5]
)
def test_an_answer_of_another_shape_is_broken(broken: Any) -> None:
    for read in (rows.user_ids, rows.groups, rows.groupings, rows.events):
        with pytest.raises(errors.BrokenAnswer):
            read(broken)
    with pytest.raises(errors.BrokenAnswer):
        rows.members(Answer(broken))
