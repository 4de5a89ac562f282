"""The journey of row 127 in WebKit, the engine of Safari and of every browser on an iPhone (N 119, 127)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.lti.in_browser.stage import Stage
from tests.lti.in_browser.webkit import Keeps, Window, screen, webkit

pytestmark = pytest.mark.browser
TEACHER, IN_WORDS = "teacher01", "Иванова А. И."
FIELD, POSITION = "Должность", "учитель русского языка"
BLOCKED = "Браузер не сохраняет вход внутри рамки"

OpenWindow = Callable[[Keeps], Window]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with screen() as name:
        yield name


@pytest.fixture
def window(display: str) -> Iterator[OpenWindow]:
    """`window(keeps)`: of a fresh browser with such a setting."""
    with ExitStack() as opened:
        yield lambda keeps: opened.enter_context(webkit(display, keeps))


def launch(window: Window, stage: Stage) -> None:
    """Sign in to Moodle, open the activity, look into its frame."""
    window.open(f"{stage.moodle_url}/login/index.php")
    window.fill("Логин", TEACHER)
    window.click("Войти")
    window.see("nav", "Курсы")
    window.open(stage.activity_url)
    window.step_into_frame()


def click_and_submit(window: Window) -> None:
    window.see(".mmo-who", IN_WORDS)
    window.click("Мои данные")
    window.fill(FIELD, POSITION)
    window.click("Подтверждаю")
    window.see("[role=status]", "Данные сохранены")


def test_lti_127_webkit_in_the_frame(stage: Stage, window: OpenWindow) -> None:
    here = window(Keeps.ALL)
    launch(here, stage)
    click_and_submit(here)
    here.driver.refresh()
    here.step_into_frame()
    here.see(".mmo-who", IN_WORDS)
    here.click("Мои данные")
    assert here.value_of(FIELD) == POSITION
    here.go_back()
    here.see("h1", "Что нужно сделать")


@pytest.mark.parametrize("keeps", [Keeps.SENDS_FIRST_PARTY_ONES, Keeps.NONE])
def test_lti_127_webkit_in_a_new_window(stage: Stage, window: OpenWindow, keeps: Keeps) -> None:
    """The frame keeps no cookie: one click, no second sign-in; and the frame leads there again next time."""
    here = window(keeps)
    launch(here, stage)
    here.see("h1", BLOCKED)
    here.click_to_new_window("Открыть в новом окне")
    click_and_submit(here)
    here.driver.refresh()
    here.see(".mmo-who", IN_WORDS)
    here.click("Мои данные")
    assert here.value_of(FIELD) == POSITION
    here.step_back_to_first_window()
    here.driver.refresh()
    here.step_into_frame()
    here.see("h1", BLOCKED)
    here.click_to_new_window("Открыть в новом окне")
    here.see(".mmo-who", IN_WORDS)
