"""K. Grades."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import requests

from mmo_lti.lti import vocabulary as v
from mmo_lti.lti.grades import ActivityProgress, GradeBook, GradingProgress, LineItem, Score, below
from mmo_lti.lti.platform_service import ServiceFailed
from tests.lti.conftest import NOW
from tests.lti.services import ITEM, ITEMS, TokenEndpoint

RECORDED = Path(__file__).parent.parent / "recorded" / "moodle-4.5"
ALL = frozenset(v.SCOPES) | {v.LINEITEM_READ_SCOPE}


@pytest.fixture
def book(service, web) -> GradeBook:
    TokenEndpoint(web)
    return GradeBook(service, ITEMS, ALL)


def recorded(name: str):
    return json.loads((RECORDED / f"lti_ags_{name}.json").read_text())


def sent(web) -> dict:
    return json.loads(web.calls[-1].request.body)


SCORE = Score("6", 7, 10, datetime(2026, 11, 24, 2, 18, 14, 123456, tzinfo=timezone(timedelta(hours=5))))


def test_lti_094_only_what_the_claim_allows(service, web):
    endpoint = TokenEndpoint(web)
    reading = GradeBook(service, ITEMS, frozenset({v.LINEITEM_READ_SCOPE, v.RESULT_SCOPE}))
    for call in (
        lambda: reading.create(LineItem("x", 1)),
        lambda: reading.change(ITEM, "x", 1),
        lambda: reading.delete(ITEM),
        lambda: reading.post_score(ITEM, SCORE),
    ):
        with pytest.raises(ServiceFailed, match="scope_not_offered"):
            call()
    with pytest.raises(ServiceFailed, match="not_offered"):
        GradeBook(service, "", ALL).line_items()
    with pytest.raises(ServiceFailed, match="not_offered"):
        GradeBook(service, "", ALL).create(LineItem("x", 1))
    assert endpoint.asked == []


def test_lti_095_create(book, web):
    answer = recorded("create")
    web.post(ITEMS, status=answer["status"], json=answer["response"], headers=answer["headers"])
    made = book.create(LineItem("Участие в ММО", 10, "mmo-1", "participation", "5"))
    assert made == LineItem("Участие в ММО", 10, "mmo-1", "participation", "", ITEM)
    assert sent(web) == {
        "label": "Участие в ММО",
        "scoreMaximum": 10,
        "resourceId": "mmo-1",
        "tag": "participation",
        "resourceLinkId": "5",
    }
    assert web.calls[-1].request.headers["Content-Type"] == "application/vnd.ims.lis.v2.lineitem+json"
    for wrong in (LineItem("x", 0), LineItem("x", -1), LineItem("", 1)):
        with pytest.raises(ValueError, match="line item"):
            book.create(wrong)


def test_lti_095_list_is_paged(book, web):
    answer = recorded("lineitems")
    following = f"{ITEMS}&from=1"
    web.get(ITEMS, json=answer["response"], headers={"Link": f'<{following}>; rel="next"'})
    web.get(following, json=[{"id": ITEM, "label": "Участие", "scoreMaximum": 10, "resourceId": "mmo-1"}])
    assert [item.resource_id for item in book.line_items()] == ["", "mmo-1"]
    assert web.calls[1].request.headers["Accept"] == "application/vnd.ims.lis.v2.lineitemcontainer+json"


def test_lti_095_find_or_create(book, web):
    found = f"{ITEMS}&resource_id=mmo-1"
    web.get(found, json=[{"id": ITEM, "label": "x", "scoreMaximum": 10, "resourceId": "mmo-1"}])
    assert book.find_or_create(LineItem("Участие", 10, "mmo-1")).url == ITEM
    web.replace(
        "GET", found, json=[{"id": f"{ITEM}&x", "label": "x", "scoreMaximum": 1, "resourceId": "other"}]
    )
    web.post(ITEMS, status=201, json={"id": ITEM, "label": "Участие", "scoreMaximum": 10})
    assert book.find_or_create(LineItem("Участие", 10, "mmo-1")).url == ITEM
    assert web.calls[-1].request.method == "POST"


def test_lti_096_change_keeps_other_members(book, web):
    known = {"id": ITEM, "label": "old", "scoreMaximum": 5, "tag": "t", "https://other.example/x": {"y": 1}}
    web.get(ITEM, json=known)
    web.put(ITEM, json=known)
    book.change(ITEM, "new", 10)
    assert sent(web) == {**known, "label": "new", "scoreMaximum": 10}
    web.delete(ITEM, status=204)
    book.delete(ITEM)
    assert [call.request.method for call in web.calls[1:]] == ["GET", "PUT", "DELETE"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (ITEM, ITEM.replace("/lineitem?", "/lineitem/scores?")),
        ("https://x/lineitems/4", "https://x/lineitems/4/scores"),
        ("https://x/lineitems/4/?a=1&b=2", "https://x/lineitems/4/scores?a=1&b=2"),
    ],
)
def test_lti_097_score_path_before_the_query(url, expected):
    assert below(url, "/scores") == expected


def test_lti_097_address_that_is_none(book):
    for url in ("https://[x", "https://evil.example/lineitem", ""):
        with pytest.raises(ServiceFailed, match="foreign_address"):
            book.post_score(url, SCORE)


def test_lti_097_recorded_score(book, web):
    answer = recorded("score")
    web.post(answer["request"].removeprefix("POST "), status=200, body="", headers=answer["headers"])
    book.post_score(ITEM, SCORE)
    assert web.calls[-1].request.headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json"


def test_lti_098_score_members(book, web):
    web.post(below(ITEM, "/scores"), status=204)
    book.post_score(ITEM, SCORE)
    assert sent(web) == {
        "userId": "6",
        "timestamp": "2026-11-24T02:18:14.123+05:00",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "scoreGiven": 7,
        "scoreMaximum": 10,
    }
    book.post_score(ITEM, Score("6", 12, 10, NOW))
    book.post_score(ITEM, Score("6", None, 0, NOW, ActivityProgress.STARTED, GradingProgress.NOT_READY))
    assert "scoreGiven" not in sent(web)
    for wrong in (Score("6", -1, 10, NOW), Score("6", 1, 0, NOW), Score("6", 1, 1, datetime(2026, 1, 1))):  # noqa: DTZ001
        with pytest.raises(ValueError, match=r"grade|zone"):
            book.post_score(ITEM, wrong)


@pytest.mark.parametrize("status", [200, 201, 204, 409])
def test_lti_099_taken(book, web, status):
    web.post(below(ITEM, "/scores"), status=status)
    book.post_score(ITEM, SCORE)


@pytest.mark.parametrize(
    ("answer", "again"),
    [
        ({"status": 400}, False),
        ({"status": 403}, False),
        ({"status": 404}, False),
        ({"status": 429}, True),
        ({"status": 500}, True),
        ({"status": 503}, True),
        ({"body": requests.ReadTimeout("x")}, True),
    ],
    ids=str,
)
def test_lti_099_not_taken(book, web, answer, again):
    web.post(below(ITEM, "/scores"), **answer)
    with pytest.raises(ServiceFailed) as failed:
        book.post_score(ITEM, SCORE)
    assert failed.value.again is again


def test_lti_100_results(book, web):
    answer = recorded("results")
    address = answer["request"].removeprefix("GET ")
    web.get(address, json=[*answer["response"], {"id": "x", "userId": "7"}], headers=answer["headers"])
    found = book.results(ITEM)
    assert [(each.sub, each.given, each.maximum) for each in found] == [("6", 7, 10), ("7", None, None)]
    assert web.calls[-1].request.headers["Accept"] == "application/vnd.ims.lis.v2.resultcontainer+json"
    web.get(f"{address}&user_id=6", json=answer["response"])
    assert len(book.results(ITEM, "6")) == 1
