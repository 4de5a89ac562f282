"""The project as a whole: what its files may and may not hold."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listing.splitlines()]


# A migration is generated in one piece and never edited again: it is as long as the schema.
CODE = [
    p
    for p in tracked()
    if p.suffix in {".py", ".js", ".css", ".html"} and p.exists() and "versions" not in p.parts
]


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_of_code_is_longer_than_300_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_names_no_download_host(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.search(r"https?://", text)
    pinned = re.findall(r"^[a-z0-9_.-]+==", text, re.M | re.I)
    assert pinned
    assert text.count("--hash=sha256:") >= len(pinned)


def test_pages_load_nothing_from_elsewhere() -> None:
    for path in (ROOT / "templates" / "web").rglob("*.html"):
        assert not re.search(r"(src|href)=[\"']https?://", path.read_text()), path
