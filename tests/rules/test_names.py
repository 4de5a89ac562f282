"""Names: cleaned, shortened, sorted, found («Слова, числа, даты»)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.rules.names import (
    PersonName,
    clean,
    clean_name,
    clean_paragraphs,
    initials,
    organisation_key,
    search_key,
)

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("name", "short", "signature"),
    [
        (PersonName("Соловьёва", "Алёна", "Фёдоровна"), "Соловьёва А. Ф.", "А. Ф. Соловьёва"),
        (PersonName("Соловьёва", "Алёна"), "Соловьёва А.", "А. Соловьёва"),
        (
            PersonName("О'Коннор-Салтыкова-Щедрина", "Мария-Антуанетта"),
            "О'Коннор-Салтыкова-Щедрина М.-А.",
            "М.-А. О'Коннор-Салтыкова-Щедрина",
        ),
        (PersonName("Оглы-Заде", "Али", "Мамед оглы"), "Оглы-Заде А. М.", "А. М. Оглы-Заде"),
        (PersonName("Алиева", "Лейла", "Рашид кызы"), "Алиева Л. Р.", "Л. Р. Алиева"),
        (PersonName("Алиев", "Али", "Рашид-оглы"), "Алиев А. Р.", "А. Р. Алиев"),
        (PersonName("Ы", "Ян"), "Ы Я.", "Я. Ы"),
        (PersonName("ИВАНОВА", "анна", "Ивановна"), "ИВАНОВА А. И.", "А. И. ИВАНОВА"),
        (PersonName("Ким", ""), "Ким", "Ким"),
        (PersonName("<script>", 'Боб "; DROP', '=HYPERLINK("x")'), "<script> Б. H.", "Б. H. <script>"),
    ],
)
def test_a_name_is_shortened_without_stray_points_and_spaces(name, short, signature):
    assert name.short == short.replace(" ", NBSP)
    assert name.signature == signature.replace(" ", NBSP)


def test_a_full_name_is_printed_as_written():
    assert PersonName("ИВАНОВА", "анна", "Ивановна").full == "ИВАНОВА анна Ивановна"
    assert PersonName("Ы", "Ян").full == "Ы Ян"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Анна", "А."),
        ("Анна-Мария", "А.-М."),
        ("", ""),
        ("-", ""),
        ("жан-", "Ж."),
        ("«Ян»", "Я."),
        ("123", ""),
    ],
)
def test_initials(name, letters):
    assert initials(name) == letters


def test_people_are_sorted_by_surname_then_names_and_yo_is_ye():
    people = [
        PersonName("Ёлкин", "Борис"),
        PersonName("Елкина", "Анна"),
        PersonName("Елкин", "Борис", "Ильич"),
        PersonName("ёлкин", "Антон"),
        PersonName("Жуков", "Антон"),
        PersonName("О'Нил", "Ян"),
        PersonName("Онил", "Анна"),
        PersonName("Белова-Ёлкина", "Анна"),
        PersonName("Беловаелкина", "Яна"),
    ]
    assert [person.full for person in sorted(people, key=lambda person: person.sort_key)] == [
        "Белова-Ёлкина Анна",
        "Беловаелкина Яна",
        "ёлкин Антон",
        "Ёлкин Борис",
        "Елкин Борис Ильич",
        "Елкина Анна",
        "Жуков Антон",
        "Онил Анна",
        "О'Нил Ян",
    ]
    assert sorted(people, key=lambda p: p.sort_text) == sorted(people, key=lambda p: p.sort_key)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("семенова", "Семёнова"),
        ("СЕМЁНОВА алена", "Семёнова Алёна"),
        ("салтыковащедрина", "Салтыкова-Щедрина"),
        ("оконнор", "О’Коннор"),
        ("семе\u0308нова", "Семёнова"),
        ("  Иванова   Анна ", "Иванова Анна"),
    ],
)
def test_search_finds_however_it_is_typed(typed, name):
    assert search_key(typed) == search_key(name)


@given(st.text())
def test_a_search_key_is_its_own_key(text):
    assert search_key(search_key(text)) == search_key(text)


def test_input_is_cleaned_and_the_person_sees_what_went():
    cleaned = clean("  Семе\u0308нова\u00a0 \t Анна\u0007\u200b\n")
    assert cleaned.text == "Семёнова Анна"
    assert cleaned.removed == ("form", "U+0007", "U+200B", "spaces")


@pytest.mark.parametrize("char", ["\ufdd0", "\ufdef", "\ufffe", "\U0010ffff", "\ud800"])
def test_code_points_that_are_no_characters_go(char):
    assert clean(f"а{char}б").text == "аб"
    assert clean(f"а{char}б").removed == (f"U+{ord(char):04X}",)


@pytest.mark.parametrize("char", ["\ufdcf", "\ufdf0", "\ufffd", "\ue000", "😀"])
def test_their_neighbours_stay(char):
    assert clean(f"а{char}б") == clean(clean(f"а{char}б").text)
    assert clean(f"а{char}б").removed == ()


def test_ordinary_input_stays_and_nothing_is_reported():
    text = "<b> {{ x }} #1 $2 @3 = + - «ёлочки» № 4"
    assert clean(text).text == text
    assert clean(text).removed == ()


def test_text_of_several_lines_keeps_its_lines():
    cleaned = clean_paragraphs("\nАбзац один. \r\n\r\n– пункт\vвторая строка\u2028третья\n\n")
    assert cleaned.text == "Абзац один.\n\n– пункт\nвторая строка\nтретья"
    assert cleaned.removed == ("spaces",)


def test_a_new_line_of_windows_alone_is_nothing_to_report():
    assert clean_paragraphs("раз\r\nдва").removed == ()


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    for wash in (clean, clean_paragraphs):
        once = wash(text)
        assert wash(once.text).text == once.text
        assert wash(once.text).removed == ()


@given(st.text())
def test_cleaned_text_can_be_written_anywhere(text):
    cleaned = clean_paragraphs(text).text
    cleaned.encode("utf-8")
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(char) == "Cc" for char in cleaned.replace("\n", ""))
    assert "\n" not in clean(text).text


def test_three_fields_are_cleaned_together():
    name, removed = clean_name(" О'Нил ", "Ян\u0000", None)
    assert name == PersonName("О'Нил", "Ян", "")
    assert removed == ("spaces", "U+0000")


def test_ogly_is_written_small():
    assert clean_name("Алиев", "Али", "Мамед Оглы") == (PersonName("Алиев", "Али", "Мамед оглы"), ("case",))


@pytest.mark.parametrize(
    "typed",
    [
        'МБОУ  "средняя школа №1"',
        "МБОУ «Средняя школа № 1»",
        "мбоу средняя школа N 1",
        "МБОУ „Средняя школа №1“",
        "МБОУ 'Средняя  школа № 1'",
        " МБОУ\u00a0«Средняя школа №\u00a01» ",
    ],
)
def test_one_organisation_however_it_is_typed(typed):
    assert organisation_key(typed) == "мбоу средняя школа 1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("МБОУ «Средняя школа № 1»", "МБОУ «Средняя школа № 11»"),
        ("МБОУ «Средняя школа № 1»", "МБОУ «Гимназия № 1»"),
        ("МБОУ «Средняя школа № 1»", "МБДОУ «Детский сад № 1»"),
    ],
)
def test_two_organisations_stay_two(one, other):
    assert organisation_key(one) != organisation_key(other)


def test_nested_quotes_and_yo_do_not_matter():
    typed = "МБДОУ «Детский сад № 61 «Ёлочка»»"
    assert organisation_key(typed) == organisation_key('МБДОУ "Детский сад №61 "Елочка""')
