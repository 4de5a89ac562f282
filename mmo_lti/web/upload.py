"""Uploads are a step of their own: what was taken stays filed, even if the rest of the form is faulty."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import request
from werkzeug.datastructures import MultiDict

from mmo_lti.files.refusal import FileRefused
from mmo_lti.installation import installation
from mmo_lti.models.association import Association
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.errors import RuleError
from mmo_lti.services.document_list import find_file
from mmo_lti.services.file_kind import FileKind
from mmo_lti.services.stored_file import check_upload, file_received, receive
from mmo_lti.web.form import Form
from mmo_lti.web.request import now, session_for_request, signed_in
from mmo_lti.web.sentences import sentence


def take_upload(
    form: Form,
    field: str,
    kind: FileKind,
    association: Association | None,
    *,
    year: int | None = None,
    name: str = "",
    title: str = "",
    reason: str = "",
) -> StoredFile | None:
    """File what was sent in `field` at once; none where nothing was chosen, or with a fault at the field.

    A big scan takes seconds to look through, so the request's transaction ends before that.
    """
    sent = request.files.get(field)
    if sent is None or not sent.filename:
        return None
    session, actor, moment = session_for_request(), signed_in(), now()
    place = installation()
    limit = place.config.max_upload_bytes
    try:
        check_upload(session, actor, kind, association, moment, reason)
        session.commit()
        taken = receive(
            place.store,
            actor.centre_id,
            cast("BinaryIO", sent.stream),
            sent.filename,
            kind,
            max_bytes=limit,
            scan=place.virus_scan,
        )
        file = file_received(
            session,
            place.store,
            actor,
            taken,
            kind,
            association=association,
            now=moment,
            year=year,
            name=name,
            title=title,
            reason=reason,
        )
        session.commit()
    except (RuleError, FileRefused) as error:
        session.rollback()
        form.faults[field] = sentence(error)
        return None
    return file


def keep_upload(
    form: Form,
    field: str,
    kind: FileKind,
    association: Association | None,
    *,
    year: int | None = None,
    name: str = "",
) -> None:
    """File what came along; its number stays in the form as `FIELD_id`, whatever else is faulty."""
    file = take_upload(form, field, kind, association, year=year, name=name)
    if file is not None:
        values = MultiDict(form.values)
        values[f"{field}_id"] = str(file.id)
        form.values = values


def kept_upload(form: Form, field: str) -> StoredFile | None:
    """The file that a form holds."""
    number = form.values.get(f"{field}_id", "")
    return find_file(session_for_request(), signed_in(), int(number)) if number.isdecimal() else None
