"""The annual report: the leader's words, submission to the director, acceptance or return (R14, R15)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.report import Report
from mmo_lti.rules.action import Action
from mmo_lti.rules.clocktime import late_days
from mmo_lti.rules.errors import Denied, Fault, RuleError
from mmo_lti.rules.report_check import SECTIONS, ReportDraft, SectionFact, check_report, report_faults
from mmo_lti.rules.states import ReportState
from mmo_lti.rules.terms import report_fix_due
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import outbox, typed_text
from mmo_lti.services.actor import Actor
from mmo_lti.services.for_leader import own_act, require_leader
from mmo_lti.services.permission import require
from mmo_lti.services.report_assembling import start_assembling
from mmo_lti.services.report_change import keys_of
from mmo_lti.services.report_notice import tell_accepted, tell_returned, tell_submitted
from mmo_lti.services.report_row import SENT, ensure_report, reopen, report_of
from mmo_lti.services.scope import centre_of, check_centre, hold, local_today
from mmo_lti.services.state_change import change_state, note
from mmo_lti.services.year_rows import duties_of_association, frame_of

__all__ = [
    "accept",
    "faults",
    "open_report",
    "report_of",
    "return_report",
    "start_assembling",
    "submit",
    "write_changed",
    "write_words",
]


def open_report(
    session: Session, actor: Actor, association: Association, year: AcademicYear, now: datetime
) -> Report:
    """The report of a year, begun where there is none: words may be written before anything is gathered."""
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.REPORT_DRAFT, today, association)
    return ensure_report(session, association, year, today)


def write_words(
    session: Session, actor: Actor, report: Report, section: int, words: str, now: datetime
) -> Report:
    """Write the words of a section (1 to 9), empty to take them back; gathering never touches them.

    `report.submitted` once it was sent. What rows lay beside them is kept, so that later changes show.
    """
    if section not in SECTIONS:
        raise ValueError(section)
    check_centre(actor, report)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.REPORT_DRAFT, today, report.association)
    told = typed_text.paragraphs(words, "words")
    hold(session, report)
    if report.state in SENT:
        raise RuleError("report.submitted", at=report.submitted_at)
    reopen(session, actor, report, now)
    key = str(section)
    report.words = {**report.words, key: told}
    report.words_seen = {**report.words_seen, key: keys_of(report.gathered, section)}
    note(session, actor, report, "report.words", now, told)
    return report


def write_changed(
    session: Session,
    actor: Actor,
    report: Report,
    words: Mapping[int, str],
    now: datetime,
    *,
    looked_at: Collection[int] = (),
) -> Report:
    """Write the sections whose words changed, and those that the leader looked at again after new rows came.

    The others stay as they are: a form with all nine sections leaves no trace in those that nobody touched.
    """
    for section, text in words.items():
        told = typed_text.paragraphs(text, "words")
        if told != str(report.words.get(str(section)) or "") or section in looked_at:
            write_words(session, actor, report, section, text, now)
    return report


def faults(report: Report) -> tuple[Fault, ...]:
    """Sections that keep the report from being sent (R14.3)."""
    return report_faults(_draft_of(report))


def submit(session: Session, actor: Actor, report: Report, now: datetime, reason: str = "") -> Report:
    """Send the report to the director: in time, or late by whole days; both go (R14.1).

    The first submission decides; what is sent again after its days to mend is marked `fixed_late` (R14.2). A
    coordinator sends it for an absent leader with a reason (R14.4 for anybody else). `RuleError("R14.3")`
    names the sections; `report.not_assembled`, `report.assembling`. Sent twice, it is sent once.
    """
    check_centre(actor, report)
    today = local_today(session, actor.centre_id, now)
    stamp = _require_sender(session, actor, report, today, reason)
    hold(session, report)
    if report.state in SENT:
        return report
    if report.state is ReportState.ASSEMBLING:
        raise RuleError("report.assembling")
    if report.gathered_at is None:
        raise RuleError("report.not_assembled")
    check_report(_draft_of(report))
    reopen(session, actor, report, now)
    change_state(session, actor, report, ReportState.SUBMITTED, "report.submit", now, stamp)
    report.submitted_at, report.submitted_by, report.submitted_for_leader = now, actor.person_id, stamp
    report.decided_by = report.decided_at = None
    _stamp_lateness(session, actor, report, today, now)
    outbox.want(session, report.centre_id, "file_document", report.id, now, {"document": "report"})
    tell_submitted(session, report, today, now)
    return report


def accept(session: Session, actor: Actor, report: Report, now: datetime) -> Report:
    """The director accepts: final.

    A second act finds the first one's stamp: `report.accepted` or `report.returned` (at); what was never sent
    is `report.not_waiting`.
    """
    today = _require_director(session, actor, report, now)
    hold(session, report)
    _check_waits(report)
    change_state(session, actor, report, ReportState.ACCEPTED, "report.accept", now)
    report.decided_by, report.decided_at = actor.person_id, now
    report.remarks, report.fix_due_on = "", None
    outbox.want(session, report.centre_id, "file_document", report.id, now, {"document": "report"})
    tell_accepted(session, report, today, now)
    return report


def return_report(session: Session, actor: Actor, report: Report, words: str, now: datetime) -> Report:
    """The director returns it with words (`R14.words`): there are days to mend, the term stands (R14.2).

    A second act is refused as by `accept`.
    """
    today = _require_director(session, actor, report, now)
    told = typed_text.words(words, "R14.words", 4000)
    hold(session, report)
    _check_waits(report)
    change_state(session, actor, report, ReportState.RETURNED, "report.return", now, told)
    report.decided_by, report.decided_at, report.returned_at = actor.person_id, now, now
    report.remarks = told
    frame = frame_of(session, centre_of(session, actor), report.year)
    due = duties_of_association(frame, report.association).report_due
    report.fix_due_on = max(report_fix_due(today, frame.settings, frame.transfers), due or today)
    tell_returned(session, report, today, now)
    return report


def _draft_of(report: Report) -> ReportDraft:
    return ReportDraft(
        {
            section: SectionFact(
                rows=len(report.gathered.get(str(section)) or []),
                words=str(report.words.get(str(section)) or ""),
            )
            for section in SECTIONS
        }
    )


def _stamp_lateness(session: Session, actor: Actor, report: Report, today: date, now: datetime) -> None:
    if report.first_submitted_at is None:
        frame = frame_of(session, centre_of(session, actor), report.year)
        due = duties_of_association(frame, report.association).report_due
        report.first_submitted_at = now
        report.days_late = late_days(now, due, frame.centre.timezone) if due else 0
    elif report.fix_due_on is not None and today > report.fix_due_on:
        report.fixed_late = True
    report.fix_due_on = None


def _require_sender(session: Session, actor: Actor, report: Report, today: date, reason: str) -> str:
    try:
        return require_leader(session, actor, Action.REPORT_SUBMIT, today, report.association, reason)
    except Denied as denied:
        if denied.code == "denied":
            raise Denied("R14.4", action=Action.REPORT_SUBMIT.value) from None
        raise


def _require_director(session: Session, actor: Actor, report: Report, now: datetime) -> date:
    check_centre(actor, report)
    today = local_today(session, actor.centre_id, now)
    own = own_act(session, actor, report.submitted_by, report.association, today)
    require(session, actor, Action.REPORT_REVIEW, today, report.association, own)
    return today


def _check_waits(report: Report) -> None:
    """A double click, or a page that stood open, reads what became of the report meanwhile."""
    if report.state is ReportState.ACCEPTED:
        raise RuleError("report.accepted", at=report.decided_at)
    if report.state is ReportState.RETURNED:
        raise RuleError("report.returned", at=report.returned_at)
    if report.state is not ReportState.SUBMITTED:
        raise RuleError("report.not_waiting")
