"""The plan of a year: who writes it, what is missing, members' proposals, the way to the director."""

import pytest
from sqlalchemy import select

from mmo_lti.models.database import Database
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.plan import Plan, PlanItem
from mmo_lti.rules.states import PlanState, ReportState
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_helper
from tests.factories.moment import NOW, moment
from tests.factories.plan import make_plan
from tests.factories.report import make_report
from tests.web.conftest import City, ClientFor, Clock
from tests.web.page import follow, press, read, see
from tests.web.visitor import Visitor

PAGE = "/a/MMO-02/2026-27/plan"
ITEM = {
    "form": "семинар-практикум",
    "topic": "Задачи с экономическим содержанием",
    "month": "11",
    "place": "МБОУ «СШ № 4»",
    "responsible": "Воронова А. И.",
    "result": "банк заданий",
}


@pytest.fixture
def draft(database: Database, city: City) -> Plan:
    """A plan that may be sent as it is."""
    with database.write() as session:
        return make_plan(session, city.association)


@pytest.fixture
def helper(client_for: ClientFor, database: Database, city: City) -> Visitor:
    with database.write() as session:
        make_helper(session, city.association, city.members[1])
    return client_for(city.members[1])


def plans(database: Database) -> list[tuple[int, PlanState]]:
    with database.read() as session:
        return [(one.version, one.state) for one in session.scalars(select(Plan).order_by(Plan.version))]


def items(database: Database) -> list[PlanItem]:
    with database.read() as session:
        return list(session.scalars(select(PlanItem).order_by(PlanItem.position)))


