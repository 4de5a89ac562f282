"""Letters by SMTP, for whom no Moodle message reaches."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

from mmo_lti.config import Config
from mmo_lti.services.clock import wall_clock
from mmo_lti.services.notice_text import Letter
from moodle_sync.messages import SendState

TIMEOUT_SECONDS = 15

Post = Callable[[str, Letter], None]


class MailFailed(Exception):
    """The letter did not leave, or nobody knows; `state` tells which, `code` is that of the sentence."""

    def __init__(self, code: str, state: SendState) -> None:
        """Hold both."""
        super().__init__(code)
        self.code = code
        self.state = state


def make_post(config: Config) -> Post | None:
    """A function that sends one letter, or none where no mail server is configured.

    `MMO_SMTP_URL` is `smtp://host`, `smtp://user:password@host` (STARTTLS is then demanded) or `smtps://…`.
    """
    if not config.smtp_url:
        return None
    parts = urlsplit(config.smtp_url)

    def post(address: str, letter: Letter) -> None:
        message = _message(config.mail_from, address, letter)
        try:
            server = _connected(parts)
        except (smtplib.SMTPException, OSError) as error:
            raise MailFailed("mail_unreached", SendState.POSTPONED) from error
        with server:
            _hand_over(server, message)

    return post


def _message(sender: str, address: str, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    try:
        message["From"], message["To"], message["Subject"] = sender, address, letter.subject
        if not message["To"].addresses:
            raise ValueError("no address")
    except ValueError as error:
        raise MailFailed("mail_address", SendState.REFUSED) from error
    message["Date"] = format_datetime(wall_clock())
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or None)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message


def _connected(parts: SplitResult) -> smtplib.SMTP:
    host, tls = parts.hostname or "localhost", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=tls)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
    try:
        if parts.username:
            if parts.scheme != "smtps":
                server.starttls(context=tls)
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Tell apart what was refused, what may be taken later, and what may have been taken already."""
    try:
        server.send_message(message)
    except smtplib.SMTPServerDisconnected as error:
        raise MailFailed("mail_timeout", SendState.UNKNOWN) from error
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused([code for code, _ in error.recipients.values()]) from error
    except smtplib.SMTPResponseException as error:
        raise _refused([error.smtp_code]) from error
    except smtplib.SMTPException as error:
        raise MailFailed("mail_refused", SendState.REFUSED) from error
    except OSError as error:
        raise MailFailed("mail_timeout", SendState.UNKNOWN) from error


def _refused(codes: list[int]) -> MailFailed:
    """A code below 500 asks to come again later (a full box, a server that greylists)."""
    if all(code < 500 for code in codes):
        return MailFailed("mail_later", SendState.POSTPONED)
    return MailFailed("mail_refused", SendState.REFUSED)
