"""Maps: round classes that leave nothing out, words for every area, a file that stands alone."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from beffroi.ui.map_classes import MOST, classes, rounded_bound
from beffroi.ui.map_files import svg_file
from beffroi.ui.maps import AreaMap, MapArea, Sheet, bound, path

SVG = "{http://www.w3.org/2000/svg}"
SQUARE = "M0 0l9 0 0 9-9 0z"


@pytest.mark.parametrize("seed", range(40))
def test_every_value_lies_in_the_class_its_legend_says(seed: int) -> None:
    chance = random.Random(seed)
    size = chance.randrange(1, 200)
    values: list[int | None] = [
        chance.choice([None, 0, -5, chance.randrange(1, 10 ** chance.randrange(1, 12))])
        for _ in range(size)
    ]
    found = classes(values)
    keys = [found.key(value) for value in values]
    legend = found.legend(keys)
    assert sum(each.count for each in legend) == size
    assert all(each.count for each in legend)
    shades = [each for each in legend if each.key.startswith("shade")]
    assert len(shades) <= MOST
    for each in shades:
        inside = [
            value
            for value in values
            if value is not None
            and value > 0
            and (each.low is None or value >= each.low)
            and (each.high is None or value < each.high)
        ]
        assert len(inside) == each.count == keys.count(each.key)
    assert Counter(keys)["silent"] == values.count(None)
    assert Counter(keys)["zero"] == values.count(0)


def test_zero_silence_unread_and_less_are_no_small_amounts() -> None:
    found = classes([1, 2, None, 0, -3])
    told = [found.key(value, unread) for value, unread in ((None, 0), (0, 0), (0, 1), (-3, 0))]
    assert told == ["silent", "zero", "unread", "negative"]


def test_equal_values_make_one_class() -> None:
    (only,) = classes([700, 700, 700]).legend(["shade-3"] * 3)
    assert (only.low, only.high, only.count) == (None, None, 3)


@pytest.mark.parametrize(
    ("value", "found"),
    [(1, 1), (7, 6), (123, 100), (1_234, 1_000), (1_260, 1_500), (99_999, 100_000)],
)
def test_bounds_are_round(value: int, found: int) -> None:
    assert rounded_bound(value) == found


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (150_000_000, "1,5\u00a0M€"),
        (2_000_000, "20\u00a0k€"),
        (25_00, "25\u00a0€"),
        (1_50, "1,5\u00a0€"),
        (15, "0,15\u00a0€"),
    ],
)
def test_bounds_are_said_whole(cents: int, words: str) -> None:
    assert bound(cents) == words


def test_a_path_goes_in_steps_and_closes() -> None:
    ring = ((0.2, 0.0), (10.4, 0.0), (10.4, 0.1), (10.0, -5.0), (0.2, 0.0))
    assert path([ring, ring]) == "M0 0l10 0 0-5z" * 2
    assert path([]) == ""


def drawn() -> AreaMap:
    areas = [
        MapArea("Hameau", SQUARE, 100_00, href="/la"),
        MapArea("Bourg & Cie", SQUARE, 0),
        MapArea("Ville", SQUARE, 0, unread=2, href="/ici"),
        MapArea("Désert", SQUARE),
    ]
    return AreaMap(
        "Programmé par commune",
        "contrat, dates",
        areas,
        Sheet(4000, 5000, 50.0),
        credit="IGN",
        fictitious=True,
    )


def test_every_area_says_its_name_and_amount() -> None:
    page = ET.fromstring(drawn().svg())
    titles = [each.text for each in page.iter(f"{SVG}title")]
    assert titles == [
        "Programmé par commune",
        "Désert : —",
        "Hameau : 100,00\u00a0€",
        "Bourg & Cie : 0\u00a0€",
        "Ville : 0\u00a0€ (2 cellules non lues)",
    ]
    links = [each.get("href") for each in page.iter(f"{SVG}a")]
    assert links == ["/la", "/ici"]


def test_many_areas_are_no_stops_of_the_tab_key() -> None:
    assert "tabindex" not in drawn().svg()
    many = AreaMap("t", "d", [MapArea("a", SQUARE, 1, href="/a")] * 101, Sheet(4000, 10, 50.0))
    stops = {each.get("tabindex") for each in ET.fromstring(many.svg()).iter(f"{SVG}a")}
    assert stops == {"-1"}


def test_a_file_stands_alone_and_says_what_it_is() -> None:
    answer = svg_file(drawn(), "carte")
    text = answer.content.decode()
    ET.fromstring(text)
    assert "carte-fictif.svg" in answer["Content-Disposition"]
    for said in ("Données fictives", "contrat, dates", "IGN", "plus de zéro (1)"):
        assert said in text
    assert "var(" not in text
    assert "href" not in text
