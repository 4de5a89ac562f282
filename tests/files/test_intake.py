"""The whole way of an upload into the archive."""

import hashlib
import io
import sys
import tracemalloc

import pikepdf
import pytest

from mmo_lti.confined import MEBIBYTE, Limits, OutOfLimitsError, run_confined
from mmo_lti.files.intake import take_in
from mmo_lti.files.kind import SCANS, Kind
from mmo_lti.files.pdf import pages_count
from mmo_lti.files.refusal import FileRefused
from mmo_lti.files.scan_hook import CommandScan, ScanUnavailableError
from mmo_lti.files.store import CHUNK, Store
from tests.files import samples
from tests.files.test_store import Endless


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "archive")


def scanner(program: str) -> CommandScan:
    return CommandScan([sys.executable, "-c", program], seconds=20)


def test_a_signed_scan(store):
    scan = samples.pdf(pages=2)
    taken = take_in(store, 1, io.BytesIO(scan), "Протокол № 1.pdf", allowed=SCANS)
    assert (taken.sniffed.kind, taken.sniffed.pages) == (Kind.PDF, 2)
    assert taken.stored.sha256 == hashlib.sha256(scan).hexdigest()
    assert store.intact(1, taken.stored.sha256)


def test_restrictions_of_the_owner_are_taken_off(store):
    scan = samples.pdf(pages=2, encryption=samples.OWNER_ONLY)
    taken = take_in(store, 1, io.BytesIO(scan), "скан.pdf")
    assert taken.sniffed.warnings == ("owner_password",)
    with store.open(1, taken.stored.sha256) as stream, pikepdf.open(stream) as kept:
        assert not kept.is_encrypted
        assert len(kept.pages) == 2


def test_what_is_refused_is_not_kept(store):
    for data, name in [
        (b"", "пусто.pdf"),
        (samples.pdf(), "протокол.docx"),
        (samples.pdf(change=samples.launch), "a.pdf"),
    ]:
        with pytest.raises(FileRefused):
            take_in(store, 1, io.BytesIO(data), name)
    assert not store.root.exists()


def test_two_hundred_megabytes_never_reach_memory(store):
    upload = Endless(200 * CHUNK)
    tracemalloc.start()
    try:
        with pytest.raises(FileRefused) as refused:
            take_in(store, 1, upload, "скан.pdf", max_bytes=50 * CHUNK)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refused.value.code == "too_big"
    assert upload.asked == 51 * CHUNK
    assert peak < 8 * CHUNK


def test_a_clean_file_passes_the_scanner(store):
    taken = take_in(
        store, 1, io.BytesIO(samples.pdf()), "a.pdf", scan=scanner("import sys; sys.stdin.buffer.read()")
    )
    assert store.exists(1, taken.stored.sha256)


def test_an_infected_file(store):
    scan = scanner("import sys; print('stream: Eicar-Signature FOUND'); sys.exit(1)")
    with pytest.raises(FileRefused) as refused:
        take_in(store, 1, io.BytesIO(samples.pdf()), "a.pdf", scan=scan)
    assert (refused.value.code, refused.value.params) == ("infected", {"signature": "Eicar-Signature"})
    assert not store.root.exists()


@pytest.mark.parametrize("scan", [scanner("import sys; sys.exit(2)"), CommandScan(["no-such-scanner"])])
def test_a_scanner_that_fails_is_not_a_clean_file(store, scan):
    with pytest.raises(ScanUnavailableError):
        take_in(store, 1, io.BytesIO(samples.pdf()), "a.pdf", scan=scan)
    assert not store.root.exists()


def test_the_sheets_of_a_scan_are_counted():
    assert pages_count(io.BytesIO(samples.pdf(pages=7))) == 7
    with pytest.raises(FileRefused):
        pages_count(io.BytesIO(b"no pdf"))


def test_a_child_that_never_ends_is_ended():
    with pytest.raises(OutOfLimitsError):
        run_confined("timeit", ["-n1", "while True: pass"], limits=Limits(seconds=1, memory=512 * MEBIBYTE))


def test_a_child_inherits_no_secrets(monkeypatch):
    monkeypatch.setenv("MMO_SECRET", "тайна")
    show = ["-n1", "-r1", "-s", "import os; print('MMO_SECRET' in os.environ)", "pass"]
    printed = run_confined("timeit", show, limits=Limits(seconds=10, memory=512 * MEBIBYTE))
    assert printed.splitlines()[0] == b"False"
