"""The own page: official name and organisations, achievements, where one is signed in."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from mmo_lti.models.achievement import Achievement
from mmo_lti.models.database import Database
from mmo_lti.models.notice import NoticeMute
from mmo_lti.models.organisation import Organisation
from mmo_lti.models.person import Person
from mmo_lti.models.web_session import WebSession
from mmo_lti.services.person import organisations_of
from tests.factories.centre import make_centre
from tests.factories.moment import NOW
from tests.factories.organisation import make_organisation
from tests.factories.person import make_person
from tests.web.conftest import City, ClientFor
from tests.web.page import follow, press, read, see
from tests.web.visitor import Visitor

CONTEST = {
    "code": "MMO-02",
    "kind": "contest",
    "title": "Учитель года – 2026",
    "day": "2026-10-01",
    "level": "municipal",
    "result": "призёр",
}


@pytest.fixture
def schools(database: Database, city: City) -> tuple[Organisation, Organisation]:
    with database.write() as session:
        return tuple(make_organisation(session, city.centre, f"МБОУ «СШ № {n}»") for n in (7, 8))  # type: ignore[return-value]


def me(database: Database, person: Person) -> tuple[str, str, list[str], bool]:
    with database.read() as session:
        found = session.get_one(Person, person.id)
        places = [one.name for one in organisations_of(found)]
        return f"{found.last} {found.first} {found.patronymic}".strip(), found.position, places, found.young


class TestProfile:
    def test_a_newcomer_confirms_name_and_organisation(
        self, client_for: ClientFor, database: Database, city: City, schools: tuple[Organisation, ...]
    ) -> None:
        with database.write() as session:
            newcomer = make_person(session, city.centre, "новикова", employed=False, confirmed_at=None)
        visitor = client_for(newcomer)
        page = see(visitor, "/me")
        assert page.primary == ["Подтверждаю"]
        assert "без них нельзя стать членом ММО" in page
        values = {
            "last": "Новикова",
            "organisation": schools[0].id,
            "position": "учитель физики",
            "young": "1",
        }
        answer = press(visitor, "/me", "Подтверждаю", values, times=2)
        assert "Данные сохранены." in follow(visitor, answer)
        assert see(visitor, "/me").primary == ["Сохранить"]
        assert me(database, newcomer) == ("Новикова Анна Ивановна", "учитель физики", ["МБОУ «СШ № 7»"], True)

    def test_several_organisations_stay_the_main_one_first(
        self, member: Visitor, database: Database, city: City, schools: tuple[Organisation, ...]
    ) -> None:
        values = {"organisation": [schools[1].id, schools[0].id, ""]}
        follow(member, press(member, "/me", "Сохранить", values))
        assert me(database, city.member)[2] == ["МБОУ «СШ № 8»", "МБОУ «СШ № 7»"]
        follow(member, press(member, "/me", "Сохранить", {"position": "методист"}))
        assert me(database, city.member)[1:3] == ("методист", ["МБОУ «СШ № 8»", "МБОУ «СШ № 7»"])

    def test_what_is_missing_stands_at_its_field_and_nothing_typed_is_lost(
        self, member: Visitor, database: Database, city: City, schools: tuple[Organisation, ...]
    ) -> None:
        values = {
            "last": " ",
            "first": "Мария",
            "organisation": schools[1].id,
            "position": "завуч",
            "young": "1",
        }
        page = press(member, "/me", "Сохранить", values)
        assert page.status == 422
        assert page.faults == {"last": "Заполните это поле."}
        assert page.alert == "Проверьте отмеченные поля. Всё, что вы ввели, сохранено на странице."
        form = page.form("Сохранить").values
        assert (form["first"], form["position"], form["young"]) == ("Мария", "завуч", "1")
        assert form["organisation"][0] == str(schools[1].id)
        assert me(database, city.member)[0] == "Белова Анна Ивановна"

    def test_an_organisation_needs_a_position(self, member: Visitor) -> None:
        page = press(member, "/me", "Сохранить", {"position": "", "first": "Мария"})
        assert page.status == 422
        assert "должность" in page.alert.lower()
        assert page.form("Сохранить").values["first"] == "Мария"

    def test_another_centres_organisation_is_none(self, member: Visitor, database: Database) -> None:
        with database.write() as session:
            foreign = make_organisation(session, make_centre(session, "https://other.example")).id
        values = {"last": "Белова", "first": "Анна", "organisation": foreign, "position": "учитель"}
        assert member.post("/me/profile", values).status_code == 404

    def test_a_foreign_form_changes_nothing(self, member: Visitor, database: Database, city: City) -> None:
        values = {"last": "Чужая", "first": "Анна"}
        assert member.post("/me/profile", values, csrf="x").status_code == 403
        assert me(database, city.member)[0] == "Белова Анна Ивановна"


class TestAchievements:
    def test_an_empty_list_teaches_what_belongs_there(self, member: Visitor, outsider: Visitor) -> None:
        assert "из них складывается отчёт объединения" in see(member, "/me")
        assert "Мои достижения" not in see(outsider, "/me")

    def test_adding_twice_adds_once_and_removing_asks_first(
        self, member: Visitor, database: Database
    ) -> None:
        answer = press(member, "/me", "Добавить", CONTEST, times=2)
        page = follow(member, answer)
        assert "Учитель года – 2026" in page
        assert "муниципальный, призёр" in page
        with database.read() as session:
            assert session.scalar(select(func.count(Achievement.id))) == 1
        assert page.form("Удалить").pressed.get("data-confirm") == "Удалить «Учитель года – 2026»?"
        assert "Достижение удалено." in follow(member, press(member, "/me", "Удалить"))

    def test_the_fields_of_other_kinds_are_marked_for_the_script(self, member: Visitor) -> None:
        shown = see(member, "/me").tree.xpath("//*[@data-shown-for]/@data-shown-for")
        assert shown == ["kind=open_event", "kind=publication", "kind=publication"]

    def test_a_refusal_keeps_every_field(self, member: Visitor, database: Database) -> None:
        page = press(member, "/me", "Добавить", {**CONTEST, "level": "", "where": "Иваново"})
        assert page.status == 422
        assert "уровень" in page.alert.lower()
        kept = page.form("Добавить").values
        assert (kept["title"], kept["day"], kept["where"]) == ("Учитель года – 2026", "2026-10-01", "Иваново")
        assert page.tree.xpath("//details[@open]//input[@name='title']")
        with database.read() as session:
            assert session.scalar(select(func.count(Achievement.id))) == 0

    def test_a_day_is_read_as_people_write_it(self, member: Visitor) -> None:
        follow(member, press(member, "/me", "Добавить", {**CONTEST, "day": "01.10.2026"}))
        page = press(member, "/me", "Добавить", {**CONTEST, "day": "вчера"})
        assert page.faults == {"day": "Введите дату, например 12.10.2026."}
        assert page.form("Добавить").values["day"] == "вчера"

    def test_an_unknown_kind_is_a_fault(self, member: Visitor) -> None:
        page = read(member.post("/me/achievements", {**CONTEST, "kind": "olympics"}))
        assert page.status == 422
        assert page.faults["kind"] == "Выберите вид достижения."

    def test_somebody_elses_is_nothing(self, member: Visitor, leader: Visitor) -> None:
        follow(leader, press(leader, "/me", "Добавить", CONTEST))
        assert member.post("/me/achievements/1/remove").status_code == 404

    def test_nobody_adds_to_an_association_of_others(self, outsider: Visitor) -> None:
        answer = read(outsider.post("/me/achievements", CONTEST))
        assert answer.status == 422


class TestSessions:
    def test_an_own_device_is_listed_and_ended(self, member: Visitor, database: Database, city: City) -> None:
        assert "вы вошли только из Moodle" in see(member, "/me")
        with database.write() as session:
            here = session.scalars(select(WebSession).where(WebSession.handle == member.handle)).one()
            phone = WebSession(
                **{
                    column.key: getattr(here, column.key)
                    for column in WebSession.__table__.columns
                    if column.key not in {"id", "handle", "token_digest", "device", "first_party"}
                },
                handle="abcdefabcdef",
                token_digest="0" * 64,
                device="Телефон",
                first_party=True,
            )
            phone.last_seen_at = NOW - timedelta(hours=1)
            session.add(phone)
        page = see(member, "/me")
        assert "Телефон, была открыта 5 октября 2026 г., 11:00" in page
        assert "Сеанс завершён." in follow(member, press(member, "/me", "Завершить"))
        assert "Телефон" not in see(member, "/me")

    def test_somebody_elses_session_is_nothing(self, member: Visitor, leader: Visitor) -> None:
        assert member.post("/me/sessions/2/end").status_code == 404


@pytest.mark.parametrize("who", ["coordinator", "director", "administrator", "leader"])
def test_everybody_has_the_page(request: pytest.FixtureRequest, who: str) -> None:
    page = see(request.getfixturevalue(who), "/me")
    assert page.primary == ["Сохранить"]


class TestNotices:
    def test_a_kind_is_switched_off_and_on_again(self, member: Visitor, database: Database) -> None:
        page = see(member, "/me")
        assert "Какие сообщения присылать" in page
        assert "отключ" not in page.words.split("Какие сообщения присылать")[1].split("Сохранить выбор")[0]
        wanted = [one for one in page.form("Сохранить выбор").values["wanted"] if one != "meeting_moved"]
        page = follow(member, press(member, "/me", "Сохранить выбор", {"wanted": wanted}))
        assert "Выбор сообщений сохранён." in page
        assert "отключён 1 вид" in page
        assert page.form("Сохранить выбор").values["wanted"] == wanted
        page = follow(member, press(member, "/me", "Сохранить выбор", {"wanted": [*wanted, "meeting_moved"]}))
        assert "отключён 1 вид" not in page

    def test_nothing_but_the_offered_kinds_is_touched(self, leader: Visitor, database: Database) -> None:
        follow(leader, read(leader.post("/me/notices", {"offered": ["plan_agreed"]})))
        follow(leader, read(leader.post("/me/notices", {"offered": ["meeting_moved"]})))
        with database.read() as session:
            assert set(session.scalars(select(NoticeMute.kind))) == {"plan_agreed", "meeting_moved"}

    def test_each_role_is_offered_its_own(
        self, member: Visitor, leader: Visitor, coordinator: Visitor, director: Visitor
    ) -> None:
        groups = {
            "Заседания и мероприятия": (member, leader, coordinator, director),
            "Руководителю и помощникам": (leader, coordinator),
            "Координатору": (coordinator,),
            "Директору": (director,),
            "Напоминания об обязательных сроках": (leader, coordinator, director),
        }
        for words, those in groups.items():
            for visitor in (member, leader, coordinator, director):
                section = see(visitor, "/me").words.split("Какие сообщения")[0][-400:]
                section += see(visitor, "/me").words.split("Какие сообщения")[1].split("Где вы вошли")[0]
                assert (words in section) == (visitor in those), words

    def test_legal_terms_cannot_be_switched_off(self, leader: Visitor, database: Database) -> None:
        page = read(leader.post("/me/notices", {"offered": ["meeting_moved", "report_due"]}))
        assert page.status == 422
        assert "Напоминания об обязательных сроках руководителя ММО отключить нельзя." in page.alert
        with database.read() as session:
            assert session.scalars(select(NoticeMute)).all() == []

    def test_a_kind_that_is_none_is_not_found(self, member: Visitor) -> None:
        assert member.post("/me/notices", {"offered": ["weather"]}).status_code == 404
