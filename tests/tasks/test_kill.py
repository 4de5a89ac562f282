"""`kill -9` of the worker in the middle, then a restart: nothing is lost and nothing is there twice.

On both queues: SQLite with a folder, PostgreSQL with Redis.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.files.store import Store
from mmo_lti.models.association import Association
from mmo_lti.models.course import GroupLink, LinkState
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.moodle_access import MoodleAccess
from mmo_lti.models.notice import Notice
from mmo_lti.models.order import OrderKind
from mmo_lti.models.person import Person
from mmo_lti.models.report import Report
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.models.sync_run import Drift, SyncRun
from mmo_lti.rules.states import MeetingState, ProtocolState, ReportState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import group_link, meeting, outbox
from mmo_lti.services.archive import Entry
from mmo_lti.services.file_kind import FileKind
from mmo_lti.services.report_assembling import STEPS, start_assembling
from mmo_lti.services.sealed import seal
from moodle_sync.sandbox.small import TOKEN
from tests.factories.association import make_association
from tests.factories.centre import make_centre
from tests.factories.course import make_course
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.moment import NOW, moment
from tests.factories.office import OfficeKind, make_office
from tests.factories.order import make_order
from tests.factories.person import actor_of, make_person
from tests.factories.protocol import make_protocol
from tests.factories.stored_file import file_bytes
from tests.tasks.city import ANNA, LEADER, MARIA
from tests.tasks.processes import HeldSandbox, until
from tests.tasks.running import Running, running

QUEUES = ["embedded", pytest.param("servers", marks=pytest.mark.services)]
STARTS = NOW + timedelta(days=7)
JUNE = moment(2027, 6, 10)
YEAR = AcademicYear(2026)
PAGES = 300
"""Of a scan: merging it takes long enough to be killed at."""


def led_association(session: Session, centre, *subs: int) -> tuple[Association, Person]:
    """An association with its leader and members, by their Moodle accounts."""
    association = make_association(session, centre, "учителей химии")
    leader = make_person(session, centre, "Абрамова", sub=str(LEADER))
    make_order(session, association, OrderKind.APPOINTMENT, leader, leader)
    for sub in subs:
        make_membership(session, association, make_person(session, centre, f"Учитель{sub}", sub=str(sub)))
    return association, leader


# The sync.


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[HeldSandbox]:
    sandbox = HeldSandbox(tmp_path / "clock")
    yield sandbox
    sandbox.close()


def want_course(installation: Running, sandbox: HeldSandbox) -> int:
    """A course in which everything is still to be made: group, members, an event with its place."""
    with installation.database.write() as session:
        centre = make_centre(session, iss=sandbox.url)
        course = make_course(session, centre, str(sandbox.site.course_id))
        sealed = seal(installation.config.secret, TOKEN)
        session.add(MoodleAccess(centre_id=centre.id, url=sandbox.url, sealed_token=sealed, changed_at=NOW))
        coordinator = make_person(session, centre, "Королёва", employed=False)
        make_office(session, coordinator, OfficeKind.COORDINATOR)
        association, leader = led_association(session, centre, ANNA, MARIA)
        group_link.attach(session, actor_of(coordinator), association, course, None, NOW)
        planned = make_meeting(session, association, STARTS)
        meeting.call(session, actor_of(leader), planned, starts_at=STARTS, place="каб. 5", now=NOW)
        outbox.want(session, centre.id, "sync_course", course.id, NOW)
        return association.id


@pytest.mark.parametrize("queue", QUEUES)
def test_a_worker_killed_amid_a_sync_leaves_nothing_twice(
    queue: str, tmp_path: Path, sandbox: HeldSandbox
) -> None:
    """Killed twice while Moodle's answer is on its way: the group is made, then the event."""
    with running(queue, tmp_path, MMO_LOOPBACK_HOSTS=sandbox.host) as installation:
        installation.set_clock(NOW)
        association_id = want_course(installation, sandbox)
        installation.processes.start("beat")
        for function in ("core_group_create_groups", "core_calendar_create_calendar_events"):
            sandbox.hold(function)
            worker = installation.processes.start("worker")
            sandbox.wait()
            installation.processes.kill(worker)
            sandbox.release()
        installation.processes.start("worker")
        row = installation.wait_done("sync_course")
        with installation.database.read() as session:
            link = session.scalars(select(GroupLink)).one()
            association = session.get_one(Association, association_id)
            runs = session.scalars(select(SyncRun).order_by(SyncRun.id)).all()
            questions = session.scalars(select(Drift)).all()
    moodle = sandbox.site.moodle
    numbers = Counter(group.idnumber for group in moodle.groups.values() if group.idnumber)
    assert numbers == {association.uid: 1}
    assert link.state is LinkState.LINKED
    assert moodle.members[link.group_id or 0] == {ANNA, MARIA}
    assert len(moodle.groups) == len(sandbox.site.group_ids) + 1
    assert [(event.groupid, event.location) for event in moodle.events.values()] == [
        (link.group_id, "каб. 5")
    ]
    assert (row.attempts, [run.ok for run in runs][:1], questions) == (3, [True], [])


