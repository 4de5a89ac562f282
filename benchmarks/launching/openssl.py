"""What OpenSSL's own benchmark says of this processor: the bound above every tool that checks a signature."""

from __future__ import annotations

import shutil
import subprocess

ROW = "rsa 2048 bits"


def verifications_a_second() -> float | None:
    """RSA signatures of 2048 bits checked in a second by `openssl speed`; none without the command."""
    command = shutil.which("openssl")
    if command is None:
        return None
    done = subprocess.run(
        [command, "speed", "-seconds", "1", "rsa2048"], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    # Which columns there are differs by version; the row's first words are its name.
    row = next(number for number, line in enumerate(lines) if line.lstrip().startswith(ROW))
    columns, values = lines[row - 1].split(), lines[row].split()[len(ROW.split()) :]
    return float(dict(zip(columns, values, strict=True))["verify/s"])
