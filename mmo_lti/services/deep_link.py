"""A deep linking request that waits in its session for the person's choice."""

from __future__ import annotations

from sqlalchemy import null, update
from sqlalchemy.orm import Session

from mmo_lti.models.web_session import WebSession
from mmo_lti.services.launch import DeepLinkRequest


def pending_request(row: WebSession) -> DeepLinkRequest | None:
    """The request that this session's launch brought, while it is unanswered."""
    kept = row.deep_link
    if not kept:
        return None
    return DeepLinkRequest(**{**kept, "accept_types": tuple(kept["accept_types"])})


def take_request(session: Session, row: WebSession) -> DeepLinkRequest | None:
    """The request, once: of two answers one gets it."""
    asked = pending_request(row)
    if asked is None:
        return None
    taken = session.execute(
        update(WebSession)
        .where(WebSession.id == row.id, WebSession.deep_link_open.is_(True))
        .values(deep_link=null(), deep_link_open=False)
        .execution_options(synchronize_session=False)
    )
    return asked if taken.rowcount == 1 else None  # type: ignore[attr-defined]
