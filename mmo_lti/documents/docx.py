"""DOCX from templates that a coordinator edits in a word processor.

The forms that come with the program are rendered here; a template that was uploaded is a program of a
stranger and is rendered in a confined child process. Either way Jinja is sandboxed, values are escaped, an
unknown name is an error, and equal data give equal bytes.
"""

from __future__ import annotations

import base64
import io
import json
import re
import sys
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from docxtpl import DocxTemplate
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

from mmo_lti.confined import MEBIBYTE, Limits, OutOfLimitsError, run_confined
from mmo_lti.documents.docx_finish import finish
from mmo_lti.documents.docx_picture import qr_pictures
from mmo_lti.documents.folder import FORMS

LIMITS = Limits(seconds=20, memory=768 * MEBIBYTE)

# The earliest moment a ZIP can name.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_CONTENT_TYPES = "[Content_Types].xml"
_NAME_IN_MESSAGE = re.compile(r"'([^']+)'(?: is undefined)?$|^'([^']+)' is undefined")


class TemplateRefused(Exception):
    """A centre's own template can't be used; `code` has a sentence in the catalogue, `params` fill it in.

    `template_broken` (no DOCX), `template_syntax` (message: what Jinja says), `template_unknown_name` (name),
    `template_forbidden` (it does what no template may), `template_out_of_limits` (time or memory).
    """

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def render(form: str, context: Mapping[str, Any], template: bytes | Path | None, *, as_of: datetime) -> bytes:
    """Fill the form's own template, or the centre's; `as_of` is the moment the file names as its making."""
    if template is None:
        return fill_template(_shipped(form), context, as_of)
    uploaded = template if isinstance(template, bytes) else template.read_bytes()
    return _fill_confined(uploaded, context, as_of)


def fill_template(template: bytes, context: Mapping[str, Any], as_of: datetime) -> bytes:
    """Fill a template in this process; raises `TemplateRefused`."""
    env = SandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined)
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render({**_escaped(context), **qr_pictures(document, context)}, jinja_env=env)
        finish(document.docx, title=context["document_title"], author=context["institution"], made_at=as_of)
        out = io.BytesIO()
        document.save(out)
    except SecurityError as error:
        raise TemplateRefused("template_forbidden") from error
    except jinja2.UndefinedError as error:
        raise TemplateRefused("template_unknown_name", name=_name(str(error))) from error
    except jinja2.TemplateError as error:
        raise TemplateRefused("template_syntax", message=str(error)) from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, SyntaxError) as error:
        # What python-docx and lxml raise for a file that is no whole DOCX has no common ancestor.
        raise TemplateRefused("template_broken") from error
    return settled(out.getvalue())


def settled(archive: bytes) -> bytes:
    """The ZIP with fixed times and sorted names, so that only its content decides its bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != _CONTENT_TYPES, name)):
            member = zipfile.ZipInfo(name, _ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            new.writestr(member, old.read(name))
    return out.getvalue()


def _escaped(value: Any) -> Any:
    """docxtpl puts `{_{` back into `{{` after rendering, in our data too: a word joiner keeps them apart."""
    if isinstance(value, str):
        return re.sub(r"([{}%])_([{}%])", "\\1\u2060_\u2060\\2", value)
    if isinstance(value, Mapping):
        return {key: _escaped(inner) for key, inner in value.items()}
    return [_escaped(inner) for inner in value] if isinstance(value, list | tuple) else value


def _name(message: str) -> str:
    found = _NAME_IN_MESSAGE.search(message)
    return (found[1] or found[2]) if found else message


@cache
def _shipped(form: str) -> bytes:
    return (FORMS / f"{form}.docx").read_bytes()


def _fill_confined(template: bytes, context: Mapping[str, Any], as_of: datetime) -> bytes:
    task = {
        "template": base64.b64encode(template).decode("ascii"),
        "context": context,
        "as_of": as_of.astimezone(UTC).isoformat(),
    }
    try:
        answer = run_confined("mmo_lti.documents.docx", [], limits=LIMITS, given=json.dumps(task).encode())
    except OutOfLimitsError as error:
        raise TemplateRefused("template_out_of_limits") from error
    head, _newline, body = answer.partition(b"\n")
    refused = json.loads(head)
    if refused:
        raise TemplateRefused(refused["code"], **refused["params"])
    return body


def _main() -> None:
    task = json.loads(sys.stdin.buffer.read())
    LIMITS.impose()
    body = b""
    refused: dict[str, Any] = {}
    try:
        template = base64.b64decode(task["template"])
        body = fill_template(template, task["context"], datetime.fromisoformat(task["as_of"]))
    except TemplateRefused as error:
        refused = {"code": error.code, "params": error.params}
    sys.stdout.buffer.write(json.dumps(refused).encode() + b"\n" + body)


if __name__ == "__main__":
    _main()
