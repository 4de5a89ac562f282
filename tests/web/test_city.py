"""The city's page: who sees it, what a mark says, how it is sorted and narrowed."""

from sqlalchemy.orm import Session

from mmo_lti.models.database import Database
from mmo_lti.rules.states import AssociationState, PlanState
from tests.factories.association import make_association
from tests.factories.meeting import make_meeting
from tests.factories.moment import NOW, moment
from tests.factories.plan import make_plan
from tests.web.conftest import City, Clock
from tests.web.visitor import Visitor


def with_physics(session: Session, city: City) -> None:
    """A second association: nobody in it, no leader, no plan."""
    make_association(session, city.centre, "учителей физики", code="MMO-03")


class TestWhoSees:
    def test_a_coordinator_sees_how_many_are_in_order(
        self, coordinator: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            make_plan(session, city.association, state=PlanState.AGREED)
            for month in (10, 1, 4):
                make_meeting(session, city.association, moment(2026 + (month < 9), month, 20))
            with_physics(session, city)
        page = coordinator.page("/city")
        assert "1 из 2 в порядке." in page
        assert "учителей физики" in page
        assert "руководителя нет" in page

    def test_a_director_sees_it_without_the_coordinators_pages(self, director: Visitor) -> None:
        page = director.page("/city")
        assert "Ближайшие 60 дней" in page
        assert 'href="/city/organisations"' not in page

    def test_a_teacher_reads_whose_page_it_is(self, member: Visitor) -> None:
        page = member.page("/city", 403)
        assert "Эта страница открыта не для вас" in page
        assert 'href="/"' in page

    def test_without_a_session_the_way_in_is_shown(self, stranger: Visitor) -> None:
        assert "Войти можно только из Moodle" in stranger.page("/city", 401)


class TestMarks:
    def test_a_mark_leads_to_its_cause_and_says_it_in_words(self, coordinator: Visitor) -> None:
        page = coordinator.page("/city")
        assert 'href="/a/MMO-02/2026-27/plan"' in page
        assert "просрочен 4 дня" in page
        assert "0 из 3" in page

    def test_sorting_by_a_column_puts_the_worst_first(
        self, coordinator: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            with_physics(session, city)
        page = coordinator.page("/city?sort=members")
        assert page.index("учителей физики") < page.index("учителей математики")
        page = coordinator.page("/city?sort=name")
        assert page.index("учителей математики") < page.index("учителей физики")

    def test_a_filter_leaves_only_what_it_names(
        self, coordinator: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            make_plan(session, city.association, state=PlanState.SUBMITTED, submitted_at=NOW)
            with_physics(session, city)
        page = coordinator.page("/city?only=waiting")
        assert "учителей математики" in page
        assert "учителей физики" not in page

    def test_another_year_has_its_own_page(self, coordinator: Visitor) -> None:
        page = coordinator.page("/city/2025-26")
        assert "2025/2026 учебный год" in page
        assert 'href="/city"' in page


def test_an_empty_city_teaches_the_first_step(
    coordinator: Visitor, director: Visitor, database: Database, city: City
) -> None:
    with database.write() as session:
        session.merge(city.association).state = AssociationState.DRAFT
    assert 'href="/city/orders/new"' in coordinator.page("/city")
    assert 'href="/city/orders/new"' not in director.page("/city")


class TestCalendar:
    def test_meetings_and_terms_stand_by_month(
        self, coordinator: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            make_meeting(session, city.association, moment(2026, 10, 12), topic="Олимпиады")
            make_meeting(session, city.association, moment(2027, 2, 12), topic="Весенняя тема")
        page = coordinator.page("/city/calendar")
        assert "Октябрь 2026" in page
        assert "Заседание: Олимпиады" in page
        assert "Весенняя тема" not in page

    def test_terms_of_the_city_stand_among_them(self, director: Visitor, clock: Clock) -> None:
        clock.at = moment(2027, 5, 10)
        page = director.page("/city/calendar")
        assert "20 июня 2027 г." in page
        assert "остался 41 день" in page

    def test_an_empty_calendar_says_where_meetings_come_from(self, director: Visitor) -> None:
        assert "ничего не назначено" in director.page("/city/calendar")
