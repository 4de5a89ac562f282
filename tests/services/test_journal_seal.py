"""The journal's chain of hashes: whole, broken, cut short, or waiting for its seal."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.journal import JournalEntry
from mmo_lti.services import journal
from mmo_lti.services.actor import clock_actor
from mmo_lti.services.journal_seal import seal, verify


@pytest.fixture
def five_rows(session: Session, centre: Centre, now: datetime) -> list[int]:
    """Five sealed rows of the centre; their ids."""
    for minute in range(5):
        journal.record(
            session, clock_actor(centre.id), "close_year", centre, now + timedelta(minutes=minute), new="met"
        )
    session.flush()
    session.expire_all()
    assert seal(session, centre.id) == 5
    session.flush()
    return list(session.scalars(select(JournalEntry.id).order_by(JournalEntry.id)))


def test_a_sealed_journal_is_whole(session: Session, centre: Centre, five_rows: list[int]) -> None:
    check = verify(session, centre.id)
    assert (check.whole, check.sealed, check.unsealed) == (True, 5, 0)
    assert seal(session, centre.id) == 0


def test_new_rows_wait_for_their_seal(
    session: Session, centre: Centre, five_rows: list[int], now: datetime
) -> None:
    journal.record(session, clock_actor(centre.id), "close_year", centre, now)
    session.flush()
    assert (verify(session, centre.id).whole, verify(session, centre.id).unsealed) == (True, 1)
    assert seal(session, centre.id) == 1
    session.flush()
    assert verify(session, centre.id).sealed == 6


@pytest.mark.parametrize(
    ("field", "value"), [("new_state", "failed"), ("actor", 7), ("at", None), ("seal", "0" * 64)]
)
def test_a_changed_row_breaks_its_link(
    session: Session, centre: Centre, five_rows: list[int], field: str, value: object, now: datetime
) -> None:
    value = now - timedelta(days=1) if field == "at" else value
    session.execute(update(JournalEntry).where(JournalEntry.id == five_rows[2]).values({field: value}))
    session.expire_all()
    check = verify(session, centre.id)
    assert (check.whole, check.broken_at, check.sealed) == (False, 3, 2)


def test_a_row_taken_out_of_the_middle_breaks_the_chain(
    session: Session, centre: Centre, five_rows: list[int]
) -> None:
    session.execute(delete(JournalEntry).where(JournalEntry.id == five_rows[1]))
    assert verify(session, centre.id).broken_at == 2


def test_rows_cut_off_the_end_are_missed(session: Session, centre: Centre, five_rows: list[int]) -> None:
    session.execute(delete(JournalEntry).where(JournalEntry.id.in_(five_rows[3:])))
    check = verify(session, centre.id)
    assert (check.whole, check.broken_at, check.missing) == (False, None, 2)


def test_a_chain_made_anew_does_not_fit_the_kept_end(
    session: Session, centre: Centre, five_rows: list[int]
) -> None:
    session.execute(text("UPDATE journal_heads SET seal = 'another'"))
    session.expire_all()
    assert not verify(session, centre.id).whole


def test_each_centre_has_a_chain_of_its_own(
    session: Session, centre: Centre, other_centre: Centre, five_rows: list[int], now: datetime
) -> None:
    journal.record(session, clock_actor(other_centre.id), "close_year", other_centre, now)
    session.flush()
    assert seal(session, other_centre.id) == 1
    session.flush()
    assert verify(session, other_centre.id).sealed == 1
    assert verify(session, centre.id).sealed == 5