class TestWhoSees:
    def test_before_there_is_one_the_leader_begins_and_others_read_who_will(
        self, leader: Visitor, member: Visitor, director: Visitor, coordinator: Visitor
    ) -> None:
        assert see(leader, PAGE).primary == ["Начать план"]
        page = see(member, PAGE)
        assert page.primary == ["Предложить"]
        assert "его пишет руководитель и согласует директор" in page
        for visitor in (director, coordinator):
            assert see(visitor, PAGE).buttons == set()

    def test_a_draft_is_the_leaders_and_the_helpers(
        self, leader: Visitor, member: Visitor, helper: Visitor, director: Visitor, draft: Plan
    ) -> None:
        assert "Отправить на согласование" in see(leader, PAGE).buttons
        page = see(helper, PAGE)
        assert "Добавить пункт" in page.buttons
        assert "Отправить на согласование" not in page.buttons
        for visitor in (member, director):
            assert "Тема 1" not in see(visitor, PAGE)

    def test_outsiders_read_that_it_is_not_theirs(self, outsider: Visitor, administrator: Visitor) -> None:
        see(outsider, PAGE, 403)
        see(administrator, PAGE, 403)

    def test_the_director_agrees_what_was_sent(
        self, director: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            sent = {"submitted_at": NOW, "submitted_by": city.leader.id}
            make_plan(session, city.association, state=PlanState.SUBMITTED, **sent)
        page = see(director, PAGE)
        assert page.primary == ["Согласовать"]
        assert "На согласовании у директора с 5 октября 2026 г." in page
        assert "План составлен без предложений членов ММО" in page
        follow(director, press(director, PAGE, "Согласовать"))
        assert plans(database) == [(1, PlanState.AGREED)]


class TestDrafting:
    def test_a_plan_grows_from_nothing_to_the_director(self, leader: Visitor, database: Database) -> None:
        page = follow(leader, press(leader, PAGE, "Начать план", times=2))
        assert page.primary == ["Сохранить приоритеты"]
        assert "Приоритетных направлений 0 (нужно от 1 до 7)." in page
        values = {"priorities": "Функциональная грамотность\r\nПодготовка к ОГЭ", "theme": "Урок сегодня"}
        page = follow(leader, press(leader, PAGE, "Сохранить приоритеты", values))
        assert page.primary == ["Добавить пункт"]
        for month in ("10", "1", "4"):
            values = {**ITEM, "form": "заседание", "topic": f"Тема {month}", "month": month}
            page = follow(leader, press(leader, PAGE, "Добавить пункт", values))
        assert page.primary == ["Отправить на согласование"]
        assert "Чтобы отправить план, осталось:" not in page
        page = follow(leader, press(leader, PAGE, "Отправить на согласование", times=2))
        assert "План отправлен директору на согласование." in page
        assert plans(database) == [(1, PlanState.SUBMITTED)]
        assert [(one.topic, one.is_meeting) for one in items(database)] == [
            ("Тема 10", True), ("Тема 1", True), ("Тема 4", True),
        ]  # fmt: skip

    def test_the_term_is_said_with_what_is_left(self, leader: Visitor, clock: Clock) -> None:
        assert "Отправьте директору не позднее 1 октября 2026 г., просрочено на 4 дня." in see(leader, PAGE)
        clock.at = moment(2026, 9, 10)
        assert "остался 21 день" in see(leader, PAGE)

    def test_sending_too_early_names_everything_at_once(
        self, leader: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            make_plan(session, city.association, (10,), priorities=[])
        page = press(leader, PAGE, "Отправить на согласование")
        assert page.status == 422
        assert "План пока нельзя отправить: заседаний 1 из 3" in page.alert
        assert plans(database) == [(1, PlanState.DRAFT)]

    def test_what_a_line_lacks_is_said_in_its_place(
        self, leader: Visitor, member: Visitor, database: Database, draft: Plan
    ) -> None:
        with database.write() as session:
            one = session.scalars(select(PlanItem).where(PlanItem.position == 2)).one()
            one.month, one.responsible = None, ""
        page = see(leader, PAGE)
        assert "◷ нет срока" in page
        assert "◷ нет ответственного" in page
        assert "Нет срока в пункте 2." in page

    def test_adding_the_same_form_twice_adds_one_line(
        self, leader: Visitor, database: Database, draft: Plan
    ) -> None:
        follow(leader, press(leader, PAGE, "Добавить пункт", ITEM, times=2))
        assert [one.topic for one in items(database)].count(ITEM["topic"]) == 1

    def test_a_faulty_day_keeps_every_field_of_the_new_line(
        self, leader: Visitor, database: Database, draft: Plan
    ) -> None:
        page = press(leader, PAGE, "Добавить пункт", {**ITEM, "day": "30 ноября", "for_young": "1"})
        assert page.status == 422
        assert page.faults == {"day": "Введите дату, например 12.10.2026."}
        kept = page.form("Добавить пункт").values
        assert kept == kept | ITEM | {"day": "30 ноября", "for_young": "1"}
        assert "is_meeting" not in kept
        assert page.tree.xpath("//details[@open and @id='add']")

    def test_a_day_of_another_year_is_refused_with_the_values_kept(
        self, leader: Visitor, draft: Plan
    ) -> None:
        page = press(leader, PAGE, "Добавить пункт", {**ITEM, "day": "2027-10-01"})
        assert page.status == 422
        assert page.alert
        assert page.form("Добавить пункт").values["day"] == "2027-10-01"

    def test_changing_and_removing_a_line(self, leader: Visitor, database: Database, draft: Plan) -> None:
        follow(leader, press(leader, PAGE, "Сохранить пункт", {"topic": "Новая тема", "is_meeting": "1"}))
        assert items(database)[0].topic == "Новая тема"
        button = see(leader, PAGE).form("Удалить").pressed
        assert button.get("data-confirm") == "Удалить пункт 1?"
        follow(leader, press(leader, PAGE, "Удалить", times=2))
        assert [one.topic for one in items(database)] == ["Тема 2", "Тема 3"]

    def test_a_refused_change_opens_its_own_line_only(self, leader: Visitor, draft: Plan) -> None:
        page = press(leader, PAGE, "Сохранить пункт", {"topic": "Моя тема", "day": "скоро"})
        assert page.status == 422
        assert page.form("Сохранить пункт").values["topic"] == "Моя тема"
        assert len(page.tree.xpath("//table//details[@open]")) == 1
        assert page.form("Добавить пункт").values["topic"] == ""

    def test_too_many_priorities_are_kept_and_named(self, leader: Visitor, draft: Plan) -> None:
        lines = "\r\n".join(f"Направление {number}" for number in range(8))
        page = press(leader, PAGE, "Сохранить приоритеты", {"priorities": lines})
        assert page.status == 422
        assert "8" in page.alert
        assert "Направление 7" in page.form("Сохранить приоритеты").values["priorities"]

    def test_sending_takes_along_priorities_that_were_typed(
        self, leader: Visitor, database: Database, draft: Plan
    ) -> None:
        page = see(leader, PAGE)
        assert page.form("Отправить на согласование").element.get("data-with") == "priorities"
        sent = {"act": "submit", "priorities": "Новое направление", "theme": ""}
        follow(leader, read(leader.post(PAGE, sent)))
        with database.read() as session:
            assert session.scalars(select(Plan.priorities)).one() == ["Новое направление"]

    def test_a_meeting_outside_the_plan_is_put_into_it(
        self, leader: Visitor, database: Database, city: City, draft: Plan
    ) -> None:
        with database.write() as session:
            meeting = make_meeting(
                session, city.association, moment(2026, 9, 21), number=7, topic="Августовская секция"
            )
        page = see(leader, PAGE)
        assert "Это уже назначенное мероприятие вне плана?" in page
        follow(leader, press(leader, PAGE, "Добавить пункт", {**ITEM, "meeting": "7"}))
        with database.read() as session:
            assert session.get_one(Meeting, meeting.id).item_uid == items(database)[-1].uid

    def test_next_years_plan_waits_for_may(self, leader: Visitor, clock: Clock, database: Database) -> None:
        ahead = "/a/MMO-02/2027-28/plan"
        page = press(leader, ahead, "Начать план")
        assert page.status == 422
        assert "1 мая 2027 г." in page.alert
        clock.at = moment(2027, 5, 2)
        follow(leader, press(leader, ahead, "Начать план"))
        assert plans(database) == [(1, PlanState.DRAFT)]


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/items", f"{PAGE}/proposals", f"{PAGE}/events"])
def test_a_foreign_form_changes_nothing(leader: Visitor, database: Database, draft: Plan, path: str) -> None:
    sent = {"act": "submit", "uid": "x", "proposal": "x", **ITEM}
    assert leader.post(path, sent, csrf="foreign").status_code == 403
    assert plans(database) == [(1, PlanState.DRAFT)]
    assert len(items(database)) == 3


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        (PAGE, {"act": "burn"}),
        (PAGE, {"act": "edit", "priorities": "x"}),
        (f"{PAGE}/items", {"act": "add", **ITEM}),
        (f"{PAGE}/proposals/999", {"act": "take"}),
        (f"{PAGE}/events", {"uid": "none"}),
    ],
)
def test_what_is_not_there_is_nothing(leader: Visitor, path: str, sent: dict[str, str]) -> None:
    assert leader.post(path, sent).status_code == 404


