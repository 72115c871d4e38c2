"""What a layout says, in the words of the people who read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.contracts.vocabulary import Stage
from beffroi.returns.reading.layout import YEAR

MEANINGS: Mapping[str, Promise] = {
    "code": gettext_lazy("code, référence"),
    "title": gettext_lazy("intitulé de l'opération"),
    "owner": gettext_lazy("maître d'ouvrage"),
    "siret": gettext_lazy("SIRET"),
    "commune": gettext_lazy("commune (code INSEE)"),
    "commune_name": gettext_lazy("commune (nom)"),
    "department": gettext_lazy("département"),
    "epci": gettext_lazy("intercommunalité (EPCI)"),
    "objective": gettext_lazy("objectif du contrat"),
    "axis": gettext_lazy("axe du contrat"),
    "date": gettext_lazy("date de la décision"),
    "cost": gettext_lazy("coût total"),
    "scheme": gettext_lazy("dispositif"),
    "funder": gettext_lazy("financeur, ligne par ligne"),
}
"""What a column may mean, besides an amount."""


def amount_words(rule: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What a rule of amounts gives: « engagé, État »; ``names`` are those of organisations."""
    amount = f"{Stage(rule['stage']).label}, {names.get(rule['funder'], rule['funder'])}"
    if rule["header"] == YEAR:
        return _("%(amount)s, une colonne par année") % {"amount": amount}
    return amount


def headers_of(rule: Mapping[str, Any]) -> str:
    """The headers by which a rule finds its columns, the preferred first."""
    under = quoted(rule["under"]) if rule.get("under") else ""
    if rule["header"] == YEAR:
        return _("une année, sous %(groups)s") % {"groups": under}
    return quoted(rule["header"])


def quoted(texts: Sequence[str]) -> str:
    """Headers as a sentence lists them: « A », « B »."""
    return ", ".join(
        _("«\u00a0%(text)s\u00a0»") % {"text": " ".join(text.split())} for text in texts
    )
