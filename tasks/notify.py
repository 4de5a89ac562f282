"""Sends notices: by Moodle message where the centre has web services, else by e-mail (R20).

A notice is taken before it is sent and answered for afterwards. What was taken and never answered for becomes
*unknown* after a while: shown, never sent again blindly (R20.2). What certainly never left goes by the other
channel, or waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mmo_lti.services import notice
from moodle_sync.client import MoodleClient
from moodle_sync.errors import MoodleError
from moodle_sync.messages import MESSAGES_A_REQUEST, SendState, send
from moodle_sync.people import Person, read_people
from tasks.mail import MailFailed, Post, make_post
from tasks.moodle import NoMoodle, client_of
from tasks.parcel import Parcel, parcels_of
from tasks.runtime import Job, Runtime

BATCH = MESSAGES_A_REQUEST
"""Notices taken at once: about so many are unknown after a crash, and each batch is one request."""

PAUSE = timedelta(minutes=10)
"""How long a notice waits that certainly never left."""

PATIENCE = timedelta(days=3)
"""How long it may wait in all; then it was not told, and is shown so."""


@dataclass(frozen=True)
class Round:
    """One batch under way."""

    runtime: Runtime
    job: Job
    now: datetime
    post: Post | None

    def answer(self, parcel: Parcel, channel: str, state: SendState, code: str = "") -> None:
        """Write down how a parcel fared."""
        with self.runtime.database.write() as session:
            for one in parcel.notices:
                if state is SendState.SENT:
                    notice.mark_sent(session, one, channel, self.now)
                elif state is SendState.UNKNOWN:
                    notice.mark_unknown(session, one, channel, code)
                elif state is SendState.POSTPONED and self.now < one.created_at + PATIENCE:
                    notice.put_back(session, one, self.now + PAUSE, code)
                else:
                    notice.mark_refused(session, one, channel, code)


def send_notices(runtime: Runtime, job: Job) -> None:
    """Send everything of the centre that is due, batch by batch."""
    while True:
        now = runtime.now()
        with runtime.database.write() as session:
            taken = notice.take_batch(session, job.centre_id, now, BATCH)
            parcels = list(parcels_of(session, job.centre_id, taken, runtime.config.public_url))
        if not taken:
            return
        _send(Round(runtime, job, now, make_post(runtime.config)), parcels)
        job.hold()


def _send(batch: Round, parcels: Sequence[Parcel]) -> None:
    reached = [one for one in parcels if one.moodle_user is not None]
    for parcel in parcels:
        if parcel.moodle_user is None:
            _by_mail(batch, parcel, SendState.REFUSED, "no_address")
    try:
        with batch.runtime.database.read() as session:
            client = client_of(batch.runtime, session, batch.job.centre_id)
        people = _people(client, reached)
    except NoMoodle as missing:
        for parcel in reached:
            _by_mail(batch, parcel, SendState.REFUSED, missing.code)
    except MoodleError as error:
        # Asked before anything was sent: nothing can have arrived.
        for parcel in reached:
            _by_mail(batch, parcel, SendState.POSTPONED, error.code)
    else:
        _by_moodle(batch, client, reached, people)


def _people(client: MoodleClient, parcels: Sequence[Parcel]) -> dict[int, Person]:
    """Who they are to Moodle, as far as we may see it; raises `MoodleError` when the whole site ails."""
    try:
        return read_people(client, {one.moodle_user or 0 for one in parcels}) if parcels else {}
    except MoodleError as error:
        if error.whole_site:
            raise
        return {}


def _by_moodle(
    batch: Round, client: MoodleClient, parcels: Sequence[Parcel], people: dict[int, Person]
) -> None:
    readers = []
    for parcel in parcels:
        person = people.get(parcel.moodle_user or 0)
        if person is not None and (person.suspended or person.deleted):
            # Moodle would take the message, and nobody could read it.
            _by_mail(batch, parcel, SendState.REFUSED, "no_reader")
        else:
            readers.append(parcel)
    if not batch.job.keep():
        for parcel in readers:
            batch.answer(parcel, "moodle", SendState.POSTPONED)
        return
    outcomes = send(client, [(one.moodle_user or 0, one.text) for one in readers])
    for parcel, outcome in zip(readers, outcomes, strict=True):
        if outcome.state in {SendState.SENT, SendState.UNKNOWN}:
            batch.answer(parcel, "moodle", outcome.state, outcome.reason)
        else:
            _by_mail(batch, parcel, outcome.state, outcome.reason)


def _by_mail(batch: Round, parcel: Parcel, state: SendState, code: str) -> None:
    """What Moodle did not take; where there is no mail either, `state` and `code` of Moodle stand."""
    if batch.post is None or not parcel.email:
        batch.answer(parcel, "moodle", state, code)
        return
    if not batch.job.keep():
        batch.answer(parcel, "mail", SendState.POSTPONED)
        return
    try:
        batch.post(parcel.email, parcel.letter)
    except MailFailed as error:
        batch.answer(parcel, "mail", error.state, error.code)
    else:
        batch.answer(parcel, "mail", SendState.SENT)
