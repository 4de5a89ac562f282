"""How one sandbox Moodle is set up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import time

import requests

from moodle_sync.sandbox.cost import CallCost


@dataclass(slots=True)
class SandboxConfig:
    """Settings of one site.

    `base_url` is the site's own address without a trailing slash: it is the issuer of every token.
    `tool_url`, if given, is offered on the page «Внешние инструменты» as the address to register.
    `clock_file` names a file that holds the number of seconds by which the demo shifts the clock.
    `data_dir`, if given, keeps the state and the keys over a restart.
    `cost` makes calls as slow as those of a real Moodle; without it they take what they take.
    `http` fetches key sets of tools; tests put a session there that reaches a tool without a network.
    `hang_seconds` is how long a call lasts that is told to time out.
    """

    base_url: str = "http://127.0.0.1:8080"
    tool_url: str = ""
    token: str = "sandbox-token"  # noqa: S105 - a sandbox opens for everybody
    sitename: str = "Moodle города"
    timezone: str = "Europe/Moscow"
    clock_file: Path | None = None
    data_dir: Path | None = None
    cost: CallCost | None = None
    http: requests.Session = field(default_factory=requests.Session)
    hang_seconds: float = 30.0
    wall_clock: Callable[[], float] = time
