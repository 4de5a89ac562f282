"""Orders: new associations, those older than the tool, and acts on one; typed words outlive a refusal."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.course import GroupLink
from mmo_lti.models.database import Database
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.models.sync_run import CourseRoster
from mmo_lti.rules.states import AssociationState
from tests.factories.association import make_association
from tests.factories.membership import make_membership
from tests.web.conftest import City
from tests.web.visitor import Visitor, readable

NEW = {"genitive": "учителей физики", "direction": "Физика", "ground": "Потребность педагогов"}
PAPER = {"number": "12-од", "signed_on": "2026-10-01"}


def picture() -> tuple[BytesIO, str]:
    """A small scan."""
    out = BytesIO()
    Image.new("RGB", (40, 60), "white").save(out, "PNG")
    out.seek(0)
    return out, "prikaz.png"


def found(session: Session, code: str) -> Association:
    return session.scalars(select(Association).where(Association.code == code)).one()


@pytest.fixture
def initiator(coordinator: Visitor) -> str:
    """One of the initiators that the form offers."""
    page = coordinator.page("/city/orders/new")
    return page.split('id="f-initiator"')[1].split('<option value="')[2].split('"')[0]


@pytest.fixture
def draft(database: Database, city: City) -> str:
    """A draft that all eleven of the city's teachers joined; its code."""
    with database.write() as session:
        association = make_association(
            session, city.centre, "учителей физики", state=AssociationState.DRAFT, code="MMO-07"
        )
        for person in city.members:
            make_membership(session, association, person)
    return "MMO-07"


class TestList:
    def test_it_says_which_association_waits_for_which_order(
        self, coordinator: Visitor, draft: str, database: Database, city: City
    ) -> None:
        with database.write() as session:
            make_association(session, city.centre, "учителей химии", code="MMO-08")
        page = coordinator.page("/city/orders")
        assert "Набрали состав – можно издавать приказ о создании" in page
        assert "подтвердили участие 10, нужно не менее 10" in page
        assert "Без руководителя – нужен приказ о назначении" in page
        assert "о назначении руководителя: Абрамова Елена Сергеевна" in page

    @pytest.mark.parametrize(
        "path", ["/city/orders", "/city/orders/new", "/city/orders/adopt", "/city/orders/MMO-02"]
    )
    def test_it_is_the_coordinators(self, director: Visitor, leader: Visitor, path: str) -> None:
        director.page(path, 403)
        leader.page(path, 403)


class TestNew:
    def test_a_draft_is_opened_and_gathers_members(
        self, coordinator: Visitor, initiator: str, database: Database
    ) -> None:
        answer = coordinator.post("/city/orders/new", {**NEW, "initiator": initiator})
        assert (answer.status_code, answer.location) == (303, "/a/MMO-03/members")
        with database.read() as session:
            association = found(session, "MMO-03")
            assert (association.state, association.direction) == (AssociationState.DRAFT, "Физика")

    def test_everything_typed_outlives_a_refusal(self, coordinator: Visitor, initiator: str) -> None:
        typed = {**NEW, "genitive": "Учителей  математики", "initiator": initiator}
        answer = coordinator.post("/city/orders/new", typed)
        assert answer.status_code == 422
        page = readable(answer)
        assert 'value="Учителей  математики"' in page
        assert "Потребность педагогов</textarea>" in page
        assert f'<option value="{initiator}" selected>' in page

    def test_a_leader_cannot(self, leader: Visitor) -> None:
        answer = leader.post("/city/orders/new", NEW)
        assert answer.status_code == 403

    @pytest.mark.parametrize("act", ["renaming", "merger", "closing", "drop"])
    def test_r5_1_a_leader_reads_whose_the_number_of_associations_is(self, leader: Visitor, act: str) -> None:
        answer = leader.post(f"/city/orders/MMO-02/{act}", {"number": "7"})
        assert answer.status_code == 403
        assert "Количество ММО определяет Координатор (п. 1.4 Положения)" in readable(answer)


