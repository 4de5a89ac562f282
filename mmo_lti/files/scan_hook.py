"""Where a virus scanner is asked about an upload, if the operator has one."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from typing import BinaryIO, Protocol

from mmo_lti.files.refusal import FileRefused

_CLEAN = 0
_INFECTED = 1
_FOUND = " FOUND"


class ScanUnavailableError(RuntimeError):
    """The scanner did not answer; nothing is known of the file, so it is not taken for now."""


class VirusScan(Protocol):
    """Called with an upload at its start; `FileRefused("infected")` or `ScanUnavailableError`, else clean."""

    def __call__(self, stream: BinaryIO) -> None:
        """Read `stream` to its end."""


def no_scan(stream: BinaryIO) -> None:
    """The default: no scanner is set up."""


class CommandScan:
    """Asks a command that reads a file from standard input, such as `clamdscan --no-summary -`.

    As ClamAV documents it: status 0 is clean, 1 is infected, anything else is a fault of the scanner.
    """

    def __init__(self, command: Sequence[str], *, seconds: float = 60) -> None:
        if not command:
            raise ValueError("no command")
        self.command = tuple(command)
        self.seconds = seconds

    def __call__(self, stream: BinaryIO) -> None:
        """See `VirusScan`."""
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(stream, copy)
            copy.seek(0)
            try:
                done = subprocess.run(  # noqa: S603 - the operator's own command, no shell
                    self.command, stdin=copy, capture_output=True, timeout=self.seconds, check=False
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                raise ScanUnavailableError(self.command[0]) from error
        if done.returncode == _INFECTED:
            raise FileRefused("infected", signature=_signature(done.stdout))
        if done.returncode != _CLEAN:
            raise ScanUnavailableError(self.command[0])


def _signature(output: bytes) -> str:
    """`stream: Eicar-Signature FOUND` → `Eicar-Signature`."""
    for line in output.decode("utf-8", "replace").splitlines():
        if line.endswith(_FOUND):
            return line.removesuffix(_FOUND).partition(": ")[2]
    return ""
