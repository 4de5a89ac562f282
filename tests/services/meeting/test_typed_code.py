"""Six digits typed after a launch find the meeting; guessing them is slow, whichever process is asked."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.code_try import CodeTry
from mmo_lti.models.database import Database
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.person import Person
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import MeetingState
from mmo_lti.services import typed_code
from mmo_lti.services.actor import Actor
from mmo_lti.services.typed_code import COUNTS_FOR, PER_PERSON, is_whole, meeting_of
from tests.factories.association import make_association
from tests.factories.centre import make_centre
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.person import actor_of, make_person
from tests.services.at_once import at_once

STARTS = moment(2026, 10, 12, 11, 30)
DURING = STARTS + timedelta(minutes=10)
WRONG = "999999"


@pytest.fixture
def running(session: Session, association: Association, now: datetime) -> Meeting:
    return make_meeting(session, association, STARTS, called_at=now, check_in_code="482913")


def tries(session: Session) -> int:
    return session.scalar(select(func.count(CodeTry.id))) or 0


@pytest.mark.parametrize("typed", ["482913", "482 913", " 482-913 ", "482\u00a0913", "٤٨٢٩١٣"])
def test_the_code_is_read_however_it_is_typed(
    session: Session, member: Actor, running: Meeting, typed: str
) -> None:
    assert meeting_of(session, member, typed, DURING) is running
    assert tries(session) == 0


@pytest.mark.parametrize("typed", ["", "48291", "4829130", "код"])
def test_what_is_no_code_at_all_is_a_slip(typed: str) -> None:
    assert not is_whole(typed)
    assert is_whole("482 913")


def test_before_and_after_the_meeting_its_code_is_a_wrong_one(
    session: Session, member: Actor, running: Meeting
) -> None:
    for at in (STARTS - timedelta(minutes=31), STARTS + timedelta(minutes=90)):
        assert meeting_of(session, member, "482913", at) is None
    running.state = MeetingState.CANCELLED
    assert meeting_of(session, member, "482913", DURING) is None


def test_a_code_is_good_in_its_own_centre_only(session: Session, running: Meeting) -> None:
    other = make_centre(session, "https://other.example")
    theirs = make_meeting(session, make_association(session, other), STARTS, check_in_code="482913")
    stranger = actor_of(make_person(session, other, "Чужая"))
    assert meeting_of(session, stranger, "482913", DURING) is theirs


def test_after_ten_wrong_codes_a_person_waits_and_others_do_not(
    session: Session, member: Actor, running: Meeting, teachers: list[Person]
) -> None:
    for second in range(PER_PERSON):
        assert meeting_of(session, member, WRONG, DURING - timedelta(seconds=second)) is None
    with pytest.raises(RuleError) as refused:
        meeting_of(session, member, "482913", DURING + timedelta(minutes=1))
    assert refused.value.code == "check_in.too_many"
    assert refused.value.params == {"until": DURING + COUNTS_FOR}, "a whole minute"
    assert meeting_of(session, actor_of(teachers[1]), "482913", DURING) is running
    assert meeting_of(session, member, "482913", DURING + COUNTS_FOR) is running


def test_many_accounts_that_guess_have_a_limit_of_the_centre(
    session: Session, running: Meeting, teachers: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typed_code, "PER_CENTRE", 6)
    for person in teachers[:6]:
        meeting_of(session, actor_of(person), WRONG, DURING)
    with pytest.raises(RuleError) as refused:
        meeting_of(session, actor_of(teachers[7]), "482913", DURING)
    assert refused.value.code == "check_in.too_many"
    other = make_centre(session, "https://other.example")
    assert meeting_of(session, actor_of(make_person(session, other)), WRONG, DURING) is None


def test_what_no_longer_counts_is_forgotten(session: Session, member: Actor) -> None:
    for hour in range(3):
        meeting_of(session, member, WRONG, DURING + timedelta(hours=hour))
        assert tries(session) == 1


def test_twenty_wrong_codes_at_once_count_as_ten(database: Database) -> None:
    with database.write() as session:
        who = actor_of(make_person(session, make_centre(session)))
    told = at_once(database, [lambda session: meeting_of(session, who, WRONG, DURING)] * 20)
    assert sum(one is None for one in told) == PER_PERSON
    assert {one.code for one in told if isinstance(one, RuleError)} == {"check_in.too_many"}
