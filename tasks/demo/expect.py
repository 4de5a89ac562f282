"""What must be true in the tool's rows and in Moodle after a scene; anything else fails the demo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.course import GroupLink
from mmo_lti.models.notice import Notice, NoticeState
from mmo_lti.services import clock
from mmo_lti.services.pace import pace_of
from moodle_sync.client import MoodleClient
from tasks.demo.cast import Player
from tasks.demo.company import Company
from tasks.demo.stage import Stage
from tasks.demo.year import DemoYear


@dataclass(frozen=True)
class Expect:
    """Checks against the database and the sandbox's web services."""

    stage: Stage
    company: Company
    year: DemoYear

    def pace(self, code: str, state: str) -> None:
        """The association's pace today."""
        with self.stage.database.read() as session:
            association = _association(session, code)
            centre = session.get_one(Centre, association.centre_id)
            today = clock.today(centre, clock.now(session))
            found = pace_of(session, association, self.year.year.start, today)
        _check(found.state.code == state, f"{code}: pace {found.state.code}, not {state}")
        if state in {"behind", "at_risk", "failed"}:
            self.told(code, f"pace_{state}")

    def told(self, code: str, kind: str) -> None:
        """Somebody was told about this association, and the message went."""
        with self.stage.database.read() as session:
            association = _association(session, code)
            sent = session.scalar(
                select(func.count())
                .select_from(Notice)
                .where(
                    Notice.association_id == association.id,
                    Notice.kind == kind,
                    Notice.state == NoticeState.SENT,
                )
            )
        _check(bool(sent), f"{code}: nobody was told {kind}")

    def told_times(self, kind: str, least: int) -> None:
        """So many different stages of a kind were sent."""
        with self.stage.database.read() as session:
            stages = session.scalars(
                select(Notice.stage).where(Notice.kind == kind, Notice.state == NoticeState.SENT).distinct()
            ).all()
        _check(len(stages) >= least, f"{kind}: {len(stages)} stages, not {least}")

    def group_of(self, code: str, members: int) -> None:
        """The association's Moodle group holds so many people."""
        with self.stage.database.read() as session:
            association = _association(session, code)
            group = session.scalar(
                select(GroupLink.group_id).where(GroupLink.association_id == association.id)
            )
        _check(group is not None, f"{code}: no group")
        answer = self._moodle().call("core_group_get_group_members", groupids=[group])
        found = len(answer[0]["userids"])
        _check(found == members, f"{code}: {found} people in the group, not {members}")

    def event(self, player: Player, topic: str, day: date) -> None:
        """Exactly one event about the topic stands in Moodle's calendar, on this day."""
        client = self._moodle()
        with self.stage.database.read() as session:
            groups = session.scalars(select(GroupLink.group_id).where(GroupLink.group_id.is_not(None))).all()
            centre = session.scalars(select(Centre)).one()
        answer = client.call(
            "core_calendar_get_calendar_events",
            events={"groupids": list(groups)},
            options={"userevents": 0, "siteevents": 0},
        )
        found = [one for one in answer["events"] if topic in one["name"] or topic in one["description"]]
        _check(len(found) == 1, f"«{topic}»: {len(found)} events in Moodle ({player.username})")
        moment = datetime.fromtimestamp(found[0]["timestart"], UTC)
        _check(clock.today(centre, moment) == day, f"«{topic}» stands on another day")

    def _moodle(self) -> MoodleClient:
        return MoodleClient(
            self.stage.moodle, self.stage.token, now=clock.wall_clock, plain_http_hosts=["127.0.0.1"]
        )


def _association(session: Session, code: str) -> Association:
    return session.scalars(select(Association).where(Association.code == code)).one()


def _check(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(what)
