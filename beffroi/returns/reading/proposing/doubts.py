"""What is unsure in a proposal: every kind of doubt, and what it says.

Texts are French, and marked here for translation: this package knows no Django, pages translate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from beffroi.returns.reading.lines import address

_LONGEST_SHOWN = 200


def _(text: str) -> str:
    """Mark a text for translation."""
    return text


DOUBTS: Mapping[str, str] = {
    # The workbook
    "sheet_left_out": _(
        "Feuilles laissées de côté, car elles ne sont pas des tableaux de montants : {shown}."
    ),
    "sheet_repeats": _(
        "La feuille reprend des lignes d'une autre feuille ({shown}) : elle n'est pas ajoutée. "
        "Choisissez celle des deux qui doit compter."
    ),
    "sheet_sums_up": _(
        "La feuille résume une autre feuille ({shown}) : elle n'est pas ajoutée au détail."
    ),
    "sheet_repeats_in_part": _(
        "Une partie des lignes se trouve aussi dans la feuille « {shown} » : les deux sont lues. "
        "Vérifiez qu'aucun montant ne compte deux fois."
    ),
    "sheet_hidden": _(
        "La feuille est masquée et porte des montants : elle n'est pas lue. Affichez-la si elle "
        "doit compter."
    ),
    "only_hidden_sheets": _(
        "La feuille est masquée, mais seules des feuilles masquées portent des montants : elle est "
        "lue. Vérifiez que c'est bien elle qui compte."
    ),
    "several_tables": _(
        "La feuille porte plusieurs tableaux de montants ({shown}) : vérifiez que leurs lignes "
        "sont différentes avant de les ajouter."
    ),
    # The header and the columns
    "header_guessed": _(
        "Aucune ligne d'en-tête n'est reconnue : le sens des colonnes est supposé d'après leur "
        "contenu. Indiquez-le."
    ),
    "column_guessed": _(
        "La colonne {shown} est prise pour des montants d'après son contenu seul : son en-tête ne "
        "le dit pas. Confirmez-le, ou écartez-la."
    ),
    "numbers_not_read": _(
        "La colonne {shown} porte des nombres qui pourraient être des montants : elle n'est pas "
        "lue. Indiquez-le si elle en porte."
    ),
    "years_under_an_amount": _(
        "L'en-tête {shown} annonce des montants, mais la colonne porte des années : elle n'est pas "
        "lue comme des montants."
    ),
    "codes_under_an_amount": _(
        "L'en-tête {shown} annonce des montants, mais la colonne porte des codes ou des numéros : "
        "elle n'est pas lue comme des montants."
    ),
    "dates_under_an_amount": _(
        "L'en-tête {shown} annonce des montants, mais la colonne porte des dates : elle n'est pas "
        "lue comme des montants."
    ),
    "amounts_under_another_header": _(
        "L'en-tête {shown} n'annonce pas de montants, mais la colonne a la forme de montants : "
        "vérifiez-en le sens."
    ),
    "amount_column_not_numbers": _(
        "L'en-tête {shown} annonce des montants, mais la colonne porte surtout du texte : elle "
        "n'est pas lue."
    ),
    "total_column_differs": _(
        "La colonne {shown} est le total d'autres colonnes, sauf à quelques lignes : vérifiez-les."
    ),
    # The unit
    "unit_unknown": _(
        "Rien ne dit l'unité ni la monnaie des montants : ils sont pris tels quels. Indiquez-la."
    ),
    "unit_guessed": _(
        "Rien ne dit l'unité des montants : elle est supposée ({shown}). Vérifiez qu'il ne s'agit "
        "pas de milliers ou de millions."
    ),
    "unit_elsewhere": _(
        "L'unité ({shown}) n'est dite que dans une autre feuille : vérifiez qu'elle vaut ici."
    ),
    "unit_unlikely": _(
        "En {shown}, les montants sont d'un ordre de grandeur inhabituel : vérifiez l'unité."
    ),
    "several_units": _(
        "Les colonnes ne sont pas toutes dans la même unité ({shown}) : chaque somme est convertie."
    ),
    "mixed_currencies": _(
        "Plusieurs monnaies se mêlent ({shown}) : elles ne sont pas ajoutées entre elles."
    ),
    "currencies_by_line": _(
        "Une colonne donne la monnaie de chaque ligne, et il y en a plusieurs : les sommes "
        "ajoutent des monnaies différentes. Ne lisez pas les lignes ensemble."
    ),
    # The cells
    "not_a_number": _(
        "{shown} ne sont pas des montants : ces cellules ne sont pas lues et comptent pour zéro."
    ),
    "ambiguous_number": _(
        "{shown} peuvent se lire de plusieurs façons : ces cellules ne sont pas lues et comptent "
        "pour zéro."
    ),
    "number_style_guessed": _(
        "{shown} : le point ou la virgule y est pris pour un séparateur de milliers ou de décimales"
        " d'après ses voisins, sans preuve. Vérifiez."
    ),
    "error_cell": _(
        "{shown} portent une erreur de calcul : ces cellules ne sont pas lues et comptent pour "
        "zéro."
    ),
    "formula_without_value": _(
        "{shown} portent une formule qui n'a jamais été calculée : ces cellules ne sont pas lues "
        "et comptent pour zéro. Ouvrez le classeur et enregistrez-le."
    ),
    "negative_amount": _("{shown} sont négatifs : ils sont lus tels quels et se déduisent."),
    # The rows
    "total_differs": _(
        "Cette ligne de total n'est pas la somme des lignes au-dessus d'elle ({shown})."
    ),
    "total_without_label": _(
        "{shown} : sans que rien ne le dise, ces lignes sont la somme d'autres lignes ; elles ne "
        "sont pas comptées."
    ),
    "unlabelled_rows": _(
        "{shown} portent des montants sans rien qui les nomme : ces lignes ne sont pas comptées."
    ),
    "labels_filled_down": _(
        "{shown} : ces lignes n'ont pas d'intitulé et prennent celui de la ligne au-dessus."
    ),
    "duplicate_lines": _(
        "{shown} répètent une autre ligne à l'identique : elles ne comptent qu'une fois."
    ),
    "unlike_lines": _(
        "{shown} : ces lignes disent moins que les autres, ou en annoncent d'autres, et comptent. "
        "Vérifiez que ce ne sont pas des sous-totaux."
    ),
    "may_be_a_total": _(
        "{shown} : le montant de cette ligne est la somme des autres, mais elle est lue comme une "
        "ligne. Si c'est un total, dites-le."
    ),
    "income_and_spending": _(
        "{shown} : le tableau porte des dépenses et des recettes. Leur somme ne veut rien dire : "
        "lisez les unes sans les autres."
    ),
    "part_of_a_line": _(
        "{shown} détaillent une part de la ligne au-dessus (« dont ») : elles ne sont pas comptées."
    ),
    "hidden_rows": _("{shown} : ces lignes sont masquées et portent des données ; elles comptent."),
    "hidden_column": _("La colonne {shown} est masquée : elle est lue et compte."),
    "lines_after_the_total": _(
        "{shown}, sous le total, sont lues comme des lignes et comptent : vérifiez-les."
    ),
    "rows_after_the_table": _(
        "{shown}, sous le tableau, portent des nombres qui ne sont pas lus : vérifiez-les."
    ),
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something unsure: what (``kind``), where (``Sheet!C17``, ``Sheet!17``, ``Sheet``), why."""

    kind: str
    where: str
    shown: str

    @property
    def message(self) -> str:
        """The doubt in one French sentence."""
        return DOUBTS[self.kind].format(shown=self.shown)

    def as_data(self) -> dict[str, str]:
        """The doubt as JSON gives it."""
        return {"kind": self.kind, "where": self.where, "message": self.message}


def doubt(kind: str, sheet: str, cell: str = "", shown: str = "") -> Doubt:
    """A doubt at a cell (``C17``), a row (``17``), or about the whole sheet."""
    short = shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 1] + "…"
    return Doubt(kind, address(sheet, cell) if cell else sheet, short)


def listed(names: list[str], *, most: int = 5) -> str:
    """A few names, and how many more."""
    shown = ", ".join(names[:most])
    return f"{shown} et {len(names) - most} autres" if len(names) > most else shown
