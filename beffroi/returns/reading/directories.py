"""Bodies that a cell names: by their identifier, their SIREN, or a name as people write it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import yaml

from beffroi.returns.reading.references import COMMUNES, CommunesIndex, ContractFrame
from beffroi.returns.reading.units import words

ORGANISATIONS = COMMUNES.parent / "organisations.yaml"

_KIND_OF_EPCI = re.compile(
    r"^(?:cc|ca|cu|communaute (?:de communes|d agglomeration|urbaine)|metropole)\b"
    r"(?: (?:du|des|de l|de la|de|d)\b)?"
)


@dataclass(frozen=True, slots=True)
class Directory:
    """Identifiers by each form of a name; ``None`` where several bodies bear it."""

    by_form: Mapping[str, str | None]
    form: Callable[[str], str] = words

    def found(self, written: str) -> str:
        """The identifier of the only body so named; empty for none, or several."""
        return self.by_form.get(self.form(written)) or ""

    @property
    def identifiers(self) -> frozenset[str]:
        """Those of every body that some name tells."""
        return frozenset(identifier for identifier in self.by_form.values() if identifier)


@dataclass(frozen=True, slots=True)
class Bodies:
    """Whose money the rows of a return may name, by identifier, and the EPCI, by SIREN."""

    funders: Directory
    epcis: Directory


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What the names in a return are checked against; objectives are not without a contract."""

    contract: ContractFrame | None
    communes: CommunesIndex
    bodies: Bodies


def epci_form(written: str) -> str:
    """A name of EPCI as it is compared: « CC du Ternois » and « Ternois » are ``ternois``."""
    plain = words(written)
    return _KIND_OF_EPCI.sub("", plain).strip() or plain


def directory_from(
    rows: Iterable[tuple[str, Iterable[str]]], form: Callable[[str], str] = words
) -> Directory:
    """The directory of (identifier, names); an identifier is a name of its own."""
    found: dict[str, str | None] = {}
    for identifier, names in rows:
        for each in {form(name) for name in (identifier, *names)} - {""}:
            found[each] = identifier if found.get(each, identifier) == identifier else None
    return Directory(found, form)


@lru_cache(maxsize=1)
def reference_bodies() -> Bodies:
    """The organisations and the EPCI of the reference carried by the project."""
    with COMMUNES.open(encoding="utf-8", newline="") as file:
        epcis = {row["epci_siren"]: row["epci_nom"] for row in csv.DictReader(file)}
    organisations = yaml.safe_load(ORGANISATIONS.read_text(encoding="utf-8"))["organisations"]
    return Bodies(
        directory_from(
            (each["slug"], [each["name"], each.get("short_name", ""), each.get("siren", "")])
            for each in organisations
        ),
        directory_from(((siren, [name]) for siren, name in epcis.items()), epci_form),
    )
