"""Grades of participation: who switches them, what is sent, what came of it, and what to click in Moodle."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlalchemy import select

from mmo_lti.models.association import Association
from mmo_lti.models.course import Course
from mmo_lti.models.course_service import LINEITEM_SCOPE, SCORE_SCOPE, CourseService
from mmo_lti.models.database import Database
from mmo_lti.models.grade import Grade, GradeColumn
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.membership import Helper
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.person import Account
from mmo_lti.models.registration import Deployment
from tests.factories.course import make_group_link
from tests.factories.moment import NOW
from tests.web.conftest import City, ClientFor
from tests.web.page import follow, press, read, see
from tests.web.visitor import Visitor

PAGE = "/a/MMO-02/members"
ADDRESS = f"{PAGE}/grades"
ON, OFF, AGAIN = "Отправлять в журнал оценок", "Больше не отправлять", "Отправить ещё раз"


def offer(database: Database, city: City, scopes: Iterable[str] = (LINEITEM_SCOPE, SCORE_SCOPE)) -> None:
    """The association has a group in the course, whose newest launch named its gradebook."""
    with database.write() as session:
        course = session.get_one(Course, city.course.id)
        make_group_link(session, session.get_one(Association, city.association.id), course)
        session.add(
            CourseService(
                course_id=course.id,
                deployment_id=session.scalars(select(Deployment.id)).one(),
                lineitems_url="https://moodle.example/mod/lti/services.php/2/lineitems",
                grade_scopes=list(scopes),
                seen_at=NOW,
            )
        )


@pytest.fixture
def gradebook(database: Database, city: City) -> None:
    offer(database, city)


def is_on(database: Database, city: City) -> bool:
    with database.read() as session:
        return session.get_one(Association, city.association.id).grades_on


def send(database: Database, city: City, sent: int, waiting: int, refused: int, failure: str = "") -> None:
    """What a night's sending left behind: so many members' grades in each state."""
    with database.write() as session:
        column = GradeColumn(
            centre_id=city.centre.id,
            course_id=city.course.id,
            association_id=city.association.id,
            resource_id="mmo-1",
            label="Участие",
            maximum=100,
            failure=failure,
        )
        session.add(column)
        for number, person in enumerate(city.members[: sent + waiting + refused]):
            account = session.scalar(select(Account).where(Account.person_id == person.id))
            if account is None:
                account = Account(
                    centre_id=city.centre.id, sub=f"s{number}", person_id=person.id, created_at=NOW
                )
                session.add(account)
            session.add(
                Grade(
                    centre_id=city.centre.id,
                    column=column,
                    sub=account.sub,
                    given=50,
                    at=NOW,
                    sent_at=NOW if number < sent else None,
                    failure="status_400" if number >= sent + waiting else "",
                )
            )


@pytest.mark.usefixtures("gradebook")
class TestTheSwitch:
    def test_the_leader_switches_it_on_and_off(self, leader: Visitor, database: Database, city: City) -> None:
        page = see(leader, PAGE)
        assert "– не отправляется" in page
        assert "какую часть мероприятий учебного года он посетил" in page
        assert "Кто записан в курс Moodle учителем, оценки не получает" in page
        page = follow(leader, press(leader, PAGE, ON, times=2))
        assert "Отправка включена" in page
        assert "✓ отправляется" in page
        assert "Оценок ещё нет" in page
        assert is_on(database, city)
        with database.read() as session:
            (wanted,) = session.scalars(select(OutboxRow).where(OutboxRow.kind == "send_grades"))
            assert wanted.subject_id == city.association.id
        assert "остались там" in follow(leader, press(leader, PAGE, OFF))
        assert not is_on(database, city)
        with database.read() as session:
            rows = session.scalars(select(JournalEntry).where(JournalEntry.action == "grades_switch"))
            assert [(row.old_state, row.new_state) for row in rows] == [("off", "on"), ("on", "off")]

    def test_nobody_else_sees_or_moves_it(
        self, client_for: ClientFor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            session.add(
                Helper(
                    centre_id=city.centre.id,
                    association_id=city.association.id,
                    person_id=city.members[1].id,
                    since=NOW.date(),
                )
            )
        others = (city.member, city.members[1], city.outsider, city.coordinator, city.director)
        for person in others:
            visitor = client_for(person)
            assert ON not in read(visitor.get(PAGE)).buttons
            assert read(visitor.post(ADDRESS, {"act": "on"})).status in {403, 422}
        assert not is_on(database, city)

    def test_members_read_that_their_share_is_passed_on(
        self, member: Visitor, database: Database, city: City
    ) -> None:
        words = "передаётся в журнал оценок Moodle"
        assert words not in see(member, PAGE)
        with database.write() as session:
            session.get_one(Association, city.association.id).grades_on = True
        assert words in see(member, PAGE)

    def test_a_form_of_another_session_and_an_unknown_act_change_nothing(
        self, leader: Visitor, database: Database, city: City
    ) -> None:
        assert leader.client.post(ADDRESS, data={"act": "on"}).status_code in {400, 403}
        assert read(leader.post(ADDRESS, {"act": "perhaps"})).status == 404
        assert not is_on(database, city)


@pytest.mark.usefixtures("gradebook")
class TestWhatBecameOfThem:
    @pytest.fixture(autouse=True)
    def switched_on(self, database: Database, city: City) -> None:
        with database.write() as session:
            session.get_one(Association, city.association.id).grades_on = True

    def test_arrived_waiting_and_refused_with_the_reason(
        self, leader: Visitor, database: Database, city: City
    ) -> None:
        send(database, city, sent=5, waiting=2, refused=1)
        page = see(leader, PAGE)
        assert "Последняя отправка 5 октября 2026 г." in page
        assert "в журнале 5 оценок, 2 ждут отправки, 1 не принята." in page
        assert "Moodle не принял Калинина" in page
        assert "роль учителя, а не студента" in page

    def test_refused_grades_go_out_again_at_the_leaders_wish(
        self, leader: Visitor, database: Database, city: City
    ) -> None:
        send(database, city, sent=1, waiting=0, refused=0)
        assert AGAIN not in see(leader, PAGE).buttons
        with database.write() as session:
            grade = session.scalars(select(Grade)).one()
            grade.failure, grade.sent_at = "status_400", None
        assert "отправляются ещё раз" in follow(leader, press(leader, PAGE, AGAIN))
        with database.read() as session:
            assert session.scalars(select(Grade.failure)).all() == [""]
            assert session.scalars(select(OutboxRow.kind)).all() == ["send_grades"]

    @pytest.mark.parametrize(
        ("failure", "said"),
        [
            ("status_503", "Инструмент повторит отправку сам"),
            ("token_status_400", "Инструмент повторит отправку сам"),
            ("disabled", "Подключение к этой Moodle отключено."),
            ("scope_not_granted", "Службы заданий и оценок IMS LTI"),
        ],
    )
    def test_a_column_that_does_not_go_through_says_why(
        self, leader: Visitor, database: Database, city: City, failure: str, said: str
    ) -> None:
        send(database, city, sent=0, waiting=3, refused=0, failure=failure)
        assert said in see(leader, PAGE)


class TestWithoutAGradebook:
    @pytest.mark.parametrize("scopes", [(), (SCORE_SCOPE,)], ids=["not at all", "without columns"])
    def test_what_to_click_in_moodle(
        self, leader: Visitor, database: Database, city: City, scopes: tuple[str, ...]
    ) -> None:
        offer(database, city, scopes)
        page = see(leader, PAGE)
        assert f"Журнал оценок курса «{city.course.title}» для инструмента закрыт." in page
        assert "Использовать эту службу для синхронизации оценок и управления столбцами" in page
        assert ON not in page.buttons

    def test_without_a_group_in_a_connected_course(self, leader: Visitor) -> None:
        page = see(leader, PAGE)
        assert "у объединения нет группы в подключённом курсе" in page
        assert ON not in page.buttons

    def test_what_is_on_can_be_switched_off_all_the_same(
        self, leader: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            session.get_one(Association, city.association.id).grades_on = True
        follow(leader, press(leader, PAGE, OFF))
        assert not is_on(database, city)


def test_without_a_leader_the_coordinator_switches(
    coordinator: Visitor, database: Database, city: City
) -> None:
    offer(database, city)
    with database.write() as session:
        order = session.scalars(select(Order).where(Order.kind == OrderKind.APPOINTMENT)).one()
        order.until = NOW.date() - timedelta(days=1)
    follow(coordinator, press(coordinator, PAGE, ON))
    assert is_on(database, city)
