"""The same button pressed by two, the same work wanted by two: on both databases it happens once."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.database import Database
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.membership import Membership
from mmo_lti.models.notice import Notice
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.order import OrderKind
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.person import Account
from mmo_lti.models.plan import Plan
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.report import Report
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import MembershipState, PlanState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import lease, membership, membership_decision, notice, outbox, plan
from mmo_lti.services import meeting as meetings
from mmo_lti.services.actor import Actor
from mmo_lti.services.report_assembling import start_assembling
from mmo_lti.services.roster_person import RosterPerson, persons_of
from tests.factories.association import make_association
from tests.factories.centre import make_centre
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.moment import NOW, moment
from tests.factories.office import make_office
from tests.factories.order import make_order
from tests.factories.person import actor_of, make_person
from tests.factories.plan import make_plan
from tests.services.at_once import at_once

YEAR = AcademicYear(2026)


@dataclass(frozen=True)
class Ground:
    """An association with its leader, a director and a teacher who belongs nowhere."""

    centre_id: int
    association_id: int
    leader: Actor
    director: Actor
    teacher: Actor

    def association(self, session: Session) -> Association:
        return session.get_one(Association, self.association_id)


@pytest.fixture
def ground(database: Database) -> Ground:
    with database.write() as session:
        centre = make_centre(session)
        association = make_association(session, centre)
        leader = make_person(session, centre, "Абрамова")
        director = make_person(session, centre, "Соловьёв", employed=False)
        make_office(session, director, OfficeKind.DIRECTOR)
        make_order(session, association, OrderKind.CREATION, director)
        make_order(session, association, OrderKind.APPOINTMENT, director, leader)
        make_membership(session, association, leader)
        teacher = make_person(session, centre, "Яковлева")
        return Ground(centre.id, association.id, actor_of(leader), actor_of(director), actor_of(teacher))


def test_r13_4_twenty_meetings_marked_held_at_once_get_the_numbers_1_to_20(
    database: Database, ground: Ground
) -> None:
    with database.write() as session:
        association = ground.association(session)
        ids = [make_meeting(session, association, moment(2026, 9, day)).id for day in range(1, 21)]
    at_once(
        database,
        [
            lambda session, one=one: meetings.mark_held(
                session, ground.leader, session.get_one(Meeting, one), NOW
            )
            for one in ids
        ],
    )
    with database.read() as session:
        assert sorted(session.scalars(select(Protocol.number))) == list(range(1, 21))


def test_each_row_of_the_outbox_goes_to_one_worker(database: Database, ground: Ground) -> None:
    with database.write() as session:
        for subject in range(1, 13):
            outbox.want(session, ground.centre_id, "sync_course", subject, NOW)

    def claim(session: Session, worker: str) -> int | None:
        row = outbox.claim(session, worker, 60)
        return row.id if row else None

    taken = at_once(database, [lambda session, one=one: claim(session, f"worker-{one}") for one in range(15)])
    rows = [one for one in taken if isinstance(one, int)]
    assert (len(rows), len(set(rows))) == (12, 12)
    assert [one for one in taken if not isinstance(one, int)] == [None] * 3


def test_a_wish_never_leans_on_work_that_has_begun_without_it(database: Database, ground: Ground) -> None:
    """Whoever claims the row sees all that was changed before it was wanted."""
    with database.write() as session:
        outbox.want(session, ground.centre_id, "sync_course", 1, NOW)
    seen = []

    def claim() -> None:
        with database.write() as session:
            row = outbox.claim(session, "worker", 60)
            if row is not None:
                seen.append(ground.association(session).genitive)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            ground.association(session).genitive = "учителей химии"
            outbox.want(session, ground.centre_id, "sync_course", 1, NOW)
            # PostgreSQL answers at once, SQLite's second writer waits for the first.
            claiming = pool.submit(claim)
            wait([claiming], timeout=0.2)
        claiming.result()
    claim()
    assert seen[-1:] == ["учителей химии"]


def test_r7_5_a_plan_agreed_by_a_double_click_is_agreed_once(database: Database, ground: Ground) -> None:
    with database.write() as session:
        association = ground.association(session)
        plan_id = make_plan(
            session, association, state=PlanState.SUBMITTED, submitted_by=ground.leader.person_id
        ).id
    done = at_once(
        database,
        [lambda session: plan.agree(session, ground.director, session.get_one(Plan, plan_id), NOW)] * 2,
    )
    assert sorted(type(one).__name__ for one in done) == ["Plan", "RuleError"]
    assert [one.code for one in done if isinstance(one, RuleError)] == ["R7.5"]
    with database.read() as session:
        agreed = select(func.count()).where(JournalEntry.action == "plan.agree")
        assert session.scalar(agreed.select_from(JournalEntry)) == 1
        assert session.scalar(select(func.count()).select_from(Meeting)) == 3


def test_a_request_sent_twice_is_one_request(database: Database, ground: Ground) -> None:
    done = at_once(
        database,
        [
            lambda session: membership.request_to_join(
                session, ground.teacher, ground.association(session), NOW
            )
        ]
        * 2,
    )
    assert [type(one).__name__ for one in done] == ["Membership", "Membership"]
    with database.read() as session:
        asked = select(Membership.state).where(Membership.person_id == ground.teacher.person_id)
        assert session.scalars(asked).all() == [MembershipState.REQUESTED]


def test_a_request_accepted_by_a_double_click_is_accepted_once(database: Database, ground: Ground) -> None:
    with database.write() as session:
        asked = membership.request_to_join(session, ground.teacher, ground.association(session), NOW).id
    at_once(
        database,
        [
            lambda session: membership_decision.accept_request(
                session, ground.leader, session.get_one(Membership, asked), NOW
            )
        ]
        * 2,
    )
    with database.read() as session:
        accepted = select(func.count()).select_from(JournalEntry).where(JournalEntry.new_state == "member")
        assert session.scalar(accepted) == 1
        told = select(Notice.kind).where(Notice.person_id == ground.teacher.person_id)
        assert session.scalars(told).all() == ["membership_accepted"]


def test_a_report_wanted_by_a_double_click_is_assembled_once(database: Database, ground: Ground) -> None:
    june = moment(2027, 6, 10)
    done = at_once(
        database,
        [lambda session: start_assembling(session, ground.leader, ground.association(session), YEAR, june)]
        * 2,
    )
    assert [type(one).__name__ for one in done] == ["Report", "Report"]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Report)) == 1
        wanted = select(func.count()).select_from(OutboxRow).where(OutboxRow.kind == "assemble_report")
        assert session.scalar(wanted) == 1


def test_two_who_tell_the_same_thing_tell_it_once(database: Database, ground: Ground) -> None:
    def tell(session: Session) -> int:
        association = ground.association(session)
        told = notice.notify_all(
            session,
            ground.centre_id,
            [ground.leader.person_id or 0, ground.director.person_id or 0],
            "plan_agreed",
            association,
            "1",
            {"association": association.genitive, "year": "2026/2027"},
            "/",
            NOW,
        )
        return len(told)

    assert sorted(at_once(database, [tell] * 3)) == [0, 0, 2]


def test_an_account_met_by_two_at_once_is_one_person(database: Database, ground: Ground) -> None:
    def meet(session: Session) -> int:
        [person] = persons_of(session, ground.centre_id, [RosterPerson("77", "Анна", "Новикова")], NOW)
        return person.id

    met = at_once(database, [meet] * 3)
    assert len(set(met)) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).where(Account.sub == "77")) == 1


def test_a_lease_has_one_holder(database: Database) -> None:
    taken = at_once(
        database, [lambda session, one=one: lease.take(session, "sync:1", one, 60) for one in "abcde"]
    )
    assert sorted(taken) == [False] * 4 + [True]
