"""The form that a platform makes the browser post: small, plain, each field with all its values."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.wsgi import get_content_length

from mmo_lti.lti.refusal import Outcome, Refused, broken

MAX_BODY = 64 * 1024
MAX_FIELDS = 100
FORM = "application/x-www-form-urlencoded"


def posted_fields(request: Request) -> dict[str, list[str]]:
    """All values of every field; raises `Refused`, and `RequestEntityTooLarge` for more than 64 KiB.

    Flask's own parser makes ready for uploads, which takes as long as checking the signature.
    """
    request.max_content_length = MAX_BODY  # for whoever reads the body after us, too
    # Browsers send the bare type; only another spelling needs taking apart.
    if request.environ.get("CONTENT_TYPE") != FORM and request.mimetype != FORM:
        raise Refused(Outcome.WRONG_TYPE, "malformed.content_type")
    fields: dict[str, list[str]] = {}
    try:
        body = _body(request).decode()
        for name, value in parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS):
            fields.setdefault(name, []).append(value)
    except ValueError:
        raise broken("form") from None
    return fields


def _body(request: Request) -> bytes:
    """The whole body.

    Browsers say how long it is: then it is read at once, without the library's guard around the stream.
    """
    length = get_content_length(request.environ)
    if length is None or length > MAX_BODY:
        return request.get_data(cache=False)
    body = request.input_stream.read(length)
    if len(body) < length:
        raise broken("form")
    request.environ["wsgi.input"] = BytesIO(body)  # the page of a refusal may look for a form's token
    return body
