"""Layouts out as files and in from files, by the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Site
from tests.returns.reading.rounds import truth

pytestmark = pytest.mark.xdist_group("cli")

DEMO = ("--contract", "demo-cper")


def test_a_layout_goes_out_and_comes_back(empty_site: Site, tmp_path: Path) -> None:
    def exported(*words: str) -> str:
        done = empty_site.run("layout", "export", *words, *DEMO, "--partner", "etat")
        assert done.returncode == 0, done.stderr
        return done.stdout

    carried = exported("etat-sgar")
    file = tmp_path / "suivi.yaml"
    file.write_text(carried.replace("unit: €", "unit: k€"), encoding="utf-8")
    taken = ("layout", "import", file, *DEMO)
    assert empty_site.answer(*taken, "--name", "etat-sgar")["version"] == 1
    assert empty_site.answer(*taken, "--name", "etat-sgar")["version"] == 1, "the same again"
    assert exported("etat-sgar") == file.read_text(encoding="utf-8")
    assert exported("etat-sgar", "--version", "0") == carried
    assert empty_site.answer(*taken)["name"] == "suivi-des-credits-de-letat-sgar"

    listed = empty_site.answer("layout", "list", *DEMO)
    versions = [each["version"] for each in listed if each["name"] == "etat-sgar"]
    assert versions == [1, 0]
    taken_in = empty_site.take(2023, "etat_sgar.xlsx", options=["--layout", "etat-sgar"])
    true = truth(2023, "etat_sgar.xlsx")["sums_cents"]
    assert taken_in["sums_cents"] == {stage: cents * 1000 for stage, cents in true.items()}


def test_what_is_no_layout_gets_one_sentence(empty_site: Site, tmp_path: Path) -> None:
    wrong = tmp_path / "faux.yaml"
    wrong.write_text("title: x", encoding="utf-8")
    assert "Il manque source" in empty_site.refusal("layout", "import", wrong, *DEMO)
    assert "ouvert" in empty_site.refusal("layout", "import", tmp_path / "absent.yaml", *DEMO)
    assert "inconnu" in empty_site.refusal("layout", "import", wrong, "--contract", "aucun")
    of_mel = ("layout", "export", "etat-sgar", *DEMO, "--partner", "mel")
    assert "n'a pas de mise en page" in empty_site.refusal(*of_mel)
    of_state = ("layout", "export", "etat-sgar", *DEMO, "--partner", "etat", "--version", "7")
    assert "n'a pas de version 7" in empty_site.refusal(*of_state)
