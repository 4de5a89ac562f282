"""Throws away what has served: ended sessions, done work, wrong codes, unfinished uploads, old keys."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mmo_lti.lti import tool_keys
from mmo_lti.models.centre import Centre
from mmo_lti.services import login_state, outbox, sync_record, typed_code, web_session
from mmo_lti.services.clock import wall_clock
from tasks.runtime import Runtime

WORK_KEPT = timedelta(days=30)
RUNS_KEPT = timedelta(days=90)
UPLOAD_SECONDS = 24 * 3600.0
"""An upload that has not finished for so long never will."""


def tidy(runtime: Runtime, session: Session, centre: Centre, now: datetime) -> None:
    """Tidy up for one centre, and what belongs to none."""
    outbox.forget_done(session, centre.id, now - WORK_KEPT)
    sync_record.forget_runs(session, centre.id, now - RUNS_KEPT)
    web_session.purge(session, now)
    typed_code.forget_tries(session, centre.id, now)
    login_state.purge(session, wall_clock())  # a begun login lives by the machine's time, also in a demo
    tool_keys.forget_old(session, now)
    runtime.store.sweep(older_than=UPLOAD_SECONDS)
