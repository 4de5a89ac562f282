"""The archive of bytes: content-addressed, apart for each centre (R17).

The store knows bytes and hashes, nothing else. How many entries point to the same bytes, and whether they may
go, is counted and decided by the caller in its database: «put, then write the entry» and «count, then delete»
each belong into one transaction that holds the centre's write lock, or a deletion may cross an arrival.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from mmo_lti.files.refusal import FileRefused

CHUNK = 1024 * 1024
_INCOMING = "incoming"
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Stored:
    """Where the bytes lie: their SHA-256 in hexadecimal, and their number."""

    sha256: str
    size: int


class ByteStore(Protocol):
    """What a store offers: shaped so that an object store (S3) can stand in for the disk."""

    def put(self, centre_id: int, stream: BinaryIO, *, max_bytes: int | None = None) -> Stored:
        """Keep the rest of `stream`; equal bytes are kept once. `FileRefused("too_big")` past the limit."""

    def open(self, centre_id: int, sha256: str) -> BinaryIO:
        """Open for reading; `FileNotFoundError` where this centre has no such bytes."""

    def exists(self, centre_id: int, sha256: str) -> bool:
        """Whether this centre has the bytes."""

    def intact(self, centre_id: int, sha256: str) -> bool:
        """Whether the bytes are there and still have their hash (R17.2)."""

    def delete(self, centre_id: int, sha256: str) -> bool:
        """Remove the bytes for good; false where they were gone already."""


class Store:
    """The store on disk: `root/CENTRE/ab/abcd…`.

    Bytes arrive under a name of their own, are synced, and only then get their final name: a reader never
    sees half a file, and a crash leaves at most an unnamed one, which `sweep` removes.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, centre_id: int, stream: BinaryIO, *, max_bytes: int | None = None) -> Stored:
        """See `ByteStore.put`. Bytes already there are written anew: a damaged file heals."""
        fresh = self._incoming() / uuid.uuid4().hex
        try:
            with fresh.open("xb") as out:
                stored = _copy(stream, out, max_bytes)
                out.flush()
                os.fsync(out.fileno())
            fresh.chmod(0o440)
            final = self.path(centre_id, stored.sha256)
            _make_folder(final.parent, self.root)
            fresh.replace(final)
            _sync_folder(final.parent)
        finally:
            fresh.unlink(missing_ok=True)
        return stored

    def open(self, centre_id: int, sha256: str) -> BinaryIO:
        """See `ByteStore.open`."""
        return self.path(centre_id, sha256).open("rb")

    def exists(self, centre_id: int, sha256: str) -> bool:
        """See `ByteStore.exists`."""
        return self.path(centre_id, sha256).is_file()

    def intact(self, centre_id: int, sha256: str) -> bool:
        """See `ByteStore.intact`."""
        try:
            with self.path(centre_id, sha256).open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return False

    def delete(self, centre_id: int, sha256: str) -> bool:
        """See `ByteStore.delete`."""
        path = self.path(centre_id, sha256)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        _sync_folder(path.parent)
        return True

    def path(self, centre_id: int, sha256: str) -> Path:
        """The file of these bytes, whether or not it exists; `ValueError` for what is no hash."""
        if not _HASH.fullmatch(sha256):
            raise ValueError("not a SHA-256 in lower-case hexadecimal")
        return self.root / str(int(centre_id)) / sha256[:2] / sha256

    def sweep(self, *, older_than: float) -> int:
        """Remove arrivals that never finished and are older than so many seconds; how many there were."""
        removed = 0
        before = time.time() - older_than
        for path in self._incoming().iterdir():
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _incoming(self) -> Path:
        folder = self.root / _INCOMING
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        return folder


def _copy(stream: BinaryIO, out: BinaryIO, max_bytes: int | None) -> Stored:
    digest = hashlib.sha256()
    size = 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if max_bytes is not None and size > max_bytes:
            raise FileRefused("too_big", limit=max_bytes)
        digest.update(chunk)
        out.write(chunk)
    return Stored(digest.hexdigest(), size)


def _make_folder(folder: Path, root: Path) -> None:
    """Make a folder below `root`, synced into each parent, so that it outlives a power cut."""
    if folder.is_dir():
        return
    if folder != root:
        _make_folder(folder.parent, root)
    folder.mkdir(exist_ok=True, mode=0o750)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
