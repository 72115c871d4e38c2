"""Outlines that share their borders: decoded, merged, projected; those of the region's communes."""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Iterator
from typing import Any

import pytest

from beffroi.territories import outlines
from beffroi.territories.outlines import FILE, frame, lambert_93, outline
from beffroi.territories.topology import Line, Topology, decoded

#: Two squares side by side, and a third within the second one, which has a hole for it.
SQUARES: dict[str, Any] = {
    "transform": {"scale": [1, 1], "translate": [10, 20]},
    "arcs": [
        [[4, 0], [0, 4]],
        [[4, 4], [-4, 0], [0, -4], [4, 0]],
        [[4, 0], [6, 0], [0, 4], [-6, 0]],
        [[6, 1], [0, 1], [1, 0], [0, -1], [-1, 0]],
    ],
    "objects": {
        "layer": {
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"c": "left"}},
                {"type": "Polygon", "arcs": [[2, -1], [3]], "properties": {"c": "right"}},
                {"type": "MultiPolygon", "arcs": [[[-4]]], "properties": {"c": "within"}},
            ]
        }
    },
}


def shoelace(ring: Line) -> float:
    """The area of a ring, in squares of its unit, positive one way round."""
    pairs = itertools.pairwise(ring)
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairs) / 2


@pytest.fixture
def squares() -> Topology:
    return decoded(SQUARES, "layer", "c", lambda x, y: (x, y))


def test_steps_become_positions(squares: Topology) -> None:
    assert squares.arcs[0] == ((14, 20), (14, 24))
    (ring,) = squares.rings(["left"])
    assert (ring[0], ring[-1], abs(shoelace(ring))) == ((14, 20), (14, 20), 16)


def test_what_separates_two_areas_is_left_out(squares: Topology) -> None:
    sizes = sorted(abs(shoelace(ring)) for ring in squares.rings(["left", "right"]))
    assert sizes == [1, 40], "one outline around both, and the hole"
    (whole,) = squares.rings(["left", "right", "within"])
    assert (abs(shoelace(whole)), len(whole)) == (40, 7)


def test_codes_unknown_are_passed_over(squares: Topology) -> None:
    assert squares.rings(["nowhere"]) == []
    assert len(squares.rings(["nowhere", "left"])) == 1


def test_the_projection_is_lambert_93() -> None:
    assert lambert_93(3, 46.5) == pytest.approx((700_000, 6_600_000), abs=0.01)
    east, north = lambert_93(2.3372291, 48.8362)
    assert (round(east, -3), round(north, -3)) == (651_000, 6_860_000), "the Observatory of Paris"


def communes() -> Iterator[dict[str, str]]:
    with (FILE.parent / "communes.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def test_the_outlines_are_those_of_the_communes_known() -> None:
    known = {row["insee"] for row in communes()}
    assert set(outlines._read()[1].areas) == known


def test_departments_are_the_sum_of_their_communes() -> None:
    """To the square metre: nothing is lost nor counted twice when borders are taken away."""
    topology = outlines._read()[1]
    held: dict[str, list[str]] = {}
    for row in communes():
        held.setdefault(row["departement"], []).append(row["insee"])
    for codes in held.values():
        apart = sum(shoelace(ring) for code in codes for ring in topology.rings([code]))
        together = sum(shoelace(ring) for ring in topology.rings(codes))
        assert together == pytest.approx(apart, rel=1e-9)
        rings = topology.rings(codes)
        assert all(ring[0] == ring[-1] for ring in rings)
    whole = sum(
        shoelace(ring) for ring in topology.rings([c for its in held.values() for c in its])
    )
    square_kilometres = abs(whole) * (frame().metres / 1000) ** 2
    assert math.isclose(square_kilometres, 31_806, rel_tol=0.01), "as INSEE measures the region"


def test_every_outline_lies_in_the_frame() -> None:
    topology = outlines._read()[1]
    points = [point for arc in topology.arcs for point in arc]
    assert 0 <= min(x for x, _y in points) < max(x for x, _y in points) <= outlines.WIDTH
    assert 0 <= min(y for _x, y in points) < max(y for _x, y in points) <= frame().height
    assert outline(frozenset({"59350"})).startswith("M")
    assert outline(frozenset({"75056"})) == ""
