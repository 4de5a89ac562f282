"""Parameters are read as PHP reads them and refused as Moodle refuses them; text is cleaned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_sync.sandbox.errors import MoodleError
from moodle_sync.sandbox.html import clean, message_html
from moodle_sync.sandbox.rest.parameters import ABSENT, Many, Single, Value, check, read_form
from moodle_sync.sandbox.rest.php_json import php_json
from tests.contract.sandbox_alike import php_form
from tests.sandbox.conftest import World

MEMBERS = Single({"members": Many(Single({"groupid": Value("int"), "userid": Value("int")}))})
rows = st.lists(st.fixed_dictionaries({"groupid": st.integers(), "userid": st.integers()}), min_size=1)


@given(rows)
def test_a_form_brings_the_rows_that_were_put_in(members: list[dict[str, int]]) -> None:
    form = php_form({"members": members})
    assert check(MEMBERS, read_form(form.items())) == {"members": members}


def test_brackets_make_arrays_and_a_later_value_wins() -> None:
    pairs = [("a", "1"), ("a", "2"), ("b[]", "x"), ("b[]", "y"), ("c[k][0]", "z")]
    assert read_form(pairs) == {"a": "2", "b": {"0": "x", "1": "y"}, "c": {"k": {"0": "z"}}}


@pytest.mark.parametrize(
    ("description", "value"),
    [
        (Value("int"), "abc"),
        (Value("int"), "1.5"),
        (Value("int"), {"0": "1"}),
        (Value("bool"), "yes"),
        (Value("float"), "x"),
        (Value("username"), "TEACHER"),
        (Value("text"), None),
        (Many(Value("int")), "1"),
        (Single({"a": Value("int")}), {}),
        (Single({"a": Value("int")}), {"a": "1", "b": "2"}),
        (Single({"a": Value("int")}), "1"),
    ],
)
def test_what_does_not_fit_is_an_invalid_parameter(description: Value | Many | Single, value: object) -> None:
    with pytest.raises(MoodleError) as caught:
        check(description, value)
    assert caught.value.errorcode == "invalidparameter"


def test_what_may_be_left_out_gets_its_default_or_stays_away() -> None:
    description = Single({"a": Value("int", 7), "b": Value("text", ABSENT)})
    assert check(description, {}) == {"a": 7}
    assert check(description, []) == {"a": 7}
    assert check(Value("bool"), False) is False
    assert check(Value("bool"), "1") is True


def test_json_is_written_as_php_writes_it() -> None:
    assert php_json({"a": "ё/", "b": None, "c": [1, True]}) == '{"a":"\\u0451\\/","b":null,"c":[1,true]}'


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("<p class='a' data-b='c' onclick='x()'>д</p>", '<p class="a">д</p>'),
        ("а<!-- тайна -->б", "аб"),
        ("<script>alert(1)</script>да", "да"),
        ("<a href='javascript:alert(1)'>д</a>", "<a>д</a>"),
        ("<b>не закрыт", "<b>не закрыт</b>"),
        ("</p>лишнее", "лишнее"),
        ("1 &lt; 2 &amp; 3 &#8212; 4", "1 &lt; 2 &amp; 3 &#8212; 4"),
        ("<blink>а</blink>", "а"),
        ('<span class="mmo-event-1"> </span>', '<span class="mmo-event-1"> </span>'),
    ],
)
def test_rich_text_is_cleaned(typed: str, stored: str) -> None:
    assert clean(typed) == stored


@given(st.text())
def test_cleaning_twice_changes_nothing(typed: str) -> None:
    assert clean(clean(typed)) == clean(typed)


def test_plain_messages_are_shown_as_typed() -> None:
    assert message_html("<b>1</b>", 2) == "<p>&lt;b&gt;1&lt;/b&gt;</p>"
    assert message_html("", 2) == ""


def test_enrolled_people_are_few_without_the_right_to_see_them(world: World) -> None:
    role = world.site.moodle.roles[9]
    role.capabilities.discard("moodle/site:accessallgroups")
    assert world.call("core_enrol_get_enrolled_users", courseid=2) == []
    role.capabilities.add("moodle/site:accessallgroups")
    role.capabilities.discard("moodle/user:viewdetails")
    assert world.call("core_enrol_get_enrolled_users", courseid=2) == []


def test_a_batch_with_a_right_that_fails_in_the_middle_stops_there(world: World) -> None:
    group = {"courseid": 2, "name": "Новая", "description": ""}
    requests = [
        {"function": "core_group_create_groups", "arguments": php_json({"groups": [group]})},
        {"function": "core_group_create_groups", "arguments": php_json({"groups": [group]})},
        {"function": "core_group_get_course_groups", "arguments": '{"courseid": 2}'},
    ]
    answer = world.call("tool_mobile_call_external_functions", requests=requests)
    assert [row["error"] for row in answer["responses"]] == [False, True]
