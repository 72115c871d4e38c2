"""Taking returns: nothing twice, nothing from the future, late and complete returns, renamed."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Site, new_site
from tests.cli.test_figures import asked_table, true_table
from tests.returns.reading.rounds import FILES, ORDINARY, return_path, truth

pytestmark = pytest.mark.xdist_group("cli")

NORD = "departement_nord.ods"
PAS_DE_CALAIS = "departement_pas_de_calais.csv"
OPERATIONS = {(2023, "etat_sgar.xlsx"): 274, (2024, "etat_sgar.xlsx"): 354}


def stage_sums(site: Site, on: str, *options: str) -> dict[str, int]:
    """The table by stage alone, contracted left out."""
    sums: dict[str, int] = {}
    for (_, _, stage), cents in asked_table(site, on, *options).items():
        sums[stage] = sums.get(stage, 0) + cents
    return sums


def test_the_answer_says_what_was_read_and_posted(empty_site: Site) -> None:
    for (year, file), operations in OPERATIONS.items():
        answer = empty_site.take(year, file)
        assert answer["sums_cents"] == truth(year, file)["sums_cents"]
        assert answer["operations"] == operations
        assert answer["posting"] > 0
        assert answer["unchanged"] is False
        kinds = {found["kind"] for found in answer["findings"]}
        assert {bad["kind"] for bad in truth(year, file)["bad_cells"]} <= kinds


def test_the_same_file_twice_changes_nothing_and_says_so(empty_site: Site, tmp_path: Path) -> None:
    first = empty_site.take(2023, NORD)
    renamed = tmp_path / "Copie de tableau (2).ods"
    shutil.copy(return_path(2023, NORD), renamed)
    for path in (return_path(2023, NORD), renamed):
        again = empty_site.take(2023, NORD, path=path)
        assert again["unchanged"] is True
        assert again["statements"] == 0
        assert again["posting"] == first["posting"]
    rows = empty_site.answer(
        "trace", "demo-cper", "--on", "2023-12-31", "--funder", "cd59", "--stage", "paid"
    )
    assert {row["file"] for row in rows} == {NORD}
    empty_site.take(2023, NORD, path=renamed, on="2024-03-31")
    rows = empty_site.answer(
        "trace", "demo-cper", "--on", "2024-03-31", "--funder", "cd59", "--stage", "paid"
    )
    assert {row["file"] for row in rows} == {renamed.name}
    said = empty_site.run(
        "import", renamed, "--contract", "demo-cper", "--partner", "cd59", "--on", "2023-12-31"
    )
    assert (said.returncode, "déjà été pris" in said.stdout) == (0, True)
    assert stage_sums(empty_site, "2023-12-31") == truth(2023, NORD)["sums_cents"]


def test_a_return_dated_in_the_future_is_refused(empty_site: Site) -> None:
    path = return_path(2023, NORD)
    words = ("import", path, "--contract", "demo-cper", "--partner", "cd59", "--on", "2999-12-31")
    assert "31/12/2999" in empty_site.refusal(*words)
    assert asked_table(empty_site, "2999-12-31") == {}


def test_a_date_that_the_workbook_does_not_say_is_doubted(empty_site: Site) -> None:
    right = empty_site.take(2023, "etat_sgar.xlsx")
    assert "other_date" not in {found["kind"] for found in right["findings"]}
    doubted = empty_site.take(2024, "etat_sgar.xlsx", on="2024-06-30")
    found = [found for found in doubted["findings"] if found["kind"] == "other_date"]
    assert [each["shown"] for each in found] == ["31/12/2024"]
    assert found[0]["severity"] == "warning"


def test_rounds_taken_in_the_wrong_order_give_the_same_table(empty_site: Site) -> None:
    for year in (2024, 2023):
        for file in FILES:
            empty_site.take(year, file)
    assert asked_table(empty_site, "2023-12-31") == true_table(2023)
    assert asked_table(empty_site, "2024-06-30") == true_table(2023)
    assert asked_table(empty_site, "2024-12-31") == true_table(2024)
    assert empty_site.answer("check")["sound"]


def test_a_complete_return_posts_zero_for_what_it_no_longer_holds(
    empty_site: Site, tmp_path: Path
) -> None:
    before = empty_site.take(2024, PAS_DE_CALAIS)
    shorter = tmp_path / "dossiers.csv"
    lost = write_without_last_line(return_path(2024, PAS_DE_CALAIS), shorter)
    partial = empty_site.take(2024, PAS_DE_CALAIS, path=shorter, on="2025-06-30")
    assert stage_sums(empty_site, "2025-06-30") == before["sums_cents"], "partial by default"
    complete = empty_site.take(
        2024, PAS_DE_CALAIS, path=shorter, on="2025-09-30", options=["--complete"]
    )
    assert stage_sums(empty_site, "2025-09-30") == complete["sums_cents"] == partial["sums_cents"]
    assert stage_sums(empty_site, "2025-06-30") == before["sums_cents"]
    assert before["sums_cents"]["programmed"] - complete["sums_cents"]["programmed"] == lost
    assert empty_site.answer("check")["sound"]


def write_without_last_line(source: Path, target: Path) -> int:
    """A copy of the CSV without its last line of data; the programmed cents that were on it."""
    lines = source.read_bytes().decode("cp1252").splitlines(keepends=True)
    while not lines[-1].strip(";\r\n ") or "total" in lines[-1].lower():
        lines.pop()
    gone = lines.pop()
    target.write_bytes("".join(lines).encode("cp1252"))
    whole = {line["where"]: line for line in truth(2024, PAS_DE_CALAIS)["lines"]}
    code = next(csv.reader([gone], delimiter=";"))[0]
    records = list(csv.reader(source.read_bytes().decode("cp1252").splitlines(), delimiter=";"))
    where = next(str(n) for n, record in enumerate(records, 1) if record and record[0] == code)
    return int(whole[where]["amounts"]["programmed"])


def test_a_partner_cannot_send_another_s_workbook(empty_site: Site) -> None:
    words = ("import", return_path(2023, NORD), "--contract", "demo-cper", "--partner", "cd62")
    assert "cd59" in empty_site.refusal(*words, "--on", "2023-12-31")
    assert asked_table(empty_site, "2024-12-31") == {}


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, list[Any]]]:
    """Both national workbooks of State grants."""
    with new_site(tmp_path_factory.mktemp("ordinary")) as site:
        answers = [
            site.answer(
                "import", ORDINARY / name, "--ordinary", "--on", f"{year}-12-31", "--region", "32"
            )
            for name, year in (
                ("Projets_DI_2018.ods", 2018),
                ("projets_dotations_investissement_2019.xlsx", 2019),
            )
        ]
        yield site, answers


def test_the_national_workbooks_of_one_region(ordinary: tuple[Site, list[Any]]) -> None:
    _, answers = ordinary
    assert [
        (a["operations"], a["sums_cents"], a["cost_cents"], a["unchanged"]) for a in answers
    ] == [
        (2717, {"programmed": 12638597707}, 55020758099, False),
        (2568, {"programmed": 13068717564}, 57822471218, False),
    ]


@pytest.mark.parametrize(
    ("perimeter", "in_2018", "in_2019"),
    [
        ("PSAT", (231, 728807943), (203, 673512667)),
        ("ERBM_MBM250", (168, 1399382211), (176, 1223669632)),
        ("ERBM_8EPCI", (208, 1675926592), (218, 1491742639)),
        ("MEL", (62, 835439151), (57, 711068393)),
        ("CAAM", (33, 190728934), (25, 190354514)),
    ],
)
def test_ordinary_credit_in_a_perimeter(
    ordinary: tuple[Site, list[Any]],
    perimeter: str,
    in_2018: tuple[int, int],
    in_2019: tuple[int, int],
) -> None:
    site, _ = ordinary
    question = ("figures", "--ordinary", "--on", "2019-12-31", "--by", "year")
    rows = site.answer(*question, "--perimeter", perimeter, "--stage", "programmed")
    assert {row["year"]: (row["operations"], row["amount_cents"]) for row in rows} == {
        2018: in_2018,
        2019: in_2019,
    }
    rows = site.answer("figures", "--ordinary", "--on", "2019-12-31", "--by", "perimeter")
    counted = {row["perimeter"]: (row["operations"], row["amount_cents"]) for row in rows}
    assert counted[perimeter] == tuple(map(sum, zip(in_2018, in_2019, strict=True)))


def test_ordinary_credit_is_no_contract_s(ordinary: tuple[Site, list[Any]]) -> None:
    site, _ = ordinary
    slugs = ("cper-hdf-2021-2027", "erbm-2017-2027", "pacte-sat-1")
    assert all(
        site.answer("figures", slug, "--on", "2026-01-01", "--by", "stage") == [] for slug in slugs
    )
    schemes = site.answer("figures", "--ordinary", "--on", "2019-12-31", "--by", "scheme")
    assert {row["scheme"] for row in schemes} == {"DETR", "DSIL", "DSID"}
