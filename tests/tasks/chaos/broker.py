"""The queue as it really is, folder or Redis, and Celery's own tasks run by what stands in it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from queue import Empty
from types import ModuleType
from typing import Any

import pytest
from redis import Redis

from mmo_lti.config import Config, load_config
from mmo_lti.queue import CeleryQueue, celery_app

TASKS = "tasks.app"


class Broker:
    """What web, beat and workers share; `wipe` empties it."""

    def __init__(self, config: Config, tasks: ModuleType) -> None:
        self.config, self.tasks = config, tasks
        self._queue = CeleryQueue(config)
        self._app = celery_app(config)
        self._connection = self._app.connection_for_read()
        self._inbox = self._connection.SimpleQueue("celery")

    def poke(self) -> None:
        """As whoever committed a change does."""
        self._queue.poke()

    def tick(self) -> None:
        """As beat does."""
        self.tasks.app.send_task(self.tasks.TICK_TASK, expires=self.config.tick_seconds)

    def take(self) -> str | None:
        """The task of the oldest message, which is gone from the queue with that; none when it is empty."""
        try:
            message = self._inbox.get_nowait()
        except Empty:
            return None
        message.ack()
        return str(message.headers["task"])

    def run(self, name: str) -> None:
        """A worker's part: the task by its name, traced by Celery."""
        self.tasks.app.tasks[name].apply(throw=True)

    def wipe(self) -> None:
        """The folder is emptied; Redis forgets everything."""
        if self.config.redis_url:
            with Redis.from_url(self.config.redis_url) as redis:
                redis.flushall()
            return
        for message in self.config.queue_folder.iterdir():
            message.unlink()

    def close(self) -> None:
        self._inbox.close()
        self._connection.close()
        self._app.close()
        self._queue.close()


@contextmanager
def broker(env: Mapping[str, str]) -> Iterator[Broker]:
    """A queue by these settings; the tasks' module reads its own as it does in a worker, at its import."""
    kept: dict[str, Any] = {TASKS: sys.modules.pop(TASKS, None)}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in env.items():
            patch.setenv(name, value)
        tasks = importlib.import_module(TASKS)
    opened = Broker(load_config(env), tasks)
    try:
        opened.wipe()
        yield opened
    finally:
        opened.close()
        tasks.app.close()
        sys.modules.pop(TASKS)
        sys.modules.update({name: module for name, module in kept.items() if module is not None})
