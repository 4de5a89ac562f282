"""A queue in a folder: kombu's `filesystem` transport, held together where a process may die at any moment.

What it changes: a message appears whole or not at all (a reader could meet it empty and fail); reading one is
one `unlink`, without a copy in the system's temporary folder; bindings stay in memory (the file that kombu
keeps them in is truncated before it is written, and a process killed between the two would leave a queue that
nobody can use). There is one direct queue, so nothing is lost by that; broadcasts are not supported.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual

SCHEME = "folder"
"""Of the broker's address: `folder://`; the folder itself is the option `folder`."""

_log = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """Puts and takes messages as files, one each, the oldest name first."""

    supports_fanout = False

    @property
    def folder(self) -> Path:
        """Where the messages lie."""
        return Path(self.transport_options["folder"])

    @property
    def data_folder_in(self) -> str:
        """The same folder both ways, for the parent's counting and purging."""
        return str(self.folder)

    def get_table(self, exchange: str) -> Any:
        """The bindings of this process: each declares the queue before it uses it."""
        return self.state.exchanges[exchange]["table"]

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]
        name = f"{time.time_ns():020}_{uuid.uuid4().hex}.{queue}.msg"
        fresh = self.folder / f".{name}"
        fresh.write_text(json.dumps(payload))
        fresh.replace(self.folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ARG002 - never waits
        for path in sorted(self.folder.glob(f"[!.]*.{queue}.msg")):
            try:
                text = path.read_text()
                path.unlink()
            except FileNotFoundError:
                continue  # another worker was faster
            try:
                return json.loads(text)
            except ValueError:
                _log.warning("a message that nobody can read was thrown away")
        raise Empty


class Transport(filesystem.Transport):
    """`folder://`."""

    Channel = Channel
    global_state = virtual.BrokerState()  # type: ignore[no-untyped-call]
    driver_type = driver_name = SCHEME


def register() -> None:
    """Make the scheme known to kombu."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
