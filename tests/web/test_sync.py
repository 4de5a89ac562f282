"""The connection with Moodle: health, progress, what failed, and the coordinator's answers."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.course import GroupLink, LinkState
from mmo_lti.models.database import Database
from mmo_lti.models.moodle_access import MoodleAccess
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.sync_run import CourseRoster, SyncRun
from tests.factories.course import make_course, make_group_link
from tests.factories.moment import NOW
from tests.web.conftest import City
from tests.web.test_sync_drift import account, found
from tests.web.visitor import Visitor, readable


@pytest.fixture(autouse=True)
def _access(database: Database, city: City) -> None:
    with database.write() as session:
        access = MoodleAccess(centre_id=city.centre.id, url="https://moodle.example", changed_at=NOW)
        access.sealed_token = "sealed"
        session.add(access)


def run(session: Session, city: City, **fields: Any) -> SyncRun:
    row = SyncRun(
        centre_id=city.centre.id,
        course_id=city.course.id,
        started_at=NOW,
        finished_at=NOW,
        **({"ok": True, "requests": 5, "milliseconds": 1240, "params": {}} | fields),
    )
    session.add(row)
    session.flush()
    return row


class TestHealth:
    def test_a_course_in_order_says_when_and_how_long(
        self, coordinator: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            run(session, city)
        page = coordinator.page("/city/sync")
        assert "5 октября 2026 г., 12:00" in page
        assert "1,2 с" in page
        assert "5 запросов" in page
        assert "совпадают с нашими" in page

    def test_a_failure_is_told_in_words(self, coordinator: Visitor, database: Database, city: City) -> None:
        with database.write() as session:
            run(session, city, ok=False, failure="moodle_unreachable")
        page = coordinator.page("/city/sync")
        assert "moodle_unreachable" not in page
        assert "не обновлён" in page

    def test_a_failure_says_what_to_click_in_moodle(
        self, coordinator: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            lacking = {"capabilities": ["moodle/user:viewdetails"]}
            run(session, city, ok=False, failure="roster_empty", params=lacking)
        page = coordinator.page("/city/sync")
        assert "Что нажать в Moodle" in page
        assert "отметьте «Разрешить» у moodle/user:viewdetails" in page

    def test_what_passes_by_itself_says_nothing_to_click(
        self, coordinator: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            run(session, city, ok=False, failure="moodle_site_maintenance")
        assert "Что нажать в Moodle" not in coordinator.page("/city/sync")

    def test_history_lists_the_runs(self, coordinator: Visitor, database: Database, city: City) -> None:
        with database.write() as session:
            run(session, city, operations=3)
            run(session, city, ok=False, failure="roster_shrank", params={"before": 30, "now": 4})
        page = coordinator.page(f"/city/sync/courses/{city.course.id}")
        assert "было 30, стало 4" in page

    def test_a_site_administrator_sees_counts_and_no_names(
        self, administrator: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            run(session, city)
            found(session, city, "member_added", account(session, city.outsider.id))
        page = administrator.page("/city/sync")
        assert "1 изменение вручную" in page
        assert "Яковлева" not in page
        assert "Предложить членство" not in page

    def test_teachers_and_the_director_do_not(self, director: Visitor, member: Visitor) -> None:
        director.page("/city/sync", 403)
        member.page("/city/sync", 403)


class TestNow:
    def test_it_is_wanted_once_and_shows_its_progress(self, coordinator: Visitor, database: Database) -> None:
        assert coordinator.post("/city/sync").status_code == 303
        coordinator.post("/city/sync")
        with database.read() as session:
            assert [row.kind for row in session.scalars(select(OutboxRow))] == ["sync_course"]
        assert 'data-progress="/city/sync/state"' in coordinator.page("/city/sync")
        state = coordinator.get("/city/sync/state").json
        assert state == {"finished": False, "percent": 0, "words": "Обновляется 1 курс…"}

    def test_when_nothing_waits_it_is_finished(self, coordinator: Visitor) -> None:
        state = coordinator.get("/city/sync/state").json
        assert state is not None
        assert state["finished"] is True

    def test_an_administrator_may_start_it(self, administrator: Visitor, city: City) -> None:
        assert administrator.post(f"/city/sync/courses/{city.course.id}").status_code == 303

    def test_a_teacher_may_not(self, member: Visitor, database: Database) -> None:
        assert member.post("/city/sync").status_code == 403
        with database.read() as session:
            assert session.scalars(select(OutboxRow)).all() == []


class TestWork:
    @pytest.fixture
    def dead(self, database: Database, city: City) -> int:
        with database.write() as session:
            row = OutboxRow(
                centre_id=city.centre.id,
                kind="assemble_report",
                subject_id=7,
                payload={},
                created_at=NOW,
                attempts=8,
                failure="broke:ValueError",
                dead=True,
            )
            session.add(row)
            session.flush()
            return row.id

    def test_what_was_given_up_is_shown_without_programmers_words(
        self, coordinator: Visitor, dead: int
    ) -> None:
        page = coordinator.page("/city/sync")
        assert "Сборка отчёта" in page
        assert "попытки кончились" in page
        assert "ValueError" not in page

    def test_it_is_tried_again(self, coordinator: Visitor, dead: int, database: Database) -> None:
        assert coordinator.post(f"/city/sync/work/{dead}/retry").status_code == 303
        with database.read() as session:
            open_rows = session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))).all()
            assert [(row.kind, row.subject_id, row.dead) for row in open_rows] == [
                ("assemble_report", 7, False)
            ]

    def test_or_dropped(self, administrator: Visitor, dead: int, database: Database) -> None:
        assert administrator.post(f"/city/sync/work/{dead}/drop").status_code == 303
        assert "Сборка отчёта" not in administrator.page("/city/sync")

    def test_only_once(self, coordinator: Visitor, dead: int) -> None:
        coordinator.post(f"/city/sync/work/{dead}/drop")
        assert coordinator.post(f"/city/sync/work/{dead}/retry").status_code == 404


class TestRefusedRoster:
    @pytest.fixture(autouse=True)
    def _refused(self, database: Database, city: City) -> None:
        with database.write() as session:
            params = {"scope": "roster", "before": 30, "now": 4}
            run(session, city, ok=False, failure="roster_shrank", params=params)

    def test_the_number_is_confirmed_by_typing_it(
        self, coordinator: Visitor, database: Database, city: City
    ) -> None:
        assert "Было 30, стало 4" in coordinator.page("/city/sync")
        path = f"/city/sync/courses/{city.course.id}/confirm"
        assert coordinator.post(path, {"number": "4"}).status_code == 303
        with database.read() as session:
            assert session.get_one(CourseRoster, city.course.id).confirmed_size == 4

    def test_another_number_is_refused_and_kept(self, coordinator: Visitor, city: City) -> None:
        path = f"/city/sync/courses/{city.course.id}/confirm"
        answer = coordinator.post(path, {"number": "5", "course": str(city.course.id)})
        assert answer.status_code == 422
        assert 'value="5"' in answer.text

    def test_an_administrator_only_sees_it(self, administrator: Visitor, city: City) -> None:
        assert "Так и должно быть" not in administrator.page("/city/sync")
        path = f"/city/sync/courses/{city.course.id}/confirm"
        assert administrator.post(path, {"number": "4"}).status_code == 422


class TestLostGroups:
    @pytest.fixture
    def link(self, database: Database, city: City) -> int:
        with database.write() as session:
            return make_group_link(session, city.association, city.course, state=LinkState.LOST).id

    def test_the_coordinator_makes_it_anew(self, coordinator: Visitor, link: int, database: Database) -> None:
        assert "Группа или курс пропали" in coordinator.page("/city/sync")
        assert coordinator.post(f"/city/sync/links/{link}/anew").status_code == 303
        with database.read() as session:
            assert session.get_one(GroupLink, link).state is LinkState.WANTED

    def test_or_takes_another_course(
        self, coordinator: Visitor, link: int, database: Database, city: City
    ) -> None:
        with database.write() as session:
            other = make_course(session, city.centre, "3", title="Другой курс")
        answer = coordinator.post(f"/city/sync/links/{link}/move", {"place": "", "link": str(link)})
        assert answer.status_code == 422
        assert "Выберите курс и группу." in readable(answer)
        assert coordinator.post(f"/city/sync/links/{link}/move", {"place": f"{other.id}:"}).status_code == 303
        with database.read() as session:
            assert session.get_one(GroupLink, link).state is LinkState.ENDED

    def test_or_ends_the_link(self, coordinator: Visitor, link: int, database: Database) -> None:
        assert coordinator.post(f"/city/sync/links/{link}/end").status_code == 303
        with database.read() as session:
            assert session.get_one(GroupLink, link).state is LinkState.ENDED


class TestACourseThatEnds:
    @pytest.fixture
    def link(self, database: Database, city: City) -> int:
        with database.write() as session:
            run(session, city, ok=False, failure="course_hidden")
            return make_group_link(session, city.association, city.course, 31).id

    def test_the_coordinator_moves_all_to_next_years_course(
        self, coordinator: Visitor, link: int, database: Database, city: City
    ) -> None:
        with database.write() as session:
            other = make_course(session, city.centre, "3", title="Методическая работа 2027")
        path = f"/city/sync/courses/{city.course.id}"
        assert f"{path}#end" in coordinator.page("/city/sync")
        assert "Методическая работа 2027" in coordinator.page(path)
        answer = coordinator.post(f"{path}/move", {"into": ""})
        assert answer.status_code == 422
        assert "Выберите курс." in readable(answer)
        assert coordinator.post(f"{path}/move", {"into": str(other.id)}).status_code == 303
        with database.read() as session:
            states = {one.course_id: one.state for one in session.scalars(select(GroupLink))}
        assert states == {city.course.id: LinkState.ENDED, other.id: LinkState.WANTED}

    def test_or_ends_all_its_links(
        self, coordinator: Visitor, link: int, database: Database, city: City
    ) -> None:
        assert coordinator.post(f"/city/sync/courses/{city.course.id}/end").status_code == 303
        with database.read() as session:
            assert session.get_one(GroupLink, link).state is LinkState.ENDED

    def test_an_administrator_sees_the_history_alone(
        self, administrator: Visitor, link: int, city: City
    ) -> None:
        path = f"/city/sync/courses/{city.course.id}"
        assert "Перевести все" not in administrator.page(path)
        assert administrator.post(f"{path}/end").status_code == 422


def test_groups_are_read_anew_before_adopting(coordinator: Visitor, database: Database, city: City) -> None:
    typed = {"next": "/city/orders/adopt"}
    answer = coordinator.post(f"/city/sync/courses/{city.course.id}/groups", typed)
    assert answer.location == "/city/orders/adopt"
    with database.read() as session:
        assert session.scalars(select(OutboxRow.payload)).all() == [{"groups": True}]
