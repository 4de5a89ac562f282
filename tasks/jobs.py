"""Which job does which kind of outbox row."""

from __future__ import annotations

from tasks.check import check_moodle
from tasks.documents import file_document
from tasks.notify import send_notices
from tasks.outbox import Work
from tasks.removal import remove_bytes
from tasks.reports import assemble_report
from tasks.sync import sync_course

JOBS: dict[str, Work] = {
    "assemble_report": assemble_report,
    "moodle_check": check_moodle,
    "file_document": file_document,
    "remove_bytes": remove_bytes,
    "send_notices": send_notices,
    "sync_course": sync_course,
}
