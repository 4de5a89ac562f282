"""Signed-in browsers: opened by a launch or a ticket, checked at every request, listed and ended on `/me`."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.orm import Session, contains_eager

from mmo_lti.models.centre import Centre
from mmo_lti.models.person import Account, AccountStanding
from mmo_lti.models.registration import Deployment, Registration
from mmo_lti.models.web_session import Ticket, WebSession
from mmo_lti.rules.action import Action
from mmo_lti.rules.permission import Circumstance
from mmo_lti.services import clock, journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.admission import Admission
from mmo_lti.services.launch import Launch
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.sealed import digest_of, fresh_secret, same

IDLE = timedelta(hours=4)
"""Without a request so long, a session ends; a device's may rest longer."""
DEVICE_IDLE = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)
"""How exactly the last request is remembered: not every page view writes."""
TICKET_LIFE = timedelta(minutes=2)
DEFAULT_SESSION_HOURS = 12
DEFAULT_DEVICE_DAYS = 90


@dataclass(frozen=True)
class Opened:
    """A fresh session: its name, its last moment, and its cookie's secret, which is kept nowhere else."""

    handle: str
    expires_at: datetime
    token: str


_INSERT = insert(WebSession.__table__)  # type: ignore[arg-type]  # a mapped class has a table


def open_session(
    session: Session, admission: Admission, launch: Launch, now: datetime, *, own_tab: bool = False
) -> Opened:
    """Sign the browser of a launch in; `own_tab`: it opened in a tab of its own, not in Moodle's frame."""
    hours = int(admission.settings.get("session_hours", DEFAULT_SESSION_HOURS))
    opened = Opened(secrets.token_hex(6), now + timedelta(hours=hours), fresh_secret())
    row = {
        "centre_id": admission.actor.centre_id,
        "handle": opened.handle,
        "token_digest": digest_of(opened.token),
        "account_id": admission.actor.account_id,
        "deployment_id": admission.deployment_id,
        "course_id": admission.actor.course_id,
        "learner": launch.roles.learner,
        "course_staff": launch.roles.course_staff,
        "site_administrator": launch.roles.site_administrator,
        "group_ids": list(launch.group_ids),
        "resource_link_id": launch.resource_link.id if launch.resource_link else "",
        "locale": launch.locale,
        "return_url": launch.return_url,
        "deep_link": asdict(launch.deep_link) if launch.deep_link else None,
        "deep_link_open": launch.deep_link is not None,
        "first_party": own_tab,
        "device": "",
        "created_at": now,
        "last_seen_at": now,
        "idle_seconds": int(IDLE.total_seconds()),
        "expires_at": opened.expires_at,
    }
    session.execute(_INSERT, row)
    return opened


def load_session(session: Session, handle: str, token: str, now: datetime) -> WebSession | None:
    """The session that a cookie names, while it, its account, deployment and registration are alive."""
    row = session.scalar(
        _alive(now)
        .where(WebSession.handle == handle)
        .options(
            contains_eager(WebSession.account),
            contains_eager(WebSession.deployment).contains_eager(Deployment.registration),
        )
    )
    if row is None or not same(row.token_digest, digest_of(token)):
        return None
    if row.last_seen_at + timedelta(seconds=row.idle_seconds) < now:
        return None
    return row


def _alive(now: datetime) -> Select[WebSession]:
    """Sessions whose time is not over, of people and platforms that are admitted today."""
    return (
        select(WebSession)
        .join(WebSession.account)
        .join(WebSession.deployment)
        .join(Deployment.registration)
        .where(
            WebSession.ended_at.is_(None),
            WebSession.expires_at > now,
            Account.disabled.is_(False),
            Account.standing == AccountStanding.OPEN,
            Deployment.enabled.is_(True),
            Registration.enabled.is_(True),
        )
    )


def is_due_to_be_seen(row: WebSession, now: datetime) -> bool:
    """Whether the time of the last request should be written down again."""
    return now - row.last_seen_at >= SEEN_EVERY


def see(session: Session, web_session_id: int, now: datetime) -> None:
    """Note that the session is in use."""
    session.execute(update(WebSession).where(WebSession.id == web_session_id).values(last_seen_at=now))


def actor_of(row: WebSession) -> Actor:
    """Who acts in this session. The person is the account's of today: accounts may have been joined."""
    return Actor(
        centre_id=row.centre_id,
        person_id=row.account.person_id,
        account_id=row.account_id,
        course_id=row.course_id,
        site_administrator=row.site_administrator,
        course_staff=row.course_staff,
    )


def csrf_token(handle: str, token: str) -> str:
    """What a form of this session carries: names the session and proves that its page was ours."""
    return f"{handle}.{hmac.new(token.encode(), b'form', hashlib.sha256).hexdigest()}"


