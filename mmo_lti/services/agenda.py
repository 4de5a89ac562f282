"""The agenda of a meeting: its questions in order, each with a speaker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mmo_lti.models.meeting import AgendaItem, Meeting
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import MeetingState
from mmo_lti.services import typed_text
from mmo_lti.services.actor import Actor
from mmo_lti.services.meeting_protocol import check_open
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.scope import check_centre, hold, local_today
from mmo_lti.services.state_change import note

MOST_QUESTIONS = 30


@dataclass(frozen=True)
class Question:
    """A question as typed: «О …» or «Об …», the speaker as «И. О. Фамилия, должность».

    `id` names a question that is there already; its block in the protocol stays with it.
    """

    wording: str
    speaker: str = ""
    id: int | None = None


def set_agenda(
    session: Session, actor: Actor, meeting: Meeting, questions: Sequence[Question], now: datetime
) -> list[AgendaItem]:
    """Put the questions in this order; those left out go, with their blocks.

    Refused: `agenda.too_many` (limit), `meeting.cancelled`, `protocol.lodged` (number); `NotFound` for the id
    of a question of another meeting.
    """
    check_centre(actor, meeting)
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.AGENDA_DRAFT, today, meeting.association)
    hold(session, meeting)
    if meeting.state is MeetingState.CANCELLED:
        raise RuleError("meeting.cancelled")
    check_open(session, meeting)
    kept = [question for question in questions if question.wording.strip()]
    if len(kept) > MOST_QUESTIONS:
        raise RuleError("agenda.too_many", limit=MOST_QUESTIONS)
    _replace(session, meeting, kept)
    note(session, actor, meeting, "agenda.set", now)
    return meeting.agenda


def _replace(session: Session, meeting: Meeting, questions: Sequence[Question]) -> None:
    known = {item.id: item for item in meeting.agenda}
    named = [question.id for question in questions if question.id is not None]
    if len(set(named)) != len(named) or not set(named) <= set(known):
        raise NotFound
    for item in meeting.agenda:
        item.position = -item.position  # out of the way of the new order
    for item_id in set(known) - set(named):
        session.delete(known[item_id])
    session.flush()
    for position, question in enumerate(questions, start=1):
        item = known[question.id] if question.id is not None else AgendaItem(centre_id=meeting.centre_id)
        item.meeting_id = meeting.id
        item.position = position
        item.wording = typed_text.line(question.wording, "wording", 500)
        item.speaker = typed_text.line(question.speaker, "speaker", 300)
        session.add(item)
    session.flush()
    session.refresh(meeting, ["agenda"])
