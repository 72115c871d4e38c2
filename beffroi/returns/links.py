"""Links by which somebody without account sends one return: made, written, recognised, revoked."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from beffroi.accounts.models import User
from beffroi.notices.enclosures import Withdrawn
from beffroi.notices.letters import absolute
from beffroi.returns.models import DepositLink, Request

ENCLOSURE = "deposit_link"
#: How long a link still opens after the date a return is due, for queries to be answered.
AFTERWARDS = datetime.timedelta(days=90)
SALT = "beffroi.returns.links"


def make_link(request: Request, *, address: str = "", author: User | None = None) -> DepositLink:
    """A new link for one request, to be handed to ``address``. It opens until 90 days after the
    date the return is due, and 90 days from now at least.
    """
    from_day = max(request.must_send_by, timezone.localdate())
    midnight = datetime.time(23, 59, tzinfo=timezone.get_current_timezone())
    seed = secrets.token_urlsafe(32)
    return DepositLink.objects.create(
        request=request,
        seed=seed,
        digest=_digest(_signed(seed)),
        address=address.strip().lower(),
        expires_at=datetime.datetime.combine(from_day, midnight) + AFTERWARDS,
        author=author,
    )


def secret_of(link: DepositLink) -> str:
    """The secret of a link, made again from its seed and the key of the site."""
    return _signed(link.seed)


def address_of(link: DepositLink) -> str:
    """The whole address to follow, to be shown once or mailed, and written nowhere."""
    return absolute(f"/depot/ouvrir/{secret_of(link)}")


def write_link(number: int) -> str:
    """What a mail encloses: the address of a link. Raises ``Withdrawn`` once it opens nothing."""
    link = DepositLink.objects.select_related("request__campaign").filter(pk=number).first()
    if link is None or not is_open(link):
        raise Withdrawn(_("Le lien a été révoqué, ou a expiré, avant que ce courriel parte."))
    return address_of(link)


def link_behind(secret: str) -> DepositLink | None:
    """The link of a secret, if it opens something; expired, revoked and unknown are one answer."""
    digest = _digest(secret)
    link = (
        DepositLink.objects.select_related(
            "request__campaign__contract", "request__partner", "request__service"
        )
        .filter(digest=digest)
        .first()
    )
    if link is None or not constant_time_compare(link.digest, digest):
        return None
    return link if is_open(link) else None


def is_open(link: DepositLink) -> bool:
    """Whether a link opens something: neither revoked nor expired, its campaign not closed."""
    closed = link.revoked_at or link.request.campaign.closed_at
    return closed is None and link.expires_at > timezone.now()


def revoke(link: DepositLink) -> None:
    """Close a link for good. Again changes nothing."""
    DepositLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=Now())


@transaction.atomic
def note_use(link: DepositLink) -> None:
    """Remember that something was done by a link, to the minute."""
    before = timezone.now() - datetime.timedelta(minutes=1)
    recent = DepositLink.objects.filter(pk=link.pk, last_used_at__gt=before)
    if not recent.exists():
        DepositLink.objects.filter(pk=link.pk).update(last_used_at=Now())


def _signed(seed: str) -> str:
    digest = salted_hmac(SALT, seed, algorithm="sha256").digest()
    return urlsafe_base64_encode(digest)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
