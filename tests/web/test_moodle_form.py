"""The words for registering by hand are those of Moodle's own form, so that they are found on it.

Recorded from the pages of Moodle 4.5.6 in Russian and in English.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale, gettext

from mmo_lti.web.moodle_form import moodle_form, told_by_moodle
from tests.web.visitor import TOOL

RECORDED = Path(__file__).parent.parent / "recorded" / "moodle-tool-form"
MISSPELT = "Определять адрес электронной почты пользователя, запускающего инструмента"
"""As Moodle's Russian pack has it; ours ends without the last letter."""


@pytest.fixture(params=["ru", "en"])
def language(request: pytest.FixtureRequest, app: Flask) -> Iterator[str]:
    with app.test_request_context(), force_locale(request.param):
        yield request.param


def recorded(language: str) -> dict[str, Any]:
    text = (RECORDED / f"{language}.json").read_text().replace(MISSPELT, MISSPELT[:-1])
    found: dict[str, Any] = json.loads(text)
    return found


def test_every_field_and_every_choice_is_on_the_form_in_its_order(language: str) -> None:
    form = recorded(language)
    sections = moodle_form(TOOL)
    ours = [field for section in sections for field in section.fields]
    assert [one.title for one in ours if one.title not in form["fields"]] == []
    assert [one for one in form["fields"] if one in {field.title for field in ours}] == [
        one.title for one in ours
    ]
    for one in ours:
        choices = [choice.strip() for choice in form["fields"][one.title]]
        assert one.typed or not choices or one.value in choices, one.title
    assert [section.title for section in sections if section.title not in form["sections"]] == []


def test_the_six_values_are_those_of_the_details(language: str) -> None:
    assert set(told_by_moodle().values()) == set(recorded(language)["details"])


def test_the_way_there_is_named_as_moodle_names_it(language: str) -> None:
    form = recorded(language)
    first = gettext(
        "Откройте в Moodle «Администрирование → Плагины → Внешний инструмент → Управление инструментами»"
        " и там «настроить инструмент вручную»."
    )
    look = gettext(
        "У карточки инструмента нажмите лупу «Просмотр сведений о конфигурации» и скопируйте значения."
    )
    assert form["by_hand"] in first
    assert any(name in look for name in form["card"])
    assert form["save"][0] in gettext("Нажмите в Moodle «Сохранить».")
