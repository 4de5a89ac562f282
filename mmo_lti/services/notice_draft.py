"""A notice before it is addressed: what it says, where it leads, when it leaves."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.notice import Notice, NoticeState
from mmo_lti.services.notice_kind import Kind, Timing, kind_named
from mmo_lti.services.year_settings import settings_of

CODE_BYTES = 12


def draft_notice(
    session: Session,
    centre_id: int,
    kind: str,
    thing: object,
    stage: str,
    params: Mapping[str, Any],
    link: str,
    now: datetime,
    *,
    urgent: bool = False,
    association_id: int | None = None,
) -> Notice:
    """A notice about `thing` (a mapped object with its id) for nobody yet; `ValueError` for wrong params."""
    sort = kind_named(kind)
    if not sort.params <= set(params) <= sort.params | sort.optional:
        raise ValueError(f"{kind}: params {sorted(params)} instead of {sorted(sort.params)}")
    return Notice(
        centre_id=centre_id,
        association_id=association_id,
        kind=kind,
        object_type=thing.__tablename__,  # type: ignore[attr-defined]
        object_id=thing.id,  # type: ignore[attr-defined]
        stage=stage,
        params={name: _plain(value) for name, value in params.items()},
        link=link,
        urgent=urgent,
        not_before=leaves_at(session, centre_id, sort, urgent, now),
        created_at=now,
    )


def addressed(draft: Notice, person_id: int) -> Notice:
    """The draft as a notice to one person, with a code of its own."""
    return Notice(
        centre_id=draft.centre_id,
        person_id=person_id,
        association_id=draft.association_id,
        kind=draft.kind,
        object_type=draft.object_type,
        object_id=draft.object_id,
        stage=draft.stage,
        params=draft.params,
        link=draft.link,
        code=secrets.token_urlsafe(CODE_BYTES),
        urgent=draft.urgent,
        not_before=draft.not_before,
        created_at=draft.created_at,
    )


def revive(notice: Notice, draft: Notice) -> None:
    """What was set aside before it left, and is true again, was never told."""
    notice.state = NoticeState.WAITING
    notice.params = draft.params
    notice.not_before = draft.not_before


def leaves_at(session: Session, centre_id: int, kind: Kind, urgent: bool, now: datetime) -> datetime:
    """When a notice of a kind told `now` leaves, by the centre's digest hour."""
    if kind.timing is Timing.AT_ONCE or (urgent and kind.timing is Timing.DIGEST):
        return now
    centre = session.get_one(Centre, centre_id)
    hour = settings_of(centre).digest_hour
    local = now.astimezone(ZoneInfo(centre.timezone))
    today = datetime.combine(local.date(), hour, local.tzinfo)
    if kind.timing is Timing.MORNING or now <= today:
        return max(now, today)
    return datetime.combine(local.date() + timedelta(days=1), hour, local.tzinfo)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
