"""Settings of the centre: values, people, courses, days off."""

import pytest
from sqlalchemy import select

from mmo_lti.models.centre import Centre, YearSettings
from mmo_lti.models.course import Course
from mmo_lti.models.database import Database
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.office import Office, OfficeKind
from mmo_lti.models.working_day import WorkingDayTransfer
from mmo_lti.rules.setting_table import TABLE
from mmo_lti.web.setting_fields import GROUPS
from tests.factories.course import make_group_link
from tests.web.conftest import City
from tests.web.visitor import Visitor, readable

PEOPLE = "/city/settings/people"


def test_every_setting_has_its_place() -> None:
    shown = [name for names in GROUPS.values() for name in names]
    assert sorted(shown) == sorted(row.name for row in TABLE)


class TestValues:
    @pytest.mark.parametrize("group", GROUPS)
    def test_each_stands_with_its_clause(self, coordinator: Visitor, group: str) -> None:
        page = coordinator.page(f"/city/settings?group={group}")
        for name in GROUPS[group]:
            assert f'name="{name}' in page

    def test_a_bound_of_the_regulation_is_told_from_the_centres_own_choice(
        self, coordinator: Visitor
    ) -> None:
        page = coordinator.page("/city/settings?group=meetings")
        assert "п. 4.4 Положения: не меньше 3" in page
        assert "к п. 5.1 Положения" in page
        assert "от 3 до 12" in page

    def test_what_is_ours_alone_stands_without_a_clause(self, coordinator: Visitor) -> None:
        """«к п. 1.1 Положения» under the length of a session would make our choice the regulation's."""
        for group in ("centre", "moodle"):
            assert "Положения" not in coordinator.page(f"/city/settings?group={group}").split("mmo-card")[1]
        page = coordinator.page("/city/settings?group=members")
        request_days = page.split('name="request_days"')[1].split("</div>")[1]
        assert "Положения" not in request_days

    def test_a_change_works_forward(self, coordinator: Visitor, database: Database) -> None:
        answer = coordinator.post("/city/settings", {"group": "plan", "plan_fix_days": "7"})
        assert (answer.status_code, answer.location) == (303, "/city/settings?group=plan")
        page = coordinator.page("/city/settings?group=plan")
        assert "в этом учебном году действует: 5" in page
        with database.read() as session:
            assert session.scalars(select(Centre)).one().settings["plan_fix_days"] == 7
            actions = session.scalars(select(JournalEntry.action)).all()
            assert [one for one in actions if one.startswith("change_setting")] == [
                "change_setting.plan_fix_days"
            ]

    def test_the_running_year_takes_it_where_that_is_ticked(
        self, coordinator: Visitor, database: Database
    ) -> None:
        coordinator.post("/city/settings", {"group": "plan", "plan_fix_days": "7", "this_year": "1"})
        with database.read() as session:
            assert session.scalars(select(YearSettings)).one().values["plan_fix_days"] == 7

    def test_the_running_year_may_take_later_what_was_saved_for_the_next(
        self, coordinator: Visitor, database: Database
    ) -> None:
        """Saved before without the tick, nothing differs any more but this year's own value."""
        typed = {"group": "plan", "plan_fix_days": "7"}
        coordinator.post("/city/settings", typed)
        coordinator.post("/city/settings", {**typed, "this_year": "1"})
        with database.read() as session:
            assert session.scalars(select(YearSettings)).one().values["plan_fix_days"] == 7
        assert "в этом учебном году действует" not in coordinator.page("/city/settings?group=plan")
        coordinator.post("/city/settings", {**typed, "this_year": "1"})
        assert "Ничего не изменилось." in coordinator.page("/city/settings?group=plan")

    def test_all_faults_stand_at_their_fields_and_nothing_is_saved(
        self, coordinator: Visitor, database: Database
    ) -> None:
        typed = {"group": "plan", "plan_due": "32.13", "plan_fix_days": "много", "proposals_due": "10.09"}
        answer = coordinator.post("/city/settings", typed)
        page = readable(answer)
        assert answer.status_code == 422
        assert 'value="32.13"' in page
        assert 'value="много"' in page
        assert page.count("is-invalid") == 2
        with database.read() as session:
            assert session.scalars(select(Centre)).one().settings == {}

    def test_laxer_than_the_regulation_is_refused(self, coordinator: Visitor) -> None:
        answer = coordinator.post("/city/settings", {"group": "members", "min_members": "9"})
        assert answer.status_code == 422
        assert "10" in readable(answer).split("invalid-feedback")[1][:200]

    def test_lists_and_longer_terms_are_read(self, coordinator: Visitor, database: Database) -> None:
        typed = {"group": "report", "report_reminders": "21, 7, 1", "retention_longer.protocol": "5"}
        assert coordinator.post("/city/settings", typed).status_code == 303
        with database.read() as session:
            kept = session.scalars(select(Centre)).one().settings
            assert kept == {"report_reminders": [21, 7, 1], "retention_longer": {"protocol": 5}}

    def test_the_same_values_change_nothing(self, coordinator: Visitor, database: Database) -> None:
        coordinator.post("/city/settings", {"group": "plan", "plan_fix_days": "5"})
        assert "Ничего не изменилось." in coordinator.page("/city/settings?group=plan")

    def test_they_are_the_coordinators(self, director: Visitor, leader: Visitor) -> None:
        for path in ("/city/settings", PEOPLE, "/city/settings/courses", "/city/settings/days"):
            director.page(path, 403)
            leader.page(path, 403)
        assert director.post("/city/settings", {"plan_fix_days": "7"}).status_code == 403


