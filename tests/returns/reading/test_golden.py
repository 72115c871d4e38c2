"""The golden folders: workbooks that must be read as said, and those that must be refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from beffroi.cli.main import main
from tests.returns.reading.describing import write
from tests.returns.reading.refusals import assert_one_sentence

GOLDEN = Path(__file__).parent / "golden"
OFFICE = (".xlsx", ".ods", ".xls")


def cases(folder: str) -> list[Any]:
    """A case for each format of each description."""
    found = []
    for path in sorted((GOLDEN / folder).glob("*.yaml")):
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        formats = case.get("formats", [".csv"] if "text" in case["workbook"] else OFFICE)
        found += [pytest.param(case, each, id=f"{path.stem}{each}") for each in formats]
    return found


def proposal_of(path: Path, capsys: pytest.CaptureFixture[str]) -> Mapping[str, Any]:
    assert main(["read", str(path), "--json"]) == 0, capsys.readouterr().err
    proposal: Mapping[str, Any] = json.loads(capsys.readouterr().out)["proposal"]
    return proposal


@pytest.mark.parametrize(("case", "suffix"), cases("pass"))
def test_read_as_said(
    case: Mapping[str, Any], suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proposal = proposal_of(write(case["workbook"], suffix, tmp_path), capsys)
    tables = proposal["sheets"]
    assert len(tables) == len(case["tables"]), [table["sheet"] for table in tables]
    for table, said in zip(tables, case["tables"], strict=True):
        if "sheet" in said and suffix != ".csv":
            assert table["sheet"] == said["sheet"]
        for key in ("header_rows", "first_data_row", "last_data_row", "data_rows", "unit"):
            assert table[key] == said[key], key
        meanings = {column: table["columns"].get(column) for column in said["columns"]}
        assert meanings == said["columns"]
        sums = {column: Decimal(value) for column, value in table["sums"].items()}
        assert sums == {column: Decimal(value) for column, value in said["sums"].items()}
        assert table["unread"] == said.get("unread", [])
        assert sorted({doubt["kind"] for doubt in table["doubts"]}) == said.get("doubts", [])
    whole = sorted({doubt["kind"] for doubt in proposal.get("doubts", [])})
    assert whole == case.get("doubts", [])


@pytest.mark.parametrize(("case", "suffix"), cases("refuse"))
def test_refused_in_one_sentence(
    case: Mapping[str, Any], suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(case["workbook"], suffix, tmp_path)
    assert main(["read", str(path), "--json"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert_one_sentence(ValueError(said.err.removesuffix("\n")), path.name)
    assert case["because"] in said.err
