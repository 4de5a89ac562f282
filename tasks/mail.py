"""Letters by SMTP, for whom no Moodle message reaches."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from mmo_lti.config import Config
from mmo_lti.services.notice_text import Letter

TIMEOUT_SECONDS = 15

Post = Callable[[str, Letter], None]


class MailFailed(Exception):
    """The letter was refused, or nobody knows (`unknown`) whether the server took it."""

    def __init__(self, code: str, *, unknown: bool) -> None:
        """Hold the code of the sentence."""
        super().__init__(code)
        self.code = code
        self.unknown = unknown


def make_post(config: Config) -> Post | None:
    """A function that sends one letter, or none where no mail server is configured."""
    if not config.smtp_url:
        return None
    parts = urlsplit(config.smtp_url)
    host, port = parts.hostname or "localhost", parts.port or 25

    def post(address: str, letter: Letter) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = config.mail_from, address, letter.subject
        message.set_content(letter.body)
        try:
            with smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS) as server:
                if parts.username:
                    server.starttls(context=ssl.create_default_context())
                    server.login(unquote(parts.username), unquote(parts.password or ""))
                server.send_message(message)
        except smtplib.SMTPException as error:
            raise MailFailed("mail_refused", unknown=False) from error
        except OSError as error:
            raise MailFailed("mail_unreached", unknown=True) from error

    return post
