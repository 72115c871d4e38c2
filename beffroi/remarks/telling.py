"""Telling people that a remark names them: one notice each, that leads to its page.

The text of the remark stays on the site: its author may take it back, and rights are today's.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from beffroi.accounts.models import User
from beffroi.notices.actions import Person, tell
from beffroi.notices.letters import absolute, letter
from beffroi.remarks.models import Remark


def mentioned(remark: Remark, people: Iterable[User]) -> None:
    """Tell each of these people, once."""
    contract, author = remark.contract, remark.author
    path = reverse("remarks:remark", args=[contract.slug, remark.pk])
    context = {
        "remark": remark,
        "contract": contract.name,
        "author": str(author),
        "address": absolute(path),
        "sender": f"{author} ({contract.name})",
        "reply_to": author.email,
        "fictitious": contract.fictitious,
    }
    for user in people:
        person = Person(user.email, user.full_name, user)
        with override(person.language):
            subject = _("%(author)s vous mentionne : %(label)s") % {
                "author": author,
                "label": remark.label,
            }
        tell(
            f"remarks:mention:{remark.pk}:{user.pk}",
            person,
            subject=subject,
            body=letter("remarks/mail/mentioned.txt", person, context),
            link=path,
            reply_to=author.email,
        )
