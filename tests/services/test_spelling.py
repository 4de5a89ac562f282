import pytest

from mmo_lti.services.spelling import name_key, search_key


def test_yo_case_and_spaces_do_not_tell_names_apart():
    assert search_key("  СЕМЁНОВА  Алёна ") == search_key("Семенова алена")


@pytest.mark.parametrize(
    "other",
    [
        'МБОУ  "средняя школа №1"',
        "МБОУ Средняя школа N 1",
        "мбоу «средняя школа» № 1",
        "МБОУ Средняя школа No.1",
    ],
)
def test_two_spellings_of_one_school_have_one_key(other):
    assert name_key(other) == name_key("МБОУ «Средняя школа № 1»")


@pytest.mark.parametrize(
    "other", ["МБОУ «Средняя школа № 11»", "МБОУ «Гимназия № 1»", "МБОУ «Средняя школа»"]
)
def test_other_schools_have_other_keys(other):
    assert name_key(other) != name_key("МБОУ «Средняя школа № 1»")
