"""Who may open a file: that follows from the state of the paper it belongs to («Who may»)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.plan import Plan
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.report import Report
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.action import Action
from mmo_lti.rules.permission import Circumstance
from mmo_lti.rules.states import PlanState, ProtocolState, ReportState
from mmo_lti.services.actor import Actor
from mmo_lti.services.file_kind import FileKind
from mmo_lti.services.permission import require
from mmo_lti.services.scope import check_centre

Right = tuple[Action, frozenset[Circumstance]]

_DRAFT: Right = (Action.DRAFTS_SEE, frozenset())
_UNDER_REVIEW: Right = (Action.DRAFTS_SEE, frozenset({Circumstance.SUBMITTED}))


def require_open(session: Session, actor: Actor, file: StoredFile, today: date) -> None:
    """Raise `Denied` unless the actor may open the file, `NotFound` for another centre's."""
    check_centre(actor, file)
    association = session.get(Association, file.association_id) if file.association_id else None
    action, given = _right(session, file)
    require(session, actor, action, today, association, given)


def _right(session: Session, file: StoredFile) -> Right:
    kind = FileKind(file.kind)
    if kind in {FileKind.ORDER, FileKind.ORDER_SCAN}:
        return (Action.MEMBERS_SEE, frozenset())  # an order lists the members
    if kind is FileKind.THESES:
        return (Action.MATERIALS_SEE, frozenset())
    if kind in {FileKind.PLAN, FileKind.PLAN_SCAN}:
        return _of_plan(session, file)
    if kind in {FileKind.PROTOCOL, FileKind.PROTOCOL_SCAN}:
        return _of_protocol(session, file)
    return _of_report(session, file)


def _of_plan(session: Session, file: StoredFile) -> Right:
    state = session.scalar(select(Plan.state).where(*_refers(Plan, file, "docx_id", "pdf_id", "scan_id")))
    if state is PlanState.AGREED:
        return (Action.PLAN_SEE, frozenset())
    return _UNDER_REVIEW if state in {PlanState.SUBMITTED, PlanState.RETURNED} else _DRAFT


def _of_protocol(session: Session, file: StoredFile) -> Right:
    state = session.scalar(
        select(Protocol.state).where(*_refers(Protocol, file, "docx_id", "pdf_id", "scan_id"))
    )
    if state is ProtocolState.ACCEPTED:
        return (Action.PROTOCOL_SEE, frozenset())
    return _UNDER_REVIEW if state in {ProtocolState.LODGED, ProtocolState.RETURNED} else _DRAFT


def _of_report(session: Session, file: StoredFile) -> Right:
    state = session.scalar(
        select(Report.state).where(*_refers(Report, file, "docx_id", "pdf_id", "reading_copy_id"))
    )
    if state is ReportState.ACCEPTED:
        return (Action.REPORT_SEE, frozenset())
    return _UNDER_REVIEW if state in {ReportState.SUBMITTED, ReportState.RETURNED} else _DRAFT


def _refers(
    kind: type[Plan] | type[Protocol] | type[Report], file: StoredFile, *columns: str
) -> tuple[ColumnElement[bool], ...]:
    refers = or_(*(getattr(kind, column) == file.id for column in columns))
    return (kind.centre_id == file.centre_id, refers)
