"""Words that agree with numbers; dates and numbers in words."""

from datetime import date, time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.rules import wording
from mmo_lti.rules.wording import Gender, Noun, agree, counted, noun_for, number_in_words, total_in_words
from tests.rules.ground import YEAR

HOUR = Noun("час", "часа", "часов")
CASE = Noun("дело", "дела", "дел", Gender.NEUTER)
REQUEST = Noun("заявка", "заявки", "заявок", Gender.FEMININE)


def plain(text: str) -> str:
    return text.replace(wording.NBSP, " ")


@pytest.mark.parametrize(
    ("n", "meeting", "day", "person"),
    [
        (0, "заседаний", "дней", "человек"),
        (1, "заседание", "день", "человек"),
        (2, "заседания", "дня", "человека"),
        (5, "заседаний", "дней", "человек"),
        (11, "заседаний", "дней", "человек"),
        (12, "заседаний", "дней", "человек"),
        (14, "заседаний", "дней", "человек"),
        (21, "заседание", "день", "человек"),
        (22, "заседания", "дня", "человека"),
        (25, "заседаний", "дней", "человек"),
        (101, "заседание", "день", "человек"),
        (111, "заседаний", "дней", "человек"),
        (112, "заседаний", "дней", "человек"),
        (340, "заседаний", "дней", "человек"),
    ],
)
def test_a_noun_agrees_with_its_number(n, meeting, day, person):
    assert plain(counted(n, wording.MEETING)) == f"{n} {meeting}"
    assert plain(counted(n, wording.DAY)) == f"{n} {day}"
    assert noun_for(n, wording.PERSON) == person


@pytest.mark.parametrize("half", [1.5, Fraction(3, 2)])
def test_a_fraction_takes_the_genitive_singular(half):
    assert plain(counted(half, HOUR)) == "1,5 часа"


def test_a_whole_fraction_is_a_whole_number():
    assert plain(counted(2.0, HOUR)) == "2 часа"
    assert plain(counted(Fraction(5), HOUR)) == "5 часов"


@given(st.integers(0, 10**6))
def test_agreement_depends_on_the_last_two_digits_alone(n):
    assert agree(n, "1", "2", "5") == agree(n % 100, "1", "2", "5") == agree(-n, "1", "2", "5")


def test_dates_in_words_do_not_break():
    assert wording.date_in_words(date(2027, 6, 20)) == "20\u00a0июня\u00a02027\u00a0г."
    assert wording.day_in_words(date(2026, 10, 1)) == "1\u00a0октября"
    assert wording.month_in_words(2026, 10) == "октябрь\u00a02026\u00a0г."
    assert wording.date_in_digits(date(2027, 6, 2)) == "02.06.2027"
    assert plain(wording.moment_in_words(date(2026, 10, 12), time(14, 30))) == "12 октября 2026 г. в 14:30"
    assert wording.year_in_words(YEAR) == "2026/2027\u00a0уч.\u00a0год"
    assert wording.numbered(3) == "№\u00a03"


def test_all_months_have_both_forms():
    genitives = [wording.day_in_words(date(2026, m, 1)).split(wording.NBSP)[1] for m in range(1, 13)]
    assert genitives == (
        [
            "января",
            "февраля",
            "марта",
            "апреля",
            "мая",
            "июня",
            "июля",
            "августа",
            "сентября",
            "октября",
            "ноября",
            "декабря",
        ]
    )


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "ноль"),
        (1, "один"),
        (2, "два"),
        (11, "одиннадцать"),
        (19, "девятнадцать"),
        (40, "сорок"),
        (48, "сорок восемь"),
        (100, "сто"),
        (214, "двести четырнадцать"),
        (1000, "одна тысяча"),
        (2002, "две тысячи два"),
        (5011, "пять тысяч одиннадцать"),
        (12_345, "двенадцать тысяч триста сорок пять"),
        (21_000, "двадцать одна тысяча"),
        (1_000_001, "один миллион один"),
        (2_999_999, "два миллиона девятьсот девяносто девять тысяч девятьсот девяносто девять"),
    ],
)
def test_numbers_in_words(n, words):
    assert number_in_words(n) == words


def test_numbers_in_words_have_gender():
    assert number_in_words(21, Gender.FEMININE) == "двадцать одна"
    assert number_in_words(32, Gender.FEMININE) == "тридцать две"
    assert number_in_words(1, Gender.NEUTER) == "одно"
    assert number_in_words(2, Gender.NEUTER) == "два"


@pytest.mark.parametrize("n", [-1, 10**9])
def test_what_has_no_words_is_refused(n):
    with pytest.raises(ValueError, match="no words"):
        number_in_words(n)


def test_the_total_of_an_inventory():
    assert plain(total_in_words(48, wording.DOCUMENT)) == "48 (сорок восемь) документов"
    assert plain(total_in_words(1, CASE)) == "1 (одно) дело"
    assert plain(total_in_words(22, REQUEST)) == "22 (двадцать две) заявки"


@given(st.integers(0, wording.BIGGEST), st.integers(0, wording.BIGGEST))
def test_different_numbers_have_different_words(one, other):
    assert (number_in_words(one) == number_in_words(other)) == (one == other)
