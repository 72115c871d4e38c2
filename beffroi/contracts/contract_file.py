"""A contract as one readable YAML file: reading it, and refusing it with a sentence.

The format is described in ``docs/contract-file.md``. Nothing here touches the database.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from beffroi.contracts.vocabulary import Stage, Status

SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
LARGEST_FILE = 5_000_000


class ContractFileRefused(Exception):
    """The file cannot be taken: one sentence says what, where, and what to write."""


@dataclass(frozen=True, slots=True)
class Known:
    """How a fact is known."""

    status: str = Status.PUBLISHED.value
    sources: tuple[str, ...] = ()
    contradiction: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class FileNode:
    """A node of the tree with what it holds; ``code`` is empty where it is not known."""

    code: str
    title: str
    known: Known
    children: tuple[FileNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One fact of a list (milestone, amount, body, link…): its values and how it is known."""

    values: Mapping[str, Any]
    known: Known

    def text(self, name: str) -> str:
        """A value as text, empty where it is absent."""
        value = self.values.get(name)
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class ContractFile:
    """What a contract's file says; ``framework`` is cents by funder slug and node code."""

    path: Path
    slug: str
    name: str
    kind: str
    fictitious: bool
    start: datetime.date | None
    end: datetime.date | None
    period_text: str
    status_text: str
    levels: tuple[str, ...]
    perimeters: tuple[str, ...]
    contradictions: tuple[str, ...]
    parties: tuple[tuple[str, str, Known], ...]
    tree: tuple[FileNode, ...]
    stage_words: Mapping[str, Mapping[str, str]]
    framework: Mapping[str, Mapping[str, int]]
    organisations: tuple[Mapping[str, Any], ...] = ()
    lists: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)

    def nodes(self) -> Iterator[FileNode]:
        """Every node of the tree, each before its children."""
        waiting = list(self.tree)
        while waiting:
            node = waiting.pop(0)
            yield node
            waiting = [*node.children, *waiting]


PARTIES = {
    "signatories": "signatory",
    "co_leads": "co_lead",
    "associated": "associated",
    "mobility_partners": "mobility",
}
LINK_KINDS = ("predecessor", "frames", "neighbour", "shares", "strategy")
KNOWN_KEYS = frozenset({"status", "sources", "contradiction", "note"})
LISTS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    # list: (what each item must say, what it may say besides)
    "milestones": (frozenset({"event"}), frozenset({"date", "date_end", "planned"})),
    "amounts": (
        frozenset({"group", "label"}),
        frozenset({"organisation", "cents", "text", "precision"}),
    ),
    "facts": (frozenset({"group", "label"}), frozenset({"value", "date"})),
    "bodies": (
        frozenset({"name"}),
        frozenset({"chair", "members", "role", "frequency", "period"}),
    ),
    "links": (frozenset({"kind"}), frozenset({"contract", "strategy"})),
}
KEYS = frozenset(
    {
        *("id", "name", "kind", "fictitious", "period", "status", "levels", "perimeter"),
        *("perimeters", "contradictions", "tree", "stages", "framework", "organisations"),
        *PARTIES,
        *LISTS,
    }
)


