"""Worker and clock as real processes, and a sandbox Moodle that can hold back an answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from typing import Any

from werkzeug.serving import make_server

from moodle_sync.sandbox import SandboxConfig, create_sandbox, empty_moodle
from moodle_sync.sandbox.small import build_small

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60.0
"""How long anything here may take on a machine that is busy with other things."""


def until(holds: Callable[[], object], what: str) -> None:
    """Look again and again until something holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.01)


class Processes:
    """`mmo worker` and `mmo beat` with settings of their own; what they said is in `log`."""

    def __init__(self, env: Mapping[str, str], log: Path) -> None:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("MMO_")}
        self._env = {**kept, **env}
        self._log = log
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, command: str) -> subprocess.Popen[bytes]:
        """Start one."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tasks.cli", command],
                cwd=ROOT,
                env=self._env,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._running.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """`kill -9`."""
        assert process.poll() is None, f"it ended by itself:\n{self._log.read_text()}"
        process.kill()
        assert process.wait() == -signal.SIGKILL
        self._running.remove(process)

    def stop(self) -> None:
        """End those that still run."""
        for process in self._running:
            process.terminate()
        for process in self._running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class HeldSandbox:
    """A small sandbox on a free port; `hold` keeps back the answer to a call whose effect is done."""

    def __init__(self, clock_file: Path) -> None:
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"
        config = SandboxConfig(base_url=self.url, clock_file=clock_file)
        self.site = build_small(empty_moodle(config))
        self._app = create_sandbox(config, self.site.moodle)
        self._function = b""
        self._done, self._released = Event(), Event()
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def hold(self, function: str) -> None:
        """Keep back the answer to the next call of a function."""
        self._done, self._released = Event(), Event()
        self._function = function.encode()

    def wait(self) -> None:
        """Wait until its effect is done: whoever asked is now waiting for the answer."""
        assert self._done.wait(PATIENCE_SECONDS), f"{self._function!r} was never called"

    def release(self) -> None:
        """Let it go."""
        self._function = b""
        self._released.set()

    def close(self) -> None:
        """Close the port."""
        self.release()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        held = bool(self._function) and self._function in body
        done, released = self._done, self._released
        chunks = list(self._app(environ, start_response))
        if held:
            done.set()
            released.wait(PATIENCE_SECONDS)
        return chunks
