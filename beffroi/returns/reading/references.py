"""What a return is checked against: a contract's objectives, communes, identifiers."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from stdnum.fr import siret as siret_number

from beffroi.returns.reading.units import words
from beffroi.returns.reading.workbook import UnreadableFile

COMMUNES = Path(__file__).resolve().parents[2] / "reference" / "communes.csv"

_OBJECTIVE_WORDS = re.compile(r"\b(?:OBJECTIFS?|AXE|MESURE|ACTION|VOLET|TITRE|N°)\b", re.IGNORECASE)
_JOINTS = re.compile(r"[\s.,\-–—_/]+")
_TITLE_AFTER_CODE = re.compile(r"\s*:\s*|\s+[-–—]\s+|\s+(?=[A-ZÀ-Ý]?[a-zà-ÿ]{2})")
_COMMUNE_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_CODE_IN_NAME = re.compile(r"\(?\b([0-9][0-9AB][0-9]{3})\b\)?")


@dataclass(frozen=True, slots=True)
class ContractFrame:
    """The codes of a contract's tree, with the axis of each."""

    axes: Mapping[str, str]
    _by_form: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        forms = {objective_form(code): code for code in self.axes}
        object.__setattr__(self, "_by_form", forms)

    def code_of(self, written: str) -> str | None:
        """The code meant by ``I-1``, ``Objectif I.1``…; ``None`` when the tree has none such."""
        return self._by_form.get(objective_form(written))


@lru_cache(maxsize=20_000)
def objective_form(written: str) -> str:
    """An objective as it is compared: ``Objectif IV-3`` and ``IV.3 – Tourisme`` are ``IV.3``."""
    bare = _OBJECTIVE_WORDS.sub(" ", written).strip(" \u00a0\u202f.:-–—")
    code = _TITLE_AFTER_CODE.split(bare, maxsplit=1)[0]
    return _JOINTS.sub(".", code).upper().strip(".")


def contract_frame_from(path: Path) -> ContractFrame:
    """The tree of a contract's file, without a database. Raises :class:`UnreadableFile`."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        nodes = data["tree"]
    except FileNotFoundError:
        raise UnreadableFile(f"Le fichier {path} n'existe pas : vérifiez son nom.") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError, ValueError):
        raise UnreadableFile(
            f"{path.name} n'est pas le fichier d'un contrat : « tree » manque."
        ) from None
    axes: dict[str, str] = {}

    def descend(children: Iterable[Any], axis: str) -> None:
        for node in children:
            code = str(node.get("code") or "")
            if code:
                axes[code] = axis or code
            descend(node.get("children") or (), axis or code)

    try:
        descend(nodes, "")
    except (AttributeError, TypeError):
        raise UnreadableFile(f"{path.name} : « tree » n'est pas un arbre d'objectifs.") from None
    return ContractFrame(axes)


@dataclass(frozen=True, slots=True)
class CommunesIndex:
    """Today's code of a commune, from a code (even a former one) or from a name."""

    codes: Mapping[str, str]
    names: Mapping[str, str | None]

    def code(self, written: str) -> str | None:
        """Today's code; ``None`` for a code that never was."""
        return self.codes.get(written)

    def named(self, name: str) -> str | None:
        """Today's code of the only commune of that name; ``None`` for none, or several."""
        return self.names.get(words(name))

    def knows_name(self, name: str) -> bool:
        """Whether some commune bears that name."""
        return words(name) in self.names

    def found(self, written: str) -> tuple[str, bool]:
        """Today's code (empty where several bear the name), and whether it is a commune at all.

        A column of codes may hold names, and a column of names codes.
        """
        code = written.zfill(5) if written.isdecimal() else written.upper()
        if _COMMUNE_CODE.fullmatch(code):
            return self.code(code) or "", code in self.codes
        if self.knows_name(written):
            return self.named(written) or "", True
        if beside := _CODE_IN_NAME.search(written):
            return self.code(beside[1]) or "", beside[1] in self.codes
        return "", False


def communes_from(rows: Iterable[tuple[str, str, Iterable[str]]]) -> CommunesIndex:
    """The index of (code, name, former codes)."""
    codes: dict[str, str] = {}
    names: dict[str, str | None] = {}
    for code, name, former in rows:
        codes |= dict.fromkeys(former, code)
        names[words(name)] = None if words(name) in names else code
        codes[code] = code
    return CommunesIndex(codes, names)


@lru_cache(maxsize=1)
def reference_communes() -> CommunesIndex:
    """The communes of the reference carried by the project."""
    with COMMUNES.open(encoding="utf-8", newline="") as file:
        return communes_from(
            (row["insee"], row["nom"], filter(None, row["anciens_codes"].split("|")))
            for row in csv.DictReader(file)
        )


@lru_cache(maxsize=100_000)
def siret_is_valid(siret: str) -> bool:
    """Fourteen digits whose check digits hold (La Poste's exception included)."""
    return bool(siret_number.is_valid(siret))
