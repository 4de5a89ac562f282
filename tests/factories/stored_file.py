import io
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from mmo_lti.files.store import ByteStore
from mmo_lti.models.association import Association
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.services.archive import Entry, enter
from tests.factories.moment import NOW


def make_stored_file(
    session: Session, association: Association, kind: str = "order", name: str = "приказ.pdf", **fields: Any
) -> StoredFile:
    """An entry of the archive; its bytes are nowhere."""
    fields = {"media_type": "application/pdf", "size": 1024, "created_at": NOW} | fields
    file = StoredFile(
        centre_id=association.centre_id,
        association_id=association.id,
        kind=kind,
        name=name,
        sha256=sha256(name.encode()).hexdigest(),
        **fields,
    )
    session.add(file)
    session.flush()
    return file


def file_bytes(session: Session, store: ByteStore, entry: Entry, content: bytes, now: datetime) -> StoredFile:
    """An entry of the archive with its bytes in the store."""
    return enter(session, entry, store.put(entry.centre_id, io.BytesIO(content)), now)
