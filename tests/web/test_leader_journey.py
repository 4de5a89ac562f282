"""In a real browser: a leader's year from the plan to a lodged protocol, and what the page's script does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from mmo_lti.installation import Installation
from mmo_lti.models.database import Database
from mmo_lti.models.meeting import Attendance, AttendanceMark, Meeting
from mmo_lti.models.plan import Plan
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.report import Report
from mmo_lti.rules.states import MeetingState, ProtocolState, ReportState
from mmo_lti.services import plan as plans
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.moment import moment
from tests.factories.person import actor_of, make_person
from tests.factories.plan import make_plan
from tests.factories.report import make_report
from tests.web.conftest import City, Clock
from tests.web.live import PHONE, chromium, open_for, served
from tests.web.papers import scan
from tests.web.protocol_writing import NOTED, begin_protocol
from tests.web.visitor import Visitor

pytestmark = pytest.mark.browser
YEAR = "/a/MMO-02/2026-27"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    site: Installation = app.extensions["mmo"]
    with served(app) as address:
        site.config = replace(site.config, public_url=address)
        yield address


@pytest.fixture
def page(browser: Browser, address: str, leader: Visitor) -> Iterator[Page]:
    """A window of the width that Moodle gives, in which the leader is signed in."""
    context = open_for(browser, leader, address)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == []


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).first.click()


def add_meeting(page: Page, topic: str, month: str) -> None:
    form = page.locator("#add")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    form.get_by_label("Тематика").fill(topic)
    form.get_by_label("Месяц").select_option(label=month)
    form.get_by_label("Ответственный").fill("руководитель ММО")
    press(page, "Добавить пункт")
    expect(page.get_by_text("Пункт добавлен.")).to_be_visible()


def test_from_the_plan_to_a_lodged_protocol(
    page: Page, database: Database, city: City, clock: Clock, tmp_path: Path
) -> None:
    clock.at = moment(2026, 9, 10)
    page.goto(f"{YEAR}/plan")
    press(page, "Начать план")
    page.get_by_label("От одной до семи строк").fill("Функциональная грамотность")
    press(page, "Сохранить приоритеты")
    for topic, month in (("О результатах ГИА", "октябрь"), ("Об олимпиаде", "январь"), ("Итоги года", "май")):
        add_meeting(page, topic, month)
    press(page, "Отправить на согласование")
    expect(page.get_by_text("План отправлен директору на согласование.")).to_be_visible()
    with database.write() as session:
        plans.agree(session, actor_of(city.director), session.scalars(select(Plan)).one(), clock())

    page.goto("/a/MMO-02")
    page.get_by_role("link", name="О результатах ГИА").click()
    page.get_by_label("День", exact=False).first.fill("2026-10-12")
    page.get_by_label("Место").first.fill("МБОУ «Гимназия № 23»")
    press(page, "Пригласить")
    expect(page.get_by_text("Приглашения отправлены.")).to_be_visible()
    page.get_by_label("Вопрос 1").fill("О результатах ГИА")
    page.get_by_label("Докладчик по вопросу 1").fill("Е. С. Абрамова")
    press(page, "Ещё вопрос")
    page.get_by_label("Вопрос 4").fill("О плане работы")
    press(page, "Сохранить повестку")
    expect(page.get_by_text("Повестка сохранена.")).to_be_visible()

    clock.at = moment(2026, 10, 12, 15)
    page.reload()
    for member in city.members[:5]:
        page.get_by_label(f"{member.last} Анна Ивановна").check()
    expect(page.get_by_text("Отмечено: 5 из 11")).to_be_visible()
    press(page, "Состоялось: составить протокол")

    expect(page.get_by_role("heading", name="Протокол № 1")).to_be_visible()
    page.get_by_label("Секретарь").select_option(index=2)
    page.get_by_role("button", name=NOTED).first.click()
    page.get_by_label("ПОСТАНОВИЛИ").nth(1).fill("Утвердить план.\nНазначить ответственных.")
    press(page, "Сохранить")
    expect(page.get_by_text("Распечатайте его, подпишите и загрузите скан.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Скачать для печати (PDF)").click()
    assert download.value.suggested_filename == "protokol-1-2026-27.pdf"
    paper = tmp_path / "скан.pdf"
    paper.write_bytes(scan())
    page.get_by_label("Файл скана").set_input_files(paper)
    press(page, "Загрузить скан подписанного протокола")
    expect(page.get_by_text("Скан загружен.")).to_be_visible()
    press(page, "Сдать протокол")
    expect(page.get_by_text("С этого дня заседание засчитывается.")).to_be_visible()
    with database.read() as session:
        assert session.scalars(select(Protocol.state)).one() is ProtocolState.LODGED
        present = select(Attendance).where(Attendance.mark == AttendanceMark.PRESENT)
        assert len(session.scalars(present).all()) == 5


def test_the_scan_takes_along_what_was_typed_and_not_saved(
    page: Page, database: Database, city: City, tmp_path: Path
) -> None:
    with database.write() as session:
        begin_protocol(session, city)
    page.goto(f"{YEAR}/protocols/1")
    page.get_by_label("СЛУШАЛИ").fill("Средний балл вырос.")
    paper = tmp_path / "скан.pdf"
    paper.write_bytes(scan())
    page.get_by_label("Файл скана").set_input_files(paper)
    press(page, "Загрузить скан подписанного протокола")
    expect(page.get_by_text("Скан загружен.")).to_be_visible()
    expect(page.get_by_label("СЛУШАЛИ")).to_have_value("Средний балл вырос.")


def test_a_file_that_is_too_big_is_named_before_it_is_sent(
    page: Page, database: Database, city: City, tmp_path: Path
) -> None:
    with database.write() as session:
        begin_protocol(session, city)
    page.goto(f"{YEAR}/protocols/1")
    page.evaluate("document.querySelector('[data-max]').dataset.max = 10")
    paper = tmp_path / "скан.pdf"
    paper.write_bytes(scan())
    page.get_by_label("Файл скана").set_input_files(paper)
    said = page.evaluate("document.querySelector('[data-max]').validationMessage")
    assert said.startswith("Файл больше, чем можно загрузить.")


def test_a_dangerous_button_asks_on_the_page_itself(page: Page, database: Database, city: City) -> None:
    """Browsers forbid the native question in another site's frame."""
    with database.write() as session:
        make_plan(session, city.association)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(f"{YEAR}/plan")
    page.get_by_text("Изменить пункт 1").click()
    press(page, "Удалить")
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Удалить пункт 1?")
    page.keyboard.press("Escape")
    expect(page.get_by_text("Тема 1")).to_be_visible()
    press(page, "Удалить")
    question.get_by_role("button", name="Удалить").click()
    expect(page.get_by_text("Пункт удалён.")).to_be_visible()


