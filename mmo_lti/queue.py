"""The queue's door on the side of the tool: it wakes a worker by the task's name and never knows tasks.

Without `REDIS_URL` the queue is a folder. It forgets a message the moment it is read; that costs nothing,
since what is to be done stands in the outbox.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import Celery

from mmo_lti import folder_queue
from mmo_lti.config import Config

WORK_TASK = "tasks.outbox.work"
"""The task that works off the outbox."""

POLL_SECONDS = 0.2
"""How often a worker without a server looks for a message: a waiting page asks for a report each second."""

_log = logging.getLogger(__name__)


def celery_app(config: Config) -> Celery:
    """A Celery application on the configured broker; the worker adds its tasks to it."""
    folder_queue.register()
    app = Celery("mmo", broker=config.redis_url or f"{folder_queue.SCHEME}://localhost", set_as_current=False)
    app.conf.update(
        broker_transport_options=_transport_options(config),
        broker_connection_retry_on_startup=True,
        # A worker waits for its broker as long as it takes.
        broker_connection_max_retries=None,
        # A dead broker must not hold a web request: the outbox row is written, the clock finds it.
        broker_connection_timeout=2,
        task_publish_retry=False,
        # Results stand in the database; nobody asks Celery.
        task_ignore_result=True,
        # Outbox rows are claimed one by one, so a prefetched message would only wait behind a long job.
        worker_prefetch_multiplier=1,
        task_acks_late=False,
        # Broadcasts would pile up where nobody listens.
        worker_enable_remote_control=False,
        enable_utc=True,
        timezone="UTC",
    )
    return app


def _transport_options(config: Config) -> dict[str, Any]:
    if config.redis_url:
        # Once more at once, and no pauses: whoever pokes is a web request.
        at_once = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
        return {"socket_connect_timeout": 2, "socket_timeout": 5, **at_once}
    config.queue_folder.mkdir(parents=True, exist_ok=True)
    return {"folder": str(config.queue_folder), "polling_interval": POLL_SECONDS}


class CeleryQueue:
    """Wakes a worker after a commit."""

    def __init__(self, config: Config) -> None:
        """Prepare the connection; nothing is sent yet."""
        self._app = celery_app(config)
        self._expires = config.tick_seconds

    def poke(self) -> None:
        """Ask for the outbox to be worked off; a broker that is down is logged and left to the clock.

        A poke that nobody took by the next tick is stale: the tick does the same.
        """
        try:
            self._app.send_task(WORK_TASK, retry=False, expires=self._expires)
        except Exception as error:  # noqa: BLE001 - the change is committed: nothing here may undo its answer
            _log.warning("queue unreachable, the clock will find the work: %s", type(error).__name__)

    def close(self) -> None:
        """Close the connections to the broker."""
        self._app.pool.force_close_all()
        self._app.close()
