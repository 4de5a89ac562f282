"""Drafts of orders as DOCX: the tool declines nothing unseen, the institution signs and numbers."""

from io import BytesIO

import pytest
from docx import Document
from werkzeug.test import TestResponse

from mmo_lti.models.database import Database
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.states import AssociationState
from tests.factories.association import make_association
from tests.factories.membership import make_membership
from tests.web.conftest import City
from tests.web.page import press, read, see
from tests.web.visitor import Visitor

PAGE = "/city/orders/MMO-02/draft/appointment"


def text_of(answer: TestResponse) -> str:
    """All words of the DOCX that came."""
    assert answer.status_code == 200, read(answer).alert
    assert answer.headers["Content-Disposition"].startswith("attachment")
    document = Document(BytesIO(answer.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join([*(one.text for one in document.paragraphs), *cells]).split())


@pytest.fixture
def draft(database: Database, city: City) -> str:
    """A draft that the city's teachers joined."""
    with database.write() as session:
        association = make_association(
            session,
            city.centre,
            "учителей физики",
            state=AssociationState.DRAFT,
            code="MMO-07",
            initiator="управление образования",
            ground="потребность педагогов",
        )
        for person in city.members:
            make_membership(session, association, person)
    return "/city/orders/MMO-07/draft/creation"


@pytest.mark.parametrize("act", ["creation", "appointment", "acting"])
def test_it_is_the_coordinators(
    leader: Visitor, director: Visitor, member: Visitor, coordinator: Visitor, act: str
) -> None:
    path = f"/city/orders/MMO-02/draft/{act}"
    assert see(coordinator, path).primary == ["Скачать проект приказа"]
    for visitor in (leader, director, member):
        see(visitor, path, 403)
        assert visitor.post(path, {}).status_code == 403


def test_only_orders_that_the_tool_knows_to_write(coordinator: Visitor) -> None:
    see(coordinator, "/city/orders/MMO-02/draft/closing", 404)


def test_the_pages_of_acts_lead_there(coordinator: Visitor) -> None:
    for act in ("appointment", "acting"):
        links = see(coordinator, f"/city/orders/MMO-02?act={act}").links()
        assert f"/city/orders/MMO-02/draft/{act}" in links
    assert "Скачать проект приказа" not in see(coordinator, "/city/orders/MMO-02?act=closing")


class TestAppointment:
    def test_the_accusative_is_offered_looked_at_and_printed_as_it_was_left(
        self, coordinator: Visitor, city: City, database: Database
    ) -> None:
        typed = {"person": str(city.member.id), "starts": "2026-11-01"}
        offered = press(coordinator, PAGE, "Скачать проект приказа", typed)
        assert offered.status == 200
        assert "склонение предложено автоматически" in offered
        values = offered.form("Скачать проект приказа").values
        assert values["accusative"] == "Белову Анну Ивановну, учителя МБОУ «Средняя школа № 4»"
        assert values["starts"] == "2026-11-01"
        values["accusative"] = "Белову Анну Ивановну, учителя химии"
        answer = coordinator.post(PAGE, values)
        text = text_of(answer)
        assert "с 1 ноября 2026 г. Белову Анну Ивановну, учителя химии." in text
        assert "Считать утратившим силу приказ от 1 сентября 2025 г. № 1." in text
        assert "proekt-prikaz-mmo-02-2026-11-01.docx" in answer.headers["Content-Disposition"]
        with database.read() as session:
            assert session.query(StoredFile).all() == [], "a draft is no document yet"

    def test_another_person_is_offered_anew(self, coordinator: Visitor, city: City) -> None:
        first = {"person": str(city.member.id), "starts": "2026-11-01"}
        values = press(coordinator, PAGE, "Скачать проект приказа", first).form("Скачать").values
        values["person"] = str(city.members[1].id)
        again = read(coordinator.post(PAGE, values)).form("Скачать").values
        assert again["accusative"].startswith("Воронову Анну")

    def test_nobody_chosen_or_no_day(self, coordinator: Visitor, city: City) -> None:
        page = press(coordinator, PAGE, "Скачать проект приказа", {"starts": "2026-11-01"})
        assert page.status == 422
        assert "Выберите человека" in page
        values = press(coordinator, PAGE, "Скачать", {"person": str(city.member.id)}).form("Скачать").values
        page = read(coordinator.post(PAGE, values))
        assert page.faults == {"starts": "Заполните это поле."}
        assert page.form("Скачать").values["accusative"] == values["accusative"]

    def test_somebody_who_is_no_member_is_found_by_name(self, coordinator: Visitor, city: City) -> None:
        page = press(coordinator, PAGE, "Найти", {"person_search": "яковлева", "find": "person"})
        assert "Яковлева" in page

    def test_another_centres_person_is_nobody(self, coordinator: Visitor) -> None:
        assert coordinator.post(PAGE, {"person": "4000", "starts": "2026-11-01"}).status_code == 404


def test_an_acting_leader_from_day_to_day(coordinator: Visitor, city: City) -> None:
    page = "/city/orders/MMO-02/draft/acting"
    typed = {
        "person": str(city.member.id),
        "starts": "2027-01-11",
        "ends": "2027-01-10",
        "reason": "в связи с отпуском руководителя",
    }
    values = press(coordinator, page, "Скачать", typed).form("Скачать").values
    assert read(coordinator.post(page, values)).faults == {"ends": "Последний день раньше первого."}
    text = text_of(coordinator.post(page, {**values, "ends": "2027-02-05"}))
    assert "с 11 января 2027 г. по 5 февраля 2027 г. включительно" in text
    assert "в связи с отпуском руководителя" in text


class TestCreation:
    def test_it_has_the_list_of_those_who_confirmed(self, coordinator: Visitor, draft: str) -> None:
        form = see(coordinator, draft).form("Скачать проект приказа")
        assert form.values["initiator"] == "управление образования", "to be put into the genitive"
        words = {"initiator": "управления образования", "ground": "потребностью педагогов"}
        text = text_of(coordinator.post(draft, {**form.values, **words, "starts": "2026-11-01"}))
        assert "по инициативе управления образования, в связи с потребностью педагогов" in text
        assert "Утвердить список членов ММО (приложение, 10 человек)." in text
        assert "Белова Анна Ивановна" in text

    def test_a_leader_may_be_named_in_it(self, coordinator: Visitor, city: City, draft: str) -> None:
        typed = {"starts": "2026-11-01", "person": str(city.member.id)}
        values = press(coordinator, draft, "Скачать", typed).form("Скачать").values
        assert "Назначить руководителем ММО Белову Анну Ивановну" in text_of(coordinator.post(draft, values))

    def test_nothing_typed_is_lost(self, coordinator: Visitor, draft: str) -> None:
        page = press(coordinator, draft, "Скачать", {"ground": "потребностью", "initiator": ""})
        assert set(page.faults) == {"starts", "initiator"}
        assert page.form("Скачать").values["ground"] == "потребностью"