def test_text_typed_elsewhere_on_the_page_is_not_lost_unasked(
    page: Page, database: Database, city: City
) -> None:
    with database.write() as session:
        make_plan(session, city.association)
    page.goto(f"{YEAR}/plan")
    page.get_by_label("Методическая тема года").fill("Урок сегодня")
    page.locator("#add summary").click()
    page.locator("#add").get_by_label("Тематика").fill("Новая тема")
    press(page, "Добавить пункт")
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("На странице есть текст, который вы ещё не сохранили.")
    question.get_by_role("button", name="Не сейчас").click()
    expect(page.get_by_label("Методическая тема года")).to_have_value("Урок сегодня")
    press(page, "Отправить на согласование")
    question.get_by_role("button", name="Продолжить без него").click()
    expect(page.get_by_text("План отправлен директору")).to_be_visible()
    with database.read() as session:
        assert session.scalars(select(Plan.theme)).one() == "Урок сегодня"


def test_a_list_of_hundreds_is_narrowed_ticked_and_counted(
    page: Page, database: Database, city: City
) -> None:
    with database.write() as session:
        make_meeting(session, city.association, moment(2026, 10, 2), number=1)
        for number in range(329):
            name = "Семёнова" if number < 7 else "Педагог"
            make_membership(session, city.association, make_person(session, city.centre, name))
    page.goto(f"{YEAR}/meetings/1")
    page.get_by_label("Найти в списке").fill("семенова")
    expect(page.locator("#people label:visible")).to_have_count(7)
    press(page, "Отметить всех")
    expect(page.get_by_text("Отмечено: 7 из 340")).to_be_visible()
    page.get_by_label("Найти в списке").fill("")
    expect(page.locator("#people label:visible")).to_have_count(340)
    press(page, "Состоялось: составить протокол")
    expect(page.get_by_text("Присутствовали 7 членов ММО")).to_be_visible()


def test_the_report_that_is_assembled_shows_itself(page: Page, database: Database, city: City) -> None:
    with database.write() as session:
        make_report(session, city.association, state=ReportState.ASSEMBLING, step="gather", steps_total=5)
    page.goto(f"{YEAR}/report")
    expect(page.get_by_text("Собираем заседания, план и достижения…")).to_be_visible()
    with database.write() as session:
        report = session.scalars(select(Report)).one()
        report.step, report.steps_done = "pdf", 2
    expect(page.get_by_text("Готовим архивный PDF…")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "40")
    with database.write() as session:
        report = session.scalars(select(Report)).one()
        report.state, report.gathered_at = ReportState.DRAFT, moment(2026, 10, 5)
    expect(page.get_by_role("button", name="Сохранить слова")).to_be_visible()


def test_the_keyboard_goes_to_the_content_and_to_what_is_wrong(page: Page) -> None:
    page.goto("/me")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="К содержанию")).to_be_focused()
    page.get_by_label("Должность").fill("")
    press(page, "Сохранить")
    expect(page.get_by_role("alert")).to_be_focused()


def test_fields_of_other_kinds_are_out_of_the_way(page: Page) -> None:
    page.goto("/me")
    page.get_by_text("Добавить достижение").click()
    expect(page.get_by_label("Где опубликовано")).to_be_hidden()
    page.get_by_label("Вид", exact=True).select_option(label="публикация")
    expect(page.get_by_label("Где опубликовано")).to_be_visible()
    expect(page.get_by_label("Участвовали или проводили")).to_be_hidden()


@pytest.mark.parametrize(
    "path",
    ["/", "/associations", "/me", "/a/MMO-02", "/a/MMO-02/members", "/a/MMO-02/documents"]
    + [f"{YEAR}/{one}" for one in ("plan", "meetings", "meetings/1", "protocols/1", "report")],
)
def test_nothing_hangs_over_the_edge_of_a_phone(
    browser: Browser, address: str, leader: Visitor, database: Database, city: City, path: str
) -> None:
    with database.write() as session:
        make_plan(session, city.association)
        begin_protocol(session, city)
        assert session.scalars(select(Meeting.state)).one() is MeetingState.HELD
    context = open_for(browser, leader, address, PHONE)
    page = context.new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert page.evaluate("[...document.querySelectorAll('[id]')].length") == page.evaluate(
        "new Set([...document.querySelectorAll('[id]')].map((one) => one.id)).size"
    )
    context.close()
