"""The one way an upload comes into the archive: measured, looked through, scanned, kept."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from mmo_lti.files.kind import EVERYTHING, Kind
from mmo_lti.files.refusal import FileRefused
from mmo_lti.files.scan_hook import VirusScan, no_scan
from mmo_lti.files.sniff import Sniffed, sniff, without_owner_password
from mmo_lti.files.store import CHUNK, ByteStore, Stored

DEFAULT_MAX_BYTES = 50 * CHUNK


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What was kept. With the warning `owner_password` the bytes are a rewritten copy of the upload."""

    stored: Stored
    sniffed: Sniffed


def take_in(
    store: ByteStore,
    centre_id: int,
    stream: BinaryIO,
    filename: str,
    *,
    allowed: Set[Kind] = EVERYTHING,
    max_bytes: int = DEFAULT_MAX_BYTES,
    scan: VirusScan = no_scan,
) -> TakenIn:
    """Keep an upload, or raise `FileRefused` and keep nothing.

    At most `max_bytes` and one chunk are read, onto the disk, never into memory.
    """
    with _spooled(stream, max_bytes) as spool:
        sniffed = sniff(spool, filename, allowed=allowed)
        scan(spool)
        spool.seek(0)
        kept = without_owner_password(spool) if "owner_password" in sniffed.warnings else spool
        return TakenIn(store.put(centre_id, kept), sniffed)


@contextmanager
def _spooled(stream: BinaryIO, max_bytes: int) -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as spool:
        size = 0
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > max_bytes:
                raise FileRefused("too_big", limit=max_bytes)
            spool.write(chunk)
        spool.flush()
        yield spool
