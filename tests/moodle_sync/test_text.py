"""Text as Moodle gives it back, and the marker that must live through an edit."""

import json
from datetime import UTC, datetime

import pytest

from moodle_sync import rows
from moodle_sync.errors import BrokenAnswer
from moodle_sync.text import LONGEST_NAME, marked, markers, name_key, plain_name, same_name, text_digest
from moodle_sync.transport import _date
from tests.contract.recorded import load

CASES = load("calendar_marker_after_edit_in_browser")["cases"]


@pytest.mark.parametrize("case", sorted(CASES))
def test_the_marker_is_found_exactly_where_the_editor_kept_it(case: str) -> None:
    recorded = CASES[case]
    assert markers(recorded["description_before"]) == {"3f2a"}
    for after in (recorded["after_name_changed"], recorded["after_text_typed"]):
        assert (markers(after) == {"3f2a"}) is recorded["marker_kept"]


@pytest.mark.parametrize("case", sorted(CASES))
def test_saving_a_name_does_not_look_like_a_new_text_and_typing_does(case: str) -> None:
    recorded = CASES[case]
    before = text_digest(recorded["description_before"])
    assert text_digest(recorded["after_name_changed"]) == before
    assert text_digest(recorded["after_text_typed"]) != before


def test_our_marker_is_of_the_kind_that_survives() -> None:
    ours = marked("<p>Повестка</p>", "3f2a", "Заседание")
    assert ours == CASES["div_class"]["description_before"]
    assert CASES["div_class"]["marker_kept"]


@pytest.mark.parametrize("empty", ["", "<p></p>", "<p>&nbsp;</p>", " \r\n "])
def test_an_empty_description_borrows_the_name(empty: str) -> None:
    assert marked(empty, "u", "A & B") == '<div class="mmo-event-u"><p>A &amp; B</p></div>'


def test_a_marker_stands_among_other_classes_and_is_not_a_part_of_one() -> None:
    assert markers('<p class="lead mmo-event-a1 x">т</p><div class="mmo-event-b">т</div>') == {"a1", "b"}
    assert markers('<p class="not-mmo-event-a1">т</p><p>class="x"</p>') == frozenset()


def test_names_are_compared_as_moodle_keeps_them() -> None:
    assert plain_name("  ММО &laquo;Химия&raquo;\u00a0 <b>города</b>\n") == "ММО «Химия» города"
    assert same_name("ММО Химии", "ммо  химии")
    assert len(plain_name("ж" * 400)) == LONGEST_NAME


def test_a_sign_that_moodle_takes_for_a_tag_stands_apart() -> None:
    assert plain_name("Классы <5 и <b>выше</b>, 3 < 4") == "Классы < 5 и выше, 3 < 4"
    assert plain_name(plain_name("<<5")) == plain_name("<<5")


def test_names_that_the_database_of_moodle_takes_for_the_same() -> None:
    assert name_key("ММО Учёта") == name_key("ммо учета")
    assert name_key("é") == name_key("E")
    assert name_key("район") != name_key("раион")


@pytest.mark.parametrize("number", ["Infinity", "NaN", "1e400"])
def test_a_number_without_bounds_is_a_broken_answer(number: str) -> None:
    with pytest.raises(BrokenAnswer):
        rows.user_ids(json.loads(f'[{{"id": {number}}}]'))


def test_a_date_of_no_zone_is_one_of_utc() -> None:
    found = _date("Tue, 24 Nov 2026 09:00:00 -0000")
    assert found == datetime(2026, 11, 24, 9, tzinfo=UTC)
