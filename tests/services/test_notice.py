"""People are told of what concerns them: at most once, in the morning, the latest stage alone (R20)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.notice import Notice, NoticeState
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.person import Person
from mmo_lti.rules.errors import Denied, RuleError
from mmo_lti.services import notice_preference
from mmo_lti.services.actor import Actor, clock_actor
from mmo_lti.services.clock import wall_clock
from mmo_lti.services.notice import (
    by_code,
    mark_refused,
    mark_sent,
    mark_unknown,
    notify,
    notify_all,
    put_back,
    take_batch,
)
from mmo_lti.services.notice_kind import KINDS
from mmo_lti.services.notice_preference import Audience
from mmo_lti.services.permission import NotFound
from tests.factories.moment import moment

AGREED: dict[str, Any] = {"association": "учителей математики", "year": "2026/2027"}
DUE: dict[str, Any] = {**AGREED, "due": date(2027, 6, 20), "days": 14, "sections": []}


def tell(
    session: Session, association: Association, person: Person, now: datetime, **changes: Any
) -> Notice | None:
    """«План согласован», or what `changes` make of it."""
    said: dict[str, Any] = {"kind": "plan_agreed", "stage": "1", "params": AGREED} | changes
    return notify(
        session,
        association.centre_id,
        person.id,
        said["kind"],
        association,
        said["stage"],
        said["params"],
        "/a/MMO-02",
        now,
        urgent=said.get("urgent", False),
        association_id=association.id,
    )


def states(session: Session) -> list[NoticeState]:
    return list(session.scalars(select(Notice.state).order_by(Notice.id)))


def test_the_same_thing_is_told_once(
    session: Session, association: Association, leader_person: Person, now: datetime
) -> None:
    assert tell(session, association, leader_person, now) is not None
    assert tell(session, association, leader_person, now + timedelta(days=3)) is None
    assert tell(session, association, leader_person, now, stage="2") is not None


def test_several_people_are_told_at_once_and_only_the_new_ones_again(
    session: Session, association: Association, teachers: list[Person], now: datetime
) -> None:
    def tell_all(people: list[Person]) -> int:
        ids = [person.id for person in people]
        return len(
            notify_all(
                session, association.centre_id, ids, "plan_agreed", association, "", AGREED, "/a/MMO-02", now
            )
        )

    assert tell_all(teachers[:3]) == 3
    assert tell_all(teachers[:5]) == 2


def test_params_that_the_text_does_not_know_are_a_slip_of_the_caller(
    session: Session, association: Association, leader_person: Person, now: datetime
) -> None:
    with pytest.raises(ValueError, match="plan_agreed"):
        tell(session, association, leader_person, now, params={"association": "учителей физики"})
    with pytest.raises(KeyError):
        tell(session, association, leader_person, now, kind="weather")


@pytest.mark.parametrize(
    ("kind", "told", "urgent", "leaves"),
    [
        ("plan_agreed", moment(2026, 10, 5, 5), False, moment(2026, 10, 5, 6)),
        ("plan_agreed", moment(2026, 10, 5, 12), False, moment(2026, 10, 6, 6)),
        ("plan_agreed", moment(2026, 10, 5, 12), True, moment(2026, 10, 5, 12)),
        ("plan_returned", moment(2026, 10, 5, 12), False, moment(2026, 10, 5, 12)),
        ("report_due", moment(2026, 10, 4, 21, 5), False, moment(2026, 10, 5, 6)),
        ("report_due", moment(2026, 10, 5, 12), False, moment(2026, 10, 5, 12)),
    ],
)
def test_it_leaves_with_the_digest_at_nine_or_at_once(
    session: Session,
    association: Association,
    leader_person: Person,
    kind: str,
    told: datetime,
    urgent: bool,
    leaves: datetime,
) -> None:
    """A return is urgent by nature; the clock's reminders are for this very morning."""
    params = {
        "plan_agreed": AGREED,
        "plan_returned": {**AGREED, "remarks": "Укажите сроки.", "due": date(2026, 10, 12)},
        "report_due": DUE,
    }[kind]
    notice = tell(session, association, leader_person, told, kind=kind, params=params, urgent=urgent)
    assert notice is not None
    assert notice.not_before == leaves


