"""The first account of an instance, and what is opened to it."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Site

pytestmark = pytest.mark.xdist_group("cli")


def test_an_account_s_password_is_said_once(empty_site: Site) -> None:
    made = empty_site.answer("account", "une.personne@exemple.fr", "--admin")
    assert len(made["password"]) >= 16
    assert made["admin"] is True
    again = empty_site.answer(
        "account", "Une.Personne@exemple.fr", "--access", "demo-cper:contributor:cd59"
    )
    assert again == {"email": made["email"], "password": None, "admin": True}
    renewed = empty_site.answer("account", "une.personne@exemple.fr", "--new-password")
    assert renewed["password"] not in {None, made["password"]}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("sans-arobase",), "sans-arobase"),
        (("a@exemple.fr", "--access", "demo-cper:king"), "king"),
        (("a@exemple.fr", "--access", "demo-cper:contributor"), "organisation"),
        (("a@exemple.fr", "--access", "aucun:reader"), "aucun"),
        (("a@exemple.fr", "--name", "x" * 3000), "150"),
        (("a" * 300 + "@exemple.fr",), "adresse"),
    ],
)
def test_refused(both_rounds: Site, words: tuple[str, ...], named: str) -> None:
    assert named in both_rounds.refusal("account", *words)
