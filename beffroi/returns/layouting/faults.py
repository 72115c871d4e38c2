"""What the content of a layout may say, checked fault by fault. docs/layouts.md describes it."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from beffroi.returns.layouting.words import MEANINGS as MEANING_WORDS
from beffroi.returns.reading.headers import header_form
from beffroi.returns.reading.layout import YEAR

LARGEST_ROW = 1_000_000
MOST_FAULTS = 20
LONGEST_TEXT = 300
MOST_NAMED = 12
"""How many known values a sentence lists."""

NATURES = ("contractual", "valued", "recovery", "ordinary")
STAGES = ("requested", "programmed", "committed", "paid")
MEANINGS = tuple(MEANING_WORDS)
"""What a column may mean, besides an amount."""
UNITS = ("€", "k€", "M€")

KEYS = (
    "title",
    "source",
    "nature",
    "unit",
    "code_names_operation",
    "columns",
    "required",
    "amounts",
    "zero_of_others_says_nothing",
    "unused",
    "unit_is_told",
    "shape",
)
RULE_KEYS = ("header", "under", "column", "shape", "stage", "funder", "year", "optional")
SHAPE_KEYS = ("header_rows", "last_header_row", "columns")
UNUSED_KEYS = ("header", "why")
_NEEDED = ("title", "source", "unit", "columns", "required", "amounts")


def faults_of(content: object, organisations: Collection[str]) -> list[str]:
    """What is wrong in the content of a layout, a sentence each; nothing when all is well."""
    if not isinstance(content, Mapping):
        return [_("Le fichier n'est pas une mise en page : il donne au moins title et columns.")]
    found: list[str] = []
    for fault in _faults(content, organisations):
        found.append(fault)
        if len(found) == MOST_FAULTS:
            return [*found, _("D'autres fautes suivent : corrigez d'abord celles-ci.")]
    return found


def _faults(content: Mapping[Any, Any], organisations: Collection[str]) -> Iterator[str]:
    yield from _unknown_keys("", content, KEYS)
    yield from _missing_keys("", content, _NEEDED)
    if "title" in content:
        yield from _text_faults("title", content["title"])
    yield from _choice_faults("", content, "source", organisations)
    yield from _choice_faults("", content, "nature", NATURES)
    yield from _choice_faults("", content, "unit", UNITS)
    yield from _flag_faults("", content, "code_names_operation")
    yield from _flag_faults("", content, "zero_of_others_says_nothing")
    yield from _flag_faults("", content, "unit_is_told")
    yield from _shape_faults(content.get("shape", []))
    yield from _columns_faults(content)
    yield from _amounts_faults(content, organisations)
    yield from _unused_faults(content.get("unused", []))
    yield from _same_headers(content)


def _columns_faults(content: Mapping[Any, Any]) -> Iterator[str]:
    columns = content.get("columns", {})
    if not isinstance(columns, Mapping):
        yield _("« columns » donne, par sens, la liste des en-têtes : code: [N° EJ, EJ].")
        return
    for meaning, headers in columns.items():
        if meaning not in MEANINGS:
            yield _(
                "columns : le sens « %(meaning)s » est inconnu ; écrivez l'un de %(known)s."
            ) % {
                "meaning": shortened(meaning),
                "known": ", ".join(MEANINGS),
            }
        yield from _headers_faults(f"columns, {shortened(meaning)}", headers)
    if columns and "title" not in columns and not content.get("shape"):
        yield _("columns : il faut une colonne « title », l'intitulé de l'opération.")
    required = content.get("required", [])
    if not isinstance(required, list):
        yield _("« required » est la liste des colonnes sans lesquelles le classeur est un autre.")
        return
    for meaning in required:
        if not isinstance(meaning, Hashable) or meaning not in columns:
            yield _("required : « %(meaning)s » n'est pas parmi les colonnes de « columns ».") % {
                "meaning": shortened(meaning)
            }


def _amounts_faults(content: Mapping[Any, Any], organisations: Collection[str]) -> Iterator[str]:
    rules = content.get("amounts", [])
    if not isinstance(rules, list) or not rules:
        yield _("« amounts » est la liste des colonnes de montants : il en faut une au moins.")
        return
    for rank, rule in enumerate(rules, start=1):
        where = f"amounts, {rank}"
        if not isinstance(rule, Mapping):
            yield _("%(where)s : écrivez header, stage et funder.") % {"where": where}
            continue
        yield from _unknown_keys(where, rule, RULE_KEYS)
        by_place = "column" in rule
        yield from _missing_keys(where, rule, ("stage", "funder"))
        if by_place:
            yield from _place_faults(where, rule["column"], content)
        else:
            yield from _missing_keys(where, rule, ("header",))
        if rule.get("header", YEAR) != YEAR:
            yield from _headers_faults(f"{where}, header", rule["header"])
        elif "header" in rule and "under" not in rule:
            yield _(
                "%(where)s : une colonne par année se trouve sous un groupe ; donnez « under »."
            ) % {"where": where}
        if "under" in rule:
            yield from _headers_faults(f"{where}, under", rule["under"])
        yield from _choice_faults(where, rule, "stage", STAGES)
        yield from _choice_faults(where, rule, "funder", organisations)
        yield from _flag_faults(where, rule, "optional")


def _place_faults(where: str, column: object, content: Mapping[Any, Any]) -> Iterator[str]:
    """A column told by its place needs the shape in which it has that place."""
    is_place = isinstance(column, str) and re.fullmatch("[A-Z]{1,2}", column) is not None
    if not is_place or not content.get("shape"):
        yield _(
            "%(where)s : « column » est la lettre d'une colonne de « shape », comme C ; écrivez "
            "plutôt header où l'en-tête la dit."
        ) % {"where": where}


def _shape_faults(shapes: object) -> Iterator[str]:
    """The shape is written by Beffroi: it is whole, or it is not kept."""
    wrong = not isinstance(shapes, list) or any(not _is_shape(shape) for shape in shapes)
    if wrong:
        yield _(
            "« shape » décrit les feuilles telles qu'elles étaient : gardez ce que Beffroi a "
            "exporté, ou supprimez « shape »."
        )


def _is_shape(shape: object) -> bool:
    if not isinstance(shape, Mapping) or set(shape) != set(SHAPE_KEYS):
        return False
    columns, rows = shape["columns"], (shape["header_rows"], shape["last_header_row"])
    return (
        all(isinstance(row, int) and 0 <= row < LARGEST_ROW for row in rows)
        and isinstance(columns, list)
        and bool(columns)
        and all(
            isinstance(column, Mapping)
            and set(column) == {"header", "as"}
            and all(isinstance(said, str) for said in column.values())
            for column in columns
        )
    )


def _unused_faults(rules: object) -> Iterator[str]:
    if not isinstance(rules, list):
        yield _("« unused » est la liste des colonnes qu'on ne lit pas, avec la raison (why).")
        return
    for rank, rule in enumerate(rules, start=1):
        where = f"unused, {rank}"
        if not isinstance(rule, Mapping):
            yield _("%(where)s : écrivez header et why.") % {"where": where}
            continue
        yield from _unknown_keys(where, rule, UNUSED_KEYS)
        yield from _missing_keys(where, rule, UNUSED_KEYS)
        if "header" in rule:
            yield from _headers_faults(f"{where}, header", rule["header"])
        if "why" in rule:
            yield from _text_faults(f"{where}, why", rule["why"])


def _same_headers(content: Mapping[Any, Any]) -> Iterator[str]:
    """One header names one column: nobody could tell which of two meanings it has."""
    seen: dict[tuple[str, ...], str] = {}
    for where, under, header in _every_header(content):
        form = header_form(header)
        keys = [(form, group) for group in under] if under else [(form,)]
        for key in keys:
            other = seen.setdefault(key, where)
            if other != where:
                yield _(
                    "L'en-tête « %(header)s » désigne deux colonnes, %(one)s et %(other)s : "
                    "gardez-le à une seule."
                ) % {"header": shortened(header), "one": other, "other": where}
                break


def _every_header(content: Mapping[Any, Any]) -> Iterator[tuple[str, list[str], str]]:
    """Each header, where it is said and the groups it stands under."""
    columns = content.get("columns")
    for meaning, headers in columns.items() if isinstance(columns, Mapping) else ():
        yield from ((f"columns, {meaning}", [], header) for header in _texts(headers))
    for name in ("amounts", "unused"):
        rules = content.get(name)
        for rank, rule in enumerate(rules if isinstance(rules, list) else (), start=1):
            if isinstance(rule, Mapping):
                headers = rule.get("header")
                under = [header_form(group) for group in _texts(rule.get("under"))]
                said = [YEAR] if headers == YEAR else _texts(headers)
                yield from ((f"{name}, {rank}", under, header) for header in said)


def _texts(headers: object) -> list[str]:
    return [each for each in headers if isinstance(each, str)] if isinstance(headers, list) else []


def _unknown_keys(where: str, given: Mapping[Any, Any], known: tuple[str, ...]) -> Iterator[str]:
    for key in given:
        if key not in known:
            yield _("%(where)s est inconnu ; on attend %(known)s.") % {
                "where": _at(where, key),
                "known": ", ".join(known),
            }


def _missing_keys(where: str, given: Mapping[Any, Any], needed: tuple[str, ...]) -> Iterator[str]:
    for key in needed:
        if key not in given:
            yield _("Il manque %(where)s.") % {"where": _at(where, key)}


def _headers_faults(where: str, headers: object) -> Iterator[str]:
    if not isinstance(headers, list) or not headers:
        yield _("%(where)s : donnez une liste d'en-têtes, [Intitulé, Opération].") % {
            "where": where
        }
        return
    for header in headers:
        yield from _text_faults(where, header)
        if isinstance(header, str) and header.strip() and not header_form(header):
            yield _("%(where)s : « %(header)s » n'a aucun mot auquel se reconnaître.") % {
                "where": where,
                "header": shortened(header),
            }


def _text_faults(where: str, text: object) -> Iterator[str]:
    said = {"where": where, "text": shortened(text), "most": LONGEST_TEXT}
    if not isinstance(text, str):
        yield _("%(where)s : « %(text)s » n'est pas un texte ; écrivez-le entre guillemets.") % said
    elif not text.strip():
        yield _("%(where)s : le texte est vide.") % said
    elif len(text) > LONGEST_TEXT:
        yield _("%(where)s : « %(text)s » dépasse %(most)s caractères.") % said
    elif any(mark == "\0" or "\ud800" <= mark <= "\udfff" for mark in text):
        yield _("%(where)s : le texte contient un caractère qui n'en est pas un.") % said


def _flag_faults(where: str, given: Mapping[Any, Any], key: str) -> Iterator[str]:
    if not isinstance(given.get(key, False), bool):
        yield _("%(where)s s'écrit true ou false.") % {"where": _at(where, key)}


def _choice_faults(
    where: str, given: Mapping[Any, Any], key: str, known: Collection[str]
) -> Iterator[str]:
    """What is wrong with a value that is to be among those ``known``; nothing where not given."""
    if key not in given or (isinstance(given[key], str) and given[key] in known):
        return
    said = {"where": _at(where, key), "value": shortened(given[key]), "known": ", ".join(known)}
    if len(known) > MOST_NAMED:
        yield _("%(where)s : « %(value)s » est inconnu ici.") % said
    else:
        yield _("%(where)s : « %(value)s » est inconnu ; écrivez l'un de %(known)s.") % said


def _at(where: str, key: object) -> str:
    return f"{where}, {shortened(key)}" if where else shortened(key)


def shortened(value: object) -> str:
    """A value as a sentence quotes it."""
    text = str(value).encode(errors="replace").decode()
    return text if len(text) <= 60 else text[:59] + "…"
