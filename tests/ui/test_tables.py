"""Tables: headers that point at their cells, marks, totals, order."""

from __future__ import annotations

from datetime import date
from unittest.mock import patch

import pytest
from django.template.base import Template

from beffroi.ui import tables
from beffroi.ui.columns import Cell, Column, Rate, Row, Sorting, Table
from beffroi.ui.figures import Unit
from tests.ui.documents import Element, read

COLUMNS = [
    Column("name", "Axe"),
    Column("asked", "Demandé", "amount", total=True),
    Column("state", "État", "amount", group="Engagé", total=True),
    Column("region", "Région", "amount", group="Engagé", total=True),
    Column("rate", "Taux", "rate"),
    Column("on", "Le", "date"),
]


def drawn(*rows: Row, columns: list[Column] | None = None, **options: object) -> Element:
    return read(tables.draw(Table("Avancement", columns or COLUMNS, rows, **options)))  # type: ignore[arg-type]


def cell_texts(element: Element) -> list[str]:
    return [cell.text for cell in element.all("td")]


def test_grouped_headers_point_at_their_cells() -> None:
    page = drawn(Row({"name": "1. Eau", "asked": 100, "state": 200, "region": 300}))
    ids = {
        element.attributes["id"]: element for element in page.all() if "id" in element.attributes
    }
    cells = page.all("td")
    assert cells
    for cell in cells:
        heads = [ids[name] for name in cell.attributes["headers"].split()]
        assert all(head.tag == "th" for head in heads)
    state = [ids[name].text for name in cells[1].attributes["headers"].split()]
    assert state == ["1. Eau", "Engagé", "État"]


def test_every_row_of_headers_has_the_table_s_width() -> None:
    page = drawn(Row({"name": "1"}))
    above, below = page.all("thead")[0].all("tr")

    def span(head: Element) -> int:
        return int(head.attributes.get("colspan", "1"))

    assert sum(map(span, above.all("th"))) == len(COLUMNS)
    spanning = [head for head in above.all("th") if head.attributes.get("rowspan") == "2"]
    assert len(spanning) + len(below.all("th")) == len(COLUMNS)
    assert sum(int(group.attributes["span"]) for group in page.all("colgroup")) == len(COLUMNS)


def test_the_region_that_scrolls_is_named_by_the_caption() -> None:
    page = drawn(Row({"name": "1"}), unit=Unit.MILLION, fictitious=True)
    region = next(e for e in page.all("div") if e.attributes.get("role") == "region")
    assert region.attributes["tabindex"] == "0"
    caption = page.all("caption")[0]
    assert caption.attributes["id"] == region.attributes["aria-labelledby"]
    assert caption.text == "Avancement en M€ Données fictives"


def test_zero_silence_and_unread_are_three_things() -> None:
    page = drawn(
        Row({"name": "1", "asked": 0, "state": None, "region": Cell(None, unread=2)}),
    )
    assert cell_texts(page)[:3] == ["0", "—non renseigné", "2 cellules non lues"]


def test_a_rounded_amount_keeps_its_cents() -> None:
    page = drawn(Row({"name": "1", "asked": 123_456_789, "state": Cell(-5, href="/e?a=1&b=2")}))
    data = page.all("data")
    assert data[0].attributes == {"value": "1234567.89", "title": "1\u202f234\u202f567,89\u00a0€"}
    assert data[1].attributes == {"value": "-0.05"}
    link = page.all("a")[0]
    assert link.attributes == {"href": "/e?a=1&b=2", "title": "−0,05\u00a0€"}


def test_a_status_is_said_in_words() -> None:
    page = drawn(Row({"name": "1", "asked": Cell(5, status="contradicted")}))
    assert "contredit" in cell_texts(page)[0]


def test_a_rate_says_what_it_is_made_of() -> None:
    page = drawn(Row({"name": "1", "rate": Rate(50_000, 100_000)}))
    shown = next(e for e in page.all("span") if "sur" in e.attributes.get("title", ""))
    assert shown.text.replace("\u00a0", " ") == "50,0 %"


