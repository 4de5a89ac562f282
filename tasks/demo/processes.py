"""The four processes of the demo: sandbox Moodle, tool, worker, beat."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

READY_SECONDS = 60
"""How long a process may take to answer for the first time on a slow machine."""

STOP_SECONDS = 10


class ProcessDied(RuntimeError):
    """A process of the demo ended by itself; the message names its log."""


def free_port(wanted: int) -> int:
    """`wanted` if nobody listens there, else any free port of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Processes:
    """Starts processes with one environment and stops them all; logs lie in `logs`."""

    logs: Path
    env: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> None:
        """Start `python -m …` under a name."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(  # noqa: S603 - our own modules
                [sys.executable, "-m", *arguments],
                env={**os.environ, **self.env},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, name: str, url: str) -> None:
        """Wait until `url` answers; raise `ProcessDied` when the process ends before."""
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            self.check()
            try:
                if requests.get(url, timeout=2, allow_redirects=False).status_code < 500:
                    return
            except requests.RequestException:
                time.sleep(0.1)
        raise ProcessDied(f"{name} does not answer: {self.logs / name}.log")

    def check(self) -> None:
        """Raise `ProcessDied` when one of them has ended."""
        for name, process in self.running.items():
            if process.poll() is not None:
                raise ProcessDied(f"{name} ended with {process.returncode}: {self.logs / name}.log")

    def kill(self, name: str) -> None:
        """`kill -9` one process with its children, as a power cut would."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """Stop all of them, the last started first."""
        for process in reversed(self.running.values()):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.running.clear()


def peak_megabytes() -> float:
    """Largest resident size of one ended process, in MB, as the kernel counted it."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
