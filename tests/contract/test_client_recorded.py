"""The client turns every recorded answer into the right value or the right typed error."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import pytest

from moodle_sync import errors, rows
from moodle_sync.apply import apply
from moodle_sync.batch import Answer
from moodle_sync.client import MoodleClient
from moodle_sync.encoding import Call, flatten
from moodle_sync.messages import SendState, send
from moodle_sync.needs import BATCH, COURSES, READS, SITE_INFO
from moodle_sync.people import read_people
from moodle_sync.plan import CreateEvent, UpdateEvent
from moodle_sync.state import DesiredEvent
from tests.contract import client_events as calendar
from tests.contract import client_values as values
from tests.contract import left_out
from tests.contract.client_errors import BATCH_ERRORS, ERRORS
from tests.contract.recorded import load, names, replaying

URL = "https://moodle.example"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SENT_AS_HTTP = {"conn_http_but_site_says_https", "conn_http_behind_ssl_proxy"}
EXPECTED_ERRORS = {name: kind for kind, group in ERRORS.items() for name in group}
BATCHES = sorted(name for name in names() if "requests" in str(load(name).get("request"))[:20])


def client_of(*recordings: dict[str, Any], url: str = URL) -> tuple[MoodleClient, Any]:
    session, replay = replaying(url, *recordings)
    client = MoodleClient(
        url,
        "TOKEN",
        session=session,
        now=lambda: NOW,
        sleep=lambda _: None,
        chance=lambda: 0.5,
        plain_http_hosts=["moodle.example"],
    )
    return client, replay


def client_without_batch(*recordings: dict[str, Any]) -> MoodleClient:
    """A client that has learnt that its service lacks the wrapper, as these recordings were made without."""
    client, _ = client_of(*recordings)
    client.learn({"userid": 34, "functions": [{"name": SITE_INFO}]})
    return client


def call_of(recording: dict[str, Any]) -> Call:
    """The call of a recording; recordings of the connection itself ask for site info."""
    request = recording["request"]
    return Call(recording["function"], request) if isinstance(request, dict) else Call(SITE_INFO)


def test_no_recording_is_forgotten_and_none_named_twice() -> None:
    tables = [
        set(EXPECTED_ERRORS),
        set(BATCH_ERRORS),
        set(values.NOTHING),
        set(values.ALL_VALUES),
        set(left_out.CLIENT),
    ]
    assert sorted(chain(*tables)) == names()


@pytest.mark.parametrize("name", sorted(EXPECTED_ERRORS))
def test_an_answer_becomes_its_typed_error(name: str) -> None:
    recording = load(name)
    url = URL.replace("https", "http") if name in SENT_AS_HTTP else URL
    client, replay = client_of(*[recording] * 3, url=url)
    call = call_of(recording)
    with pytest.raises(errors.MoodleError) as caught:
        client.call(call.function, **call.args)
    error = caught.value
    assert type(error) is EXPECTED_ERRORS[name]
    answer = recording.get("response") or {}
    assert error.errorcode in ("", "eventmissing", answer.get("errorcode"))
    # Only what reads is asked again, and only where waiting helps within seconds.
    waits = error.retry and call.function in READS and not isinstance(error, errors.MaintenancePage)
    assert len(replay.forms) == client.requests == (3 if waits else 1)
    for text in (str(error), repr(error), str(error.params)):
        assert "TOKEN" not in text
        assert "mmo-service" not in text


WITH_ARGUMENTS = sorted(
    name
    for name in (*EXPECTED_ERRORS, *values.ALL_VALUES, *values.NOTHING)
    if isinstance(load(name)["request"], dict)
)


@pytest.mark.parametrize("name", WITH_ARGUMENTS)
def test_a_call_is_sent_as_moodle_reads_it(name: str) -> None:
    recording = load(name)
    client, replay = client_of(*[recording] * 3)
    call = call_of(recording)
    with suppress(errors.MoodleError):
        client.call(call.function, **call.args)
    head = {"wstoken": "TOKEN", "moodlewsrestformat": "json", "wsfunction": call.function}
    settings = {"moodlewssettinglang": "en", "moodlewssettingtimezone": "UTC"}
    sent = replay.forms[0]
    assert dict(sent[:5]) == head | settings
    assert sent[5:] == list(flatten(call.args))


@pytest.mark.parametrize("name", values.NOTHING)
def test_null_is_nothing(name: str) -> None:
    recording = load(name)
    client, _ = client_of(recording)
    call = call_of(recording)
    assert recording["response"] is None
    assert client.call(call.function, **call.args) is None


@pytest.mark.parametrize("name", sorted(values.ALL_VALUES))
def test_a_value_comes_through_whole(name: str) -> None:
    recording = load(name)
    client, _ = client_of(recording)
    call = call_of(recording)
    assert client.call(call.function, **call.args) == recording["response"]


@pytest.mark.parametrize("name", sorted(values.GROUPS))
def test_groups(name: str) -> None:
    groups = {group.group_id: group.idnumber for group in rows.groups(load(name)["response"])}
    assert groups == values.GROUPS[name]


@pytest.mark.parametrize("name", sorted(values.MEMBERS))
def test_members(name: str) -> None:
    members = rows.members(Answer(load(name)["response"]))
    for group_id, expected in values.MEMBERS[name].items():
        assert members[group_id] == expected


@pytest.mark.parametrize("name", sorted(values.ENROLLED))
def test_enrolled(name: str) -> None:
    assert rows.user_ids(load(name)["response"]) == values.ENROLLED[name]


@pytest.mark.parametrize("name", sorted(calendar.EVENTS))
def test_events(name: str) -> None:
    events, listed = rows.events(load(name)["response"])
    expected, expected_listed = calendar.EVENTS[name]
    assert listed is expected_listed
    assert {
        event.event_id: (event.course_id, event.group_id, event.user_id, event.kind, event.starts)
        for event in events.values()
    } == expected
    assert {
        key: set(event.markers) for key, event in events.items() if event.markers
    } == calendar.MARKERS.get(name, {})


@pytest.mark.parametrize("name", sorted(values.GROUPINGS))
def test_groupings(name: str) -> None:
    assert {one.grouping_id: one.idnumber for one in rows.groupings(load(name)["response"])} == (
        values.GROUPINGS[name]
    )


def test_groups_in_a_grouping_include_one_of_another_course() -> None:
    answer = Answer(load("groupings_get_with_groups")["response"])
    assert rows.grouping_groups(answer) == {1, 2, 4}


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_is_matched_by_position_and_goes_on_after_the_failed_call(name: str) -> None:
    if name in EXPECTED_ERRORS:
        return
    recording = load(name)
    requests = recording["request"]["requests"]
    calls = [Call(one["function"], _arguments(one)) for one in requests]
    # Whatever is sent after the failed call meets a closed site, so that it shows.
    client, replay = client_of(recording, load("conn_database_down"), *[load("conn_database_down")] * 2)
    answers = client.batch(calls)
    responses = recording["response"]["responses"]
    for response, answer in zip(responses, answers, strict=False):
        if response["error"]:
            assert type(answer.error) is BATCH_ERRORS[name]
        else:
            assert answer.error is None
            assert answer.value == json.loads(response["data"] or "null")
    rest = requests[len(responses) :]
    assert all(isinstance(answer.error, errors.DatabaseDown) for answer in answers[len(responses) :])
    assert len(answers) == len(calls)
    sent = [dict(form) for form in replay.forms]
    assert all(form["wsfunction"] == BATCH for form in sent)
    if rest:
        again = [value for key, value in sent[1].items() if key.endswith("[function]")]
        assert again == [one["function"] for one in rest]
    else:
        assert len(sent) == 1


def _arguments(request: dict[str, str]) -> dict[str, Any]:
    try:
        arguments: dict[str, Any] = json.loads(request["arguments"])
    except ValueError:
        # Recorded with arguments that are not JSON, which the client cannot send.
        return {}
    return arguments


@pytest.mark.parametrize("name", sorted(values.SITES))
def test_site_info_tells_the_account(name: str) -> None:
    client, _ = client_of(load(name))
    info = client.site_info()
    assert (client.account, info["release"].split()[0]) == (values.SITES[name], "4.5.6")


@pytest.mark.parametrize("name", sorted(values.PEOPLE))
def test_people(name: str) -> None:
    client = client_without_batch(load(name))
    people = read_people(client, [1])
    assert {key: (person.email, person.suspended) for key, person in people.items()} == values.PEOPLE[name]
    assert {key for key, person in people.items() if person.deleted} == (
        {42} if name == "users_by_id_states" else set()
    )


@pytest.mark.parametrize("name", sorted(calendar.FORMS))
def test_the_form_tells_the_start_it_kept(name: str) -> None:
    wanted = calendar.FORMS[name]
    starts_at = datetime.fromtimestamp(wanted or 1_798_000_020, UTC)
    event = DesiredEvent("u", "Заседание", "", "", starts_at, 90)
    client = client_without_batch(load(name))
    applied = apply(client, 2, 34, [UpdateEvent("mmo", 1, 57, event)], form_shift=0)
    kinds = [type(one.error) for one in applied.failures]
    assert kinds == ([errors.FormRefused] if wanted is None else [])


@pytest.mark.parametrize("name", sorted(calendar.MADE_EVENTS))
def test_an_event_is_made_or_a_warning_says_why_not(name: str) -> None:
    event = DesiredEvent("u", "Заседание", "", "", NOW, 90)
    client = client_without_batch(load(name))
    applied = apply(client, 2, 34, [CreateEvent("mmo", 1, event)])
    made = calendar.MADE_EVENTS[name]
    assert applied.made_events == ({"u": made[0]} if made else {})
    assert [type(one.error) for one in applied.failures] == ([] if made else [errors.PermissionMissing])


@pytest.mark.parametrize("name", sorted(values.MESSAGES))
def test_a_message_has_an_outcome_for_each_recipient(name: str) -> None:
    for row, message_id in zip(load(name)["response"], values.MESSAGES[name], strict=True):
        client = client_without_batch({"status": 200, "content_type": "application/json", "response": [row]})
        [outcome] = send(client, [(8, "Напоминание")])
        sent = (SendState.SENT, message_id) if message_id > 0 else (SendState.REFUSED, None)
        assert (outcome.state, outcome.message_id) == sent


@pytest.mark.parametrize("name", sorted(values.COURSES))
def test_courses(name: str) -> None:
    client = client_without_batch(load(name))
    courses = client.call(COURSES, field="id", value=2)["courses"]
    assert [course["id"] for course in courses] == values.COURSES[name]
