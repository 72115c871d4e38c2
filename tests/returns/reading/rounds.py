"""The demonstration rounds that the tests of reading use, with their truth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from beffroi.returns.reading import ContractFrame
from beffroi.returns.reading.references import contract_frame_from

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
REFERENCE = Path(__file__).resolve().parents[3] / "beffroi" / "reference"
DEMO = REFERENCE / "demo"
ORDINARY = REFERENCE / "ordinary"
FILES = (
    "etat_sgar.xlsx",
    "region.xlsx",
    "departement_nord.ods",
    "departement_pas_de_calais.csv",
    "mel.xlsx",
    "amiens_metropole.xlsx",
)
SLUGS = {
    "État": "etat",
    "Région Hauts-de-France": "region-hdf",
    "Département de la Somme": "cd80",
    "Département du Nord": "cd59",
    "Département du Pas-de-Calais": "cd62",
    "Métropole européenne de Lille": "mel",
    "Amiens Métropole": "caam",
}
SLUGS_OF_FILES = dict(
    zip(FILES, ("etat", "region-hdf", "cd59", "cd62", "mel", "caam"), strict=True)
)
KINDS_HELD_TO_THE_TRUTH = frozenset(
    {
        "not_a_number",
        "siret_checksum",
        "unknown_commune",
        "paid_over_committed",
        "unknown_objective",
        "negative_amount",
        "duplicate_line",
        "ambiguous_number",
        "not_a_date",
    }
)


def return_path(year: int, file: str) -> Path:
    """One return of a round."""
    return DEMO / f"returns-{year}" / file


@cache
def truth(year: int, file: str) -> Mapping[str, Any]:
    """What a right reading of it gives."""
    path = FIXTURES / f"returns-{year}" / "truth.json"
    every = json.loads(path.read_text(encoding="utf-8"))["files"]
    return next(each for each in every if each["file"] == file)


@cache
def contract() -> ContractFrame:
    """The tree of the demonstration contract."""
    return contract_frame_from(DEMO / "demo-contract.yaml")
