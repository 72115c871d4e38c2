"""Returns whose values are written otherwise: unit, text, years; and the same exact cents."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.returns.reading.habits import (
    AMIENS,
    HABITS,
    MEL,
    NORD,
    PAS_DE_CALAIS,
    REGION,
    STATE,
    Habit,
    assert_reads_the_truth,
    read,
)
from tests.returns.reading.mutating import Page, Value
from tests.returns.reading.rounds import truth

YEARS = (2023, 2024)
TEXTUAL = (NORD, PAS_DE_CALAIS)
every_year = pytest.mark.parametrize("year", YEARS)


def habits(*some: Habit) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("habit", [pytest.param(each, id=each.file) for each in some])


def spaced(number: Decimal, by: str = " ") -> str:
    """As the French write it: ``1 234 567,89``, decimals only where there are any."""
    return f"{number:,f}".replace(",", by).replace(".", ",")


def as_number(value: Value) -> Decimal | None:
    """A number, typed or as the departments write it; ``None`` for any other cell."""
    if isinstance(value, float | int):
        return Decimal(repr(value))
    bare = "".join(str(value).replace("€", "").replace(",", ".").split())
    return Decimal(bare) if bare.lstrip("-").replace(".", "", 1).isdigit() else None


def rewritten(habit: Habit, year: int, how: Callable[[Decimal], Value]) -> list[Page]:
    """A return whose every number is written otherwise."""

    def changed(value: Value) -> Value:
        number = as_number(value)
        return value if number is None else how(number)

    pages = habit.pages(year)
    for page in habit.tables(pages):
        page.change(habit.amount_columns(page), habit.header_row(page), changed)
    return pages


# Text in place of numbers, numbers in place of text

WRITINGS: dict[str, Callable[[Decimal], str]] = {
    "plain": lambda number: f"{number}".replace(".", ","),
    "spaces": spaced,
    "no-break": lambda number: spaced(number, "\u00a0"),
    "narrow": lambda number: spaced(number, "\u202f"),
    "thin": lambda number: spaced(number, "\u2009"),
    "padded": lambda number: f" \u00a0{spaced(number, chr(0x202F))}  ",
    "plus": lambda number: f"{number:+,.2f}".replace(",", "\u202f").replace(".", ","),
    "brackets": lambda number: f"({spaced(-number)})" if number < 0 else spaced(number),
    "minus": lambda number: spaced(number).replace("-", "−"),
}
IN_EUROS: dict[str, Callable[[Decimal], str]] = {
    "sign": lambda number: f"{spaced(number, chr(0xA0))}\u00a0€",
    "glued": lambda number: f"{spaced(number)}€",
    "word": lambda number: f"{spaced(number)} euros",
    "code": lambda number: f"{number:.2f} EUR".replace(".", ","),
    "basis": lambda number: f"{spaced(number)} € HT",
}
in_its_unit = pytest.mark.parametrize("how", WRITINGS.values(), ids=WRITINGS)
in_euros = pytest.mark.parametrize("how", IN_EUROS.values(), ids=IN_EUROS)


@every_year
@habits(*HABITS)
@in_its_unit
def test_numbers_as_french_text(
    year: int, habit: Habit, how: Callable[[Decimal], str], tmp_path: Path
) -> None:
    def written(number: Decimal) -> str:
        # cp1252 has no narrow space and no minus sign.
        text = how(number)
        return _narrowed(text) if habit.suffix == ".csv" else text

    pages = rewritten(habit, year, written)
    assert_reads_the_truth(read(pages, tmp_path / f"retour{habit.suffix}"), year, habit.file)


def _narrowed(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u2009", " ").replace("−", "-")


@every_year
@habits(*HABITS)
@in_euros
def test_a_cell_that_says_euros_is_in_euros(
    year: int, habit: Habit, how: Callable[[Decimal], str], tmp_path: Path
) -> None:
    """Even in a sheet in k€: the cell is nearer than the title."""
    factor = 1000 if truth(year, habit.file)["unit"] == "k€" else 1
    pages = rewritten(habit, year, lambda number: how(number * factor))
    assert_reads_the_truth(read(pages, tmp_path / f"retour{habit.suffix}"), year, habit.file)


@every_year
@habits(*TEXTUAL)
@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_texts_as_numbers(year: int, habit: Habit, suffix: str, tmp_path: Path) -> None:
    pages = rewritten(habit, year, float)
    pages[0].name = "Export"
    assert_reads_the_truth(read(pages, tmp_path / f"retour{suffix}"), year, habit.file)


# Units

UNIT_WRITINGS = {
    "k€": (1_000, ("Montants en k€", "(en milliers d’euros)", "Unité : K€", "Crédits, en kEUR")),
    "M€": (1_000_000, ("Montants en M€", "en millions d'euros", "Tableau de suivi (M€)")),
    "€": (1, ("Montants en euros", "(en €)")),
}
every_unit = pytest.mark.parametrize(
    ("unit", "factor", "title"),
    [(unit, factor, title) for unit, (factor, titles) in UNIT_WRITINGS.items() for title in titles],
)


@habits(STATE, REGION, MEL, AMIENS, NORD)
@every_unit
def test_the_unit_a_title_says(
    habit: Habit, unit: str, factor: int, title: str, tmp_path: Path
) -> None:
    pages = in_unit(habit, 2024, factor)
    for page in habit.tables(pages):
        for row in page.rows[: habit.header_row(page)]:
            row[:] = ["Crédits" if "k€" in str(v) or "milliers" in str(v) else v for v in row]
        page.insert_rows(0, [[title]])
    reading = read(pages, tmp_path / f"retour{habit.suffix}")
    assert reading.unit == unit
    assert_reads_the_truth(reading, 2024, habit.file)


@habits(STATE, NORD, PAS_DE_CALAIS, AMIENS, REGION)
@pytest.mark.parametrize(
    ("factor", "mark"), [(1_000, "(k€)"), (1_000, "\nen milliers d'euros"), (1_000_000, "en M€")]
)
def test_the_unit_a_column_says(habit: Habit, factor: int, mark: str, tmp_path: Path) -> None:
    pages = in_unit(habit, 2024, factor)
    for page in habit.tables(pages):
        header = page.rows[habit.header_row(page)]
        for at in habit.amount_columns(page):
            header[at] = f"{header[at]} {mark}"
    reading = read(pages, tmp_path / f"retour{habit.suffix}")
    assert_reads_the_truth(reading, 2024, habit.file)


def test_one_column_in_another_unit(tmp_path: Path) -> None:
    pages = STATE.pages(2024)
    page = pages[0]
    paid = page.rows[STATE.header_row(page)].index("CP payés")
    page.change([paid], STATE.header_row(page), lambda v: _over(v, 1_000))
    page.rows[STATE.header_row(page)][paid] = "CP payés (en k€)"
    assert_reads_the_truth(read(pages, tmp_path / "retour.xlsx"), 2024, STATE.file)


@pytest.mark.parametrize(("factor", "label"), [(1, "Crédits (€)"), (1_000_000, "Crédits en M€")])
def test_the_unit_a_group_says_holds_for_its_columns(
    factor: int, label: str, tmp_path: Path
) -> None:
    """Nearer than the title, which says thousands."""
    pages = in_unit(REGION, 2024, factor)
    for page in REGION.tables(pages):
        for row in page.rows[: REGION.header_row(page)]:
            row[:] = [label if value == "Crédits Région (k€)" else value for value in row]
    assert_reads_the_truth(read(pages, tmp_path / "retour.xlsx"), 2024, REGION.file)


def test_an_amount_in_a_title_is_no_unit(tmp_path: Path) -> None:
    pages = STATE.pages(2024)
    pages[0].insert_rows(0, [["Contrat de 1 200 M€ signé en 2021, dont 35 k€ d'études"]])
    assert_reads_the_truth(read(pages, tmp_path / "retour.xlsx"), 2024, STATE.file)


def in_unit(habit: Habit, year: int, factor: int) -> list[Page]:
    """A return written in another unit, to the last decimal."""
    own = 1_000 if habit is REGION else 1
    as_text = habit in TEXTUAL

    def divided(number: Decimal) -> Value:
        exact = number * own / factor
        return spaced(exact) if as_text else float(exact)

    return rewritten(habit, year, divided)


def _over(value: Value, factor: int) -> Value:
    number = as_number(value) if not isinstance(value, str) else None
    return value if number is None else float(number / factor)


# Years


@every_year
def test_a_year_more_adds_to_the_cumulated_amount(year: int, tmp_path: Path) -> None:
    pages = MEL.pages(year)
    _add_year(pages[0], 2028, 1000.01)
    reading = read(pages, tmp_path / "retour.xlsx")
    true = truth(year, MEL.file)
    more = 100001 * true["rows"]
    assert reading.rows == true["rows"]
    assert reading.unread == true["unread"]
    assert reading.sums_cents == {
        stage: cents + more * (stage == "programmed") for stage, cents in true["sums_cents"].items()
    }
    assert {a.year for line in reading.lines for a in line.amounts} == {*range(2021, 2029)}


@every_year
def test_a_year_more_of_zeros_or_blanks_changes_nothing(year: int, tmp_path: Path) -> None:
    for value in (0.0, ""):
        pages = MEL.pages(year)
        _add_year(pages[0], 2028, value)
        assert_reads_the_truth(read(pages, tmp_path / "retour.xlsx"), year, MEL.file)


def test_a_year_beside_the_merged_label_is_not_under_it(tmp_path: Path) -> None:
    pages = MEL.pages(2024)
    page, row = pages[0], MEL.header_row(pages[0])
    page.rearrange([*range(page.width), None])
    page.rows[row][-1] = 2030
    for line in page.rows[row + 1 :]:
        line[-1] = 5.0 if line[0] else ""
    reading = read(pages, tmp_path / "retour.xlsx")
    assert_reads_the_truth(reading, 2024, MEL.file)
    (unused,) = (found for found in reading.findings if found.kind == "unused_columns")
    assert "2030" in unused.shown


@every_year
@pytest.mark.parametrize("removed", [2021, 2023, 2027])
def test_a_year_less_takes_its_amounts_away(year: int, removed: int, tmp_path: Path) -> None:
    pages = MEL.pages(year)
    page, row = pages[0], MEL.header_row(pages[0])
    gone = [at for at, header in enumerate(page.rows[row]) if header == removed]
    taken: dict[str, int] = {}
    for stage, at in zip(("programmed", "paid"), gone, strict=True):
        numbers = [as_number(line[at]) for line in page.rows[row + 1 :]]
        taken[stage] = int(sum(number or 0 for number in numbers) * 100)
    page.rearrange([at for at in range(page.width) if at not in gone])
    true = truth(year, MEL.file)
    reading = read(pages, tmp_path / "retour.xlsx")
    assert reading.rows == true["rows"]
    assert reading.sums_cents == {
        stage: cents - taken[stage] for stage, cents in true["sums_cents"].items()
    }


@pytest.mark.parametrize("header", ["{}", "Année {}", "Exercice {} (€)", "Budget\n{}"])
def test_years_written_as_text(header: str, tmp_path: Path) -> None:
    pages = MEL.pages(2024)
    page, row = pages[0], MEL.header_row(pages[0])
    page.rows[row] = [header.format(v) if isinstance(v, int) else v for v in page.rows[row]]
    assert_reads_the_truth(read(pages, tmp_path / "retour.xlsx"), 2024, MEL.file)


def _add_year(page: Page, year: int, value: Value) -> None:
    """A column more under « Programmation », its label stretched over it."""
    row = MEL.header_row(page)
    at = 11
    page.rearrange([*range(at), None, *range(at, page.width)])
    page.merges = [
        (top, left, bottom, right + (right == at - 1)) for top, left, bottom, right in page.merges
    ]
    page.rows[row][at] = year
    for line in page.rows[row + 1 :]:
        line[at] = value if line[0] else ""
