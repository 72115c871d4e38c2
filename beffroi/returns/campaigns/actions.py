"""Running a campaign: prepared, opened, changed, closed; its requests extended or excused."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import DataError, IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract
from beffroi.contracts.vocabulary import AccessLevel
from beffroi.partners.models import Organisation, Service
from beffroi.returns.campaigns.letters import Post
from beffroi.returns.campaigns.progress import standing_of, standings
from beffroi.returns.links import revoke
from beffroi.returns.models import Campaign, DepositLink, Letter, Recipient, Request
from beffroi.server.constraints import sentence_of

MOST_REMINDERS = 12
FARTHEST_REMINDER = 365
LONGEST_ADDRESS = 254


class CampaignRefused(Exception):
    """It cannot be done: one sentence says why and what to do. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a campaign says: its dates, its words, its reminders (days from the due date)."""

    title: str
    effective_on: datetime.date
    due_on: datetime.date
    message: str = ""
    reminders: tuple[int, ...] = ()


Asked = tuple[Organisation, Service | None]


def prepare_campaign(
    contract: Contract, terms: Terms, asked: Iterable[Asked], author: User | None
) -> Campaign:
    """A campaign that asks these partners, or services of theirs, and has written to nobody yet.

    Its recipients are those who contribute for each. Raises :class:`CampaignRefused`.
    """
    with _refusing():
        campaign = Campaign(contract=contract, author=author)
        _set_terms(campaign, terms)
        campaign.save()
        for partner, service in asked:
            ask(campaign, partner, service)
    return campaign


def prepare_next(previous: Campaign, terms: Terms, author: User | None) -> Campaign:
    """The same requests to the same people as last time, at other dates. Whoever contributes for
    a partner since then is asked too. Raises :class:`CampaignRefused`.
    """
    with _refusing():
        requests = previous.requests.select_related("partner", "service").prefetch_related(
            "recipients"
        )
        campaign = prepare_campaign(previous.contract, terms, (), author)
        for before in requests:
            request = ask(campaign, before.partner, before.service)
            for recipient in before.recipients.all():
                _add(request, recipient.address, recipient.name)
    return campaign


def change_campaign(campaign: Campaign, terms: Terms) -> None:
    """Change what a campaign says; what was mailed stays mailed. Raises :class:`CampaignRefused`.

    Once it is open, the date it describes no longer changes: people are answering it.
    """
    if campaign.opens_on and terms.effective_on != campaign.effective_on:
        raise CampaignRefused(
            _(
                "La campagne est ouverte : la date de la situation ne se change plus. Préparez "
                "une autre campagne, et clôturez celle-ci."
            )
        )
    with _refusing():
        _set_terms(campaign, terms)
        campaign.save()


@transaction.atomic
def open_campaign(campaign: Campaign, author: User | None, today: datetime.date) -> int:
    """Open it, and write to the recipients of what is not sent yet. How many mails.

    Raises :class:`CampaignRefused`.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.opens_on is not None:
        raise CampaignRefused(_("Cette campagne est déjà ouverte."))
    if locked.due_on < today:
        raise CampaignRefused(
            _("L'échéance est déjà passée : changez-la avant d'ouvrir la campagne.")
        )
    if not locked.requests.exists():
        raise CampaignRefused(_("Personne n'est sollicité : ajoutez d'abord une demande."))
    locked.opens_on = campaign.opens_on = today
    locked.save()
    return _write_openings(campaign, author, today)


def close_campaign(campaign: Campaign) -> None:
    """No more reminders, and its links open nothing any more. Again changes nothing."""
    Campaign.objects.filter(pk=campaign.pk, closed_at__isnull=True).update(closed_at=Now())


def reopen_campaign(campaign: Campaign) -> None:
    """As before it was closed; its links open again. Raises :class:`CampaignRefused` where another
    campaign was opened for that date meanwhile.
    """
    with _refusing():
        Campaign.objects.filter(pk=campaign.pk).update(closed_at=None)


def ask(campaign: Campaign, partner: Organisation, service: Service | None = None) -> Request:
    """Ask one more partner, or one more of its services, with those who contribute for it as
    recipients. Raises :class:`CampaignRefused`.
    """
    if service is not None and service.organisation_id != partner.pk:
        raise CampaignRefused(_("Ce service n'est pas de ce partenaire."))
    with _refusing():
        request = Request.objects.create(campaign=campaign, partner=partner, service=service)
        for user in contributors(campaign.contract, partner, service):
            add_recipient(request, user.email, user.full_name)
    return request


def withdraw(request: Request) -> None:
    """Take back a request that nobody answered. Raises :class:`CampaignRefused`."""
    if request.deliveries.exists():
        raise CampaignRefused(
            _("Un classeur a été déposé pour cette demande : dispensez-la plutôt que la retirer.")
        )
    with transaction.atomic():
        request.links.all().delete()
        request.delete()