class TestCreation:
    def test_the_order_makes_the_draft_an_association_with_leader_and_group(
        self, coordinator: Visitor, draft: str, database: Database, city: City
    ) -> None:
        typed = {**PAPER, "place": f"{city.course.id}:", "leader": str(city.leader.id)}
        answer = coordinator.post(f"/city/orders/{draft}/creation", typed)
        assert (answer.status_code, answer.location) == (303, f"/city/orders/{draft}")
        with database.read() as session:
            association = found(session, draft)
            assert association.state is AssociationState.ACTIVE
            kinds = set(session.scalars(select(Order.kind).where(Order.association_id == association.id)))
            assert kinds == {OrderKind.CREATION, OrderKind.APPOINTMENT}
            assert session.scalars(select(GroupLink.course_id)).all() == [city.course.id]

    def test_below_ten_the_sentence_says_how_many_are_missing(
        self, coordinator: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            association = make_association(
                session, city.centre, "учителей химии", state=AssociationState.DRAFT, code="MMO-08"
            )
            for person in city.members[:9]:
                make_membership(session, association, person)
        answer = coordinator.post("/city/orders/MMO-08/creation", PAPER)
        page = readable(answer)
        assert answer.status_code == 422
        assert "не менее 10 педагогов (п. 1.3 Положения)" in page
        assert 'value="12-од"' in page

    def test_a_scan_stays_filed_when_the_rest_is_faulty(
        self, coordinator: Visitor, draft: str, database: Database
    ) -> None:
        typed: dict[str, Any] = {"number": "", "signed_on": "2026-10-01", "scan": picture()}
        answer = coordinator.post(f"/city/orders/{draft}/creation", typed, content_type="multipart/form-data")
        assert answer.status_code == 422
        number = answer.text.split('name="scan_id" value="')[1].split('"')[0]
        assert number.isdecimal()
        answer = coordinator.post(f"/city/orders/{draft}/creation", {**PAPER, "scan_id": number})
        assert answer.status_code == 303
        with database.read() as session:
            order = session.scalars(select(Order).where(Order.kind == OrderKind.CREATION)).all()[-1]
            assert order.scan_id == int(number)

    def test_a_file_that_is_no_scan_is_refused_at_its_field(self, coordinator: Visitor, draft: str) -> None:
        typed: dict[str, Any] = {**PAPER, "scan": (BytesIO(b"MZ program"), "scan.pdf")}
        answer = coordinator.post(f"/city/orders/{draft}/creation", typed, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "is-invalid" in answer.text
        assert 'value="12-од"' in answer.text

    def test_a_draft_is_dropped_with_a_reason(
        self, coordinator: Visitor, draft: str, database: Database
    ) -> None:
        assert coordinator.post(f"/city/orders/{draft}/drop", {"reason": ""}).status_code == 422
        answer = coordinator.post(f"/city/orders/{draft}/drop", {"reason": "Объединили с математиками"})
        assert answer.status_code == 303
        with database.read() as session:
            assert found(session, draft).state is AssociationState.DROPPED


class TestLeader:
    def test_searching_keeps_the_form_and_offers_who_was_found(
        self, coordinator: Visitor, city: City
    ) -> None:
        typed = {**PAPER, "person_search": "яковлева", "find": "person"}
        answer = coordinator.post("/city/orders/MMO-02/appointment", typed)
        page = readable(answer)
        assert answer.status_code == 200
        assert 'value="12-од"' in page
        assert "Яковлева Анна Ивановна" in page

    def test_a_new_leader_follows_the_one_whose_order_ends(
        self, coordinator: Visitor, database: Database, city: City
    ) -> None:
        with database.read() as session:
            running = session.scalars(select(Order).where(Order.kind == OrderKind.APPOINTMENT)).one()
        typed = {**PAPER, "person": str(city.member.id), "since": "2026-10-02", "replaces": str(running.id)}
        assert coordinator.post("/city/orders/MMO-02/appointment", typed).status_code == 303
        page = coordinator.page("/city/orders/MMO-02")
        assert "Белова Анна Ивановна" in page
        assert "по 1 октября 2026 г." in page

    def test_without_naming_it_the_taken_days_are_refused(self, coordinator: Visitor, city: City) -> None:
        typed = {**PAPER, "person": str(city.member.id)}
        answer = coordinator.post("/city/orders/MMO-02/appointment", typed)
        assert answer.status_code == 422
        assert "На этот период уже назначен руководитель" in readable(answer)

    def test_nobody_chosen_is_a_fault_of_that_field(self, coordinator: Visitor) -> None:
        answer = coordinator.post("/city/orders/MMO-02/appointment", PAPER)
        assert answer.status_code == 422
        assert "Выберите человека" in answer.text

    def test_an_acting_leader_has_a_last_day(
        self, coordinator: Visitor, city: City, database: Database
    ) -> None:
        typed = {**PAPER, "person": str(city.member.id), "since": "2026-10-05"}
        assert coordinator.post("/city/orders/MMO-02/acting", typed).status_code == 422
        answer = coordinator.post("/city/orders/MMO-02/acting", {**typed, "until": "2026-10-20"})
        assert answer.status_code == 303
        with database.read() as session:
            assert (
                session.scalars(select(Order).where(Order.kind == OrderKind.ACTING)).one().until is not None
            )

    def test_a_leader_is_released_and_the_coordinator_sees_who_leads_now(
        self, coordinator: Visitor, database: Database
    ) -> None:
        with database.read() as session:
            running = session.scalars(select(Order).where(Order.kind == OrderKind.APPOINTMENT)).one()
        typed = {**PAPER, "replaces": str(running.id), "last_day": "2026-10-04"}
        assert coordinator.post("/city/orders/MMO-02/release", typed).status_code == 303
        assert "Руководителя нет" in coordinator.page("/city/orders/MMO-02")


class TestNameAndEnd:
    def test_renaming(self, coordinator: Visitor, initiator: str, database: Database) -> None:
        typed = {**PAPER, **NEW, "initiator": initiator}
        assert coordinator.post("/city/orders/MMO-02/renaming", typed).status_code == 303
        with database.read() as session:
            assert found(session, "MMO-02").genitive == "учителей физики"

    def test_merging_proposes_the_members_there(
        self, coordinator: Visitor, initiator: str, database: Database, city: City
    ) -> None:
        with database.write() as session:
            make_association(session, city.centre, "учителей физики", code="MMO-07")
        page = coordinator.page("/city/orders/MMO-02?act=merger")
        assert '<option value="MMO-07">' in page
        typed = {**PAPER, "into": "MMO-07", "initiator": initiator, "ground": "Общий предмет"}
        assert coordinator.post("/city/orders/MMO-02/merger", typed).status_code == 303
        with database.read() as session:
            assert found(session, "MMO-02").state is AssociationState.MERGED

    def test_closing(self, coordinator: Visitor, initiator: str, database: Database) -> None:
        typed = {**PAPER, "initiator": initiator, "ground": "Нет потребности"}
        assert coordinator.post("/city/orders/MMO-02/closing", typed).status_code == 303
        with database.read() as session:
            assert found(session, "MMO-02").state is AssociationState.CLOSED
        assert "Закрытые и несостоявшиеся" in coordinator.page("/city/orders")

    def test_what_its_state_does_not_allow_is_not_offered(self, coordinator: Visitor, draft: str) -> None:
        page = coordinator.page(f"/city/orders/{draft}")
        assert "Отказаться от проекта" in page
        assert "Закрыть" not in page

    def test_an_act_that_is_none(self, coordinator: Visitor) -> None:
        assert coordinator.post("/city/orders/MMO-02/explode").status_code == 404


class TestAdoption:
    @pytest.fixture
    def group(self, database: Database, city: City) -> str:
        """A group of the course as the sync last read it."""
        with database.write() as session:
            groups = [{"id": 31, "name": "ММО физиков", "idnumber": "", "people": 14}]
            session.add(CourseRoster(course_id=city.course.id, centre_id=city.centre.id, groups=groups))
        return f"{city.course.id}:31"

    def test_it_keeps_original_orders_and_takes_the_group(
        self, coordinator: Visitor, database: Database, city: City, group: str
    ) -> None:
        assert "ММО физиков – 14" in coordinator.page("/city/orders/adopt")
        typed = {
            "genitive": "учителей физики",
            "number": "7-од",
            "signed_on": "2019-09-02",
            "place": group,
            "leader": str(city.leader.id),
            "leader_number": "9-од",
            "leader_signed_on": "2021-09-01",
        }
        answer = coordinator.post("/city/orders/adopt", typed)
        assert (answer.status_code, answer.location) == (303, "/city/orders/MMO-03")
        with database.read() as session:
            association = found(session, "MMO-03")
            assert association.started_using is not None
            link = session.scalars(select(GroupLink)).one()
            assert (link.group_id, link.adopted) == (31, True)

    def test_typed_words_and_choices_outlive_a_refusal(
        self, coordinator: Visitor, group: str, city: City
    ) -> None:
        typed = {"genitive": "учителей физики", "number": "", "place": group, "leader": str(city.leader.id)}
        answer = coordinator.post("/city/orders/adopt", typed)
        page = readable(answer)
        assert answer.status_code == 422
        assert 'value="учителей физики"' in page
        assert f'<option value="{group}" selected>' in page
        assert f'<option value="{city.leader.id}" selected>' in page