class TestLastYear:
    @pytest.fixture
    def left(self, database: Database, city: City, draft: Plan) -> None:
        """Last year's plan came to nothing, its report looks ahead."""
        with database.write() as session:
            make_plan(session, city.association, (1,), year=2025, state=PlanState.AGREED)
            words = {"9": "Наставничество\nФГОС"}
            make_report(session, city.association, 2025, ReportState.ACCEPTED, words=words)

    @pytest.mark.usefixtures("left")
    def test_the_leader_takes_what_last_year_left(self, leader: Visitor, database: Database) -> None:
        page = see(leader, PAGE)
        assert "Из прошлого года" in page
        assert "заседание, январь: не отмечено, что состоялось" in page
        page = follow(leader, press(leader, PAGE, "Взять"))
        assert "Строка взята в приоритетные направления." in page
        with database.read() as session:
            plan = session.scalars(select(Plan).where(Plan.year == 2026)).one()
            assert plan.priorities[-1] == "Наставничество"
            uid = session.scalars(select(PlanItem.uid).join(Plan).where(Plan.year == 2025)).one()
        page = follow(leader, read(leader.post(PAGE, {"act": "take_item", "uid": uid})))
        assert "Пункт взят в план: проверьте его срок." in page
        assert [one.text_content().strip() for one in page.tree.xpath("//details[@id='offer']//button")] == [
            "Взять"
        ], "one priority is left"

    @pytest.mark.usefixtures("left")
    def test_what_was_typed_and_not_saved_comes_along(self, leader: Visitor, database: Database) -> None:
        typed = {"act": "take_priority", "line": "ФГОС", "priorities": "Своё", "theme": ""}
        follow(leader, read(leader.post(PAGE, typed)))
        with database.read() as session:
            plan = session.scalars(select(Plan).where(Plan.year == 2026)).one()
            assert plan.priorities == ["Своё", "ФГОС"]

    @pytest.mark.usefixtures("left")
    def test_others_are_offered_nothing(
        self, member: Visitor, director: Visitor, coordinator: Visitor
    ) -> None:
        for visitor in (member, director, coordinator):
            assert "Из прошлого года" not in see(visitor, PAGE)
            assert visitor.post(PAGE, {"act": "take_priority", "line": "ФГОС"}).status_code in {403, 422}
