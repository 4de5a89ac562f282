"""The page about the house names every room there is."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
PACKAGES = ("mmo_lti", "moodle_sync", "tasks")


def rooms() -> list[str]:
    """Folders of the three packages that hold code or data of their own, as the page writes them."""
    found = []
    for package in PACKAGES:
        for folder in sorted((ROOT / package).rglob("*")):
            hidden = {"__pycache__", "LC_MESSAGES"} & set(folder.parts)
            if folder.is_dir() and not hidden and folder.parent.name != "translations":
                found.append(f"{folder.relative_to(ROOT)}/")
    return found


@pytest.mark.parametrize("room", rooms())
def test_every_room_stands_on_the_page(room: str) -> None:
    assert room in PAGE


def test_the_page_names_no_room_that_is_gone() -> None:
    named = {word.strip("`,.;:|()") for word in PAGE.split() if word.strip("`,.;:|()").endswith("/")}
    for room in named:
        if room.split("/")[0] in PACKAGES:
            assert (ROOT / room).is_dir(), room
