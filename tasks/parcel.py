"""What one person gets at once: a letter with the notices that it carries, and where it can go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.notice import Notice
from mmo_lti.models.person import Account, AccountStanding
from mmo_lti.services.notice_text import LANGUAGES, Letter, languages_of, letters
from moodle_sync.messages import LONGEST_BYTES


@dataclass(frozen=True)
class Parcel:
    """One letter to one person; `moodle_user` and `email` of the account they launched from last."""

    letter: Letter
    notices: Sequence[Notice]
    moodle_user: int | None
    email: str

    @property
    def text(self) -> str:
        """The message as Moodle shows it, subject and body in one; cut, it keeps its link."""
        whole = f"{self.letter.subject}\n\n{self.letter.body}"
        if len(whole.encode()) <= LONGEST_BYTES:
            return whole
        said, _, link = whole.rpartition("\n")
        tail = f"…\n{link}"
        room = LONGEST_BYTES - len(tail.encode())
        return said.encode()[:room].decode(errors="ignore") + tail


def parcels_of(
    session: Session, centre_id: int, notices: Sequence[Notice], public_url: str
) -> Iterator[Parcel]:
    """The parcels of these notices, which come person by person."""
    centre = session.get_one(Centre, centre_id)
    people = {one.person_id for one in notices}
    languages = languages_of(session, centre_id, people)
    accounts = _accounts(session, centre_id, people)
    for person_id, group in groupby(notices, key=lambda one: one.person_id):
        account = accounts.get(person_id)
        language = languages.get(person_id, LANGUAGES[0])
        for letter, carried in _letters(list(group), language, centre.timezone, public_url):
            user = int(account.sub) if account and account.sub.isdecimal() else None
            yield Parcel(letter, carried, user, account.email if account else "")


def _letters(
    notices: Sequence[Notice], language: str, zone: str, public_url: str
) -> Iterator[tuple[Letter, Sequence[Notice]]]:
    """As few letters as each holds whole: a digest too long for a message of Moodle is told in two."""
    for letter, carried in letters(notices, language, zone, public_url):
        size = len(f"{letter.subject}\n\n{letter.body}".encode())
        if size <= LONGEST_BYTES or len(carried) == 1:
            yield letter, carried
            continue
        middle = len(carried) // 2
        for half in (carried[:middle], carried[middle:]):
            yield from _letters(half, language, zone, public_url)


def _accounts(session: Session, centre_id: int, people: set[int]) -> dict[int, Account]:
    """Of each person the account launched last, before it one that Moodle has not closed."""
    rows = session.scalars(
        select(Account)
        .where(Account.centre_id == centre_id, Account.person_id.in_(people), Account.disabled.is_(False))
        .order_by(
            Account.standing == AccountStanding.OPEN, Account.last_launch_at.asc().nulls_first(), Account.id
        )
    )
    return {one.person_id: one for one in rows}
