"""The page of an association: the next step, the year, the five documents, the own membership."""

import pytest
from sqlalchemy import select

from mmo_lti.models.association import Association
from mmo_lti.models.database import Database
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Person
from mmo_lti.models.report import Report
from mmo_lti.rules.states import (
    AssociationState,
    MeetingState,
    MembershipState,
    PlanState,
    ProtocolState,
    ReportState,
)
from tests.factories.association import make_association
from tests.factories.centre import make_centre
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_helper, make_membership
from tests.factories.moment import NOW, moment
from tests.factories.person import make_person
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol
from tests.factories.report import make_report
from tests.web.conftest import City, ClientFor, Clock
from tests.web.page import follow, press, read, see
from tests.web.visitor import Visitor

PAGE = "/a/MMO-02"


@pytest.fixture
def reported(database: Database, city: City) -> None:
    """Last year's report is accepted: what is owed is this year's."""
    with database.write() as session:
        sent = {"submitted_at": moment(2026, 6, 10), "first_submitted_at": moment(2026, 6, 10)}
        make_report(session, city.association, 2025, ReportState.ACCEPTED, **sent)


def standing(database: Database, person: Person, code: str = "MMO-02") -> MembershipState | None:
    with database.read() as session:
        return session.scalar(
            select(Membership.state)
            .join(Association, Association.id == Membership.association_id)
            .where(Membership.person_id == person.id, Association.code == code)
        )


