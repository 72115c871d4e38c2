"""The file of a layout: what is written is read back exactly; each fault has its sentence."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from beffroi.returns.layouting.faults import MEANINGS, NATURES, STAGES, UNITS
from beffroi.returns.layouting.files import (
    LARGEST_FILE,
    LayoutRefused,
    layout_file,
    read_layout_file,
)
from beffroi.returns.reading.headers import header_form
from beffroi.returns.reading.layout import FOLDER, layout_from

ORGANISATIONS = ["etat", "region-hdf", "mel", "caam", "cd59", "cd62", "cd80", "cd02", "cd60"]

texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40
).filter(str.strip)
headers = texts.filter(header_form)


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    """Contents of layouts, with any text in them; no two columns share a header."""
    meanings = ["title", *draw(st.sets(st.sampled_from(MEANINGS[:1] + MEANINGS[2:])))]
    count = len(meanings) + 2
    names = draw(st.lists(headers, min_size=count, max_size=count, unique_by=header_form))
    columns = {meaning: [name] for meaning, name in zip(meanings, names, strict=False)}
    rule: dict[str, Any] = {
        "header": [names[-1]],
        "stage": draw(st.sampled_from(STAGES)),
        "funder": draw(st.sampled_from(ORGANISATIONS)),
    }
    if draw(st.booleans()):
        rule["optional"] = draw(st.booleans())
    content: dict[str, Any] = {
        "title": draw(texts),
        "source": draw(st.sampled_from(ORGANISATIONS)),
        "unit": draw(st.sampled_from(UNITS)),
        "columns": columns,
        "required": draw(st.lists(st.sampled_from(meanings), unique=True)),
        "amounts": [
            rule,
            {"header": "year", "under": [names[-2]], "stage": "paid", "funder": "mel"},
        ],
    }
    if draw(st.booleans()):
        content["nature"] = draw(st.sampled_from(NATURES))
    return content


@given(contents())
def test_what_is_written_is_read_back(content: dict[str, Any]) -> None:
    written = layout_file(content)
    assert read_layout_file(written.encode(), ORGANISATIONS) == content
    assert layout_file(read_layout_file(written.encode(), ORGANISATIONS)) == written


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_carried_layouts_go_out_and_come_back(path: Any) -> None:
    content = read_layout_file(path.read_bytes(), ORGANISATIONS)
    assert content == yaml.safe_load(path.read_bytes())
    again = read_layout_file(layout_file(content).encode(), ORGANISATIONS)
    assert layout_from("x", again) == layout_from("x", content)


def content() -> dict[str, Any]:
    """A small layout, without a fault."""
    return {
        "title": "Suivi",
        "source": "etat",
        "unit": "€",
        "columns": {"code": ["N° EJ"], "title": ["Intitulé"]},
        "required": ["title"],
        "amounts": [{"header": ["AE engagées"], "stage": "committed", "funder": "etat"}],
        "unused": [{"header": ["Observations"], "why": "texte libre"}],
    }


def spoilt(**changes: Any) -> dict[str, Any]:
    return {**content(), **changes}


def amount(**changes: Any) -> dict[str, Any]:
    return spoilt(amounts=[{**content()["amounts"][0], **changes}])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (spoilt(colour="red"), "colour est inconnu"),
        ({key: value for key, value in content().items() if key != "unit"}, "Il manque unit"),
        (spoilt(title=""), "title : le texte est vide"),
        (spoilt(title=None), "n'est pas un texte"),
        (spoilt(title="x" * 301), "dépasse 300"),
        (spoilt(title="a\ud800"), "un caractère qui n'en est pas un"),
        (spoilt(source="atlantide"), "source : « atlantide » est inconnu"),
        (spoilt(source=None), "source : « None » est inconnu"),
        (spoilt(source=["etat"]), "est inconnu"),
        (spoilt(nature="magique"), "écrivez l'un de contractual, valued, recovery, ordinary"),
        (spoilt(unit="francs"), "unit : « francs » est inconnu ; écrivez l'un de €"),
        (spoilt(code_names_operation="oui"), "code_names_operation s'écrit true ou false"),
        (spoilt(columns=[]), "columns"),
        (spoilt(columns={"code": ["N° EJ"]}), "il faut une colonne « title »"),
        (spoilt(columns={"title": ["A"], "couleur": ["B"]}), "le sens « couleur » est inconnu"),
        (spoilt(columns={"title": "Intitulé"}), "columns, title : donnez une liste d'en-têtes"),
        (spoilt(columns={"title": [2024]}), "« 2024 » n'est pas un texte"),
        (spoilt(columns={"title": ["—"]}), "aucun mot"),
        (
            spoilt(columns={"title": ["Intitulé"], "owner": ["intitules"]}),
            "désigne deux colonnes, columns, title et columns, owner",
        ),
        (
            spoilt(columns={"title": ["Intitulé"], "date": ["ae engagée (€)"]}),
            "désigne deux colonnes, columns, date et amounts, 1",
        ),
        (spoilt(required=["siret"]), "required : « siret »"),
        (spoilt(required="title"), "« required » est la liste"),
        (spoilt(required=[["title"]]), "required"),
        (spoilt(amounts=[]), "il en faut une au moins"),
        (spoilt(amounts=["AE"]), "amounts, 1 : écrivez header, stage et funder"),
        (amount(stage="promis"), "amounts, 1, stage : « promis » est inconnu"),
        (amount(stage="contracted"), "amounts, 1, stage : « contracted » est inconnu"),
        (amount(funder="atlantide"), "amounts, 1, funder : « atlantide » est inconnu"),
        (amount(header="year"), "donnez « under »"),
        (amount(header=[]), "amounts, 1, header : donnez une liste"),
        (amount(optional="peut-être"), "amounts, 1, optional s'écrit true ou false"),
        (amount(devise="€"), "amounts, 1, devise est inconnu"),
        (spoilt(unused=["Observations"]), "unused, 1 : écrivez header et why"),
        (spoilt(unused=[{"header": ["X"]}]), "Il manque unused, 1, why"),
        ([1, 2], "n'est pas une mise en page"),
        (None, "n'est pas une mise en page"),
    ],
)
def test_each_fault_has_its_sentence(wrong: object, said: str) -> None:
    file = yaml.safe_dump(wrong, allow_unicode=False, sort_keys=False).encode()
    with pytest.raises(LayoutRefused) as refused:
        read_layout_file(file, ORGANISATIONS)
    assert [fault for fault in refused.value.faults if said in fault], refused.value.faults
    assert len(refused.value.faults) <= 2


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"\xff\xfe\x00t", "UTF-8"),
        (b"title: [", "pas du YAML lisible"),
        (b"{" * 50_000, "pas du YAML lisible"),
        (b"title: !!python/object/apply:os.system [ls]", "pas du YAML lisible"),
        (b"title: a\ntitle: b\n", "Ligne 2 : « title » est donné deux fois"),
        (b"a: &a [x]\nb: [*a, *a]\n", "Ligne 2 : écrivez la valeur elle-même"),
        (b"x" * (LARGEST_FILE + 1), "Le fichier pèse 200 ko"),
        (b"", "n'est pas une mise en page"),
    ],
)
def test_a_file_that_is_no_layout_is_refused_in_a_sentence(file: bytes, said: str) -> None:
    with pytest.raises(LayoutRefused) as refused:
        read_layout_file(file, ORGANISATIONS)
    assert said in str(refused.value)


def test_all_faults_are_told_at_once_and_not_without_end() -> None:
    many = spoilt(columns={f"sens{rank}": [f"Colonne {rank}"] for rank in range(100)}, unit="x")
    with pytest.raises(LayoutRefused) as refused:
        read_layout_file(yaml.safe_dump(many).encode(), ORGANISATIONS)
    assert 10 < len(refused.value.faults) < 30
    assert "D'autres fautes" in refused.value.faults[-1]


def test_a_file_edited_by_windows_is_read() -> None:
    file = b"\xef\xbb\xbf" + layout_file(content()).replace("\n", "\r\n").encode()
    assert read_layout_file(file, ORGANISATIONS) == content()
