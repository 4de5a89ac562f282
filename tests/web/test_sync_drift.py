"""Questions about changes made by hand in Moodle, as the coordinator reads and answers them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.database import Database
from mmo_lti.models.membership import Membership
from mmo_lti.models.moodle_access import MoodleAccess
from mmo_lti.models.person import Account
from mmo_lti.models.sync_run import Drift, DriftAnswer
from mmo_lti.rules.states import MembershipState
from mmo_lti.services.drift import appearance
from tests.factories.moment import NOW
from tests.web.conftest import City
from tests.web.visitor import Visitor, readable


@pytest.fixture(autouse=True)
def _access(database: Database, city: City) -> None:
    with database.write() as session:
        access = MoodleAccess(centre_id=city.centre.id, url="https://moodle.example", changed_at=NOW)
        access.sealed_token = "sealed"
        session.add(access)


def found(session: Session, city: City, kind: str, subject: str, **params: Any) -> Drift:
    row = Drift(
        centre_id=city.centre.id,
        course_id=city.course.id,
        association_id=city.association.id,
        kind=kind,
        key=f"{kind}:{subject}",
        subject=subject,
        params=params,
        found_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def account(session: Session, person_id: int) -> str:
    return session.scalars(select(Account.sub).where(Account.person_id == person_id)).one()


def test_a_person_added_by_hand_is_taken_over(coordinator: Visitor, database: Database, city: City) -> None:
    with database.write() as session:
        drift = found(session, city, "member_added", account(session, city.outsider.id))
    page = coordinator.page("/city/sync")
    assert "Яковлева Анна Ивановна" in page
    answer = coordinator.post(
        f"/city/sync/drift/{drift.id}", {"answer": "take_over", "shown": appearance(drift)}
    )
    assert answer.status_code == 303
    with database.read() as session:
        kept = session.scalars(select(Membership.state).where(Membership.person_id == city.outsider.id)).one()
        assert kept is MembershipState.PROPOSED
        assert session.get_one(Drift, drift.id).answer is DriftAnswer.TAKE_OVER


def test_ending_a_membership_needs_words(coordinator: Visitor, database: Database, city: City) -> None:
    with database.write() as session:
        drift = found(session, city, "member_removed", account(session, city.member.id))
    typed = {"answer": "take_over", "reason": "…", "drift": str(drift.id), "shown": appearance(drift)}
    answer = coordinator.post(f"/city/sync/drift/{drift.id}", typed)
    assert answer.status_code == 422
    assert 'value="…"' in answer.text
    typed["reason"] = "Уволилась"
    assert coordinator.post(f"/city/sync/drift/{drift.id}", typed).status_code == 303


def test_a_new_name_can_only_be_put_back_or_left(
    coordinator: Visitor, database: Database, city: City
) -> None:
    with database.write() as session:
        found(session, city, "group_renamed", "11")
    page = coordinator.page("/city/sync")
    assert "Вернуть название" in page
    assert 'value="take_over"' not in page


def test_a_moved_event_says_its_new_time(coordinator: Visitor, database: Database, city: City) -> None:
    with database.write() as session:
        found(session, city, "event_changed", "none", starts=int(NOW.timestamp()))
    assert "Новое время: 5 октября 2026 г., 12:00." in coordinator.page("/city/sync")


def test_nobody_else_answers(leader: Visitor, administrator: Visitor, database: Database, city: City) -> None:
    with database.write() as session:
        drift = found(session, city, "group_renamed", "11")
    for visitor in (leader, administrator):
        answer = visitor.post(
            f"/city/sync/drift/{drift.id}", {"answer": "put_back", "shown": appearance(drift)}
        )
        assert answer.status_code in (403, 422)
    with database.read() as session:
        assert session.get_one(Drift, drift.id).answer is None


def test_what_was_changed_again_meanwhile_is_shown_before_it_is_answered(
    coordinator: Visitor, database: Database, city: City
) -> None:
    with database.write() as session:
        drift = found(session, city, "event_changed", "none", starts=int(NOW.timestamp()))
    typed = {"answer": "put_back", "reason": "Зал занят", "drift": str(drift.id), "shown": appearance(drift)}
    with database.write() as session:
        later = int((NOW + timedelta(days=1)).timestamp())
        session.get_one(Drift, drift.id).params = {"starts": later}
    answer = coordinator.post(f"/city/sync/drift/{drift.id}", typed)
    assert answer.status_code == 422
    assert "изменили ещё раз" in answer.text
    assert "Новое время: 6 октября 2026 г., 12:00." in readable(answer)
    with database.read() as session:
        again = session.get_one(Drift, drift.id)
        assert again.answer is None
        typed["shown"] = appearance(again)
    assert coordinator.post(f"/city/sync/drift/{drift.id}", typed).status_code == 303
