"""Every kind of finding: how severe it usually is, its name, what it says.

A message says what was read, why it is doubtful, and what to write instead. Texts are French, and
marked here for translation: this package knows no Django, the pages translate them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ERROR, WARNING, INFO = "error", "warning", "info"
SEVERITIES = (ERROR, WARNING, INFO)


@dataclass(frozen=True, slots=True)
class Kind:
    """``label`` names several findings of the kind together; ``message`` takes ``{shown}``."""

    severity: str
    label: str
    message: str


def _(text: str) -> str:
    """Mark a text for translation."""
    return text


KINDS: Mapping[str, Kind] = {
    "not_a_number": Kind(
        ERROR,
        _("Montants illisibles"),
        _(
            "« {shown} » n'est pas un montant : la cellule n'est pas lue. Écrivez un nombre, ou "
            "laissez-la vide si le montant n'est pas connu."
        ),
    ),
    "ambiguous_number": Kind(
        ERROR,
        _("Montants ambigus"),
        _(
            "« {shown} » peut se lire de plusieurs façons : la cellule n'est pas lue. Écrivez le "
            "montant sans séparateur de milliers, avec une virgule : 1234,56."
        ),
    ),
    "other_currency": Kind(
        ERROR,
        _("Montants dans une autre monnaie"),
        _(
            "« {shown} » est dans une autre monnaie que la colonne : la cellule n'est pas lue. "
            "Écrivez le montant dans la monnaie de la colonne, ou dans une colonne à part."
        ),
    ),
    "siret_checksum": Kind(
        WARNING,
        _("SIRET faux"),
        _(
            "« {shown} » n'est pas un SIRET : il faut 14 chiffres et une clé de contrôle juste. "
            "Vérifiez-le auprès du maître d'ouvrage."
        ),
    ),
    "unknown_commune": Kind(
        WARNING,
        _("Communes inconnues"),
        _(
            "« {shown} » n'est pas une commune connue : l'opération n'est pas située. Écrivez le "
            "code INSEE (ou le nom) d'une commune."
        ),
    ),
    "unknown_objective": Kind(
        WARNING,
        _("Objectifs inconnus du contrat"),
        _(
            "« {shown} » n'est pas un objectif du contrat : le montant est gardé, hors de tout "
            "axe. Écrivez le code d'un objectif du contrat."
        ),
    ),
    "negative_amount": Kind(
        WARNING,
        _("Montants négatifs"),
        _("« {shown} » est négatif : il est lu tel quel. Confirmez-le, ou corrigez-le."),
    ),
    "paid_over_committed": Kind(
        WARNING,
        _("Payé au-delà de l'engagé"),
        _(
            "Le montant payé, « {shown} », dépasse le montant engagé de la même ligne. Vérifiez "
            "les deux cellules."
        ),
    ),
    "committed_over_programmed": Kind(
        WARNING,
        _("Engagé au-delà du programmé"),
        _(
            "Le montant engagé, « {shown} », dépasse le montant programmé de la même ligne. "
            "Vérifiez les deux cellules."
        ),
    ),
    "duplicate_line": Kind(
        WARNING,
        _("Lignes répétées"),
        _(
            "La ligne de « {shown} » répète une ligne précédente à l'identique : elle compte une "
            "fois. Supprimez-la, ou distinguez-la."
        ),
    ),
    "not_a_date": Kind(
        WARNING,
        _("Dates illisibles"),
        _("« {shown} » n'est pas une date du calendrier. Écrivez par exemple 31/12/2024."),
    ),
    "error_cell": Kind(
        WARNING,
        _("Erreurs de calcul"),
        _(
            "La cellule porte une erreur de calcul, {shown} : elle n'est pas lue. Corrigez la "
            "formule, ou écrivez le montant."
        ),
    ),
    "formula_without_value": Kind(
        WARNING,
        _("Formules jamais calculées"),
        _(
            "La formule {shown} n'a jamais été calculée : la cellule n'est pas lue. Ouvrez le "
            "classeur, enregistrez-le, puis renvoyez-le."
        ),
    ),
    "other_date": Kind(
        WARNING,
        _("Autre date que celle de la remontée"),
        _(
            "La feuille dit « au {shown} », et la remontée est prise à une autre date. Vérifiez "
            "celle que vous avez donnée."
        ),
    ),
    "rounded_cell": Kind(
        INFO,
        _("Montants arrondis au centime"),
        _("« {shown} » porte plus de deux décimales d'euro : arrondi au centime le plus proche."),
    ),
    "three_decimals": Kind(
        WARNING,
        _("Montants à trois décimales"),
        _(
            "« {shown} » est lu comme un nombre d'euros à trois décimales, arrondi au centime. Si"
            " la virgule sépare des milliers, écrivez le montant sans elle."
        ),
    ),
    "thousands_guessed": Kind(
        WARNING,
        _("Séparateurs de milliers supposés"),
        _(
            "« {shown} » est lu comme un nombre de milliers, comme ses voisins, sans que rien ne "
            "le prouve. Écrivez le montant sans séparateur de milliers."
        ),
    ),
    "repeated_column": Kind(
        WARNING,
        _("Colonnes de même en-tête"),
        _(
            "L'en-tête « {shown} » se trouve plus d'une fois dans la feuille : cette colonne "
            "n'est pas lue. Donnez-lui un autre nom, ou supprimez celle qui est de trop."
        ),
    ),
    "unlabelled_row": Kind(
        WARNING,
        _("Montants sans intitulé"),
        _(
            "Cette ligne porte des montants ({shown}) sans code ni intitulé : elle n'est pas "
            "reprise. Donnez-lui un intitulé, ou « Total » si c'en est un."
        ),
    ),
    "new_column": Kind(
        WARNING,
        _("Colonnes nouvelles"),
        _("La colonne « {shown} » est nouvelle : dites son sens, ou elle n'est pas lue."),
    ),
    "column_gone": Kind(
        WARNING,
        _("Colonnes disparues"),
        _("La colonne « {shown} » a disparu : remettez-la, ou vérifiez que c'est voulu."),
    ),
    "renamed_column": Kind(
        WARNING,
        _("Colonnes renommées"),
        _("Une colonne a changé d'en-tête ({shown}) : vérifiez qu'elle dit la même chose."),
    ),
    "header_moved": Kind(
        INFO,
        _("En-tête déplacé"),
        _("L'en-tête a changé de ligne ({shown}) : il est lu là où il est."),
    ),
    "hidden_rows": Kind(
        WARNING,
        _("Lignes masquées"),
        _(
            "{shown} lignes masquées, à partir de celle-ci, portent des données : elles sont lues"
            " et comptent. Supprimez-les si elles n'ont plus lieu d'être."
        ),
    ),
    "hidden_column": Kind(
        INFO,
        _("Colonnes masquées"),
        _("La colonne « {shown} » est masquée : elle est lue et compte."),
    ),
    "hidden_sheet": Kind(
        WARNING,
        _("Feuilles masquées"),
        _(
            "La feuille « {shown} » est masquée : elle n'est pas lue. Affichez-la si elle doit "
            "compter."
        ),
    ),
    "only_hidden_sheets": Kind(
        WARNING,
        _("Feuilles masquées, lues"),
        _(
            "La feuille « {shown} » est masquée, mais elle est la seule à pouvoir être lue : elle"
            " compte. Affichez-la si c'est bien elle."
        ),
    ),
    "twin_sheet": Kind(
        WARNING,
        _("Feuilles répétées"),
        _(
            "La feuille « {shown} » répète ligne pour ligne une feuille précédente : elle compte "
            "une fois. Supprimez-la."
        ),
    ),
    "sheet_with_numbers_not_read": Kind(
        WARNING,
        _("Feuilles de nombres non lues"),
        _(
            "La feuille « {shown} » porte des nombres et n'a pas la forme de celles qui sont lues"
            " : elle n'est pas lue. Vérifiez ses en-têtes si elle doit compter."
        ),
    ),
    "sheet_not_read": Kind(
        INFO,
        _("Feuilles sans montants"),
        _("La feuille « {shown} » n'est pas un tableau de montants : elle n'est pas lue."),
    ),
    "unused_columns": Kind(
        INFO,
        _("Colonnes non reprises"),
        _("Colonnes non reprises : {shown}."),
    ),
    "no_objective": Kind(
        INFO,
        _("Lignes sans objectif"),
        _("La ligne ne dit pas son objectif : ses montants sont gardés, hors de tout axe."),
    ),
    "date_outside_contract": Kind(
        WARNING,
        _("Dates hors du contrat"),
        _(
            "Le {shown} est hors de la période du contrat. Vérifiez la date, ou que l'opération "
            "relève bien de ce contrat."
        ),
    ),
    "unknown_epci": Kind(
        WARNING,
        _("EPCI inconnus"),
        _(
            "« {shown} » n'est pas une intercommunalité connue : l'opération n'est pas située. "
            "Écrivez son SIREN, ou son nom officiel."
        ),
    ),
    "unknown_funder": Kind(
        ERROR,
        _("Financeurs inconnus"),
        _(
            "« {shown} » n'est pas un financeur connu : les montants de la ligne ne sont pas "
            "repris. Écrivez le nom ou l'identifiant d'un partenaire du contrat."
        ),
    ),
    "decrease": Kind(
        WARNING,
        _("Montants en baisse"),
        _(
            "{shown} : ce montant cumulé a baissé depuis la remontée précédente. Confirmez le "
            "dégagement, ou corrigez la cellule."
        ),
    ),
    "over_envelope": Kind(
        WARNING,
        _("Enveloppes dépassées"),
        _("{shown}. Vérifiez l'objectif, l'unité, ou qu'un avenant a relevé l'enveloppe."),
    ),
    "total_differs": Kind(
        WARNING,
        _("Totaux qui ne tombent pas juste"),
        _(
            "Ce total n'est pas la somme des lignes : {shown}. Il n'est pas repris : vérifiez "
            "qu'aucune ligne ne manque, ou recalculez-le."
        ),
    ),
    "unit_by_thousand": Kind(
        WARNING,
        _("Unité douteuse"),
        _("{shown}. Vérifiez l'unité de la colonne : euros, milliers ou millions d'euros."),
    ),
    # What is said of the file itself: what was mended in it, and what was left alone.
    "other_format": Kind(
        INFO,
        _("Extension du fichier"),
        _(
            "Le nom du fichier ne dit pas ce qu'il est ({shown}) : il est lu pour ce qu'il est. "
            "Enregistrez-le en .xlsx ou en .ods."
        ),
    ),
    "macros_not_run": Kind(
        INFO,
        _("Macros du classeur"),
        _("Le classeur porte des macros ({shown}) : aucune n'est exécutée, ses valeurs sont lues."),
    ),
    "external_links": Kind(
        INFO,
        _("Liens vers d'autres fichiers"),
        _(
            "Le classeur cite d'autres fichiers ({shown}) : aucun n'est ouvert, les valeurs "
            "enregistrées sont lues. Vérifiez qu'elles sont à jour."
        ),
    ),
    "double_encoded": Kind(
        WARNING,
        _("Texte encodé deux fois"),
        _(
            "Le texte a été encodé deux fois ({shown}) : il est réparé. Vérifiez les accents, et "
            "enregistrez le fichier en UTF-8."
        ),
    ),
    "mixed_encoding": Kind(
        INFO,
        _("Encodage du texte"),
        _(
            "Le fichier mêle deux encodages : {shown} lignes sont lues en Windows-1252, les autres "
            "en UTF-8. Vérifiez les accents."
        ),
    ),
    "guessed_encoding": Kind(
        INFO,
        _("Encodage du texte"),
        _(
            "L'encodage du texte est deviné ({shown}). Vérifiez les accents, ou enregistrez le "
            "fichier en UTF-8."
        ),
    ),
    "unreadable_characters": Kind(
        WARNING,
        _("Caractères illisibles"),
        _(
            "{shown} caractères ne peuvent pas être lus, et sont remplacés par « � ». "
            "Enregistrez le fichier en UTF-8, et renvoyez-le."
        ),
    ),
    "quoted_rows": Kind(
        WARNING,
        _("Lignes entre guillemets"),
        _(
            "{shown} lignes, à partir de celle-ci, sont tout entières entre guillemets : leurs "
            "cellules sont séparées. Vérifiez-les."
        ),
    ),
    "unclosed_quote": Kind(
        WARNING,
        _("Guillemets non fermés"),
        _(
            "Un guillemet s'ouvre dans cette ligne et ne s'y ferme pas : « {shown} » ; il est lu "
            "comme un caractère. Vérifiez la ligne."
        ),
    ),
    "lost_spaces": Kind(
        WARNING,
        _("Espaces perdues dans les montants"),
        _(
            "{shown} lignes, à partir de celle-ci, portent des points d'interrogation à la place "
            "des espaces de leurs montants (« 1?234,56 ») : ils sont lus comme des espaces. "
            "Vérifiez les montants, et enregistrez le fichier en UTF-8."
        ),
    ),
    "decimal_commas": Kind(
        WARNING,
        _("Virgules des décimales"),
        _(
            "{shown} lignes, à partir de celle-ci, sont séparées par des virgules et en portent "
            "dans leurs nombres : les décimales sont recollées. Vérifiez les montants, ou "
            "enregistrez le fichier en .xlsx."
        ),
    ),
    "long_rows": Kind(
        WARNING,
        _("Lignes plus longues que les autres"),
        _(
            "{shown} lignes, à partir de celle-ci, ont plus de cellules que les autres : un "
            "séparateur de trop y décale peut-être les colonnes. Vérifiez-les."
        ),
    ),
}
