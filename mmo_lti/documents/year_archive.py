"""All documents of an association's year in one ZIP, with the inventory of what is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from mmo_lti.documents import inventory
from mmo_lti.documents.folder import wording
from mmo_lti.documents.inventory import Absence, FiledPaper, Inventory
from mmo_lti.documents.zip_folder import ZipFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A paper with its bytes: `opened` gives them (`FileNotFoundError` where they are lost).

    `name` and `suffix` make its name inside the archive, `size` is the number of bytes. Without `opened` the
    inventory names the paper alone.
    """

    paper: FiledPaper
    name: str = ""
    suffix: str = ""
    size: int = 0
    opened: Callable[[], BinaryIO] | None = None


def write_year(target: BinaryIO, document: Inventory, packed: Sequence[Packed]) -> Inventory:
    """Write the ZIP: a folder for each kind, «Опись.pdf», «опись.csv»; a file at a time, in pieces.

    `document.papers` come from `packed`, with the names inside the archive. A file that is lost, or is not
    what was filed, is named so in the inventory that is written and returned.
    """
    words = wording()[inventory.FORM]
    with ZipFolder(target, document.as_of) as folder:
        told = [_add(folder, one) for one in packed]
        written = replace(document, papers=tuple(told))
        folder.add(words["paper_file"], inventory.render_pdf(written))
        folder.add(words["table_file"], inventory.as_table(written))
    return written


def _add(folder: ZipFolder, one: Packed) -> FiledPaper:
    if one.opened is None:
        return one.paper
    place = wording()[inventory.FORM]["folders"][one.paper.group.value]
    try:
        stream = one.opened()
    except FileNotFoundError:
        return replace(one.paper, absence=Absence.LOST)
    with stream:
        name = folder.name_for(one.name, one.suffix, place)
        found = folder.add(name, stream, one.size)
    changed = found != one.paper.sha256
    return replace(one.paper, file=name, sha256=found, absence=Absence.CHANGED if changed else None)
