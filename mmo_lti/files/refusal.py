"""Why an upload is not taken."""

from __future__ import annotations


class FileRefused(Exception):
    """An upload is not taken; `code` has a sentence in the catalogue, `params` fill it in.

    Codes and their parameters:

    `empty`, `too_big` (limit, in bytes), `type_unknown`, `type_not_allowed` (kind), `old_word` (a .doc);
    where only scans are taken `scan_type_unknown`, `scan_old_word`; `name_mismatch` (name_says, content),
    `damaged`, `encrypted`, `macro`, `scripts`, `launch` (it starts a program), `embedded` (files inside),
    `external` (it fetches something from elsewhere), `bomb` (it unpacks too far), `trailing_bytes` (something
    is glued behind), `too_many_pages` (limit), `too_many_pixels` (limit), `infected` (signature).
    """

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
