"""Bytes are kept once per centre, whole or not at all."""

import hashlib
import io
import os

import pytest

from mmo_lti.files.refusal import FileRefused
from mmo_lti.files.store import CHUNK, Store

SCAN = b"%PDF-1.7 scan"
HASH = hashlib.sha256(SCAN).hexdigest()


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "archive")


def files(store):
    return sorted(str(path.relative_to(store.root)) for path in store.root.rglob("*") if path.is_file())


class Endless(io.RawIOBase):
    """An upload of any size that counts how much of it was asked for."""

    def __init__(self, size):
        self.left, self.asked = size, 0

    def read(self, size=-1):
        assert 0 < size <= CHUNK, "an upload is read in pieces"
        given = min(size, self.left)
        self.left -= given
        self.asked += given
        return b"\0" * given


class Breaks(io.BytesIO):
    def read(self, size=-1):
        if self.tell():
            raise ConnectionError
        return super().read(4)


def test_what_was_put_can_be_opened(store):
    stored = store.put(1, io.BytesIO(SCAN))
    assert (stored.sha256, stored.size) == (HASH, len(SCAN))
    with store.open(1, HASH) as stream:
        assert stream.read() == SCAN
    assert store.exists(1, HASH)
    assert store.intact(1, HASH)


def test_equal_bytes_are_kept_once_in_a_centre(store):
    store.put(1, io.BytesIO(SCAN))
    store.put(1, io.BytesIO(SCAN))
    assert files(store) == [f"1/{HASH[:2]}/{HASH}"]


def test_centres_are_apart(store):
    store.put(1, io.BytesIO(SCAN))
    assert not store.exists(2, HASH)
    with pytest.raises(FileNotFoundError):
        store.open(2, HASH)
    store.put(2, io.BytesIO(SCAN))
    assert store.delete(1, HASH)
    assert store.exists(2, HASH)


def test_deleting_twice(store):
    store.put(1, io.BytesIO(SCAN))
    assert store.delete(1, HASH) is True
    assert store.delete(1, HASH) is False
    assert files(store) == []


def test_the_rest_of_a_stream_is_put_from_where_it_stands(store):
    stream = io.BytesIO(b"head" + SCAN)
    stream.seek(4)
    assert store.put(1, stream).sha256 == HASH


def test_too_big_is_refused_after_one_chunk_more_and_leaves_nothing(store):
    upload = Endless(200 * CHUNK)
    with pytest.raises(FileRefused) as refused:
        store.put(1, upload, max_bytes=2 * CHUNK)
    assert (refused.value.code, refused.value.params) == ("too_big", {"limit": 2 * CHUNK})
    assert upload.asked == 3 * CHUNK
    assert files(store) == []


def test_exactly_the_limit_is_taken(store):
    assert store.put(1, io.BytesIO(SCAN), max_bytes=len(SCAN)).size == len(SCAN)


def test_an_upload_that_breaks_off_leaves_nothing(store):
    with pytest.raises(ConnectionError):
        store.put(1, Breaks(SCAN))
    assert files(store) == []


def test_changed_bytes_are_noticed_and_heal_when_put_again(store):
    store.put(1, io.BytesIO(SCAN))
    path = store.path(1, HASH)
    path.chmod(0o640)
    path.write_bytes(b"forged")
    assert not store.intact(1, HASH)
    store.put(1, io.BytesIO(SCAN))
    assert store.intact(1, HASH)


def test_missing_bytes_are_not_intact(store):
    assert not store.intact(1, HASH)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", HASH.upper(), HASH[:-1], HASH + "\n"])
def test_only_hashes_name_files(store, name):
    with pytest.raises(ValueError, match="SHA-256"):
        store.path(1, name)


def test_arrivals_that_never_finished_are_swept(store):
    store.put(1, io.BytesIO(SCAN))
    old, new = (store.root / "incoming" / name for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert store.sweep(older_than=3600) == 1
    assert [path.exists() for path in (old, new)] == [False, True]
