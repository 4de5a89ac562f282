"""The Celery application: two tasks, one that works off the outbox and one that ticks.

Start with `mmo worker` and `mmo beat`.
"""

from __future__ import annotations

from functools import cache

from mmo_lti.config import load_config
from mmo_lti.queue import WORK_TASK, celery_app
from tasks import schedule
from tasks.jobs import JOBS
from tasks.outbox import work_off
from tasks.runtime import Runtime, make_runtime

TICK_TASK = "tasks.schedule.tick"

_config = load_config()
app = celery_app(_config)
app.conf.beat_schedule = {
    "tick": {
        "task": TICK_TASK,
        "schedule": _config.tick_seconds,
        # Ticks that pile up while no worker runs are one tick.
        "options": {"expires": _config.tick_seconds},
    }
}
# What is due stands in rows: beat itself need remember nothing, and no file of its own can break.
app.conf.beat_scheduler = "celery.beat:Scheduler"


@cache
def runtime() -> Runtime:
    """This process's runtime, made at its first task: a forked child must not inherit open connections."""
    return make_runtime(_config)


@app.task(name=WORK_TASK, shared=False)
def work() -> int:
    """Work off the outbox."""
    return work_off(runtime(), JOBS)


@app.task(name=TICK_TASK, shared=False)
def tick() -> None:
    """Do what is due, then work off what that left in the outbox."""
    schedule.tick(runtime())
    work_off(runtime(), JOBS)
