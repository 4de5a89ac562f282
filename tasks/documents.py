"""The job that makes a document and files it."""

from __future__ import annotations

from mmo_lti.services import document_filing
from tasks.runtime import Job, Runtime


def file_document(runtime: Runtime, job: Job) -> None:
    """Make the document named in the row; run twice, it is filed once."""
    kind = str(job.payload["document"])
    document_filing.file_document(runtime.database, runtime.store, kind, job.subject_id, runtime.now())
