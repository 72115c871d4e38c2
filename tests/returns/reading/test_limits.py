"""The limits that operators are told are those that are enforced."""

from __future__ import annotations

import re
from pathlib import Path

from beffroi.returns.reading.workbook import LIMITS

OPERATIONS = Path(__file__).resolve().parents[3] / "docs" / "operations.md"
STATED = {
    "taille du fichier": LIMITS.file_bytes // 1_000_000,
    "taille une fois déplié (XLSX, ODS)": LIMITS.unzipped_bytes // 1_000_000,
    "taux de compression, au-delà de 50 Mo dépliés": LIMITS.compression,
    "parties dans l'archive": LIMITS.parts,
    "feuilles": LIMITS.sheets,
    "lignes d'une feuille": LIMITS.rows,
    "colonnes d'une feuille": LIMITS.columns,
    "cellules du classeur": LIMITS.cells,
    "cellules fusionnées d'une feuille": LIMITS.merges,
    "caractères d'une cellule": LIMITS.cell_characters,
    "durée d'une lecture": LIMITS.seconds,
    "mémoire d'une lecture": LIMITS.memory_bytes // 1_000_000,
    "réponse d'une lecture": LIMITS.answer_bytes // 1_000_000,
}


def test_the_limits_stated_are_those_enforced() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    section = text.split("## Ce qu'un classeur peut être")[1].split("\n## ")[0]
    table = dict(re.findall(r"^\| (.+?) \| (\d[\d ]*)", section, re.MULTILINE))
    assert {what: int(value.replace(" ", "")) for what, value in table.items()} == STATED
    assert len(STATED) == len(LIMITS.__slots__)