class TestPeopleOfTheCentre:
    def test_a_second_coordinator_is_named(
        self, coordinator: Visitor, database: Database, city: City
    ) -> None:
        typed = {"kind": "coordinator", "person": str(city.outsider.id)}
        assert coordinator.post(PEOPLE, typed).status_code == 303
        assert "Яковлева Анна Ивановна" in coordinator.page(PEOPLE)
        with database.read() as session:
            kinds = session.scalars(select(Office.kind).where(Office.person_id == city.outsider.id)).all()
            assert kinds == [OfficeKind.COORDINATOR]

    def test_searching_keeps_what_was_typed(self, coordinator: Visitor) -> None:
        typed = {
            "kind": "acting_director",
            "until": "2026-10-20",
            "person_search": "яковлева",
            "find": "person",
        }
        page = readable(coordinator.post(PEOPLE, typed))
        assert 'value="2026-10-20"' in page
        assert "Яковлева Анна Ивановна" in page

    def test_an_acting_director_needs_a_last_day(self, coordinator: Visitor, city: City) -> None:
        typed = {"kind": "acting_director", "person": str(city.outsider.id)}
        answer = coordinator.post(PEOPLE, typed)
        assert answer.status_code == 422
        assert f'<option value="{city.outsider.id}" selected>' in answer.text

    def test_the_last_coordinator_stays(self, coordinator: Visitor, database: Database) -> None:
        answer = coordinator.post(f"{PEOPLE}/1/end", {"last_day": "2026-10-05"})
        assert answer.status_code == 422
        with database.read() as session:
            assert session.get_one(Office, 1).until is None

    def test_a_director_leaves(self, coordinator: Visitor, database: Database) -> None:
        assert coordinator.post(f"{PEOPLE}/2/end", {"last_day": "2026-10-10"}).status_code == 303
        assert "по 10 октября 2026 г." in coordinator.page(PEOPLE)


class TestCourses:
    def test_a_course_without_groups_is_disconnected(
        self, coordinator: Visitor, database: Database, city: City
    ) -> None:
        assert "Методические объединения" in coordinator.page("/city/settings/courses")
        answer = coordinator.post(f"/city/settings/courses/{city.course.id}/disconnect")
        assert answer.status_code == 303
        with database.read() as session:
            assert session.get_one(Course, city.course.id).connected_at is None

    def test_one_with_groups_is_not(self, coordinator: Visitor, database: Database, city: City) -> None:
        with database.write() as session:
            make_group_link(session, city.association, city.course)
        answer = coordinator.post(f"/city/settings/courses/{city.course.id}/disconnect")
        assert answer.status_code == 422


class TestDaysOff:
    def test_transfers_of_the_year_are_kept(self, coordinator: Visitor, database: Database) -> None:
        typed = {"off": "31.12.2026\n11.01.2027", "working": "20.02.2027"}
        assert coordinator.post("/city/settings/days", typed).status_code == 303
        assert "31.12.2026" in coordinator.page("/city/settings/days")
        with database.read() as session:
            rows = session.scalars(select(WorkingDayTransfer.working)).all()
            assert sorted(rows) == [False, False, True]

    @pytest.mark.parametrize("typed", ["31.12", "завтра", "01.10.2025"])
    def test_what_is_no_day_of_the_year_is_named(self, coordinator: Visitor, typed: str) -> None:
        answer = coordinator.post("/city/settings/days", {"off": typed})
        assert answer.status_code == 422
        assert f"{typed}</textarea>" in answer.text

    def test_one_day_is_not_both(self, coordinator: Visitor) -> None:
        typed = {"off": "20.02.2027", "working": "20.02.2027"}
        assert coordinator.post("/city/settings/days", typed).status_code == 422
