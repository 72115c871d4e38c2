"""An annotated copy opens in LibreOffice, which finds in it what it found in the file."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from beffroi.returns.annotating import FrontCell, Mark, annotated
from beffroi.returns.reading.opening import read_workbook
from tests.returns.annotating.workbooks import SHEET, notes, rich_workbook
from tests.returns.reading.rounds import FILES, return_path

OFFICE = shutil.which("soffice")
#: Every sheet, as text, with formulas computed.
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,-1"

pytestmark = pytest.mark.skipif(not OFFICE, reason="LibreOffice manque")


def converted(folder: Path, files: list[Path]) -> None:
    """Each sheet of each file in a CSV of its own, beside it."""
    subprocess.run(
        [
            str(OFFICE),
            "--headless",
            f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to",
            EVERY_SHEET,
            "--outdir",
            str(folder),
            *map(str, files),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )


def test_it_opens_and_computes_the_same(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    originals = {file: return_path(2024, file).read_bytes() for file in FILES}
    originals["riche.xlsx"] = rich_workbook()
    for folder in (before, after):
        folder.mkdir()
    for file, content in originals.items():
        (before / file).write_bytes(content)
        sheet = SHEET if file == "riche.xlsx" else first_sheet(content, file)
        marks = [
            Mark(sheet, f"{letters}{row}", "error", "À revoir.")
            for letters in "ACF"
            for row in (2, 9, 14)
        ]
        again, name = annotated(content, file, notes(marks, [[FrontCell("Constats", "head")]]))
        (after / name.replace(" annoté", "")).write_bytes(again)
    for folder in (before, after):
        converted(folder, sorted(folder.iterdir()))
    compared = 0
    for was in sorted(before.glob("*.csv")):
        if was.name == "departement_pas_de_calais.csv":
            continue
        assert rows(was) == rows(after / was.name), was.name
        compared += 1
    assert compared >= 12
    assert len(list(after.glob("*Relevé Beffroi.csv"))) == len(originals)


def first_sheet(content: bytes, file: str) -> str:
    return read_workbook(content, file).sheets[0].name


def rows(path: Path) -> list[list[str]]:
    """The rows of a CSV, without the blanks that end them."""
    found = [line.rstrip(";").split(";") for line in path.read_text("utf-8").splitlines()]
    while found and found[-1] == [""]:
        found.pop()
    return found
