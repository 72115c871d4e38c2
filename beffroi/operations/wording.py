"""The reasons of matching, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from beffroi.contracts.vocabulary import Stage
from beffroi.ui.figures import money


def sentence_of(reason: Sequence[object], organisations: Mapping[int, str]) -> str:
    """A reason (or the list that JSON keeps of one) as people read it.

    ``organisations`` are the names of funders by row id.
    """
    kind, detail = str(reason[0]), str(reason[1])
    if kind in _AMOUNTS:
        funder, stage, cents = detail.split(":")
        values = {
            "funder": organisations.get(int(funder), "?"),
            "stage": str(Stage(stage).label),
            "amount": money(int(cents)),
        }
        return _sentences()[kind] % values
    return _sentences()[kind] % {"detail": detail}


_AMOUNTS = {"amount_equal", "amount_rounded"}


def _sentences() -> Mapping[str, str]:
    return {
        "code_same": _("Même code : %(detail)s."),
        "code_differs": _("Ce partenaire lui donnait un autre code, absent de cette remontée."),
        "words_same": _("Ce partenaire l'a déjà nommée ainsi."),
        "title_same": _("Même intitulé."),
        "title_respelt": _("Même intitulé, écrit autrement."),
        "title_longer": _("L'un des intitulés dit de plus : « %(detail)s »."),
        "title_differs": _("Les intitulés diffèrent : « %(detail)s »."),
        "marks_same": _("Même numéro : %(detail)s."),
        "marks_one_sided": _("Un seul des intitulés porte un numéro : %(detail)s."),
        "place_same": _("Même commune."),
        "place_named": _("La même commune est nommée."),
        "place_differs": _("Les communes diffèrent."),
        "siret_same": _("Même SIRET."),
        "siren_same": _("Même SIREN : deux établissements du même maître d'ouvrage."),
        "siret_differs": _("Les SIRET diffèrent."),
        "owner_same": _("Même maître d'ouvrage."),
        "owner_near": _("Maîtres d'ouvrage proches."),
        "owner_differs": _("Les maîtres d'ouvrage diffèrent."),
        "objective_same": _("Même objectif : %(detail)s."),
        "objective_differs": _("Les objectifs diffèrent : %(detail)s."),
        "amount_equal": _("Même montant %(stage)s de %(funder)s : %(amount)s."),
        "amount_rounded": _("Même montant %(stage)s de %(funder)s, arrondi : %(amount)s."),
        "sum_equal": _("Ensemble, leurs montants font exactement celui-ci."),
    }
