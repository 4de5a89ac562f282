"""Sends notices: by Moodle message where the centre has web services, else by e-mail.

A notice is taken before it is sent and answered for afterwards. What was taken and never answered for becomes
*unknown* after a while: shown, never sent again blindly (R20.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.notice import Notice
from mmo_lti.models.person import Account
from mmo_lti.services import notice
from mmo_lti.services.notice_text import LANGUAGES, Letter, languages_of, letters
from moodle_sync.client import MoodleClient
from moodle_sync.messages import SendOutcome, SendState, send
from tasks.mail import MailFailed, Post, make_post
from tasks.moodle import NoMoodle, client_of
from tasks.runtime import Job, Runtime

BATCH = 100
"""Notices taken at once: so many at most are unknown after a crash."""

PAUSE = timedelta(minutes=10)
"""How long a notice waits that certainly never left because the channel was not reached."""


@dataclass(frozen=True)
class Parcel:
    """One letter to one person with the notices it carries, and where it can go."""

    letter: Letter
    notices: Sequence[Notice]
    moodle_user: int | None
    email: str

    @property
    def text(self) -> str:
        """The message as Moodle shows it: subject and body in one."""
        return f"{self.letter.subject}\n\n{self.letter.body}"


def send_notices(runtime: Runtime, job: Job) -> None:
    """Send everything of the centre that is due, batch by batch."""
    while True:
        now = runtime.now()
        with runtime.database.write() as session:
            taken = notice.take_batch(session, job.centre_id, now, BATCH)
            parcels = list(_parcels(runtime, session, job.centre_id, taken))
        if not taken:
            return
        _send(runtime, job.centre_id, parcels, now)
        if not job.keep():
            return


def _parcels(runtime: Runtime, session: Session, centre_id: int, taken: Sequence[Notice]) -> Iterator[Parcel]:
    centre = session.get_one(Centre, centre_id)
    people = {one.person_id for one in taken}
    languages = languages_of(session, centre_id, people)
    accounts = _accounts(session, centre_id, people)
    for person_id, group in groupby(taken, key=lambda one: one.person_id):
        account = accounts.get(person_id)
        language = languages.get(person_id, LANGUAGES[0])
        for letter, notices in letters(list(group), language, centre.timezone, runtime.config.public_url):
            user = int(account.sub) if account and account.sub.isdecimal() else None
            yield Parcel(letter, notices, user, account.email if account else "")


def _accounts(session: Session, centre_id: int, people: set[int]) -> dict[int, Account]:
    """The account launched last of each person."""
    rows = session.scalars(
        select(Account)
        .where(Account.centre_id == centre_id, Account.person_id.in_(people), Account.disabled.is_(False))
        .order_by(Account.last_launch_at.asc().nulls_first(), Account.id)
    )
    return {one.person_id: one for one in rows}


def _send(runtime: Runtime, centre_id: int, parcels: Sequence[Parcel], now: datetime) -> None:
    post = make_post(runtime.config)
    rest = _by_moodle(runtime, centre_id, parcels, now, last=post is None)
    for parcel in rest:
        _by_mail(runtime, post, parcel, now)


def _by_moodle(
    runtime: Runtime, centre_id: int, parcels: Sequence[Parcel], now: datetime, *, last: bool
) -> list[Parcel]:
    """Send by Moodle; give back what must go by e-mail (all of it without web services)."""
    try:
        with runtime.database.read() as session:
            client = client_of(runtime, session, centre_id)
    except NoMoodle as missing:
        if last:
            _refuse_all(runtime, parcels, missing.code)
            return []
        return list(parcels)
    addressed = [one for one in parcels if one.moodle_user is not None]
    rest = [one for one in parcels if one.moodle_user is None]
    for parcel, outcome in zip(addressed, _outcomes(client, addressed), strict=True):
        if outcome.state is SendState.REFUSED and not last and parcel.email:
            rest.append(parcel)
        else:
            _answer(runtime, parcel, outcome, now)
    return rest


def _outcomes(client: MoodleClient, parcels: Sequence[Parcel]) -> list[SendOutcome]:
    return send(client, [(one.moodle_user or 0, one.text) for one in parcels])


def _answer(runtime: Runtime, parcel: Parcel, outcome: SendOutcome, now: datetime) -> None:
    with runtime.database.write() as session:
        for one in parcel.notices:
            if outcome.state is SendState.SENT:
                notice.mark_sent(session, one, "moodle", now)
            elif outcome.state is SendState.REFUSED:
                notice.mark_refused(session, one, "moodle", outcome.reason)
            elif outcome.state is SendState.POSTPONED:
                notice.put_back(session, one, now + PAUSE)
            else:
                notice.mark_unknown(session, one, "moodle", outcome.reason)


def _by_mail(runtime: Runtime, post: Post | None, parcel: Parcel, now: datetime) -> None:
    failure, unknown = "", False
    if post is None or not parcel.email:
        failure = "no_address"
    else:
        try:
            post(parcel.email, parcel.letter)
        except MailFailed as error:
            failure, unknown = error.code, error.unknown
    with runtime.database.write() as session:
        for one in parcel.notices:
            if not failure:
                notice.mark_sent(session, one, "mail", now)
            elif unknown:
                notice.mark_unknown(session, one, "mail", failure)
            else:
                notice.mark_refused(session, one, "mail", failure)


def _refuse_all(runtime: Runtime, parcels: Sequence[Parcel], code: str) -> None:
    with runtime.database.write() as session:
        for parcel in parcels:
            for one in parcel.notices:
                notice.mark_refused(session, one, "moodle", code)
