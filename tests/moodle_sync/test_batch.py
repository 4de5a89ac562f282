"""Many calls in one request: what is passed over, what is not sent, what is cut smaller."""

from moodle_sync import errors
from moodle_sync.batch import MOST_CHARACTERS, first_chunk
from moodle_sync.encoding import Call
from moodle_sync.needs import ADD_MEMBERS, BATCH, GROUP_MEMBERS, NEEDS, SITE_INFO
from tests.moodle_sync.conftest import City


def test_many_calls_are_one_request(city: City) -> None:
    calls = [Call(GROUP_MEMBERS, {"groupids": [group]}) for group in city.site.group_ids] * 20
    answers = city.client.batch(calls)
    assert [len(answer.get()[0]["userids"]) for answer in answers] == [10] * 60
    assert city.client.requests == 1


def test_every_failed_call_is_passed_over_and_the_rest_still_goes(city: City) -> None:
    wanted = [1, 999, 2, 998, 3]
    answers = city.client.batch([Call(GROUP_MEMBERS, {"groupids": [group]}) for group in wanted])
    assert [answer.error is None for answer in answers] == [True, False, True, False, True]
    assert city.client.requests == 3


def test_after_an_essential_call_fails_the_rest_is_not_sent(city: City) -> None:
    calls = [Call(GROUP_MEMBERS, {"groupids": [group]}) for group in (999, 1, 2)]
    answers = city.client.batch(calls, essential=1)
    assert [(type(answer.error), answer.sent) for answer in answers] == [
        (errors.RecordMissing, True),
        (errors.RecordMissing, False),
        (errors.RecordMissing, False),
    ]
    assert city.client.requests == 1


def test_a_closed_site_is_asked_once_for_the_whole_batch(city: City) -> None:
    city.moodle.site.web_services = False
    answers = city.client.batch([Call(ADD_MEMBERS, {"members": []})] * 250)
    assert {type(answer.error) for answer in answers} == {errors.WebServicesOff}
    assert [answer.sent for answer in answers].count(True) == 100
    assert city.client.requests == 1


def test_chunks_stay_small() -> None:
    long = Call(ADD_MEMBERS, {"text": "ж" * (MOST_CHARACTERS // 3)})
    assert len(first_chunk([long] * 10)) == 2
    assert len(first_chunk([Call(SITE_INFO)] * 1000)) == 100
    assert len(first_chunk([Call(ADD_MEMBERS, {"text": "ж" * MOST_CHARACTERS * 2})] * 2)) == 1


def test_a_request_stays_short_for_a_slow_moodle() -> None:
    two_hundred = Call(ADD_MEMBERS, {"members": [{"groupid": 1, "userid": user} for user in range(200)]})
    assert len(first_chunk([two_hundred] * 10)) == 3


def test_a_request_too_big_is_halved_until_it_fits(city: City) -> None:
    city.moodle.site.post_max_size = 6_000
    people = [Call("core_user_get_users_by_field", {"field": "id", "values": list(range(3, 33))})] * 40
    answers = city.client.batch(people)
    assert all(len(answer.get()) == 30 for answer in answers)
    assert city.client.requests > 1


def test_one_call_too_big_for_the_server_says_so(city: City) -> None:
    city.moodle.site.post_max_size = 1_000
    [answer] = city.client.batch([Call(GROUP_MEMBERS, {"groupids": list(range(1000))})])
    assert isinstance(answer.error, errors.RequestTooBig)


def test_where_the_service_lacks_the_batch_calls_go_one_by_one(city: City) -> None:
    city.moodle.service.functions = {need.function for need in NEEDS if need.function != BATCH}
    answers = city.client.batch([Call(GROUP_MEMBERS, {"groupids": [group]}) for group in (1, 999, 2)])
    assert [answer.error is None for answer in answers] == [True, False, True]
    # The refused batch, site info to learn why, and the three calls.
    assert city.client.requests == 5
    city.client.batch([Call(GROUP_MEMBERS, {"groupids": [1]})])
    assert city.client.requests == 6


def test_a_refused_account_is_not_taken_for_a_missing_batch(city: City) -> None:
    city.moodle.service.enabled = False
    [answer] = city.client.batch([Call(GROUP_MEMBERS, {"groupids": [1]})])
    assert isinstance(answer.error, errors.AccessRefused)
    assert "function_not_in_service" in answer.error.CAUSES
