"""What changed from one version of a layout to the next, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from beffroi.returns.layouting.words import MEANINGS, amount_words, headers_of, quoted

Content = Mapping[str, Any]


def differences(before: Content, after: Content, names: Mapping[str, str]) -> list[str]:
    """What the later content says otherwise; ``names`` are those of organisations."""
    return [
        *_settings(before, after),
        *_columns(before, after),
        *_amounts(before, after, names),
        *_unused(before, after),
        *_required(before, after),
        *_shape(before, after),
    ]


def _settings(before: Content, after: Content) -> Iterator[str]:
    titles = {
        "title": _("Le titre"),
        "unit": _("L'unité"),
        "nature": _("La nature de crédit"),
    }
    for key, title in titles.items():
        was, now = (content.get(key, "contractual") for content in (before, after))
        if was != now:
            said = {"what": title, "was": was, "now": now}
            yield _("%(what)s était « %(was)s », c'est « %(now)s ».") % said
    if before.get("code_names_operation", True) != after.get("code_names_operation", True):
        yield (
            _("Un code désigne une opération.")
            if after.get("code_names_operation", True)
            else _("Un code ne désigne plus une opération, mais un engagement.")
        )
    key = "zero_of_others_says_nothing"
    if before.get(key, False) != after.get(key, False):
        yield (
            _("Un zéro sur l'argent des autres ne dit rien.")
            if after.get(key, False)
            else _("Un zéro sur l'argent des autres compte.")
        )


def _columns(before: Content, after: Content) -> Iterator[str]:
    for meaning, label in MEANINGS.items():
        was, now = (content["columns"].get(meaning, []) for content in (before, after))
        yield from _headers(str(label), quoted(was), quoted(now))


def _amounts(before: Content, after: Content, names: Mapping[str, str]) -> Iterator[str]:
    was, now = (_headers_by_amount(content, names) for content in (before, after))
    for label in {**was, **now}:
        yield from _headers(label, was.get(label, ""), now.get(label, ""))


def _headers_by_amount(content: Content, names: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for rule in content["amounts"]:
        label = amount_words(rule, names)
        if rule.get("optional"):
            label = _("%(amount)s, s'il y est") % {"amount": label}
        earlier = [found[label]] if label in found else []
        found[label] = ", ".join([*earlier, headers_of(rule)])
    return found


def _headers(label: str, was: str, now: str) -> Iterator[str]:
    said = {"what": label, "was": was, "now": now}
    if was and not now:
        yield _("%(what)s n'est plus lu (%(was)s).") % said
    elif now and not was:
        yield _("%(what)s est lu dans %(now)s.") % said
    elif was != now:
        yield _("%(what)s était lu dans %(was)s, l'est dans %(now)s.") % said


def _unused(before: Content, after: Content) -> Iterator[str]:
    was, now = (
        {header for rule in content.get("unused", ()) for header in rule["header"]}
        for content in (before, after)
    )
    if now - was:
        yield _("Laissé de côté : %(headers)s.") % {"headers": quoted(sorted(now - was))}
    if was - now:
        yield _("N'est plus laissé de côté : %(headers)s.") % {"headers": quoted(sorted(was - now))}


def _required(before: Content, after: Content) -> Iterator[str]:
    was, now = ([_label(each) for each in content["required"]] for content in (before, after))
    if set(was) != set(now):
        yield _("Pour se reconnaître, il faut : %(columns)s.") % {"columns": ", ".join(now)}


def _label(meaning: str) -> str:
    return str(MEANINGS.get(meaning, meaning))


def _shape(before: Content, after: Content) -> Iterator[str]:
    if before.get("shape") != after.get("shape"):
        yield _("La forme des feuilles a changé.")