def extend(request: Request, due_on: datetime.date, reason: str) -> None:
    """Grant a later date, for a reason. Raises :class:`CampaignRefused`."""
    if due_on <= request.campaign.due_on:
        raise CampaignRefused(_("Un délai accordé va au-delà de l'échéance de la campagne."))
    _change(request, due_on=due_on, due_reason=_reason(reason))


def restore_due_date(request: Request) -> None:
    """Take back the later date that was granted."""
    _change(request, due_on=None, due_reason="")


def excuse(request: Request, reason: str) -> None:
    """Expect nothing of it any more, for a reason. Raises :class:`CampaignRefused`."""
    _change(request, excused=_reason(reason))


def ask_again(request: Request) -> None:
    """Expect it after all."""
    _change(request, excused="")


def add_recipient(request: Request, address: str, name: str = "") -> Recipient:
    """One more person to write to; where the campaign is open, they are written to at once.

    Raises :class:`CampaignRefused`.
    """
    with _refusing():
        recipient = _add(request, address, name)
        campaign = request.campaign
        if campaign.opens_on and campaign.closed_at is None and standing_of(request).missing:
            today = timezone.localdate()
            _opening(f"{campaign.pk}:{request.pk}", campaign.author, today).write([recipient])
    return recipient


@transaction.atomic
def remove_recipient(recipient: Recipient) -> None:
    """Write to them no more about this request; the links that were theirs open nothing."""
    for link in recipient.request.links.filter(address=recipient.address):
        revoke(link)
    recipient.delete()


def send_link(
    request: Request, recipient: Recipient, link: DepositLink, author: User, today: datetime.date
) -> bool:
    """Mail a link that was just made to a recipient; whether it is on its way."""
    recipient.request = request
    return Post(Letter.Kind.LINK, f"link:{link.pk}", today, author).write([recipient]) == 1


def contributors(contract: Contract, partner: Organisation, service: Service | None) -> list[User]:
    """Those who answer for a partner; of a service, where some are known to be of it."""
    accesses = Access.objects.filter(
        contract=contract,
        organisation=partner,
        level__in=[AccessLevel.CONTRIBUTOR, AccessLevel.MANAGER],
        user__is_active=True,
    ).select_related("user")
    users = list(dict.fromkeys(access.user for access in accesses.order_by("user__email")))
    if service is None:
        return users
    today = timezone.localdate()
    of_service = set(
        service.memberships.filter(Q(until__isnull=True) | Q(until__gte=today)).values_list(
            "user_id", flat=True
        )
    )
    return [user for user in users if user.pk in of_service] or users


def _write_openings(campaign: Campaign, author: User | None, today: datetime.date) -> int:
    missing = {each.request.pk: each.request for each in standings([campaign]) if each.missing}
    recipients = list(Recipient.objects.filter(request__in=missing).order_by("address", "pk"))
    for recipient in recipients:
        recipient.request = missing[recipient.request_id]
    return _opening(str(campaign.pk), author, today).write(recipients)


def _opening(about: str, author: User | None, today: datetime.date) -> Post:
    return Post(Letter.Kind.OPENING, f"opening:{about}", today, author)


def _add(request: Request, address: str, name: str) -> Recipient:
    address, name = address.strip().lower(), " ".join(name.split())
    try:
        validate_email(address)
        MaxLengthValidator(LONGEST_ADDRESS)(address)
    except ValidationError:
        raise CampaignRefused(
            _("« %(address)s » n'est pas une adresse électronique.") % {"address": address[:80]}
        ) from None
    recipient, _made = Recipient.objects.get_or_create(
        request=request, address=address, defaults={"name": name[:150]}
    )
    return recipient


def _set_terms(campaign: Campaign, terms: Terms) -> None:
    reminders = sorted(set(terms.reminders))
    if len(reminders) > MOST_REMINDERS:
        raise CampaignRefused(
            _("Pas plus de %(most)s rappels par campagne.") % {"most": MOST_REMINDERS}
        )
    if any(abs(days) > FARTHEST_REMINDER for days in reminders):
        raise CampaignRefused(_("Un rappel part à moins d'un an de l'échéance."))
    campaign.title = " ".join(terms.title.split())
    campaign.effective_on = terms.effective_on
    campaign.due_on = terms.due_on
    campaign.message = terms.message.strip()
    campaign.reminders = reminders


def _change(request: Request, **changes: object) -> None:
    with _refusing():
        for name, value in changes.items():
            setattr(request, name, value)
        request.save(update_fields=list(changes))


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise CampaignRefused(_("Dites pourquoi : la raison reste avec la demande."))
    if len(reason) > 300:
        raise CampaignRefused(_("La raison dépasse 300 caractères : abrégez-la."))
    return reason


@contextmanager
def _refusing() -> Iterator[None]:
    """One transaction; what a constraint refuses is said in its own sentence."""
    try:
        with transaction.atomic():
            yield
    except (IntegrityError, DataError) as error:
        raise CampaignRefused(sentence_of(error) or _("Un texte est trop long.")) from error
