"""Writing to the other side what was said of a return: one letter a person, a day, and a matter.

The first query of a day tells that there are queries; the others are found on the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from beffroi.accounts.models import User
from beffroi.contracts.vocabulary import AccessLevel
from beffroi.notices.actions import Person, tell
from beffroi.notices.letters import absolute, letter
from beffroi.returns.actors import Actor
from beffroi.returns.models import Acceptance, Delivery, Query, QueryMessage, Return
from beffroi.ui import figures

Matter = Literal["accepted", "withdrawn", "queried", "answered"]


def accepted(acceptance: Acceptance, actor: Actor) -> None:
    """Tell the partner that its return is accepted."""
    submitted = acceptance.submitted
    _tell("accepted", submitted, actor, _partner_side(submitted), acceptance.note)


def withdrawn(acceptance: Acceptance, actor: Actor) -> None:
    """Tell the partner that its return is accepted no more, and why."""
    submitted = acceptance.submitted
    _tell("withdrawn", submitted, actor, _partner_side(submitted), acceptance.note)


def queried(query: Query, actor: Actor) -> None:
    """Tell the partner that a cell of its return is queried."""
    _tell("queried", query.submitted, actor, _partner_side(query.submitted))


def answered(message: QueryMessage, actor: Actor) -> None:
    """Tell the other side that there is a new message in a thread."""
    query = message.query
    side = _team_side(query) if message.from_partner else _partner_side(query.submitted)
    _tell("answered", query.submitted, actor, side)


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


def _tell(
    matter: Matter, submitted: Return, actor: Actor, users: Iterable[User], said: str = ""
) -> None:
    assert submitted.contract is not None
    reply_to = actor.user.email if actor.user else ""
    path = reverse("returns:return", args=[submitted.contract.slug, submitted.pk])
    context = {
        "matter": matter,
        "submitted": submitted,
        "author": actor.name,
        "said": said,
        "address": absolute(path),
        "sender": f"{actor.name} ({submitted.contract.name})",
        "reply_to": reply_to,
        "fictitious": submitted.contract.fictitious,
    }
    today = timezone.localdate()
    for user in users:
        if user == actor.user:
            continue
        person = Person(user.email, user.full_name, user)
        with override(person.language):
            subject = _subject(matter, submitted)
        tell(
            f"returns:review:{matter}:{submitted.pk}:{today}:{user.email}",
            person,
            subject=subject,
            body=letter("returns/mail/reviewed.txt", person, context),
            link=path,
            reply_to=reply_to,
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
