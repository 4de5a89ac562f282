"""A child process with limits, for work on bytes that strangers made.

Opening an upload or rendering a coordinator's template may eat all memory, never end, or crash a C library.
It happens in a child of its own: the child limits itself before it touches its input, inherits no secrets,
and is killed when its time is over.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from typing import IO

MEBIBYTE = 1024 * 1024

# What Python itself needs to start and to find its modules; nothing of ours (secrets, database) is passed on.
_PASSED_ON = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LANG", "LC_ALL", "SYSTEMROOT")


class OutOfLimitsError(RuntimeError):
    """The child used up its time or memory, or died."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` of processor time (twice that by the clock) and `memory` in bytes of address space."""

    seconds: int
    memory: int

    def impose(self) -> None:
        """Limit this process for good; it may write to pipes only, not to files, and leaves no core."""
        _lower(resource.RLIMIT_CPU, self.seconds)
        _lower(resource.RLIMIT_AS, self.memory)
        _lower(resource.RLIMIT_FSIZE, 0)
        _lower(resource.RLIMIT_CORE, 0)


def run_confined(
    module: str,
    arguments: list[str],
    *,
    limits: Limits,
    given: bytes | None = None,
    opened: IO[bytes] | None = None,
) -> bytes:
    """Run `python -m module` and return what it printed.

    Its standard input is `given`, or the open file `opened` (from where it stands). The module calls
    `limits.impose()` first. Raises `OutOfLimitsError` when it does not end by itself with status 0.
    """
    env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, by the running interpreter
            [sys.executable, "-P", "-m", module, *arguments],
            input=given,
            stdin=opened,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
            timeout=limits.seconds * 2,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise OutOfLimitsError(module) from error
    if done.returncode != 0:
        raise OutOfLimitsError(module)
    return done.stdout


def _lower(what: int, to: int) -> None:
    _soft, hard = resource.getrlimit(what)
    limit = to if hard == resource.RLIM_INFINITY else min(to, hard)
    resource.setrlimit(what, (limit, limit))