def test_what_rows_hold_is_escaped() -> None:
    page = drawn(
        Row({"name": "<b>&", "asked": Cell(1, note="<i>", href='/"><script>')}),
        columns=[Column("name", "<u>"), Column("asked", "A", "amount", hint="<s>")],
        notes=["<em>"],
    )
    assert not page.all("b", "i", "u", "s", "em", "script")


def test_a_table_without_rows_says_what_to_do() -> None:
    page = drawn(empty="Importez un classeur.")
    assert not page.all("table")
    assert "Importez un classeur." in page.text


def test_totals_add_one_depth_and_keep_silence_and_unread() -> None:
    table = Table(
        "T",
        COLUMNS,
        [
            Row({"name": "1", "asked": 10, "state": Cell(None, unread=2)}, kind="part"),
            Row({"name": "1.1", "asked": 10}, level=1),
            Row({"name": "2", "asked": Cell(-3, unread=1)}),
            Row({"name": "mémoire", "asked": 1000}, kind="muted"),
        ],
    ).with_total()
    total = table.totals[0]
    assert total.cell("asked") == Cell(7, unread=1)
    assert total.cell("state") == Cell(None, unread=2)
    assert total.cell("name").value == "Total"
    assert "rate" not in total.cells


def test_plain_rows_for_exports() -> None:
    table = Table("T", COLUMNS, [Row({"name": "1", "state": 5, "on": date(2024, 1, 2)})])
    header, line = table.as_rows()
    assert header[:3] == ["Axe", "Demandé", "Engagé – État"]
    assert line == ["1", None, 5, None, None, date(2024, 1, 2)]


def test_two_columns_never_share_a_key() -> None:
    with pytest.raises(ValueError, match="share a key"):
        Table("T", [Column("a", "A"), Column("a", "B")], [])


SORTABLE = [Column("name", "Nom", sortable=True), Column("cost", "Coût", "amount", sortable=True)]


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        ("", "bac"),
        ("cost", "abc"),
        ("-cost", "bac"),
        ("name", "abc"),
        ("nothing", "bac"),
    ],
)
def test_rows_in_the_order_asked_silence_last(asked: str, order: str) -> None:
    rows = [
        Row({"name": "b", "cost": 2}),
        Row({"name": "a", "cost": 1}),
        Row({"name": "c", "cost": None}),
    ]
    sorting = Sorting.asked({"tri": asked}, SORTABLE)
    assert "".join(str(row.cell("name").value) for row in sorting.apply(rows)) == order


def test_headers_sort_and_keep_the_rest_of_the_address() -> None:
    sorting = Sorting.asked({"tri": "cost", "q": "a&b"}, SORTABLE)
    page = drawn(Row({"name": "a"}), columns=SORTABLE, sorting=sorting)
    name, cost = page.all("thead")[0].all("th")
    assert (name.attributes["aria-sort"], cost.attributes["aria-sort"]) == ("none", "ascending")
    assert cost.all("a")[0].attributes["href"] == "?q=a%26b&tri=-cost"
    assert name.all("a")[0].attributes["href"] == "?q=a%26b&tri=name"


def test_a_line_more_renders_no_template_more() -> None:
    """A table of two hundred lines is drawn in one pass: no template is rendered for its lines."""
    rendered: list[object] = []

    def note(sender: object, **_said: object) -> None:
        rendered.append(sender)

    columns = [Column("name", "Nom"), *(Column(f"c{n}", f"C{n}", "amount") for n in range(7))]
    counts = []
    with patch.object(Template, "render", autospec=True, side_effect=note):
        for lines in (2, 200):
            rendered.clear()
            tables.draw(
                Table(
                    "T",
                    columns,
                    [
                        Row({"name": f"{line}", **{f"c{n}": Cell(line * n) for n in range(7)}})
                        for line in range(lines)
                    ],
                )
            )
            counts.append(len(rendered))
    assert counts[0] == counts[1]
