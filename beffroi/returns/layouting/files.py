"""The file of a layout, in YAML: read with every fault told, and written so as to be read back."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any

import yaml
from django.utils.translation import gettext as _

from beffroi.returns.layouting.faults import (
    KEYS,
    MEANINGS,
    RULE_KEYS,
    UNUSED_KEYS,
    faults_of,
    shortened,
)

LARGEST_FILE = 200_000
"""In bytes."""


class LayoutRefused(Exception):
    """The file is no layout: ``faults`` says why, a sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


def layout_file(content: Mapping[str, Any]) -> str:
    """The file that holds this content, in YAML: reading it gives the content back, exactly."""
    return yaml.dump(
        in_order(content), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100
    )


def in_order(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same content, its keys in the order of the documentation."""
    ordered = _sorted_keys(content, KEYS)
    ordered["columns"] = _sorted_keys(ordered["columns"], MEANINGS)
    ordered["amounts"] = [_sorted_keys(rule, RULE_KEYS) for rule in ordered["amounts"]]
    if "unused" in ordered:
        ordered["unused"] = [_sorted_keys(rule, UNUSED_KEYS) for rule in ordered["unused"]]
    return ordered


def _sorted_keys(given: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    known = {key: given[key] for key in order if key in given}
    return known | {key: value for key, value in given.items() if key not in known}


def read_layout_file(file: bytes, organisations: Collection[str]) -> dict[str, Any]:
    """The content of a layout's file, whose organisations are among those identifiers.

    Raises :class:`LayoutRefused` with every fault found.
    """
    if len(file) > LARGEST_FILE:
        too_large = _(
            "Le fichier pèse %(size)s ko : une mise en page en fait moins de %(most)s. Envoyez le "
            "fichier exporté par Beffroi."
        )
        sizes = {"size": len(file) // 1000, "most": LARGEST_FILE // 1000}
        raise LayoutRefused([too_large % sizes])
    content = _loaded(file)
    faults = faults_of(content, organisations)
    if faults or not isinstance(content, Mapping):
        raise LayoutRefused(faults)
    return in_order(content)


class _Refusal(Exception):
    """YAML that could be read, and is not taken."""


class _Strict(yaml.SafeLoader):
    """YAML without aliases, whose expansion has no bound, and without a key given twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            line = self.peek_event().start_mark.line + 1  # type: ignore[no-untyped-call]
            raise _Refusal(
                _("Ligne %(line)s : écrivez la valeur elle-même plutôt qu'un renvoi (*).")
                % {"line": line}
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for at, _value in node.value:
            key = self.construct_object(at, deep=True)
            if not isinstance(key, Hashable) or key in seen:
                raise _Refusal(
                    _("Ligne %(line)s : « %(key)s » est donné deux fois.")
                    % {"line": at.start_mark.line + 1, "key": shortened(key)}
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


class _Plain(yaml.SafeDumper):
    """Lists of texts on one line, as people write them; no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _short_lists(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.Node:
    plain = all(isinstance(each, str) for each in value)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=plain)


def _exact_text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    """Line breaks and the like are escaped: written as they are, some come back as others."""
    style = None if value.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Plain.add_representer(list, _short_lists)
_Plain.add_representer(str, _exact_text)


def _loaded(file: bytes) -> object:
    try:
        return yaml.load(file.decode("utf-8-sig"), Loader=_Strict)
    except UnicodeDecodeError:
        raise LayoutRefused([_("Le fichier n'est pas un texte en UTF-8.")]) from None
    except _Refusal as refusal:
        raise LayoutRefused([str(refusal)]) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        unreadable = _("Le fichier n'est pas du YAML lisible (ligne %(line)s).")
        raise LayoutRefused([unreadable % {"line": line}]) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise LayoutRefused([_("Le fichier n'est pas du YAML lisible.")]) from None
