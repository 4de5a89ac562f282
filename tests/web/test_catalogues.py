"""The catalogues are whole: every sentence of pages and code is in both, and English says them all."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from tests.web.catalogues import catalogue

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}
CODE = re.compile(r"[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)+|denied|achievement|profile|moodle_[a-z_]+")
NAMES = re.compile(r"%\((\w+)\)s")


def extracted() -> Iterator[tuple[str, ...]]:
    """Singular and plural of every message that the extraction of `babel.cfg` finds."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    for _, _, message, _, _ in extract_from_dir(ROOT, methods, options, KEYWORDS):
        yield message if isinstance(message, tuple) else (message,)


MESSAGES = sorted(set(extracted()))


def texts(message: Message | None) -> tuple[str, ...]:
    if message is None:
        return ()
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_pages_code_and_codes_are_all_extracted() -> None:
    found = {message[0] for message in MESSAGES}
    assert {"R2.1", "duty.plan_submit", "Главная", "Введите целое число."} <= found


def test_english_says_everything() -> None:
    """`make messages` brings new sentences into the catalogues; then somebody translates them."""
    english = catalogue("en")
    silent = [message[0] for message in MESSAGES if not all(texts(english.get(message[0])) or [""])]
    assert silent == []


def test_russian_has_every_form_of_what_is_counted_and_every_code() -> None:
    russian = catalogue("ru")
    needed = [message[0] for message in MESSAGES if len(message) > 1 or CODE.fullmatch(message[0])]
    silent = [key for key in needed if not all(texts(russian.get(key)) or [""])]
    assert silent == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_nothing_is_left_of_sentences_that_are_gone(language: str) -> None:
    known = {message[0] for message in MESSAGES}
    kept = {message.id[0] if isinstance(message.id, tuple) else message.id for message in catalogue(language)}
    assert sorted(kept - known - {""}) == []


def test_a_translation_names_what_the_sentence_names() -> None:
    english = catalogue("en")
    wrong = []
    for key, *_ in MESSAGES:
        if CODE.fullmatch(key):
            continue
        for text in texts(english.get(key)):
            if set(NAMES.findall(text)) != set(NAMES.findall(key)):
                wrong.append(key)
    assert wrong == []
