"""Assignment and grades 2.0: line items, scores, results."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from mmo_lti.lti import vocabulary
from mmo_lti.lti.outgoing import Answer, OutgoingFailed
from mmo_lti.lti.paged import pages, with_query
from mmo_lti.lti.platform_service import PlatformService, ServiceFailed

LINEITEM = "application/vnd.ims.lis.v2.lineitem+json"
LINEITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE = "application/vnd.ims.lis.v1.score+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
READING = (vocabulary.LINEITEM_SCOPE, vocabulary.LINEITEM_READ_SCOPE)


class ActivityProgress(StrEnum):
    """How far the person is (AGS 3.4.5)."""

    INITIALIZED = "Initialized"
    STARTED = "Started"
    IN_PROGRESS = "InProgress"
    SUBMITTED = "Submitted"
    COMPLETED = "Completed"


class GradingProgress(StrEnum):
    """How far grading is (AGS 3.4.6)."""

    FULLY_GRADED = "FullyGraded"
    PENDING = "Pending"
    PENDING_MANUAL = "PendingManual"
    FAILED = "Failed"
    NOT_READY = "NotReady"


@dataclass(frozen=True)
class LineItem:
    """A column of the gradebook; `url` is its address at the platform, empty before it was made."""

    label: str
    maximum: float
    resource_id: str = ""
    tag: str = ""
    resource_link_id: str = ""
    url: str = ""


@dataclass(frozen=True)
class Score:
    """A grade for a person. `at` carries a zone and grows for a person and line item (AGS 3.4.9)."""

    sub: str
    given: float | None
    maximum: float
    at: datetime
    activity: ActivityProgress = ActivityProgress.COMPLETED
    grading: GradingProgress = GradingProgress.FULLY_GRADED


@dataclass(frozen=True)
class Result:
    """What stands in the gradebook; `given` is none where nothing does."""

    sub: str
    given: float | None
    maximum: float | None


@dataclass(frozen=True)
class GradeBook:
    """The gradebook of one course at its platform.

    `url` and `scopes` are those that the launch's claim offered; what they do not allow is `ServiceFailed`
    (`not_offered`, `scope_not_offered`) before anything is sent.
    """

    service: PlatformService
    url: str
    scopes: frozenset[str]

    def line_items(self, *, resource_id: str | None = None, tag: str | None = None) -> list[LineItem]:
        """All line items of the tool in the course, or those of our `resource_id` or `tag`."""
        allowed = self._allow(READING)
        start = with_query(self._address(), resource_id=resource_id, tag=tag)
        found = []
        for answer in pages(self.service, start, allowed, LINEITEMS):
            document = _json(answer)
            if not isinstance(document, list):
                raise ServiceFailed("lineitems_json")
            found += [_read_item(entry) for entry in document]
        return found

    def create(self, item: LineItem) -> LineItem:
        """Make a line item; the platform's answer has its address."""
        if item.maximum <= 0 or not item.label:
            raise ValueError("a line item needs a label and a best grade above nothing")
        allowed = self._allow((vocabulary.LINEITEM_SCOPE,))
        body = json.dumps(_written(item)).encode()
        answer = self.service.call(
            "POST", self._address(), allowed, accept=LINEITEM, content=LINEITEM, body=body
        )
        return _read_item(_json(answer))

    def find_or_create(self, item: LineItem) -> LineItem:
        """The line item with our `resource_id`, made where there is none. For one process at a time."""
        known = [each for each in self.line_items(resource_id=item.resource_id) if _same(each, item)]
        return known[0] if known else self.create(item)

    def change(self, url: str, label: str, maximum: float) -> LineItem:
        """Change label and best grade; every other member stays as the platform has it (AGS 3.2.6)."""
        allowed = self._allow((vocabulary.LINEITEM_SCOPE,))
        known = _json(self.service.call("GET", url, allowed, accept=LINEITEM))
        if not isinstance(known, dict):
            raise ServiceFailed("lineitem_json")
        body = json.dumps({**known, "label": label, "scoreMaximum": maximum}).encode()
        answer = self.service.call("PUT", url, allowed, accept=LINEITEM, content=LINEITEM, body=body)
        return _read_item(_json(answer))

    def delete(self, url: str) -> None:
        """Delete a line item with its grades; never called but on a person's explicit wish."""
        self.service.call("DELETE", url, self._allow((vocabulary.LINEITEM_SCOPE,)))

    def post_score(self, url: str, score: Score) -> None:
        """Send a grade; the same score may be sent again after a timeout.

        An older score than the platform's own (409) is no failure: the newer one stands.
        """
        allowed = self._allow((vocabulary.SCORE_SCOPE,))
        body = json.dumps(_written_score(score)).encode()
        try:
            self.service.call("POST", below(url, "/scores"), allowed, content=SCORE, body=body)
        except ServiceFailed as failed:
            if failed.status != 409:
                raise

    def results(self, url: str, sub: str | None = None) -> list[Result]:
        """What stands in a line item, for everybody or one person."""
        allowed = self._allow((vocabulary.RESULT_SCOPE,))
        start = with_query(below(url, "/results"), user_id=sub)
        found = []
        for answer in pages(self.service, start, allowed, RESULTS):
            document = _json(answer)
            if not isinstance(document, list):
                raise ServiceFailed("results_json")
            found += [_read_result(entry) for entry in document]
        return found

    def _address(self) -> str:
        if not self.url:
            raise ServiceFailed("not_offered")
        return self.url

    def _allow(self, scopes: tuple[str, ...]) -> tuple[str, ...]:
        allowed = tuple(scope for scope in scopes if scope in self.scopes)
        if not allowed:
            raise ServiceFailed("scope_not_offered")
        return allowed


