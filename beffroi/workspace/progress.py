"""Rates of a contract against the time that has gone by."""

from __future__ import annotations

from django.utils.translation import gettext as _

from beffroi.contracts.pages.frame import Page
from beffroi.ui.columns import Rate
from beffroi.ui.components import Elapsed, Progress
from beffroi.ui.figures import Unit
from beffroi.workspace.maquette import RATES, Link, Maquette


def period_of(page: Page) -> Elapsed | None:
    """The period of the contract at the situation shown; ``None`` where it is not known."""
    contract = page.contract
    if contract.start is None or contract.end is None:
        return None
    return Elapsed(contract.start, contract.end, page.situation.au)


def bars(found: Maquette, unit: Unit, link: Link) -> list[Progress]:
    """What was programmed, committed and paid, of what is contracted."""
    labels = {
        "programming": _("Programmé, sur l'inscrit"),
        "commitment": _("Engagé, sur l'inscrit"),
        "payment": _("Payé, sur l'inscrit"),
    }
    drawn = []
    for name, (numerator, denominator) in RATES.items():
        above, below = found.total(numerator), found.total(denominator)
        rate = Rate(above.cents if above else None, below.cents if below else None)
        href = link({"stage": numerator.value}) if above else ""
        drawn.append(Progress(labels[name], rate, unit, href, above.unread if above else 0))
    return drawn