# The report.


def long_scan(text: str) -> bytes:
    """A PDF of many pages; another one for each text."""
    document = pikepdf.new()
    document.docinfo["/Title"] = text
    for _ in range(PAGES):
        document.add_blank_page()
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()


def want_report(installation: Running, store: Store) -> int:
    """The report of an association with three held meetings, their protocols lodged with long scans."""
    with installation.database.write() as session:
        centre = make_centre(session, iss=f"https://moodle.example/{len(centre_ids(session))}")
        association, leader = led_association(session, centre, ANNA)
        for month in (10, 11, 12):
            held = make_meeting(session, association, moment(2026, month, 12), state=MeetingState.HELD)
            entry = Entry(
                centre_id=centre.id,
                association_id=association.id,
                year=2026,
                kind=FileKind.PROTOCOL_SCAN,
                name=f"protokol-{month}.pdf",
                media_type="application/pdf",
                pages=PAGES,
            )
            scan = file_bytes(session, store, entry, long_scan(str(month)), JUNE)
            make_protocol(session, held, ProtocolState.LODGED, scan_id=scan.id)
        return start_assembling(session, actor_of(leader), association, YEAR, JUNE).id


def centre_ids(session: Session) -> list[int]:
    from mmo_lti.models.centre import Centre

    return list(session.scalars(select(Centre.id)))


def report_of(installation: Running, report_id: int) -> Report:
    with installation.database.read() as session:
        return session.get_one(Report, report_id)


def killed_in_the_middle(installation: Running, report_id: int) -> bool:
    """Kill the worker once the report shows that it is past the first step; false if it was done by then."""
    worker = installation.processes.start("worker")
    until(lambda: report_of(installation, report_id).steps_done > 0, "the second step")
    installation.processes.kill(worker)
    return report_of(installation, report_id).state is ReportState.ASSEMBLING


@pytest.mark.parametrize("queue", QUEUES)
def test_a_worker_killed_amid_a_report_leaves_exactly_one(queue: str, tmp_path: Path) -> None:
    with running(queue, tmp_path) as installation:
        installation.set_clock(JUNE)
        store = Store(installation.config.archive)
        installation.processes.start("beat")
        for _ in range(5):
            report_id = want_report(installation, store)
            if killed_in_the_middle(installation, report_id):
                break
        else:
            pytest.fail("the report was always finished before the kill")
        installation.processes.start("worker")
        row = installation.wait_done("assemble_report")
        report = report_of(installation, report_id)
        with installation.database.read() as session:
            kinds = ["report", "report_reading_copy"]
            files = session.scalars(
                select(StoredFile).where(
                    StoredFile.association_id == report.association_id, StoredFile.kind.in_(kinds)
                )
            ).all()
            about = (JournalEntry.object_type == "reports", JournalEntry.object_id == report_id)
            acts = session.scalars(select(JournalEntry.action).where(*about).order_by(JournalEntry.id)).all()
            told = session.scalars(select(Notice).where(Notice.kind == "report_assembled")).all()
    assert (row.attempts, row.subject_id) == (2, report_id)
    assert (report.state, report.assembling, report.failure) == (ReportState.DRAFT, "", "")
    assert report.steps_done == len(STEPS)
    assert {report.docx_id, report.pdf_id, report.reading_copy_id} == {file.id for file in files}
    assert len(files) == 3
    assert all(store.intact(file.centre_id, file.sha256) for file in files)
    assert acts == ["report.assemble", "report.assembled"]
    assert [one.object_id for one in told].count(report_id) == 1
