"""Sending what waits in the outbox: once, and again where the server could not take it."""

from __future__ import annotations

import datetime
import logging
import smtplib
from dataclasses import dataclass
from email.errors import MessageError
from email.utils import parseaddr
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from beffroi.notices.enclosures import Withdrawn, filled
from beffroi.notices.models import Notice

log = logging.getLogger(__name__)

#: How long to wait after each failure, in minutes; after the last, the notice is given up.
PAUSES = (1, 5, 15, 60, 240, 720, 1440, 1440, 1440)
LONGEST_FAILURE = 300


@dataclass
class Sent:
    """What one round of sending did."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0


class _Refused(Exception):
    """The server will never take this mail: trying again is of no use."""


class _NotNow(Exception):
    """The server does not take this mail for the moment."""


class _ServerTrouble(_NotNow):
    """The server takes no mail at all for the moment, or none from us."""


def send_due() -> Sent:
    """Send every notice that is due. Several workers may do so at once: each notice leaves once.

    A notice is locked while it is sent (``FOR UPDATE SKIP LOCKED``) and its Message-ID is that of
    its key: should a worker die between the server's answer and the commit, the mail that leaves
    again is the same, and servers know it. Where the server itself is in trouble, the round ends.
    """
    done = Sent()
    connection = get_connection()
    try:
        while _send_one(connection, done):
            pass
    finally:
        connection.close()
    return done


@transaction.atomic
def _send_one(connection: BaseEmailBackend, done: Sent) -> bool:
    """Send the notice that has been due longest; whether to go on."""
    notice = (
        Notice.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(sent_at__isnull=True, given_up_at__isnull=True, due_at__lte=Now())
        .order_by("due_at", "pk")
        .first()
    )
    if notice is None:
        return False
    go_on = True
    try:
        _send(notice, connection)
    except _Refused as refusal:
        _give_up(notice, str(refusal), done)
    except _NotNow as trouble:
        _put_off(notice, str(trouble), done)
        go_on = not isinstance(trouble, _ServerTrouble)
    else:
        notice.sent_at, notice.failure = timezone.now(), ""
        done.sent += 1
    notice.save(update_fields=["sent_at", "given_up_at", "due_at", "attempts", "failure"])
    return go_on


def _send(notice: Notice, connection: BaseEmailBackend) -> None:
    try:
        connection.open()
        _message(notice, connection).send()
    except Withdrawn as withdrawn:
        raise _Refused(str(withdrawn)) from withdrawn
    except smtplib.SMTPRecipientsRefused as error:
        raise _refusal(*next(iter(error.recipients.values()))) from error
    except smtplib.SMTPDataError as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPResponseException as error:
        raise _ServerTrouble(_said(error.smtp_code, error.smtp_error)) from error
    except OSError as error:  # smtplib's exceptions are such
        raise _ServerTrouble(f"Le serveur de courriels ne répond pas : {error}") from error
    except (MessageError, ValueError) as error:
        raise _Refused(f"Ce courriel ne peut pas être écrit : {error}") from error


def _refusal(code: int, said: bytes | str) -> Exception:
    """A refusal of this mail: for good (5xx), or for now (4xx)."""
    kind = _Refused if code >= 500 else _NotNow
    return kind(_said(code, said))


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"Le serveur de courriels répond : {code} {' '.join(text.split())}"


def _message(notice: Notice, connection: BaseEmailBackend) -> EmailMessage:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return EmailMessage(
        subject=f"[Beffroi] {notice.subject}",
        body=filled(notice.body, notice.enclosed),
        to=[notice.address],
        reply_to=[notice.reply_to] if notice.reply_to else None,
        headers={
            "Message-ID": f"<{sha256(notice.key.encode()).hexdigest()[:32]}@{domain}>",
            "Auto-Submitted": "auto-generated",  # no out-of-office answers to a machine
        },
        connection=connection,
    )


def _put_off(notice: Notice, why: str, done: Sent) -> None:
    if notice.attempts >= len(PAUSES):
        _give_up(notice, why, done)
        return
    notice.due_at = timezone.now() + datetime.timedelta(minutes=PAUSES[notice.attempts])
    notice.attempts += 1
    notice.failure = why[:LONGEST_FAILURE]
    done.failed += 1
    log.warning("Avis %s : remis à plus tard. %s", notice.pk, why)


def _give_up(notice: Notice, why: str, done: Sent) -> None:
    notice.attempts += 1
    notice.given_up_at, notice.failure = timezone.now(), why[:LONGEST_FAILURE]
    done.given_up += 1
    log.error("Avis %s : abandonné. %s", notice.pk, why)
