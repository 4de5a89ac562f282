"""«Напомнить отстающим»: who is named and why is read before anything is sent."""

from sqlalchemy import select

from mmo_lti.models.database import Database
from mmo_lti.models.notice import Notice
from mmo_lti.rules.states import PlanState
from tests.factories.association import make_association
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.plan import make_plan
from tests.web.conftest import City, Clock
from tests.web.page import follow, press, read, see
from tests.web.visitor import Visitor

PAGE = "/city/remind"


def kinds(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Notice.kind).order_by(Notice.id)))


def test_it_is_the_coordinators(
    coordinator: Visitor, director: Visitor, leader: Visitor, member: Visitor, database: Database
) -> None:
    assert see(coordinator, "/city").primary == ["Напомнить отстающим"]
    assert see(director, "/city").primary == []
    for visitor in (director, leader, member):
        see(visitor, PAGE, 403)
        assert visitor.post(PAGE, {"association": "1"}).status_code in {403, 422}
    assert kinds(database) == []


def test_the_page_names_whom_and_what_and_when_it_leaves(
    coordinator: Visitor, database: Database, city: City
) -> None:
    with database.write() as session:
        make_association(session, city.centre, "учителей физики", code="MMO-03")
    page = see(coordinator, PAGE)
    assert "Абрамова Елена Сергеевна" in page
    assert "План: просрочен на 4 дня" in page
    assert "Заседания: под угрозой" in page
    assert "6 октября 2026 г., 09:00" in page
    assert "руководителя нет" in page
    assert page.primary == ["Отправить напоминание"]
    assert page.form("Отправить").values["association"] == str(city.association.id), (
        "the vacant one has no box"
    )
    assert kinds(database) == [], "nothing is sent by looking"


def test_it_is_sent_once(coordinator: Visitor, database: Database) -> None:
    page = follow(coordinator, press(coordinator, PAGE, "Отправить напоминание"))
    assert "Напоминание получит 1 руководитель." in page
    assert kinds(database) == ["reminded_plan", "reminded_meetings"]
    page = see(coordinator, PAGE)
    assert "сегодня уже напомнили" in page
    assert page.primary == []


def test_a_double_click_sends_once(coordinator: Visitor, database: Database) -> None:
    page = follow(coordinator, press(coordinator, PAGE, "Отправить напоминание", times=2))
    assert "сегодня уже напомнили или всё исправлено" in page
    assert len(kinds(database)) == 2


def test_nobody_ticked(coordinator: Visitor, database: Database) -> None:
    page = press(coordinator, PAGE, "Отправить напоминание", {"association": ""})
    assert page.status == 422
    assert page.alert == "Отметьте, кому напомнить."
    assert kinds(database) == []


def test_a_foreign_form_sends_nothing(coordinator: Visitor, database: Database, city: City) -> None:
    assert coordinator.post(PAGE, {"association": city.association.id}, csrf="foreign").status_code == 403
    assert kinds(database) == []


def test_where_all_is_in_order_there_is_nobody_to_remind(
    coordinator: Visitor, database: Database, city: City
) -> None:
    with database.write() as session:
        make_plan(session, city.association, state=PlanState.AGREED)
        for month in (10, 1, 4):
            make_meeting(session, city.association, moment(2026 + (month < 9), month, 20))
    assert "Напомнить отстающим" not in see(coordinator, "/city")
    assert "Просроченного нет" in see(coordinator, PAGE)


def test_last_years_report_is_reminded_of_on_last_years_page(
    coordinator: Visitor, database: Database, clock: Clock
) -> None:
    clock.at = moment(2027, 9, 6)
    page = see(coordinator, "/city/2026-27")
    assert "/city/2026-27/remind" in page.links()
    page = see(coordinator, "/city/2026-27/remind")
    assert "Отчёт: просрочен на 78 дней" in page
    answer = read(coordinator.post("/city/2026-27/remind", page.form("Отправить").values))
    assert answer.location == "/city/2026-27"
    assert kinds(database) == ["reminded_report"]
