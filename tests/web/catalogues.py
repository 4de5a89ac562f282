"""The catalogues of sentences, compiled beside the tests: `.mo` files are made, never kept in the repository."""

from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import mmo_lti

SOURCE = Path(mmo_lti.__file__).parent / "translations"
LANGUAGES = ("ru", "en")


@cache
def catalogue(language: str) -> Catalog:
    """The sentences of a language, as the translator wrote them."""
    with (SOURCE / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def compile_into(folder: Path) -> Path:
    """Compile all catalogues into a folder that an application can be pointed at."""
    for language in LANGUAGES:
        target = folder / language / "LC_MESSAGES"
        target.mkdir(parents=True)
        with (target / "messages.mo").open("wb") as file:
            write_mo(file, catalogue(language))
    return folder
