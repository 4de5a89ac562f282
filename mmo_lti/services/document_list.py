"""The documents of an association, as far as the actor may open them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.errors import Denied
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.actor import Actor
from mmo_lti.services.file_rights import require_open
from mmo_lti.services.permission import NotFound
from mmo_lti.services.scope import local_today


def find_file(session: Session, actor: Actor, file_id: int) -> StoredFile:
    """A file of the actor's centre; `NotFound` otherwise."""
    found = session.get(StoredFile, file_id)
    if found is None or found.centre_id != actor.centre_id:
        raise NotFound
    return found


def documents_by_year(
    session: Session, actor: Actor, association: Association, now: datetime
) -> list[tuple[AcademicYear | None, list[StoredFile]]]:
    """Files by academic year, the newest year first; what belongs to no year comes last."""
    today = local_today(session, actor.centre_id, now)
    files = session.scalars(
        select(StoredFile)
        .where(StoredFile.centre_id == actor.centre_id, StoredFile.association_id == association.id)
        .order_by(StoredFile.year.desc(), StoredFile.kind, StoredFile.id.desc())
    )
    years: dict[int | None, list[StoredFile]] = {}
    for file in files:
        if may_open(session, actor, file, today):
            years.setdefault(file.year, []).append(file)
    ordered = sorted(years, key=lambda year: -(year or 0))
    return [(AcademicYear(year) if year else None, years[year]) for year in ordered]


def may_open(session: Session, actor: Actor, file: StoredFile, today: date) -> bool:
    """Whether the actor may open a file by itself."""
    try:
        require_open(session, actor, file, today)
    except (Denied, NotFound):
        return False
    return True
