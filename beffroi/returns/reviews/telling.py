"""Writing to the other side what was said of a return: one letter a person, a day, and a matter.

The first query of a day tells that there are queries; the others are found on the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from beffroi.accounts.models import User
from beffroi.contracts.vocabulary import AccessLevel
from beffroi.notices.actions import Person, tell
from beffroi.notices.enclosures import Enclosure, mark
from beffroi.notices.letters import absolute, letter
from beffroi.returns.actors import Actor
from beffroi.returns.links import ENCLOSURE, is_open
from beffroi.returns.models import Acceptance, Delivery, Query, QueryMessage, Return
from beffroi.ui import figures

Matter = Literal["accepted", "withdrawn", "queried", "answered"]


def accepted(acceptance: Acceptance, actor: Actor) -> None:
    """Tell the partner that its return is accepted."""
    _tell_partner("accepted", acceptance.submitted, actor, acceptance.note)


def withdrawn(acceptance: Acceptance, actor: Actor) -> None:
    """Tell the partner that its return is accepted no more, and why."""
    _tell_partner("withdrawn", acceptance.submitted, actor, acceptance.note)


def queried(query: Query, actor: Actor) -> None:
    """Tell the partner that a cell of its return is queried."""
    _tell_partner("queried", query.submitted, actor)


def answered(message: QueryMessage, actor: Actor) -> None:
    """Tell the other side that there is a new message in a thread."""
    query = message.query
    if message.from_partner:
        _tell("answered", query.submitted, actor, _by_account(query.submitted, _team_side(query)))
    else:
        _tell_partner("answered", query.submitted, actor)


def _partner_side(submitted: Return) -> list[User]:
    """Who contributes for the partner, and whoever sent the return."""
    contributors = User.objects.filter(
        is_active=True,
        accesses__contract=submitted.contract_id,
        accesses__organisation=submitted.partner_id,
        accesses__level=AccessLevel.CONTRIBUTOR,
    )
    senders = User.objects.filter(
        is_active=True,
        accesses__contract=submitted.contract_id,
        pk__in=Delivery.objects.filter(posted=submitted).values("sender"),
    )
    return list((contributors | senders).distinct())


def _team_side(query: Query) -> list[User]:
    """Who asked, and whoever wrote for the contract team in the thread."""
    wrote = query.messages.filter(from_partner=False).values("author")
    return list(
        User.objects.filter(pk__in=wrote, is_active=True)
        | User.objects.filter(pk=query.author_id, is_active=True)
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Somebody to write to, and where they read the return: ``where`` in the letter, ``path`` on
    the site; by their account, or by the link it came by."""

    person: Person
    where: str
    path: str = ""
    enclosed: tuple[Enclosure, ...] = ()


def _by_account(submitted: Return, users: Iterable[User]) -> list[_Reader]:
    assert submitted.contract is not None
    path = reverse("returns:return", args=[submitted.contract.slug, submitted.pk])
    return [
        _Reader(Person(user.email, user.full_name, user), absolute(path), path) for user in users
    ]


def _by_link(submitted: Return, but: Iterable[_Reader]) -> list[_Reader]:
    """Who was handed the link that the return came by, while it opens something."""
    delivery = Delivery.objects.filter(posted=submitted, link__isnull=False)
    found = delivery.select_related("link__request__campaign").first()
    link = found.link if found else None
    known = {reader.person.address.casefold() for reader in but}
    if link is None or not link.address or link.address in known or not is_open(link):
        return []
    return [_Reader(Person(link.address), mark(1), enclosed=(Enclosure(ENCLOSURE, link.pk),))]


def _tell_partner(matter: Matter, submitted: Return, actor: Actor, said: str = "") -> None:
    """Tell whoever contributes for the partner, whoever sent the return, by account or by link."""
    signed_in = _by_account(submitted, _partner_side(submitted))
    _tell(matter, submitted, actor, [*signed_in, *_by_link(submitted, signed_in)], said)


def _tell(
    matter: Matter, submitted: Return, actor: Actor, readers: Iterable[_Reader], said: str = ""
) -> None:
    assert submitted.contract is not None
    reply_to = actor.user.email if actor.user else ""
    context = {
        "matter": matter,
        "submitted": submitted,
        "author": actor.name,
        "said": said,
        "sender": f"{actor.name} ({submitted.contract.name})",
        "reply_to": reply_to,
        "fictitious": submitted.contract.fictitious,
    }
    today = timezone.localdate()
    for reader in readers:
        person = reader.person
        if person.user and person.user == actor.user:
            continue
        with override(person.language):
            subject = _subject(matter, submitted)
        tell(
            f"returns:review:{matter}:{submitted.pk}:{today}:{person.address}",
            person,
            subject=subject,
            body=letter("returns/mail/reviewed.txt", person, {**context, "address": reader.where}),
            link=reader.path,
            reply_to=reply_to,
            enclosed=reader.enclosed,
        )


def _subject(matter: Matter, submitted: Return) -> str:
    said = {"partner": submitted.partner, "on": figures.day(submitted.effective_on)}
    if matter == "accepted":
        return _("Remontée acceptée : %(partner)s, au %(on)s") % said
    if matter == "withdrawn":
        return _("L'acceptation est retirée : %(partner)s, au %(on)s") % said
    if matter == "queried":
        return _("Questions sur une remontée : %(partner)s, au %(on)s") % said
    return _("Réponse sur une remontée : %(partner)s, au %(on)s") % said
