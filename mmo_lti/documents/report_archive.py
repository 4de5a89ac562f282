"""The report and its appendices as separate files in one ZIP, with an inventory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from mmo_lti.documents.folder import wording
from mmo_lti.documents.reading_copy import Attached, inventory_row
from mmo_lti.documents.report import ReportDocument
from mmo_lti.documents.sentence import fill
from mmo_lti.documents.zip_folder import ZipFolder, suffix_of, table


def write_archive(
    target: BinaryIO, document: ReportDocument, report_pdf: bytes, attached: Sequence[Attached]
) -> None:
    """Write the ZIP: the report, each appendix under its number, and `опись.csv` (UTF-8 with a mark, «;»).

    Equal data give equal bytes; one file is in memory at a time.
    """
    words = wording()["reading_copy"]
    with ZipFolder(target, document.as_of) as folder:
        folder.add(folder.name_for(words["report_file"], ".pdf"), report_pdf)
        rows = []
        for one in attached:
            stem = f"{fill(words['appendix'], {'number': one.entry.number})} {one.entry.title}"
            name = folder.name_for(stem, suffix_of(one.file_name))
            rows.append([*inventory_row(one.entry).values(), name, folder.add(name, one.read())])
        folder.add(words["inventory_file"], table(words["inventory_columns"], rows))