def read_contract_file(path: Path) -> ContractFile:
    """Read and check a contract's file. Raises :class:`ContractFileRefused`."""
    return _Reader(path).read()


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path

    def refuse(self, sentence: str) -> ContractFileRefused:
        return ContractFileRefused(f"{self.path.name} : {sentence}")

    def read(self) -> ContractFile:
        data = self._yaml()
        self._only(data, KEYS, "le contrat")
        period = self._mapping(data.get("period") or {}, "period")
        self._only(period, {"start", "end", "text"}, "period")
        tree = tuple(self._node(node, "tree") for node in self._list(data.get("tree"), "tree"))
        lists = {name: self._items(data.get(name), name) for name in LISTS}
        contract = ContractFile(
            path=self.path,
            slug=self._slug(self._text(data, "id"), "id"),
            name=self._text(data, "name"),
            kind=self._text(data, "kind"),
            fictitious=self._boolean(data.get("fictitious", False), "fictitious"),
            start=self._date(period.get("start"), "period.start", end=False),
            end=self._date(period.get("end"), "period.end", end=True),
            period_text=str(period.get("text") or ""),
            status_text=str(data.get("status") or ""),
            levels=self._texts(data.get("levels"), "levels"),
            perimeters=self._texts(data.get("perimeters"), "perimeters"),
            contradictions=self._texts(data.get("contradictions"), "contradictions"),
            parties=tuple(self._parties(data)),
            tree=tree,
            stage_words=self._stage_words(data.get("stages")),
            framework=self._framework(data.get("framework")),
            organisations=tuple(self._list(data.get("organisations"), "organisations")),
            lists=lists,
        )
        self._check_codes(contract)
        if contract.start and contract.end and contract.end < contract.start:
            raise self.refuse("la fin (period.end) précède le début (period.start).")
        return contract

    def _yaml(self) -> dict[str, Any]:
        try:
            if self.path.stat().st_size > LARGEST_FILE:
                raise self.refuse("le fichier dépasse 5 Mo : ce n'est pas un fichier de contrat.")
            data = yaml.safe_load(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ContractFileRefused(f"Le fichier {self.path} n'existe pas.") from None
        except OSError as error:
            raise ContractFileRefused(
                f"Le fichier {self.path} ne se lit pas ({error.strerror})."
            ) from None
        except (UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            line = f", ligne {mark.line + 1}" if mark else ""
            raise self.refuse(f"ce n'est pas du YAML en UTF-8{line}.") from None
        if not isinstance(data, dict) or not data:
            raise self.refuse("le fichier est vide ou ne décrit pas un contrat (id, name, kind…).")
        return data

    def _only(self, data: Mapping[str, Any], allowed: Any, where: str) -> None:
        unknown = sorted(str(key) for key in data if key not in allowed)
        if unknown:
            raise self.refuse(
                f"« {unknown[0]} » n'est pas attendu dans {where} : "
                f"écrivez l'un de {', '.join(sorted(allowed))}."
            )

    def _text(self, data: Mapping[str, Any], key: str) -> str:
        value = data.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(f"« {key} » manque ou n'est pas un texte.")
        return value.strip()

    def _slug(self, text: str, where: str) -> str:
        if not SLUG.fullmatch(text):
            raise self.refuse(f"{where} vaut « {text} » : minuscules, chiffres et tirets.")
        return text

    def _boolean(self, value: object, where: str) -> bool:
        if not isinstance(value, bool):
            raise self.refuse(f"{where} vaut « {value} » : écrivez true ou false.")
        return value

    def _mapping(self, value: object, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.refuse(f"{where} doit être un bloc « clé: valeur ».")
        return value

    def _list(self, value: object, where: str) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.refuse(f"{where} doit être une liste.")
        return value

    def _texts(self, value: object, where: str) -> tuple[str, ...]:
        return tuple(str(item) for item in self._list(value, where))

    def _date(self, value: object, where: str, *, end: bool) -> datetime.date | None:
        """A whole date, or a year or month standing for its first (or last) day."""
        if value in (None, "", "unknown"):
            return None
        text = str(value)
        if not DATE.fullmatch(text):
            raise self.refuse(f"{where} vaut « {text} » : écrivez 2021-01-01, 2021-01 ou 2021.")
        try:
            if len(text) == 10:
                return datetime.date.fromisoformat(text)
            year, month = int(text[:4]), int(text[5:] or (12 if end else 1))
            first = datetime.date(year, month, 1)
        except ValueError:
            raise self.refuse(f"{where} vaut « {text} », qui n'existe pas au calendrier.") from None
        if not end:
            return first
        return (first + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)

    def _known(self, data: Mapping[str, Any], where: str) -> Known:
        status = data.get("status", Status.PUBLISHED.value)
        contradiction = str(data.get("contradiction") or "")
        if contradiction and "status" not in data:
            status = Status.CONTRADICTED.value
        if status not in Status.values:
            raise self.refuse(
                f"le statut « {status} » de {where} est inconnu : "
                f"écrivez l'un de {', '.join(Status.values)}."
            )
        sources = self._texts(data.get("sources"), f"{where}.sources")
        return Known(status, sources, contradiction, str(data.get("note") or ""))

    def _parties(self, data: Mapping[str, Any]) -> Iterator[tuple[str, str, Known]]:
        for key, role in PARTIES.items():
            block = data.get(key)
            known = Known()
            if isinstance(block, dict):
                self._only(block, KNOWN_KEYS | {"list"}, key)
                known, block = self._known(block, key), block.get("list")
            slugs = [self._slug(slug, key) for slug in self._texts(block, key)]
            if len(set(slugs)) < len(slugs):
                raise self.refuse(f"{key} nomme deux fois le même partenaire.")
            for slug in slugs:
                yield role, slug, known

    def _node(self, value: object, where: str) -> FileNode:
        data = self._mapping(value, f"un niveau de {where}")
        self._only(data, KNOWN_KEYS | {"code", "title", "children"}, f"un niveau de {where}")
        title = self._text(data, "title")
        code = str(data.get("code") or "")
        inside = f"{where} › {code or title}"
        children = self._list(data.get("children"), inside)
        return FileNode(
            code, title, self._known(data, inside), tuple(self._node(c, inside) for c in children)
        )

    def _check_codes(self, contract: ContractFile) -> None:
        codes = [node.code for node in contract.nodes() if node.code]
        twice = next((code for code in codes if codes.count(code) > 1), None)
        if twice:
            raise self.refuse(f"le code « {twice} » est donné à deux niveaux de l'arbre.")
        for funder, amounts in contract.framework.items():
            for code in amounts:
                if code not in codes:
                    raise self.refuse(
                        f"framework.{funder} parle de « {code} », qui n'est pas dans l'arbre."
                    )

    def _stage_words(self, value: object) -> dict[str, dict[str, str]]:
        words = self._mapping(value or {}, "stages")
        for partner, stages in words.items():
            where = f"stages.{partner}"
            self._only(self._mapping(stages, where), Stage.values, where)
        return {str(p): {s: str(w) for s, w in stages.items()} for p, stages in words.items()}

    def _framework(self, value: object) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for funder, amounts in self._mapping(value or {}, "framework").items():
            for code, cents in self._mapping(amounts, f"framework.{funder}").items():
                if not isinstance(cents, int) or isinstance(cents, bool) or cents < 0:
                    raise self.refuse(
                        f"framework.{funder}.{code} vaut « {cents} » : écrivez des centimes, "
                        "en nombre entier, sans virgule."
                    )
                found.setdefault(str(funder), {})[str(code)] = cents
        return found

    def _items(self, value: object, name: str) -> tuple[Item, ...]:
        needed, allowed = LISTS[name]
        items = []
        for rank, entry in enumerate(self._list(value, name), 1):
            where = f"{name} n° {rank}"
            data = self._mapping(entry, where)
            self._only(data, needed | allowed | KNOWN_KEYS, where)
            for key in needed:
                self._text(data, key)
            self._check_values(data, where)
            values = {key: data[key] for key in needed | allowed if data.get(key) is not None}
            items.append(Item(values, self._known(data, where)))
        return tuple(items)

    def _check_values(self, data: Mapping[str, Any], where: str) -> None:
        cents = data.get("cents")
        if cents is not None and (not isinstance(cents, int) or isinstance(cents, bool)):
            raise self.refuse(f"{where} : cents vaut « {cents} », qui n'est pas un nombre entier.")
        if where.startswith("links") and data["kind"] not in LINK_KINDS:
            raise self.refuse(
                f"{where} : kind vaut « {data['kind']} » ; écrivez l'un de {', '.join(LINK_KINDS)}."
            )
        if where.startswith("milestones"):
            for key in ("date", "date_end"):
                if data.get(key) and not DATE.fullmatch(str(data[key])):
                    raise self.refuse(f"{where} : {key} s'écrit 2023, 2023-01 ou 2023-01-09.")


def organisations_named(contract: ContractFile) -> Sequence[str]:
    """Every organisation slug the file speaks of, in order, once."""
    slugs = [slug for _, slug, _ in contract.parties]
    slugs += [*contract.stage_words, *contract.framework]
    slugs += [i.text("organisation") for i in contract.lists.get("amounts", ())]
    return list(dict.fromkeys(slug for slug in slugs if slug))
