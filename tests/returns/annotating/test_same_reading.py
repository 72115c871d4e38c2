"""An annotated copy says what the file said: same lines, same sums, same findings."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beffroi.returns.annotating import Mark, annotated
from beffroi.returns.annotating.notes import TONES
from beffroi.returns.reading import Reading, read_return
from beffroi.returns.reading.opening import read_workbook
from beffroi.returns.reading.workbook import column_letters
from tests.returns.annotating.workbooks import notes
from tests.returns.reading.rounds import FILES, contract, return_path

OPEN_FORMATS = [file for file in FILES if not file.endswith(".csv")]


@cache
def content(year: int, file: str) -> bytes:
    return return_path(year, file).read_bytes()


def read(raw: bytes, name: str, layout: str | None = None) -> Reading:
    return read_return(raw, name=name, layout=layout, contract=contract())


def marks_anywhere(raw: bytes, name: str, seed: int, count: int) -> list[Mark]:
    """Marks on cells and rows, of the table and beyond it."""
    chance = random.Random(seed)
    marks = []
    for _ in range(count):
        sheet = chance.choice(read_workbook(raw, name).sheets)
        row = chance.randint(1, len(sheet.rows) + 5)
        letters = column_letters(chance.randint(0, max(map(len, sheet.rows)) + 2))
        place = chance.choice([f"{letters}{row}", str(row)])
        text = chance.choice(["", "Un doute.", "=1+1", "Deux\nlignes & <plus>."])
        marks.append(Mark(sheet.name, place, chance.choice(TONES), text))
    return marks


@pytest.mark.parametrize("file", OPEN_FORMATS)
@given(seed=st.integers(0, 10**6), year=st.sampled_from([2023, 2024]), count=st.integers(0, 60))
@settings(max_examples=8, deadline=None)
def test_whatever_is_marked_the_reading_is_the_same(
    file: str, seed: int, year: int, count: int
) -> None:
    raw = content(year, file)
    once, name = annotated(raw, file, notes(marks_anywhere(raw, file, seed, count)))
    before = read(raw, file)
    assert read(once, name, before.layout) == before
    twice, _ = annotated(once, name, notes(marks_anywhere(raw, file, seed + 1, count)))
    assert read(twice, name) == before


@pytest.mark.parametrize("year", [2023, 2024])
def test_a_csv_becomes_a_workbook_that_says_the_same(year: int) -> None:
    file = "departement_pas_de_calais.csv"
    raw = content(year, file)
    again, name = annotated(raw, file, notes([Mark("", "G12", "error", "Là.")]))
    assert name == "departement_pas_de_calais annoté.xlsx"
    before, after = read(raw, file), read(again, name)
    assert [line._replace(sheet="") for line in after.lines] == before.lines
    assert after.sums_by_axis == before.sums_by_axis
    assert after.unread == before.unread
    bare = [replace(each, where=each.where.removeprefix("Feuille 1!")) for each in after.findings]
    assert bare == list(before.findings)
