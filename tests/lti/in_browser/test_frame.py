"""The tool in Moodle's frame, tool and Moodle on two sites over TLS (N 117–119, 23, 127)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.lti.conftest import Clock
from tests.lti.in_browser.chromium import chromium
from tests.lti.in_browser.conftest import OpenBrowser
from tests.lti.in_browser.cookies import Cookies
from tests.lti.in_browser.firefox import firefox
from tests.lti.in_browser.stage import Stage

pytestmark = pytest.mark.browser
TEACHER, IN_WORDS = "teacher01", "Иванова А. И."
SIGNED_OUT = "Вход не выполнен или сеанс закончился"
BLOCKED = "Браузер не сохраняет вход внутри рамки"
in_both = pytest.mark.parametrize("engine", [chromium, pytest.param(firefox, marks=pytest.mark.slow)])
"""Firefox in the slow suite: its driver speaks with each version of the browser a little differently."""


@in_both
@pytest.mark.parametrize("cookies", [Cookies.ALLOWED, Cookies.THIRD_PARTY_BLOCKED])
def test_lti_127_launch_click_submit_reload(stage: Stage, browser: OpenBrowser, cookies: Cookies) -> None:
    context = browser(cookies)
    page = context.pages[0]
    frame = stage.launch(page, TEACHER)
    expect(frame.locator(".mmo-who")).to_have_text(IN_WORDS)
    frame.get_by_role("link", name="Мои данные").click()
    frame.get_by_label("Должность").fill("учитель русского языка")
    frame.get_by_role("button", name="Подтверждаю").click()
    expect(frame.get_by_role("status")).to_contain_text("Данные сохранены")
    page.reload()
    expect(frame.locator(".mmo-who")).to_have_text(IN_WORDS)
    frame.get_by_role("link", name="Мои данные").click()
    expect(frame.get_by_label("Должность")).to_have_value("учитель русского языка")
    outside = context.new_page()
    outside.goto(stage.frame_of(page).url)
    expect(outside.get_by_role("heading")).to_have_text(SIGNED_OUT)


def test_lti_127_long_page_scrolls_inside_moodles_frame(stage: Stage, browser: OpenBrowser) -> None:
    """Moodle's frame fills the window and hears nothing: the last button must come into view all the same."""
    page = browser().pages[0]
    page.set_viewport_size({"width": 900, "height": 700})
    frame = stage.launch(page, TEACHER)
    frame.get_by_role("link", name="Мои данные").click()
    expect(frame.get_by_label("Должность")).to_be_visible()
    height = page.locator("#contentframe").bounding_box()["height"]
    assert height < 700
    button = frame.get_by_role("button", name="Подтверждаю")
    button.scroll_into_view_if_needed()
    expect(button).to_be_in_viewport()
    assert page.locator("#contentframe").bounding_box()["height"] == height
    inside = stage.frame_of(page)
    assert inside.evaluate("document.documentElement.scrollWidth <= innerWidth")


@in_both
def test_lti_119_no_cookies_in_the_frame_open_a_tab_already_signed_in(
    stage: Stage, browser: OpenBrowser
) -> None:
    """The hint of the launch is not spent by then: one click, no second sign-in."""
    context = browser(Cookies.NONE_IN_FRAMES)
    page = context.pages[0]
    frame = stage.launch(page, TEACHER)
    expect(frame.get_by_role("heading")).to_have_text(BLOCKED)
    with context.expect_page() as opened:
        frame.get_by_role("link", name="Открыть в новом окне").click()
    tab = opened.value
    expect(tab.locator(".mmo-who")).to_have_text(IN_WORDS)
    assert tab.url.startswith(f"{stage.tool_url}/s/")
    tab.reload()
    tab.get_by_role("link", name="Мои данные").click()
    expect(tab.locator("#sessions + ul > li")).to_have_count(1)
    page.reload()
    expect(frame.get_by_role("heading")).to_have_text(BLOCKED)


def test_lti_129_ended_session_leads_back_through_moodle(
    stage: Stage, browser: OpenBrowser, clock: Clock
) -> None:
    page = browser().pages[0]
    frame = stage.launch(page, TEACHER)
    expect(frame.locator(".mmo-who")).to_have_text(IN_WORDS)
    clock.forward(hours=5)
    frame.get_by_role("link", name="Мои данные").click()
    expect(frame.get_by_role("heading")).to_have_text(SIGNED_OUT)
    frame.get_by_role("link", name="Открыть в Moodle").click()
    expect(page).to_have_url(stage.activity_url)
    expect(frame.locator(".mmo-who")).to_have_text(IN_WORDS)


def test_lti_023_f5_repeats_no_launch(stage: Stage, browser: OpenBrowser) -> None:
    page = browser().pages[0]
    frame = stage.launch(page, TEACHER)
    expect(frame.locator(".mmo-who")).to_have_text(IN_WORDS)
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    inside = stage.frame_of(page)
    before = inside.url
    inside.evaluate("location.reload()")
    expect(frame.locator(".mmo-who")).to_have_text(IN_WORDS)
    assert (stage.frame_of(page).url, posted) == (before, [])


@in_both
def test_lti_023_back_leads_through_pages_and_then_to_the_course(stage: Stage, browser: OpenBrowser) -> None:
    page = browser().pages[0]
    stage.sign_in(page, TEACHER)
    course = f"{stage.moodle_url}/course/view.php?id={stage.site.class_course_id}"
    page.goto(course)
    frame = stage.open(page)
    expect(frame.locator(".mmo-who")).to_have_text(IN_WORDS)
    home = stage.frame_of(page).url
    frame.get_by_role("link", name="Мои данные").click()
    expect(frame.get_by_label("Должность")).to_be_visible()
    page.evaluate("setTimeout(() => history.back())")
    expect(frame.get_by_label("Должность")).to_have_count(0)
    expect(frame.locator(".mmo-who")).to_have_text(IN_WORDS)
    assert stage.frame_of(page).url == home
    page.evaluate("setTimeout(() => history.back())")
    expect(page).to_have_url(course)
