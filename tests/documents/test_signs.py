"""Which signs can be printed, and how typed text is set."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.documents import attendance_sheet
from mmo_lti.documents.build_signs import signs_text
from mmo_lti.documents.signs import SIGNS_FILE, missing_signs, printable
from mmo_lti.documents.typography import bound, breakable, ended, line, paragraphs, plain
from tests.documents import examples, sample_city
from tests.documents.pdfa import assert_pdfa_2a

NBSP = "\u00a0"


def test_the_list_of_signs_is_that_of_the_fonts():
    """If not: run `python -m mmo_lti.documents.build_signs`."""
    assert SIGNS_FILE.read_text(encoding="ascii") == signs_text()


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Обычный текст, «ёлочки», № 5–9, 37 °C, H₂O, 1 000 ₽", []),
        ("Смирнова 😀 и ещё 😀, ✓", ["😀", "✓"]),
        ("Петрова\u0007", ["\x07"]),
        ("строка\nвторая\tс табуляцией\r\n", []),
        ("и\u0306", []),
        ("не\u200bвидно\ufeff", []),
        ("☎️", ["☎"]),
        ("\ud800", ["\ud800"]),
    ],
)
def test_missing_signs_are_named_in_order_each_once(text, missing):
    assert missing_signs(text) == missing


def test_what_is_missing_becomes_a_box():
    assert printable("Ольга 😀\x07 Ильич\u200b") == "Ольга □□ Ильич"
    assert printable("и\u0306") == "й"


@given(st.text(max_size=200))
def test_any_text_becomes_printable(text):
    """Nothing is missing afterwards, doing it twice changes nothing, and nothing but signs is lost."""
    made = printable(text)
    assert missing_signs(made) == []
    assert printable(made) == made
    assert len(made) <= len(unicodedata.normalize("NFC", text))


@given(st.lists(st.text(min_size=1, max_size=60), min_size=3, max_size=3))
def test_any_name_can_be_printed_in_an_archival_document(parts):
    from mmo_lti.documents.parties import Person
    from mmo_lti.rules.names import PersonName

    person = Person(name=PersonName(*parts), position=parts[1], organisation=parts[2])
    assert_pdfa_2a(attendance_sheet.render_pdf(examples.attendance_sheet(people=(person,), topic=parts[0])))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("протокол № 3", f"протокол №{NBSP}3"),
        ("до 20 июня 2027 г.", f"до 20{NBSP}июня{NBSP}2027{NBSP}г."),
        ("на 2026/2027 уч. год", f"на 2026/2027{NBSP}уч.{NBSP}год"),
        ("А. Ф. Соловьёва", f"А.{NBSP}Ф.{NBSP}Соловьёва"),
        ("Соловьёва А. Ф.", f"Соловьёва{NBSP}А.{NBSP}Ф."),
        ("классы 5–9", "классы 5–9"),
        ("слово – слово", f"слово{NBSP}– слово"),
        ("5 минут", "5 минут"),
    ],
)
def test_what_belongs_together_is_not_torn(typed, printed):
    assert bound(typed) == printed


def test_paragraphs_and_lists_stay_as_typed():
    assert paragraphs("Абзац один.\n\nАбзац два.\r\n– пункт списка\n- ещё  один") == [
        {"text": "Абзац один.", "item": False},
        {"text": "Абзац два.", "item": False},
        {"text": "пункт списка", "item": True},
        {"text": "ещё один", "item": True},
    ]
    assert paragraphs(" \n\n") == []


def test_a_field_of_one_line_has_one_line():
    assert line("МБОУ\n «Гимназия\r\n№ 3»") == f"МБОУ «Гимназия №{NBSP}3»"
    assert plain("a\x00b\x0bc") == "a□b□c"


@pytest.mark.parametrize(
    ("text", "sentence"), [("Тема", "Тема."), ("Зачем?", "Зачем?"), ("", ""), ("и т. д.", "и т. д.")]
)
def test_a_sentence_ends_once(text, sentence):
    assert ended(text) == sentence


def test_endless_words_may_be_broken_and_ordinary_ones_are_left_alone():
    word = "художественно-эстетическому"
    assert breakable(word) == word
    address = "https://example.org/metodicheskaya-kopilka/2027/konspekt.html"
    assert breakable(address).replace("\u200b", "") == address
    assert max(map(len, breakable(address).split("\u200b"))) <= 12
    assert max(map(len, breakable(sample_city.edge_texts()[3]).split("\u200b"))) <= 12
