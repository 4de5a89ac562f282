"""REST client of one Moodle site: single calls and batches, with typed errors and counters."""

import random
import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

import requests

from moodle_sync import batch, errors
from moodle_sync.answers import judge
from moodle_sync.batch import MOST_CALLS, Answer
from moodle_sync.breaker import Breaker
from moodle_sync.encoding import Call, form_body
from moodle_sync.needs import BATCH, READS, SITE_INFO
from moodle_sync.transport import Transport, new_session

ATTEMPTS = 3
PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 8.0


class MoodleClient:
    """Calls functions of the web service of one Moodle site under one token.

    `now` gives an aware datetime, `sleep` takes seconds, `chance` gives a number in [0, 1).
    `plain_http_hosts` are hosts that may be asked without TLS.
    `before` is called before each request; what it raises ends the call, and nothing is sent.
    `requests` and `ms` count what this client has cost so far: HTTP requests, and milliseconds of waiting.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        now: Callable[[], datetime],
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
        breaker: Breaker | None = None,
        plain_http_hosts: Collection[str] = (),
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self._transport = Transport(url, session or new_session(), plain_http_hosts=plain_http_hosts)
        self._token = token
        self._sleep = sleep
        self._chance = chance
        self._breaker = breaker or Breaker(now)
        self._before = before
        self._batches: bool | None = None
        self._site_info: dict[str, Any] | None = None
        self.requests = 0
        self.ms = 0.0

    def __repr__(self) -> str:
        return f"MoodleClient({self._transport.site!r})"

    def call(self, function: str, **args: Any) -> Any:
        """The value of one function.

        Raises `MoodleError`. Only functions that read are tried again, up to three times.
        """
        return self._post(Call(function, args), safe=function in READS)

    def batch(self, calls: Sequence[Call], *, essential: int = 0, most: int = MOST_CALLS) -> list[Answer]:
        """An answer to each call, in order, in as few requests as possible.

        Never raises `MoodleError`: each `Answer` holds a value or the error. After a failed call the rest is
        sent again from the next one, because Moodle stops there. When a request breaks, its calls
        share the error and the calls not yet sent are marked `sent=False`. The same happens when one of the
        first `essential` calls fails. A request carries `most` calls at most.
        Where the service lacks the wrapper, the calls go one by one.
        """
        answers: list[Answer] = []
        while len(answers) < len(calls):
            rest = calls[len(answers) :]
            got = self._singly(rest) if self._batches is False else self._together(rest, most)
            answers += got
            last = answers[-1].error if answers else None
            if last is not None and (last.whole_site or len(answers) <= essential):
                answers += [Answer(error=last, sent=False)] * (len(calls) - len(answers))
        return answers

    def site_info(self, *, fresh: bool = False) -> dict[str, Any]:
        """`core_webservice_get_site_info`, asked once in the life of the client unless `fresh`."""
        known = self._site_info
        if known is None or fresh:
            known = self.learn(self.call(SITE_INFO))
        return known

    @property
    def clock(self) -> datetime | None:
        """The time of the site at its last answer, as its web server told."""
        return self._transport.clock

    @property
    def account(self) -> int | None:
        """User id of the service account, once site info was read."""
        return None if self._site_info is None else int(self._site_info["userid"])

    def learn(self, info: Any) -> dict[str, Any]:
        """Take over a site info that came inside a batch; raises `BrokenAnswer` when it is none."""
        if not isinstance(info, dict) or not isinstance(info.get("userid"), int):
            raise errors.BrokenAnswer(SITE_INFO)
        self._site_info = info
        functions = info.get("functions")
        if self._batches is None and isinstance(functions, list) and functions:
            self._batches = BATCH in {item.get("name") for item in functions if isinstance(item, dict)}
        return self._site_info

    def _together(self, calls: Sequence[Call], most: int) -> list[Answer]:
        """One request for the first calls that fit into it; at least one answer."""
        chunk = batch.first_chunk(calls, most)
        while True:
            try:
                answer = self._post(batch.wrap(chunk), safe=all(call.function in READS for call in chunk))
                self._batches = True
                return batch.match(chunk, answer)
            except errors.RequestTooBig as error:
                if len(chunk) == 1:
                    return [Answer(error=error)]
                chunk = chunk[: len(chunk) // 2]
            except errors.AccessRefused as error:
                if self._lacks_batch():
                    return []
                return [Answer(error=error)] * len(chunk)
            except errors.MoodleError as error:
                return [Answer(error=error)] * len(chunk)

    def _lacks_batch(self) -> bool:
        """Whether the refusal of a batch means just that: the service answers, without the wrapper."""
        if self._batches is not None:
            return False
        try:
            self.site_info(fresh=True)
        except errors.MoodleError:
            return False
        return self._batches is False

    def _singly(self, calls: Sequence[Call]) -> list[Answer]:
        answers: list[Answer] = []
        for call in calls:
            try:
                answers.append(Answer(self._post(call, safe=call.function in READS)))
            except errors.MoodleError as error:
                answers.append(Answer(error=error))
                if error.whole_site:
                    break
        return answers

    def _post(self, call: Call, *, safe: bool) -> Any:
        body = form_body(self._token, call)
        attempt = 1
        while True:
            self._before()
            self._breaker.check(call.function)
            try:
                value = self._once(call.function, body)
            except errors.MoodleError as error:
                self._breaker.answered(error)
                pause = self._pause(attempt, error) if safe and error.retry else None
                if pause is None:
                    raise
                self._sleep(pause)
                attempt += 1
            else:
                self._breaker.succeeded()
                return value

    def _once(self, function: str, body: bytes) -> Any:
        started = time.perf_counter()
        self.requests += 1
        try:
            return judge(function, self._transport.post(function, body))
        finally:
            self.ms += (time.perf_counter() - started) * 1000

    def _pause(self, attempt: int, error: errors.MoodleError) -> float | None:
        """Seconds before the next attempt, jittered; None to give up."""
        wanted = float(error.params.get("after", 0))
        if attempt >= ATTEMPTS or wanted > LONGEST_PAUSE_SECONDS:
            return None
        pause: float = min(LONGEST_PAUSE_SECONDS, PAUSE_SECONDS * 2.0**attempt)
        return max(wanted, pause * (0.5 + float(self._chance()) / 2))