def csrf_holds(sent: str, handle: str, token: str) -> bool:
    """Whether a form was rendered for this very session."""
    return same(sent, csrf_token(handle, token))


def make_ticket(session: Session, row: WebSession, now: datetime) -> str | None:
    """A one-time secret that signs a tab of its own in, within two minutes.

    None for a session that is in a tab of its own: by tickets of tickets one launch would last for ever.
    """
    if row.first_party:
        return None
    secret = fresh_secret()
    session.add(Ticket(digest=digest_of(secret), web_session=row, expires_at=now + TICKET_LIFE))
    return secret


def ticket_owner(session: Session, secret: str, now: datetime) -> WebSession | None:
    """The session that a ticket would carry over, while it is alive; the ticket stays good."""
    return session.scalar(
        _alive(now)
        .join(Ticket, Ticket.web_session_id == WebSession.id)
        .where(Ticket.digest == digest_of(secret), Ticket.used_at.is_(None), Ticket.expires_at > now)
    )


def redeem_ticket(session: Session, secret: str, device: str, now: datetime) -> Opened | None:
    """Sign a tab of its own in; none when the ticket is used or old, or its session over.

    `device` is the browser in words where the person said «this is my device»: then the session lasts
    `device_days` of the centre instead of `session_hours`.
    """
    owner_id = session.scalar(
        update(Ticket)
        .where(Ticket.digest == digest_of(secret), Ticket.used_at.is_(None), Ticket.expires_at > now)
        .values(used_at=now)
        .returning(Ticket.web_session_id)
    )
    owner = session.scalar(_alive(now).where(WebSession.id == owner_id)) if owner_id is not None else None
    return _own_tab(session, owner, device, now) if owner is not None else None


def _own_tab(session: Session, owner: WebSession, device: str, now: datetime) -> Opened:
    settings = session.get_one(Centre, owner.centre_id).settings
    days = int(settings.get("device_days", DEFAULT_DEVICE_DAYS))
    hours = int(settings.get("session_hours", DEFAULT_SESSION_HOURS))
    token = fresh_secret()
    row = WebSession(
        centre_id=owner.centre_id,
        handle=secrets.token_hex(6),
        token_digest=digest_of(token),
        account=owner.account,
        deployment=owner.deployment,
        course=owner.course,
        learner=owner.learner,
        course_staff=owner.course_staff,
        site_administrator=owner.site_administrator,
        group_ids=owner.group_ids,
        resource_link_id=owner.resource_link_id,
        locale=owner.locale,
        first_party=True,
        device=device[:100],
        created_at=now,
        last_seen_at=now,
        idle_seconds=int((DEVICE_IDLE if device else IDLE).total_seconds()),
        expires_at=now + (timedelta(days=days) if device else timedelta(hours=hours)),
    )
    session.add(row)
    session.flush()
    return Opened(row.handle, row.expires_at, token)


def own_sessions(session: Session, actor: Actor, now: datetime) -> list[WebSession]:
    """The person's signed-in tabs and devices, newest first; those in Moodle's frame are left out."""
    query = (
        select(WebSession)
        .join(WebSession.account)
        .where(
            WebSession.centre_id == actor.centre_id,
            Account.person_id == actor.person_id,
            WebSession.first_party.is_(True),
            WebSession.ended_at.is_(None),
            WebSession.expires_at > now,
        )
        .order_by(WebSession.last_seen_at.desc())
    )
    return list(session.scalars(query))


def end_own_session(session: Session, actor: Actor, web_session_id: int, now: datetime) -> None:
    """End one of the person's own sessions; anybody else's is `NotFound`."""
    row = session.scalar(
        select(WebSession)
        .join(WebSession.account)
        .where(
            WebSession.id == web_session_id,
            WebSession.centre_id == actor.centre_id,
            Account.person_id == actor.person_id,
        )
    )
    if row is None:
        raise NotFound
    today = clock.today(session.get_one(Centre, actor.centre_id), now)
    require(session, actor, Action.DEVICE_END, today, circumstances=[Circumstance.SELF])
    end(row, now)
    journal.record(session, actor, Action.DEVICE_END, row, now)


def end(row: WebSession, now: datetime) -> None:
    """End a session; its next request finds none."""
    row.ended_at = row.ended_at or now


def purge(session: Session, now: datetime) -> int:
    """Delete sessions and tickets that ended more than a day ago; returns how many sessions."""
    before = now - timedelta(days=1)
    ended = select(WebSession.id).where((WebSession.expires_at < before) | (WebSession.ended_at < before))
    session.execute(delete(Ticket).where(Ticket.web_session_id.in_(ended)))
    gone = session.execute(delete(WebSession).where(WebSession.id.in_(ended)))
    return int(gone.rowcount)  # type: ignore[attr-defined]
