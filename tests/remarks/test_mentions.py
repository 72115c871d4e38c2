"""Whom a text names."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from beffroi.remarks.mentions import named_in


@dataclass(frozen=True)
class Somebody:
    full_name: str
    email: str


ANNE = Somebody("Anne Petit", "anne@exemple.fr")
DUBOIS = Somebody("Anne Petit Dubois", "dubois@exemple.fr")
ELOISE = Somebody("Éloïse  Roy", "eloise@exemple.fr")
NAMELESS = Somebody("", "sgar@exemple.fr")
PEOPLE = [ANNE, DUBOIS, ELOISE, NAMELESS]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Voir avec @Anne Petit.", [ANNE]),
        ("Voir avec @anne\npetit, merci", [ANNE]),
        ("@Anne Petit Dubois le sait", [DUBOIS]),
        ("@Anne Petitjean", []),
        ("@Anne", []),
        ("(@E\u0301loi\u0308se Roy)", [ELOISE]),
        ("@sgar@exemple.fr.", [NAMELESS]),
        ("@sgar@exemple.frs", []),
        ("@sgar@exemple.fr.org", []),
        ("écrire à sgar@exemple.fr", []),
        ("moi@Anne Petit", []),
        ("@ Anne Petit", []),
        ("@Anne Petit et @sgar@exemple.fr", [ANNE, NAMELESS]),
        ("@" * 4000, []),
        ("", []),
    ],
)
def test_whom_a_text_names(text: str, named: list[Somebody]) -> None:
    assert named_in(text, PEOPLE) == named


def test_two_of_one_name_are_both_named() -> None:
    other = Somebody("Anne Petit", "autre@exemple.fr")
    assert named_in("@Anne Petit", [ANNE, other]) == [ANNE, other]
