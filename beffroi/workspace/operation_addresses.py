"""Where the pages of a contract's operations are."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.contracts.pages.frame import Page
from beffroi.ui.components import Link

TAB = "operations"


def operation_address(page: Page, code: str, name: str = "operation") -> str:
    """A page of one operation, at the same situation."""
    where = reverse(f"workspace:{name}", args=[page.contract.slug, code])
    return where + page.situation.link()


def list_link(page: Page) -> Link:
    """The list of operations, in a trail."""
    where = reverse("workspace:operations", args=[page.contract.slug])
    return Link(_("Opérations"), where + page.situation.link())
