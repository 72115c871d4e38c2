"""How gaps and agreements are said on screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from beffroi.reconciliation.agreements.queries import State
from beffroi.reconciliation.causes import Cause, Status

CAUSES = {
    Cause.ROUNDING: gettext_lazy("Arrondi de l'unité"),
    Cause.UNREAD: gettext_lazy("Cellule non lue chez le financeur"),
    Cause.STAGE: gettext_lazy("Un autre stade"),
    Cause.DATE: gettext_lazy("Une autre date de situation"),
    Cause.DUPLICATE: gettext_lazy("Montant compté deux fois"),
    Cause.LINES: gettext_lazy("Une opération, plusieurs lignes"),
    Cause.PRICE: gettext_lazy("Coût révisé de l'opération"),
    Cause.OBJECTIVE: gettext_lazy("Un autre objectif"),
    Cause.UNEXPLAINED: gettext_lazy("Inexpliqué"),
}
REASONS = {
    Cause.ROUNDING: gettext_lazy(
        "La différence tient à l'unité dans laquelle l'un des deux écrit ses montants."
    ),
    Cause.UNREAD: gettext_lazy(
        "Le financeur donne ce montant dans une cellule qui n'a pas pu être lue."
    ),
    Cause.STAGE: gettext_lazy(
        "Le montant annoncé est celui que le financeur donne d'un autre stade."
    ),
    Cause.DATE: gettext_lazy(
        "Le montant annoncé est celui que le financeur donnait à une autre date."
    ),
    Cause.DUPLICATE: gettext_lazy(
        "L'un des deux montants est le double de l'autre, ou répète l'une de ses lignes."
    ),
    Cause.LINES: gettext_lazy("Quelques lignes de l'un font, ensemble, le montant de l'autre."),
    Cause.PRICE: gettext_lazy(
        "Les deux montants sont dans le rapport de deux coûts qui ont été donnés de l'opération."
    ),
    Cause.OBJECTIVE: gettext_lazy("Les deux partenaires ne l'imputent pas au même objectif."),
    Cause.UNEXPLAINED: gettext_lazy("Rien de ce qui est connu n'explique la différence."),
}
STATUSES = {
    Status.DIFFERS: gettext_lazy("Différent"),
    Status.ROUNDING: gettext_lazy("Arrondi"),
    Status.OWN_UNREAD: gettext_lazy("Financeur non lu"),
    Status.UNCONFIRMED: gettext_lazy("Non confirmé"),
    Status.EQUAL: gettext_lazy("Égal"),
}
STATES = {
    State.PROPOSED: gettext_lazy("Proposé"),
    State.AGREED: gettext_lazy("Convenu"),
    State.LEFT_OPEN: gettext_lazy("Laissé ouvert"),
    State.REOPENED: gettext_lazy("Rouvert"),
}
