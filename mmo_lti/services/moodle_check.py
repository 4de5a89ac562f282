"""The examination of a centre's Moodle: asked for by a page, done by a job, shown when it is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mmo_lti.models.moodle_check import MoodleCheck
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.services import outbox
from mmo_lti.services.actor import Actor
from mmo_lti.services.moodle_access import find_access
from mmo_lti.services.permission import require
from mmo_lti.services.scope import local_today

KIND = "moodle_check"


@dataclass(frozen=True)
class CheckResult:
    """One finding: `level` is `ok`, `note`, `warning` or `failure`; `code` names the sentence."""

    code: str
    level: str = "ok"
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class LastCheck:
    """The newest findings in their order, whether another examination is under way, and whether that failed.

    `checked_at` is none before the first one; `failure` is the code with which the job gave up.
    """

    findings: Sequence[MoodleCheck] = ()
    checked_at: datetime | None = None
    waiting: bool = False
    failure: str = ""

    @property
    def ok(self) -> bool:
        """Whether it was done and nothing has to be done about it."""
        return self.checked_at is not None and all(one.ok for one in self.findings)


def want_check(session: Session, actor: Actor, now: datetime) -> OutboxRow:
    """«Проверить подключение»: refused with `moodle.no_access` before address and token are set."""
    require(session, actor, Action.DOCTOR_RUN, local_today(session, actor.centre_id, now))
    if find_access(session, actor.centre_id) is None:
        raise RuleError("moodle.no_access")
    return outbox.want(session, actor.centre_id, KIND, actor.centre_id, now)


def record_check(session: Session, centre_id: int, results: Iterable[CheckResult], now: datetime) -> None:
    """Write the findings of an examination instead of those before."""
    session.execute(delete(MoodleCheck).where(MoodleCheck.centre_id == centre_id))
    session.add_all(
        MoodleCheck(
            centre_id=centre_id,
            checked_at=now,
            level=one.level,
            code=one.code,
            params=dict(one.params),
        )
        for one in results
    )


def last_check(session: Session, actor: Actor, now: datetime) -> LastCheck:
    """What is known of the centre's Moodle."""
    require(session, actor, Action.DOCTOR_RUN, local_today(session, actor.centre_id, now))
    findings = session.scalars(
        select(MoodleCheck).where(MoodleCheck.centre_id == actor.centre_id).order_by(MoodleCheck.id)
    ).all()
    wanted = session.scalar(
        select(OutboxRow)
        .where(OutboxRow.centre_id == actor.centre_id, OutboxRow.kind == KIND)
        .order_by(OutboxRow.id.desc())
        .limit(1)
    )
    open_wish = wanted is not None and wanted.done_at is None
    return LastCheck(
        findings=findings,
        checked_at=findings[0].checked_at if findings else None,
        waiting=wanted is not None and open_wish and not wanted.dead,
        failure=wanted.failure if wanted is not None and open_wish else "",
    )
