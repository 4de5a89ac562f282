"""The job of the slow sweep: reads a portion of the known people in Moodle."""

from __future__ import annotations

from collections.abc import Sequence

from mmo_lti.models.person import AccountStanding
from mmo_lti.services.account_reading import AccountRead, due_accounts, record_reading, seen_in_a_course
from mmo_lti.services.roster_person import RosterPerson
from moodle_sync.client import MoodleClient
from moodle_sync.errors import MoodleError, PermissionMissing
from moodle_sync.people import CALLS_A_REQUEST, PEOPLE_A_CALL, Person, read_people
from tasks.moodle import NoMoodle, client_of
from tasks.outbox import JobFailed
from tasks.runtime import Job, Runtime

PORTION = PEOPLE_A_CALL * CALLS_A_REQUEST
"""One request; what it brought is written down before the next one."""


def sweep_people(runtime: Runtime, job: Job) -> None:
    """Read who is due; killed at any line, the next run goes on with whoever was not written down."""
    with runtime.database.read() as session:
        asked = due_accounts(session, job.centre_id, runtime.now())
        try:
            client = client_of(runtime, session, job.centre_id, job.hold)
        except NoMoodle:
            return  # a centre without web services knows people by launches and lists of members
    for start in range(0, len(asked), PORTION):
        _sweep(runtime, job, client, asked[start : start + PORTION])


def _sweep(runtime: Runtime, job: Job, client: MoodleClient, asked: Sequence[str]) -> None:
    try:
        found = read_people(client, {int(sub) for sub in asked if sub.isdecimal()})
    except PermissionMissing as error:
        with runtime.database.read() as session:
            if seen_in_a_course(session, job.centre_id, asked):
                raise JobFailed(error.code, retry=False) from error
        found = {}  # none of them is in a course of ours any more, and elsewhere we may not look
    except MoodleError as error:
        raise JobFailed(error.code, retry=error.retry or error.unknown) from error
    job.hold()
    with runtime.database.write() as session:
        read = {str(user_id): account_read(person) for user_id, person in found.items()}
        record_reading(session, job.centre_id, asked, read, runtime.now())


def account_read(person: Person) -> AccountRead:
    """What a person's row says of the account."""
    standing = AccountStanding.OPEN
    if person.deleted:
        standing = AccountStanding.DELETED
    elif person.suspended:
        standing = AccountStanding.SUSPENDED
    return AccountRead(
        RosterPerson(str(person.user_id), person.first_name, person.last_name, person.email),
        None if person.suspended is None else standing,
    )
