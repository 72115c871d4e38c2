"""What each kind of finding says: what was read, why it is doubtful, what to write."""

from __future__ import annotations

from beffroi.returns.reading.lines import Finding

ERROR, WARNING, INFO = "error", "warning", "info"
SEVERITIES = (ERROR, WARNING, INFO)
LONGEST_SHOWN = 300

_KINDS: dict[str, tuple[str, str]] = {
    "not_a_number": (
        ERROR,
        "« {shown} » n'est pas un montant : la cellule n'est pas lue. Écrivez un nombre, ou "
        "laissez-la vide si le montant n'est pas connu.",
    ),
    "ambiguous_number": (
        ERROR,
        "« {shown} » peut se lire de plusieurs façons : la cellule n'est pas lue. Écrivez le "
        "montant sans séparateur de milliers, avec une virgule : 1234,56.",
    ),
    "siret_checksum": (
        WARNING,
        "« {shown} » n'est pas un SIRET : il faut 14 chiffres et une clé de contrôle juste. "
        "Vérifiez-le auprès du maître d'ouvrage.",
    ),
    "unknown_commune": (
        WARNING,
        "« {shown} » n'est pas une commune connue : l'opération n'est pas située. Écrivez le code "
        "INSEE (ou le nom) d'une commune.",
    ),
    "unknown_objective": (
        WARNING,
        "« {shown} » n'est pas un objectif du contrat : le montant est gardé, hors de tout axe. "
        "Écrivez le code d'un objectif du contrat.",
    ),
    "negative_amount": (
        WARNING,
        "« {shown} » est négatif : il est lu tel quel. Confirmez-le, ou corrigez-le.",
    ),
    "paid_over_committed": (
        WARNING,
        "Le montant payé, « {shown} », dépasse le montant engagé de la même ligne. Vérifiez les "
        "deux cellules.",
    ),
    "duplicate_line": (
        WARNING,
        "La ligne de « {shown} » répète une ligne précédente à l'identique : elle compte une fois. "
        "Supprimez-la, ou distinguez-la.",
    ),
    "not_a_date": (
        WARNING,
        "« {shown} » n'est pas une date du calendrier. Écrivez par exemple 31/12/2024.",
    ),
    "error_cell": (
        WARNING,
        "La cellule porte une erreur de calcul, {shown} : elle n'est pas lue. Corrigez la formule, "
        "ou écrivez le montant.",
    ),
    "formula_without_value": (
        WARNING,
        "La formule {shown} n'a jamais été calculée : la cellule n'est pas lue. Ouvrez le "
        "classeur, enregistrez-le, puis renvoyez-le.",
    ),
    "other_date": (
        WARNING,
        "La feuille dit « au {shown} », et la remontée est prise à une autre date. Vérifiez celle "
        "que vous avez donnée.",
    ),
    "rounded_cell": (
        INFO,
        "« {shown} » porte plus de deux décimales d'euro : arrondi au centime le plus proche.",
    ),
    "three_decimals": (
        WARNING,
        "« {shown} » est lu comme un nombre d'euros à trois décimales, arrondi au centime. Si la "
        "virgule sépare des milliers, écrivez le montant sans elle.",
    ),
    "repeated_column": (
        WARNING,
        "L'en-tête « {shown} » se trouve plus d'une fois dans la feuille : cette colonne n'est "
        "pas lue. Donnez-lui un autre nom, ou supprimez celle qui est de trop.",
    ),
    "unlabelled_row": (
        WARNING,
        "Cette ligne porte des montants ({shown}) sans code ni intitulé : elle n'est pas reprise. "
        "Donnez-lui un intitulé, ou « Total » si c'en est un.",
    ),
    "hidden_rows": (
        WARNING,
        "{shown} lignes masquées, à partir de celle-ci, portent des données : elles sont lues et "
        "comptent. Supprimez-les si elles n'ont plus lieu d'être.",
    ),
    "hidden_column": (
        INFO,
        "La colonne « {shown} » est masquée : elle est lue et compte.",
    ),
    "hidden_sheet": (
        WARNING,
        "La feuille « {shown} » est masquée : elle n'est pas lue. Affichez-la si elle doit "
        "compter.",
    ),
    "only_hidden_sheets": (
        WARNING,
        "La feuille « {shown} » est masquée, mais elle est la seule à pouvoir être lue : elle "
        "compte. Affichez-la si c'est bien elle.",
    ),
    "twin_sheet": (
        WARNING,
        "La feuille « {shown} » répète ligne pour ligne une feuille précédente : elle compte une "
        "fois. Supprimez-la.",
    ),
    "sheet_with_numbers_not_read": (
        WARNING,
        "La feuille « {shown} » porte des nombres et n'a pas la forme de celles qui sont lues : "
        "elle n'est pas lue. Vérifiez ses en-têtes si elle doit compter.",
    ),
    "sheet_not_read": (
        INFO,
        "La feuille « {shown} » n'est pas un tableau de montants : elle n'est pas lue.",
    ),
    "unused_columns": (
        INFO,
        "Colonnes non reprises : {shown}.",
    ),
    "no_objective": (
        INFO,
        "La ligne ne dit pas son objectif : ses montants sont gardés, hors de tout axe.",
    ),
}


def finding(where: str, kind: str, shown: object) -> Finding:
    """A finding of a known kind, worded."""
    severity, message = _KINDS[kind]
    text = str(shown)
    short = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
    return Finding(where, kind, severity, short, message.format(shown=short))
