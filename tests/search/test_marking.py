"""Words are marked in whatever form they are read, and nothing else is."""

from __future__ import annotations

import pytest

from beffroi.operations.identity import plain
from beffroi.search.marking import excerpt, pieces


def shown(text: str, asked: str) -> str:
    return "".join(f"[{t}]" if m else t for t, m in pieces(text, plain(asked).split()))


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("operation", "Les [opérations] de voirie"),
        ("rénover", "[Rénovation] du lycée"),
        ("mediateque", "La [Médiathèque] de l'Étoile"),
        ("etoile", "La Médiathèque de l'[Étoile]"),
        ("médiath", "La [Médiathèque] de l'Étoile"),
        ("saint omer", "[Saint]-[Omer], voie verte"),
        ("coeur", "[Cœur] de ville"),
        ("2103456789", "EJ [2103 456-789] et autres"),
        ("2103", "EJ [2103] 456-789"),
        ("axe 2", "[Axe 2] du contrat"),
        ("de", "Cœur [de] ville"),
        ("ville 2030", "Cœur de [ville] en 2031"),
        ("gymnase", "Piscine et gare"),
        ("<b>", "a <[b]> c"),
    ],
)
def test_what_is_marked(asked: str, read: str) -> None:
    assert shown(read.replace("[", "").replace("]", ""), asked) == read


def test_a_long_text_is_cut_around_its_mark() -> None:
    text = "mot " * 100 + "revoyure " + "suite " * 100
    cut = excerpt(pieces(text, ["revoyure"]))
    said = "".join(piece.text for piece in cut)
    assert len(said) < 240
    assert said.startswith("… ")
    assert said.endswith(" …")
    assert [piece.text for piece in cut if piece.marked] == ["revoyure"]
    short = pieces("une clause de revoyure", ["revoyure"])
    assert excerpt(short) == short


@pytest.mark.parametrize("text", ["", "x" * 1000, " " * 300])
def test_texts_without_a_mark(text: str) -> None:
    assert len("".join(piece.text for piece in excerpt(pieces(text, ["abc"])))) <= 165
