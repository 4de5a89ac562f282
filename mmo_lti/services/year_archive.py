"""All documents of an association's year in one ZIP, as far as the actor may open each of them (5.1, R16)."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import BinaryIO

from sqlalchemy.orm import Session

from mmo_lti.documents.inventory import Absence, FiledPaper, Group, Inventory
from mmo_lti.documents.year_archive import Packed, write_year
from mmo_lti.documents.zip_folder import suffix_of
from mmo_lti.files.store import ByteStore
from mmo_lti.models.association import Association
from mmo_lti.models.person import Person
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.action import Action
from mmo_lti.rules.document_kind import DocumentKind
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.names import PersonName
from mmo_lti.rules.regulation import Regulation, regulation
from mmo_lti.rules.retention import KeptDocument, kept_until
from mmo_lti.rules.settings import Settings
from mmo_lti.rules.wording import date_in_digits
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.actor import Actor
from mmo_lti.services.document_list import may_open
from mmo_lti.services.document_party import filing_words, institution_of
from mmo_lti.services.file_kind import SCANNED, FileKind, archive_name
from mmo_lti.services.permission import may, require
from mmo_lti.services.person import name_of
from mmo_lti.services.scope import centre_of, local_today
from mmo_lti.services.year_papers import Paper, papers_of
from mmo_lti.services.year_settings import settings_for

MOST_BYTES = 1024 * 1024 * 1024
"""So much one archive may hold: what a browser fetches in one go, and a disk spares for a moment."""

GROUPS = {
    DocumentKind.PLAN: Group.PLAN,
    DocumentKind.REPORT: Group.REPORT,
    DocumentKind.PROTOCOL: Group.PROTOCOL,
    DocumentKind.APPENDIX: Group.OTHER,
}
"""The folder of each kind of document; the other kinds are orders."""


@dataclass(frozen=True)
class YearArchive:
    """What goes into the ZIP; its bytes are read when it is written, without the database.

    `name` is the file's, `size` the bytes of its documents.
    """

    name: str
    size: int
    inventory: Inventory
    packed: Sequence[Packed]

    def write(self, target: BinaryIO) -> Inventory:
        """Write the ZIP into a file that can seek; returns the inventory as it was written."""
        return write_year(target, self.inventory, self.packed)


@dataclass(frozen=True)
class _Asked:
    """Who asks for which year, on which day."""

    session: Session
    store: ByteStore
    actor: Actor
    association: Association
    year: AcademicYear
    settings: Settings
    today: date


def year_archive(
    session: Session,
    store: ByteStore,
    actor: Actor,
    association: Association,
    year: AcademicYear,
    now: datetime,
    *,
    most_bytes: int = MOST_BYTES,
) -> YearArchive:
    """Gather the year: orders, regulation, plan, report, protocols, then the rest, in the order of 5.1.

    A document is there when the actor may open it by itself. `archive.too_big` (size, limit, in bytes).
    """
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.PLAN_SEE, today, association)
    centre = centre_of(session, actor)
    settings = settings_for(session, centre, year.start)
    asked = _Asked(session, store, actor, association, year, settings, today)
    packed: list[Packed] = []
    number = 0
    for paper in papers_of(session, association, year):
        shown = (
            [_regulation(regulation(centre.regulation))]
            if paper.kind is DocumentKind.REGULATION
            else _files(asked, paper)
        )
        number += bool(shown)
        packed += [replace(one, paper=replace(one.paper, document=number)) for one in shown]
    size = sum(one.size for one in packed)
    if size > most_bytes:
        raise RuleError("archive.too_big", size=size, limit=most_bytes)
    person = session.get(Person, actor.person_id) if actor.person_id else None
    inventory = Inventory(
        institution=institution_of(session, centre, today),
        association=association.genitive,
        year=year,
        papers=(),
        compiled_by=name_of(person) if person else PersonName("", ""),
        compiled_on=today,
        as_of=now,
    )
    return YearArchive(archive_name(association, year), size, inventory, packed)


def _files(asked: _Asked, paper: Paper) -> list[Packed]:
    """The files of a paper that the actor may open; an order without a scan is named alone (R16)."""
    if not paper.files:
        seen = may(asked.session, asked.actor, Action.MEMBERS_SEE, asked.today, asked.association)
        alone = replace(_told(asked, paper, None), absence=Absence.NONE_FILED)
        return [Packed(paper=alone)] if paper.is_order and seen else []
    return [
        _packed(asked, paper, file)
        for file in paper.files
        if may_open(asked.session, asked.actor, file, asked.today)
    ]


def _packed(asked: _Asked, paper: Paper, file: StoredFile) -> Packed:
    told = _told(asked, paper, file)
    if file.withdrawn_at is not None:
        return Packed(paper=replace(told, absence=Absence.WITHDRAWN))
    words = filing_words()
    name = f"{told.title} {words['of_day']} {date_in_digits(told.day)}" if told.day else told.title
    return Packed(
        paper=told,
        name=f"{name} ({words['scan']})" if FileKind(file.kind) in SCANNED else name,
        suffix=suffix_of(file.name),
        size=file.size,
        opened=partial(asked.store.open, file.centre_id, file.sha256),
    )


def _told(asked: _Asked, paper: Paper, file: StoredFile | None) -> FiledPaper:
    copy = file is not None and file.kind == FileKind.READING_COPY
    kept = KeptDocument(
        key="",
        kind=paper.kind,
        year=AcademicYear.of(paper.day) if paper.is_order and paper.day else asked.year,
        sha256="",
        ended_on=paper.ended_on,
    )
    return FiledPaper(
        document=0,
        group=GROUPS.get(paper.kind, Group.ORDER),
        title=filing_words()["reading_copy"] if copy else paper.title,
        day=paper.day,
        registered=paper.registered,
        sheets=file.pages if file else None,
        sha256=file.sha256 if file else "",
        kept_until=kept_until(kept, asked.settings),
    )


def _regulation(law: Regulation) -> Packed:
    """The version of the regulation by which the centre works (R16.3): its term has not begun."""
    text = law.text.replace("\n", "\r\n").encode("utf-8-sig")
    told = FiledPaper(
        document=0, group=Group.REGULATION, title=law.title, sha256=hashlib.sha256(text).hexdigest()
    )
    return Packed(
        paper=told,
        name=filing_words()["regulation"],
        suffix=".txt",
        size=len(text),
        opened=partial(io.BytesIO, text),
    )