def below(url: str, path: str) -> str:
    """The address under a line item: `path` comes before the query that the item's own address may have."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ServiceFailed("foreign_address") from None
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + path))


def _same(found: LineItem, wanted: LineItem) -> bool:
    return found.resource_id == wanted.resource_id and bool(found.url)


def _written(item: LineItem) -> dict[str, Any]:
    members = {"resourceId": item.resource_id, "tag": item.tag, "resourceLinkId": item.resource_link_id}
    return {
        "label": item.label,
        "scoreMaximum": item.maximum,
        **{name: value for name, value in members.items() if value},
    }


def _written_score(score: Score) -> dict[str, Any]:
    if score.at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    if score.given is not None and (score.given < 0 or score.maximum <= 0):
        raise ValueError("a grade is not negative")
    given = {} if score.given is None else {"scoreGiven": score.given, "scoreMaximum": score.maximum}
    return {
        "userId": score.sub,
        "timestamp": score.at.isoformat(timespec="milliseconds"),
        "activityProgress": score.activity.value,
        "gradingProgress": score.grading.value,
        **given,
    }


def _json(answer: Answer) -> Any:
    try:
        return answer.json()
    except OutgoingFailed:
        raise ServiceFailed("grades_json", again=True) from None


def _read_item(entry: Any) -> LineItem:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise ServiceFailed("lineitem_json")
    return LineItem(
        label=_text(entry, "label"),
        maximum=_number(entry, "scoreMaximum") or 0,
        resource_id=_text(entry, "resourceId"),
        tag=_text(entry, "tag"),
        resource_link_id=_text(entry, "resourceLinkId"),
        url=entry["id"],
    )


def _read_result(entry: Any) -> Result:
    if not isinstance(entry, dict) or not isinstance(entry.get("userId"), str):
        raise ServiceFailed("results_json")
    return Result(entry["userId"], _number(entry, "resultScore"), _number(entry, "resultMaximum"))


def _text(entry: dict[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def _number(entry: dict[str, Any], name: str) -> float | None:
    value = entry.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
