"""Applications served over TLS on the loopback interface, under names that the browser is told of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.serving import WSGIRequestHandler, make_server

Wsgi = Callable[..., Any]


class Quiet(WSGIRequestHandler):
    """Leaves the log to the applications."""

    def log_request(self, *_: object) -> None:
        """Say nothing."""


class Door:
    """Stands where an application will be: its address must be known before it can be made."""

    def __init__(self) -> None:
        self.app: Wsgi = ServiceUnavailable()
        self.port = 0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.app(environ, start_response)


def self_signed(folder: Path, *names: str) -> tuple[str, str]:
    """A certificate for `names` and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .sign(key, SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(Encoding.PEM))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(certificate_file), str(key_file)


@contextmanager
def served(certificate: tuple[str, str]) -> Iterator[Door]:
    """A door that is open to browsers on a free port."""
    door = Door()
    server = make_server("127.0.0.1", 0, door, threaded=True, ssl_context=certificate, request_handler=Quiet)
    door.port = server.server_port
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield door
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
