"""Which job does which kind of outbox row."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.check import check_moodle
from tasks.documents import file_document
from tasks.grades import send_grades
from tasks.members import read_members
from tasks.notify import send_notices
from tasks.outbox import Work
from tasks.people import sweep_people
from tasks.removal import remove_bytes
from tasks.reports import assemble_report, give_up_report
from tasks.sync import sync_course

JOBS: Mapping[str, Work] = {
    "assemble_report": Work(assemble_report, give_up_report),
    "read_members": Work(read_members),
    "read_people": Work(sweep_people),
    "send_grades": Work(send_grades),
    "moodle_check": Work(check_moodle),
    "file_document": Work(file_document),
    "remove_bytes": Work(remove_bytes),
    "send_notices": Work(send_notices),
    "sync_course": Work(sync_course),
}
