"""A large return in the shape of the State's, written straight as XML."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

HEADERS = (
    *("N° EJ", "BOP", "Objectif CPER", "Intitulé de l'opération", "Maître d'ouvrage", "SIRET"),
    *("Commune (INSEE)", "AE programmées", "AE engagées", "Date de l'engagement", "CP payés"),
    *("Reste à payer", "Service", "Référent", "Canton", "Arrondissement", "Avis", "Exercice"),
    *("Dossier", "Observations"),
)
_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="Suivi" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def write_return(path: Path, rows: int) -> None:
    """Write a workbook of ``rows`` lines of 20 columns, the same every time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(_SHEET.encode())
            for number, values in enumerate(_rows(rows), 1):
                sheet.write(_row(number, values).encode())
            sheet.write(b"</sheetData></worksheet>")


def _rows(rows: int) -> Iterator[tuple[str | float, ...]]:
    yield HEADERS
    chance = random.Random(32)
    for number in range(rows):
        programmed = chance.randrange(100_000, 500_000_000) / 100
        committed = round(programmed * chance.random(), 2)
        yield (
            f"21{number:08d}",
            "119",
            f"{chance.choice(('I', 'II', 'III'))}.{chance.randrange(1, 4)}",
            f"Construction de la médiathèque n° {number}",
            "Commune de Lille",
            "21590350100017",
            "59350",
            programmed,
            committed,
            "30/03/2022",
            round(committed * chance.random(), 2),
            "",
            *("SGAR", "Pôle territoires", "Lille-1", "Lille", "favorable", 2024.0),
            f"D{number}",
            "",
        )


def _row(number: int, values: tuple[str | float, ...]) -> str:
    cells = []
    for at, value in enumerate(values):
        place = f"{chr(65 + at)}{number}"
        if isinstance(value, float):
            cells.append(f'<c r="{place}"><v>{value!r}</v></c>')
        elif value:
            cells.append(f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'
