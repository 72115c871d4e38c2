"""Wrong input: one sentence, exit 1, nothing written; wrong usage: exit 2."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Site
from tests.returns.reading.rounds import DEMO, FIXTURES, return_path

pytestmark = pytest.mark.xdist_group("cli")

FIGURES = ("figures", "demo-cper", "--on", "2024-12-31")
WORDS = ("--contract", "demo-cper", "--partner", "etat", "--on", "2023-12-31")
IMPORT = ("import", return_path(2023, "region.xlsx"), "--on", "2023-12-31")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("figures", "inconnu", "--on", "2024-12-31", "--by", "axis"), "inconnu"),
        ((*FIGURES, "--by", "colour"), "colour"),
        ((*FIGURES, "--by", "axis", "--stage", "dreamt"), "dreamt"),
        ((*FIGURES, "--by", "axis", "--perimeter", "Lune"), "Lune"),
        ((*FIGURES, "--by", "axis", "--known-at", "99999"), "99999"),
        ((*FIGURES, "--by", "axis", "--known-at", "hier"), "hier"),
        ((*FIGURES, "--by", "axis", "--known-at", "2024-01-01T00:00:00"), "fuseau"),
        (("figures", "--on", "2024-12-31", "--by", "axis"), "contrat"),
        (("trace", "demo-cper", "--on", "2024-12-31"), "--stage"),
        ((*IMPORT, "--contract", "demo-cper", "--partner", "personne"), "personne"),
        ((*IMPORT, "--contract", "aucun", "--partner", "region-hdf"), "aucun"),
        ((*IMPORT, "--contract", "demo-cper"), "--partner"),
        ((*IMPORT, "--ordinary"), "--region"),
        ((*IMPORT, "--ordinary", "--region", "99"), "99"),
        ((*IMPORT, "--ordinary", "--region", "32"), "national"),
        (
            (*IMPORT, "--contract", "demo-cper", "--partner", "region-hdf", "--layout", "x"),
            "« x »",
        ),
        (("load", "absent.yaml"), "absent.yaml"),
        (("backup", "/"), "/"),
        (("restore", "absent.tar"), "vide"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refused_in_one_sentence(both_rounds: Site, words: tuple[object, ...], named: str) -> None:
    before = postings(both_rounds)
    assert named in both_rounds.refusal(*words)
    assert postings(both_rounds) == before


def postings(site: Site) -> list[object]:
    """Everything the ledger says of the demonstration."""
    found: list[object] = site.answer(*FIGURES, "--by", "axis,objective,funder,stage")
    return found


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("unknown",),
        ("figures", "demo-cper", "--by", "axis"),
        ("figures", "demo-cper", "--on", "31 décembre", "--by", "axis"),
        ("import",),
        ("serve", "--port", "0"),
        ("serve", "--port", "http"),
    ],
    ids=str,
)
def test_wrong_usage_is_exit_2(both_rounds: Site, words: tuple[object, ...]) -> None:
    done = both_rounds.run(*(words or ("--wrong",)))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def workbook_that_is_only_a_zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("note.txt", "rien")
    return path


def test_files_that_cannot_be_read(both_rounds: Site, tmp_path: Path) -> None:
    truncated = tmp_path / "coupé.xlsx"
    whole = return_path(2023, "etat_sgar.xlsx").read_bytes()
    truncated.write_bytes(whole[: len(whole) // 2])
    empty = tmp_path / "vide.ods"
    empty.write_bytes(b"")
    binary = tmp_path / "image.csv"
    binary.write_bytes(bytes(range(256)) * 8)
    for path in (
        truncated,
        empty,
        binary,
        tmp_path,
        tmp_path / "absent.xlsx",
        workbook_that_is_only_a_zip(tmp_path / "archive.xlsx"),
    ):
        assert path.name in both_rounds.refusal("read", path), path
        assert path.name in both_rounds.refusal("import", path, *WORDS), path


def test_a_workbook_without_a_layout_is_proposed_and_not_imported(both_rounds: Site) -> None:
    path = FIXTURES / "traps" / "cellules-sans-type.ods"
    answer = both_rounds.answer("read", path)
    assert answer["layout"] is None
    assert [sheet["sums"] for sheet in answer["proposal"]["sheets"]] == [{"C": "3234.56"}]
    assert path.name in both_rounds.refusal("import", path, *WORDS)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("kind: cper", "kinde: cper", "kinde"),
        ("id: demo-cper", "id: Démo", "Démo"),
        ("code: I.1,", "code: I.2,", "I.2"),
        ("fictitious: true", "fictitious: peut-être", "peut-être"),
        ("fictitious: true", "fictitious: false", "fictif"),
        ('end: "2027-12-31"', 'end: "2019-12-31"', "period.end"),
        ('end: "2027-12-31"', 'end: "2027-02-31"', "2027-02-31"),
        ("signatories: [etat, ", "signatories: [etat, personne, ", "personne"),
        ("I: 2920000000", "I: 29.5", "29.5"),
        ("I: 2920000000", "IX: 2920000000", "IX"),
        ("levels: [axe, objectif]", "levels: axe: objectif", "YAML"),
    ],
)
def test_a_contract_file_with_one_mistake(
    both_rounds: Site, tmp_path: Path, before: str, after: str, named: str
) -> None:
    text = (DEMO / "demo-contract.yaml").read_text(encoding="utf-8")
    assert before in text
    wrong = tmp_path / "contrat.yaml"
    wrong.write_text(text.replace(before, after, 1), encoding="utf-8")
    was = postings(both_rounds)
    sentence = both_rounds.refusal("load", wrong)
    assert named in sentence
    assert "contrat.yaml" in sentence
    assert postings(both_rounds) == was
