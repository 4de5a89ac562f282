"""The address of the next page, in whatever way a platform writes its `Link` header (RFC 8288)."""

from __future__ import annotations

import time

import pytest

from mmo_lti.lti.outgoing import Answer
from mmo_lti.lti.paged import MAX_LINK, next_page
from mmo_lti.lti.platform_service import ServiceFailed

URL = "https://moodle.example/members?page=1"
SECOND = "https://moodle.example/members?page=2"
LONGEST = 20_000
"""Long enough to see how the cost grows."""


def following(link: str) -> str | None:
    return next_page(Answer(200, {"Link": link}, b""), URL)


@pytest.mark.parametrize(
    "link",
    [
        f'<{SECOND}>; rel="next"',
        f"<{SECOND}>;rel=next",
        f'<{SECOND}> ; REL = "Next"',
        f'<{SECOND}>; title="a, <b>; rel=last"; rel="next"',
        f"<{SECOND}>; title*=UTF-8''x; flag; rel=\"prefetch next\"",
        f'<https://moodle.example/members?page=9>; rel="last", <{SECOND}>; rel="next"',
        f'<https://moodle.example/members?page=9>, <{SECOND}>; rel="next"',
        f'<broken , <{SECOND}>; rel="next"',
        '<?page=2>; rel="next"',
        '</members?page=2>; rel="next"',
    ],
)
def test_the_next_page_is_found(link):
    assert following(link) == SECOND


@pytest.mark.parametrize(
    "link", ["", "garbage", f"<{SECOND}>", f'<{SECOND}>; rel="prev"', f'<{SECOND}>; rel="nextish"', '"next"']
)
def test_no_next_page(link):
    assert following(link) is None


@pytest.mark.parametrize(
    "again",
    ["<", "<a>", "<a>;", "<a>; ", '<a>;a="', "<a>;a", " ", "\t;", "<a> ", ";a= ", '"', "<a>;\t\t"],
)
def test_a_malicious_header_costs_no_more_than_its_length(again, monkeypatch):
    """A header four times as long costs about four times as much, not sixteen times."""
    monkeypatch.setattr("mmo_lti.lti.paged.MAX_LINK", LONGEST)

    def cost(length: int) -> float:
        link = "<a>; a" + again * (length // len(again))
        best = 60.0
        for _ in range(3):
            started = time.process_time()
            following(link)
            best = min(best, time.process_time() - started)
        return best

    assert cost(LONGEST - 10) < 10 * cost(LONGEST // 4) + 0.005


def test_a_header_beyond_measure_is_refused_rather_than_overlooked():
    """To overlook it would end the list before its end: people would be thought gone."""
    padding = f'; title="{"x" * (MAX_LINK - len(SECOND) - 30)}"; rel="next"'
    assert following(f"<{SECOND}>{padding}") == SECOND
    with pytest.raises(ServiceFailed, match="link_size"):
        following(f"<{SECOND}>{padding}{' ' * 100}")
