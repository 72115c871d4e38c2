"""A real mail server for tests: it speaks SMTP on a port, and may refuse, or be down."""

from __future__ import annotations

import contextlib
import email
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.browser.site import free_port


@dataclass
class MailServer:
    """What it received, and what it refuses: an answer of SMTP by address."""

    port: int = field(default_factory=free_port)
    received: list[EmailMessage] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    slowness: float = 0.0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        time.sleep(self.slowness)
        message = email.message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        return "250 Message accepted for delivery"

    @contextlib.contextmanager
    def up(self) -> Iterator[MailServer]:
        """It answers for the duration of the block."""
        controller = Controller(self, hostname="127.0.0.1", port=self.port)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()

    @property
    def subjects(self) -> list[str]:
        return [str(message["Subject"]) for message in self.received]

    def text_to(self, address: str) -> str:
        """The text of the one mail to that address."""
        (message,) = [each for each in self.received if each["To"] == address]
        return message.get_content().replace("\r\n", "\n")


@contextlib.contextmanager
def mailing(settings: Any) -> Iterator[MailServer]:
    """Django sends its mails to a server that is not up yet."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = ""
    yield server
