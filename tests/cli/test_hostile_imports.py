"""Files made to harm, imported from the command line: one sentence, exit 1, nothing posted."""

from __future__ import annotations

from pathlib import Path

import pytest

from beffroi.returns.reading.workbook import LIMITS
from tests.cli.conftest import Site
from tests.cli.test_refusals import WORDS, postings
from tests.returns.reading.hostile import hostile_files, linked_and_named_otherwise


@pytest.mark.parametrize("wrong", sorted(hostile_files()))
def test_a_hostile_file_is_refused_in_one_sentence(
    both_rounds: Site, tmp_path: Path, wrong: str
) -> None:
    hostile = hostile_files()[wrong]
    path = tmp_path / hostile.name
    path.write_bytes(hostile.content)
    before = postings(both_rounds)
    assert hostile.said in both_rounds.refusal("import", path, *WORDS)
    assert postings(both_rounds) == before
    assert path.read_bytes() == hostile.content


def test_a_file_too_large_is_not_even_read(both_rounds: Site, tmp_path: Path) -> None:
    path = tmp_path / "enorme.xlsx"
    with path.open("wb") as file:
        file.truncate(LIMITS.file_bytes + 1)
    assert path.name in both_rounds.refusal("import", path, *WORDS)


def test_links_to_other_files_are_told_and_not_opened(empty_site: Site, tmp_path: Path) -> None:
    path = tmp_path / "suivi.csv"
    path.write_bytes(linked_and_named_otherwise())
    kinds = {each["kind"] for each in empty_site.answer("import", path, *WORDS)["findings"]}
    assert {"external_links", "other_format"} <= kinds