def test_the_digest_hour_is_the_centres_own(
    session: Session, centre: Centre, association: Association, leader_person: Person
) -> None:
    centre.settings = {"digest_hour": "07:30"}
    centre.timezone = "Asia/Yekaterinburg"
    notice = tell(session, association, leader_person, moment(2026, 10, 5, 0))
    assert notice is not None
    assert notice.not_before == moment(2026, 10, 5, 2, 30)


def test_what_leaves_at_once_wakes_the_sender(
    session: Session, association: Association, leader_person: Person, now: datetime
) -> None:
    tell(session, association, leader_person, now)
    assert session.scalars(select(OutboxRow)).all() == []
    tell(session, association, leader_person, now, stage="2", urgent=True)
    [row] = session.scalars(select(OutboxRow))
    assert (row.kind, row.subject_id) == ("send_notices", association.centre_id)


def test_after_an_outage_only_the_latest_stage_leaves(
    session: Session, association: Association, leader_person: Person
) -> None:
    tell(session, association, leader_person, moment(2027, 6, 6), kind="report_due", stage="14", params=DUE)
    tell(session, association, leader_person, moment(2027, 6, 13), kind="report_due", stage="7", params=DUE)
    overdue = {**AGREED, "days": 1}
    tell(
        session,
        association,
        leader_person,
        moment(2027, 6, 21),
        kind="report_overdue",
        stage="1",
        params=overdue,
    )
    assert states(session) == [NoticeState.SUPERSEDED, NoticeState.SUPERSEDED, NoticeState.WAITING]
    taken = take_batch(session, association.centre_id, moment(2027, 6, 21), 10)
    assert [notice.kind for notice in taken] == ["report_overdue"]


def test_what_was_set_aside_and_is_true_again_is_told(
    session: Session, association: Association, leader_person: Person
) -> None:
    first = tell(
        session, association, leader_person, moment(2027, 6, 6), kind="report_due", stage="14", params=DUE
    )
    tell(session, association, leader_person, moment(2027, 6, 6), kind="report_due", stage="7", params=DUE)
    again = tell(
        session, association, leader_person, moment(2027, 6, 7), kind="report_due", stage="14", params=DUE
    )
    assert again is first
    assert states(session) == [NoticeState.WAITING, NoticeState.SUPERSEDED]


def test_a_digest_is_taken_whole_and_once(
    session: Session, association: Association, teachers: list[Person], now: datetime
) -> None:
    for stage in ("1", "2", "3"):
        tell(session, association, teachers[0], now, stage=stage)
    tell(session, association, teachers[1], now)
    morning = moment(2026, 10, 6, 6)
    assert take_batch(session, association.centre_id, now, 10) == []
    first = take_batch(session, association.centre_id, morning, 2)
    assert [notice.person_id for notice in first] == [teachers[0].id] * 3
    second = take_batch(session, association.centre_id, morning, 2)
    assert [notice.person_id for notice in second] == [teachers[1].id]
    assert take_batch(session, association.centre_id, morning, 2) == []


def test_another_centres_notices_are_not_taken(
    session: Session, association: Association, other_centre: Centre, leader_person: Person, now: datetime
) -> None:
    tell(session, association, leader_person, now, urgent=True)
    assert take_batch(session, other_centre.id, now, 10) == []


def test_every_answer_of_the_channel_is_kept(
    session: Session, association: Association, leader_person: Person, now: datetime
) -> None:
    for stage in ("sent", "refused", "unknown", "later"):
        tell(session, association, leader_person, now, stage=stage, urgent=True)
    sent, refused, unknown, later = take_batch(session, association.centre_id, now, 10)
    mark_sent(session, sent, "moodle", now)
    mark_refused(session, refused, "mail", "no_address")
    mark_unknown(session, unknown, "mail", "timeout")
    put_back(session, later, now + timedelta(minutes=5))
    assert states(session) == [
        NoticeState.SENT,
        NoticeState.REFUSED,
        NoticeState.UNKNOWN,
        NoticeState.WAITING,
    ]
    assert (sent.channel, sent.sent_at, refused.failure) == ("moodle", now, "no_address")
    assert take_batch(session, association.centre_id, now, 10) == []
    assert take_batch(session, association.centre_id, now + timedelta(minutes=5), 10) == [later]


