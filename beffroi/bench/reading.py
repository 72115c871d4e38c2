"""Budget « read and check »: against the time python-calamine takes to read the same cells."""

from __future__ import annotations

import tempfile
from pathlib import Path

from python_calamine import CalamineWorkbook

from beffroi.bench.run import Result, median_ms
from beffroi.bench.workbooks import write_return
from beffroi.returns.reading import read_return

LIMIT = 4.0


def read_and_check(rows: int) -> Result:
    """Read and check a return of ``rows`` lines and 20 columns, three amounts a line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "retour.xlsx"
        write_return(path, rows)

        def calamine() -> None:
            book = CalamineWorkbook.from_path(str(path))
            for name in book.sheet_names:
                book.get_sheet_by_name(name).to_python()

        reading = read_return(path)
        if reading.rows != rows:
            raise RuntimeError(f"{reading.rows} lines read out of {rows}")
        return Result(
            budget="read and check",
            ours_ms=median_ms(lambda: read_return(path)),
            reference_ms=median_ms(calamine),
            limit=LIMIT,
            detail=f"{rows} lignes × 20 colonnes, contre python-calamine seul",
        )