class TestNextStep:
    def test_the_leaders_most_urgent_duty(self, leader: Visitor, reported: None) -> None:
        page = see(leader, PAGE)
        assert page.primary == ["Перейти к делу"]
        assert "Отправьте на согласование план ММО учителей математики на 2026/2027 уч. год" in page
        assert "просрочено на 4 дня" in page
        assert "/a/MMO-02/2026-27/plan" in page.links()

    def test_a_member_without_duties_has_no_primary_act(self, member: Visitor) -> None:
        page = see(member, PAGE)
        assert page.primary == []
        assert page.buttons == {"Выйти из состава ММО"}

    def test_a_helper_sees_what_the_leader_prepares_but_owes_nothing(
        self, client_for: ClientFor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            make_helper(session, city.association, city.members[1])
        page = see(client_for(city.members[1]), PAGE)
        assert page.primary == []
        assert "Члены ММО" in page

    def test_a_coordinator_is_led_to_a_lodged_protocol(
        self, coordinator: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            meeting = make_meeting(session, city.association, moment(2026, 9, 21), state=MeetingState.HELD)
            make_protocol(session, meeting, ProtocolState.LODGED, lodged_by=city.leader.id)
        page = see(coordinator, PAGE)
        assert page.primary == ["Проверить протокол"]
        assert "/a/MMO-02/2026-27/protocols/1" in page.links()

    def test_a_director_is_led_to_a_plan_and_a_report(
        self, director: Visitor, database: Database, city: City
    ) -> None:
        sent = {"submitted_at": NOW, "submitted_by": city.leader.id}
        with database.write() as session:
            make_plan(session, city.association, state=PlanState.SUBMITTED, **sent)
        assert see(director, PAGE).primary == ["Рассмотреть план"]
        with database.write() as session:
            make_report(session, city.association, 2025, ReportState.SUBMITTED, **sent)
        assert see(director, f"{PAGE}/2025-26").primary == ["Рассмотреть отчёт"]

    def test_the_site_administrator_sees_the_public_card_alone(self, administrator: Visitor) -> None:
        page = see(administrator, PAGE)
        assert "Белова" not in page
        assert "/a/MMO-02/2026-27/plan" not in page.links()


class TestYear:
    def test_meetings_stand_in_order_with_their_state_in_words(
        self, member: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            make_meeting(
                session,
                city.association,
                moment(2026, 9, 21),
                number=1,
                topic="Первая",
                state=MeetingState.HELD,
            )
            make_meeting(session, city.association, moment(2026, 10, 1), number=2, topic="Вторая")
            make_meeting(session, city.association, moment(2026, 12, 1), number=3, topic="Третья")
        page = see(member, PAGE)
        assert page.words.index("Первая") < page.words.index("Вторая") < page.words.index("Третья")
        for words in (
            "проведено",
            "состоялось?",
            "запланировано",
            "вне плана",
            "под угрозой",
            "Проведено 1, засчитано 0 из 3.",
        ):
            assert words in page

    def test_a_draft_of_a_protocol_is_the_leaders(
        self, member: Visitor, leader: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            meeting = make_meeting(session, city.association, moment(2026, 9, 21), state=MeetingState.HELD)
            make_protocol(session, meeting)
        assert "/a/MMO-02/2026-27/protocols/1" in see(leader, PAGE).links()
        assert "/a/MMO-02/2026-27/protocols/1" not in see(member, PAGE).links()
        assert "ещё не принят" in see(member, PAGE)

    def test_the_five_documents_have_marks_and_terms(self, leader: Visitor) -> None:
        page = see(leader, PAGE)
        for words in ("Приказ о создании ✓ есть", "План на год ! просрочен не позднее 1 октября 2026 г."):
            assert words in page

    def test_an_empty_year_leads_to_the_plan(self, member: Visitor) -> None:
        assert "Мероприятий ещё нет: они появятся, когда директор согласует план." in see(member, PAGE)

    def test_the_year_before_is_one_click_away(self, member: Visitor) -> None:
        assert "/a/MMO-02/2025-26" in see(member, PAGE).links()
        page = see(member, f"{PAGE}/2025-26")
        assert "Заседания 2025/2026 учебного года" in page
        assert "/a/MMO-02/2024-25" not in page.links()

    def test_next_year_shows_from_the_first_of_may(self, leader: Visitor, clock: Clock) -> None:
        assert "/a/MMO-02/2027-28" not in see(leader, PAGE).links()
        clock.at = moment(2027, 5, 1)
        assert "/a/MMO-02/2027-28" in see(leader, PAGE).links()

    @pytest.mark.parametrize("slug", ["2026-28", "0000-01", "9999-00", "abcd-ef"])
    def test_what_is_no_year_is_no_page(self, member: Visitor, slug: str) -> None:
        see(member, f"{PAGE}/{slug}", 404)


class TestPath:
    def test_a_draft_shows_the_step_it_is_on(self, outsider: Visitor, database: Database, city: City) -> None:
        with database.write() as session:
            make_association(
                session, city.centre, "учителей физики", code="MMO-03", state=AssociationState.DRAFT
            )
        page = see(outsider, "/a/MMO-03")
        assert "С чего начинается объединение" in page
        assert page.tree.xpath("//li[@aria-current='step']/text()") == ["набрать 10 педагогов"]

    def test_an_outsider_of_a_working_one_sees_no_path(self, outsider: Visitor) -> None:
        assert "С чего начинается" not in see(outsider, PAGE)

    def test_it_goes_with_the_first_meeting_ever(
        self, member: Visitor, database: Database, city: City
    ) -> None:
        assert "первое заседание" in see(member, PAGE)
        with database.write() as session:
            make_meeting(session, city.association, moment(2025, 11, 1), state=MeetingState.HELD)
        assert "первое заседание" not in see(member, PAGE)

    def test_an_adopted_one_has_walked_it(self, member: Visitor, database: Database, city: City) -> None:
        with database.write() as session:
            session.get_one(Association, city.association.id).started_using = moment(2026, 9, 1).date()
        assert "первое заседание" not in see(member, PAGE)


class TestMembership:
    def test_joining_and_taking_it_back(self, outsider: Visitor, database: Database, city: City) -> None:
        page = see(outsider, PAGE)
        assert page.primary == ["Подать заявку"]
        page = follow(outsider, press(outsider, PAGE, "Подать заявку"))
        assert "Ваша заявка на рассмотрении с 5 октября 2026 г." in page
        assert "Руководитель ответит не позднее 15 октября 2026 г." in page
        assert page.primary == []
        assert "Заявка отозвана" in follow(outsider, press(outsider, PAGE, "Отозвать заявку"))
        assert standing(database, city.outsider) is MembershipState.WITHDRAWN

    def test_a_request_in_a_draft_is_the_coordinators(
        self, outsider: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            make_association(
                session, city.centre, "учителей физики", code="MMO-03", state=AssociationState.DRAFT
            )
        page = follow(outsider, press(outsider, "/a/MMO-03", "Подать заявку"))
        assert "Её рассмотрит координатор" in page

    @pytest.mark.parametrize("state", [MembershipState.INVITED, MembershipState.PROPOSED])
    def test_confirming_and_declining(
        self, outsider: Visitor, database: Database, city: City, state: MembershipState
    ) -> None:
        with database.write() as session:
            row = make_membership(session, city.association, city.outsider, state).id
        page = see(outsider, PAGE)
        assert page.primary == ["Подтверждаю участие в ММО"]
        assert "Отказаться" in page.buttons
        page = follow(outsider, press(outsider, PAGE, "Подтверждаю", times=2))
        assert "Вы – член ММО" in page
        assert standing(database, city.outsider) is MembershipState.MEMBER
        with database.write() as session:
            session.get_one(Membership, row).state = state
        follow(outsider, press(outsider, PAGE, "Отказаться"))
        assert standing(database, city.outsider) is MembershipState.DECLINED

    def test_without_an_organisation_one_reads_what_is_missing(
        self, client_for: ClientFor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            newcomer = make_person(session, city.centre, "Новикова", employed=False)
            make_membership(session, city.association, newcomer, MembershipState.INVITED)
        visitor = client_for(newcomer)
        page = see(visitor, PAGE)
        assert "Сначала укажите организацию и должность." in page
        assert "/me" in page.links()
        refused = press(visitor, PAGE, "Подтверждаю")
        assert refused.status == 422
        assert "без них нельзя стать членом ММО" in refused.alert
        assert standing(database, newcomer) is MembershipState.INVITED

    def test_leaving_is_at_once_and_asks_first(self, member: Visitor, database: Database, city: City) -> None:
        button = see(member, PAGE).form("Выйти из состава ММО").pressed
        assert button.get("data-confirm") == "Выйти из состава ММО? Это действует сразу."
        page = follow(member, press(member, PAGE, "Выйти из состава ММО"))
        assert "Вы вышли из состава ММО." in page
        assert standing(database, city.member) is MembershipState.LEFT
        again = read(member.post(f"{PAGE}/membership", {"act": "leave"}))
        assert again.status == 422
        assert again.alert

    def test_nobody_acts_for_somebody_else(self, outsider: Visitor, database: Database, city: City) -> None:
        assert outsider.post(f"{PAGE}/membership", {"act": "leave"}).status_code == 404
        assert outsider.post(f"{PAGE}/membership", {"act": "dance"}).status_code == 404
        assert standing(database, city.member) is MembershipState.MEMBER

    def test_a_foreign_form_changes_nothing(self, member: Visitor, database: Database, city: City) -> None:
        assert member.post(f"{PAGE}/membership", {"act": "leave"}, csrf="").status_code == 403
        assert standing(database, city.member) is MembershipState.MEMBER


def test_an_association_of_another_centre_is_no_page(member: Visitor, database: Database) -> None:
    with database.write() as session:
        make_association(
            session, make_centre(session, iss="https://other.example"), "учителей физики", code="MMO-77"
        )
    see(member, "/a/MMO-77", 404)


def test_reports_of_nobody_are_not_made_by_looking(member: Visitor, database: Database) -> None:
    see(member, PAGE)
    with database.read() as session:
        assert session.scalars(select(Report)).all() == []
