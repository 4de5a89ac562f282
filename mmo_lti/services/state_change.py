"""The one way a plan, meeting, protocol or report changes its state: the move is checked and journalled."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mmo_lti.models.meeting import Meeting
from mmo_lti.models.plan import Plan
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.report import Report
from mmo_lti.rules.states import MeetingState, PlanState, ProtocolState, ReportState, Thing, check_move
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor

Paper = Plan | Meeting | Protocol | Report
State = PlanState | MeetingState | ProtocolState | ReportState

_THINGS: dict[type[Paper], Thing] = {
    Plan: Thing.PLAN,
    Meeting: Thing.MEETING,
    Protocol: Thing.PROTOCOL,
    Report: Thing.REPORT,
}


def change_state(
    session: Session, actor: Actor, paper: Paper, becomes: State, action: str, now: datetime, words: str = ""
) -> None:
    """Move `paper` to a state, or raise `MoveRefused` (`state.move`) and change nothing."""
    was = paper.state
    paper.state = check_move(_THINGS[type(paper)], was, becomes)
    _record(session, actor, paper, action, now, was, words)


def note(session: Session, actor: Actor, paper: Paper, action: str, now: datetime, words: str = "") -> None:
    """Journal a change that leaves the state as it is."""
    _record(session, actor, paper, action, now, paper.state, words)


def begin(session: Session, actor: Actor, paper: Paper, action: str, now: datetime, words: str = "") -> None:
    """Add a new paper in the state it has, and journal that."""
    session.add(paper)
    _record(session, actor, paper, action, now, None, words)


def _record(
    session: Session, actor: Actor, paper: Paper, action: str, now: datetime, was: State | None, words: str
) -> None:
    session.flush()
    journal.record(
        session,
        actor,
        action,
        paper,
        now,
        old=was.value if was else "",
        new=paper.state.value,
        association_id=paper.association_id,
        words=words,
    )
