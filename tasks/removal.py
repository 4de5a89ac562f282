"""The job that removes bytes which no entry of the archive names any more (R17.4)."""

from __future__ import annotations

from mmo_lti.services import archive
from tasks.runtime import Job, Runtime


def remove_bytes(runtime: Runtime, job: Job) -> None:
    """Remove them unless an entry names them again; run twice, they are gone once."""
    archive.remove_bytes(runtime.database, runtime.store, job.centre_id, str(job.payload["sha256"]))
