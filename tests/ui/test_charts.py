"""Charts: values drawn to scale and said to the cent; silence has no bar; the table is there."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beffroi.ui.charts import drawing
from beffroi.ui.charts.declaring import Chart, Form
from beffroi.ui.charts.scale import MOST_TICKS, scale_of
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.figures import Unit
from tests.ui.documents import read

SVG = "{http://www.w3.org/2000/svg}"
STAGES = [Column("programmed", "Programmé", "amount"), Column("paid", "Payé", "amount")]
AMOUNTS = st.integers(-(10**15), 10**15)


def chart(form: Form, *rows: Row, columns: list[Column] | None = None) -> Chart:
    table = Table(
        "Avancement", [Column("name", "Axe"), *(columns or STAGES)], rows, unit=Unit.THOUSAND
    )
    return Chart(form, table, "Où en est chaque axe.")


def line(name: object, programmed: object, paid: object, kind: str = "") -> Row:
    return Row({"name": name, "programmed": programmed, "paid": paid}, kind=kind)  # type: ignore[arg-type, dict-item]


def drawn(made: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(drawing.svg(made))


def titles(made: Chart) -> list[str]:
    """What each shape says, without the drawing's own title."""
    return [str(each.text) for each in drawn(made).iter(f"{SVG}title")][1:]


def bars(made: Chart) -> list[float]:
    """The widths of the bars, in order."""
    return [
        float(each.attrib["width"])
        for each in drawn(made).iter(f"{SVG}rect")
        if "class" in each.attrib
    ]


@given(values=st.lists(AMOUNTS, max_size=20))
def test_a_scale_holds_every_amount_between_round_ticks(values: list[int]) -> None:
    scale = scale_of(values, 10, 500)
    assert all(scale.low <= value <= scale.high for value in [0, *values])
    assert 0 in scale.ticks
    assert 2 <= len(scale.ticks) <= MOST_TICKS + 2
    assert len({after - before for before, after in pairwise(scale.ticks)}) == 1
    assert scale.at(scale.low) == 10
    assert scale.at(scale.high) == pytest.approx(510)


@given(first=st.integers(1, 10**13), second=st.integers(1, 10**13))
def test_bars_are_to_scale(first: int, second: int) -> None:
    made = chart(Form.BARS, line("1", first, None), line("2", second, None))
    one, other = bars(made)
    if min(one, other) > 1:  # a bar is never thinner than one pixel
        assert one / other == pytest.approx(first / second, rel=0.06)


def test_each_value_is_said_to_the_cent_and_silence_has_no_bar() -> None:
    made = chart(Form.BARS, line("1. Eau", 1_234_56, None), line("2. Air", 0, -50))
    assert titles(made) == [
        "1. Eau, Programmé : 1\u202f234,56\xa0€",
        "2. Air, Programmé : 0\xa0€",
        "2. Air, Payé : −0,50\xa0€",
    ]
    assert "—" in "".join(drawn(made).itertext())


def test_unread_cells_are_said_beside_the_figure() -> None:
    made = chart(Form.BARS, line("1. Eau", Cell(100, unread=3), 5))
    assert titles(made)[0].endswith("(3 cellules non lues)")
    texts = [str(each.text) for each in drawn(made).iter(f"{SVG}text")]
    assert any(text.endswith("(3 cellules non lues)") for text in texts)


def test_a_bar_leads_where_its_cell_leads() -> None:
    made = chart(Form.BARS, line("1. Eau", Cell(100, href="/ici?a=1&b=2"), 5))
    (link,) = drawn(made).iter(f"{SVG}a")
    assert link.attrib["href"] == "/ici?a=1&b=2"


def test_totals_are_not_drawn_beside_what_they_add() -> None:
    made = chart(Form.BARS, line("1", 5, 5), line("Total", 10, 10, "total"))
    assert len(bars(made)) == 2


def test_a_stack_is_as_long_as_its_parts() -> None:
    made = chart(Form.STACKED, line("1", 3_000, 1_000), line("2", 4_000, None))
    first, second, whole = bars(made)
    assert first + second == pytest.approx(whole, abs=0.2)


def test_a_waterfall_falls_from_its_first_total_to_its_last() -> None:
    column = [Column("programmed", "Programmé", "amount")]
    made = chart(
        Form.WATERFALL,
        line("Avant", 100_000, None, "total"),
        line("1", 60_000, None),
        line("2", -20_000, None),
        line("Après", 140_000, None, "total"),
        columns=column,
    )
    before, up, down, after = bars(made)
    assert before + up - down == pytest.approx(after, abs=0.3)
    assert "+0,6" in "".join(drawn(made).itertext())


def test_lines_follow_dates_and_refuse_anything_else() -> None:
    made = chart(Form.LINE, line(date(2024, 12, 31), 20, 5), line(date(2022, 12, 31), 10, None))
    programmed, paid = drawn(made).iter(f"{SVG}polyline")
    points = [float(point.split(",")[0]) for point in programmed.attrib["points"].split()]
    assert points == sorted(points)
    assert len(points) == 2
    assert len(paid.attrib["points"].split()) == 1
    assert titles(made)[0].startswith("31/12/2022, Programmé")
    with pytest.raises(TypeError, match="no date"):
        drawing.svg(chart(Form.LINE, line("hier", 1, 1)))


@pytest.mark.parametrize("form", list(Form))
def test_hostile_names_stay_words(form: Form) -> None:
    name = date(2024, 1, 1) if form is Form.LINE else "<script>\"&'</script>" * 9
    columns = [Column("programmed", "<b>&", "amount")]
    page = read(
        drawing.draw(
            chart(form, line(name, 5, None, "total"), line(name, 5, None), columns=columns)
        )
    )
    assert page.all("script") == []
    assert page.all("b") == []


def test_the_figure_carries_its_table_and_says_what_is_not_real() -> None:
    table = Table(
        "Avancement", [Column("name", "Axe"), *STAGES], [line("1", 50_00, 120_00)], fictitious=True
    )
    page = read(drawing.draw(Chart(Form.MULTIPLES, table, "Chaque axe.")))
    (twin,) = page.all("details")
    assert [cell.text for cell in twin.all("td")] == ["0,1", "0,1"]
    assert "Données fictives" in page.all("figcaption")[0].text


def test_without_any_value_the_empty_table_speaks() -> None:
    page = read(drawing.draw(chart(Form.BARS, line("1", None, None))))
    assert page.all("svg") == []
    assert page.all("table")


def test_counts_are_drawn_where_there_is_no_amount() -> None:
    columns = [Column("operations", "Opérations", "count")]
    rows = [Row({"name": "1", "operations": 1_234})]
    made = Chart(
        Form.BARS, Table("Opérations", [Column("name", "Axe"), *columns], rows), "Combien."
    )
    assert titles(made) == ["1, Opérations : 1\u202f234"]