def test_a_dead_senders_notice_is_unknown_and_never_sent_again(
    session: Session, association: Association, leader_person: Person, now: datetime
) -> None:
    tell(session, association, leader_person, now, urgent=True)
    [held] = take_batch(session, association.centre_id, now, 10)
    session.execute(update(Notice).values(taken_at=wall_clock() - timedelta(hours=1)))
    assert take_batch(session, association.centre_id, now, 10) == []
    assert states(session) == [NoticeState.UNKNOWN]
    mark_sent(session, held, "moodle", now)
    assert states(session) == [NoticeState.UNKNOWN]


def test_a_link_leads_to_its_notice(
    session: Session, association: Association, leader_person: Person, now: datetime
) -> None:
    notice = tell(session, association, leader_person, now)
    assert notice is not None
    assert by_code(session, notice.code) is notice
    assert by_code(session, "nothing") is None


def test_a_kind_can_be_switched_off_and_on(
    session: Session, association: Association, leader_person: Person, leader: Actor, now: datetime
) -> None:
    notice_preference.switch_off(session, leader, "plan_agreed", now)
    notice_preference.switch_off(session, leader, "plan_agreed", now)
    assert notice_preference.muted_kinds(session, leader) == {"plan_agreed"}
    assert tell(session, association, leader_person, now) is None
    notice_preference.switch_on(session, leader, "plan_agreed", now)
    assert tell(session, association, leader_person, now) is not None


def test_reminders_of_legal_terms_cannot_be_switched_off(
    session: Session, leader: Actor, now: datetime
) -> None:
    """R20.1."""
    with pytest.raises(RuleError) as refused:
        notice_preference.switch_off(session, leader, "report_due", now)
    assert refused.value.code == "R20.1"


def test_the_clock_has_no_preferences(session: Session, centre: Centre, now: datetime) -> None:
    with pytest.raises(Denied):
        notice_preference.switch_off(session, clock_actor(centre.id), "plan_agreed", now)


def test_every_kind_that_may_be_switched_off_is_offered_once_and_no_legal_term() -> None:
    offered = [kind for kinds in notice_preference.GROUPS.values() for kind in kinds]
    assert sorted(offered) == sorted(kind.name for kind in KINDS.values() if not kind.legal)


def test_kinds_are_chosen_together_and_a_legal_one_refuses_the_whole(
    session: Session, association: Association, leader_person: Person, leader: Actor, now: datetime
) -> None:
    offered = ["plan_agreed", "meeting_moved", "meeting_called"]
    notice_preference.choose(session, leader, offered, ["meeting_called"], now)
    assert notice_preference.muted_kinds(session, leader) == {"plan_agreed", "meeting_moved"}
    assert tell(session, association, leader_person, now) is None
    notice_preference.choose(session, leader, offered, offered, now)
    assert notice_preference.muted_kinds(session, leader) == set()
    with pytest.raises(RuleError) as refused:
        notice_preference.choose(session, leader, ["report_due"], [], now)
    assert refused.value.code == "R20.1"
    with pytest.raises(NotFound):
        notice_preference.choose(session, leader, ["weather"], [], now)


def test_the_roles_of_the_day_decide_what_is_offered(
    session: Session, leader: Actor, coordinator: Actor, director: Actor, member: Actor, now: datetime
) -> None:
    own = {
        actor: set(notice_preference.preferences(session, actor, now).groups)
        for actor in (member, leader, coordinator, director)
    }
    everybodys = {Audience.MEETINGS, Audience.PLAN, Audience.MEMBERSHIP}
    assert own[member] == everybodys
    assert own[leader] == everybodys | {Audience.LEADER}
    assert own[coordinator] == everybodys | {Audience.LEADER, Audience.COORDINATOR}
    assert own[director] == everybodys | {Audience.DIRECTOR}
