"""What a page that shows a subject says of its remarks: the list, and where to write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from beffroi.contracts.abilities import CONTRIBUTE
from beffroi.contracts.pages.frame import Page
from beffroi.remarks.queries import remarks_on
from beffroi.remarks.subjects import Subject


def remarks_shown(
    request: HttpRequest, page: Page, subject: Subject, known_as: Iterable[str] = ()
) -> dict[str, Any]:
    """The context of ``remarks/fragment.html``, in one query. ``known_as`` are other keys that the
    subject had."""
    may_write = CONTRIBUTE in page.rights.can
    slug = page.contract.slug
    return {
        "remarks": remarks_on(page.contract, subject.kind, {subject.key, *known_as}),
        "may_write": may_write,
        "reader": request.user.pk,
        "write_address": write_address(page, subject) if may_write else "",
        "all_address": reverse("remarks:remarks", args=[slug]) + page.situation.link(),
    }


def write_address(page: Page, subject: Subject) -> str:
    """Where a remark on the subject is written, at the situation shown."""
    where = reverse("remarks:write", args=[page.contract.slug])
    return where + page.situation.link(sujet=subject.written)
